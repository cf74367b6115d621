//! Who signs what in the demo: households their visits, and all three parties some registers (三方签字确认).
//! Most agree; some add a remark, object or refuse, some put a thumb on paper.

use bidao_sync::attestation::Fields;
use bidao_sync::feed::sha256;
use bidao_sync::ids::{Digest, RecordId};
use bidao_sync::phone::PhoneError;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;

use super::drawing;
use super::phone::SimPhone;
use super::township::{Sex, name};

/// The household signs a visit as it is on the phone: the head if he was met, else his wife for him. Who declines to
/// confirm refuses to sign.
///
/// # Errors
/// The engine refuses: a fault of the demo.
pub fn sign_visit(
    phone: &mut SimPhone,
    visit: RecordId,
    household: RecordId,
    now: i64,
) -> Result<(), PhoneError> {
    let answers = phone.phone.answers(visit)?;
    let register = phone.phone.answers(household)?;
    let signer = match answers["met"].as_str() {
        Some("head") => head(&register),
        Some("adult") => proxy(&register),
        _ => None,
    };
    let Some(signer) = signer else { return Ok(()) };
    let fields = match answers["household_confirmation"].as_str() {
        Some("signature") => with_finger(phone, signer, now),
        Some("thumb_on_paper") => with_thumb(phone, signer, now),
        _ => Fields { stance: "refuse_to_sign".into(), signed_at: now, ..signer },
    };
    phone.attest(visit, &fields, now)
}

/// The household, a village cadre and the team sign the register.
///
/// # Errors
/// The engine refuses: a fault of the demo.
pub fn sign_register(phone: &mut SimPhone, household: RecordId, now: i64) -> Result<(), PhoneError> {
    let Some(head) = head(&phone.phone.answers(household)?) else { return Ok(()) };
    let cadre = Fields {
        role: "village_or_group_cadre".into(),
        signer_name: name(&mut phone.rng, Sex::Man, None),
        ..Fields::default()
    };
    let team = Fields {
        role: "resident_team".into(),
        signer_name: phone.worker.name.clone(),
        signer_person: Some(phone.worker.id.clone()),
        ..Fields::default()
    };
    for (signer, minutes) in [(head, 0), (cadre, 2), (team, 3)] {
        let now = now + minutes * 60_000;
        let fields = with_finger(phone, signer, now);
        phone.attest(household, &fields, now)?;
    }
    Ok(())
}

fn head(register: &Value) -> Option<Fields> {
    member(register, "02").map(|signer| Fields { role: "household_head".into(), ..signer })
}

fn proxy(register: &Value) -> Option<Fields> {
    let (role, reason) = ("adult_member_proxy".into(), Some("absent_for_work".into()));
    member(register, "10").map(|signer| Fields { role, proxy_reason: reason, ..signer })
}

/// The member of this relation to the head.
fn member(register: &Value, relation: &str) -> Option<Fields> {
    let (id, member) =
        register["members"].as_object()?.iter().find(|(_, member)| member["relation"] == relation)?;
    let signer_name = member["name"].as_str()?.to_owned();
    Some(Fields { signer_name, signer_member: Some(id.clone()), ..Fields::default() })
}

fn with_finger(phone: &mut SimPhone, signer: Fields, now: i64) -> Fields {
    let strokes = keep(phone, drawing::strokes);
    let (stance, remark) = match phone.rng.random_range(0..20) {
        0 => ("disagree", Some("水井的事没写进去")),
        1 => ("agree_with_remark", Some("苗子钱还没有到")),
        _ => ("agree", None),
    };
    Fields {
        method: Some("finger_on_screen".into()),
        literacy_aid: Some("read_by_self".into()),
        strokes: Some(strokes),
        stance: stance.into(),
        remark: remark.map(str::to_owned),
        signed_at: now,
        ..signer
    }
}

/// Somebody who cannot write: the cadre reads it aloud before a witness, the slip with the thumbprint is photographed.
fn with_thumb(phone: &mut SimPhone, signer: Fields, now: i64) -> Fields {
    let paper = keep(phone, |rng| drawing::slip(rng.random()));
    Fields {
        method: Some("thumbprint_on_paper_photo".into()),
        literacy_aid: Some("read_aloud_by_person".into()),
        read_by: Some(phone.worker.name.clone()),
        read_by_person: Some(phone.worker.id.clone()),
        witness: Some(format!("{}（邻居）", name(&mut phone.rng, Sex::Woman, None))),
        paper: Some(paper),
        stance: "agree".into(),
        signed_at: now,
        ..signer
    }
}

/// A file of its own that stays on the phone until it is sent.
fn keep(phone: &mut SimPhone, draw: impl FnOnce(&mut StdRng) -> Vec<u8>) -> Digest {
    let bytes = draw(&mut phone.rng);
    let digest = sha256(&bytes);
    phone.files.insert(digest, bytes);
    digest
}
