//! The authority matrix by area: every route, asked by people of every office and area about their own village, a sibling,
//! another township's and another district's, with a record of every form in each. A route without a rule fails.

mod right;
mod rules;
mod world;

use bidao_schema::forms;
use bidao_server::routes;
use bidao_server::store::{record, schema};
use bidao_sync::ids::RecordId;
use bidao_sync::message::Status;
use bidao_tests::app::{TestApp, on_both};
use bidao_tests::client::Answer;
use diesel::{QueryDsl as _, RunQueryDsl as _};
use serde_json::{Value, json};

use right::Right;
use rules::{Proof, Rule, rules};
use world::{Place, Reader, Where, World, barely};

fn is_refused(answer: &Answer) -> bool {
    matches!((answer.status, answer.code().as_str()), (404, "not_found") | (403, "forbidden"))
}

fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// How many acts were written down.
fn acts(app: &TestApp) -> i64 {
    app.write(|tx| Ok(schema::audit::table.count().get_result(tx.conn)?))
}

#[test]
fn every_route_has_a_rule() {
    let rules = rules();
    for route in routes::table() {
        let is_it = |rule: &&Rule| rule.path == route.path && rule.method == route.method.as_str();
        let is_open = route.who == bidao_server::domain::access::Who::Anyone;
        assert!(is_open || rules.iter().any(|rule| is_it(&rule)), "{} {}", route.method, route.path);
    }
    for rule in &rules {
        let is_there = routes::table().iter().any(|route| route.path == rule.path);
        assert!(is_there, "{} {} is no route", rule.method, rule.path);
    }
}

