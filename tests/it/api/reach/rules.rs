//! What every route shows or touches, and by which right.

use bidao_tests::client::{Answer, Client};
use serde_json::{Value, json};

use Proof::{Act, Elsewhere, List, One};
use Right as R;

use super::right::Right;
use super::world::{MONTH, Place, Where};

/// One request about a place.
pub struct Ask {
    pub method: &'static str,
    pub path: String,
    pub body: Value,
}

impl Ask {
    pub fn get(path: String) -> Self {
        Self { method: "GET", path, body: Value::Null }
    }

    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: "POST", path: path.into(), body }
    }

    pub fn send(&self, client: &Client) -> Answer {
        let body = if self.body.is_null() { Vec::new() } else { self.body.to_string().into_bytes() };
        client.send(self.method, &self.path, &[("content-type", "application/json")], &body)
    }
}

/// How a route is proven.
pub enum Proof {
    /// Its answer holds the marks of a place, or none of them.
    List { asks: fn(&Place) -> Vec<Ask>, marks: fn(&Place) -> Vec<String> },
    /// It answers about the place, or as if there were none.
    One(fn(&Place) -> Vec<Ask>),
    /// It acts. `real` would do it; `vain` fails for another reason, but only after the right has been asked.
    Act { real: fn(&Place) -> Ask, vain: fn(&Place) -> Ask },
    /// It tells nothing of a village, or another test proves it.
    Elsewhere,
}

/// A route, the right it needs and how that is proven.
pub struct Rule {
    pub method: &'static str,
    pub path: &'static str,
    pub right: Right,
    pub proof: Proof,
}

/// The area itself, those above it and none.
fn areas(path: &str, place: &Place) -> Vec<Ask> {
    let (village, sign) = (place.here.village(), if path.contains('?') { '&' } else { '?' });
    let above = [village.to_owned(), format!("{}000", &village[..9]), format!("{}000000", &village[..6])];
    let mut asks: Vec<Ask> = above.iter().map(|area| Ask::get(format!("{path}{sign}area={area}"))).collect();
    asks.push(Ask::get(path.to_owned()));
    asks
}

fn every_record(place: &Place, rest: &str) -> Vec<Ask> {
    let ask = |id: String| Ask::get(format!("/api/v1/records/{id}{rest}"));
    place.about_household().into_iter().map(ask).collect()
}

fn other_records(place: &Place) -> Vec<Ask> {
    let both = |id: String| ["", "/history"].map(|what| Ask::get(format!("/api/v1/records/{id}{what}")));
    place.about_nobody().into_iter().flat_map(both).collect()
}

const NO_HEADS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn resolve(place: &Place, expected: &Value) -> Ask {
    let path = format!("/api/v1/conflicts/{}/resolve", place.conflict["id"].as_str().expect("an id"));
    let value = &place.conflict["values"][0];
    Ask::post(
        path,
        json!({"value": value["value"], "choice": value["id"], "expected": expected, "reason": "核实"}),
    )
}

fn pair(place: &Place, verdict: &str, expected: &Value) -> Ask {
    let body = json!({
        "one": place.household.to_string(), "other": place.twin.to_string(), "verdict": verdict,
        "kept": null, "expected": expected,
    });
    Ask::post("/api/v1/duplicates", body)
}

fn reveal(place: &Place, note: &str) -> Ask {
    let body =
        json!({"what": "record", "id": place.household.to_string(), "purpose": "identity", "note": note});
    Ask::post("/api/v1/reveals", body)
}

fn step(place: &Place, expected: u32) -> Ask {
    let path = format!("/api/v1/disputes/{}/step", place.dispute);
    Ask::post(path, json!({"step": "acknowledge", "expected": expected}))
}

fn settle(place: &Place, verb: &str, reason: &str) -> Ask {
    Ask::post(format!("/api/v1/quarantine/{}/{verb}", place.quarantined), json!({"reason": reason}))
}

fn survey(place: &Place, id: &str) -> Ask {
    let village = place.here.village();
    let grounds = json!([{"village": village, "group_name": null}]);
    let body = json!({
        "id": id, "name": "再摸底", "area": village, "from": "2015-11-01", "to": "2015-11-30", "form": "household/1",
        "criteria": "重度", "groups": [{"name": "一组", "members": [place.office, place.author], "grounds": grounds}],
    });
    Ask::post("/api/v1/surveys", body)
}

fn rule(method: &'static str, path: &'static str, right: Right, proof: Proof) -> Rule {
    Rule { method, path, right, proof }
}

fn get(path: &'static str, right: Right, proof: Proof) -> Rule {
    rule("GET", path, right, proof)
}

fn post(path: &'static str, right: Right, real: fn(&Place) -> Ask, vain: fn(&Place) -> Ask) -> Rule {
    rule("POST", path, right, Act { real, vain })
}

fn elsewhere(method: &'static str, path: &'static str) -> Rule {
    rule(method, path, R::Reads, Elsewhere)
}

