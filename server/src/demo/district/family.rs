//! Families of the district: as many persons as they are told to have, nobody twice, and a main cause that fits who
//! they are.

use std::collections::{HashMap, HashSet};

use bidao_schema::calendar::Date;
use bidao_sync::document::Put;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;

use crate::demo::household::by_age;
use crate::demo::township::{Sex, draw, name, numbered, surname};
use crate::domain::duplicate::keys::sound;

/// ID numbers of one day and sex.
const SERIALS: u32 = 500;

/// A member.
#[derive(Debug, Clone)]
pub struct Member {
    name: String,
    relation: &'static str,
    sex: Sex,
    age: i32,
    id_no: String,
    health: &'static str,
}

/// Who is there already: nobody of a made-up district may look like somebody else to the search for duplicates.
#[derive(Debug, Default)]
pub struct Registry {
    serials: HashMap<(Date, Sex), u32>,
    born: HashSet<(String, Date)>,
    heads: HashSet<(String, String)>,
}

impl Registry {
    /// A family of `size` that lives in `place`, a villagers' group. One that is to have medical aid has somebody ill,
    /// one whose schooling is paid has a child at school, if it has a child.
    pub fn draw(
        &mut self,
        rng: &mut StdRng,
        place: &str,
        size: usize,
        measure: &str,
        today: Date,
    ) -> Vec<Member> {
        let mut frames = frames(rng, size, measure == "education");
        let (family, own) = loop {
            let family = surname(rng);
            let own = name(rng, frames[0].sex, Some(&family));
            if self.heads.insert((place.to_owned(), sound(&own))) {
                break (family, own);
            }
        };
        let mut names = HashSet::from([own.clone()]);
        let mut members = Vec::with_capacity(size);
        for (index, frame) in frames.drain(..).enumerate() {
            let called = if index == 0 { own.clone() } else { fresh(rng, &frame, &family, &mut names) };
            let (birth, serial) = self.birth(rng, &called, &frame, today);
            let ill = index == 0 && measure == "medical";
            members.push(Member {
                name: called,
                relation: frame.relation,
                sex: frame.sex,
                age: today.years_since(birth),
                id_no: numbered(birth, frame.sex, serial),
                health: if ill { "chronic" } else { health(rng, frame.age) },
            });
        }
        members
    }

    /// A birth date on which nobody of that name was born yet, and a number of it that nobody has.
    fn birth(&mut self, rng: &mut StdRng, called: &str, frame: &Frame, today: Date) -> (Date, u32) {
        let heard = sound(called);
        loop {
            let days = i64::from(frame.age) * 365 + i64::from(frame.age / 4) + rng.random_range(20..340);
            let birth = today.add_days(-days).unwrap_or(Date::MIN);
            let serial =
                self.serials.entry((birth, frame.sex)).or_insert_with(|| rng.random_range(0..SERIALS));
            *serial = (*serial + 1) % SERIALS;
            if self.born.insert((heard.clone(), birth)) {
                return (birth, *serial);
            }
        }
    }
}

/// A member without a name.
struct Frame {
    relation: &'static str,
    sex: Sex,
    age: i32,
}

fn frames(rng: &mut StdRng, size: usize, has_pupil: bool) -> Vec<Frame> {
    let age = rng.random_range(32..68);
    let is_man = rng.random_bool(0.85);
    let mut frames = vec![Frame { relation: "02", sex: if is_man { Sex::Man } else { Sex::Woman }, age }];
    let mut left = size.saturating_sub(1);
    if left > usize::from(has_pupil) && is_man && rng.random_bool(0.85) {
        frames.push(Frame { relation: "10", sex: Sex::Woman, age: age - rng.random_range(0..5) });
        left -= 1;
    }
    if left > usize::from(has_pupil) && age < 60 && rng.random_bool(0.3) {
        frames.push(Frame { relation: "52", sex: Sex::Woman, age: age + rng.random_range(20..28) });
        left -= 1;
    }
    for child in 0..left {
        let (relation, sex) = if rng.random_bool(0.5) { ("20", Sex::Man) } else { ("30", Sex::Woman) };
        let pupil = has_pupil && child == 0;
        let own = if pupil { rng.random_range(7..=14) } else { (age - rng.random_range(22..30)).min(40) };
        frames.push(Frame { relation, sex, age: own });
    }
    frames
}

/// A name that nobody in the family has; children bear the family's.
fn fresh(rng: &mut StdRng, frame: &Frame, family: &str, names: &mut HashSet<String>) -> String {
    let is_child = matches!(frame.relation, "20" | "30");
    loop {
        let drawn = name(rng, frame.sex, is_child.then_some(family));
        if names.insert(drawn.clone()) {
            return drawn;
        }
    }
}

fn health(rng: &mut StdRng, age: i32) -> &'static str {
    let among: &[&'static str] = if age > 60 {
        &["chronic", "healthy", "disabled"]
    } else {
        &["healthy", "healthy", "healthy", "chronic"]
    };
    among[rng.random_range(0..among.len())]
}

/// The main cause of a family whose primary measure that is, as its members bear it out.
pub fn cause(rng: &mut StdRng, members: &[Member], measure: &str) -> &'static str {
    let pupil = members.iter().any(|member| by_age(member.age).2 != "none");
    let able = members.iter().filter(|member| by_age(member.age).0 == "ordinary").count();
    let ill = members.iter().any(|member| member.health == "chronic");
    let disabled = members.iter().any(|member| member.health == "disabled");
    let among: &[&'static str] = match measure {
        "education" if pupil => &["schooling"],
        "job_transfer" => &["skill"],
        "safety_net" if disabled => &["disability"],
        "safety_net" if able < 2 => &["labour"],
        "relocation" => &["transport", "disaster"],
        "medical" => &["illness"],
        "" if ill => &["illness"],
        _ => &["capital", "land", "skill"],
    };
    among[rng.random_range(0..among.len())]
}

/// The members as the register holds them; the first is the head.
pub fn puts(rng: &mut StdRng, members: &[Member]) -> Vec<Put> {
    let mut puts = Vec::with_capacity(members.len() * 15);
    for (index, member) in members.iter().enumerate() {
        let id = bidao_sync::ids::to_hex(&rng.random::<[u8; 16]>());
        if index == 0 {
            puts.push(Put::new("head_member_id", id.clone()));
        }
        let mut at = |field: &str, value: Value| puts.push(Put::new(format!("members/{id}/{field}"), value));
        let (labour, education, student) = by_age(member.age);
        at("name", member.name.clone().into());
        at("relation", member.relation.into());
        at("sex", if member.sex == Sex::Man { "1" } else { "2" }.into());
        at("id_no", member.id_no.clone().into());
        at("ethnicity", draw(rng, &["15", "15", "06", "01"]).into());
        at("education", education.into());
        at("student_status", student.into());
        at("health", member.health.into());
        at("labour", labour.into());
        at("work_place", "none".into());
        at("medical_insurance", true.into());
        at("insurance_tier", "1".into());
        at("resides", true.into());
        at("shares_budget", true.into());
        if (6..=15).contains(&member.age) {
            at("dropout", false.into());
        }
        if member.health == "disabled" {
            at("disability_type", "64".into());
        }
    }
    puts
}
