//! People sign what they see while others go on writing; and what must hold about it whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::forms;
use bidao_server::ctx::Clock;
use bidao_server::domain::content::form_of;
use bidao_server::domain::record::verify_all;
use bidao_server::domain::sync::shape_of;
use bidao_server::store::schema;
use bidao_sync::attestation::{Fields, Party, content_digest};
use bidao_sync::document::{Document, Put};
use bidao_sync::feed::sha256;
use bidao_sync::gate::Shape;
use bidao_sync::ids::{ChangeHash, ItemId, RecordId};
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use rand::Rng;

use super::check::{ServerRecord, broken};
use super::ledger::Write;
use super::phone::SimPhone;
use super::world::World;

/// Roles of the three parties.
pub const ROLES: [&str; 3] = ["adult_member_proxy", "village_or_group_cadre", "resident_team"];

impl World {
    /// Some parties of a household sign it, or object, as it is on this phone.
    pub(super) fn sign(&mut self, who: usize) -> Result<(), String> {
        let Some(id) = self.household(who) else { return self.new_household(who) };
        let answers = self.phones[who].engine.answers(id).map_err(|error| error.to_string())?;
        let members = answers["members"].as_object();
        let Some(member) = members.and_then(|members| members.keys().next().cloned()) else { return Ok(()) };
        let person = self.phones[who].person.clone();
        // A helper from elsewhere does not sign for the village's team.
        let roles = if self.phones[who].villages.is_empty() { &ROLES[..2] } else { &ROLES };
        for role in roles.iter().copied() {
            if self.rng.random_bool(0.2) {
                continue;
            }
            let fields = fields(role, &member, &person, self.rng.random_bool(0.1), 0);
            let ids = (ItemId(self.bytes()), RecordId(self.bytes()));
            if self.phones[who].attest(id, ids, &fields, self.clock.now())? {
                self.trace
                    .tell(format!("{} takes down the signature of {role}: {id}", self.phones[who].name));
            }
        }
        Ok(())
    }
}

/// What a signer of this role says.
pub fn fields(role: &str, member: &str, person: &str, objects: bool, signed_at: i64) -> Fields {
    let is_household = role == "adult_member_proxy";
    Fields {
        role: role.into(),
        signer_name: role.into(),
        signer_member: is_household.then(|| member.to_owned()),
        signer_person: (role == "resident_team").then(|| person.to_owned()),
        proxy_reason: is_household.then(|| "illness".into()),
        method: Some("finger_on_screen".into()),
        literacy_aid: Some("read_by_self".into()),
        stance: if objects { "disagree".into() } else { "agree".into() },
        remark: objects.then(|| "不是这样".into()),
        strokes: Some(sha256(role.as_bytes())),
        signed_at,
        ..Fields::default()
    }
}

/// What the simulated phones learn of forms.
pub fn shapes() -> Vec<(String, Shape)> {
    forms::built_in().iter().map(|form| (form.id(), shape_of(form))).collect()
}

/// The fields that an attestation's change wrote, as the ledger keeps them.
pub fn written(document: &Document, change: ChangeHash) -> Vec<Put> {
    let made = document.history().into_iter().filter(|entry| entry.change == change);
    made.map(|entry| Put::new(entry.path, entry.new)).collect()
}

/// An attestation names exactly the content that was on the phone.
pub fn names_what_was_shown(
    before: &Document,
    record: RecordId,
    form: &str,
    puts: &[Put],
) -> Result<(), String> {
    let shown = content_digest(record, form, &before.content()).to_string();
    let named = puts.iter().find(|put| put.path.ends_with("/content_digest"));
    match named {
        Some(put) if put.value.as_str() == Some(&shown) => Ok(()),
        other => Err(format!("an attestation of {shown} names {other:?}")),
    }
}

