//! Sets the stage for the browser flows: `stage DATABASE_URL [papers]` makes a district with people, accounts,
//! enrolment codes and five households, with `papers` a sixth that has its five documents, all through the server's
//! own code, and prints them as JSON.

mod papers;

use std::sync::Arc;

use bidao_schema::api::person::Role;
use bidao_schema::calendar::Date;
use bidao_schema::forms;
use bidao_server::app::App;
use bidao_server::config::Config;
use bidao_server::ctx::{Ctx, SystemClock};
use bidao_server::domain::access::{Principal, Scope};
use bidao_server::domain::account::{self, NewAccount};
use bidao_server::domain::enrol_code::{self, Asker};
use bidao_server::domain::password;
use bidao_server::domain::sync::exchange;
use bidao_server::file_store::Place;
use bidao_server::store::vault::key::Source;
use bidao_server::store::{self, Location, audit::Audit};
use bidao_sync::document::Put;
use bidao_sync::ids::{DeviceId, ItemId, RecordId};
use bidao_sync::phone::{NewRecord, Phone};
use bidao_tests::app::{DISTRICT, TOWNSHIP, VILLAGE, device_row, insert_areas, public_key};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

/// Password of every account on the stage.
const PASSWORD: &str = "stage-pass-2015";
/// Account, name, role, area.
const PEOPLE: [(&str, &str, Role, &str); 6] = [
    ("ran", "冉队长", Role::TeamLeader, VILLAGE),
    ("xiang", "向敏", Role::TeamMember, VILLAGE),
    ("gong", "龚勇", Role::TeamMember, VILLAGE),
    ("li", "李主任", Role::AlleviationOffice, DISTRICT),
    ("scribe", "录入员", Role::TeamMember, VILLAGE),
    ("town", "谭干事", Role::TownOffice, TOWNSHIP),
];
/// Head's name, group, address, ID number (prefix 999999 is no place).
const HOUSEHOLDS: [(&str, &str, &str, &str); 5] = [
    ("田大山", "三组", "中元村三组12号", "999999194403120012"),
    ("李秀英", "三组", "中元村三组15号", "999999195107080022"),
    ("冉光福", "一组", "中元村一组3号", "999999196209150014"),
    ("向玉珍", "一组", "中元村一组7号", "999999194410150025"),
    ("谭正权", "二组", "中元村二组16号", "999999196801090014"),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("usage: stage DATABASE_URL [papers]")?;
    let has_papers = std::env::args().nth(2).is_some_and(|word| word == "papers");
    let listen = ([127, 0, 0, 1], 0).into();
    // The stage is the same every time; only time is real, because tokens end.
    let ctx = Ctx::new(Arc::new(SystemClock), StdRng::from_os_rng());
    let database = Location::parse(&url)?;
    let keys = Source::of(&database);
    let app =
        App::open(Config { database, keys, files: Place::Temporary, listen, name: "必到".into() }, ctx)?;
    app.db.write_blocking(|tx| Ok((insert_areas(tx)?, Audit::default())))?;
    let mut people = Vec::new();
    for (name, person_name, role, area) in PEOPLE {
        people.push(add_person(&app, name, person_name, role, area)?);
    }
    let scribe = people[4]["person"].as_str().ok_or("no scribe")?.to_owned();
    let (households, papers) = write_households(&app, &scribe, has_papers)?;
    #[expect(clippy::print_stdout, reason = "the flows read it")]
    {
        println!(
            "{}",
            json!({"password": PASSWORD, "village": VILLAGE, "people": people, "households": households, "papers": papers})
        );
    }
    Ok(())
}

