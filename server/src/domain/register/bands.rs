//! Net income a head of the year so far, held against the line (P7, domain §8.5): strictly, on unrounded fen, nothing
//! annualised (INV-32). A household is a figure in a band, never a rank.

use std::collections::HashSet;

use bidao_schema::api::register::IncomeBands;
use bidao_schema::calendar::Month;
use bidao_schema::income::crosses;

use crate::domain::family::Families;
use crate::error::Result;
use crate::store::Tx;
use crate::store::income::{self, Rulings, Statement};

/// The income of a family from January to a month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figure {
    /// The last month with a statement; empty without any.
    last: String,
    /// Persons it counts.
    persons: u32,
    gross: i64,
    expense: i64,
    estimated: i64,
    /// Whether there is a statement of the month itself.
    stated: bool,
    /// Whether everybody signed it.
    signed: bool,
}

/// The figures of all families, in their order.
///
/// # Errors
/// The database fails.
pub fn figures(tx: &mut Tx, families: &Families, month: Month, rulings: &Rulings) -> Result<Vec<Figure>> {
    let mut figures = vec![Figure::default(); families.registers.len()];
    let (from, to) = (format!("{:04}-01", month.year()), month.to_string());
    let asked = (from.as_str(), to.as_str());
    let twice = told_twice(tx, families, asked)?;
    for sum in income::sums(tx, &families.among, asked, rulings, &twice)? {
        let Some(place) = families.place(&sum.household) else { continue };
        figures[place].gross += sum.gross;
        figures[place].expense += sum.expense;
        figures[place].estimated += sum.estimated;
    }
    for (household, last) in income::last(tx, &families.among, asked, &twice)? {
        let Some(place) = families.place(&household) else { continue };
        let (month, persons) = last.split_once(' ').unwrap_or((&last, ""));
        if *month > *figures[place].last {
            figures[place].last = month.to_owned();
            figures[place].persons = persons.parse().unwrap_or_default();
        }
    }
    for (household, signing) in income::signing(tx, &families.among, &to, &twice)? {
        let Some(place) = families.place(&household) else { continue };
        figures[place].stated = true;
        figures[place].signed = signing == "signed";
    }
    Ok(figures)
}

/// Statements of months that a family with two records stated in both: the one of the record that is kept counts, so that
/// nothing is earned twice.
fn told_twice(tx: &mut Tx, families: &Families, asked: (&str, &str)) -> Result<Vec<String>> {
    let mut statements = income::of_households(tx, &families.of_several(), asked)?;
    let first = |one: &Statement| (!families.is_kept(&one.household), one.household.clone());
    statements.sort_by_key(first);
    let mut told = HashSet::new();
    let is_second = |one: &Statement| !told.insert((families.place(&one.household), one.month.clone()));
    let mut is_second = is_second;
    Ok(statements.into_iter().filter(|one| is_second(one)).map(|one| one.record).collect())
}

/// Counts a family; `line` is fen a head.
pub fn count(bands: &mut IncomeBands, figure: &Figure, line: Option<i64>) {
    bands.households += 1;
    bands.statements += u32::from(figure.stated);
    bands.signed += u32::from(figure.signed);
    bands.estimated_fen += figure.estimated;
    bands.counted_fen += figure.gross + figure.expense;
    *band(bands, figure, line) += 1;
}

fn band<'a>(bands: &'a mut IncomeBands, figure: &Figure, line: Option<i64>) -> &'a mut u32 {
    if figure.last.is_empty() {
        return &mut bands.none;
    }
    let Some(line) = line.filter(|_| figure.persons > 0) else { return &mut bands.unmeasured };
    let net = figure.gross - figure.expense;
    let (wide, needed) = (i128::from(net), i128::from(line) * i128::from(figure.persons));
    if !crosses(net, line, figure.persons) {
        return if wide * 2 < needed { &mut bands.far_below } else { &mut bands.below };
    }
    if wide * 100 <= needed * 105 { &mut bands.just_above } else { &mut bands.above }
}

/// Adds the bands of a part.
pub fn add(sum: &mut IncomeBands, part: &IncomeBands) {
    sum.households += part.households;
    sum.none += part.none;
    sum.unmeasured += part.unmeasured;
    sum.far_below += part.far_below;
    sum.below += part.below;
    sum.just_above += part.just_above;
    sum.above += part.above;
    sum.statements += part.statements;
    sum.signed += part.signed;
    sum.estimated_fen += part.estimated_fen;
    sum.counted_fen += part.counted_fen;
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: i64 = 285_500;

    fn counted(net: i64, persons: u32, line: Option<i64>) -> IncomeBands {
        let (gross, expense) = if net < 0 { (0, -net) } else { (net, 0) };
        let figure = Figure { last: "2015-11".into(), persons, gross, expense, ..Figure::default() };
        let mut bands = IncomeBands::default();
        count(&mut bands, &figure, line);
        bands
    }

    #[test]
    fn bands_meet_at_the_half_the_line_and_five_percent_above_it() {
        let needed = LINE * 4;
        let of = |net: i64| {
            let b = counted(net, 4, Some(LINE));
            assert_eq!(b.none + b.unmeasured + b.far_below + b.below + b.just_above + b.above, b.households);
            [b.far_below, b.below, b.just_above, b.above]
        };
        assert_eq!(of(-5), [1, 0, 0, 0]);
        assert_eq!(of(needed / 2 - 1), [1, 0, 0, 0]);
        assert_eq!(of(needed / 2), [0, 1, 0, 0]);
        assert_eq!(of(needed), [0, 1, 0, 0], "exactly the line is not above it");
        assert_eq!(of(needed + 1), [0, 0, 1, 0]);
        assert_eq!(of(needed * 105 / 100), [0, 0, 1, 0]);
        assert_eq!(of(needed * 105 / 100 + 1), [0, 0, 0, 1]);
    }

    #[test]
    fn without_persons_or_a_line_nobody_is_above_or_below() {
        assert_eq!(counted(1_000_000, 0, Some(LINE)).unmeasured, 1);
        assert_eq!(counted(1_000_000, 4, None).unmeasured, 1);
        let mut bands = IncomeBands::default();
        count(&mut bands, &Figure::default(), Some(LINE));
        assert_eq!((bands.none, bands.households), (1, 1));
    }
}
