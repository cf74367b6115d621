//! What a person does on one day with a phone in the pocket: trips, visits, nights, difficulties, and the
//! register corrected on the doorstep. Everything happens offline; sending it is another matter.

use bidao_schema::api::person::Role;
use bidao_schema::calendar::Date;
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_sync::phone::PhoneError;
use rand::Rng;
use rand::seq::IndexedRandom;
use serde_json::Value;

use super::phone::SimPhone;
use super::township::draw;
use super::{camera, signing, survey};

const SAID: &[&str] = &[
    "想把坡上那块地种脆红李，就是不晓得去哪里买苗。",
    "娃儿下学期要上高中，学费还差一点。",
    "去年的猪价低，今年想少喂两头，多养点蜂。",
    "屋后头的堡坎一下大雨就掉石头，晚上睡不踏实。",
    "老毛病又犯了，去区医院路远，药费也贵。",
    "村里的路修好了，赶场方便多了。",
    "想去区里学厨师，听说有免费的班。",
    "水管冬天要冻，井又远。",
];
const NEEDS: &[(&str, &str)] = &[
    ("medical", "长期服药，报销手续不清楚"),
    ("schooling", "孩子住校生活费有困难"),
    ("employment", "想外出务工，没有门路"),
    ("industry", "养蜂缺启动资金和技术"),
    ("relocation", "住房在滑坡点下方，想搬迁"),
    ("other", "人畜饮水水源不足"),
];
const ACCESS: &[&str] = &["公路到院坝", "步行二十分钟，雨天路滑", "摩托可到，最后一段陡", "过河后左边第二家"];
/// Kinds of visits in a month with a survey round.
const KINDS: &[&str] = &["survey", "survey", "survey", "routine", "income", "with_leader"];
/// Most households sign with a finger.
const CONFIRMED: &[&str] = &[
    "signature",
    "signature",
    "signature",
    "signature",
    "signature",
    "signature",
    "thumb_on_paper",
    "thumb_on_paper",
    "declined",
];
const ACTIVITIES: &[&str] = &["opinion", "policy", "technology", "mediation", "civic"];

/// A day of one person.
pub struct Day<'a> {
    /// The date.
    pub on: Date,
    /// The accident the director arranged for this person, if any.
    pub collision: Option<&'a Collision>,
}

/// Two people write the same fields of the same household on the same day, each offline.
#[derive(Debug, Clone)]
pub struct Collision {
    /// The household.
    pub household: RecordId,
    /// What the first and the second write.
    pub puts: [Vec<Put>; 2],
    /// Their phones.
    pub phones: [usize; 2],
}

/// Lives the day with the phone of index `index`.
///
/// # Errors
/// The engine refuses: a fault of the demo.
pub fn live(phone: &mut SimPhone, index: usize, day: &Day) -> Result<(), PhoneError> {
    mend_returned(phone, day.on)?;
    if let Some(collision) = day.collision
        && let Some(side) = collision.phones.iter().position(|at| *at == index)
    {
        phone.edit(collision.household, &collision.puts[side], at(day.on, 9, 40))?;
    }
    let worker = &phone.worker;
    let away = worker.leave.as_ref().is_some_and(|leave| leave.from <= day.on && day.on <= leave.to);
    if away || day.on < worker.since {
        return phone.submit_finished();
    }
    match worker.role {
        Role::TeamMember | Role::TeamLeader => member_day(phone, day)?,
        Role::DistrictLeader => {
            for village in worker.areas.clone() {
                if phone.rng.random_ratio(1, 20) {
                    visit_village(phone, &village, day, 1)?;
                }
            }
        }
        Role::DeptHead => {
            if phone.rng.random_ratio(1, 11)
                && let Some(village) = phone.worker.areas.first().cloned()
            {
                visit_village(phone, &village, day, 2)?;
            }
        }
        _ => {}
    }
    phone.submit_finished()
}

fn member_day(phone: &mut SimPhone, day: &Day) -> Result<(), PhoneError> {
    let Some(village) = phone.worker.areas.first().cloned() else { return Ok(()) };
    if phone.rng.random_ratio(phone.worker.zeal, 10) {
        let visits = phone.rng.random_range(1..=3);
        if phone.rng.random_ratio(1, 18) {
            survey::find_household(phone, &village, day.on, at(day.on, 9, 30))?;
        }
        visit_village(phone, &village, day, visits)?;
        let lodged = phone.rng.random_ratio(9, 10);
        stay(phone, &village, day.on, lodged)?;
    } else if phone.rng.random_ratio(1, 4)
        && let Some(household) = pick_household(phone, &village)
    {
        let puts = visit_puts(phone, household, None, day.on, "phone");
        let visit = phone.create("visit", &village, &puts, at(day.on, 19, 0))?;
        phone.to_submit.insert(visit);
    }
    Ok(())
}

