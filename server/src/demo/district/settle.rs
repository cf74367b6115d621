//! What an operator of the district enters before the register: areas, people, accounts, teams, and the phone of each
//! village with which its households are written down.

use bidao_schema::api::area::AreaLevel;
use bidao_sync::ids::DeviceId;
use p256::ecdsa::SigningKey;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::place::{Places, Village};
use super::plan::District;
use crate::app::App;
use crate::demo::township::{DISTRICT, PASSWORD, Worker};
use crate::domain::account::{self, NewAccount, entry};
use crate::domain::password;
use crate::error::{Error, Result};
use crate::store::audit::Audit;
use crate::store::{Tx, area, device, team};

/// The phone with which a village's households are entered.
#[derive(Debug, Clone)]
pub struct Pen {
    /// Its device.
    pub device: DeviceId,
    /// Its key.
    pub key: SigningKey,
    /// Decides everything that is entered with it.
    pub rng: StdRng,
}

/// The phone of each village.
///
/// # Errors
/// No key can be made of the seed.
pub fn pens(seed: u64, district: &District) -> Result<Vec<Pen>> {
    let mut rng = StdRng::seed_from_u64(seed.wrapping_add(1));
    let pen = |_| {
        let key = SigningKey::from_slice(&rng.random::<[u8; 32]>());
        let key = key.map_err(|error| Error::Internal(format!("no key: {error}")))?;
        Ok(Pen { device: DeviceId(rng.random()), key, rng: StdRng::from_rng(&mut rng) })
    };
    district.places.villages.iter().map(pen).collect()
}

/// Enters it all. The database must be empty.
///
/// # Errors
/// The database is not empty, or fails.
pub fn settle(app: &App, district: &District, pens: &[Pen]) -> Result<()> {
    if !app.db.read_blocking(|tx| area::under(tx, ""))?.is_empty() {
        return Err(Error::invalid("database", "the demo needs an empty database"));
    }
    let hash = password::hash(PASSWORD, &app.ctx.random())?;
    let (places, now, ctx) = (district.places.clone(), app.ctx.now(), app.ctx.clone());
    let phones: Vec<device::Row> =
        places.villages.iter().zip(pens).map(|(village, pen)| phone(village, pen, now)).collect();
    app.db.write_blocking(move |tx| {
        areas(tx, &places)?;
        let mut audit = Audit::of(entry(now, "system", "seed", DISTRICT, ""));
        for worker in places.everybody() {
            audit.append(account::add(tx, &new_account(worker, &hash, || ctx.id()), now)?);
        }
        let with_team = places.villages.iter().filter(|village| village.has_team());
        for (number, village) in (1..).zip(with_team) {
            let name = format!("驻{}工作队", village.name);
            team::insert(tx, &team::Row { number: number.to_string(), village: village.code.clone(), name })?;
        }
        for phone in &phones {
            device::insert(tx, phone)?;
            audit.append(Audit::of(entry(now, &phone.person, "enrol", &phone.id, "")));
        }
        Ok(((), audit))
    })
}

fn phone(village: &Village, pen: &Pen, now: i64) -> device::Row {
    device::Row {
        id: pen.device.to_string(),
        person: village.workers[0].id.clone(),
        name: "摸底手机".into(),
        public_key: pen.key.verifying_key().to_encoded_point(false).as_bytes().to_vec(),
        state: "active".into(),
        app_version: format!("demo-{}", env!("CARGO_PKG_VERSION")),
        enrolled_at: now,
        revoked_at: None,
        last_sync_at: None,
        unsynced: 0,
    }
}

fn areas(tx: &mut Tx, places: &Places) -> Result<()> {
    let mut row = |code: &str, name: &str, level: AreaLevel, parent: Option<&str>| {
        let level = serde_json::to_value(level).ok().and_then(|word| word.as_str().map(str::to_owned));
        let (code, name, level) = (code.to_owned(), name.to_owned(), level.unwrap_or_default());
        area::insert(tx, &area::Row { code, name, level, parent: parent.map(str::to_owned) })
    };
    row(DISTRICT, "黔江区（演示）", AreaLevel::District, None)?;
    for township in &places.townships {
        row(&township.code, &township.name, AreaLevel::Township, Some(DISTRICT))?;
    }
    for village in &places.villages {
        let township = &places.townships[village.township].code;
        row(&village.code, &village.name, AreaLevel::Village, Some(township))?;
    }
    Ok(())
}

fn new_account(worker: &Worker, hash: &str, id: impl Fn() -> String) -> NewAccount {
    NewAccount {
        name: worker.account.clone(),
        password_hash: hash.to_owned(),
        person: worker.id.clone(),
        person_name: worker.name.clone(),
        assignments: worker.areas.iter().map(|area| (id(), worker.role, area.clone())).collect(),
        valid_from: worker.since.to_string(),
    }
}
