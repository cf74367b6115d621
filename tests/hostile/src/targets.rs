//! What fuzzers run and what the corpus is replayed through: bytes in, a fault of ours is a panic.

use std::sync::LazyLock;

use bidao_picture::{Kind, process};
use bidao_schema::block::Shared;
use bidao_schema::calendar::Date;
use bidao_schema::compile::{compile, compile_expression};
use bidao_schema::expression::evaluate::{Context, Scope, evaluate};
use bidao_schema::forms;

use bidao_sync::document::{Document, read_change, split_changes};
use bidao_sync::hub::{self, Access, DeviceState, EditFacts, RecordFacts, Verdict};
use bidao_sync::ids::{ActorId, ChangeHash, ItemId, Signature};
use bidao_sync::message::{BatchManifest, Edit, Item, Message, SealedBatch, SyncRequest, SyncResponse};
use bidao_sync::seal;

use crate::endure::endure;
use crate::mutate;
use crate::scene::{self, DEVICE, NOW, RECORD, Scene, attacker};
use crate::source::Source;

/// A target by its name.
pub type Target = (&'static str, fn(&[u8]));

/// All of them; a corpus is a folder of a target's name.
pub const TARGETS: [Target; 6] = [
    ("request", request),
    ("gate", gate),
    ("hub", hub),
    ("expression", expression),
    ("form", form),
    ("image", image),
];

static SCENES: LazyLock<Vec<Scene>> = LazyLock::new(scene::all);
static SHARED: LazyLock<Option<Shared>> = LazyLock::new(|| {
    let choices = include_str!("../../../mobile-schema/forms/choices.toml");
    Shared::parse(choices, include_str!("../../../mobile-schema/forms/blocks.toml")).ok()
});
/// A character more than any name may have.
const LONG: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
/// A form for expressions to stand in.
const FORM: &str = include_str!("../../../mobile-schema/forms/visit.1.toml");

/// Before the first input: a panic that the gate catches is no fault (Automerge has some), so its hook must not end the
/// process as the fuzzer's own does. One that nobody catches still does.
pub fn prepare() {
    std::panic::set_hook(Box::new(|_| ()));
}

/// Messages of the protocol: what is read is written again as the same.
pub fn request(bytes: &[u8]) {
    if let Ok(message) = SyncRequest::decode(bytes) {
        let again = SyncRequest::decode(&message.encode());
        assert_eq!(again.as_ref(), Ok(&message), "a request that was read can be written");
        for batch in &message.push {
            let _ = seal::claimed_device(batch);
            let _ = seal::verify(batch, &[4; 65]);
        }
    }
    let _ = SyncResponse::decode(bytes);
    let _ = BatchManifest::decode(bytes);
    let _ = split_changes(bytes, 1024);
    let _ = read_change(bytes);
    let _ = Document::load(bytes);
}

/// The gate: half of the inputs are mutations of right changes, the others the change chunks themselves.
///
/// # Panics
/// What was let in does not last.
pub fn gate(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let scene = &SCENES[usize::from(first >> 1) % SCENES.len()];
    let changes = if first & 1 == 0 {
        mutate::changes(scene, &mut Source::of(rest))
    } else {
        vec![crate::chunk::sealed(1, rest)]
    };
    let changes: Vec<&[u8]> = changes.iter().map(Vec::as_slice).collect();
    if let Err(fault) = endure(scene, &changes) {
        panic!("{}: {fault}", scene.name);
    }
}

/// A sealed batch of hostile edits, from its bytes to the verdict on each of them.
///
/// # Panics
/// A verdict contradicts itself.
pub fn hub(bytes: &[u8]) {
    let mut source = Source::of(bytes);
    let scene = source.one(SCENES.as_slice());
    let mut payload = Vec::new();
    let mut items = Vec::new();
    for number in 0..1 + source.below(3) {
        let changes = mutate::changes(scene, &mut source);
        let named = changes.iter().filter_map(|chunk| bidao_sync::document::change_hash(chunk));
        let mut named: Vec<ChangeHash> = named.collect();
        if source.below(8) == 0 {
            named.reverse();
        }
        let word = |source: &mut Source<'_>, right: &str| {
            let odd = ["", "visit", "household/9", LONG, "500114101002"];
            if source.below(6) == 0 { (*source.one(&odd)).to_owned() } else { right.to_owned() }
        };
        items.push(Item::Edit(Edit {
            id: ItemId([number as u8; 16]),
            record: RECORD,
            kind: word(&mut source, "household"),
            form: word(&mut source, "household/1"),
            area: word(&mut source, "500114101001"),
            changes: named,
            payload: if source.below(8) == 0 { u64::MAX } else { number as u64 },
        }));
        payload.push(changes.concat());
    }
    let actor = if source.below(8) == 0 { ActorId([9; 16]) } else { attacker() };
    let number = if source.below(8) == 0 { u64::MAX } else { 1 };
    let manifest = BatchManifest { actor, number, made_at: NOW, prev: None, seen: [].into(), items };
    judge_all(scene, manifest, payload);
}

