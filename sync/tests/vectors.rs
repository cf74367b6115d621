//! Golden vectors for both languages: made from fixed seeds, committed, proven fresh here.
//!
//! `UPDATE_VECTORS=1 cargo test -p bidao-sync --test vectors` writes them again.
#![allow(clippy::unwrap_used, reason = "test support")]

mod support;

use bidao_sync::code::Code;
use bidao_sync::document::{Document, Identity, founded_id};
use bidao_sync::feed::{entry_digest, next_chain, sha256};
use bidao_sync::gate::{Shape, judge};
use bidao_sync::ids::{ActorId, Chain, ChangeHash, DeviceId, to_hex};
use bidao_sync::message::{
    BatchManifest, Command, Cursor, Decision, Edit, Entry, Item, ItemReceipt, Message, Receipt, SealedBatch,
    Status, SyncRequest, SyncResponse, VERSION, Want, What,
};
use bidao_sync::seal::{seal, signed_bytes, verify};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use support::{AREA, NOW, element, item, key_of, public_key, put, record, signer};

const DEVICE: DeviceId = DeviceId([0x0b; 8]);

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name)
}

fn assert_fresh(name: &str, vectors: &Value) {
    let text = serde_json::to_string_pretty(vectors).unwrap() + "\n";
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(path(name), &text).unwrap();
    }
    let committed = std::fs::read_to_string(path(name)).unwrap_or_default();
    assert!(committed == text, "{name} is stale: run with UPDATE_VECTORS=1");
}

/// The meaning of CBOR as JSON: byte strings as `{"bytes": hex}`.
fn meaning(cbor: &ciborium::Value) -> Value {
    match cbor {
        ciborium::Value::Integer(integer) => json!(i64::try_from(*integer).unwrap()),
        ciborium::Value::Bytes(bytes) => json!({ "bytes": to_hex(bytes) }),
        ciborium::Value::Float(float) => json!(float),
        ciborium::Value::Text(text) => json!(text),
        ciborium::Value::Bool(truth) => json!(truth),
        ciborium::Value::Null => Value::Null,
        ciborium::Value::Array(items) => items.iter().map(meaning).collect(),
        ciborium::Value::Map(pairs) => Value::Object(
            pairs.iter().map(|(key, value)| (key.as_text().unwrap().into(), meaning(value))).collect(),
        ),
        other => panic!("{other:?} is not part of the protocol"),
    }
}

fn vector<T: Message + PartialEq + std::fmt::Debug>(name: &str, kind: &str, message: &T) -> Value {
    let bytes = message.encode();
    assert_eq!(&T::decode(&bytes).unwrap(), message);
    let cbor: ciborium::Value = ciborium::from_reader(&bytes[..]).unwrap();
    json!({ "name": name, "type": kind, "hex": to_hex(&bytes), "value": meaning(&cbor) })
}

fn actor() -> ActorId {
    ActorId::new(DEVICE, [0x0c; 8])
}

fn hash(n: u64) -> ChangeHash {
    ChangeHash(sha256(format!("change{n}").as_bytes()).0)
}

fn household() -> (Document, Vec<bidao_sync::document::Change>) {
    let puts = [
        put("address", "三组12号"),
        put("persons", 4),
        put("income", 1_234_567),
        put("ratio", 0.25),
        put("unsafe_house", true),
        put("note", Value::Null),
        put(&format!("members/{}/name", element(1)), "张三"),
        put(&format!("members/{}/id_number", element(1)), "999999199001011239"),
    ];
    let (mut document, root) = Document::create(actor(), NOW, &["income_lines", "members"], &puts).unwrap();
    let more = [put("persons", 5), put(&format!("members/{}/name", element(2)), "李四")];
    let edit = document.edit(actor(), NOW + 60_000, &more).unwrap().unwrap();
    (document, vec![root, edit])
}

