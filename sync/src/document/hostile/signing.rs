//! Whether a record is signed, after changes that passed the gate: nobody signs for somebody else, nothing is signed by
//! a merge.

use super::attestations::{AGAIN, FORM, SIGNED, attested, head, household, judged, signed_shape};
use super::*;
use crate::attestation::{Fields, Party, SigningState};
use crate::document::Attest;

fn official(role: &str, person: u8) -> Fields {
    Fields {
        role: role.into(),
        signer_name: format!("干部{person}"),
        signer_member: None,
        signer_person: Some(ActorId([person; 16]).to_string()),
        literacy_aid: None,
        ..head()
    }
}

#[test]
fn what_arrives_later_makes_no_signature_of_something_else() {
    let (document, root) = household();
    let change = attested(&document, SIGNED, &head());
    let mut ahead = document.clone();
    let edit = ahead.edit(other(), NOW, &[Put::new("a", 2)]).unwrap().unwrap();
    let merged = judged(&ahead, &change.bytes).unwrap();
    assert_eq!(merged.attestations()[0].covers, [root.hash]);
    assert_ne!(merged.digest(RECORD, FORM), merged.attestations()[0].digest);
    let parties = [Party::new("household", ["household_head"])];
    assert_eq!(merged.signing(RECORD, FORM, &parties).state, SigningState::Changed);
    assert_eq!(document.clone().signing(RECORD, FORM, &parties).state, SigningState::None);
    assert!(merged.has(edit.hash));
}

#[test]
fn three_parties_are_three_persons_who_signed_the_same() {
    let (mut document, _) = household();
    let parties = [
        Party::new("household", ["household_head", "adult_member_proxy"]),
        Party::new("village", ["village_or_group_cadre"]),
        Party::new("team", ["resident_team"]),
    ];
    let mut count = 0_u8;
    let mut sign = |document: &mut Document, fields: &Fields| {
        count += 1;
        let element = format!("{count:032x}");
        let attest = Attest { record: RECORD, form: FORM, element: &element, fields };
        document.attest(me(), NOW, &attest, &signed_shape()).unwrap();
        document.signing(RECORD, FORM, &parties).state
    };
    assert_eq!(document.signing(RECORD, FORM, &parties).state, SigningState::None);
    assert_eq!(sign(&mut document, &head()), SigningState::Partly);
    assert_eq!(sign(&mut document, &official("town", 4)), SigningState::Partly, "no party of the form");
    assert_eq!(sign(&mut document, &official("village_or_group_cadre", 1)), SigningState::Partly);
    assert_eq!(
        sign(&mut document, &official("resident_team", 1)),
        SigningState::Partly,
        "one person for two"
    );
    let named = Fields { signer_name: "冉某某".into(), ..official("resident_team", 9) };
    assert_eq!(sign(&mut document, &named), SigningState::Partly, "the head once more, in office");
    assert_eq!(sign(&mut document, &official("resident_team", 2)), SigningState::Signed);
    let disagrees = Fields { stance: "disagree".into(), remark: Some("面积不对".into()), ..head() };
    assert_eq!(sign(&mut document, &disagrees), SigningState::Objected);
    let proxy = Fields {
        role: "adult_member_proxy".into(),
        signer_name: "田某".into(),
        proxy_reason: Some("illness".into()),
        ..head()
    };
    let proxy = Fields { signer_member: Some(AGAIN.into()), ..proxy };
    assert_eq!(sign(&mut document, &proxy), SigningState::Objected, "nobody else turns it into consent");
    assert_eq!(sign(&mut document, &head()), SigningState::Signed, "only the same person takes it back");
    document.edit(me(), NOW, &[Put::new("a", 2)]).unwrap();
    let signing = document.signing(RECORD, FORM, &parties);
    assert_eq!(signing.state, SigningState::Changed);
    let earlier = signing.earlier.unwrap();
    assert!(earlier.complete);
    let differences = document.content_difference(&earlier.covers, &document.heads()).unwrap();
    let paths: Vec<&str> = differences.iter().map(|difference| difference.path.as_str()).collect();
    assert_eq!(paths, ["a"]);
}
