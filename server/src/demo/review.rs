//! A team leader's evening: settles what two members wrote differently, looks through what was handed in,
//! approves or returns it with a sentence.

use bidao_schema::forms;
use bidao_schema::merge_policy::MergePolicy;
use bidao_sync::document::{Conflict, Put};
use bidao_sync::ids::RecordId;
use bidao_sync::phone::PhoneError;
use rand::Rng;
use rand::seq::IndexedRandom;

use super::phone::SimPhone;

const REMARKS: &[&str] =
    &["请补充农户原话", "日期与到村记录对不上，请核对", "困难写得太笼统，请写具体", "请核实联系电话"];

/// Settles every conflict the phone knows of, by choosing one of the values.
///
/// # Errors
/// The engine refuses: a fault of the demo.
pub fn settle(phone: &mut SimPhone, now: i64) -> Result<(), PhoneError> {
    let records: Vec<RecordId> = phone.phone.records().collect();
    for record in records {
        let (kind, form, _) = phone.phone.about(record)?;
        if kind != "household" {
            continue;
        }
        let Some(form) = forms::find(form) else { continue };
        let conflicts = phone.phone.conflicts(record)?;
        let asks = |conflict: &&Conflict| form.merge_policy(&conflict.path) == MergePolicy::Ask;
        let puts: Vec<Put> =
            conflicts.iter().filter(asks).filter_map(|conflict| choose(phone, conflict)).collect();
        if !puts.is_empty() {
            phone.edit(record, &puts, now)?;
            phone.tally.settled += puts.len() as u64;
        }
    }
    Ok(())
}

fn choose(phone: &mut SimPhone, conflict: &Conflict) -> Option<Put> {
    let chosen = conflict.values.choose(&mut phone.chance)?;
    Some(Put::new(conflict.path.clone(), chosen.value.clone()))
}

/// Decides about what waits, except one's own work (INV-34).
///
/// # Errors
/// The engine refuses: a fault of the demo.
pub fn review(phone: &mut SimPhone) -> Result<(), PhoneError> {
    let waiting: Vec<RecordId> = phone.phone.records().filter(|id| waits(phone, *id)).collect();
    for record in waiting {
        if phone.chance.random_ratio(1, 10) {
            let remark = REMARKS.choose(&mut phone.chance).copied().unwrap_or_default();
            phone.command("return", record, Some(remark))?;
        } else {
            phone.command("approve", record, None)?;
        }
    }
    Ok(())
}

fn waits(phone: &SimPhone, record: RecordId) -> bool {
    let waits = phone.phone.decision(record).is_some_and(|d| d.state == "submitted" || d.state == "changed");
    waits && phone.phone.is_synced(record) && !phone.changes.iter().any(|(own, _)| *own == record)
}
