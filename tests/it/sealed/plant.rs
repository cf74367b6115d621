//! Values that nobody writes by chance, through the very doors people's work comes in by.

use bidao_schema::api::person::Role;
use bidao_sync::document::Put;
use bidao_sync::ids::RecordId;
use bidao_sync::message::{Message, Status, SyncRequest, SyncResponse};
use bidao_tests::app::{FAR_VILLAGE, NEIGHBOUR, TOWNSHIP, TestApp, TestPerson, VILLAGE};
use serde_json::{Value, json};

use crate::api::cadre::Cadre;

pub const ID_NUMBER: &str = "999999196001020018";
const NAME: &str = "欧阳翠屏";
const PHONE: &str = "19987650123";
const CORRECTED: &str = "欧阳翠萍";
const HEARD: &str = "欧阳春平";
const ACCOUNT: &str = "6229990001112223334";
const CAUSE: &str = "大儿子矽肺病三期住在重庆";
const SAID: &str = "把钱借给三叔看病了别往外说";
const DIFFICULTY: &str = "老房子东墙裂了不敢住人";
const STATEMENT: &str = "去年的低保金少算了两个月";
const FINDING: &str = "查银行流水确实少了六百元";
const REMARK: &str = "请把病历上的名字改过来";
const MOVED: &str = "跟着女婿去了武陵村养病";
const INCOME: &str = "卖了外婆传下来的银镯子";
const UNREACHED: &str = "他家的事外村人写不进来";
const WAITING: &str = "这一句还在等前面那一句";
const REVEALED: &str = "她来领过世老伴的抚恤金";

/// All of them.
pub const PLANTED: [&str; 17] = [
    ID_NUMBER, NAME, CORRECTED, HEARD, PHONE, ACCOUNT, CAUSE, SAID, DIFFICULTY, STATEMENT, FINDING, REMARK,
    MOVED, INCOME, UNREACHED, WAITING, REVEALED,
];

/// Who planted, and where.
pub struct Garden {
    pub cadre: Cadre,
    pub leader: TestPerson,
    pub household: RecordId,
    pub visit: RecordId,
}

const HEAD: &str = "1111111111111111111111111111aaaa";

fn member(field: &str, value: &str) -> Put {
    Put::new(format!("members/{HEAD}/{field}"), value)
}

pub fn household_of(name: &str, id_number: &str) -> Vec<Put> {
    vec![
        member("name", name),
        member("relation", "02"),
        member("id_no", id_number),
        Put::new("group_name", "1组"),
        Put::new("address", "中元村1组"),
    ]
}

/// Plants each value where it belongs.
pub fn plant(app: &TestApp) -> Garden {
    let mut cadre = Cadre::new(app, "甲", Role::TeamMember);
    let mut other = Cadre::new(app, "乙", Role::TeamMember);
    let leader = app.person("队长", Role::TeamLeader, VILLAGE);
    let office = app.person("乡办", Role::TownOffice, TOWNSHIP);
    let mut puts = household_of(NAME, ID_NUMBER);
    puts.extend([
        Put::new("cause_note", CAUSE),
        Put::new("bank_name", "农商行"),
        Put::new("bank_account", ACCOUNT),
    ]);
    let household = cadre.create(app, "household", &puts);
    let about = Put::new("household", household.to_string());
    let said = [about.clone(), Put::new("occurred_on", "2015-11-03"), Put::new("what_household_said", SAID)];
    let visit = cadre.create(app, "visit", &said);
    cadre.create(app, "difficulty", &[about, Put::new("description", DIFFICULTY)]);
    let (of, month) = (household.to_string(), "2015-10");
    let line = Put::new("lines/2222222222222222222222222222bbbb/note", INCOME);
    cadre.found(app, "income", &[("household", &of), ("month", month)], &[line]);
    stored(&cadre.sync(app));
    other.sync(app);
    // Two do not know of each other: the values become a conflict.
    cadre.put(app, household, &[member("name", CORRECTED), Put::new("phone", PHONE)]);
    other.put(app, household, &[member("name", HEARD)]);
    stored(&cadre.sync(app));
    stored(&other.sync(app));
    raise(app, &mut other, &office, household);
    cadre.submit(visit);
    stored(&cadre.sync(app));
    send_back(&leader, visit);
    move_away(app, &mut cadre);
    refuse(app, &mut cadre);
    hold(app, &mut cadre);
    let ask = json!({"what": "record", "id": household.to_string(), "purpose": "payment", "note": REVEALED});
    assert_eq!(leader.desk.post("/api/v1/reveals", &ask).status, 200);
    Garden { cadre, leader, household, visit }
}