/// Nothing is signed that nobody signed: where the server says so, somebody of every party attested exactly the
/// content of now. Its index is what its documents say, every phone judges as it does, and every seal verifies.
/// Answers how many records are signed, and how many attestations there are.
pub fn only_what_was_signed(
    world: &World,
    server: &BTreeMap<RecordId, ServerRecord>,
) -> Result<(usize, usize), String> {
    let attested = attested(world);
    let mut signed = 0;
    let (states, doubted) = states(world)?;
    for (id, state) in states {
        let Some(record) = server.get(&id) else { continue };
        let Some(asked) = form_of(&record.form).and_then(|form| form.attestation.as_ref()) else { continue };
        let now = record.document.digest(id, &record.form).to_string();
        let is_said = |role: &String| attested.contains(&(id, role.clone(), now.clone()));
        let all_said = asked.parties.iter().all(|party| party.roles.iter().any(is_said));
        if state == "signed" && !all_said {
            return broken(format!("signed: nobody of a party signed the content of {id}"));
        }
        signed += usize::from(state == "signed");
        let parties = asked.parties.iter().map(|party| Party::new(party.name.clone(), party.roles.clone()));
        let parties: Vec<Party> = parties.collect();
        // Of the doubt only the server knows.
        let alike = |phone: &&SimPhone| !doubted.contains(&id) && judges_alike(phone, id, record);
        for phone in world.phones.iter().filter(alike) {
            let theirs = phone.engine.signing(id, &parties).map_err(|error| error.to_string())?.state;
            if theirs.as_str() != state {
                return broken(format!(
                    "signing: {} says {theirs:?} of {id}, the server {state}",
                    phone.name
                ));
            }
        }
    }
    let made = server.values().map(|record| record.document.attestations().len()).sum();
    Ok((signed, made))
}

/// Whether a phone has the record as the server has it, and so must judge it alike.
fn judges_alike(phone: &SimPhone, id: RecordId, record: &ServerRecord) -> bool {
    let theirs = phone.engine.document(id).map(|document| document.heads());
    !phone.is_revoked
        && phone.covers(&record.area, record.household)
        && theirs.is_ok_and(|heads| heads == record.document.heads())
}

type States = Vec<(RecordId, String)>;

/// What the server says of each record, and of which it doubts a signature; every other index entry counts, every version
/// and every seal verifies.
fn states(world: &World) -> Result<(States, BTreeSet<RecordId>), String> {
    let read = world.app.db.read_blocking(|tx| {
        use schema::record::dsl;
        let states: Vec<(String, String)> = dsl::record.select((dsl::id, dsl::signing)).load(tx.conn)?;
        let doubts: Vec<String> = schema::attestation::table
            .filter(schema::attestation::doubt.is_not_null())
            .select(schema::attestation::record)
            .load(tx.conn)?;
        Ok((states, doubts, verify_all(tx)?))
    });
    let (states, doubts, report) = read.map_err(|error| error.to_string())?;
    if let Some(fault) = report.broken.first() {
        return broken(format!("verify: {fault}"));
    }
    // Who signed on the day they were sent elsewhere was not in office that day.
    if let Some(record) = doubts.first().filter(|_| world.ledger.displaced.is_empty()) {
        return broken(format!("signing: a signature on {record} is doubted"));
    }
    let id_of = |id: &str| id.parse::<RecordId>().map_err(|_| format!("record id {id}"));
    let doubted = doubts.iter().map(|id| id_of(id)).collect::<Result<_, _>>()?;
    let states = states.into_iter().map(|(id, state)| Ok((id_of(&id)?, state)));
    Ok((states.collect::<Result<_, String>>()?, doubted))
}

/// Record, role and content digest of everything that people attested.
fn attested(world: &World) -> BTreeSet<(RecordId, String, String)> {
    let named = |field: &'static str| {
        let fits = move |write: &&Write| write.path.rsplit_once('/').is_some_and(|(_, last)| last == field);
        world.ledger.writes.iter().filter(fits)
    };
    let roles: BTreeMap<_, _> = named("role").map(|write| (write.change, &write.value)).collect();
    let said = named("content_digest").filter_map(|write| {
        let role = roles.get(&write.change)?.as_str()?.to_owned();
        Some((write.record, role, write.value.as_str()?.to_owned()))
    });
    said.collect()
}
