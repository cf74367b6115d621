//! From a figure to the records behind it.

use std::collections::{BTreeMap, BTreeSet};

use bidao_schema::api::duty::{DutyRecord, DutyRule};

use super::evaluate::{Period, count, counted};
use super::fact::{Presence, Source, Visit};

/// The records behind one person's figure, oldest first. Of several claims to one date the first stored counts.
#[must_use]
pub fn drill(presences: &[Presence], visits: &[Visit], rule: DutyRule, period: Period) -> Vec<DutyRecord> {
    let counted = counted(presences.iter(), rule, period);
    let first =
        counted.values().filter_map(|claims| claims.iter().min_by_key(|c| (c.received_at, &c.record)));
    let counted: BTreeSet<&str> = first.map(|claim| claim.record.as_str()).collect();
    let mut visits_on: BTreeMap<&str, usize> = BTreeMap::new();
    for visit in visits.iter().filter(|visit| !visit.by_phone) {
        *visits_on.entry(&visit.trip).or_default() += 1;
    }
    let concerns = |presence: &&Presence| rule == DutyRule::R3 || presence.source == Source::Trip;
    let mut behind: Vec<&Presence> = presences.iter().filter(concerns).collect();
    behind.sort_by_key(|presence| (presence.on, presence.received_at, &presence.record));
    behind
        .into_iter()
        .map(|presence| DutyRecord {
            record: presence.record.clone(),
            kind: match presence.source {
                Source::Trip => "trip".into(),
                Source::Stay => "stay".into(),
            },
            occurred_on: presence.on.to_string(),
            village: presence.village.clone(),
            counted: counted.contains(presence.record.as_str()),
            received_at: presence.received_at,
            late: presence.is_late(),
            visits: count(visits_on.get(presence.record.as_str()).copied().unwrap_or_default()),
        })
        .collect()
}
