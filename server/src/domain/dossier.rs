//! The files of households, 一账一书一卡两表 (domain §5.1): which record is each of the five documents, how far it is,
//! and the report P6 over an area. The household's register is D4; D5 is the statement of the month, D1 and D3 the ledger
//! and card of its year, D2 the newest agreement that was in force at some time since the month began.

use std::collections::BTreeMap;

use bidao_schema::answer::is_id;
use bidao_schema::api::attestation::SigningState;
use bidao_schema::api::dossier::{
    DocumentKind, DocumentState, Dossier, DossierDocument, DossierList, DossierRow,
};
use bidao_schema::calendar::Month;

use super::access::Scope;
use super::attestation;
use super::family::{Families, Places, readable};
use super::register::identity;
use crate::error::{Error, Result};
use crate::store::dossier::{self, Standing};
use crate::store::{Tx, record};

/// Households of one page.
pub const PAGE: usize = 200;
/// The five, in the order in which they are shown.
const KINDS: [DocumentKind; 5] = [
    DocumentKind::Registration,
    DocumentKind::Income,
    DocumentKind::Ledger,
    DocumentKind::Agreement,
    DocumentKind::Card,
];

/// What is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Code of the area.
    pub area: String,
    /// The month.
    pub month: Month,
    /// Only households with exactly so many complete documents.
    pub complete: Option<u32>,
    /// Only households after this one.
    pub after: Option<String>,
}

/// The files of an area and the households behind them.
///
/// # Errors
/// `invalid`, `forbidden` or `not_found` for the area, `invalid` for `after`, or the database fails.
pub fn list(tx: &mut Tx, scope: &Scope, asked: &Asked, now: i64) -> Result<DossierList> {
    let places = readable(tx, scope, &asked.area)?;
    let families = Families::load(tx, &asked.area)?;
    let mut dossiers = dossiers(tx, &families, asked.month)?;
    let rows = rows(&places, &dossiers);
    let known = families.count(tx, "in")? + families.count(tx, "outside")?;
    let all = i64::try_from(dossiers.len()).unwrap_or(i64::MAX);
    let is_there = |document: &&DossierDocument| document.state != DocumentState::Missing;
    let documents: usize =
        dossiers.iter().map(|dossier| dossier.documents.iter().filter(is_there).count()).sum();
    let documents = i64::try_from(documents).unwrap_or(i64::MAX);
    dossiers.sort_by(|a, b| position(a).cmp(&position(b)));
    let begin = match &asked.after {
        Some(after) => begin(tx, &dossiers, after)?,
        None => 0,
    };
    let mut households: Vec<Dossier> = dossiers
        .into_iter()
        .skip(begin)
        .filter(|dossier| asked.complete.is_none_or(|complete| dossier.complete == complete))
        .take(PAGE + 1)
        .collect();
    let is_last = households.len() <= PAGE;
    households.truncate(PAGE);
    Ok(DossierList {
        area: asked.area.clone(),
        month: asked.month.to_string(),
        as_of: now,
        rows,
        next: households.last().filter(|_| !is_last).map(|last| last.household.clone()),
        households,
        identities: vec![
            identity("E6", &asked.area, (known, all), known == all),
            identity("E6b", &asked.area, (documents, 5 * all), documents <= 5 * all),
        ],
    })
}

fn position(dossier: &Dossier) -> (&str, &str, &str) {
    (&dossier.village, &dossier.title, &dossier.household)
}

/// Where the page after a household begins. The household is where it is now, whatever it was called before; one that
/// another record stands for by now was where its own title is.
fn begin(tx: &mut Tx, dossiers: &[Dossier], after: &str) -> Result<usize> {
    let invalid = || Error::invalid("after", "give back `next` as it came");
    if !is_id(after) {
        return Err(invalid());
    }
    let known = dossiers.iter().find(|dossier| dossier.household == after);
    let at = match known {
        Some(dossier) => (dossier.village.clone(), dossier.title.clone(), after.to_owned()),
        None => {
            let found = record::briefs(tx, &[after.to_owned()])?.pop();
            let found = found.filter(|brief| brief.kind == "household").ok_or_else(invalid)?;
            (found.area, found.title, found.id)
        }
    };
    let at = (at.0.as_str(), at.1.as_str(), at.2.as_str());
    Ok(dossiers.partition_point(|dossier| position(dossier) <= at))
}