#[test]
fn every_route_shows_of_each_village_exactly_what_the_right_to_it_says() {
    on_both(|app| {
        let world = World::new(app);
        let mut wrong = Vec::new();
        for reader in &world.readers {
            for rule in rules() {
                for place in &world.places {
                    let has = rule.right.has(reader, place);
                    for fault in shown(&rule, reader, place, has) {
                        wrong.push(format!("{} / {:?}: {fault}", reader.name(), place.here));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    });
}

/// What a reading rule finds wrong about one reader and one place.
fn shown(rule: &Rule, reader: &Reader, place: &Place, has: bool) -> Vec<String> {
    let desk = &reader.person().desk;
    match rule.proof {
        Proof::List { asks, marks } => {
            let fault = |(path, answer): (String, Answer)| {
                let (body, marks) = (text(&answer), marks(place));
                let seen = marks.iter().filter(|mark| body.contains(mark.as_str())).count();
                let expected = if has { marks.len() } else { 0 };
                (seen != expected)
                    .then(|| format!("{path}: {} shows {seen} of {}", answer.status, marks.len()))
            };
            asks(place).into_iter().map(|ask| (ask.path.clone(), ask.send(desk))).filter_map(fault).collect()
        }
        Proof::One(asks) => {
            let fault = |(path, answer): (String, Answer)| {
                let fits = if has { answer.status == 200 } else { is_refused(&answer) };
                (!fits).then(|| format!("{path}: {} {}", answer.status, answer.code()))
            };
            asks(place).into_iter().map(|ask| (ask.path.clone(), ask.send(desk))).filter_map(fault).collect()
        }
        Proof::Act { .. } | Proof::Elsewhere => Vec::new(),
    }
}

#[test]
fn who_may_not_act_on_a_village_changes_nothing_there() {
    on_both(|app| {
        let world = World::new(app);
        let before = acts(app);
        let mut wrong = Vec::new();
        // First everybody who must not, with what would do it; then who may, with what fails for another reason.
        for is_allowed in [false, true] {
            for (reader, rule, place) in cells(&world) {
                let Proof::Act { real, vain } = rule.proof else { continue };
                if rule.right.has(reader, place) != is_allowed {
                    continue;
                }
                let ask = if is_allowed { vain(place) } else { real(place) };
                let answer = ask.send(&reader.person().desk);
                if is_refused(&answer) == is_allowed {
                    let (status, code) = (answer.status, answer.code());
                    wrong.push(format!("{} / {:?} {}: {status} {code}", reader.name(), place.here, ask.path));
                }
            }
            if !is_allowed {
                assert_eq!(acts(app), before, "somebody did something: {wrong:#?}");
            }
        }
        assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    });
}

fn cells(world: &World) -> impl Iterator<Item = (&Reader, Rule, &Place)> {
    let of = |reader| move |rule: Rule| (reader, rule);
    let pairs = world.readers.iter().flat_map(move |reader| rules().into_iter().map(of(reader)));
    pairs.flat_map(|(reader, rule)| {
        let (method, path, right) = (rule.method, rule.path, rule.right);
        world.places.iter().filter_map(move |place| {
            let Proof::Act { real, vain } = rule.proof else { return None };
            Some((reader, Rule { method, path, right, proof: Proof::Act { real, vain } }, place))
        })
    })
}

#[test]
fn decisions_reach_as_far_as_reviews() {
    on_both(|app| {
        let world = World::new(app);
        for (nth, reader) in world.readers.iter().enumerate() {
            for place in &world.places {
                let one = json!({
                    "id": format!("{:032x}", nth * 8 + place.here as usize), "record": place.of_kind("visit"),
                    "decision": "return", "expected": ["0".repeat(64)], "remark": "再问问",
                });
                let answer =
                    reader.person().desk.post("/api/v1/reviews/decide", &json!({"decisions": [one]}));
                let fate = answer.json()["results"][0]["code"].clone();
                let expected =
                    if Right::Reviews.has(reader, place) { "unknown_heads" } else { "unknown_record" };
                let fits = fate == expected || (answer.status == 403 && expected == "unknown_record");
                assert!(fits, "{} / {:?}: {} {fate}", reader.name(), place.here, answer.status);
            }
        }
    });
}

#[test]
fn rounds_are_closed_by_who_opens_them() {
    on_both(|app| {
        let world = World::new(app);
        for is_allowed in [false, true] {
            for reader in &world.readers {
                for place in world.places.iter().filter(|place| Right::Opens.has(reader, place) == is_allowed)
                {
                    let path = format!("/api/v1/surveys/{}/close", place.survey);
                    let answer = reader.person().desk.post(&path, &Value::Null);
                    assert_eq!(is_refused(&answer), !is_allowed, "{} / {:?}", reader.name(), place.here);
                }
            }
        }
    });
}

/// What a phone of this reader is to hold: all of the villages worked in, and what is about a household paired with.
fn held(reader: &Reader, place: &Place) -> Vec<String> {
    use bidao_schema::api::person::Role as R;
    let works = matches!(reader.role, R::TeamMember | R::TeamLeader | R::DistrictLeader);
    if works && reader.holds.contains(&place.here) {
        return place.all();
    }
    let is_paired = reader.is_helper && place.here == Where::Own;
    if is_paired { place.about_household() } else { Vec::new() }
}

#[test]
fn phones_hold_what_their_owner_reads() {
    on_both(|app| {
        let mut world = World::new(app);
        for reader in &mut world.readers {
            reader.cadre.sync(app);
            for place in &world.places {
                let expected = held(reader, place);
                for id in place.all() {
                    let record: RecordId = id.parse().expect("an id");
                    let has = reader.cadre.phone.document(record).is_ok();
                    assert_eq!(has, expected.contains(&id), "{} / {:?}: {id}", reader.name(), place.here);
                }
            }
        }
    });
}

#[test]
fn phones_write_where_their_owner_works() {
    use bidao_schema::api::person::Role as R;
    on_both(|app| {
        let mut world = World::new(app);
        for reader in &mut world.readers {
            let works =
                matches!(reader.role, R::TeamMember | R::TeamLeader | R::DistrictLeader | R::DeptHead);
            for place in &world.places {
                let expected = works && reader.holds.contains(&place.here);
                for form in forms::built_in() {
                    let id = begin(app, reader, place, &form.name);
                    let fates = reader.cadre.sync(app);
                    let is_stored = app.write(move |tx| record::find(tx, &id.to_string())).is_some();
                    assert_eq!(
                        (is_stored, fates.iter().all(|(fate, _)| *fate == Status::Stored)),
                        (expected, expected),
                        "{} / {:?} {}: {fates:?}",
                        reader.name(),
                        place.here,
                        form.name
                    );
                }
            }
        }
    });
}

/// A new record of that form in the place's village, about the place's household where the form is about one.
fn begin(app: &TestApp, reader: &mut Reader, place: &Place, kind: &str) -> RecordId {
    let (of, village) = (place.household.to_string(), place.here.village());
    let form = forms::newest(kind).expect("built in");
    if let [_, period] = form.identity.as_slice() {
        // A month and a year that nobody has begun, another one for each reader.
        let person =
            u32::from(reader.person().id.as_bytes()[0]) + u32::from(reader.person().id.as_bytes()[1]) * 7;
        let year = (3000 + person).to_string();
        let when = if period == "month" { format!("{year}-01") } else { year };
        let about = [("household", of.as_str()), (period.as_str(), when.as_str())];
        return reader.cadre.found_in(app, village, (kind, &about), &[]);
    }
    reader.cadre.create_in(app, village, kind, &barely(form, place.household))
}
