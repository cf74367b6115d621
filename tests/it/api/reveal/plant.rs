//! One identity number in every place where people, or a hostile phone, can put one.

use bidao_schema::api::person::Role;
use bidao_sync::attestation::Fields;
use bidao_sync::document::Put;
use bidao_sync::feed::sha256;
use bidao_sync::ids::RecordId;
use bidao_sync::message::{Message as _, Status};
use bidao_tests::app::{DISTRICT, NEIGHBOUR, TOWNSHIP, TestApp, TestPerson, VILLAGE};
use serde_json::{Value, json};

use crate::api::cadre::Cadre;

/// The number, and its wife's.
pub const NUMBER: &str = "999999196001020018";
pub const SECOND: &str = "999999195107080022";
/// As people type it.
pub const SPACED: &str = "999999 19600102 0018";
pub const MISTYPED: &str = "999999196001020019";
pub const ACCOUNT: &str = "6229990001112223334";
pub const HEAD: &str = "11111111111111111111111111111111";
const WIFE: &str = "22222222222222222222222222222222";
const CBOR: [(&str, &str); 1] = [("content-type", "application/cbor")];

/// Where it grew.
pub struct Garden {
    pub cadre: Cadre,
    pub leader: TestPerson,
    pub town: TestPerson,
    pub office: TestPerson,
    pub household: RecordId,
    pub visit: RecordId,
    pub statement: RecordId,
    pub dispute: RecordId,
    pub moved: RecordId,
    /// Digest of the signed version.
    pub digest: String,
    pub conflict: String,
    pub kept: String,
    pub round: String,
}

impl Garden {
    /// Every id that a path could name.
    pub fn ids(&self) -> Vec<String> {
        let records = [self.household, self.visit, self.statement, self.dispute, self.moved];
        let named = [&self.conflict, &self.kept, &self.round].map(Clone::clone);
        records.iter().map(ToString::to_string).chain(named).collect()
    }
}

fn member(id: &str, field: &str, value: &str) -> Put {
    Put::new(format!("members/{id}/{field}"), value)
}

fn said(before: &str) -> String {
    format!("{before}{NUMBER}，请核对")
}

