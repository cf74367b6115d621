//! A newer version of a form arrives while phones that do not know it are in the middle of a visit.

use std::collections::BTreeMap;
use std::sync::Once;

use bidao_schema::evolve;
use bidao_schema::form::Form;
use bidao_schema::forms;
use bidao_server::ctx::Clock;
use bidao_sync::document::Put;
use bidao_sync::ids::{ItemId, RecordId};
use rand::Rng;

use super::check::{ServerRecord, broken};
use super::world::World;

/// What the next release asks of a visit.
pub const NEW_FIELD: &str = "asked_in_next_release";
/// What both releases ask.
const OLD_FIELDS: [&str; 2] = ["what_household_said", "location"];

/// Adds the visit of the next release to the forms of this process, as a release would: one question more.
pub fn next_release() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let is_known = forms::extend(|built_in| {
            let old = built_in.iter().find(|form| form.name == "visit").expect("a built-in form");
            let new = one_question_more(old);
            assert_eq!(evolve::breaks(old, &new), Vec::<String>::new());
            vec![new]
        });
        assert!(is_known, "somebody asked for a form before the simulation began");
    });
}

fn one_question_more(old: &Form) -> Form {
    let mut new = old.clone();
    new.version += 1;
    for section in &mut new.sections {
        if let Some(at) = section.fields.iter().position(|field| field.name == OLD_FIELDS[0]) {
            let mut field = section.fields[at].clone();
            field.name = NEW_FIELD.into();
            section.fields.push(field);
        }
    }
    new
}

impl World {
    /// The server is upgraded; phones learn of it with their next answer.
    pub(super) fn release(&mut self) -> Result<(), String> {
        self.plan.is_released = true;
        self.trace.tell("the next release is there".into());
        Ok(())
    }

    /// Somebody goes on with a visit, with the form their phone knows.
    pub(super) fn edit_visit(&mut self) -> Result<(), String> {
        let who = self.plan.chance.0.random_range(0..self.phones.len());
        let engine = &self.phones[who].engine;
        let visits: Vec<RecordId> = engine
            .records()
            .filter(|id| engine.about(*id).is_ok_and(|(kind, _, _)| kind == "visit"))
            .filter(|id| engine.moved_to(*id).is_none())
            .collect();
        if visits.is_empty() {
            return Ok(());
        }
        let id = visits[self.plan.chance.0.random_range(0..visits.len())];
        let asks_more = self.phones[who].is_current && self.plan.chance.0.random_bool(0.5);
        let field = match asks_more {
            true => NEW_FIELD,
            false => OLD_FIELDS[self.plan.chance.0.random_range(0..OLD_FIELDS.len())],
        };
        if asks_more {
            let form = self.phones[who].form("visit")?.id();
            self.phones[who].engine.set_form(id, &form).map_err(|error| error.to_string())?;
        }
        let (put, item) = (Put::new(field, self.value()), ItemId(self.bytes()));
        let form = self.phones[who].engine.about(id).map_err(|error| error.to_string())?.1.to_owned();
        self.trace.tell(format!("{} writes {field} in {id} as {form}", self.phones[who].name));
        let now = self.clock.now();
        self.phones[who].edit(id, item, &[put], now)?;
        self.save_or_crash(who)
    }
}

/// A record is shown with the newest form it was ever written with: what only that one asks must not vanish because an
/// older phone wrote last.
pub fn newest_form_shows(world: &World, server: &BTreeMap<RecordId, ServerRecord>) -> Result<(), String> {
    for (id, record) in server {
        let version: u32 =
            record.form.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or_default();
        let changes = record.document.changes_since(&[]).into_iter();
        let sent: Vec<(u32, u32)> =
            changes.filter_map(|change| world.ledger.versions.get(&change.hash).copied()).collect();
        let least = sent.iter().map(|(oldest, _)| *oldest).max().unwrap_or_default();
        let most = sent.iter().map(|(_, newest)| *newest).max().unwrap_or_default();
        if version < least || version > most {
            return broken(format!("forms: {id} was sent as {sent:?} and is shown as {}", record.form));
        }
        let answers = record.document.answers();
        let asked_more = answers.get(NEW_FIELD).is_some_and(|value| !value.is_null());
        if asked_more && version < 2 {
            return broken(format!("forms: {id} answers what {} does not ask", record.form));
        }
    }
    Ok(())
}
