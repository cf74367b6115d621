//! One family added twice (domain §11-2). Records that share an ID number, or names that sound alike with the same
//! birth dates, are shown to the leader side by side; only a person says that they are the same. Then one is an alias
//! of the other: nothing is copied and nothing is lost, counts take both for one family, and whatever an offline phone
//! still writes about either belongs to it.

pub mod keys;

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::api::duplicate::{
    Alias, DuplicateList, DuplicatePair, Likeness, SaidBefore, SettleDuplicate, Verdict,
};
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::calendar::Date;
use serde_json::Value;

use super::access::{Principal, Scope};
use super::account::entry;
use super::{content, record};
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::duplicate::{self as store, Row};
use crate::store::record::Brief;
use crate::store::vault::rotation::LOOKUP_KEY;
use crate::store::{Db, Tx, feed, record as records, setting};

/// Households whose keys are hashed anew in one transaction.
const STEP: i64 = 100;

/// Hashes the keys of all households anew when the secret is another one: after a rotation, and in a database from
/// before the secret came from the vault. Answers how many households it read.
///
/// # Errors
/// The database fails, or a document cannot be read.
pub fn rekey(db: &Db, now: i64) -> Result<usize> {
    let (mut read, mut after) = (0, String::new());
    loop {
        let from = after.clone();
        let (last, count) = db.write_blocking(move |tx| rekey_some(tx, &from, now))?;
        read += count;
        let Some(last) = last else { return Ok(read) };
        after = last;
    }
}

/// The next households; after the last of them the setting says whose secret it is.
fn rekey_some(tx: &mut Tx, after: &str, now: i64) -> Result<((Option<String>, usize), Audit)> {
    let (secret, before) = (tx.vault.sealing().to_string(), setting::find(tx, LOOKUP_KEY)?);
    if before.as_deref() == Some(&secret) {
        return Ok(((None, 0), Audit::default()));
    }
    let rows = records::after_of_kind(tx, "household", after, STEP)?;
    for row in &rows {
        let answers = content::storable(record::document(row)?.answers());
        project(tx, &row.id, &row.area, &answers, now)?;
    }
    let Some(last) = rows.last() else {
        setting::put(tx, LOOKUP_KEY, &secret)?;
        // The secret of earlier versions, which lay beside what it hid.
        setting::remove(tx, "lookup_key")?;
        let action = if before.is_none() { "make_lookup_key" } else { "rekey_lookup" };
        return Ok(((None, 0), Audit::of(entry(now, "system", action, &secret, ""))));
    };
    Ok(((Some(last.id.clone()), rows.len()), Audit::default()))
}

/// Makes the keys of a household those of its content.
///
/// # Errors
/// The database fails.
pub fn project(tx: &mut Tx, record: &str, village: &str, answers: &Value, now: i64) -> Result<()> {
    let secret = tx.vault.lookup_key();
    let today = Date::from_epoch_millis_shanghai(now);
    store::put_keys(tx, record, &keys::of(&secret, record, village, answers, today))
}

/// Which record stands for which: alias → the record that is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases(BTreeMap<String, String>);

impl Aliases {
    /// All that leaders have said.
    ///
    /// # Errors
    /// The database fails.
    pub fn load(tx: &mut Tx) -> Result<Self> {
        Ok(Self::of(&store::verdicts(tx)?))
    }

    fn of(verdicts: &[Row]) -> Self {
        let alias = |row: &Row| {
            let kept = row.kept.clone().filter(|_| row.verdict == word(Verdict::Same))?;
            let alias = if kept == row.one { row.other.clone() } else { row.one.clone() };
            Some((alias, kept))
        };
        Self(verdicts.iter().filter_map(alias).collect())
    }

    /// The record that stands for this one; itself, unless somebody said otherwise. In a circle of verdicts the least id
    /// stands for all, so that the family is counted.
    #[must_use]
    pub fn kept<'a>(&'a self, record: &'a str) -> &'a str {
        let mut walked = vec![record];
        while let Some(next) = walked.last().and_then(|at| self.0.get(*at)) {
            if let Some(begins) = walked.iter().position(|at| at == next) {
                return walked[begins..].iter().min().copied().unwrap_or(record);
            }
            walked.push(next);
        }
        walked.last().copied().unwrap_or(record)
    }

    /// Every record that another one stands for.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        self.0.keys().filter(|record| self.is_alias(record)).cloned().collect()
    }

    /// Whether another record stands for this one.
    #[must_use]
    pub fn is_alias(&self, record: &str) -> bool {
        self.kept(record) != record
    }
}

