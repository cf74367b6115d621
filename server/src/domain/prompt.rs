//! What is asked about a statement of income (domain §8.6), for whoever reviews it: the same questions as the phone asks,
//! from everything the server holds, with what was answered. Nothing is refused because of one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bidao_schema::api::prompt::{AskedPrompt, PromptList};
use bidao_schema::calendar::{Date, Month};
use bidao_schema::income::{Asked, Catalogue, Entry, Statement, prompts};
use bidao_schema::lines;
use serde_json::Value;

use super::access::Scope;
use super::duplicate::Aliases;
use super::{catalogue, record};
use crate::error::{Error, Result};
use crate::store::record::Row;
use crate::store::{Tx, change, income, person, poverty_line, projection, record as records};

/// Lines of a department's list are the same for many by themselves.
const LISTED: &str = "department_import";

/// Everything asked about a statement, in a fixed order.
///
/// # Errors
/// `not_found` for a record out of reach or one that is no statement of a month, or the database fails.
pub fn of(tx: &mut Tx, scope: &Scope, id: &str, now: i64) -> Result<PromptList> {
    let row = record::visible(tx, scope, id)?;
    let answers = record::document(&row)?.answers();
    let statement = Statement::read(&answers).filter(|_| row.kind == "income");
    let (Some(statement), Some(household)) = (statement, row.household.clone()) else {
        return Err(Error::not_found("statement"));
    };
    let aliases = Aliases::load(tx)?;
    let (year, month) = (statement.month.year(), statement.month.to_string());
    let all = statements(tx, &household, statement.month)?;
    let visits = projection::acceptance_visits(tx, &household, &format!("{year:04}"))?;
    let visits = answers_of(tx, &visits)?;
    let home = answers_of(tx, std::slice::from_ref(&household))?.pop().unwrap_or(Value::Null);
    let entries = entries(tx, &row, &answers, &month, &aliases)?;
    let asked = Asked {
        answers: &answers,
        all: &all,
        household: &home,
        visits: &visits,
        entries: &entries,
        home: aliases.kept(&household),
        catalogue: &made_under(tx, &statement)?,
        line: poverty_line::find(tx, statement.line_year.into())?,
        today: Date::from_epoch_millis_shanghai(now),
    };
    let prompts = prompts(&asked);
    let text = |one: &serde_json::Map<String, Value>, field: &str| {
        one.get(field).and_then(Value::as_str).map(str::to_owned)
    };
    let by = |prompt| {
        bidao_schema::income::Prompt::answer(prompt, &answers).and_then(|(_, one)| text(one, "person"))
    };
    let people: Vec<String> = prompts.iter().filter_map(by).collect();
    let names = person::names(tx, &people)?;
    let shown = prompts.iter().map(|prompt| AskedPrompt {
        answer: prompt.answer(&answers).and_then(|(_, one)| text(one, "answer")),
        answered_by: by(prompt).and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        prompt: prompt.clone(),
    });
    Ok(PromptList { prompts: shown.collect() })
}

/// The catalogue a statement says it was made under; one that is gone by now is that of its month.
fn made_under(tx: &mut Tx, statement: &Statement) -> Result<Catalogue> {
    let said = catalogue::all(tx)?.into_iter().find(|one| one.version == statement.catalogue);
    said.map_or_else(|| catalogue::of_month(tx, statement.month), Ok)
}

/// Statements of the household from the beginning to the end of the year asked about.
fn statements(tx: &mut Tx, household: &str, month: Month) -> Result<Vec<Value>> {
    let span = ("0000-01", &*format!("{:04}-12", month.year()));
    let rows = income::of_households(tx, &[household.to_owned()], span)?;
    answers_of(tx, &rows.into_iter().map(|row| row.record).collect::<Vec<_>>())
}

fn answers_of(tx: &mut Tx, ids: &[String]) -> Result<Vec<Value>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(row) = records::find(tx, id)? else { continue };
        found.push(record::document(&row)?.answers());
    }
    Ok(found)
}

/// Lines of this statement, and of others of the month that the same persons wrote on the same days.
fn entries(tx: &mut Tx, row: &Row, answers: &Value, month: &str, aliases: &Aliases) -> Result<Vec<Entry>> {
    let mut found = entered(tx, row, answers, aliases)?;
    let items: BTreeSet<String> = found.iter().map(|one| one.item.clone()).collect();
    let days: BTreeSet<(String, String)> =
        found.iter().map(|one| (one.author.clone(), one.day.clone())).collect();
    let mut others: BTreeSet<String> = BTreeSet::new();
    for (author, day) in &days {
        let Some(day) = Date::parse(day) else { continue };
        let (from, to) =
            (day.start_millis_shanghai(), day.add_days(1).unwrap_or(day).start_millis_shanghai());
        let items: Vec<String> = items.iter().cloned().collect();
        others.extend(income::written_by(tx, month, author, (from, to), &items)?);
    }
    others.remove(&row.id);
    for id in others {
        let Some(other) = records::find(tx, &id)? else { continue };
        let answers = record::document(&other)?.answers();
        found.extend(entered(tx, &other, &answers, aliases)?);
    }
    Ok(found)
}

/// Who wrote each line of a statement that stands, on which day.
fn entered(tx: &mut Tx, row: &Row, answers: &Value, aliases: &Aliases) -> Result<Vec<Entry>> {
    let Some(household) = &row.household else { return Ok(Vec::new()) };
    let origins: HashMap<String, String> =
        change::origins(tx, &row.id)?.into_iter().map(|origin| (origin.hash, origin.person)).collect();
    let mut makers: BTreeMap<String, (String, i64)> = BTreeMap::new();
    for field in record::document(row)?.history() {
        let mut parts = field.path.split('/');
        let (Some("lines"), Some(line), Some("amount")) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let person = origins.get(&field.change.to_string()).cloned().unwrap_or_default();
        makers.entry(line.to_owned()).or_insert((person, field.made_at));
    }
    let entry = |(id, line): (&str, &serde_json::Map<String, Value>)| {
        let (author, made_at) = makers.get(id).filter(|(author, _)| !author.is_empty())?.clone();
        let is_listed = line.get("source").and_then(Value::as_str) == Some(LISTED);
        let (item, amount) = (line.get("item")?.as_str()?, line.get("amount")?.as_i64()?);
        (!is_listed).then(|| Entry {
            author,
            day: Date::from_epoch_millis_shanghai(made_at).to_string(),
            household: aliases.kept(household).to_owned(),
            item: item.to_owned(),
            amount,
        })
    };
    Ok(lines::standing(answers, "lines").into_iter().filter_map(entry).collect())
}
