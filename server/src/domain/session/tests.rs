//! A life of sessions and devices, on the rules alone.

use bidao_schema::api::device::{Enrol, Enrolled};
use bidao_schema::api::person::Role;
use bidao_schema::api::problem::ProblemCode;
use bidao_schema::api::session::Session;
use p256::ecdsa::SigningKey;

use super::login::login;
use super::proof::Proof;
use super::refresh::{LOST_ANSWER_MILLIS, REFRESH_MILLIS, refresh};
use super::{Fresh, Keys};
use crate::ctx::Ctx;
use crate::domain::account::{self, Attempt, NewAccount};
use crate::domain::device;
use crate::domain::enrol_code::{self, Asker, CODE_MILLIS};
use crate::domain::password::Verdict;
use crate::domain::public_key::PublicKey;
use crate::error::Error;
use crate::store::audit::Audit;
use crate::store::{Db, Location, area};

const START: i64 = 1_450_000_000_000;
const CODE: &str = "ABCD2345";
const DEVICE: &str = "00112233445566aa";

struct World {
    db: Db,
    ctx: Ctx,
    keys: std::sync::Arc<Keys>,
    key: PublicKey,
}

impl World {
    fn new() -> Self {
        let (db, ctx) = (Db::open(Location::Memory).unwrap(), Ctx::system());
        let keys = std::sync::Arc::new(Keys::load_or_make(&db, &ctx).unwrap());
        db.write_blocking(|tx| {
            let village = area::Row {
                code: "500114101001".into(),
                name: "大坪村".into(),
                level: "village".into(),
                parent: None,
            };
            area::insert(tx, &village)?;
            let new = NewAccount {
                name: "li".into(),
                password_hash: "hash".into(),
                person: "p1".into(),
                person_name: "李四".into(),
                assignments: vec![("a1".into(), Role::TeamMember, village.code)],
                valid_from: "2015-01-01".into(),
            };
            Ok(((), account::add(tx, &new, START)?))
        })
        .unwrap();
        Self { db, ctx, keys, key: key(5) }
    }

    fn fresh(&self, now: i64) -> Fresh {
        Fresh { now, ..Fresh::draw(&self.ctx) }
    }

    fn log_in(&self, now: i64, proof: Option<Proof>) -> Result<Session, Error> {
        let (keys, fresh, key) = (self.keys.clone(), self.fresh(now), self.key.clone());
        self.db.write_blocking(move |tx| login(tx, &keys, &fresh, &attempt(), (&key, proof.as_ref())))?
    }

    fn refresh(&self, now: i64, token: &str) -> Result<Session, Error> {
        self.refresh_with(now, token, proof(&self.key, &self.ctx.id()))
    }

    fn refresh_with(&self, now: i64, token: &str, proof: Proof) -> Result<Session, Error> {
        let (keys, fresh, token) = (self.keys.clone(), self.fresh(now), token.to_owned());
        self.db.write_blocking(move |tx| refresh(tx, &keys, &fresh, &token, &proof))?
    }

    fn make_code(&self) {
        self.db.write_blocking(|tx| enrol_code::make(tx, &Asker::Operator, "p1", CODE, START)).unwrap();
    }

    fn enrol(&self, now: i64, code: &str, id: &'static str) -> Result<Enrolled, Error> {
        let (keys, fresh, key) = (self.keys.clone(), self.fresh(now), self.key.clone());
        let ask = Enrol {
            code: code.into(),
            account: "li".into(),
            password: String::new(),
            key: String::new(),
            name: "Phone".into(),
            app_version: "1".into(),
        };
        self.db.write_blocking(move |tx| device::enrol(tx, &keys, &fresh, (&ask, &attempt()), (id, &key)))?
    }
}

fn key(seed: u8) -> PublicKey {
    let secret = SigningKey::from_slice(&[seed; 32]).unwrap();
    PublicKey::from_bytes(secret.verifying_key().to_encoded_point(false).as_bytes()).unwrap()
}

