//! The file of a household: the five documents 一账一书一卡两表 (domain §5.1) and how far each is (report P6).

use super::attestation::SigningState;
use super::survey::Identity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One of the five documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// D4 基本情况登记表: the household's own record.
    Registration,
    /// D5 月收入动态核算表 of the month asked about: an `income` record.
    Income,
    /// D1 脱贫台账 of the year: a `ledger` record.
    Ledger,
    /// D2 产业帮扶协议书 in force: an `agreement` record.
    Agreement,
    /// D3 明白卡 of the year: a `card` record.
    Card,
}

/// How far a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentState {
    /// There is none.
    Missing,
    /// It has something blocking or a value nobody settled.
    Unfinished,
    /// It says everything it must.
    Complete,
}

/// A document of a household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DossierDocument {
    /// Which.
    pub kind: DocumentKind,
    /// How far.
    pub state: DocumentState,
    /// Its record; none while missing.
    pub record: Option<String>,
    /// Whether its content now is signed.
    pub signing: SigningState,
    /// Findings that block it.
    pub findings: u32,
    /// Values nobody settled.
    pub conflicts: u32,
}

/// The file of one household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dossier {
    /// Record id of the household.
    pub household: String,
    /// What a person would call it.
    pub title: String,
    /// Village code.
    pub village: String,
    /// Name of the villagers' group.
    pub group_name: String,
    /// The five, in the order D4, D5, D1, D2, D3.
    pub documents: Vec<DossierDocument>,
    /// How many of them are complete: n of 5.
    pub complete: u32,
}

/// `GET /api/v1/dossiers?area=&month=&complete=&after=`: report P6 with its households.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DossierList {
    /// Code of the area.
    pub area: String,
    /// The month of D5, and with its year that of D1 and D3, `YYYY-MM`.
    pub month: String,
    /// When this was counted.
    pub as_of: i64,
    /// One row a village, then one a township, then the whole area last; by code within each.
    pub rows: Vec<DossierRow>,
    /// Households, by village and title; at most 200, those after `after` with as many complete documents as asked.
    pub households: Vec<Dossier>,
    /// Give back as `?after=` for the next ones.
    pub next: Option<String>,
    /// E6: households in the system and outside it = dossiers, of which there is one a register. `E6b`: documents ≤ 5 ×
    /// dossiers; it holds while its parts are no more than its whole.
    pub identities: Vec<Identity>,
}

/// The files of an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DossierRow {
    /// Code of the area.
    pub area: String,
    /// Its name.
    pub name: String,
    /// Households with a register, each family once.
    pub households: u32,
    /// Households by how many documents are complete, from none to all five.
    pub by_complete: [u32; 6],
    /// Complete documents whose content now is not signed by everybody.
    pub unsigned: u32,
    /// Values nobody settled, in any of the documents.
    pub conflicts: u32,
}