/// A trip with its visits.
fn visit_village(phone: &mut SimPhone, village: &str, day: &Day, visits: u32) -> Result<(), PhoneError> {
    let trip = trip(phone, village, day.on)?;
    for number in 0..visits {
        let Some(household) = pick_household(phone, village) else { break };
        let now = at(day.on, 10 + i64::from(number) * 2, 15);
        let kind = draw(&mut phone.rng, KINDS);
        let puts = visit_puts(phone, household, Some(trip), day.on, &kind);
        let photos =
            if camera::is_permitted(phone, household) { camera::take(phone, household, now) } else { vec![] };
        let visit = phone.create("visit", village, &[puts, photos].concat(), now)?;
        signing::sign_visit(phone, visit, household, now + 15 * 60_000)?;
        phone.to_submit.insert(visit);
        if phone.rng.random_ratio(1, 8) {
            raise(phone, village, (household, visit), day.on)?;
        }
        if phone.rng.random_ratio(1, 5) {
            correct(phone, household, now)?;
        }
    }
    if phone.rng.random_ratio(1, 4) {
        solve(phone, day.on)?;
    }
    Ok(())
}

fn trip(phone: &mut SimPhone, village: &str, on: Date) -> Result<RecordId, PhoneError> {
    let role = serde_json::to_value(phone.worker.role).unwrap_or_default();
    let puts = [
        Put::new("person", phone.worker.id.clone()),
        Put::new("role_at_time", role),
        Put::new("village_code", village),
        Put::new("occurred_on", on.to_string()),
        Put::new(
            "arrive_at",
            format!("{:02}:{:02}", phone.rng.random_range(8..10), phone.rng.random_range(0..60)),
        ),
        Put::new("lodged", false),
        Put::new("purpose", "household_visit"),
        Put::new("transport", draw(&mut phone.rng, &["walk", "motorcycle", "bus", "own_car"])),
        Put::new("location_mode", "none"),
        Put::new("evidence_kinds", draw(&mut phone.rng, &["self", "household", "words", "village"])),
    ];
    phone.create("trip", village, &puts, at(on, 9, 0))
}

fn stay(phone: &mut SimPhone, village: &str, on: Date, lodged: bool) -> Result<(), PhoneError> {
    let puts = [
        Put::new("person", phone.worker.id.clone()),
        Put::new("village_code", village),
        Put::new("occurred_on", on.to_string()),
        Put::new("lodged", lodged),
        Put::new("source", "self"),
    ];
    phone.create("stay", village, &puts, at(on, 21, 0)).map(drop)
}

fn visit_puts(
    phone: &mut SimPhone,
    household: RecordId,
    trip: Option<RecordId>,
    on: Date,
    kind: &str,
) -> Vec<Put> {
    let met = draw(&mut phone.rng, &["head", "head", "head", "adult", "adult", "nobody"]);
    let met = if kind == "phone" { "head".to_owned() } else { met };
    let mut puts = vec![
        Put::new("household", household.to_string()),
        Put::new("visit_type", kind),
        Put::new("occurred_on", on.to_string()),
        Put::new("visitors", phone.worker.id.clone()),
        Put::new("met", met.clone()),
        Put::new("location_mode", "none"),
    ];
    if kind == "survey" {
        puts.push(Put::new("survey_outcome", survey::outcome(&mut phone.rng, &met)));
    }
    if let Some(trip) = trip {
        puts.push(Put::new("trip", trip.to_string()));
    }
    if met == "nobody" {
        puts.push(Put::new("note", "家中无人，邻居说赶场去了"));
        return puts;
    }
    let done: Vec<&str> = ACTIVITIES.iter().copied().filter(|_| phone.rng.random_ratio(1, 3)).collect();
    puts.push(Put::new("activity_types", done.join(" ")));
    puts.push(Put::new(
        "topics",
        draw(&mut phone.rng, &["industry", "medical", "schooling industry", "property", "other"]),
    ));
    puts.push(Put::new("what_household_said", draw(&mut phone.rng, SAID)));
    puts.push(Put::new("household_confirmation", draw(&mut phone.rng, CONFIRMED)));
    if phone.rng.random_ratio(1, 5) {
        let id = bidao_sync::ids::to_hex(&phone.rng.random::<[u8; 16]>());
        let by_when = on.add_days(phone.rng.random_range(5..25)).unwrap_or(on);
        puts.push(Put::new(format!("commitments/{id}/what"), "联系农技站上门看一次"));
        puts.push(Put::new(format!("commitments/{id}/by_whom"), phone.worker.name.clone()));
        puts.push(Put::new(format!("commitments/{id}/by_when"), by_when.to_string()));
    }
    puts
}

