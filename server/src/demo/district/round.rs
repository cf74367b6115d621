//! Survey rounds of the district: one in each township, as its office opens them, over the register that is there. Their
//! summaries together are the survey summary P1 of the district.

use bidao_schema::api::survey::{OpenSurvey, SurveyGround, SurveyGroup, SurveySummary};
use bidao_schema::calendar::Date;

use super::place::Places;
use super::plan::District;
use crate::app::App;
use crate::demo::survey::CRITERIA;
use crate::demo::township::Worker;
use crate::domain::access::{Principal, Scope};
use crate::domain::survey;
use crate::error::Result;

/// Days a round takes.
const DAYS: i64 = 30;

/// Opens a round in each township; answers their ids.
///
/// # Errors
/// The database fails, or refuses one.
pub fn open(app: &App, district: &District, on: Date) -> Result<Vec<String>> {
    let places = &district.places;
    let mut ids = Vec::with_capacity(places.townships.len());
    for township in 0..places.townships.len() {
        let (ask, now) = (plan(&app.ctx.id(), places, township, on), app.ctx.now());
        let office = desk(app, &places.townships[township].office, on)?;
        ids.push(ask.id.clone());
        app.db.write_blocking(move |tx| survey::open(tx, &office, &ask, now))?;
    }
    Ok(ids)
}

/// What a round found, as the district's office sees it.
///
/// # Errors
/// The database fails.
pub fn summary(app: &App, district: &District, id: &str, on: Date) -> Result<SurveySummary> {
    let (office, id, now) = (desk(app, &district.places.desks[0], on)?, id.to_owned(), app.ctx.now());
    app.db.read_blocking(move |tx| survey::summary(tx, &office.scope, &id, now))
}

/// Somebody at a desk.
///
/// # Errors
/// The database fails.
pub fn desk(app: &App, worker: &Worker, on: Date) -> Result<Principal> {
    let (person, today) = (worker.id.clone(), on.to_string());
    Ok(Principal {
        person: worker.id.clone(),
        name: worker.name.clone(),
        account: worker.account.clone(),
        session: "district".into(),
        device: None,
        scope: app.db.read_blocking(move |tx| Scope::of(tx, &person, &today))?,
    })
}

/// One survey group a village: the office and the village's team, or the first team of the township where there is none.
fn plan(id: &str, places: &Places, township: usize, on: Date) -> OpenSurvey {
    let office = &places.townships[township];
    let villages: Vec<_> = places.villages.iter().filter(|village| village.township == township).collect();
    let nearest = villages.iter().find(|village| village.has_team());
    let groups = villages.iter().map(|village| {
        let team = if village.has_team() { Some(village) } else { nearest };
        let team = team.into_iter().flat_map(|village| &village.workers);
        let people = std::iter::once(&office.office).chain(team);
        SurveyGroup {
            name: format!("{}摸底组", village.name),
            members: people.map(|worker| worker.id.clone()).collect(),
            grounds: vec![SurveyGround { village: village.code.clone(), group_name: None }],
        }
    });
    OpenSurvey {
        id: id.to_owned(),
        name: format!("{}{}月摸底", office.name, on.month()),
        area: office.code.clone(),
        from: on.add_days(1 - DAYS).unwrap_or(on).to_string(),
        to: on.to_string(),
        form: "household/1".into(),
        criteria: CRITERIA.into(),
        groups: groups.collect(),
    }
}
