//! What dossiers and registers count of a household's file: its statements of income, its measures and projects, its
//! ledgers, cards and agreements. A row is a claim as in the file above: nothing said, no row; two things said, none.

use std::collections::BTreeMap;

use bidao_schema::income;

use super::{Fact, date, household, text};
use crate::store::dossier::Document;
use crate::store::income::{Item, Statement};
use crate::store::register::{Measure, Project};

/// Most fen kept of one item of a month: far above what a form lets through, low enough that no sum overflows.
const MOST: i64 = 1_000_000_000_000;

/// A statement and its items. While two people count different members, it counts nobody.
pub fn statement(fact: &Fact) -> Option<(Statement, Vec<Item>)> {
    let (household, read) = (household(fact)?, income::Statement::read(fact.answers)?);
    let month = read.month.to_string();
    let persons = if is_contested(fact, "counted") { 0 } else { read.counted.len() };
    let mut items: BTreeMap<&str, Item> = BTreeMap::new();
    for line in &read.lines {
        let item = items.entry(&line.item).or_insert_with(|| Item {
            record: fact.record.into(),
            item: line.item.clone(),
            category: line.category.as_str().into(),
            household: household.clone(),
            month: month.clone(),
            amount: 0,
            estimated: 0,
        });
        item.amount = item.amount.saturating_add(line.amount).min(MOST);
        if line.is_estimate {
            item.estimated = item.estimated.saturating_add(line.amount).min(MOST);
        }
    }
    let items = items.into_values().collect();
    let statement = Statement {
        record: fact.record.into(),
        household,
        village: fact.area.into(),
        month,
        persons: i32::try_from(persons).unwrap_or(i32::MAX),
    };
    Some((statement, items))
}

/// A measure. While two people say different batches it is in none, and primary only when nobody disagrees.
pub fn measure(fact: &Fact) -> Option<Measure> {
    let said = |field: &str| fact.answers.get(field);
    let measure_type = if is_contested(fact, "measure_type") { "" } else { text(fact, "measure_type") };
    let is_primary = said("is_primary").and_then(serde_json::Value::as_bool).unwrap_or_default();
    let year = said("planned_for_year").and_then(serde_json::Value::as_i64);
    Some(Measure {
        record: fact.record.into(),
        household: household(fact)?,
        village: fact.area.into(),
        measure_type: measure_type.into(),
        is_primary: is_primary && !is_contested(fact, "is_primary"),
        planned_for_year: year.and_then(|year| i32::try_from(year).ok()).unwrap_or_default(),
        outcome: text(fact, "outcome").into(),
    })
}

/// A project of a household. One whose class two people say differently has none.
pub fn project(fact: &Fact) -> Option<Project> {
    let household = household(fact)?;
    let class = if is_contested(fact, "project_class") { "" } else { text(fact, "project_class") };
    Some(Project { record: fact.record.into(), household, village: fact.area.into(), class: class.into() })
}

/// A ledger, a card or an agreement.
pub fn document(fact: &Fact) -> Option<Document> {
    let (period, last) = match fact.kind {
        "agreement" => (date(fact, "agreed_on").map(|on| on.to_string()), date(fact, "valid_to")),
        _ => (Some(text(fact, "year").to_owned()), None),
    };
    Some(Document {
        record: fact.record.into(),
        kind: fact.kind.into(),
        household: household(fact)?,
        village: fact.area.into(),
        period: period.unwrap_or_default(),
        valid_to: last.map(|on| on.to_string()).unwrap_or_default(),
    })
}