/// Households the scope reads for which another one stands: what a phone shows, and counts by, without a line.
///
/// # Errors
/// The database fails.
pub fn aliases(tx: &mut Tx, scope: &Scope) -> Result<Vec<Alias>> {
    let aliases = Aliases::load(tx)?;
    let ids: Vec<String> = aliases.0.keys().filter(|id| aliases.is_alias(id)).cloned().collect();
    let read =
        records::briefs(tx, &ids)?.into_iter().filter(|brief| scope.reads(&brief.area, Some(&brief.id)));
    let alias = |brief: Brief| Alias { kept: aliases.kept(&brief.id).to_owned(), record: brief.id };
    let mut known: Vec<Alias> = read.map(alias).collect();
    known.sort();
    Ok(known)
}

/// Pairs in the areas the scope reviews.
///
/// # Errors
/// The database fails.
pub fn list(tx: &mut Tx, scope: &Scope) -> Result<DuplicateList> {
    let verdicts = store::verdicts(tx)?;
    let aliases = Aliases::of(&verdicts);
    let likeness = likeness(tx)?;
    let settled: BTreeSet<(&str, &str)> =
        verdicts.iter().map(|row| (row.one.as_str(), row.other.as_str())).collect();
    let mut ids: BTreeSet<String> =
        likeness.keys().flat_map(|(one, other)| [one.clone(), other.clone()]).collect();
    ids.extend(verdicts.iter().flat_map(|row| [row.one.clone(), row.other.clone()]));
    let ids: Vec<String> = ids.into_iter().collect();
    let briefs: BTreeMap<String, Brief> = records::briefs(tx, &ids)?
        .into_iter()
        .filter(|brief| scope.reviews(&brief.area))
        .map(|brief| (brief.id.clone(), brief))
        .collect();
    let mut open = Vec::new();
    for ((one, other), why) in unsettled(&likeness, &settled, &aliases) {
        open.extend(pair(tx, &briefs, (one, other), &why, None)?);
    }
    let mut done = Vec::new();
    for row in &verdicts {
        let why = likeness.get(&(row.one.clone(), row.other.clone())).cloned().unwrap_or_default();
        done.extend(pair(tx, &briefs, (&row.one, &row.other), &why, Some(row))?);
    }
    Ok(DuplicateList { open, settled: done })
}

/// Pairs that nobody has settled, between the records that are kept: what an alias shares, its family shares.
fn unsettled<'a>(
    likeness: &'a BTreeMap<(String, String), Vec<Likeness>>,
    settled: &BTreeSet<(&str, &str)>,
    aliases: &'a Aliases,
) -> BTreeMap<(&'a str, &'a str), Vec<Likeness>> {
    let mut open: BTreeMap<(&str, &str), Vec<Likeness>> = BTreeMap::new();
    for ((one, other), why) in likeness {
        let (a, b) = (aliases.kept(one), aliases.kept(other));
        let pair = if a < b { (a, b) } else { (b, a) };
        if a == b || settled.contains(&(one.as_str(), other.as_str())) || settled.contains(&pair) {
            continue;
        }
        let all = open.entry(pair).or_default();
        all.extend(why);
        all.sort();
        all.dedup();
    }
    open
}

/// Pairs with a reason, by the ids of their records.
fn likeness(tx: &mut Tx) -> Result<BTreeMap<(String, String), Vec<Likeness>>> {
    let mut shared: BTreeMap<(String, String), BTreeMap<String, usize>> = BTreeMap::new();
    for alike in store::shared(tx)?.chunk_by(|a, b| (&a.kind, &a.value) == (&b.kind, &b.value)) {
        for (at, one) in alike.iter().enumerate() {
            for other in &alike[at + 1..] {
                let pair = (one.record.clone(), other.record.clone());
                *shared.entry(pair).or_default().entry(one.kind.clone()).or_default() += 1;
            }
        }
    }
    let why = |kinds: &BTreeMap<String, usize>| {
        let number = |kind: &str| kinds.get(kind).copied().unwrap_or_default();
        let found = [
            (number(keys::ID) > 0, Likeness::IdNumber),
            (number(keys::HEAD) > 0 && number(keys::MEMBER) > 0, Likeness::HeadAndMember),
            (number(keys::MEMBER) > 1, Likeness::Members),
        ];
        found.into_iter().filter_map(|(is, likeness)| is.then_some(likeness)).collect::<Vec<_>>()
    };
    let pairs = shared.into_iter().map(|(pair, kinds)| (pair, why(&kinds)));
    Ok(pairs.filter(|(_, why)| !why.is_empty()).collect())
}

