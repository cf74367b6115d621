//! `vectors/attestation.json`: what is signed, by name and state, for both languages. Made from fixed seeds, committed,
//! proven fresh here; `UPDATE_VECTORS=1 cargo test -p bidao-sync --test attestation` writes it again.
//!
//! ```text
//! json        [{ json, canonical }]            any JSON text and its RFC 8785 form
//! codes       [{ digest, code }]               short codes
//! typed       [{ text, code | null }]          codes as people type them: six lower-case hex digits, or no code
//! documents   [{ name, record, form, changes: [hex], heads, content, canonical, digest, code,
//!                parties: [{ name, roles }], state,
//!                party_states: ["missing" | "agreed" | "objected"],
//!                attestations: [{ element, change, covers, follows, digest, role, stance, signer_name, signed_at, current }],
//!                earlier: { digest, signed_at, complete, differences: [{ path, old, new }] } | null }]
//! fields      [{ name, fields, fault | null }]  an element's fields by themselves; the field that is wrong first
//! materiality [{ name, immaterial, money, percent, differences, material }]
//! ```
//!
//! `changes` are all changes of one record in causal order, to be loaded as they are. Attestations are listed oldest
//! first: by the last operation number of their change, then by its hash.

use super::records::{Copy, FORM, contents, member, signatures};
use super::support::{NOW, element, parties, record};
use bidao_sync::attestation::{
    Attestation, Fields, Materiality, PartyState, Signing, canonical, code, parse_code, to_canonical,
};
use bidao_sync::document::{Document, FieldDifference};
use bidao_sync::feed::sha256;
use bidao_sync::ids::to_hex;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

fn document(name: &str, state: &str, copy: &Copy) -> Value {
    let document = &copy.document;
    let content = document.content();
    let signing = document.signing(record(1), FORM, &parties());
    let changes: Vec<String> =
        document.changes_since(&[]).iter().map(|change| to_hex(&change.bytes)).collect();
    assert_eq!(signing.state.as_str(), state, "{name}");
    let again = Document::load(&document.save()).unwrap();
    assert_eq!(again.signing(record(1), FORM, &parties()), signing, "{name}");
    json!({
        "name": name, "record": record(1).to_string(), "form": FORM, "changes": changes,
        "heads": document.heads().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "content": content, "canonical": canonical(record(1), FORM, &content),
        "digest": signing.digest.to_string(), "code": code(signing.digest),
        "parties": parties().iter().map(|party| json!({ "name": party.name, "roles": party.roles })).collect::<Vec<_>>(),
        "state": signing.state.as_str(),
        "party_states": signing.parties.iter().map(|party| word(party.state)).collect::<Vec<_>>(),
        "attestations": signing.attestations.iter().map(|one| attestation(one, &signing)).collect::<Vec<_>>(),
        "earlier": earlier(document, &signing),
    })
}

fn word(state: PartyState) -> &'static str {
    match state {
        PartyState::Missing => "missing",
        PartyState::Agreed => "agreed",
        PartyState::Objected => "objected",
    }
}

fn attestation(one: &Attestation, signing: &Signing) -> Value {
    json!({
        "element": one.element, "change": one.change.to_string(), "follows": one.follows,
        "covers": one.covers.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "digest": one.digest.to_string(), "role": one.fields.role, "stance": one.fields.stance,
        "signer_name": one.fields.signer_name, "signed_at": one.fields.signed_at,
        "current": one.digest == signing.digest,
    })
}

fn earlier(document: &Document, signing: &Signing) -> Value {
    let Some(earlier) = &signing.earlier else { return Value::Null };
    let differences = document.content_difference(&earlier.covers, &document.heads()).unwrap();
    json!({
        "digest": earlier.digest.to_string(), "signed_at": earlier.signed_at, "complete": earlier.complete,
        "differences": differences.iter().map(difference).collect::<Vec<_>>(),
    })
}

fn difference(one: &FieldDifference) -> Value {
    json!({ "path": one.path, "old": one.old, "new": one.new })
}

