//! Made-up households: members with relations, ages and ID numbers that fit together.

use bidao_schema::calendar::Date;
use bidao_sync::document::Put;
use rand::Rng;
use rand::rngs::StdRng;

use super::township::{Sex, draw, id_number, name, surname};

/// Reasons a household may write under its severity.
const REASONS: &[&str] = &[
    "住房简陋，人均口粮不足",
    "主要劳力常年患病",
    "子女在读，负担较重",
    "有土地，缺技术",
    "房屋老旧，收入不稳",
];
const CAUSES: &[&str] = &["illness", "schooling", "land", "skill", "capital", "transport", "labour"];

/// A member as first written.
struct Member {
    relation: &'static str,
    sex: Sex,
    age: u16,
}

/// First values of a household in a village; `system` says whether it is on the national list.
pub fn draw_household(rng: &mut StdRng, village: &str, number: usize, system: &str, today: Date) -> Vec<Put> {
    let members = draw_members(rng);
    let family = surname(rng);
    let mut puts = vec![
        Put::new("group_name", format!("{}组", number % 5 + 1)),
        Put::new("address", format!("{village}{}组{}号", number % 5 + 1, number + 1)),
        Put::new("phone", format!("1990000{:04}", rng.random_range(0..10_000))),
        Put::new("phone_owner", "户主"),
        Put::new("signal", draw(rng, &["none", "2g", "2g", "3g_up"])),
        Put::new("in_system", system),
        Put::new("poverty_attribute", draw(rng, &["general", "general", "allowance", "allowance_poor"])),
        Put::new("severity", draw(rng, &["severe", "moderate", "moderate", "moderate", "light"])),
        Put::new("severity_reason", draw(rng, REASONS)),
        Put::new("main_cause", draw(rng, CAUSES)),
        Put::new("notice_version", "2015-1"),
        Put::new("notice_given_on", today.to_string()),
        Put::new("notice_mode", "read_aloud"),
        Put::new("photo_permission", draw(rng, &["none", "exterior_only"])),
    ];
    for (index, member) in members.iter().enumerate() {
        let id = bidao_sync::ids::to_hex(&rng.random::<[u8; 16]>());
        if index == 0 {
            puts.push(Put::new("head_member_id", id.clone()));
        }
        puts.extend(member_puts(rng, &id, member, &family, today));
    }
    puts
}

fn draw_members(rng: &mut StdRng) -> Vec<Member> {
    let age = rng.random_range(32..68);
    let mut members = vec![Member { relation: "02", sex: Sex::Man, age }];
    if rng.random_bool(0.8) {
        members.push(Member { relation: "10", sex: Sex::Woman, age: age - rng.random_range(0..5) });
    }
    for _ in 0..rng.random_range(0..=3) {
        let (relation, sex) = if rng.random_bool(0.5) { ("20", Sex::Man) } else { ("30", Sex::Woman) };
        members.push(Member { relation, sex, age: (age - rng.random_range(22..30)).min(40) });
    }
    if age < 60 && rng.random_bool(0.3) {
        members.push(Member { relation: "52", sex: Sex::Woman, age: age + rng.random_range(20..28) });
    }
    members
}

/// Labour capacity, education and student status that an age makes plausible.
pub fn by_age(age: i32) -> (&'static str, &'static str, &'static str) {
    let labour = match age {
        ..16 => "none",
        16..60 => "ordinary",
        _ => "weak",
    };
    let education = match age {
        ..7 => "preschool",
        7..13 => "primary",
        13..16 => "junior_high",
        _ => "primary",
    };
    let student = match age {
        6..13 => "primary",
        13 => "grade_7",
        14 => "grade_8",
        15 => "grade_9",
        _ => "none",
    };
    (labour, education, student)
}

fn member_puts(rng: &mut StdRng, id: &str, member: &Member, family: &str, today: Date) -> Vec<Put> {
    let days = i64::from(member.age) * 365 + i64::from(member.age / 4) + rng.random_range(20..340);
    let birth = today.add_days(-days).unwrap_or(Date::MIN);
    let age = today.years_since(birth);
    let keeps_family_name = matches!(member.relation, "02" | "20" | "30");
    let health = if age > 60 {
        &["chronic", "healthy", "disabled"][..]
    } else {
        &["healthy", "healthy", "healthy", "chronic"]
    };
    let (labour, education, student) = by_age(age);
    let at = |field: &str, value: serde_json::Value| Put::new(format!("members/{id}/{field}"), value);
    let mut puts = vec![
        at("name", name(rng, member.sex, keeps_family_name.then_some(family)).into()),
        at("relation", member.relation.into()),
        at("sex", if member.sex == Sex::Man { "1" } else { "2" }.into()),
        at("id_no", id_number(rng, birth, member.sex).into()),
        at("ethnicity", draw(rng, &["15", "15", "06", "01"]).into()),
        at("education", education.into()),
        at("student_status", student.into()),
        at("health", draw(rng, health).into()),
        at("labour", labour.into()),
        at("work_place", "none".into()),
        at("medical_insurance", true.into()),
        at("insurance_tier", "1".into()),
        at("resides", true.into()),
        at("shares_budget", true.into()),
    ];
    if (6..=15).contains(&age) {
        puts.push(at("dropout", false.into()));
    }
    if puts.iter().any(|put| put.path.ends_with("/health") && put.value == "disabled") {
        puts.push(at("disability_type", "64".into()));
    }
    puts
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidao_sync::document::Document;
    use bidao_sync::ids::{ActorId, DeviceId};
    use rand::SeedableRng;

    #[test]
    fn made_up_households_have_no_blocking_finding() {
        let mut rng = StdRng::seed_from_u64(3);
        let today = Date::parse("2015-10-31").unwrap();
        let form = bidao_schema::forms::find("household/1").unwrap();
        for number in 0..60 {
            let puts = draw_household(&mut rng, "青杠坪村", number, "in", today);
            let actor = ActorId::new(DeviceId([1; 8]), [1; 8]);
            let (document, _) = Document::create(actor, 0, &form.containers(), &puts).unwrap();
            let found = bidao_schema::check::check(
                form,
                &document.answers(),
                bidao_schema::expression::evaluate::Context { today },
            );
            let blocking: Vec<_> =
                found.iter().filter(|f| f.severity == bidao_schema::field::Severity::Error).collect();
            assert!(blocking.is_empty(), "{blocking:?}");
        }
    }
}
