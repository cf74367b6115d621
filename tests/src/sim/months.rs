//! The income of a household in a month, of which there is one record, begun by several phones that know nothing of each
//! other; its lines, corrections of one line that differ, and who settles them. And what must hold of it.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::calendar::Date;
use bidao_schema::lines::{self, LineState};
use bidao_server::ctx::Clock;
use bidao_server::store::schema;
use bidao_sync::document::{Identity, Put, founded_id};
use bidao_sync::ids::{ItemId, RecordId};
use diesel::{QueryDsl, RunQueryDsl};
use rand::Rng;
use serde_json::Value;

use super::check::{ServerRecord, broken};
use super::ledger::Present;
use super::world::World;
use crate::clock::{DAY, START};

/// Months that are written about: few, so that people meet.
const MONTHS: [&str; 2] = ["2015-10", "2015-11"];

fn identity(household: RecordId, month: &str) -> Identity {
    [("household".to_owned(), household.to_string()), ("month".to_owned(), month.to_owned())].into()
}

impl World {
    /// Draws one of `many` things about months.
    fn draw(&mut self, many: usize) -> usize {
        self.plan.ledger.0.random_range(0..many)
    }

    /// Some phones that know a household begin its month, each with a line of its own.
    pub(super) fn begin_month(&mut self) -> Result<(), String> {
        let who = self.draw(self.phones.len());
        let Some(household) = self.household(who) else { return Ok(()) };
        let month = MONTHS[self.draw(MONTHS.len())];
        let mut there = self.who_has(household);
        while there.len() > 3 {
            let one = self.draw(there.len());
            there.remove(one);
        }
        for who in there {
            let village = self.phones[who].village_of(household);
            // Of a household that was filed in a foreign village nothing is taken.
            let village = village.filter(|village| self.phones[who].works_in(village, Some(household)));
            let Some(village) = village else { continue };
            let form = self.phones[who].form("income")?;
            let mut puts = self.line(None);
            if self.draw(3) == 0 {
                puts.push(Put::new("household_remark", self.value()));
                puts.push(Put::new("counted", RecordId(self.bytes()).to_string()));
            }
            let (item, now) = (ItemId(self.bytes()), self.clock.now());
            let about = identity(household, month);
            let id = self.phones[who].found((form, &village), &about, item, &puts, now)?;
            self.months.insert((household, month.to_owned()));
            self.trace
                .tell(format!("{} writes the income of {household} in {month}: {id}", self.phones[who].name));
            self.save_or_crash(who)?;
        }
        Ok(())
    }

    /// Phones on which a record is to be written.
    fn who_has(&self, record: RecordId) -> Vec<usize> {
        let has = |who: &usize| {
            let engine = &self.phones[*who].engine;
            engine.document(record).is_ok() && engine.moved_to(record).is_none()
        };
        (0..self.phones.len()).filter(has).collect()
    }

    /// A new line, perhaps in the place of another.
    fn line(&mut self, corrects: Option<&str>) -> Vec<Put> {
        self.written += 1;
        let (line, amount) = (RecordId(self.bytes()).to_string(), self.written);
        let path = |field: &str| format!("lines/{line}/{field}");
        let mut puts = vec![
            Put::new(path("item"), "wage_local"),
            Put::new(path("amount"), amount),
            Put::new(path("source"), "household"),
        ];
        puts.extend(corrects.map(|old| Put::new(path(lines::SUPERSEDES), old)));
        puts
    }

    /// A statement on a phone, with its lines by state.
    fn statement(&mut self, who: usize) -> Result<Option<(RecordId, Vec<lines::Line>)>, String> {
        let engine = &self.phones[who].engine;
        let is_open = |id: &RecordId| {
            engine.about(*id).is_ok_and(|(kind, _, _)| kind == "income") && engine.moved_to(*id).is_none()
        };
        let known: Vec<RecordId> = engine.records().filter(is_open).collect();
        if known.is_empty() {
            return Ok(None);
        }
        let id = known[self.draw(known.len())];
        let answers = self.phones[who].engine.answers(id).map_err(|error| error.to_string())?;
        Ok(Some((id, lines::states(&answers, "lines"))))
    }