fn is_contested(fact: &Fact, field: &str) -> bool {
    fact.contested.iter().any(|path| path == field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const HOUSE: &str = "0000000000000000000000000000000a";

    fn fact<'a>(kind: &'a str, answers: &'a Value, contested: &'a [String]) -> Fact<'a> {
        Fact {
            kind,
            record: "r1",
            area: "500114101001",
            made_in: "500114101001",
            person: "p1",
            household: Some(HOUSE),
            answers,
            contested,
            received_at: 0,
        }
    }

    fn id(n: u8) -> String {
        format!("{n:032x}")
    }

    #[test]
    fn lines_that_stand_are_added_up_by_item_and_no_catalogue_is_asked() {
        let counted = [id(8), id(9)].join(" ");
        let answers = json!({"month": "2015-11", "catalogue": 1, "counted": counted, "lines": {
            id(1): {"item": "business_pig", "amount": 180_000, "source": "household"},
            id(2): {"item": "business_pig", "amount": 20_000, "source": "cadre_estimate"},
            id(3): {"item": "oneoff_consolation", "amount": 40_000, "source": "household"},
            id(4): {"item": "wage_local", "amount": 5, "source": "household"},
            id(5): {"item": "wage_local", "amount": 7, "source": "household", "supersedes": id(4)},
            id(6): {"item": "wage_local", "amount": 9, "source": "household", "deleted_at": "2015-11-03"},
        }});
        let (statement, items) = statement(&fact("income", &answers, &[])).unwrap();
        assert_eq!((statement.month.as_str(), statement.persons), ("2015-11", 2));
        let sums: Vec<_> =
            items.iter().map(|i| (i.item.as_str(), i.category.as_str(), i.amount, i.estimated)).collect();
        assert_eq!(
            sums,
            [
                ("business_pig", "business", 200_000, 20_000),
                ("oneoff_consolation", "oneoff", 40_000, 0),
                ("wage_local", "wage", 7, 0),
            ]
        );
    }

    #[test]
    fn amounts_no_form_lets_through_make_no_sum_overflow() {
        let line = json!({"item": "business_pig", "amount": i64::MAX, "source": "cadre_estimate"});
        let answers = json!({"month": "2015-11", "counted": "", "lines": {id(1): line, id(2): line}});
        let (_, items) = statement(&fact("income", &answers, &[])).unwrap();
        assert_eq!((items[0].amount, items[0].estimated), (MOST, MOST));
        assert!(MOST.checked_mul(9_000_000).is_some());
    }

    #[test]
    fn what_two_people_say_differently_is_said_by_nobody() {
        let answers = json!({"month": "2015-11", "counted": id(9), "measure_type": "industry", "is_primary": true,
            "planned_for_year": 2015, "outcome": "achieved"});
        let said = measure(&fact("measure", &answers, &[])).unwrap();
        assert_eq!(
            (said.measure_type.as_str(), said.is_primary, said.planned_for_year, said.outcome.as_str()),
            ("industry", true, 2015, "achieved")
        );
        let contested = ["counted", "measure_type", "is_primary"].map(str::to_owned);
        let none = measure(&fact("measure", &answers, &contested)).unwrap();
        assert_eq!((none.measure_type.as_str(), none.is_primary), ("", false));
        assert_eq!(statement(&fact("income", &answers, &contested)).unwrap().0.persons, 0);
    }

    #[test]
    fn a_project_has_one_class_or_none() {
        let answers = json!({"project_class": "industry"});
        assert_eq!(project(&fact("project", &answers, &[])).unwrap().class, "industry");
        let contested = ["project_class".to_owned()];
        assert_eq!(project(&fact("project", &answers, &contested)).unwrap().class, "");
        assert_eq!(project(&fact("project", &json!({}), &[])).unwrap().class, "");
    }

    #[test]
    fn an_agreement_lasts_to_its_last_day_and_a_ledger_is_of_its_year() {
        let answers = json!({"agreed_on": "2015-03-01", "valid_to": "2016-02-29", "year": "2015"});
        let agreement = document(&fact("agreement", &answers, &[])).unwrap();
        assert_eq!((agreement.period.as_str(), agreement.valid_to.as_str()), ("2015-03-01", "2016-02-29"));
        let ledger = document(&fact("ledger", &answers, &[])).unwrap();
        assert_eq!((ledger.period.as_str(), ledger.valid_to.as_str()), ("2015", ""));
        let unlinked = Fact { household: None, ..fact("ledger", &answers, &[]) };
        assert_eq!(document(&unlinked), None);
    }
}
