//! Adds to the data of `bidao demo` what a month of visits leaves out: `objection DATABASE_URL ACCOUNT COUNT` enrols one
//! more phone, on which households object to what is written about them, and prints the ids of the disputes as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;

use bidao_schema::calendar::Date;
use bidao_schema::forms;
use bidao_server::app::App;
use bidao_server::config::Config;
use bidao_server::ctx::{Ctx, SystemClock};
use bidao_server::domain::access::{Principal, Scope};
use bidao_server::domain::sync::{exchange, shape_of};
use bidao_server::file_store::Place;
use bidao_server::store::vault::key::Source;
use bidao_server::store::{self, Location, audit::Audit};
use bidao_sync::document::{Document, Put};
use bidao_sync::ids::{DeviceId, ItemId, RecordId};
use bidao_sync::message::Status;
use bidao_sync::phone::{NewRecord, Phone};
use bidao_tests::app::{device_row, public_key};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// A household as it is on file.
struct Household {
    id: RecordId,
    area: String,
    digest: String,
}

fn main() -> Outcome<()> {
    let mut words = std::env::args().skip(1);
    let (Some(url), Some(account), Some(count)) = (words.next(), words.next(), words.next()) else {
        return Err("usage: objection DATABASE_URL ACCOUNT COUNT".into());
    };
    let ctx = Ctx::new(Arc::new(SystemClock), StdRng::seed_from_u64(3));
    let listen = ([127, 0, 0, 1], 0).into();
    let database = Location::parse(&url)?;
    let keys = Source::of(&database);
    let app =
        App::open(Config { database, keys, files: Place::Temporary, listen, name: "必到".into() }, ctx)?;
    let now = app.ctx.now();
    let today = Date::from_epoch_millis_shanghai(now).to_string();
    let principal = writer(&app, &account, &today)?;
    let households = households(&app, &principal, count.parse()?)?;
    let disputes = object(&app, &principal, &households, &today)?;
    #[expect(clippy::print_stdout, reason = "whoever tests the server reads it")]
    {
        println!("{}", serde_json::json!(disputes));
    }
    Ok(())
}

/// The account's person on a phone that nobody else has.
fn writer(app: &App, account: &str, today: &str) -> Outcome<Principal> {
    let (name, day, device) = (account.to_owned(), today.to_owned(), DeviceId([0xd1; 8]));
    let (person, scope) = app.db.read_blocking(move |tx| {
        let row = store::account::find(tx, &name)?
            .ok_or_else(|| bidao_server::error::Error::not_found("account"))?;
        let scope = Scope::of(tx, &row.person, &day)?;
        Ok((row.person, scope))
    })?;
    Ok(Principal {
        name: account.to_owned(),
        account: account.to_owned(),
        session: "objection".into(),
        device: Some(device.to_string()),
        person,
        scope,
    })
}

fn households(app: &App, principal: &Principal, count: usize) -> Outcome<Vec<Household>> {
    let reach = principal.scope.clone();
    let rows = app.db.read_blocking(move |tx| {
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let page = store::record::after(tx, &after, 200)?;
            let Some(last) = page.last() else { return Ok(found) };
            after.clone_from(&last.id);
            let ours = page.into_iter().filter(|row| row.kind == "household" && reach.reads(&row.area, None));
            found.extend(ours);
            if found.len() >= count {
                found.truncate(count);
                return Ok(found);
            }
        }
    })?;
    let one = |row: store::record::Row| {
        let id: RecordId = row.id.parse().map_err(|_| "an id of a record")?;
        let digest = Document::load(&row.document)?.digest(id, &row.form).to_string();
        Ok(Household { id, area: row.area, digest })
    };
    rows.into_iter().map(one).collect()
}

fn object(app: &App, principal: &Principal, households: &[Household], today: &str) -> Outcome<Vec<String>> {
    let (now, mut rng) = (app.ctx.now(), StdRng::seed_from_u64(4));
    let key = SigningKey::from_slice(&rng.random::<[u8; 32]>())?;
    let device = DeviceId([0xd1; 8]);
    let row = device_row(&device.to_string(), &principal.person, &public_key(&key), now);
    app.db.write_blocking(move |tx| Ok((store::device::insert(tx, &row)?, Audit::default())))?;
    let mut phone = Phone::new(device, rng.random());
    for form in forms::built_in() {
        phone.learn_form(&form.id(), shape_of(form));
    }
    let form = forms::newest("dispute").ok_or("no form for disputes")?;
    let (name, containers) = (form.id(), form.containers());
    let mut disputes = Vec::new();
    for household in households {
        let id = RecordId(rng.random());
        let puts = [
            Put::new("household", household.id.to_string()),
            Put::new("subject", "member"),
            Put::new("document", household.id.to_string()),
            Put::new("document_digest", household.digest.as_str()),
            Put::new("raised_by", "household"),
            Put::new("channel", "on_visit"),
            Put::new("statement", "我家只有一亩花椒，不是五亩"),
            Put::new("raised_on", today),
        ];
        let (kind, area) = ("dispute", household.area.as_str());
        let record = NewRecord { id, kind, form: &name, area, containers: &containers, puts: &puts };
        phone.create_record(&record, ItemId(rng.random()), now)?;
        let heads = phone.document(id)?.heads();
        phone.command("submit", id, &heads, BTreeMap::new(), ItemId(rng.random()))?;
        disputes.push(id.to_string());
    }
    phone.seal(now, |text| {
        let signature: Signature = key.sign(text);
        signature.to_bytes().into()
    });
    let answer = exchange(app, principal, &phone.request(1 << 20))?;
    let items = answer.receipts.iter().flat_map(|receipt| &receipt.items);
    let refused: Vec<_> = items
        .filter(|item| !matches!(item.status, Status::Stored | Status::Done))
        .map(|item| format!("{item:?}"))
        .collect();
    if refused.is_empty() { Ok(disputes) } else { Err(refused.join("; ").into()) }
}