    /// One more line, a correction, or a decision which of several corrections holds.
    pub(super) fn go_on_with_month(&mut self) -> Result<(), String> {
        let who = self.draw(self.phones.len());
        let Some((id, lines)) = self.statement(who)? else { return self.begin_month() };
        let of = |state: LineState| lines.iter().filter(move |line| line.state == state);
        let disputed: Vec<String> = of(LineState::Disputed).map(|line| line.id.clone()).collect();
        let standing: Vec<String> = of(LineState::Standing).map(|line| line.id.clone()).collect();
        if !disputed.is_empty() && self.draw(2) == 0 {
            return self.settle_lines(who, id, &disputed);
        }
        let corrected =
            if standing.is_empty() || self.draw(2) == 0 { None } else { Some(self.draw(standing.len())) };
        let puts = self.line(corrected.map(|at| standing[at].as_str()));
        self.write_month(who, id, &puts)
    }

    /// Two phones correct one line, and neither knows of the other.
    pub(super) fn correct_twice(&mut self) -> Result<(), String> {
        let who = self.draw(self.phones.len());
        let Some((id, lines)) = self.statement(who)? else { return self.begin_month() };
        let lines: Vec<_> = lines.into_iter().filter(|line| line.state == LineState::Standing).collect();
        if lines.is_empty() {
            return Ok(());
        }
        let line = lines[self.draw(lines.len())].id.clone();
        let knows = |world: &Self, who: usize| {
            world.phones[who].engine.answers(id).is_ok_and(|answers| answers["lines"].get(&line).is_some())
        };
        let mut there: Vec<usize> =
            self.who_has(id).into_iter().filter(|other| *other != who && knows(self, *other)).collect();
        if there.is_empty() {
            return Ok(());
        }
        let other = there.swap_remove(self.draw(there.len()));
        for who in [who, other] {
            let puts = self.line(Some(&line));
            self.trace.tell(format!("{} corrects {line}", self.phones[who].name));
            self.write_month(who, id, &puts)?;
        }
        Ok(())
    }

    /// Somebody takes all but one of the corrections back.
    fn settle_lines(&mut self, who: usize, id: RecordId, disputed: &[String]) -> Result<(), String> {
        let kept = self.draw(disputed.len());
        let mut puts = Vec::new();
        for (_, line) in disputed.iter().enumerate().filter(|(at, _)| *at != kept) {
            self.written += 1;
            let day = Date::from_epoch_millis_shanghai(START + i64::from(self.written) * DAY);
            puts.push(Put::new(format!("lines/{line}/deleted_at"), day.to_string()));
        }
        self.trace.tell(format!("{} says which correction holds", self.phones[who].name));
        self.write_month(who, id, &puts)
    }

    fn write_month(&mut self, who: usize, id: RecordId, puts: &[Put]) -> Result<(), String> {
        let (item, now) = (ItemId(self.bytes()), self.clock.now());
        self.trace.tell(format!("{} writes a line of {id}", self.phones[who].name));
        self.phones[who].edit(id, item, puts, now)?;
        self.save_or_crash(who)
    }
}

/// What the months of a world came to.
#[derive(Debug, Default)]
pub struct Proof {
    /// Statements.
    pub statements: usize,
    /// Lines that wait for somebody to choose.
    pub disputed: usize,
}

/// A line as people wrote it.
#[derive(Default)]
struct Line {
    amount: i64,
    corrects: Option<String>,
    is_gone: bool,
}

type Lines = BTreeMap<String, Line>;

/// One record for each household and month, with every line that anybody wrote; corrections that differ wait for
/// somebody, everything else is added up once.
pub fn one_statement_each(
    world: &World,
    server: &BTreeMap<RecordId, ServerRecord>,
    present: &Present,
) -> Result<Proof, String> {
    let written = written(world, present);
    let sums = sums(world)?;
    let mut proof = Proof::default();
    for (household, month) in &world.months {
        let id = founded_id("income", &identity(*household, month));
        let about = |record: &ServerRecord| {
            let answers = record.document.answers();
            answers["household"] == household.to_string() && answers["month"] == month.as_str()
        };
        let is_one = |(_, record): &(&RecordId, &ServerRecord)| record.is_of("income") && about(record);
        let found: Vec<RecordId> = server.iter().filter(is_one).map(|(id, _)| *id).collect();
        let Some(lines) = written.get(&id) else { continue };
        if found != [id] {
            return broken(format!("months: {found:?} for {household} in {month}, expected {id}"));
        }
        let answers = server[&id].document.answers();
        for (line, written) in lines {
            if answers["lines"][line]["amount"] != written.amount {
                return broken(format!("months: {line} of {id} is lost or another: {}", answers["lines"]));
            }
        }
        let (expected, sum) = judged(lines);
        let shown: BTreeMap<String, LineState> =
            lines::states(&answers, "lines").into_iter().map(|line| (line.id, line.state)).collect();
        if shown != expected {
            return broken(format!("months: lines of {id} are {shown:?}, people wrote {expected:?}"));
        }
        let counted = sums.get(&id.to_string()).copied().unwrap_or_default();
        if counted != sum {
            return broken(format!("months: {id} adds up to {counted}, the lines that stand to {sum}"));
        }
        proof.statements += 1;
        proof.disputed += expected.values().filter(|state| **state == LineState::Disputed).count();
    }
    Ok(proof)
}