fn field_cases() -> Vec<Value> {
    let digest = sha256(b"slip").to_string();
    let good = json!({
        "role": "household_head", "signer_name": "冉某某", "signer_member": element(1), "stance": "agree",
        "method": "finger_on_screen", "literacy_aid": "read_by_self", "strokes": digest, "signed_at": NOW,
    });
    let official = json!({ "role": "resident_team", "signer_member": null, "signer_person": element(9), "literacy_aid": null });
    let plain = json!({ "method": null, "strokes": null, "literacy_aid": null });
    let merge = |changes: &[&Value]| {
        let mut all: Map<String, Value> = good.as_object().unwrap().clone();
        for change in changes {
            all.extend(change.as_object().unwrap().clone());
        }
        Value::Object(all)
    };
    let cases = [
        ("the head signs with a finger", merge(&[])),
        ("an official signs", merge(&[&official])),
        ("an official carries no member", merge(&[&official, &json!({ "signer_member": element(1) })])),
        ("the household carries no person in office", merge(&[&json!({ "signer_person": element(9) })])),
        ("the household names its member", merge(&[&json!({ "signer_member": "" })])),
        ("a proxy says why", merge(&[&json!({ "role": "adult_member_proxy" })])),
        ("a finger leaves strokes", merge(&[&json!({ "strokes": null })])),
        ("the household was read to", merge(&[&json!({ "literacy_aid": null })])),
        (
            "a thumbprint has a slip",
            merge(&[&json!({ "method": "thumbprint_on_paper_photo", "witness": "田某" })]),
        ),
        (
            "a thumbprint has a witness",
            merge(&[&json!({ "method": "thumbprint_on_paper_photo", "paper": digest, "witness": "  " })]),
        ),
        (
            "a thumbprint with all",
            merge(&[&json!({ "method": "thumbprint_on_paper_photo", "paper": digest, "witness": "田某" })]),
        ),
        ("a scan has a slip", merge(&[&official, &json!({ "method": "paper_scan" })])),
        ("who read aloud is named", merge(&[&json!({ "literacy_aid": "read_aloud_by_person" })])),
        ("a disagreement has a remark", merge(&[&json!({ "stance": "disagree" })])),
        ("a reservation has a remark", merge(&[&json!({ "stance": "agree_with_remark", "remark": " " })])),
        ("a plain refusal", merge(&[&plain, &json!({ "stance": "refuse_to_sign" })])),
        ("a signed refusal has a remark", merge(&[&json!({ "stance": "refuse_to_sign" })])),
        ("agreement has a method", merge(&[&plain])),
        ("a role is known", merge(&[&json!({ "role": "mayor" })])),
        ("a name has at most 30 characters", merge(&[&json!({ "signer_name": "𠮷".repeat(30) })])),
        ("a name of 31 characters", merge(&[&json!({ "signer_name": "𠮷".repeat(31) })])),
        ("a remark of 500 characters", merge(&[&json!({ "remark": "某".repeat(500) })])),
        ("a remark of 501 characters", merge(&[&json!({ "remark": "某".repeat(501) })])),
        ("a file has a lower-case name", merge(&[&json!({ "strokes": digest.to_uppercase() })])),
        ("a time is a number", merge(&[&json!({ "signed_at": "now" })])),
    ];
    let fault = |fields: &Value| {
        let read = Fields::read(fields.as_object().unwrap()).and_then(|fields| fields.check());
        read.err().map(|refusal| refusal.detail.split(':').next().unwrap().to_owned())
    };
    cases
        .into_iter()
        .map(|(name, fields)| json!({ "name": name, "fault": fault(&fields), "fields": fields }))
        .collect()
}

fn material_cases() -> Vec<Value> {
    let (immaterial, money) =
        (["phone".to_owned(), "members/*/phone".to_owned()], ["lines/*/amount".to_owned()]);
    let one = |path: &str, old: Value, new: Value| FieldDifference { path: path.into(), old, new };
    let amount = |old: i64, new: i64| one(&format!("lines/{}/amount", element(1)), old.into(), new.into());
    let cases = [
        ("nothing", 5, vec![]),
        (
            "a telephone number",
            5,
            vec![one("phone", json!("1"), json!("2")), one(&member(1, "phone"), Value::Null, json!("2"))],
        ),
        (
            "a severity beside it",
            5,
            vec![one("phone", json!("1"), json!("2")), one("severity", json!("light"), Value::Null)],
        ),
        ("five percent more", 5, vec![amount(10_000, 10_500)]),
        ("five percent less of a negative sum", 5, vec![amount(-10_000, -10_500)]),
        ("a fen more than that", 5, vec![amount(10_000, 10_501)]),
        ("from nothing", 5, vec![amount(0, 1)]),
        ("a new line", 5, vec![one(&format!("lines/{}/amount", element(2)), Value::Null, json!(1))]),
        ("nothing is small", 0, vec![amount(10_000, 10_001)]),
    ];
    let case = |(name, percent, differences): (&str, u64, Vec<FieldDifference>)| {
        let rules = Materiality { immaterial: &immaterial, money: &money, percent };
        json!({
            "name": name, "immaterial": immaterial, "money": money, "percent": percent,
            "differences": differences.iter().map(difference).collect::<Vec<_>>(),
            "material": rules.is_material(&differences),
        })
    };
    cases.into_iter().map(case).collect()
}

#[test]
fn attestations_are_fresh() {
    let json_cases = [
        r#"{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"€$\u000F\nA'B\"\\\\\"\/","literals":[null,true,false]}"#,
        r#"{"€":1,"\r":2,"\ufb33":3,"1":4,"😀":5,"\u0080":6,"ö":7}"#,
        r#"[0,-0.0,9007199254740991,1e20,1e21,5e-324,0.1,1.5e300]"#,
        r#"{"b":{"d":1,"c":[]},"a":{}}"#,
    ];
    let json_cases = json_cases
        .map(|text| json!({ "json": text, "canonical": to_canonical(&serde_json::from_str(text).unwrap()) }));
    let digests = [sha256(b""), sha256(b"bidao")];
    let typed = ["7F3A-91", "7f3a91", " 7f 3a - 91", "7F3A-9", "7F3A-911", "7G3A-91", ""];
    let unsigned = contents().into_iter().map(|(name, copy)| (name, "none", copy));
    let documents = unsigned.chain(signatures());
    let vectors = json!({
        "json": json_cases,
        "codes": digests.map(|digest| json!({ "digest": digest.to_string(), "code": code(digest) })),
        "typed": typed.map(|text| json!({ "text": text, "code": parse_code(text) })),
        "documents": documents.map(|(name, state, copy)| document(name, state, &copy)).collect::<Vec<_>>(),
        "fields": field_cases(),
        "materiality": material_cases(),
    });
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/attestation.json");
    let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "attestation.json is stale: run with UPDATE_VECTORS=1");
}