fn stored(fates: &[(Status, Option<String>)]) {
    assert!(fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
}

/// A dispute in the household's words, with what was found.
fn raise(app: &TestApp, by: &mut Cadre, office: &TestPerson, household: RecordId) {
    let digest =
        by.phone.document(household).expect("it synced").digest(household, "household/1").to_string();
    let puts = [
        Put::new("household", household.to_string()),
        Put::new("subject", "member"),
        Put::new("document", household.to_string()),
        Put::new("document_digest", digest),
        Put::new("raised_by", "household"),
        Put::new("channel", "on_visit"),
        Put::new("statement", STATEMENT),
        Put::new("raised_on", "2015-11-01"),
    ];
    let id = by.create(app, "dispute", &puts);
    by.submit(id);
    stored(&by.sync(app));
    let path = format!("/api/v1/disputes/{id}");
    let handler = app.person("村民代表", Role::TeamMember, VILLAGE);
    for (who, with) in [
        (office, json!({"step": "acknowledge"})),
        (office, json!({"step": "assign", "handler": handler.id})),
        (&handler, json!({"step": "reject", "finding": FINDING})),
    ] {
        let mut ask: Value = with;
        ask["expected"] = who.desk.get(&path).ok()["dispute"]["version"].clone();
        assert_eq!(who.desk.post(&format!("{path}/step"), &ask).status, 200);
    }
}

/// A leader returns a record with a sentence.
fn send_back(leader: &TestPerson, record: RecordId) {
    let heads = leader.desk.get(&format!("/api/v1/reviews/{record}")).ok()["heads"].clone();
    let one = json!({"id": format!("{:032x}", 7), "record": record.to_string(), "decision": "return",
                     "expected": heads, "remark": REMARK});
    let fates = leader.desk.post("/api/v1/reviews/decide", &json!({"decisions": [one]})).ok();
    assert_eq!(fates["results"][0]["status"], "done");
}

/// A household moves, and somebody says why.
fn move_away(app: &TestApp, cadre: &mut Cadre) {
    let household = cadre.household(app);
    stored(&cadre.sync(app));
    let office = app.person("乡办", Role::TownOffice, TOWNSHIP);
    let ask = json!({"id": app.app.ctx.id(), "household": household.to_string(), "area": NEIGHBOUR,
                     "expected_area": VILLAGE, "moved_on": "2015-11-01", "reason": MOVED});
    assert_eq!(office.desk.post("/api/v1/relocations", &ask).status, 200);
}

/// Work of a village the writer has no part in is kept aside.
fn refuse(app: &TestApp, cadre: &mut Cadre) {
    cadre.create_in(app, FAR_VILLAGE, "household", &[Put::new("address", UNREACHED)]);
    let fates = cadre.sync(app);
    assert!(fates.iter().any(|(_, code)| code.is_some()), "{fates:?}");
}

/// An edit that arrives before the one it builds on waits.
fn hold(app: &TestApp, cadre: &mut Cadre) {
    let id = cadre.household(app);
    cadre.seal(app);
    cadre.edit(app, id, "address", WAITING);
    cadre.seal(app);
    let mut request = SyncRequest::decode(&cadre.phone.request(1 << 20).encode()).expect("own request");
    assert_eq!(request.push.len(), 2);
    request.push.remove(0);
    let headers = [("content-type", "application/cbor")];
    let answer = cadre.hardware.client.send("POST", "/api/v1/sync", &headers, &request.encode());
    let answer = SyncResponse::decode(&answer.body).expect("an answer");
    assert_eq!(answer.receipts[0].items[0].status, Status::Held);
}
