//! The records of the vectors: their names say what they show.

use super::support::{NOW, element, fields, put, record};
use bidao_sync::attestation::Fields;
use bidao_sync::document::{Attest, Document};
use bidao_sync::gate::Shape;
use bidao_sync::ids::{ActorId, DeviceId};
use serde_json::{Value, json};

pub const FORM: &str = "household/1";
const CONTAINERS: [&str; 2] = ["attestations", "members"];

fn actor(n: u8) -> ActorId {
    ActorId::new(DeviceId([n; 8]), [n + 0x10; 8])
}

/// One copy of the record and who writes in it.
#[derive(Clone)]
pub struct Copy {
    pub document: Document,
    actor: ActorId,
    now: i64,
}

impl Copy {
    fn new() -> Self {
        let name = |n: u64, name: &str| put(&format!("members/{}/name", element(n)), name);
        let puts = [put("address", "三组12号"), name(1, "冉某某"), name(2, "田某某")];
        let (document, _) = Document::create(actor(1), NOW, &CONTAINERS, &puts).unwrap();
        Self { document, actor: actor(1), now: NOW }
    }

    /// The same record on another phone.
    fn elsewhere(&self, n: u8) -> Self {
        Self { actor: actor(n), ..self.clone() }
    }

    fn write(mut self, path: &str, value: impl Into<Value>) -> Self {
        self.now += 60_000;
        self.document.edit(self.actor, self.now, &[put(path, value)]).unwrap();
        self
    }

    fn sign(mut self, n: u64, fields: &Fields) -> Self {
        self.now += 60_000;
        let fields = Fields { signed_at: self.now, ..fields.clone() };
        let element = element(1_000 + n);
        let attest = Attest { record: record(1), form: FORM, element: &element, fields: &fields };
        let shape = Shape::new(CONTAINERS).immutable(["attestations"]).attested([FORM], ["cause"]);
        self.document.attest(self.actor, self.now, &attest, &shape).unwrap();
        self
    }

    fn with(mut self, other: &Copy) -> Self {
        self.document.merge(&other.document).unwrap();
        self.now = self.now.max(other.now);
        self
    }
}

fn head() -> Fields {
    Fields { signer_name: "冉某某".into(), ..fields("household_head", 0, "agree") }
}

fn village() -> Fields {
    fields("village_or_group_cadre", 1, "agree")
}

fn team() -> Fields {
    fields("resident_team", 2, "agree")
}

fn signed() -> Copy {
    Copy::new().sign(1, &head()).sign(2, &village()).sign(3, &team())
}

fn objects(fields: Fields) -> Fields {
    Fields { stance: "disagree".into(), remark: Some("面积不对".into()), ..fields }
}

pub fn member(n: u64, field: &str) -> String {
    format!("members/{}/{field}", element(n))
}

/// Content without signatures.
pub fn contents() -> Vec<(&'static str, Copy)> {
    let numbers = Copy::new()
        .write("whole", 9_007_199_254_740_991_i64)
        .write("least", -9_007_199_254_740_991_i64)
        .write("ratio", 0.1)
        .write("large", 1e21)
        .write("larger", 1e20)
        .write("small", 1e-7)
        .write("minus", -1.5)
        .write("float_of_three", 3.0)
        .write("yes", true)
        .write("no", false)
        .write("zero", 0);
    let words = Copy::new()
        .write("\u{1f600}", "键按UTF-16排序：𠮷")
        .write("\u{fb33}", "在后")
        .write("\u{e9}", "é 与 e\u{301}")
        .write("10", "ten")
        .write("9", "nine")
        .write("Z", "\"\\/\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}\u{2028}");
    let emptied = Copy::new()
        .write("note", "x")
        .write("note", Value::Null)
        .write("phone", "13800000000")
        .write("phone", "")
        .write(&member(3, "name"), "")
        .write(&member(2, "deleted_at"), "2016-01-05");
    let base = Copy::new().write("cause", "old").write("size", 1);
    let both = |path: &str, mine: Value, theirs: Value| {
        base.clone().write(path, mine).with(&base.elsewhere(2).write(path, theirs))
    };
    let three = both("cause", json!("illness"), json!("\u{ff21}"))
        .with(&base.elsewhere(3).write("cause", "\u{1f600}"));
    let settled = both("cause", json!("illness"), json!("school")).write("cause", "illness");
    vec![
        ("the root change alone", Copy::new()),
        ("numbers", numbers),
        ("keys and texts beyond ASCII", words),
        ("emptied fields, an element without answers, a removed one", emptied),
        ("three values of one field", three),
        ("a number and the same as text", both("size", json!(2), json!("2"))),
        ("no answer beside an answer", both("cause", Value::Null, json!("school"))),
        ("no answer written in two ways", both("cause", Value::Null, json!(""))),
        ("two equal values are one", both("cause", json!("illness"), json!("illness"))),
        ("values of an element", both(&member(1, "name"), json!("冉某"), json!("冉莫"))),
        ("a conflict that was settled", settled),
    ]
}