/// Signed by the attacker's own key, which the server knows.
fn judge_all(scene: &Scene, manifest: BatchManifest, payload: Vec<Vec<u8>>) {
    let key = KEY.as_ref();
    let sealed = seal::seal(&manifest, payload, |bytes| key.map_or([0; 64], |key| sign(key, bytes)));
    let wire = SealedBatch::decode(&sealed.encode());
    let Ok(sealed) = wire else { return };
    let public = key.map_or([0; 65], public);
    let Ok(batch) = seal::verify(&sealed, &public) else { return };
    let record = scene.document.as_ref().map(|document| RecordFacts {
        document,
        kind: "household",
        area: "500114101001",
        former: &[],
    });
    let access = Access::Now;
    let facts = EditFacts {
        device: DeviceState::Active,
        access,
        record,
        shape: Some(&scene.shape),
        held: 0,
        now: NOW,
    };
    for item in &batch.manifest.items {
        let Item::Edit(edit) = item else { continue };
        let verdict = hub::judge_edit(&batch, edit, &facts);
        assert_eq!(verdict.receipt(edit).id, edit.id);
        if let Verdict::Stored(stored) = verdict {
            assert_eq!(batch.device(), DEVICE, "nobody writes for another device");
            let loaded = Document::load(&stored.snapshot).map(|document| document.heads());
            assert_eq!(loaded, Ok(stored.document.heads()), "what is stored can be loaded");
            if let Err(fault) = endure(scene, &batch.changes(edit)) {
                panic!("{}: {fault}", scene.name);
            }
        }
    }
}

static KEY: LazyLock<Option<p256::ecdsa::SigningKey>> =
    LazyLock::new(|| p256::ecdsa::SigningKey::from_slice(&[5; 32]).ok());

fn sign(key: &p256::ecdsa::SigningKey, bytes: &[u8]) -> [u8; 64] {
    let signature: p256::ecdsa::Signature = p256::ecdsa::signature::Signer::sign(key, bytes);
    Signature(signature.to_bytes().into()).0
}

fn public(key: &p256::ecdsa::SigningKey) -> [u8; 65] {
    key.verifying_key().to_encoded_point(false).as_bytes().try_into().unwrap_or([0; 65])
}

/// Expressions: what compiles has a value for every record.
pub fn expression(bytes: &[u8]) {
    let (Ok(text), Some(shared)) = (std::str::from_utf8(bytes), SHARED.as_ref()) else { return };
    let Some(today) = Date::parse("2016-02-29") else { return };
    for repeat in [None, Some("photos")] {
        let Ok(expression) = compile_expression(text, FORM, repeat, shared) else { continue };
        let full =
            serde_json::json!({"photos": {"0": {"file": "x"}}, "village_code": "500114101001", "note": "值"});
        for answers in [serde_json::json!({}), full] {
            evaluate(&expression, &Scope::root(&answers, Context { today }));
        }
    }
}

/// Forms in TOML: what compiles can be asked everything that a form is asked.
pub fn form(bytes: &[u8]) {
    let (Ok(text), Some(shared)) = (std::str::from_utf8(bytes), SHARED.as_ref()) else { return };
    let Ok(form) = compile(text, shared) else { return };
    form.fields().for_each(|field| {
        form.merge_policy(&field.name);
    });
    let _ = (form.id(), form.containers(), form.immutable_containers(), form.ask_paths(), form.money_paths());
    let _ = forms::find(&form.id());
}

/// Pictures: refused or shown, within the limits of the module.
pub fn image(bytes: &[u8]) {
    for declared in [None, Some(Kind::Jpeg), Some(Kind::Png), Some(Kind::Webp)] {
        let _ = process(bytes, declared);
    }
}
