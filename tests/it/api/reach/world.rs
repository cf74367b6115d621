//! Four villages with everything a village has, and people of every office around the first of them.

use bidao_schema::api::person::Role;
use bidao_schema::form::Form;
use bidao_schema::forms;
use bidao_server::store::file::STORED;
use bidao_server::store::{self, Tx, file, pairing};
use bidao_sync::attestation::Fields;
use bidao_sync::document::Put;
use bidao_sync::feed::sha256 as digest_of;
use bidao_sync::ids::{RecordId, to_hex};
use bidao_sync::message::Message as _;
use bidao_tests::app::{
    DISTRICT, FAR_VILLAGE, NEIGHBOUR, OTHER_TOWNSHIP, TOWNSHIP, TestApp, TestPerson, VILLAGE,
};
use bidao_tests::gallery;
use serde_json::{Value, json};

use crate::api::cadre::{Cadre, ask_path, ask_values};
use crate::api::file::{bring, sha256};

const FOREIGN_DISTRICT: &str = "500243000000";
const FOREIGN_TOWNSHIP: &str = "500243101000";
const FOREIGN_VILLAGE: &str = "500243101001";
pub const MONTH: &str = "2015-11";

/// A village of the matrix, as the people of the first village see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// Their own.
    Own,
    /// Another one of their township.
    Sibling,
    /// Another township's.
    Elsewhere,
    /// Another district's.
    Foreign,
}

impl Where {
    pub const ALL: [Self; 4] = [Self::Own, Self::Sibling, Self::Elsewhere, Self::Foreign];

    pub fn village(self) -> &'static str {
        match self {
            Self::Own => VILLAGE,
            Self::Sibling => NEIGHBOUR,
            Self::Elsewhere => FAR_VILLAGE,
            Self::Foreign => FOREIGN_VILLAGE,
        }
    }
}

/// Who looks, and what they hold.
pub struct Reader {
    pub role: Role,
    /// Villages the role is held for.
    pub holds: &'static [Where],
    /// Paired with the household of the own village.
    pub is_helper: bool,
    pub cadre: Cadre,
}

impl Reader {
    pub fn name(&self) -> String {
        let helper = if self.is_helper { ", helper" } else { "" };
        format!("{:?} of {:?}{helper}", self.role, self.holds)
    }

    pub fn person(&self) -> &TestPerson {
        &self.cadre.person
    }
}

/// What there is in a village.
pub struct Place {
    pub here: Where,
    pub household: RecordId,
    /// The same family, written down again.
    pub twin: RecordId,
    /// Kind and id of one record of every form; about that household where the form is about one.
    pub records: Vec<(&'static str, RecordId)>,
    pub conflict: Value,
    pub dispute: String,
    /// Waits for a leader.
    pub quarantined: String,
    /// Of a signed version of the household.
    pub digest: String,
    pub code: String,
    pub photo: String,
    pub survey: String,
    /// A revoked phone, and whose it is.
    pub device: String,
    pub author: String,
    /// Who opened the round.
    pub office: String,
}

impl Place {
    /// Records of every kind, the household's twin too.
    pub fn all(&self) -> Vec<String> {
        self.records.iter().map(|(_, id)| id.to_string()).chain([self.twin.to_string()]).collect()
    }

    /// Those about the household, and itself.
    pub fn about_household(&self) -> Vec<String> {
        let is_about = |kind: &str| {
            kind == "household" || forms::newest(kind).is_some_and(|form| form.field("household").is_some())
        };
        self.records.iter().filter(|(kind, _)| is_about(kind)).map(|(_, id)| id.to_string()).collect()
    }

    /// The others: trips, stays and the twin. Who is paired does not read them.
    pub fn about_nobody(&self) -> Vec<String> {
        let paired = self.about_household();
        self.all().into_iter().filter(|id| !paired.contains(id)).collect()
    }

