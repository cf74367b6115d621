//! What only the server can know about an attestation: whether the signer is who the household or the office
//! says (domain §6.11, INV-11, INV-12). A doubt never refuses and never removes anything: the attestation is
//! kept and shown with the doubt, it just does not count for its party.

use bidao_schema::api::attestation::AttestationDoubt;
use bidao_schema::api::person::Role;
use bidao_schema::calendar::Date;
use bidao_schema::check::Context;
use bidao_schema::expression::evaluate::{Scope, evaluate};
use bidao_schema::forms;
use bidao_sync::attestation::Fields;
use serde_json::{Map, Value};

use crate::domain::{record, relocation};
use crate::error::Result;
use crate::store::{self, Tx};

/// Years from which a member may sign for the head (Civil Code, art. 17).
const OF_AGE: f64 = 18.0;
/// `relation` of the head (domain §7.5).
const HEAD: &str = "02";

/// What an attestation is about.
pub struct About<'a> {
    /// The record.
    pub row: &'a store::record::Row,
    /// Household of the record.
    pub household: Option<&'a str>,
    /// The household's register, if it is the record itself.
    pub register: Option<&'a Value>,
    /// Person who wrote the record.
    pub author: &'a str,
    /// Person who held the phone.
    pub taken_by: &'a str,
    /// When the server received it.
    pub received_at: i64,
}

/// Why an attestation does not count, if it does not. `fields` is its content.
///
/// # Errors
/// The database fails.
pub fn doubt(tx: &mut Tx, about: &About, fields: &Fields) -> Result<Option<AttestationDoubt>> {
    let found = match fields.role.as_str() {
        "household_head" | "adult_member_proxy" => of_household(tx, about, fields)?,
        "resident_team" => of_team(tx, about, fields)?,
        _ => None,
    };
    match found {
        None => of_witness(tx, about, fields),
        found => Ok(found),
    }
}

fn of_household(tx: &mut Tx, about: &About, fields: &Fields) -> Result<Option<AttestationDoubt>> {
    let loaded;
    let register = match (about.register, about.household) {
        (Some(register), _) => register,
        (None, Some(household)) => {
            let row = store::record::find(tx, household)?;
            loaded = row.map(|row| record::document(&row)).transpose()?.map(|document| document.answers());
            loaded.as_ref().unwrap_or(&Value::Null)
        }
        (None, None) => &Value::Null,
    };
    let member = register.get("members").and_then(|members| members.get(fields.signer_member.as_deref()?));
    let Some(member) = member.and_then(Value::as_object) else {
        return Ok(Some(AttestationDoubt::NotAMember));
    };
    if fields.role == "household_head" {
        return Ok((text(member, "relation") != HEAD).then_some(AttestationDoubt::NotTheHead));
    }
    if age(register, member, about.received_at).is_some_and(|years| years < OF_AGE) {
        return Ok(Some(AttestationDoubt::NotAnAdult));
    }
    let is_cadre = cadres(tx, about)?.contains(&fields.signer_name);
    Ok(is_cadre.then_some(AttestationDoubt::IsCadre))
}

/// Years of a member by the register's own arithmetic; none when it does not say when the member was born.
fn age(register: &Value, member: &Map<String, Value>, at: i64) -> Option<f64> {
    let field = forms::newest("household")?.repeat("members")?.element_field("age")?;
    let context = Context { today: Date::from_epoch_millis_shanghai(at) };
    let scope = Scope::root(register, context);
    let years = evaluate(field.calculate.as_ref()?, &scope.inside(member)).to_number();
    years.is_finite().then_some(years)
}

/// Names of those who may never sign for the household: who wrote the record, who held the phone, its helpers.
fn cadres(tx: &mut Tx, about: &About) -> Result<Vec<String>> {
    let mut ids = vec![about.author.to_owned(), about.taken_by.to_owned()];
    if let Some(household) = about.household {
        ids.extend(store::pairing::of_household(tx, household)?.into_iter().map(|pairing| pairing.helper));
    }
    Ok(store::person::names(tx, &ids)?.into_values().collect())
}

/// The signer for the team is one of its members on the day it arrived or on the day it was signed: a phone with a
/// wrong clock makes nobody a stranger (P15), and work that arrives late was still theirs. The team is that of the
/// record's village, or of one it was in before its household moved.
fn of_team(tx: &mut Tx, about: &About, fields: &Fields) -> Result<Option<AttestationDoubt>> {
    let signer = fields.signer_person.as_deref().unwrap_or_default();
    let mut villages = relocation::former(tx, about.row)?;
    villages.push(about.row.area.clone());
    for at in [about.received_at, fields.signed_at] {
        let day = Date::from_epoch_millis_shanghai(at).to_string();
        let is_member = |(role, area): &(Role, String)| {
            matches!(role, Role::TeamMember | Role::TeamLeader) && villages.contains(area)
        };
        if store::assignment::valid_on(tx, signer, &day)?.iter().any(is_member) {
            return Ok(None);
        }
    }
    Ok(Some(AttestationDoubt::NotInOffice))
}

/// A witness is somebody else than who read it aloud, wrote it or signed it; one is needed when the writer read.
fn of_witness(tx: &mut Tx, about: &About, fields: &Fields) -> Result<Option<AttestationDoubt>> {
    let writers = [about.author, about.taken_by];
    if fields.lacks_witness(&writers) {
        return Ok(Some(AttestationDoubt::NoWitness));
    }
    let Some(witness) = &fields.witness else { return Ok(None) };
    let names = store::person::names(tx, &writers.map(str::to_owned))?;
    let is_party = fields.read_by.as_ref() == Some(witness)
        || fields.signer_name == *witness
        || names.values().any(|name| name == witness);
    Ok(is_party.then_some(AttestationDoubt::NoWitness))
}

fn text<'a>(member: &'a Map<String, Value>, field: &str) -> &'a str {
    member.get(field).and_then(Value::as_str).unwrap_or_default()
}
