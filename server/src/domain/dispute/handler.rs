//! Who may handle a dispute (INV-17): nobody who stands by the household, wrote what is disputed, or took the
//! dispute down. The same holds for everybody who decides about it.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::answer::is_id;
use bidao_schema::api::dispute::{Candidate, HandlerBar};
use bidao_schema::api::problem::ProblemCode;

use crate::domain::access::Scope;
use crate::error::{Error, Result};
use crate::store::dispute::Row;
use crate::store::{Tx, assignment, change, pairing, person, record};

/// Everybody who has a part in what is disputed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parties {
    /// Stand by the household today.
    pub helpers: BTreeSet<String>,
    /// Wrote content of the disputed record.
    pub authors: BTreeSet<String>,
    /// Wrote the dispute.
    pub takers: BTreeSet<String>,
}

impl Parties {
    /// Those of a dispute, as of `today`.
    ///
    /// # Errors
    /// The database fails.
    pub fn of(tx: &mut Tx, row: &Row, today: &str) -> Result<Self> {
        let pairings = pairing::of_household(tx, &row.household)?;
        let holds = pairings.into_iter().filter(|pairing| pairing.is_valid_on(today));
        Ok(Self {
            helpers: holds.map(|pairing| pairing.helper).collect(),
            authors: row.document.as_deref().map_or(Ok(BTreeSet::new()), |id| writers(tx, id))?,
            takers: writers(tx, &row.record)?,
        })
    }

    /// Why a person has no say in it; none for those who may.
    #[must_use]
    pub fn bar(&self, person: &str) -> Option<HandlerBar> {
        let is_among = |some: &BTreeSet<String>| some.contains(person);
        if is_among(&self.helpers) {
            Some(HandlerBar::HandlerIsHelper)
        } else if is_among(&self.authors) {
            Some(HandlerBar::HandlerIsAuthor)
        } else if is_among(&self.takers) {
            Some(HandlerBar::HandlerTookItDown)
        } else {
            None
        }
    }
}

fn writers(tx: &mut Tx, id: &str) -> Result<BTreeSet<String>> {
    let mut writers: BTreeSet<String> = change::writers(tx, id)?.into_iter().collect();
    writers.extend(record::briefs(tx, &[id.to_owned()])?.into_iter().map(|brief| brief.author));
    Ok(writers)
}

/// Lets a person decide about a dispute, or handle it, or says why not.
///
/// # Errors
/// The problem of the bar; `field` is `handler`, or `step` when the person who asks is meant.
pub fn admit(bar: Option<HandlerBar>, field: &str) -> Result<()> {
    let (code, why) = match bar {
        None => return Ok(()),
        Some(HandlerBar::HandlerIsHelper) => (
            ProblemCode::HandlerIsHelper,
            "stands by the household as a helper; somebody else decides about its dispute",
        ),
        Some(HandlerBar::HandlerIsAuthor) => (
            ProblemCode::HandlerIsAuthor,
            "wrote content of the disputed record; somebody else decides about it",
        ),
        Some(HandlerBar::HandlerTookItDown) => (
            ProblemCode::HandlerTookItDown,
            "took the dispute down; whoever writes an objection down does not decide about it",
        ),
        Some(HandlerBar::HandlerOutOfReach) => (
            ProblemCode::HandlerOutOfReach,
            "does not read the records of the village, so could not look into it",
        ),
    };
    Err(Error::Refused { code, detail: why.into(), field: Some(field.into()) })
}

/// Why a person may not be made the handler: the parties, and those who could not look into it.
///
/// # Errors
/// The database fails.
pub fn bar(
    tx: &mut Tx,
    parties: &Parties,
    person: &str,
    village: &str,
    today: &str,
) -> Result<Option<HandlerBar>> {
    let reads = is_id(person) && Scope::of(tx, person, today)?.reads(village, None);
    let out = (!reads).then_some(HandlerBar::HandlerOutOfReach);
    Ok(parties.bar(person).or(out))
}

/// Everybody who works in the village or above it today and reads its records, by name; who may not handle the
/// dispute is listed with the reason.
///
/// # Errors
/// The database fails.
pub fn candidates(tx: &mut Tx, parties: &Parties, village: &str, today: &str) -> Result<Vec<Candidate>> {
    let above = |digits: usize| format!("{:0<12}", village.get(..digits).unwrap_or(village));
    let rows = assignment::in_areas(tx, &[village.to_owned(), above(9), above(6)])?;
    let valid = rows.into_iter().filter(|row| row.is_valid_on(today)).map(|row| row.person);
    let ids: Vec<String> = valid.collect::<BTreeSet<_>>().into_iter().collect();
    let names: BTreeMap<String, String> = person::names(tx, &ids)?;
    let mut all = Vec::new();
    for id in ids {
        let bar = bar(tx, parties, &id, village, today)?;
        if bar != Some(HandlerBar::HandlerOutOfReach) {
            all.push(Candidate { name: names.get(&id).cloned().unwrap_or_default(), id, bar });
        }
    }
    all.sort_by(|a, b| (a.bar.is_some(), &a.name, &a.id).cmp(&(b.bar.is_some(), &b.name, &b.id)));
    Ok(all)
}