/// A founded record is about what its id says.
pub fn is_about_itself(id: RecordId, record: &ServerRecord) -> Result<(), String> {
    let answers = record.document.answers();
    let text = |field: &str| answers[field].as_str().unwrap_or_default().to_owned();
    let about = [("household".to_owned(), text("household")), ("month".to_owned(), text("month"))].into();
    if record.is_of("income") && founded_id("income", &about) == id {
        return Ok(());
    }
    broken(format!("invented: {id} is about {about:?}"))
}

/// Lines by statement and id, as the ledger has them, of what arrived.
fn written(world: &World, present: &Present) -> BTreeMap<RecordId, Lines> {
    let statements: BTreeSet<RecordId> = world
        .months
        .iter()
        .map(|(household, month)| founded_id("income", &identity(*household, month)))
        .collect();
    let mut all: BTreeMap<RecordId, Lines> = BTreeMap::new();
    let of_statements = world.ledger.writes.iter().filter(|write| statements.contains(&write.record));
    for write in of_statements.filter(|write| present.contains_key(&write.key())) {
        let lines = all.entry(write.record).or_default();
        let parts: Vec<&str> = write.path.split('/').collect();
        let ["lines", line, field] = parts[..] else { continue };
        let line = lines.entry(line.to_owned()).or_default();
        match field {
            "amount" => line.amount = write.value.as_i64().unwrap_or_default(),
            "supersedes" => line.corrects = write.value.as_str().map(str::to_owned),
            "deleted_at" => line.is_gone = write.value != Value::Null,
            _ => {}
        }
    }
    all
}

/// What each line counts for, and the sum of those that stand: said a second time, in the simulation's own words.
fn judged(lines: &Lines) -> (BTreeMap<String, LineState>, i64) {
    let chain = |id: &str| {
        let mut chain = vec![id.to_owned()];
        while let Some(next) = lines.get(&chain[chain.len() - 1]).and_then(|line| line.corrects.clone()) {
            chain.push(next);
        }
        chain
    };
    let present = || lines.iter().filter(|(_, line)| !line.is_gone);
    let corrected: BTreeSet<String> = present().flat_map(|(id, _)| chain(id).split_off(1)).collect();
    let first = |id: &str| chain(id).pop();
    let last: Vec<(&String, &Line)> = present().filter(|(id, _)| !corrected.contains(*id)).collect();
    let rivals = |id: &str| last.iter().filter(|(other, _)| first(other) == first(id)).count();
    let state = |(id, line): (&String, &Line)| match rivals(id) {
        _ if line.is_gone => LineState::Deleted,
        _ if corrected.contains(id) => LineState::Superseded,
        1 => LineState::Standing,
        _ => LineState::Disputed,
    };
    let states = lines.iter().map(|(id, line)| (id.clone(), state((id, line)))).collect();
    let standing = last.iter().filter(|(id, _)| rivals(id) == 1);
    (states, standing.map(|(_, line)| line.amount).sum())
}

/// What the server adds up, by statement.
fn sums(world: &World) -> Result<BTreeMap<String, i64>, String> {
    let rows: Vec<(String, i64)> = world.read(|tx| {
        use schema::income_item::dsl;
        Ok(dsl::income_item.order(dsl::record).select((dsl::record, dsl::amount)).load(tx.conn)?)
    })?;
    let mut sums = BTreeMap::new();
    for (record, amount) in rows {
        *sums.entry(record).or_default() += amount;
    }
    Ok(sums)
}
