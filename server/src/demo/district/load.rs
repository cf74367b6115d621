//! Enters the district the way any record gets in: on the phone of each village, as signed batches, through the gate,
//! into `domain::sync::exchange`. Only the line is missing. Several villages at once, because making and judging
//! records needs no lock; the writer's lane commits what has queued up together.

use std::sync::{Mutex, PoisonError, mpsc};

use bidao_schema::calendar::Date;
use bidao_schema::forms;
use bidao_sync::document::Put;
use bidao_sync::ids::{DeviceId, ItemId, RecordId};
use bidao_sync::message::Status;
use bidao_sync::phone::{NewRecord, Phone, PhoneError};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use rand::Rng;
use rand::rngs::StdRng;

use super::entry;
use super::plan::{District, House};
use super::settle::Pen;
use crate::app::App;
use crate::demo::township::Worker;
use crate::demo::work::at;
use crate::domain::access::{Principal, Scope};
use crate::domain::sync::exchange;
use crate::error::{Error, Result};

/// Between one record and the next, in milliseconds.
const SECOND: i64 = 1000;

/// What went over the missing line.
#[derive(Debug, Clone, Copy, Default)]
pub struct Loaded {
    /// Records entered.
    pub records: usize,
    /// Requests.
    pub requests: usize,
    /// Sealed batches.
    pub batches: usize,
    /// Bytes of their changes.
    pub bytes: usize,
}

impl Loaded {
    fn add(&mut self, other: Self) {
        self.records += other.records;
        self.requests += other.requests;
        self.batches += other.batches;
        self.bytes += other.bytes;
    }
}

/// Enters all villages; `told` hears after each of them how much there is so far.
///
/// # Errors
/// The database fails, or refuses a record: then nothing but the villages so far are there.
pub fn load(
    app: &App,
    district: &District,
    pens: Vec<Pen>,
    on: Date,
    mut told: impl FnMut(&Loaded),
) -> Result<Loaded> {
    let work = Mutex::new(pens.into_iter().enumerate());
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let (done, villages) = mpsc::channel();
        for _ in 0..threads {
            let (done, work) = (done.clone(), &work);
            scope.spawn(move || {
                loop {
                    let next = work.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((village, pen)) = next else { return };
                    // Nobody listens any more after the first failure.
                    if done.send(enter(app, district, village, pen, on)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut all = Loaded::default();
        for village in villages {
            all.add(village?);
            told(&all);
        }
        Ok(all)
    })
}

/// Writes a village down and hands it in.
fn enter(app: &App, district: &District, village: usize, pen: Pen, on: Date) -> Result<Loaded> {
    let place = &district.places.villages[village];
    let mut hand = Hand::new(pen, &place.code, on);
    for (number, house) in district.houses[village].iter().enumerate() {
        let puts = entry::register(&mut hand.rng, &place.name, number, house, on);
        let household = hand.create("household", &puts)?;
        hand.plan(household, house, &format!("{}-{:03}", &place.code[6..], number + 1), on)?;
    }
    let principal = principal(app, &place.workers[0], &hand, on)?;
    hand.deliver(app, &principal)
}

/// A phone and whoever holds it.
struct Hand<'a> {
    phone: Phone,
    device: DeviceId,
    key: SigningKey,
    rng: StdRng,
    area: &'a str,
    at: i64,
    written: usize,
}

impl<'a> Hand<'a> {
    fn new(pen: Pen, area: &'a str, on: Date) -> Self {
        let Pen { device, key, mut rng } = pen;
        let phone = Phone::new(device, rng.random());
        Self { phone, device, key, rng, area, at: at(on, 8, 0), written: 0 }
    }

    fn create(&mut self, kind: &str, puts: &[Put]) -> Result<RecordId> {
        let form = forms::newest(kind).ok_or_else(|| Error::Internal(format!("no form {kind}")))?;
        self.at += SECOND;
        let drawn = uuid::Builder::from_unix_timestamp_millis(self.at.unsigned_abs(), &self.rng.random());
        let (id, containers) = (RecordId(*drawn.as_uuid().as_bytes()), form.containers());
        let (form, area) = (form.id(), self.area);
        let record = NewRecord { id, kind, form: &form, area, containers: &containers, puts };
        self.phone.create_record(&record, ItemId(self.rng.random()), self.at).map_err(fault)?;
        self.written += 1;
        Ok(id)
    }

    /// What is planned for a household.
    fn plan(&mut self, household: RecordId, house: &House, number: &str, on: Date) -> Result<()> {
        let mut first = None;
        for code in &house.measures {
            let puts = entry::measure(&mut self.rng, household, code, on.year());
            let measure = self.create("measure", &puts)?;
            first = first.or(Some((measure, *code)));
        }
        for project in 0..house.projects {
            let of = first.filter(|_| project == 0);
            let (number, begun) = (format!("{number}-{}", project + 1), on.add_days(-30).unwrap_or(on));
            let puts = entry::project(&mut self.rng, household, of, (&number, begun));
            self.create("project", &puts)?;
        }
        Ok(())
    }

    /// Seals and sends until the server has everything.
    fn deliver(mut self, app: &App, principal: &Principal) -> Result<Loaded> {
        let mut loaded = Loaded { records: self.written, ..Loaded::default() };
        let sign = |text: &[u8]| {
            let signature: Signature = self.key.sign(text);
            signature.to_bytes().into()
        };
        while self.phone.seal(self.at, sign).is_some() {}
        while self.phone.unsynced() > 0 {
            // Its own records need not come back.
            let request = self.phone.request(0);
            loaded.requests += 1;
            loaded.batches += request.push.len();
            loaded.bytes += request.push.iter().flat_map(|batch| &batch.payload).map(Vec::len).sum::<usize>();
            let answer = exchange(app, principal, &request)?;
            let items = answer.receipts.iter().flat_map(|receipt| &receipt.items);
            if let Some(refused) = items.into_iter().find(|item| item.status != Status::Stored) {
                let code = refused.code.as_deref().unwrap_or_default();
                return Err(Error::Internal(format!("a record of {} was not stored: {code}", self.area)));
            }
            self.phone.receive(&request, &answer, self.rng.random());
        }
        Ok(loaded)
    }
}

fn principal(app: &App, worker: &Worker, hand: &Hand, on: Date) -> Result<Principal> {
    let (person, today) = (worker.id.clone(), on.to_string());
    Ok(Principal {
        person: worker.id.clone(),
        name: worker.name.clone(),
        account: worker.account.clone(),
        session: "district".into(),
        device: Some(hand.device.to_string()),
        scope: app.db.read_blocking(move |tx| Scope::of(tx, &person, &today))?,
    })
}

fn fault(error: PhoneError) -> Error {
    Error::Internal(format!("the demo cannot write a record: {error}"))
}