    pub fn of_kind(&self, kind: &str) -> String {
        self.records.iter().find(|(one, _)| *one == kind).expect("one of each kind").1.to_string()
    }
}

pub struct World {
    pub places: Vec<Place>,
    pub readers: Vec<Reader>,
}

/// Another district beside the tests' own.
fn insert_foreign(tx: &mut Tx) -> bidao_server::error::Result<()> {
    let rows = [
        (FOREIGN_DISTRICT, "彭水县", "district", None),
        (FOREIGN_TOWNSHIP, "汉葭镇", "township", Some(FOREIGN_DISTRICT)),
        (FOREIGN_VILLAGE, "下坝村", "village", Some(FOREIGN_TOWNSHIP)),
    ];
    for (code, name, level, parent) in rows {
        let (code, name, level) = (code.into(), name.into(), level.into());
        store::area::insert(tx, &store::area::Row { code, name, level, parent: parent.map(str::to_owned) })?;
    }
    Ok(())
}

impl World {
    pub fn new(app: &TestApp) -> Self {
        app.write(insert_foreign);
        let places: Vec<Place> = Where::ALL.iter().map(|here| Maker::new(app, *here).make()).collect();
        let readers = readers(app, places[0].household);
        Self { places, readers }
    }
}

fn readers(app: &TestApp, household: RecordId) -> Vec<Reader> {
    use Where::{Elsewhere, Foreign, Own, Sibling};
    let cast: [(Role, &str, &'static [Where]); 13] = [
        (Role::TeamMember, VILLAGE, &[Own]),
        (Role::TeamLeader, VILLAGE, &[Own]),
        (Role::DistrictLeader, VILLAGE, &[Own]),
        (Role::DeptHead, VILLAGE, &[Own]),
        (Role::DeptHead, VILLAGE, &[Own]),
        (Role::TownOffice, TOWNSHIP, &[Own, Sibling]),
        (Role::AlleviationOffice, DISTRICT, &[Own, Sibling, Elsewhere]),
        (Role::OrgDepartment, DISTRICT, &[Own, Sibling, Elsewhere]),
        (Role::SysAdmin, DISTRICT, &[Own, Sibling, Elsewhere]),
        (Role::TeamLeader, NEIGHBOUR, &[Sibling]),
        (Role::TownOffice, OTHER_TOWNSHIP, &[Elsewhere]),
        (Role::AlleviationOffice, FOREIGN_DISTRICT, &[Foreign]),
        (Role::TeamMember, FOREIGN_VILLAGE, &[Foreign]),
    ];
    let mut readers: Vec<Reader> = cast
        .into_iter()
        .map(|(role, area, holds)| {
            let cadre = Cadre::of(app, app.person("某人", role, area));
            Reader { role, holds, is_helper: false, cadre }
        })
        .collect();
    let helper = readers[4].person().id.clone();
    readers[4].is_helper = true;
    app.write(move |tx| {
        let row = pairing::Row {
            id: "f".repeat(32),
            helper: helper.clone(),
            household: household.to_string(),
            basis: "r9".into(),
            is_primary: true,
            valid_from: "2015-01-01".into(),
            valid_to: None,
        };
        pairing::insert(tx, &row)
    });
    readers
}

/// Fills one village.
struct Maker<'a> {
    app: &'a TestApp,
    here: Where,
    leader: TestPerson,
    office: TestPerson,
    a: Cadre,
    b: Cadre,
}

impl<'a> Maker<'a> {
    fn new(app: &'a TestApp, here: Where) -> Self {
        let village = here.village();
        let cadre = |name| Cadre::of(app, app.person(name, Role::TeamMember, village));
        let leader = app.person("队长", Role::TeamLeader, village);
        let office = app.person("乡办", Role::TownOffice, &format!("{}000", &village[..9]));
        Self { office, a: cadre("甲"), b: cadre("乙"), app, here, leader }
    }

    fn make(mut self) -> Place {
        let (app, village) = (self.app, self.here.village());
        let household = self.family(true);
        let twin = self.family(false);
        let photo = gallery::jpeg(&gallery::scene(320, 240, self.here as u32), 80);
        let mut records = vec![("household", household)];
        for form in forms::built_in() {
            let kind: &'static str = form.name.as_str();
            if records.iter().all(|(known, _)| *known != kind) {
                records.push((kind, self.record(kind, household, &sha256(&photo))));
            }
        }
        let element = self.sign(household);
        for (kind, id) in &records {
            if ["visit", "dispute"].contains(kind) {
                self.a.submit(*id);
            }
        }
        let fates = self.a.sync(app);
        assert!(fates.iter().all(|(_, code)| code.is_none()), "{fates:?}");
        self.disagree(household);
        let photo = self.bring(&photo);
        let (device, author, quarantined) = self.lose_phone(household);
        let survey = self.open_survey();
        let desk = &self.leader.desk;
        let detail = desk.get(&format!("/api/v1/records/{household}")).ok();
        let attestations = detail["signing"]["attestations"].as_array().expect("a list");
        let signed = attestations.iter().find(|one| one["id"] == element).expect("signed").clone();
        let dispute = records.iter().find(|(kind, _)| *kind == "dispute").expect("one of each kind").1;
        Place {
            here: self.here,
            conflict: desk.get(&format!("/api/v1/conflicts?area={village}")).ok()["conflicts"][0].clone(),
            dispute: dispute.to_string(),
            digest: signed["digest"].as_str().expect("a digest").to_owned(),
            code: signed["code"].as_str().expect("a code").to_owned(),
            household,
            twin,
            records,
            quarantined,
            photo,
            survey,
            device,
            author,
            office: self.office.id,
        }
    }

    /// A family; the second time the wife was born on another day.
    fn family(&mut self, is_first: bool) -> RecordId {
        let (app, village) = (self.app, self.here.village());
        let mut puts = vec![Put::new("address", "一组"), Put::new("group_name", "1组")];
        let wife_born = if is_first { "1962-03-04" } else { "1962-04-03" };
        // Namesakes of another village are no family.
        let head = ["田光华", "冉秀峰", "向明友", "谭正权"][self.here as usize];
        for (name, relation, born) in [(head, "02", "1960-01-02"), ("田桂花", "10", wife_born)] {
            let element = app.app.ctx.id();
            let at = |field: &str| format!("members/{element}/{field}");
            puts.extend([
                Put::new(at("name"), name),
                Put::new(at("relation"), relation),
                Put::new(at("birth_date"), born),
            ]);
        }
        self.a.create_in(app, village, "household", &puts)
    }

