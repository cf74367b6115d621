//! The survey round of the demo: who goes where, what people find at the doors, and the households on no list.

use bidao_schema::api::person::Role;
use bidao_schema::api::survey::{OpenSurvey, SurveyGround, SurveyGroup};
use bidao_schema::calendar::Date;
use bidao_sync::ids::RecordId;
use bidao_sync::phone::PhoneError;
use rand::Rng;
use rand::rngs::StdRng;

use super::Period;
use super::household::draw_household;
use super::phone::SimPhone;
use super::township::{TOWNSHIP, Township, draw};

/// What the degrees mean in made-up places.
pub const CRITERIA: &str = "重度：无安全住房或无劳动力；中度：有劳动力但收入不稳；轻度：接近脱贫线（演示用）";
/// Outcomes at a door where somebody was.
const OUTCOMES: &[&str] = &[
    "visited", "visited", "visited", "visited", "visited", "visited", "visited", "visited", "visited",
    "visited", "visited", "refused",
];
/// Numbers of the houses that were on no list begin here.
const FOUND: usize = 100;

/// A round over the days played.
pub fn draw_round(rng: &mut StdRng, township: &Township, period: Period) -> OpenSurvey {
    let town = &township.desks[0].id;
    let groups = township.villages.iter().map(|village| {
        let is_team = |role| matches!(role, Role::TeamMember | Role::TeamLeader);
        let team = township.field.iter().filter(|worker| {
            is_team(worker.role) && worker.areas.contains(&village.code) && worker.since <= period.day(0)
        });
        SurveyGroup {
            name: format!("{}摸底组", village.name),
            members: std::iter::once(town).chain(team.map(|worker| &worker.id)).cloned().collect(),
            grounds: vec![SurveyGround { village: village.code.clone(), group_name: None }],
        }
    });
    OpenSurvey {
        id: bidao_sync::ids::to_hex(&rng.random::<[u8; 16]>()),
        name: format!("{}月摸底", period.month),
        area: TOWNSHIP.into(),
        from: period.day(0).to_string(),
        to: period.day(period.days.saturating_sub(1)).to_string(),
        form: "household/1".into(),
        criteria: CRITERIA.into(),
        groups: groups.collect(),
    }
}

/// What a survey visit found, by whom it met.
pub fn outcome(rng: &mut StdRng, met: &str) -> String {
    if met == "nobody" { draw(rng, &["absent", "absent", "absent", "moved"]) } else { draw(rng, OUTCOMES) }
}

/// A poor household that nobody had on a list.
///
/// # Errors
/// The engine refuses: a fault of the demo.
pub fn find_household(
    phone: &mut SimPhone,
    village: &str,
    on: Date,
    now: i64,
) -> Result<RecordId, PhoneError> {
    let number = FOUND + phone.households.len();
    let puts = draw_household(&mut phone.rng, "", number, "outside", on);
    let household = phone.create("household", village, &puts, now)?;
    phone.households.push(household);
    phone.to_submit.insert(household);
    Ok(household)
}