/// The pair as shown; none when the reader may not review both.
fn pair(
    tx: &mut Tx,
    briefs: &BTreeMap<String, Brief>,
    (one, other): (&str, &str),
    likeness: &[Likeness],
    verdict: Option<&Row>,
) -> Result<Option<DuplicatePair>> {
    let (Some(one), Some(other)) = (briefs.get(one), briefs.get(other)) else { return Ok(None) };
    Ok(Some(DuplicatePair {
        one: record::summary(tx, one.clone())?,
        other: record::summary(tx, other.clone())?,
        likeness: likeness.to_vec(),
        verdict: verdict.map(|row| if row.kept.is_some() { Verdict::Same } else { Verdict::Distinct }),
        kept: verdict.and_then(|row| row.kept.clone()),
        settled_by: verdict.map(|row| row.settled_by.clone()),
        settled_at: verdict.map(|row| row.settled_at),
    }))
}

/// Settles a pair, or settles it anew: a leader may have been wrong. Asked again after a lost answer it does nothing.
///
/// # Errors
/// `invalid` with the field, `not_found` unless both are households of villages the caller reviews, `stale` when
/// something else was said of the pair than the caller saw.
pub fn settle(tx: &mut Tx, principal: &Principal, ask: &SettleDuplicate, now: i64) -> Result<((), Audit)> {
    if ask.one == ask.other {
        return Err(Error::invalid("other", "two different records"));
    }
    let (one, other) = if ask.one < ask.other { (&ask.one, &ask.other) } else { (&ask.other, &ask.one) };
    // Locked in one order: of two leaders who settle a pair at one moment, the second sees what the first has said.
    let mut areas = BTreeSet::new();
    for id in [one, other] {
        tx.conn.lock_record(id)?;
        let row = records::find(tx, id)?.filter(|row| row.kind == "household");
        let row = row.filter(|row| principal.scope.reviews(&row.area));
        areas.insert(row.ok_or_else(|| Error::not_found("household"))?.area);
    }
    let is_one_of_them = ask.kept.as_ref().is_some_and(|kept| *kept == ask.one || *kept == ask.other);
    if is_one_of_them != (ask.verdict == Verdict::Same) || (ask.kept.is_some() && !is_one_of_them) {
        return Err(Error::invalid("kept", "with `same`, and only then, one of the two"));
    }
    let known = store::find(tx, one, other)?;
    if known.as_ref().map(said_before) != ask.expected {
        return match known {
            Some(known) if known.settled_by == principal.person && is_what_was_asked(&known, ask) => {
                Ok(((), Audit::default()))
            }
            _ => Err(Error::refused(ProblemCode::Stale, "somebody else has settled it, look at it again")),
        };
    }
    let row = Row {
        one: one.clone(),
        other: other.clone(),
        verdict: word(ask.verdict).into(),
        kept: ask.kept.clone(),
        settled_by: principal.person.clone(),
        settled_at: now,
    };
    store::put(tx, &row)?;
    // Nothing of a feed moved, but other desks show the pair.
    for area in areas {
        let seq = feed::counter(tx, &area)?.map_or(0, |(seq, _)| seq);
        tx.announce(&area, seq);
    }
    let audit = Audit::of(Entry {
        at: now,
        person: principal.person.clone(),
        device: principal.device.clone().unwrap_or_default(),
        action: "settle_duplicate",
        object: one.clone(),
        detail: format!("{other} {}", row.verdict),
    });
    Ok(((), audit))
}

fn said_before(row: &Row) -> SaidBefore {
    let verdict = if row.kept.is_some() { Verdict::Same } else { Verdict::Distinct };
    SaidBefore { verdict, kept: row.kept.clone(), settled_at: row.settled_at }
}

fn is_what_was_asked(row: &Row, ask: &SettleDuplicate) -> bool {
    row.verdict == word(ask.verdict) && row.kept == ask.kept
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "same",
        Verdict::Distinct => "distinct",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str, kept: &str) -> Row {
        Row {
            one: one.into(),
            other: other.into(),
            verdict: "same".into(),
            kept: Some(kept.into()),
            settled_by: String::new(),
            settled_at: 0,
        }
    }

    #[test]
    fn an_alias_of_an_alias_is_the_record_kept_and_a_circle_ends() {
        let aliases = Aliases::of(&[same("a", "b", "a"), same("b", "c", "b")]);
        assert_eq!(
            (aliases.kept("c"), aliases.kept("b"), aliases.kept("a"), aliases.kept("x")),
            ("a", "a", "a", "x")
        );
        assert!(aliases.is_alias("c") && !aliases.is_alias("a"));
        let circle = Aliases::of(&[same("a", "b", "a"), same("b", "c", "b"), same("a", "c", "c")]);
        assert_eq!(["a", "b", "c"].map(|one| circle.kept(one)), ["a"; 3]);
    }
}