fn batch() -> (BatchManifest, SealedBatch) {
    let (_, changes) = household();
    let manifest = BatchManifest {
        actor: actor(),
        number: 2,
        made_at: NOW,
        prev: Some(sha256(b"the batch before")),
        seen: BTreeMap::from([(AREA.to_owned(), 17)]),
        items: vec![
            Item::Edit(Edit {
                id: item(1),
                record: record(1),
                kind: "household".into(),
                form: "household/1".into(),
                area: AREA.into(),
                changes: changes.iter().map(|change| change.hash).collect(),
                payload: 0,
            }),
            Item::Command(Command {
                id: item(2),
                name: "submit".into(),
                record: record(1),
                expected: vec![changes[1].hash],
                args: BTreeMap::new(),
            }),
            Item::Command(Command {
                id: item(3),
                name: "return".into(),
                record: record(2),
                expected: vec![hash(1), hash(2)],
                args: BTreeMap::from([("remark".to_owned(), json!("请补充入户照片"))]),
            }),
        ],
    };
    let payload = changes.iter().flat_map(|change| change.bytes.clone()).collect();
    let sealed = seal(&manifest, vec![payload], signer(DEVICE));
    (manifest, sealed)
}

fn receipts() -> Vec<Receipt> {
    let all = [
        (Status::Stored, None),
        (Status::Duplicate, None),
        (Status::Held, None),
        (Status::Quarantined, Some(Code::GrantEnded)),
        (Status::Refused, Some(Code::SequenceReused)),
        (Status::Stale, Some(Code::Stale)),
        (Status::Done, None),
    ];
    let items = (10..).zip(all).map(|(n, (status, code))| ItemReceipt {
        id: item(n),
        status,
        code: code.map(|code| code.as_str().to_owned()),
        detail: code.map(|code| format!("detail of {code}")),
    });
    vec![Receipt { actor: actor(), number: 2, items: items.collect() }]
}

fn entries() -> Vec<Entry> {
    let (document, changes) = household();
    let decision = decision();
    let all = [
        (What::Document, document.save()),
        (What::Changes, changes[1].bytes.clone()),
        (What::Decision, decision.encode()),
        (What::Moved, Vec::new()),
        (What::Removed, Vec::new()),
    ];
    let entry = |(seq, (what, data))| Entry {
        grant: format!("a:{AREA}"),
        seq,
        record: record(1),
        kind: "household".into(),
        form: "household/1".into(),
        area: AREA.into(),
        what,
        data,
    };
    (18..).zip(all).map(entry).collect()
}

fn decision() -> Decision {
    Decision {
        state: "returned".into(),
        remark: Some("请补充".into()),
        by: "王组长".into(),
        at: NOW,
        heads: vec![hash(1)],
        facts: std::collections::BTreeMap::new(),
    }
}

#[test]
fn messages_are_fresh() {
    let (manifest, sealed) = batch();
    let household = format!("h:{}", record(1));
    let request = SyncRequest {
        v: VERSION,
        push: vec![sealed.clone()],
        cursors: BTreeMap::from([
            (format!("a:{AREA}"), Cursor(17, Chain([1; 8]))),
            (household.clone(), Cursor(3, Chain([2; 8]))),
        ]),
        have_reference: Some("r1".into()),
        max_bytes: 16_384,
        unsynced: 3,
    };
    let empty_request =
        SyncRequest { push: Vec::new(), cursors: BTreeMap::new(), have_reference: None, ..request.clone() };
    let response = SyncResponse {
        v: VERSION,
        now: NOW,
        receipts: receipts(),
        entries: entries(),
        cursors: BTreeMap::from([(format!("a:{AREA}"), Cursor(22, Chain([3; 8])))]),
        rewound: vec![format!("a:{AREA}")],
        more: true,
        want: vec![Want(sha256(b"photo"), 4096)],
        revoked: vec![household],
        reference: Some(b"reference data".to_vec()),
        reference_tag: "r2".into(),
    };
    let empty_response = SyncResponse {
        receipts: Vec::new(),
        entries: Vec::new(),
        rewound: Vec::new(),
        more: false,
        want: Vec::new(),
        revoked: Vec::new(),
        reference: None,
        ..response.clone()
    };
    let vectors = json!([
        vector("first request of a new phone", "sync-request", &empty_request),
        vector("request with a batch", "sync-request", &request),
        vector("sealed batch", "sealed-batch", &sealed),
        vector("batch manifest", "batch-manifest", &manifest),
        vector("nothing new", "sync-response", &empty_response),
        vector("every status, every kind of entry", "sync-response", &response),
        vector("decision", "decision", &decision()),
    ]);
    assert_fresh("messages.json", &vectors);
}

