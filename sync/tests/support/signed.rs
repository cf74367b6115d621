//! A form that is signed, and hands that sign.

use super::{AREA, Hand, NOW, element, put};
use bidao_sync::attestation::{Fields, Party};
use bidao_sync::feed::sha256;
use bidao_sync::gate::Shape;
use bidao_sync::ids::RecordId;
use bidao_sync::phone::NewRecord;

/// A form that is signed; `household/1` is none.
pub const SIGNED_FORM: &str = "household/2";
pub const SIGNED_CONTAINERS: [&str; 2] = ["members", "attestations"];

pub fn signed_shape() -> Shape {
    Shape::new(SIGNED_CONTAINERS).immutable(["attestations"]).attested([SIGNED_FORM], ["cause"])
}

pub fn parties() -> [Party; 3] {
    [
        Party::new("household", ["household_head", "adult_member_proxy"]),
        Party::new("village", ["village_or_group_cadre"]),
        Party::new("team", ["resident_team"]),
    ]
}

/// What somebody says in one of the roles of [`parties`]; `person` 0 is the household's member `element(1)`.
pub fn fields(role: &str, person: u64, stance: &str) -> Fields {
    let household = role == "household_head" || role == "adult_member_proxy";
    Fields {
        role: role.into(),
        signer_name: format!("某{person}"),
        signer_member: household.then(|| element(1 + person)),
        signer_person: (!household).then(|| element(100 + person)),
        proxy_reason: (role == "adult_member_proxy").then(|| "illness".into()),
        method: Some("finger_on_screen".into()),
        literacy_aid: Some("read_by_self".into()),
        stance: stance.into(),
        remark: (stance != "agree").then(|| "面积不对".into()),
        strokes: Some(sha256(b"strokes")),
        signed_at: NOW,
        ..Fields::default()
    }
}

impl Hand {
    /// A record of the form that is signed, with two members.
    pub fn create_signed(&mut self, id: RecordId) {
        let item = self.item();
        let name = |n: u64| put(&format!("members/{}/name", element(n)), format!("成员{n}"));
        let new = NewRecord {
            id,
            kind: "household",
            form: SIGNED_FORM,
            area: AREA,
            containers: &SIGNED_CONTAINERS,
            puts: &[put("address", 0), name(1), name(2)],
        };
        self.phone.learn_form(SIGNED_FORM, signed_shape());
        self.phone.create_record(&new, item, NOW).unwrap();
    }

    /// Attests under a fresh element id, which it returns.
    pub fn attest(&mut self, id: RecordId, fields: &Fields) -> String {
        let item = self.item();
        let element = element(self.next + 1_000);
        self.phone.learn_form(SIGNED_FORM, signed_shape());
        self.phone.attest(id, &element, fields, item, NOW).unwrap();
        element
    }
}