/// Every route of the table.
pub fn rules() -> Vec<Rule> {
    [records(), decisions(), figures(), rounds(), phones(), others()].into_iter().flatten().collect()
}

/// Records, their versions and their photos.
fn records() -> Vec<Rule> {
    vec![
        get(
            "/api/v1/records",
            R::Reads,
            List { asks: |p| areas("/api/v1/records", p), marks: Place::about_nobody },
        ),
        get(
            "/api/v1/records",
            R::ReadsHousehold,
            List {
                asks: |p| vec![Ask::get(format!("/api/v1/records?household={}", p.household))],
                marks: |p| vec![p.of_kind("visit"), p.of_kind("income"), p.of_kind("measure")],
            },
        ),
        get(
            "/api/v1/records",
            R::ReadsHousehold,
            List { asks: |p| areas("/api/v1/records", p), marks: Place::about_household },
        ),
        get("/api/v1/records/{id}", R::ReadsHousehold, One(|p| every_record(p, ""))),
        get("/api/v1/records/{id}/history", R::ReadsHousehold, One(|p| every_record(p, "/history"))),
        get("/api/v1/records/{id}/history", R::Reads, One(other_records)),
        get(
            "/api/v1/records/{id}/prompts",
            R::ReadsHousehold,
            One(|p| vec![Ask::get(format!("/api/v1/records/{}/prompts", p.of_kind("income")))]),
        ),
        get(
            "/api/v1/records/{id}/versions/{digest}",
            R::ReadsHousehold,
            One(|p| every_record(p, &format!("/versions/{}", p.digest)).into_iter().take(1).collect()),
        ),
        get(
            "/api/v1/versions",
            R::ReadsHousehold,
            List {
                asks: |p| vec![Ask::get(format!("/api/v1/versions?code={}", p.code))],
                marks: |p| vec![p.household.to_string()],
            },
        ),
        get(
            "/api/v1/files/{sha256}/{variant}",
            R::ReadsHousehold,
            One(|p| {
                ["view", "thumbnail"].map(|what| Ask::get(format!("/api/v1/files/{}/{what}", p.photo))).into()
            }),
        ),
    ]
}

/// What leaders decide.
fn decisions() -> Vec<Rule> {
    vec![
        get(
            "/api/v1/conflicts",
            R::Reviews,
            List {
                asks: |p| areas("/api/v1/conflicts", p),
                marks: |p| {
                    vec![p.conflict["id"].as_str().expect("an id").to_owned(), p.household.to_string()]
                },
            },
        ),
        post(
            "/api/v1/conflicts/{id}/resolve",
            R::Reviews,
            |p| resolve(p, &p.conflict["heads"]),
            |p| resolve(p, &json!([NO_HEADS])),
        ),
        get(
            "/api/v1/reviews",
            R::Reviews,
            List { asks: |p| areas("/api/v1/reviews", p), marks: |p| vec![p.of_kind("visit")] },
        ),
        get(
            "/api/v1/reviews/{record}",
            R::Reviews,
            One(|p| vec![Ask::get(format!("/api/v1/reviews/{}", p.of_kind("visit")))]),
        ),
        get(
            "/api/v1/duplicates",
            R::Reviews,
            List {
                asks: |_| vec![Ask::get("/api/v1/duplicates".into())],
                marks: |p| vec![p.household.to_string(), p.twin.to_string()],
            },
        ),
        post(
            "/api/v1/duplicates",
            R::Reviews,
            |p| pair(p, "distinct", &Value::Null),
            |p| pair(p, "distinct", &json!({"verdict": "distinct", "kept": null, "settled_at": 1})),
        ),
        post("/api/v1/reveals", R::Reviews, |p| reveal(p, "核对本人"), |p| reveal(p, " ")),
        post(
            "/api/v1/relocations",
            R::Reviews,
            |p| relocate(p, p.here.village()),
            |p| relocate(p, "500114102999"),
        ),
    ]
}

/// Disputes, and what is counted.
fn figures() -> Vec<Rule> {
    vec![
        get(
            "/api/v1/disputes",
            R::ReadsHousehold,
            List { asks: |p| areas("/api/v1/disputes", p), marks: |p| vec![p.dispute.clone()] },
        ),
        get(
            "/api/v1/disputes/{id}",
            R::ReadsHousehold,
            One(|p| vec![Ask::get(format!("/api/v1/disputes/{}", p.dispute))]),
        ),
        post("/api/v1/disputes/{id}/step", R::Reviews, |p| step(p, 1), |p| step(p, 99)),
        get(
            "/api/v1/dossiers",
            R::Reads,
            One(|p| vec![Ask::get(format!("/api/v1/dossiers?area={}&month={MONTH}", p.here.village()))]),
        ),
        get(
            "/api/v1/registers",
            R::Reads,
            One(|p| vec![Ask::get(format!("/api/v1/registers?area={}&month={MONTH}", p.here.village()))]),
        ),
        get(
            "/api/v1/duties",
            R::Duties,
            One(|p| vec![Ask::get(format!("/api/v1/duties?month={MONTH}&area={}", p.here.village()))]),
        ),
        get(
            "/api/v1/duties/records",
            R::Duties,
            One(|p| {
                let (person, village) = (&p.author, p.here.village());
                let path =
                    format!("/api/v1/duties/records?month={MONTH}&person={person}&village={village}&rule=r1");
                vec![Ask::get(path)]
            }),
        ),
    ]
}