#[test]
fn seals_are_fresh() {
    let (_, sealed) = batch();
    let verified = verify(&sealed, &public_key(DEVICE)).unwrap();
    let vectors = json!({
        "device": DEVICE.to_string(),
        "private_key": to_hex(&key_of(DEVICE).to_bytes()),
        "public_key": to_hex(&public_key(DEVICE)),
        "manifest": to_hex(&sealed.manifest),
        "signed_bytes": to_hex(&signed_bytes(&sealed.manifest)),
        "signature": sealed.signature.to_string(),
        "manifest_digest": verified.digest.to_string(),
    });
    assert_fresh("seal.json", &vectors);
}

#[test]
fn feeds_are_fresh() {
    let mut chain = Chain::START;
    let mut rows = Vec::new();
    let whats = [What::Changes, What::Document, What::Decision, What::Moved, What::Removed];
    for (seq, what) in (1..).zip(whats) {
        let parts = match what {
            What::Changes | What::Document => vec![hash(1).0, hash(2).0],
            _ => vec![sha256(b"data").0],
        };
        let digest = entry_digest(seq, record(seq), what, &parts);
        chain = next_chain(chain, digest);
        let parts: Vec<String> = parts.iter().map(|part| to_hex(part)).collect();
        rows.push(json!({
            "seq": seq, "record": record(seq).to_string(), "what": what.as_str(), "parts": parts,
            "digest": digest.to_string(), "chain": chain.to_string(),
        }));
    }
    assert_fresh("feed.json", &Value::Array(rows));
}

#[test]
fn changes_are_fresh() {
    let (document, changes) = household();
    let mut other = document.clone();
    let two = ActorId::new(DeviceId([0x0d; 8]), [0x0e; 8]);
    let mut merged = document.clone();
    let mine = merged.edit(actor(), NOW + 120_000, &[put("address", "四组")]).unwrap().unwrap();
    let theirs = other.edit(two, NOW + 120_000, &[put("address", "五组")]).unwrap().unwrap();
    merged.apply(&[&theirs.bytes]).unwrap();
    let conflicts: Vec<Value> = merged
        .conflicts()
        .into_iter()
        .map(|conflict| {
            let values: Vec<Value> = conflict.values.into_iter().map(|value| value.value).collect();
            json!({ "path": conflict.path, "values": values, "ancestor": conflict.ancestor })
        })
        .collect();
    let hex: Vec<Value> = changes
        .iter()
        .chain([&mine, &theirs])
        .map(|change| {
            let dependencies: Vec<String> = change.dependencies.iter().map(ToString::to_string).collect();
            json!({
                "hex": to_hex(&change.bytes), "hash": change.hash.to_string(), "actor": change.actor.to_string(),
                "sequence": change.sequence, "dependencies": dependencies, "made_at": change.made_at,
            })
        })
        .collect();
    let identity: Identity = [
        ("household".to_owned(), "00112233445566778899aabbccddeeff".to_owned()),
        ("month".to_owned(), "2015-11".to_owned()),
    ]
    .into();
    let (_, founding) = Document::found("income", &["lines", "attestations"], &identity).unwrap();
    let vectors = json!({
        "founding": {
            "kind": "income", "containers": ["lines", "attestations"], "identity": identity,
            "record": founded_id("income", &identity).to_string(), "hex": to_hex(&founding.bytes),
        },
        "containers": ["income_lines", "members"],
        "changes": hex,
        "answers_after_two": document.answers(),
        "answers": merged.answers(),
        "conflicts": conflicts,
        "heads": merged.heads().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "document": to_hex(&merged.save()),
    });
    assert_fresh("changes.json", &vectors);
}

/// What the JavaScript engine makes passes the gate and means the same. The file is made by the phone's engine:
/// `[{ name, device, containers, immutable?, changes: [hex], answers }]`, all changes of one record in causal order.
#[test]
fn changes_made_by_the_javascript_engine_pass_the_gate() {
    let text = std::fs::read_to_string(path("js_changes.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let containers = case["containers"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
        let immutable = case["immutable"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap());
        let shape = Shape::new(containers).immutable(immutable);
        let device = case["device"].as_str().unwrap().parse().unwrap();
        let mut document: Option<Document> = None;
        for change in case["changes"].as_array().unwrap() {
            let bytes = bidao_sync::ids::from_hex(change.as_str().unwrap()).unwrap();
            let judged = judge(record(1), document.as_ref(), &[&bytes], device, &shape, i64::MAX / 2);
            document = Some(judged.unwrap_or_else(|error| panic!("{name}: {error:?}")).document);
        }
        assert_eq!(document.unwrap().answers(), case["answers"], "{name}");
    }
}