fn attempt() -> Attempt {
    Attempt { account: "li".into(), hash: Some("hash".into()), verdict: Verdict::Right }
}

fn proof(key: &PublicKey, id: &str) -> Proof {
    Proof { thumbprint: key.thumbprint(), id: id.into() }
}

fn code_of<T>(outcome: Result<T, Error>) -> Option<ProblemCode> {
    outcome.err().map(|error| error.code())
}

#[test]
fn a_session_names_the_person_with_roles_and_rotates() {
    let world = World::new();
    let first = world.log_in(START, None).unwrap();
    assert_eq!(
        (first.person.name.as_str(), first.person.roles.as_slice()),
        ("李四", &[Role::TeamMember][..])
    );
    assert!(first.expires_in <= 900);
    let second = world.refresh(START, &first.refresh_token).unwrap();
    let third = world.refresh(START, &second.refresh_token).unwrap();
    assert_ne!(second.refresh_token, third.refresh_token);
    assert_eq!(world.keys.read(&third.access_token, START).unwrap().cnf.jkt, world.key.thumbprint());
}

#[test]
fn a_token_used_twice_ends_the_session() {
    let world = World::new();
    let first = world.log_in(START, None).unwrap();
    let second = world.refresh(START, &first.refresh_token).unwrap();
    let third = world.refresh(START + 1, &second.refresh_token).unwrap();
    assert_eq!(code_of(world.refresh(START + 2, &first.refresh_token)), Some(ProblemCode::TokenReused));
    assert_eq!(code_of(world.refresh(START + 3, &third.refresh_token)), Some(ProblemCode::Unauthenticated));
}

#[test]
fn a_lost_answer_is_given_again_for_a_minute() {
    let world = World::new();
    let first = world.log_in(START, None).unwrap();
    let lost = world.refresh(START + 1, &first.refresh_token).unwrap();
    let again = world.refresh(START + LOST_ANSWER_MILLIS, &first.refresh_token).unwrap();
    // Whichever of the two answers the client holds, it goes on with that one.
    let on = world.refresh(START + LOST_ANSWER_MILLIS, &lost.refresh_token).unwrap();
    world.refresh(START + LOST_ANSWER_MILLIS, &on.refresh_token).unwrap();
    let other = world.refresh(START + LOST_ANSWER_MILLIS + 9, &again.refresh_token);
    assert_eq!(code_of(other), Some(ProblemCode::TokenReused), "the other one was superseded");
}

#[test]
fn a_lost_answer_is_not_given_after_a_minute() {
    let world = World::new();
    let first = world.log_in(START, None).unwrap();
    world.refresh(START, &first.refresh_token).unwrap();
    let late = world.refresh(START + LOST_ANSWER_MILLIS + 1, &first.refresh_token);
    assert_eq!(code_of(late), Some(ProblemCode::TokenReused));
}

#[test]
fn a_refresh_token_lasts_thirty_days() {
    let world = World::new();
    let first = world.log_in(START, None).unwrap();
    let second = world.refresh(START + REFRESH_MILLIS - 1, &first.refresh_token).unwrap();
    let late = world.refresh(START + 2 * REFRESH_MILLIS, &second.refresh_token);
    assert_eq!(code_of(late), Some(ProblemCode::Unauthenticated));
}

#[test]
fn a_stolen_token_is_worth_nothing_without_the_key_and_a_proof_only_once() {
    let world = World::new();
    let first = world.log_in(START, None).unwrap();
    let thief = world.refresh_with(START, &first.refresh_token, proof(&key(6), "t"));
    assert_eq!(code_of(thief), Some(ProblemCode::BadProof));
    let second = world.refresh_with(START, &first.refresh_token, proof(&world.key, "once")).unwrap();
    let replayed = world.refresh_with(START, &second.refresh_token, proof(&world.key, "once"));
    assert_eq!(code_of(replayed), Some(ProblemCode::BadProof));
    world.refresh(START, &second.refresh_token).unwrap();
}