/// Survey rounds.
fn rounds() -> Vec<Rule> {
    vec![
        get(
            "/api/v1/surveys",
            R::Reads,
            List { asks: |_| vec![Ask::get("/api/v1/surveys".into())], marks: |p| vec![p.survey.clone()] },
        ),
        get(
            "/api/v1/surveys/{id}",
            R::Reads,
            One(|p| vec![Ask::get(format!("/api/v1/surveys/{}", p.survey))]),
        ),
        get(
            "/api/v1/surveys/{id}/summary",
            R::Reads,
            One(|p| vec![Ask::get(format!("/api/v1/surveys/{}/summary", p.survey))]),
        ),
        post("/api/v1/surveys", R::Opens, |p| survey(p, &"e".repeat(32)), |p| survey(p, "no id")),
    ]
}

/// Phones and what waits because of them.
fn phones() -> Vec<Rule> {
    vec![
        get(
            "/api/v1/quarantine",
            R::Devices,
            List {
                asks: |_| vec![Ask::get("/api/v1/quarantine".into())],
                marks: |p| vec![p.quarantined.clone()],
            },
        ),
        get(
            "/api/v1/quarantine/{id}",
            R::Reviews,
            One(|p| vec![Ask::get(format!("/api/v1/quarantine/{}", p.quarantined))]),
        ),
        get(
            "/api/v1/quarantine/{id}/export",
            R::Reviews,
            One(|p| vec![Ask::get(format!("/api/v1/quarantine/{}/export", p.quarantined))]),
        ),
        post(
            "/api/v1/quarantine/{id}/release",
            R::Reviews,
            |p| settle(p, "release", "找到了"),
            |p| settle(p, "release", " "),
        ),
        post(
            "/api/v1/quarantine/{id}/dismiss",
            R::Reviews,
            |p| settle(p, "dismiss", "不要了"),
            |p| settle(p, "dismiss", " "),
        ),
        get(
            "/api/v1/devices",
            R::Devices,
            List { asks: |_| vec![Ask::get("/api/v1/devices".into())], marks: |p| vec![p.device.clone()] },
        ),
        // Revoked before: again it changes nothing.
        post(
            "/api/v1/devices/{id}/revoke",
            R::Devices,
            |p| Ask::post(format!("/api/v1/devices/{}/revoke", p.device), json!({})),
            |p| Ask::post(format!("/api/v1/devices/{}/revoke", p.device), json!({})),
        ),
        post(
            "/api/v1/enrol-codes",
            R::Devices,
            |p| Ask::post("/api/v1/enrol-codes", json!({"person": p.author})),
            |p| Ask::post("/api/v1/enrol-codes", json!({"person": p.author})),
        ),
    ]
}

/// Routes that tell nothing of a village, or that other tests prove.
fn others() -> Vec<Rule> {
    vec![
        // Each item has its own fate: decisions_reach_as_far_as_reviews.
        elsewhere("POST", "/api/v1/reviews/decide"),
        // It has no body that could fail: rounds_are_closed_by_who_opens_them.
        elsewhere("POST", "/api/v1/surveys/{id}/close"),
        // People and areas only: api::reference.
        elsewhere("GET", "/api/v1/reference"),
        // Who was told what, of the areas one is told of: api::reveal.
        elsewhere("GET", "/api/v1/reveals"),
        // Shapes of villages are public.
        elsewhere("GET", "/api/v1/map"),
        // An endless answer: api::event.
        elsewhere("GET", "/api/v1/events"),
        // What a phone holds and what it writes: phones_hold_what_their_owner_reads, phones_write_where_their_owner_works.
        elsewhere("POST", "/api/v1/sync"),
        // Whose work it is says the seal inside, and nothing of it is answered: api::carriage.
        elsewhere("POST", "/api/v1/carriages"),
        // Own uploads only: api::file.
        elsewhere("OPTIONS", "/api/v1/files"),
        elsewhere("POST", "/api/v1/files"),
        elsewhere("HEAD", "/api/v1/files/{id}"),
        elsewhere("PATCH", "/api/v1/files/{id}"),
        elsewhere("DELETE", "/api/v1/files/{id}"),
        // The own session: api::session.
        elsewhere("DELETE", "/api/v1/sessions/current"),
    ]
}

fn relocate(place: &Place, expected: &str) -> Ask {
    let to = if place.here == Where::Own { Where::Sibling } else { Where::Own };
    let body = json!({
        "id": "d".repeat(32), "household": place.household.to_string(), "area": to.village(),
        "expected_area": expected, "moved_on": "2015-11-01", "reason": "易地扶贫搬迁",
    });
    Ask::post("/api/v1/relocations", body)
}