fn stored(fates: &[(Status, Option<String>)]) {
    assert!(fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
}

pub fn household_of(head: &str) -> Vec<Put> {
    vec![
        member(HEAD, "name", head),
        member(HEAD, "relation", "02"),
        member(HEAD, "id_no", NUMBER),
        member(WIFE, "name", "冉婆婆"),
        member(WIFE, "relation", "10"),
        member(WIFE, "id_no", MISTYPED),
        Put::new("group_name", "1组"),
        Put::new("address", format!("证号{SPACED}")),
        Put::new("bank_name", "农商行"),
        Put::new("bank_account", ACCOUNT),
        Put::new("of_a_later_form", NUMBER),
    ]
}

/// Plants it everywhere.
pub fn plant(app: &TestApp) -> Garden {
    let mut cadre = Cadre::new(app, "甲", Role::TeamMember);
    let mut other = Cadre::new(app, "乙", Role::TeamMember);
    let leader = app.person("队长", Role::TeamLeader, VILLAGE);
    let town = app.person("乡办", Role::TownOffice, TOWNSHIP);
    let office = app.person("区办", Role::AlleviationOffice, DISTRICT);
    let household = cadre.create(app, "household", &household_of(&said("田大爷")));
    let moved = cadre.create(app, "household", &household_of("向大娘"));
    sign(app, &mut cadre, household);
    let about = Put::new("household", household.to_string());
    let text = |field: &str| Put::new(field, said("他说是"));
    let visit = [about.clone(), Put::new("occurred_on", "2015-11-03"), text("what_household_said")];
    let visit = cadre.create(app, "visit", &visit);
    cadre.create(app, "difficulty", &[about, text("description")]);
    let (of, month) = (household.to_string(), "2015-10");
    let line = Put::new("lines/2222222222222222222222222222bbbb/note", said("工资"));
    let statement = cadre.found(app, "income", &[("household", &of), ("month", month)], &[line]);
    stored(&cadre.sync(app));
    other.sync(app);
    disagree(app, &mut cadre, &mut other, household);
    let dispute = raise(app, &mut other, &town, household);
    cadre.submit(visit);
    stored(&cadre.sync(app));
    send_back(&leader, visit);
    let ask = json!({"id": app.app.ctx.id(), "household": moved.to_string(), "area": NEIGHBOUR,
                     "expected_area": VILLAGE, "moved_on": "2015-11-01", "reason": said("")});
    assert_eq!(town.desk.post("/api/v1/relocations", &ask).status, 200);
    let round = open_round(app, &town, &cadre.person);
    let kept = lose(app, &leader);
    let shown = leader.desk.get(&format!("/api/v1/records/{household}")).ok();
    let digest = shown["signing"]["attestations"][0]["digest"].as_str().expect("signed").to_owned();
    let conflicts = leader.desk.get("/api/v1/conflicts").ok()["conflicts"].clone();
    let conflict = conflicts[0]["id"].as_str().expect("a conflict").to_owned();
    let (of_visit, of_statement) = (visit, statement);
    Garden {
        cadre,
        leader,
        town,
        office,
        household,
        visit: of_visit,
        statement: of_statement,
        dispute,
        moved,
        digest,
        conflict,
        kept,
        round,
    }
}

/// The household signs, and says it again in its remark.
fn sign(app: &TestApp, cadre: &mut Cadre, household: RecordId) {
    let fields = Fields {
        role: "resident_team".into(),
        signer_name: said("向敏"),
        signer_person: Some(cadre.person.id.clone()),
        stance: "agree_with_remark".into(),
        remark: Some(said("")),
        method: Some("finger_on_screen".into()),
        literacy_aid: Some("read_by_self".into()),
        strokes: Some(sha256(b"strokes")),
        signed_at: 1_447_300_000_000,
        ..Fields::default()
    };
    cadre.attest(app, household, &fields).expect("within the rules");
}

/// Two who do not know of each other write different numbers.
fn disagree(app: &TestApp, one: &mut Cadre, other: &mut Cadre, household: RecordId) {
    one.put(app, household, &[member(HEAD, "id_no", SECOND)]);
    other.put(app, household, &[member(HEAD, "id_no", MISTYPED)]);
    stored(&one.sync(app));
    stored(&other.sync(app));
}

fn raise(app: &TestApp, by: &mut Cadre, town: &TestPerson, household: RecordId) -> RecordId {
    let digest = by.phone.document(household).expect("synced").digest(household, "household/1").to_string();
    let puts = [
        Put::new("household", household.to_string()),
        Put::new("subject", "member"),
        Put::new("document", household.to_string()),
        Put::new("document_digest", digest),
        Put::new("raised_by", "household"),
        Put::new("channel", "on_visit"),
        Put::new("statement", said("我的号是")),
        Put::new("raised_on", "2015-11-01"),
    ];
    let id = by.create(app, "dispute", &puts);
    by.submit(id);
    stored(&by.sync(app));
    let path = format!("/api/v1/disputes/{id}");
    let handler = app.person("村民代表", Role::TeamMember, VILLAGE);
    for (who, with) in [
        (town, json!({"step": "acknowledge"})),
        (town, json!({"step": "assign", "handler": handler.id})),
        (&handler, json!({"step": "reject", "finding": said("派出所说是")})),
    ] {
        let mut ask: Value = with;
        ask["expected"] = who.desk.get(&path).ok()["dispute"]["version"].clone();
        assert_eq!(who.desk.post(&format!("{path}/step"), &ask).status, 200);
    }
    id
}

fn send_back(leader: &TestPerson, record: RecordId) {
    let heads = leader.desk.get(&format!("/api/v1/reviews/{record}")).ok()["heads"].clone();
    let one = json!({"id": format!("{:032x}", 7), "record": record.to_string(), "decision": "return",
                     "expected": heads, "remark": said("应为")});
    let fates = leader.desk.post("/api/v1/reviews/decide", &json!({"decisions": [one]})).ok();
    assert_eq!(fates["results"][0]["status"], "done");
}

fn open_round(app: &TestApp, town: &TestPerson, member: &TestPerson) -> String {
    let grounds = [VILLAGE, NEIGHBOUR].map(|village| json!({"village": village, "group_name": null}));
    let ask = json!({
        "id": app.app.ctx.id(), "name": said("摸底"), "area": TOWNSHIP, "from": "2015-11-01", "to": "2015-11-30",
        "form": "household/1", "criteria": said("样例"),
        "groups": [{"name": "一组", "members": [town.id, member.id], "grounds": grounds}],
    });
    town.desk.post("/api/v1/surveys", &ask).ok()["id"].as_str().expect("an id").to_owned()
}

/// A lost phone hands in a household: an item that waits for the leader.
fn lose(app: &TestApp, leader: &TestPerson) -> String {
    let mut lost = Cadre::new(app, "丙", Role::TeamMember);
    lost.create(app, "household", &household_of("谭正权"));
    lost.seal(app);
    let device = bidao_sync::ids::to_hex(&lost.hardware.device);
    let revoked = leader.desk.post(&format!("/api/v1/devices/{device}/revoke"), &json!({}));
    assert_eq!(revoked.status, 200);
    let request = lost.phone.request(1 << 20).encode();
    assert_eq!(app.anyone.send("POST", "/api/v1/surrenders", &CBOR, &request).status, 200);
    leader.desk.get("/api/v1/quarantine").ok()[0]["id"].as_str().expect("an item").to_owned()
}
