//! What an operator enters before the first phone is handed out: areas, people, accounts, teams, leave.

use bidao_schema::api::area::AreaLevel;
use bidao_schema::calendar::Date;
use bidao_sync::ids::RecordId;
use rand::Rng;
use rand::rngs::StdRng;

use super::township::{DISTRICT, PASSWORD, TOWNSHIP, Township, Worker};
use crate::app::App;
use crate::domain::account::{self, NewAccount};
use crate::domain::enrol_code::{self, Asker};
use crate::domain::password;
use crate::error::{Error, Result};
use crate::store::audit::{Audit, Entry};
use crate::store::{Tx, area, leave, pairing, team};

/// Enters the township. The database must be empty: a demo never touches real data.
///
/// # Errors
/// The database is not empty, or fails.
pub fn seed(app: &App, township: &Township, rng: &mut StdRng) -> Result<()> {
    if !app.db.read_blocking(|tx| area::under(tx, ""))?.is_empty() {
        return Err(Error::invalid("database", "the demo needs an empty database"));
    }
    let hash = password::hash(PASSWORD, &app.ctx.random())?;
    let (township, now) = (township.clone(), app.ctx.now());
    let ids: Vec<String> = (0..200).map(|_| bidao_sync::ids::to_hex(&rng.random::<[u8; 16]>())).collect();
    app.db.write_blocking(move |tx| {
        let mut ids = ids.iter().cloned();
        areas(tx, &township)?;
        let mut audit = Audit::of(entry(now, "seed", TOWNSHIP));
        for worker in township.field.iter().chain(&township.desks) {
            let fresh: Vec<String> = ids.by_ref().take(worker.areas.len()).collect();
            audit.append(account::add(tx, &new_account(worker, &hash, fresh), now)?);
            if let Some(absence) = &worker.leave {
                leave::insert(
                    tx,
                    &leave::Row {
                        id: ids.next().unwrap_or_default(),
                        person: worker.id.clone(),
                        from_on: absence.from.to_string(),
                        to_on: absence.to.to_string(),
                        kind: absence.kind.to_owned(),
                        approved_by: township.desks[0].id.clone(),
                    },
                )?;
            }
        }
        for (index, village) in township.villages.iter().enumerate() {
            let name = format!("驻{}工作队", village.name);
            team::insert(
                tx,
                &team::Row { number: format!("{}", index + 1), village: village.code.clone(), name },
            )?;
        }
        Ok(((), audit))
    })
}

fn areas(tx: &mut Tx, township: &Township) -> Result<()> {
    let mut row = |code: &str, name: &str, level: AreaLevel, parent: Option<&str>| {
        let level =
            serde_json::to_value(level).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        area::insert(
            tx,
            &area::Row { code: code.into(), name: name.into(), level, parent: parent.map(str::to_owned) },
        )
    };
    row(DISTRICT, "黔江区", AreaLevel::District, None)?;
    row(TOWNSHIP, "云顶乡（演示）", AreaLevel::Township, Some(DISTRICT))?;
    for village in &township.villages {
        row(&village.code, &village.name, AreaLevel::Village, Some(TOWNSHIP))?;
    }
    Ok(())
}

fn new_account(worker: &Worker, hash: &str, ids: Vec<String>) -> NewAccount {
    NewAccount {
        name: worker.account.clone(),
        password_hash: hash.to_owned(),
        person: worker.id.clone(),
        person_name: worker.name.clone(),
        assignments: ids
            .into_iter()
            .zip(&worker.areas)
            .map(|(id, area)| (id, worker.role, area.clone()))
            .collect(),
        valid_from: worker.since.to_string(),
    }
}

/// Makes a one-time code for somebody.
///
/// # Errors
/// The database fails.
pub fn code_for(app: &App, person: &str) -> Result<String> {
    let (code, person, now) = (enrol_code::draw(&app.ctx), person.to_owned(), app.ctx.now());
    let made =
        app.db.write_blocking(move |tx| enrol_code::make(tx, &Asker::Operator, &person, &code, now))?;
    Ok(made.code)
}

/// Pairs a leader or department head with households (domain §4, R9 and R11).
///
/// # Errors
/// The database fails.
pub fn pair(app: &App, helper: &Worker, basis: &str, households: &[RecordId], from: Date) -> Result<()> {
    let (person, basis, now) = (helper.id.clone(), basis.to_owned(), app.ctx.now());
    let rows: Vec<pairing::Row> = households
        .iter()
        .map(|household| pairing::Row {
            id: app.ctx.id(),
            helper: person.clone(),
            household: household.to_string(),
            basis: basis.clone(),
            is_primary: false,
            valid_from: from.to_string(),
            valid_to: None,
        })
        .collect();
    app.db.write_blocking(move |tx| {
        let mut audit = Audit::default();
        for row in &rows {
            pairing::insert(tx, row)?;
            audit.push(entry(now, "pair", &row.household));
        }
        Ok(((), audit))
    })
}

fn entry(at: i64, action: &'static str, object: &str) -> Entry {
    Entry {
        at,
        person: "system".into(),
        device: String::new(),
        action,
        object: object.into(),
        detail: String::new(),
    }
}