/// Records somebody signed, and the state they are in.
#[expect(clippy::too_many_lines, reason = "a table of cases")]
pub fn signatures() -> Vec<(&'static str, &'static str, Copy)> {
    let apart = Copy::new();
    let (one, two) =
        (apart.clone().sign(1, &head()), apart.elsewhere(2).sign(2, &village()).sign(3, &team()));
    let agree_apart = apart.clone().sign(1, &head()).with(&apart.elsewhere(2).sign(2, &objects(head())));
    let concurrent = signed().with(&signed().elsewhere(2).write("address", "四组"));
    let seen = Copy::new().write("size", 1);
    let unseen = seen.clone().write("size", 2).with(&seen.elsewhere(2).sign(1, &head()));
    let proxy = Fields {
        role: "adult_member_proxy".into(),
        proxy_reason: Some("absent_for_work".into()),
        signer_member: Some(element(2)),
        signer_name: "田某某".into(),
        ..head()
    };
    let resigned = signed().write("address", "四组").sign(4, &head()).sign(5, &village());
    let same_person = Fields { signer_person: village().signer_person, ..team() };
    let in_office = Fields { signer_name: " 冉某某 ".into(), signer_person: None, ..team() };
    let note = Copy::new().write("note", "a");
    let open = note.clone().write("note", "b").with(&note.elsewhere(2).write("note", "c"));
    let chosen = open.document.answers()["note"].clone();
    vec![
        ("one party of three", "partly", Copy::new().sign(1, &head())),
        ("a role that is no party", "none", Copy::new().sign(1, &fields("town", 5, "agree"))),
        ("three parties", "signed", signed()),
        ("three parties, signed apart and met", "signed", one.clone().with(&two)),
        ("the same met the other way round", "signed", two.with(&one)),
        (
            "changed since",
            "changed",
            signed().write("address", "四组").write(&member(2, "deleted_at"), "2016-01-05"),
        ),
        ("changed by what another wrote meanwhile", "changed", concurrent),
        ("back to what was signed", "signed", signed().write("address", "四组").write("address", "三组12号")),
        ("signed again by two of three", "partly", resigned),
        ("what was signed was not the newest", "changed", unseen),
        ("the household disagrees", "objected", signed().sign(4, &objects(head()))),
        (
            "another member does not turn it into consent",
            "objected",
            signed().sign(4, &objects(head())).sign(5, &proxy),
        ),
        ("the same person takes it back", "signed", signed().sign(4, &objects(head())).sign(5, &head())),
        ("two words of one person that did not know of each other", "objected", agree_apart),
        ("refused without a word", "objected", Copy::new().sign(1, &refusal())),
        (
            "one person for two parties",
            "partly",
            Copy::new().sign(1, &head()).sign(2, &village()).sign(3, &same_person),
        ),
        (
            "the head once more in office",
            "partly",
            Copy::new().sign(1, &head()).sign(2, &village()).sign(3, &in_office),
        ),
        (
            "signed while unsettled",
            "signed",
            open.clone().sign(1, &head()).sign(2, &village()).sign(3, &team()),
        ),
        (
            "settled after it was signed",
            "changed",
            open.sign(1, &head()).sign(2, &village()).sign(3, &team()).write("note", chosen),
        ),
    ]
}

fn refusal() -> Fields {
    Fields {
        method: None,
        strokes: None,
        literacy_aid: None,
        remark: None,
        stance: "refuse_to_sign".into(),
        ..head()
    }
}
