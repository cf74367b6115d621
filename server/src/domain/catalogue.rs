//! Catalogues of income items (domain §8.2): what counts as income is a ruling with a document and a date. The operator
//! loads a new version; what was loaded before stays, and no entry of a household is touched: sums are made when somebody
//! asks, under the catalogue in force on the last day of the month asked about (ADR 14).

use std::collections::BTreeSet;

use bidao_schema::calendar::{Date, Month};
use bidao_schema::income::{Catalogue, built_in, in_force};

use super::account::entry;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::audit::Audit;
use crate::store::catalogue::{self as store, Row};
use crate::store::income::{self, Rulings};

/// What loading a catalogue means for the statements there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// The catalogue.
    pub catalogue: Catalogue,
    /// Items that count otherwise than under the catalogue in force before, with whether they count now.
    pub flipped: Vec<(String, bool)>,
    /// Month from which statements are added up under it.
    pub since: Month,
    /// Statements since then that hold one of these items.
    pub statements: i64,
}

/// Every catalogue, by version; the first is built in.
///
/// # Errors
/// The database fails or holds something else.
pub fn all(tx: &mut Tx) -> Result<Vec<Catalogue>> {
    let read = |row: Row| {
        serde_json::from_str(&row.body)
            .map_err(|error| Error::Internal(format!("catalogue {} cannot be read: {error}", row.version)))
    };
    let loaded = store::all(tx)?.into_iter().map(read);
    std::iter::once(Ok(built_in().clone())).chain(loaded).collect()
}

/// The catalogue that a month is added up under: the one in force on its last day.
///
/// # Errors
/// `invalid` for a month before the first catalogue, or the database fails.
pub fn of_month(tx: &mut Tx, month: Month) -> Result<Catalogue> {
    let all = all(tx)?;
    let found = in_force(&all, &month.last().to_string()).cloned();
    found.ok_or_else(|| Error::invalid("month", "no catalogue of income items was in force yet"))
}

/// What counts, as the database asks it.
#[must_use]
pub fn rulings(catalogue: &Catalogue) -> Rulings {
    let items = |counts: bool| {
        let those = catalogue.rulings.iter().filter(move |ruling| ruling.counts == counts);
        those.map(|ruling| ruling.item.clone()).collect()
    };
    Rulings { counted: items(true), uncounted: items(false) }
}

/// Loads a version from a file; the same file again changes nothing.
///
/// # Errors
/// `invalid` with what is wrong with it, or the database fails.
pub fn load(tx: &mut Tx, text: &str, at: i64) -> Result<(Loaded, Audit)> {
    let parsed = Catalogue::parse(text.trim_start_matches('\u{feff}'));
    let catalogue = parsed.map_err(|error| Error::invalid("file", error.to_string()))?;
    let all = all(tx)?;
    let known = all.iter().find(|known| known.version == catalogue.version);
    if known.is_some_and(|known| *known != catalogue) {
        let detail = format!(
            "version {} is there and says something else; what was ruled is never rewritten, take the next number",
            catalogue.version
        );
        return Err(Error::invalid("version", detail));
    }
    let before: Vec<Catalogue> =
        all.iter().filter(|other| other.version != catalogue.version).cloned().collect();
    let flipped = flipped(in_force(&before, &catalogue.effective_from), &catalogue);
    let begins = Date::parse(&catalogue.effective_from).and_then(|day| Month::new(day.year(), 1));
    let since = begins.ok_or_else(|| Error::invalid("effective_from", "a day such as 2016-01-01"))?;
    let items: Vec<String> = flipped.iter().map(|(item, _)| item.clone()).collect();
    let statements = income::holding(tx, &items, &since.to_string())?;
    let audit = if known.is_some() { Audit::default() } else { insert(tx, &catalogue, at)? };
    Ok((Loaded { catalogue, flipped, since, statements }, audit))
}

fn insert(tx: &mut Tx, catalogue: &Catalogue, at: i64) -> Result<Audit> {
    let version =
        i32::try_from(catalogue.version).map_err(|_| Error::invalid("version", "at most 2147483647"))?;
    let body = serde_json::to_string(catalogue).map_err(|error| Error::Internal(error.to_string()))?;
    let effective_from = catalogue.effective_from.clone();
    store::insert(tx, &Row { version, effective_from, body, loaded_at: at })?;
    let detail = format!("from {}: {}", catalogue.effective_from, catalogue.document);
    Ok(Audit::of(entry(at, "system", "load_catalogue", &version.to_string(), &detail)))
}

/// Items that count under one of two catalogues and not under the other.
fn flipped(before: Option<&Catalogue>, now: &Catalogue) -> Vec<(String, bool)> {
    let Some(before) = before else { return Vec::new() };
    let ruled: BTreeSet<&str> =
        before.rulings.iter().chain(&now.rulings).map(|ruling| ruling.item.as_str()).collect();
    let differs = |item: &&str| before.counts(item) != now.counts(item);
    ruled.into_iter().filter(differs).map(|item| (item.to_owned(), now.counts(item))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Db, Location};

    fn file(version: u32, from: &str, rulings: &[(&str, bool)]) -> String {
        let one = |(item, counts): &(&str, bool)| {
            format!("{{ item = \"{item}\", counts = {counts}, document = \"d\" }}")
        };
        let rulings = rulings.iter().map(one).collect::<Vec<_>>().join(", ");
        format!("version = {version}\neffective_from = \"{from}\"\ndocument = \"d\"\nrulings = [{rulings}]")
    }

    fn loaded(db: &Db, text: String) -> Result<Loaded> {
        db.write_blocking(move |tx| load(tx, &text, 0))
    }

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    #[test]
    fn a_month_is_added_up_under_the_catalogue_of_its_last_day() {
        let db = Db::open(Location::Memory).unwrap();
        loaded(&db, file(2, "2015-12-31", &[("transfer_pension", false)])).unwrap();
        let of = |text: &str| {
            let month = month(text);
            db.read_blocking(move |tx| Ok(of_month(tx, month)?.version))
        };
        assert_eq!((of("2015-11").unwrap(), of("2015-12").unwrap(), of("2016-01").unwrap()), (1, 2, 2));
        assert!(of("2009-12").unwrap_err().to_string().starts_with("month: "));
        assert_eq!(db.read_blocking(all).unwrap().len(), 2);
    }

    #[test]
    fn a_version_is_loaded_once_and_never_rewritten() {
        let db = Db::open(Location::Memory).unwrap();
        let text = file(2, "2016-01-01", &[("transfer_pension", false), ("oneoff_relief", true)]);
        let first = loaded(&db, text.clone()).unwrap();
        let flipped = [("oneoff_relief".to_owned(), true), ("transfer_pension".to_owned(), false)];
        assert_eq!((&first.flipped[..], first.since, first.statements), (&flipped[..], month("2016-01"), 0));
        assert_eq!(loaded(&db, text).unwrap(), first);
        let other = loaded(&db, file(2, "2016-01-01", &[])).unwrap_err().to_string();
        assert!(other.starts_with("version: version 2 is there"), "{other}");
        assert!(loaded(&db, file(1, "2016-01-01", &[])).is_err(), "version 1 is built in");
        // The next one takes back what the second said of pensions.
        let third = loaded(&db, file(3, "2016-03-01", &[("oneoff_relief", true)])).unwrap();
        assert_eq!(third.flipped, [("transfer_pension".to_owned(), true)]);
        let bad = loaded(&db, "version = 4".into()).unwrap_err().to_string();
        assert!(bad.starts_with("file: "), "{bad}");
    }
}
