//! A cadre: a person with a real phone engine that talks to the server over HTTP.

use std::collections::BTreeMap;

use bidao_schema::api::person::Role;
use bidao_schema::field::Field;
use bidao_schema::forms;
use bidao_schema::merge_policy::MergePolicy;
use bidao_server::domain::record::verify_all;
use bidao_server::domain::sync::shape_of;
use bidao_sync::attestation::Fields;
use bidao_sync::document::Put;
use bidao_sync::ids::{DeviceId, ItemId, RecordId};
use bidao_sync::message::{Message, Status, SyncResponse};
use bidao_sync::phone::{FoundedRecord, NewRecord, Phone};
use bidao_tests::app::{TestApp, TestPerson, TestPhone, VILLAGE};
use p256::ecdsa::signature::Signer;

pub struct Cadre {
    pub person: TestPerson,
    pub hardware: TestPhone,
    pub phone: Phone,
    items: u64,
}

impl Cadre {
    pub fn new(app: &TestApp, name: &str, role: Role) -> Self {
        Self::of(app, app.person(name, role, VILLAGE))
    }

    pub fn of(app: &TestApp, person: TestPerson) -> Self {
        let hardware = app.phone(&person);
        let mut phone = Phone::new(DeviceId(hardware.device), app.app.ctx.random());
        for form in forms::built_in() {
            phone.learn_form(&form.id(), shape_of(form));
        }
        Self { person, hardware, phone, items: 0 }
    }

    fn item(&mut self) -> ItemId {
        self.items += 1;
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.hardware.device);
        id[8..].copy_from_slice(&self.items.to_be_bytes());
        ItemId(id)
    }

    pub fn create(&mut self, app: &TestApp, kind: &str, puts: &[Put]) -> RecordId {
        self.create_in(app, VILLAGE, kind, puts)
    }

    pub fn create_in(&mut self, app: &TestApp, area: &str, kind: &str, puts: &[Put]) -> RecordId {
        let (id, item) = (RecordId(app.app.ctx.random()), self.item());
        let form = forms::newest(kind).expect("as the test made it");
        let (name, containers) = (form.id(), form.containers());
        let new = NewRecord { id, kind, form: &name, area, containers: &containers, puts };
        self.phone.create_record(&new, item, app.app.ctx.now()).expect("as the test made it");
        id
    }

    /// Writes into the one record of that kind about that: a statement, a ledger, a card.
    pub fn found(&mut self, app: &TestApp, kind: &str, about: &[(&str, &str)], puts: &[Put]) -> RecordId {
        self.found_in(app, VILLAGE, (kind, about), puts)
    }

    pub fn found_in(
        &mut self,
        app: &TestApp,
        area: &str,
        (kind, about): (&str, &[(&str, &str)]),
        puts: &[Put],
    ) -> RecordId {
        let item = self.item();
        let form = forms::newest(kind).expect("as the test made it");
        let (name, containers) = (form.id(), form.containers());
        let identity = about.iter().map(|(field, value)| ((*field).into(), (*value).into())).collect();
        let (form, containers) = (name.as_str(), containers.as_slice());
        let record = FoundedRecord { kind, form, area, containers, identity: &identity, puts };
        self.phone.found_record(&record, item, app.app.ctx.now()).expect("as the test made it")
    }

    pub fn household(&mut self, app: &TestApp) -> RecordId {
        self.create(app, "household", &[Put::new("address", "中元村1组")])
    }

    pub fn edit(&mut self, app: &TestApp, id: RecordId, path: &str, value: &str) {
        self.put(app, id, &[Put::new(path, value)]);
    }

    pub fn put(&mut self, app: &TestApp, id: RecordId, puts: &[Put]) {
        let item = self.item();
        self.phone.edit_record(id, puts, item, app.app.ctx.now()).expect("as the test made it");
    }

    /// Attests the record as it is on this phone; the element's id.
    pub fn attest(&mut self, app: &TestApp, id: RecordId, fields: &Fields) -> Result<String, String> {
        let (item, element) = (self.item(), app.app.ctx.id());
        let attested = self.phone.attest(id, &element, fields, item, app.app.ctx.now());
        attested.map(|_| element).map_err(|error| error.to_string())
    }

    pub fn submit(&mut self, id: RecordId) {
        self.command(id, "submit");
    }

    pub fn command(&mut self, id: RecordId, name: &str) {
        let (item, heads) = (self.item(), self.phone.document(id).expect("as the test made it").heads());
        self.phone.command(name, id, &heads, BTreeMap::new(), item).expect("as the test made it");
    }

    pub fn seal(&mut self, app: &TestApp) {
        let key = self.hardware.key.clone();
        let sign = |bytes: &[u8]| {
            let signature: p256::ecdsa::Signature = key.sign(bytes);
            signature.to_bytes().into()
        };
        while self.phone.seal(app.app.ctx.now(), sign).is_some() {}
    }

    /// Syncs until nothing is left to read; the receipts of the first round.
    pub fn sync(&mut self, app: &TestApp) -> Vec<(Status, Option<String>)> {
        self.seal(app);
        let request = self.phone.request(1 << 20);
        let headers = [("content-type", "application/cbor")];
        let answer = self.hardware.client.send("POST", "/api/v1/sync", &headers, &request.encode());
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        let answer = SyncResponse::decode(&answer.body).expect("as the test made it");
        let received = self.phone.receive(&request, &answer, app.app.ctx.random());
        let fates = answer.receipts.into_iter().flat_map(|receipt| receipt.items);
        let fates = fates.map(|item| (item.status, item.code)).collect();
        if received.more {
            self.sync(app);
        }
        fates
    }
}

/// The first choice among the fields that ask.
fn ask_field() -> &'static Field {
    let form = forms::newest("household").expect("as the test made it");
    form.fields()
        .find(|field| field.merge == MergePolicy::Ask && field.choices.len() > 1)
        .expect("as the test made it")
}

/// Its path.
pub fn ask_path() -> String {
    ask_field().name.clone()
}

/// Two different values of it.
pub fn ask_values() -> [String; 2] {
    [ask_field().choices[0].code.clone(), ask_field().choices[1].code.clone()]
}

/// A household on which two cadres disagree, both synced.
pub fn disagreement(app: &TestApp, a: &mut Cadre, b: &mut Cadre) -> RecordId {
    let id = a.household(app);
    a.sync(app);
    b.sync(app);
    let [one, other] = ask_values();
    a.edit(app, id, &ask_path(), &one);
    b.edit(app, id, &ask_path(), &other);
    a.sync(app);
    b.sync(app);
    id
}

/// Every record is its changes, every batch is signed.
pub fn verify(app: &TestApp) {
    let report = app.write(verify_all);
    assert_eq!(report.broken, Vec::<String>::new());
    assert!(report.records > 0 && report.batches > 0);
}
