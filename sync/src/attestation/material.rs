//! Which changes of content after a signature matter (domain Q12).

use crate::document::FieldDifference;
use serde_json::Value;

/// What a form and a setting say about it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Materiality<'a> {
    /// Paths that do not matter, `phone` or `members/*/phone`.
    pub immaterial: &'a [String],
    /// Paths that hold money.
    pub money: &'a [String],
    /// Percent by which money may differ; 0 = not at all.
    pub percent: u64,
}

impl Materiality<'_> {
    /// Whether anything of this has to be signed again.
    pub fn is_material(&self, differences: &[FieldDifference]) -> bool {
        differences.iter().any(|difference| self.matters(difference))
    }

    fn matters(&self, difference: &FieldDifference) -> bool {
        let of = |patterns: &[String]| patterns.iter().any(|pattern| matches_path(pattern, &difference.path));
        if of(self.immaterial) {
            return false;
        }
        !(of(self.money) && self.is_small(&difference.old, &difference.new))
    }

    /// Whether an amount changed by at most the percentage of what was signed.
    fn is_small(&self, old: &Value, new: &Value) -> bool {
        let (Some(old), Some(new)) = (old.as_i64(), new.as_i64()) else { return false };
        let (old, new) = (i128::from(old), i128::from(new));
        (new - old).abs() * 100 <= old.abs() * i128::from(self.percent)
    }
}

/// Whether a path is one of a pattern, in which `*` stands for one element: `members/*/phone`.
pub fn matches_path(pattern: &str, path: &str) -> bool {
    let (mut parts, mut wanted) = (path.split('/'), pattern.split('/'));
    loop {
        match (wanted.next(), parts.next()) {
            (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(one), Some(other)) if one == other => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn difference(path: &str, old: Value, new: Value) -> FieldDifference {
        FieldDifference { path: path.to_owned(), old, new }
    }

    #[test]
    fn patterns_match_whole_paths() {
        assert!(matches_path("phone", "phone") && matches_path("members/*/phone", "members/ab/phone"));
        for path in ["phones", "phone/x", "members/ab/name", "members/ab", "members/a/b/phone"] {
            assert!(!matches_path("phone", path) && !matches_path("members/*/phone", path), "{path}");
        }
    }

    #[test]
    fn what_the_form_calls_immaterial_and_small_sums_need_no_signature() {
        let (immaterial, money) = (["phone".to_owned()], ["lines/*/amount".to_owned()]);
        let rules = Materiality { immaterial: &immaterial, money: &money, percent: 5 };
        let amount = |old, new| rules.is_material(&[difference("lines/a/amount", old, new)]);
        assert!(!rules.is_material(&[]) && !rules.is_material(&[difference("phone", json!(1), json!(2))]));
        assert!(!amount(json!(10_000), json!(10_500)) && !amount(json!(10_000), json!(9_500)));
        assert!(amount(json!(10_000), json!(10_501)) && amount(json!(10_000), json!(9_499)));
        assert!(amount(json!(0), json!(1)) && amount(Value::Null, json!(1)) && amount(json!(1), Value::Null));
        assert!(amount(json!([1, 2]), json!(1)), "a sum nobody settled is no small change");
        assert!(rules.is_material(&[
            difference("phone", json!(1), json!(2)),
            difference("severity", json!("light"), json!("severe"))
        ]));
        let strict = Materiality { percent: 0, ..rules };
        assert!(strict.is_material(&[difference("lines/a/amount", json!(10_000), json!(10_001))]));
    }
}
