//! What a family is recognised by. Keys are hashed with a secret of this place, so that the table tells nobody an ID
//! number or a birth date (domain §12.3).

use bidao_schema::calendar::Date;
use bidao_schema::codes::id_number;
use hmac::{Hmac, Mac};
use pinyin::ToPinyin;
use serde_json::Value;
use sha2::Sha256;

use crate::store::duplicate::Key;

/// A member's ID number.
pub const ID: &str = "id";
/// Village, villagers' group and sound of the head's name.
pub const HEAD: &str = "head";
/// Sound of a member's name and their birth date.
pub const MEMBER: &str = "member";
/// `relation` of the head (domain §7.5).
const HEAD_RELATION: &str = "02";
/// Bytes kept of each hash: two families of a district never share one by chance.
const KEPT: usize = 16;

/// The keys of a household as it is written, sorted. Members who left are still who they were.
#[must_use]
pub fn of(secret: &[u8], record: &str, village: &str, answers: &Value, today: Date) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut add = |kind: &str, parts: &[&str]| {
        if let Some(value) = hashed(secret, kind, parts) {
            keys.push(Key { record: record.to_owned(), kind: kind.to_owned(), value });
        }
    };
    let said = |of: &Value, field: &str| of[field].as_str().unwrap_or_default().trim().to_owned();
    let group = said(answers, "group_name");
    for member in answers["members"].as_object().into_iter().flat_map(|members| members.values()) {
        if !member["deleted_at"].is_null() {
            continue;
        }
        let (sound, number) = (sound(&said(member, "name")), said(member, "id_no").to_uppercase());
        let read = id_number(&number, today).ok();
        if read.is_some() {
            add(ID, &[&number]);
        }
        let born = read.map_or_else(|| said(member, "birth_date"), |read| read.birth.to_string());
        if !sound.is_empty() && !born.is_empty() {
            add(MEMBER, &[&sound, &born]);
        }
        if !sound.is_empty() && said(member, "relation") == HEAD_RELATION {
            add(HEAD, &[village, &group, &sound]);
        }
    }
    keys.sort_by(|a, b| (&a.kind, &a.value).cmp(&(&b.kind, &b.value)));
    keys.dedup();
    keys
}

/// Tells equal numbers from others where neither is shown; not the key that lies in the table.
#[must_use]
pub fn same_as(secret: &[u8], number: &str) -> String {
    hashed(secret, "shown", &[number]).unwrap_or_default()
}

/// A name by its sound: 冉, 然 and their like are written one for another on doorsteps. What has no reading stays.
#[must_use]
pub fn sound(name: &str) -> String {
    let heard = name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '·' | '•' | '.'));
    let syllables: Vec<String> = heard
        .map(|c| c.to_pinyin().map_or_else(|| c.to_lowercase().to_string(), |heard| heard.plain().to_owned()))
        .collect();
    syllables.join(" ")
}

fn hashed(secret: &[u8], kind: &str, parts: &[&str]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    for part in std::iter::once(&kind).chain(parts) {
        mac.update(part.as_bytes());
        mac.update(&[0]);
    }
    Some(bidao_sync::ids::to_hex(&mac.finalize().into_bytes()[..KEPT]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn keys(members: Value) -> Vec<Key> {
        let today = Date::parse("2015-11-20").unwrap();
        let answers = json!({"group_name": "1组", "members": members});
        of(b"secret", "r", "500114101001", &answers, today)
    }

    #[test]
    fn names_that_sound_alike_with_one_birth_date_are_one_key() {
        let one = keys(json!({"a": {"name": "冉光华", "relation": "02", "birth_date": "1960-01-02"}}));
        let other = keys(json!({"b": {"name": "然 光华", "relation": "02", "birth_date": "1960-01-02"}}));
        assert_eq!(one, other);
        assert_eq!(one.iter().map(|key| key.kind.as_str()).collect::<Vec<_>>(), [HEAD, MEMBER]);
        let third = keys(json!({"b": {"name": "冉光华", "relation": "02", "birth_date": "1960-01-03"}}));
        assert_eq!((third[0] == one[0], third[1] == one[1]), (true, false));
    }

    #[test]
    fn an_id_number_is_a_key_of_its_own_and_is_not_readable_in_it() {
        let number = "999999196001020015";
        let valid = (0..11).map(|at| format!("{}{}", &number[..17], b"10X98765432"[at] as char));
        let today = Date::parse("2015-11-20").unwrap();
        let valid = valid.filter(|number| id_number(number, today).is_ok()).collect::<Vec<_>>();
        let [valid] = &valid[..] else { panic!("{valid:?}") };
        let found = keys(json!({"a": {"name": "冉光华", "relation": "10", "id_no": valid}}));
        assert_eq!(found.iter().map(|key| key.kind.as_str()).collect::<Vec<_>>(), [ID, MEMBER]);
        assert!(found.iter().all(|key| !key.value.contains("1960")));
        let typed = keys(json!({"z": {"name": "冉光华", "birth_date": "1960-01-02"}}));
        assert_eq!(typed[0], found[1], "a birth date is one, typed or read from the number");
        assert_eq!(keys(json!({"a": {"name": "", "id_no": "123"}})), []);
    }
}