    /// A record with as little in it as there may be.
    fn record(&mut self, kind: &'static str, household: RecordId, photo: &str) -> RecordId {
        let (app, village) = (self.app, self.here.village());
        let form = forms::newest(kind).expect("built in");
        let of = household.to_string();
        if !form.identity.is_empty() {
            let period = if form.identity.iter().any(|field| field == "month") { MONTH } else { "2015" };
            let field = form.identity[1].as_str();
            let about = [("household", of.as_str()), (field, period)];
            return self.a.found_in(app, village, (kind, &about), &[]);
        }
        let mut puts = barely(form, household);
        if kind == "visit" {
            let element = format!("photos/{}", app.app.ctx.id());
            puts.extend([
                Put::new(format!("{element}/file"), photo),
                Put::new(format!("{element}/mime"), "image/jpeg"),
                Put::new(format!("{element}/subject"), "exterior"),
            ]);
        }
        if kind == "dispute" {
            let digest = self.a.phone.document(household).expect("made").digest(household, "household/1");
            puts.extend([
                Put::new("subject", "member"),
                Put::new("document", of.as_str()),
                Put::new("document_digest", digest.to_string()),
                Put::new("raised_by", "household"),
                Put::new("channel", "on_visit"),
                Put::new("statement", "不是五亩"),
                Put::new("raised_on", "2015-11-01"),
            ]);
        }
        self.a.create_in(app, village, kind, &puts)
    }

    fn sign(&mut self, household: RecordId) -> String {
        let fields = Fields {
            role: "resident_team".into(),
            signer_name: self.a.person.name.clone(),
            signer_person: Some(self.a.person.id.clone()),
            stance: "agree".into(),
            method: Some("finger_on_screen".into()),
            strokes: Some(digest_of(b"strokes")),
            signed_at: self.app.app.ctx.now(),
            ..Fields::default()
        };
        self.a.attest(self.app, household, &fields).expect("signs")
    }

    fn disagree(&mut self, household: RecordId) {
        self.b.sync(self.app);
        let [one, other] = ask_values();
        self.a.edit(self.app, household, &ask_path(), &one);
        self.b.edit(self.app, household, &ask_path(), &other);
        self.a.sync(self.app);
        self.b.sync(self.app);
    }

    /// Brings the photo and waits until it may be shown.
    fn bring(&self, bytes: &[u8]) -> String {
        let name = sha256(bytes);
        let answer = bring(&self.a.hardware.client, &name, bytes.len(), bytes);
        assert_eq!(answer.status, 204, "{}", String::from_utf8_lossy(&answer.body));
        let row = || {
            let name = name.clone();
            self.app.app.db.read_blocking(move |tx| file::find(tx, &name)).expect("read")
        };
        let looked_at = (0..1_000_000).find_map(|_| row().filter(|row| row.state != STORED));
        assert_eq!(looked_at.expect("somebody looks at it").state, file::READY);
        name
    }

    /// A phone that is lost with something sealed on it, and hands it in.
    fn lose_phone(&mut self, household: RecordId) -> (String, String, String) {
        let app = self.app;
        let mut lost = Cadre::of(app, app.person("丙", Role::TeamMember, self.here.village()));
        lost.sync(app);
        lost.edit(app, household, "phone", "19900000003");
        lost.seal(app);
        let device = to_hex(&lost.hardware.device);
        let _ = self.leader.desk.post(&format!("/api/v1/devices/{device}/revoke"), &json!({})).ok();
        let request = lost.phone.request(1 << 20).encode();
        let cbor = [("content-type", "application/cbor")];
        assert_eq!(app.anyone.send("POST", "/api/v1/surrenders", &cbor, &request).status, 200);
        let waiting = self.leader.desk.get("/api/v1/quarantine").ok()[0].clone();
        (device, lost.person.id, waiting["id"].as_str().expect("it waits").to_owned())
    }

    fn open_survey(&self) -> String {
        let (app, village) = (self.app, self.here.village());
        let office = &self.office;
        let id = app.app.ctx.id();
        let grounds = json!([{"village": village, "group_name": null}]);
        let group = json!({"name": "一组", "members": [office.id, self.a.person.id], "grounds": grounds});
        let ask = json!({
            "id": id, "name": "摸底", "area": village, "from": "2015-11-01", "to": "2015-11-30",
            "form": "household/1", "criteria": "重度", "groups": [group],
        });
        let _ = office.desk.post("/api/v1/surveys", &ask).ok();
        id
    }
}

/// As little as there may be in a record of that form.
pub fn barely(form: &Form, household: RecordId) -> Vec<Put> {
    let values = [("household", household.to_string()), ("occurred_on", "2015-11-03".to_owned())];
    let fits = |(field, _): &(&str, String)| form.field(field).is_some();
    values.into_iter().filter(fits).map(|(field, value)| Put::new(field, value)).collect()
}
