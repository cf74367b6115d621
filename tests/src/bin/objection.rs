//! Adds to the data of `bidao demo` what a month of visits leaves out: `objection DATABASE_URL ACCOUNT COUNT` enrols one
//! more phone, on which households object to what is written about them and a month of income is begun; then it is taken out of
//! use and hands in what it wrote last. Prints the ids of the disputes as JSON, and envelopes another phone may bring.

use std::collections::BTreeMap;
use std::sync::Arc;

use bidao_schema::calendar::Date;
use bidao_schema::forms;
use bidao_server::app::App;
use bidao_server::config::Config;
use bidao_server::ctx::{Ctx, SystemClock};
use bidao_server::domain::access::{Principal, Scope};
use bidao_server::domain::sync::surrender::surrender;
use bidao_server::domain::sync::{exchange, shape_of};
use bidao_server::file_store::Place;
use bidao_server::store::vault::key::Source;
use bidao_server::store::{self, Location, audit::Audit};
use bidao_sync::carriage::{Content, Envelope, Keys, Piece};
use bidao_sync::document::{Document, Put};
use bidao_sync::feed::sha256;
use bidao_sync::ids::{DeviceId, ItemId, RecordId, from_hex, to_hex};
use bidao_sync::message::{Message as _, Receipt, Status};
use bidao_sync::phone::{FoundedRecord, NewRecord, Phone};
use bidao_tests::app::{device_row, public_key};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Items that wait for a leader.
const KEPT: usize = 48;

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
    let mut pen = Pen::enrol(&app, &principal)?;
    let disputes = object(&app, &principal, &mut pen, &households, &today)?;
    let envelopes = envelopes(&app, &principal, &mut pen, &households, &today)?;
    hand_in(&app, &mut pen, &households, &today)?;
    #[expect(clippy::print_stdout, reason = "whoever tests the server reads it")]
    {
        println!("{}", serde_json::json!({"disputes": disputes, "envelopes": envelopes}));
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

/// A phone, and what it seals with.
struct Pen {
    phone: Phone,
    key: SigningKey,
    rng: StdRng,
    now: i64,
}

impl Pen {
    fn enrol(app: &App, principal: &Principal) -> Outcome<Self> {
        let (now, mut rng) = (app.ctx.now(), StdRng::seed_from_u64(4));
        let key = SigningKey::from_slice(&rng.random::<[u8; 32]>())?;
        let device = DeviceId([0xd1; 8]);
        let row = device_row(&device.to_string(), &principal.person, &public_key(&key), now);
        app.db.write_blocking(move |tx| Ok((store::device::insert(tx, &row)?, Audit::default())))?;
        let mut phone = Phone::new(device, rng.random());
        for form in forms::built_in() {
            phone.learn_form(&form.id(), shape_of(form));
        }
        Ok(Self { phone, key, rng, now })
    }

    fn dispute(&mut self, household: &Household, today: &str) -> Outcome<RecordId> {
        let form = forms::newest("dispute").ok_or("no form for disputes")?;
        let (name, containers) = (form.id(), form.containers());
        let id = RecordId(self.rng.random());
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
        self.phone.create_record(&record, ItemId(self.rng.random()), self.now)?;
        Ok(id)
    }

    fn statement(&mut self, household: &Household, month: &str) -> Outcome<()> {
        let form = forms::newest("income").ok_or("no form for income")?;
        let (name, containers) = (form.id(), form.containers());
        let about = [("household", household.id.to_string()), ("month", month.to_owned())];
        let identity = about.into_iter().map(|(field, value)| (field.into(), value)).collect();
        let (kind, area) = ("income", household.area.as_str());
        let record = FoundedRecord {
            kind,
            form: &name,
            area,
            containers: &containers,
            identity: &identity,
            puts: &[],
        };
        self.phone.found_record(&record, ItemId(self.rng.random()), self.now)?;
        Ok(())
    }

    fn seal(&mut self) {
        let key = &self.key;
        let sign = |text: &[u8]| {
            let signature: Signature = key.sign(text);
            signature.to_bytes().into()
        };
        while self.phone.seal(self.now, sign).is_some() {}
    }
}

fn object(
    app: &App,
    principal: &Principal,
    pen: &mut Pen,
    households: &[Household],
    today: &str,
) -> Outcome<Vec<String>> {
    let mut disputes = Vec::new();
    for household in households {
        let id = pen.dispute(household, today)?;
        let heads = pen.phone.document(id)?.heads();
        pen.phone.command("submit", id, &heads, BTreeMap::new(), ItemId(pen.rng.random()))?;
        disputes.push(id.to_string());
        pen.statement(household, &today[..7])?;
    }
    pen.seal();
    let request = pen.phone.request(1 << 20);
    let answer = exchange(app, principal, &request)?;
    let _ = pen.phone.receive(&request, &answer, pen.rng.random());
    expect(&answer.receipts, &[Status::Stored, Status::Done])?;
    Ok(disputes)
}

/// A batch and a file that another phone may carry, in hex.
fn envelopes(
    app: &App,
    principal: &Principal,
    pen: &mut Pen,
    households: &[Household],
    today: &str,
) -> Outcome<Vec<String>> {
    let keys = app.db.read_blocking(store::setting::find_carriage_keys)?;
    let private = keys.last().and_then(|hex| from_hex(hex)).ok_or("no carriage key")?;
    let public = Keys::of(&private).ok_or("no carriage key")?.public;
    pen.dispute(households.first().ok_or("no household")?, today)?;
    pen.seal();
    let batch = pen.phone.sealed().last().ok_or("nothing sealed")?.clone();
    let bytes = b"a file that was carried".to_vec();
    let piece = Piece { sha256: sha256(&bytes), total: bytes.len() as u64, offset: 0, bytes };
    let mut made = Vec::new();
    for content in [Content::Batch(batch), Content::Piece(piece)] {
        let envelope = Envelope::seal(&content, &public, &mut pen.rng).ok_or("no carriage key")?;
        made.push(to_hex(&envelope.encode()));
    }
    // It brings the batch itself too: a carrier hears that it is there.
    let request = pen.phone.request(1 << 20);
    let answer = exchange(app, principal, &request)?;
    let _ = pen.phone.receive(&request, &answer, pen.rng.random());
    Ok(made)
}

/// The phone is lost, and found again: what it wrote meanwhile waits for a leader.
fn hand_in(app: &App, pen: &mut Pen, households: &[Household], today: &str) -> Outcome<()> {
    for household in households.iter().cycle().take(KEPT) {
        pen.dispute(household, today)?;
    }
    pen.seal();
    let (device, now) = (DeviceId([0xd1; 8]).to_string(), pen.now);
    app.db.write_blocking(move |tx| Ok((store::device::revoke(tx, &device, now)?, Audit::default())))?;
    let answer = surrender(app, &pen.phone.request(1 << 20))?;
    expect(&answer.receipts, &[Status::Quarantined])
}

fn expect(receipts: &[Receipt], fates: &[Status]) -> Outcome<()> {
    let items = receipts.iter().flat_map(|receipt| &receipt.items);
    let others: Vec<_> =
        items.filter(|item| !fates.contains(&item.status)).map(|item| format!("{item:?}")).collect();
    if others.is_empty() { Ok(()) } else { Err(others.join("; ").into()) }
}