fn raise(
    phone: &mut SimPhone,
    village: &str,
    about: (RecordId, RecordId),
    on: Date,
) -> Result<(), PhoneError> {
    let (category, description) = NEEDS.choose(&mut phone.rng).copied().unwrap_or(("other", "其他"));
    let puts = [
        Put::new("household", about.0.to_string()),
        Put::new("visit", about.1.to_string()),
        Put::new("category", category),
        Put::new("raised_on", on.to_string()),
        Put::new("description", description),
        Put::new("owner_person", phone.worker.id.clone()),
        Put::new("state", "raised"),
    ];
    let difficulty = phone.create("difficulty", village, &puts, at(on, 16, 0))?;
    phone.difficulties.push(difficulty);
    phone.to_submit.insert(difficulty);
    Ok(())
}

/// The oldest open difficulty is solved, and mostly the household agrees.
fn solve(phone: &mut SimPhone, on: Date) -> Result<(), PhoneError> {
    if phone.difficulties.len() < 2 {
        return Ok(());
    }
    let difficulty = phone.difficulties.remove(0);
    let agrees = phone.rng.random_ratio(4, 5);
    let puts = [
        Put::new("state", "solved"),
        Put::new("solution", "已协调办理，并回访农户"),
        Put::new("solved_on", on.to_string()),
        Put::new("household_confirms", if agrees { "yes" } else { "no" }),
    ];
    phone.edit(difficulty, &puts, at(on, 17, 0))
}

/// The register is corrected on the doorstep.
fn correct(phone: &mut SimPhone, household: RecordId, now: i64) -> Result<(), PhoneError> {
    let put = match phone.rng.random_range(0..3) {
        0 => Put::new("phone", format!("1990000{:04}", phone.rng.random_range(0..10_000))),
        1 => Put::new("access_note", draw(&mut phone.rng, ACCESS)),
        _ => Put::new("signal", draw(&mut phone.rng, &["none", "2g", "3g_up"])),
    };
    phone.edit(household, &[put], now)
}

/// What came back with a remark is mended and handed in again.
fn mend_returned(phone: &mut SimPhone, on: Date) -> Result<(), PhoneError> {
    let returned: Vec<RecordId> =
        phone.phone.records().filter(|id| is_own_and_returned(phone, *id)).collect();
    for record in returned {
        let (kind, _, _) = phone.phone.about(record)?;
        let field = match kind {
            "difficulty" => "raised_by",
            "household" => "access_note",
            _ => "note",
        };
        let text = format!("已按意见补充（{on}）");
        phone.edit(record, &[Put::new(field, text)], at(on, 8, 30))?;
    }
    Ok(())
}

fn is_own_and_returned(phone: &SimPhone, record: RecordId) -> bool {
    let is_returned = phone.phone.decision(record).is_some_and(|decision| decision.state == "returned");
    is_returned && phone.changes.iter().any(|(own, _)| *own == record)
}

/// One's own households first; a leader or helper takes whatever the phone holds of the village.
fn pick_household(phone: &mut SimPhone, village: &str) -> Option<RecordId> {
    let is_here = |id: &RecordId| {
        phone.phone.about(*id).is_ok_and(|(kind, _, area)| kind == "household" && area == village)
    };
    let mut here: Vec<RecordId> = phone.households.iter().copied().filter(is_here).collect();
    if here.is_empty() {
        here = phone.phone.records().filter(is_here).collect();
    }
    here.choose(&mut phone.rng).copied()
}

/// A moment of a day in Asia/Shanghai, in milliseconds since 1970.
#[must_use]
pub fn at(on: Date, hour: i64, minute: i64) -> i64 {
    on.start_millis_shanghai() + (hour * 60 + minute) * 60_000
}

/// Fields two people may disagree about, with the values they write: the first asks, the second does not.
pub fn draw_collision(rng: &mut impl Rng, household: RecordId, phones: [usize; 2]) -> Collision {
    const FIGHTS: &[(&str, [&str; 2])] = &[
        ("severity", ["severe", "light"]),
        ("main_cause", ["transport", "capital"]),
        ("poverty_attribute", ["allowance", "general"]),
        ("severity_reason", ["危房一栋，无稳定收入", "住房已加固，收入好转"]),
    ];
    let (field, values) = FIGHTS.choose(rng).copied().unwrap_or(FIGHTS[0]);
    let side = |at: usize| {
        let note = format!("1990001{:04}", rng_number(household, at));
        vec![Put::new(field, Value::from(values[at])), Put::new("phone", note)]
    };
    Collision { household, puts: [side(0), side(1)], phones }
}

fn rng_number(household: RecordId, side: usize) -> usize {
    (usize::from(household.0[15]) * 16 + usize::from(household.0[14] % 16)) * 2 % 9998 + side
}
