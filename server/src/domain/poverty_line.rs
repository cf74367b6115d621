//! Poverty lines (domain §8.4): yuan as the operator writes them, fen as they are kept.

use bidao_schema::money::parse_hundredths;

use super::account::entry;
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::{Tx, poverty_line};

/// The first year with a national line, and the last year taken for meant.
pub const YEARS: std::ops::RangeInclusive<u16> = 1978..=2100;

/// Sets the line of a year, or replaces it; answers it in fen.
///
/// # Errors
/// `invalid` naming the argument, or the database fails.
pub fn set(tx: &mut Tx, year: u16, yuan: &str, at: i64) -> Result<(i64, Audit)> {
    if !YEARS.contains(&year) {
        let expected = format!("expected a year from {} to {}", YEARS.start(), YEARS.end());
        return Err(Error::invalid("year", expected));
    }
    let fen = parse_hundredths(yuan).filter(|fen| *fen > 0).ok_or_else(|| {
        Error::invalid("yuan", "expected yuan above 0 with at most two decimals, such as 2736.00")
    })?;
    let before = poverty_line::find(tx, i32::from(year))?;
    poverty_line::put(tx, i32::from(year), fen)?;
    let detail = match before {
        Some(before) => format!("{before} fen to {fen} fen"),
        None => format!("{fen} fen"),
    };
    Ok((fen, Audit::of(entry(at, "system", "set_poverty_line", &year.to_string(), &detail))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Db, Location};

    fn set_line(db: &Db, year: u16, yuan: &'static str) -> Result<i64> {
        db.write_blocking(move |tx| set(tx, year, yuan, 0))
    }

    #[test]
    fn yuan_become_whole_fen_or_are_refused() {
        let db = Db::open(Location::Memory).unwrap();
        for (yuan, fen) in [("2736.00", 273_600), ("2736", 273_600), ("2855.5", 285_550), ("0.01", 1)] {
            assert_eq!(set_line(&db, 2015, yuan).unwrap(), fen);
        }
        for yuan in ["2736.001", "2736.", "", "0", "0.00", "-1", "1e3", "2,736", "99999999999999999999"] {
            let refused = set_line(&db, 2015, yuan).unwrap_err().to_string();
            assert!(refused.starts_with("yuan: "), "{refused}");
        }
        let lines = db.read_blocking(poverty_line::all).unwrap();
        assert_eq!(lines, [(2015, 1)], "the last good one stands");
    }

    #[test]
    fn a_mistyped_year_is_refused() {
        let db = Db::open(Location::Memory).unwrap();
        for year in [1977, 2101, 215] {
            assert!(set_line(&db, year, "2736").unwrap_err().to_string().starts_with("year: "));
        }
        for year in [1978, 2100] {
            set_line(&db, year, "2736").unwrap();
        }
    }
}
