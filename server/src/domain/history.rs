//! History: who changed which field of a record from what to what, on which device, when (promise 8).

use std::collections::HashMap;

use bidao_schema::api::record::{FieldChange, History};
use serde_json::Value;

use super::access::Scope;
use super::{content, mask, record, relocation};
use crate::error::Result;
use crate::store::change::Origin;
use crate::store::{Tx, change};

/// Every change of every field, in causal order, masked.
///
/// # Errors
/// `not_found`, also for records out of reach.
pub fn of(tx: &mut Tx, scope: &Scope, id: &str) -> Result<History> {
    let row = record::visible(tx, scope, id)?;
    let document = record::document(&row)?;
    let origins: HashMap<String, Origin> =
        change::origins(tx, id)?.into_iter().map(|origin| (origin.hash.clone(), origin)).collect();
    let changes = document.history().into_iter().map(|field| {
        let hash = field.change.to_string();
        let origin = origins.get(&hash);
        FieldChange {
            path: field.path,
            old: field.old.last().cloned().unwrap_or(Value::Null),
            new: field.new,
            person_name: origin.map(|origin| origin.person_name.clone()).unwrap_or_default(),
            device: origin.map_or_else(|| field.actor.device().to_string(), |origin| origin.device.clone()),
            made_at: field.made_at,
            received_at: origin.map_or(0, |origin| origin.received_at),
            change: hash,
        }
    });
    let relocations = match &row.household {
        Some(household) => relocation::of_household(tx, household)?,
        None => Vec::new(),
    };
    let changes = mask::changes(content::form_of(&row.form), changes.collect());
    Ok(History { changes, relocations })
}