fn add_person(
    app: &App,
    name: &str,
    person_name: &str,
    role: Role,
    area: &str,
) -> Result<Value, Box<dyn std::error::Error>> {
    let (person, code, now) =
        (app.ctx.id(), enrol_code::draw(&app.ctx), bidao_server::ctx::Clock::now(&SystemClock));
    let new = NewAccount {
        name: name.into(),
        password_hash: password::hash(PASSWORD, &app.ctx.random())?,
        person: person.clone(),
        person_name: person_name.into(),
        assignments: vec![(app.ctx.id(), role, area.into())],
        valid_from: "2015-01-01".into(),
    };
    let (owner, drawn) = (person.clone(), code.clone());
    app.db.write_blocking(move |tx| {
        let mut audit = account::add(tx, &new, now)?;
        audit.append(enrol_code::make(tx, &Asker::Operator, &owner, &drawn, now)?.1);
        Ok(((), audit))
    })?;
    Ok(json!({"account": name, "name": person_name, "person": person, "code": code}))
}

/// The households arrive as any do: from a phone, signed, through the gate.
fn write_households(
    app: &App,
    person: &str,
    has_papers: bool,
) -> Result<(Vec<Value>, Value), Box<dyn std::error::Error>> {
    let now = app.ctx.now();
    let mut rng = StdRng::seed_from_u64(12);
    let key = SigningKey::from_slice(&rng.random::<[u8; 32]>())?;
    let device = DeviceId(app.ctx.random());
    let row = device_row(&device.to_string(), person, &public_key(&key), now);
    app.db.write_blocking(move |tx| Ok((store::device::insert(tx, &row)?, Audit::default())))?;
    let form = forms::newest("household").ok_or("no household form")?;
    let (containers, form_id) = (form.containers(), form.id());
    let mut phone = Phone::new(device, rng.random());
    let mut made = Vec::new();
    for household in HOUSEHOLDS {
        let (id, member) = (RecordId(app.ctx.random()), app.ctx.id());
        let puts = first_values(&household, &member);
        let record = NewRecord {
            id,
            kind: "household",
            form: &form_id,
            area: VILLAGE,
            containers: &containers,
            puts: &puts,
        };
        phone.create_record(&record, ItemId(app.ctx.random()), now)?;
        made.push(json!({"id": id.to_string(), "head": household.0}));
    }
    let papers = if has_papers { papers::write(app, &mut phone, person, now)? } else { Value::Null };
    phone.seal(now, |text| {
        let signature: Signature = key.sign(text);
        signature.to_bytes().into()
    });
    let today = Date::from_epoch_millis_shanghai(now).to_string();
    let (asked, id) = (person.to_owned(), device.to_string());
    let scope = app.db.read_blocking(move |tx| Scope::of(tx, &asked, &today))?;
    let principal = Principal {
        person: person.into(),
        name: "录入员".into(),
        account: "scribe".into(),
        session: "stage".into(),
        device: Some(id),
        scope,
    };
    let answer = exchange(app, &principal, &phone.request(1 << 20))?;
    let stored = answer.receipts.iter().flat_map(|receipt| &receipt.items);
    let refused: Vec<_> = stored
        .filter(|item| item.status != bidao_sync::message::Status::Stored)
        .map(|item| format!("{item:?}"))
        .collect();
    if refused.is_empty() {
        Ok((made, papers))
    } else {
        Err(format!("not stored: {}", refused.join("; ")).into())
    }
}

fn first_values((head, group, address, id_no): &(&str, &str, &str, &str), member: &str) -> Vec<Put> {
    let at = |field: &str, value: Value| Put::new(format!("members/{member}/{field}"), value);
    let sex = if id_no.as_bytes()[16] % 2 == 1 { "1" } else { "2" };
    vec![
        Put::new("in_system", "in"),
        Put::new("group_name", *group),
        Put::new("address", *address),
        Put::new("head_member_id", member),
        Put::new("phone", "19900000001"),
        Put::new("poverty_attribute", "general"),
        Put::new("severity", "moderate"),
        Put::new("severity_reason", "住房简陋"),
        Put::new("main_cause", "illness"),
        Put::new("photo_permission", "exterior_only"),
        at("name", (*head).into()),
        at("relation", "02".into()),
        at("sex", sex.into()),
        at("id_no", (*id_no).into()),
        at("ethnicity", "15".into()),
        at("health", "chronic".into()),
        at("labour", "weak".into()),
        at("resides", true.into()),
        at("shares_budget", true.into()),
    ]
}
