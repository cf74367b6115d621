//! The families of an area that reports count: households filed there, each family once whichever of its records is
//! written to (ADR 11), and the rows a report has for the area.

use std::collections::{BTreeMap, HashMap};

use bidao_schema::api::area::AreaLevel;
use bidao_schema::codes::area_level;

use super::access::{Scope, significant};
use super::duplicate::Aliases;
use crate::error::{Error, Result};
use crate::store::projection::Household;
use crate::store::register::{self, Among, InSystem};
use crate::store::{Tx, area};

/// The families of an area.
#[derive(Debug, Clone, Default)]
pub struct Families {
    /// Their registers, by record id.
    pub registers: Vec<Household>,
    /// Who is asked about in queries.
    pub among: Among,
    /// Place in `registers` of every record that stands for one of them.
    places: HashMap<String, usize>,
    /// Records anywhere that another one stands for.
    aliases: Vec<String>,
}

/// An area with the places that have a row of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Villages and their names, by code.
    pub villages: BTreeMap<String, String>,
    /// Townships within the area, by code, then the area itself; nothing for a village.
    pub sums: Vec<(String, String)>,
}

/// The code of an area that the scope reads as a whole.
///
/// # Errors
/// `invalid` for what is no code, `forbidden` outside what is read, `not_found` when nobody loaded it.
pub fn readable(tx: &mut Tx, scope: &Scope, code: &str) -> Result<Places> {
    if code.len() != 12 || !code.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Error::invalid("area", "expected 12 digits"));
    }
    if !scope.reads(code, None) {
        return Err(Error::forbidden("this area is not within what you read"));
    }
    let itself = area::find(tx, code)?.ok_or_else(|| Error::not_found("area"))?;
    let under = area::under(tx, significant(code))?;
    let of = |level: AreaLevel| {
        under.iter().filter(move |row| area_level(&row.code) == Some(level) && row.code != code)
    };
    let named = |row: &area::Row| (row.code.clone(), row.name.clone());
    let is_village = area_level(code) == Some(AreaLevel::Village);
    let villages = of(AreaLevel::Village).chain(is_village.then_some(&itself)).map(named).collect();
    let sums = of(AreaLevel::Township).chain((!is_village).then_some(&itself)).map(named).collect();
    Ok(Places { villages, sums })
}

impl Places {
    /// The rows of villages, then the sums of townships and of the area; `empty` makes a row of a code and a name.
    pub fn with_sums<Row: Clone>(
        &self,
        villages: BTreeMap<String, Row>,
        empty: impl Fn(&str, &str) -> Row,
        add: impl Fn(&mut Row, &Row),
    ) -> Vec<Row> {
        let sums = self.sums.iter().map(|(code, name)| {
            let mut sum = empty(code, name);
            let parts = villages.iter().filter(|(village, _)| village.starts_with(significant(code)));
            parts.for_each(|(_, part)| add(&mut sum, part));
            sum
        });
        let sums: Vec<Row> = sums.collect();
        villages.into_values().chain(sums).collect()
    }
}

impl Families {
    /// The families filed in an area.
    ///
    /// # Errors
    /// The database fails.
    pub fn load(tx: &mut Tx, code: &str) -> Result<Self> {
        let within = significant(code);
        let bound = |digit: char| within.chars().chain(std::iter::repeat(digit)).take(12).collect();
        let mut among = Among { first: bound('0'), last: bound('9'), others: Vec::new() };
        let aliases = Aliases::load(tx)?;
        let mut registers = register::households(tx, &among)?;
        registers.retain(|row| !aliases.is_alias(&row.record));
        let mut places: HashMap<String, usize> =
            registers.iter().enumerate().map(|(place, row)| (row.record.clone(), place)).collect();
        let all = aliases.all();
        for alias in &all {
            if let Some(place) = places.get(aliases.kept(alias)).copied() {
                places.insert(alias.clone(), place);
                among.others.push(alias.clone());
            }
        }
        Ok(Self { registers, among, places, aliases: all })
    }

    /// The place of a record's family, if it is here.
    #[must_use]
    pub fn place(&self, household: &str) -> Option<usize> {
        self.places.get(household).copied()
    }

    /// Whether a record is the one its family is known by.
    #[must_use]
    pub fn is_kept(&self, household: &str) -> bool {
        self.place(household).is_some_and(|place| self.registers[place].record == household)
    }

    /// Families with more than one record: all their records.
    #[must_use]
    pub fn of_several(&self) -> Vec<String> {
        let kept = |alias: &String| self.place(alias).map(|place| self.registers[place].record.clone());
        let mut all: Vec<String> = self.among.others.iter().filter_map(kept).collect();
        all.extend(self.among.others.iter().cloned());
        all.sort();
        all.dedup();
        all
    }

    /// How many households of these villages are of a class of `in_system`, counted anew.
    ///
    /// # Errors
    /// The database fails.
    pub fn count(&self, tx: &mut Tx, in_system: &str) -> Result<i64> {
        register::count(tx, &self.among, in_system, &self.aliases)
    }

    /// What is counted anew of those in the system.
    #[must_use]
    pub fn in_system(&self) -> InSystem {
        let is_in =
            |alias: &&String| self.place(alias).is_some_and(|place| self.registers[place].in_system == "in");
        let others = self.among.others.iter().filter(is_in).cloned().collect();
        InSystem { among: Among { others, ..self.among.clone() }, aliases: self.aliases.clone() }
    }
}