/// A dossier for every family, in their order.
fn dossiers(tx: &mut Tx, families: &Families, month: Month) -> Result<Vec<Dossier>> {
    let mut titles: Vec<String> = vec![String::new(); families.registers.len()];
    let mut found: Vec<BTreeMap<DocumentKind, Standing>> = vec![BTreeMap::new(); families.registers.len()];
    for (standing, title) in dossier::registers(tx, &families.among)? {
        if let Some(place) =
            families.place(&standing.household).filter(|_| families.is_kept(&standing.record))
        {
            titles[place] = title;
            found[place].insert(DocumentKind::Registration, standing);
        }
    }
    let (year, since) = (format!("{:04}", month.year()), month.first().to_string());
    let mut all = dossier::statements(tx, &families.among, &month.to_string())?;
    all.extend(dossier::documents(tx, &families.among, &year, &since)?);
    for standing in all {
        let (Some(place), Some(kind)) = (families.place(&standing.household), kind(&standing.kind)) else {
            continue;
        };
        let rank =
            |one: &Standing| (one.period.clone(), families.is_kept(&one.household), one.record.clone());
        let is_newer = found[place].get(&kind).is_none_or(|known| rank(known) < rank(&standing));
        if is_newer {
            found[place].insert(kind, standing);
        }
    }
    let made = families.registers.iter().zip(titles).zip(found);
    Ok(made
        .map(|((register, title), found)| {
            let documents: Vec<DossierDocument> =
                KINDS.into_iter().map(|kind| document(kind, found.get(&kind))).collect();
            let is_complete = |document: &&DossierDocument| document.state == DocumentState::Complete;
            Dossier {
                household: register.record.clone(),
                title,
                village: register.village.clone(),
                group_name: register.group_name.clone(),
                complete: u32::try_from(documents.iter().filter(is_complete).count()).unwrap_or(u32::MAX),
                documents,
            }
        })
        .collect())
}

fn kind(form: &str) -> Option<DocumentKind> {
    match form {
        "income" => Some(DocumentKind::Income),
        "ledger" => Some(DocumentKind::Ledger),
        "agreement" => Some(DocumentKind::Agreement),
        "card" => Some(DocumentKind::Card),
        _ => None,
    }
}

fn document(kind: DocumentKind, standing: Option<&Standing>) -> DossierDocument {
    let Some(standing) = standing else {
        return DossierDocument {
            kind,
            state: DocumentState::Missing,
            record: None,
            signing: SigningState::None,
            findings: 0,
            conflicts: 0,
        };
    };
    let is_complete = standing.blocking == 0 && standing.conflicts == 0;
    DossierDocument {
        kind,
        state: if is_complete { DocumentState::Complete } else { DocumentState::Unfinished },
        record: Some(standing.record.clone()),
        signing: attestation::state_of(&standing.signing),
        findings: standing.blocking.unsigned_abs(),
        conflicts: standing.conflicts.unsigned_abs(),
    }
}

fn rows(places: &Places, dossiers: &[Dossier]) -> Vec<DossierRow> {
    let village = |(code, name): (&String, &String)| (code.clone(), empty(code, name));
    let mut villages: BTreeMap<String, DossierRow> = places.villages.iter().map(village).collect();
    for dossier in dossiers {
        count(
            villages.entry(dossier.village.clone()).or_insert_with(|| empty(&dossier.village, "")),
            dossier,
        );
    }
    places.with_sums(villages, empty, add)
}

fn empty(code: &str, name: &str) -> DossierRow {
    DossierRow {
        area: code.to_owned(),
        name: name.to_owned(),
        households: 0,
        by_complete: [0; 6],
        unsigned: 0,
        conflicts: 0,
    }
}

fn count(row: &mut DossierRow, dossier: &Dossier) {
    row.households += 1;
    let complete = usize::try_from(dossier.complete).unwrap_or(KINDS.len()).min(KINDS.len());
    row.by_complete[complete] += 1;
    for document in &dossier.documents {
        let is_unsigned =
            document.state == DocumentState::Complete && document.signing != SigningState::Signed;
        row.unsigned += u32::from(is_unsigned);
        row.conflicts += document.conflicts;
    }
}

fn add(sum: &mut DossierRow, part: &DossierRow) {
    sum.households += part.households;
    for (into, from) in sum.by_complete.iter_mut().zip(part.by_complete) {
        *into += from;
    }
    sum.unsigned += part.unsigned;
    sum.conflicts += part.conflicts;
}
