//! Lines of an immutable repeat (domain §11-5): money, what a household said in its own words. A field of a
//! line is written once. A correction is a new line that names the old one in `supersedes`; taking a line
//! back is writing its `deleted_at`.
//!
//! Lines that correct each other are one *family*. Of a family one line stands: the newest that was not
//! taken back. When two people corrected without knowing of each other there are two, and none stands until
//! a person takes one back: nothing is ever added up twice, nothing is chosen silently.

use crate::answer::{Element, MAX_ELEMENTS, is_id, is_removed, well_formed};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The field that names the line a line corrects.
pub const SUPERSEDES: &str = "supersedes";

/// What a line counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// It counts.
    Standing,
    /// Another line corrects it.
    Superseded,
    /// It was taken back.
    Deleted,
    /// Others correct the same line: none of them counts until all but one were taken back.
    Disputed,
}

/// A line and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// Element id.
    pub id: String,
    /// What it counts for.
    pub state: LineState,
}

/// The state of every well-formed line, by id. Total: any JSON has lines, or none.
pub fn states(answers: &Value, repeat: &str) -> Vec<Line> {
    let line = |(id, _, state): (&str, _, _)| Line { id: id.to_string(), state };
    judged(answers, repeat).into_iter().map(line).collect()
}

/// The lines that count, by id, at most [`MAX_ELEMENTS`].
pub fn standing<'a>(answers: &'a Value, repeat: &str) -> Vec<Element<'a>> {
    let mut lines = of(answers, repeat, &[LineState::Standing]);
    lines.truncate(MAX_ELEMENTS);
    lines
}

/// The lines somebody must look at: those that count and those that would.
pub fn current<'a>(answers: &'a Value, repeat: &str) -> Vec<Element<'a>> {
    of(answers, repeat, &[LineState::Standing, LineState::Disputed])
}

/// Ids of the lines that wait for a person.
pub fn disputed<'a>(answers: &'a Value, repeat: &str) -> BTreeSet<&'a str> {
    of(answers, repeat, &[LineState::Disputed]).into_iter().map(|(id, _)| id).collect()
}

fn of<'a>(answers: &'a Value, repeat: &str, wanted: &[LineState]) -> Vec<Element<'a>> {
    let lines = judged(answers, repeat).into_iter().filter(|(.., state)| wanted.contains(state));
    lines.map(|(id, element, _)| (id, element)).collect()
}

type Lines<'a> = BTreeMap<&'a str, &'a Map<String, Value>>;

fn judged<'a>(answers: &'a Value, repeat: &str) -> Vec<(&'a str, &'a Map<String, Value>, LineState)> {
    let lines: Lines<'a> = well_formed(answers, repeat).into_iter().collect();
    let corrected = corrected(&lines);
    let families = families(&lines);
    let family = |id: &str| families.get(id).copied().unwrap_or_default();
    let is_last = |id: &str, line| !is_removed(line) && !corrected.contains(id);
    let mut last: HashMap<&str, usize> = HashMap::new();
    for (id, _) in lines.iter().filter(|(id, line)| is_last(id, line)) {
        *last.entry(family(id)).or_default() += 1;
    }
    let state = |id: &str, line| match last.get(family(id)) {
        _ if is_removed(line) => LineState::Deleted,
        // Lines that only correct each other, in a circle.
        None => LineState::Disputed,
        _ if corrected.contains(id) => LineState::Superseded,
        Some(1) => LineState::Standing,
        Some(_) => LineState::Disputed,
    };
    lines.iter().map(|(id, line)| (*id, *line, state(id, line))).collect()
}

/// The line that a line corrects, there or not.
fn superseded<'a>(lines: &Lines<'a>, id: &str) -> Option<&'a str> {
    lines.get(id)?.get(SUPERSEDES)?.as_str().filter(|id| is_id(id))
}

/// Everything that a line which was not taken back corrects, also across lines that were.
fn corrected<'a>(lines: &Lines<'a>) -> HashSet<&'a str> {
    let mut corrected = HashSet::new();
    for (id, _) in lines.iter().filter(|(_, line)| !is_removed(line)) {
        let mut next = superseded(lines, id);
        while let Some(id) = next.filter(|id| corrected.insert(*id)) {
            next = superseded(lines, id);
        }
    }
    corrected
}

/// The family of every line, named by what its corrections lead to: the first line, or the smallest id of a circle.
fn families<'a>(lines: &Lines<'a>) -> HashMap<&'a str, &'a str> {
    let mut families: HashMap<&str, &str> = HashMap::new();
    for id in lines.keys() {
        let (mut way, mut here) = (Vec::new(), *id);
        let mut places: HashMap<&str, usize> = HashMap::new();
        let family = loop {
            if let Some(known) = families.get(here) {
                break *known;
            }
            if let Some(place) = places.insert(here, way.len()) {
                break way[place..].iter().min().copied().unwrap_or(here);
            }
            way.push(here);
            match superseded(lines, here) {
                Some(next) => here = next,
                None => break here,
            }
        };
        families.extend(way.into_iter().map(|id| (id, family)));
    }
    families
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn id(n: u32) -> String {
        format!("{n:032x}")
    }

    /// Lines `(id, supersedes, taken back)`.
    fn answers(lines: &[(u32, Option<u32>, bool)]) -> Value {
        let line = |(n, old, gone): &(u32, Option<u32>, bool)| {
            (id(*n), json!({ "supersedes": old.map(id), "deleted_at": gone.then_some("2016-01-05") }))
        };
        json!({ "lines": lines.iter().map(line).collect::<Map<_, _>>() })
    }

    fn any_lines() -> impl Strategy<Value = Vec<(u32, Option<u32>, bool)>> {
        prop::collection::vec((0_u32..8, prop::option::of(0_u32..9), any::<bool>()), 0..12)
    }

    proptest! {
        #[test]
        fn of_lines_that_lead_to_one_another_at_most_one_counts(lines in any_lines()) {
            let answers = answers(&lines);
            let all: Lines<'_> = well_formed(&answers, "lines").into_iter().collect();
            let families = families(&all);
            let mut seen = HashSet::new();
            for (id, _) in standing(&answers, "lines") {
                prop_assert!(seen.insert(families[id]), "two lines of one family count");
                prop_assert!(superseded(&all, id).is_none_or(|old| !seen.contains(old) || families[old] == families[id]));
            }
        }

        #[test]
        fn a_family_with_a_present_line_is_never_silent(lines in any_lines()) {
            let answers = answers(&lines);
            let all: Lines<'_> = well_formed(&answers, "lines").into_iter().collect();
            let families = families(&all);
            let shown: HashSet<_> = current(&answers, "lines").iter().map(|(id, _)| families[id]).collect();
            for (id, line) in &all {
                prop_assert!(is_removed(line) || shown.contains(families[id]), "{id} is neither counted nor asked about");
            }
        }
    }
}