#[test]
fn a_phone_enrols_once_with_its_code() {
    let world = World::new();
    world.make_code();
    assert_eq!(code_of(world.enrol(START, "ABCD2346", DEVICE)), Some(ProblemCode::BadEnrolCode));
    assert_eq!(world.enrol(START, "abcd 2345", DEVICE).unwrap().device, DEVICE);
    // The same phone did not hear the answer and asks again.
    let again = world.enrol(START + device::LOST_ANSWER_MILLIS - 1, CODE, "ffffffffffffffff").unwrap();
    assert_eq!(again.device, DEVICE);
    let late = world.enrol(START + device::LOST_ANSWER_MILLIS, CODE, "ffffffffffffffff");
    assert_eq!(code_of(late), Some(ProblemCode::BadEnrolCode));
}

#[test]
fn a_code_is_good_for_one_phone_and_one_day() {
    let world = World::new();
    world.make_code();
    assert_eq!(code_of(world.enrol(START + CODE_MILLIS, CODE, DEVICE)), Some(ProblemCode::BadEnrolCode));
    world.enrol(START + CODE_MILLIS - 1, CODE, DEVICE).unwrap();
    let other = World { key: key(6), ..world };
    assert_eq!(code_of(other.enrol(START + CODE_MILLIS - 1, CODE, "ff")), Some(ProblemCode::BadEnrolCode));
}

#[test]
fn ten_wrong_codes_lock_the_account() {
    let world = World::new();
    for _ in 0..account::MAX_FAILURES {
        assert_eq!(code_of(world.enrol(START, "WRNG2345", DEVICE)), Some(ProblemCode::BadEnrolCode));
    }
    assert_eq!(code_of(world.log_in(START, None)), Some(ProblemCode::LockedOut));
}

#[test]
fn a_phone_logs_in_again_only_with_its_key() {
    let world = World::new();
    world.make_code();
    world.enrol(START, CODE, DEVICE).unwrap();
    assert_eq!(code_of(world.log_in(START, None)), Some(ProblemCode::BadProof));
    let session = world.log_in(START, Some(proof(&world.key, "p"))).unwrap();
    let claims = world.keys.read(&session.access_token, START).unwrap();
    let device =
        world.db.read_blocking(move |tx| Ok(crate::store::session::find(tx, &claims.sub)?.unwrap().device));
    assert_eq!(device.unwrap().as_deref(), Some(DEVICE));
}

#[test]
fn a_token_seen_before_still_ends_and_a_changed_one_is_still_refused() {
    let world = World::new();
    world.make_code();
    let token = world.enrol(START, CODE, DEVICE).unwrap().session.access_token;
    let first = world.keys.read(&token, START).unwrap();
    assert_eq!(world.keys.read(&token, START).unwrap().sub, first.sub);
    assert_eq!(code_of(world.keys.read(&token, first.exp * 1000)), Some(ProblemCode::TokenExpired));
    let mut changed = token.into_bytes();
    let last = changed.len() - 2;
    changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    assert_eq!(code_of(world.keys.read(&changed, START)), Some(ProblemCode::Unauthenticated));
}

#[test]
fn a_revoked_phone_cannot_refresh_or_log_in() {
    let world = World::new();
    world.make_code();
    let enrolled = world.enrol(START, CODE, DEVICE).unwrap();
    world
        .db
        .write_blocking(|tx| {
            crate::store::device::revoke(tx, DEVICE, START)?;
            crate::store::session::revoke_of_device(tx, DEVICE, START)?;
            Ok(((), Audit::default()))
        })
        .unwrap();
    let refreshed = world.refresh(START, &enrolled.session.refresh_token);
    assert_eq!(code_of(refreshed), Some(ProblemCode::DeviceRevoked));
    let logged_in = world.log_in(START, Some(proof(&world.key, "p")));
    assert_eq!(code_of(logged_in), Some(ProblemCode::DeviceRevoked));
}
