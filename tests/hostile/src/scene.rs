//! Records to be attacked: each with its rules and with changes of the attacker that would be right.

use bidao_sync::attestation::{ATTESTATIONS, Fields};
use bidao_sync::document::{Attest, Document, Put};
use bidao_sync::gate::Shape;
use bidao_sync::ids::{ActorId, DeviceId, Digest, RecordId};

/// The server's clock.
pub const NOW: i64 = 1_767_225_600_000;
/// The attacker's device, which is enrolled.
pub const DEVICE: DeviceId = DeviceId([1; 8]);
/// The record under attack.
pub const RECORD: RecordId = RecordId([7; 16]);
const ELEMENT: &str = "0123456789abcdef0123456789abcdef";
const SECOND: &str = "00112233445566778899aabbccddeeff";
const SIGNED: &str = "fedcba9876543210fedcba9876543210";
const FORM: &str = "household/1";

/// A record, its rules, and what the attacker may do rightly.
pub struct Scene {
    /// Its name in messages.
    pub name: &'static str,
    /// The record; none before its first change.
    pub document: Option<Document>,
    /// The rules of its form.
    pub shape: Shape,
    /// Changes that pass.
    pub right: Vec<Vec<u8>>,
}

/// The attacker.
#[must_use]
pub fn attacker() -> ActorId {
    ActorId::new(DEVICE, [2; 8])
}

/// Somebody else, on another device.
#[must_use]
pub fn somebody() -> ActorId {
    ActorId::new(DeviceId([3; 8]), [4; 8])
}

fn member(element: &str, field: &str) -> String {
    format!("members/{element}/{field}")
}

/// The scenes.
///
/// # Panics
/// What is right does not pass: a fault of the crate under test.
#[must_use]
pub fn all() -> Vec<Scene> {
    let plain = Shape::new(["members"]);
    let puts = [Put::new("a", 1), Put::new(member(ELEMENT, "name"), "x"), Put::new("f", 0.5)];
    let (document, root) = Document::create(attacker(), NOW, &["members"], &puts).expect("a record");
    vec![
        Scene { name: "a first change", document: None, shape: plain.clone(), right: vec![root.bytes] },
        Scene {
            name: "a record",
            right: edits(&document),
            document: Some(document.clone()),
            shape: plain.clone(),
        },
        disputed(document, plain.clone()),
        signed(),
        lines(),
        long(plain),
    ]
}

/// Edits of every kind that a form allows.
fn edits(document: &Document) -> Vec<Vec<u8>> {
    let edits: [Vec<Put>; 6] = [
        vec![Put::new("a", 2)],
        vec![Put::new("new", "值"), Put::new("b", true), Put::new("c", -5), Put::new("d", 2.5)],
        vec![Put::new(member(ELEMENT, "name"), "y"), Put::new(member(ELEMENT, "age"), 40)],
        vec![Put::new(member(SECOND, "name"), "z"), Put::new(member(SECOND, "age"), 41)],
        vec![Put::new("a", serde_json::Value::Null)],
        (0..9).map(|n| Put::new(format!("many{n}"), n % 3)).collect(),
    ];
    let made = edits.iter().filter_map(|puts| document.clone().edit(attacker(), NOW, puts).ok().flatten());
    made.map(|change| change.bytes).collect()
}

/// Two devices wrote the same fields without knowing of each other.
fn disputed(document: Document, shape: Shape) -> Scene {
    let (mut one, mut other) = (document.clone(), document);
    one.edit(attacker(), NOW, &[Put::new("a", 3), Put::new("g", 1)]).expect("an edit");
    other.edit(somebody(), NOW, &[Put::new("a", 4), Put::new("g", 2)]).expect("an edit");
    one.merge(&other).expect("merged");
    Scene { name: "a disputed record", right: edits(&one), document: Some(one), shape }
}

/// The head of the household has signed, and may sign again.
fn signed() -> Scene {
    let shape = Shape::new(["members", ATTESTATIONS])
        .immutable([ATTESTATIONS])
        .attested([FORM, "household/2"], ["cause", "members/*/name"]);
    let puts = [Put::new("a", 1), Put::new(member(ELEMENT, "name"), "x")];
    let containers = ["members", ATTESTATIONS];
    let (mut document, _) = Document::create(somebody(), NOW, &containers, &puts).expect("a record");
    let fields = Fields {
        role: "household_head".into(),
        signer_name: "冉某某".into(),
        signer_member: Some(ELEMENT.into()),
        method: Some("finger_on_screen".into()),
        literacy_aid: Some("read_by_self".into()),
        stance: "agree".into(),
        strokes: Some(Digest([5; 32])),
        signed_at: NOW,
        ..Fields::default()
    };
    let attest = |element| Attest { record: RECORD, form: FORM, element, fields: &fields };
    document.attest(attacker(), NOW, &attest(SIGNED), &shape).expect("signed");
    let again = document.clone().attest(attacker(), NOW, &attest(SECOND), &shape).expect("signed again");
    let mut right = vec![again.bytes];
    right.extend(edits(&document));
    Scene { name: "a signed record", document: Some(document), shape, right }
}

/// Lines that are written once.
fn lines() -> Scene {
    let shape = Shape::new(["lines"]).immutable(["lines"]);
    let line = |id: &str, amount: i64| {
        vec![Put::new(format!("lines/{id}/item"), "wage"), Put::new(format!("lines/{id}/amount"), amount)]
    };
    let (mut document, _) =
        Document::create(attacker(), NOW, &["lines"], &[Put::new("a", 1)]).expect("a record");
    document.edit(somebody(), NOW, &line(ELEMENT, 100)).expect("a line");
    let add = |puts: &[Put]| document.clone().edit(attacker(), NOW, puts).ok().flatten();
    let right = [add(&line(SECOND, 7)), add(&[Put::new("a", 2)])].into_iter().flatten();
    Scene {
        name: "a statement",
        right: right.map(|change| change.bytes).collect(),
        document: Some(document),
        shape,
    }
}

/// A history of many small edits by two people.
fn long(shape: Shape) -> Scene {
    let (mut document, _) =
        Document::create(attacker(), NOW, &["members"], &[Put::new("a", 1)]).expect("a record");
    for n in 0..20 {
        let actor = if n % 2 == 0 { attacker() } else { somebody() };
        document.edit(actor, NOW + n, &[Put::new(format!("f{}", n % 5), n)]).expect("an edit");
    }
    Scene { name: "a long history", right: edits(&document), document: Some(document), shape }
}
