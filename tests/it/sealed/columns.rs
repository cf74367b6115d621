//! Every column that can hold a text or bytes is sealed, or somebody decided that it may be read (ADR server/0015).

use std::collections::BTreeSet;

use bidao_server::store::vault::place::PLACES;
use bidao_server::store::{Db, Location};
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

/// Ids, hashes, codes, dates, names of places and of people at work. Nothing that a household says, owns or is numbered by.
const PLAIN: &str = "
account: name person password_hash
area: code name level parent
area_counter: area chain
assignment: id person role area valid_from valid_to
attestation: record id change actor device person form digest code covers role stance doubt
audit: person device action object detail previous hash
audit_head: hash
batch: actor device carrier signature
catalogue: effective_from body
change: hash record actor device person item
conflict: id record path state resolved_by
device: id person name public_key state app_version
difficulty: record household village raised_month solved_month state confirmed
dispute: record household village subject document document_digest line_ids raised_by channel raised_on author
      heads state due_on handler resulting resulting_digest told_on satisfied
dispute_event: record step state person
document: record kind household village period valid_to
duplicate: one other verdict kept settled_by
enrol_code: code_hash person made_by
feed: area record household what change chain
file: sha256 device state kind finding detail
file_band: sha256
file_use: record path sha256 subject area household month device person
held: item device actor record missing
household: record village group_name in_system severity main_cause
household_key: record kind value
income: record household village month
income_item: record item category household month
leave: id person from_on to_on kind approved_by
measure: record household village measure_type outcome
pairing: id helper household basis valid_from valid_to
person: id name
project: record household village class
proof: id
quarantine: item device actor record status code settled_by outcome
record: id kind form area household author heads review reviewed_heads signing made_in
refresh_token: token_hash session
relocation: id household from_area to_area group_name moved_on person
reveal: id person what object record area purpose
review_event: id record state person heads
session: id account device public_key
setting: name value
stay: record person village occurred_on month
survey_ground: round village group_name
survey_group: round name
survey_listed: round household
survey_member: round person
survey_round: id name area from_on to_on form criteria opened_by
team: number village name
trip: record person village occurred_on month
upload: id sha256 device
visit: record person household trip village occurred_on month visit_type met activities outcome
";

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    place: String,
}

#[test]
fn a_new_column_is_sealed_or_somebody_says_why_it_need_not_be() {
    let db = Db::open(Location::Memory).expect("a database");
    let all = "SELECT m.name || '.' || p.name AS place FROM sqlite_master m, pragma_table_info(m.name) p \
               WHERE m.type = 'table' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND p.type IN ('TEXT', 'BLOB')";
    let columns: Vec<Column> =
        db.read_blocking(move |tx| Ok(sql_query(all).load(tx.conn)?)).expect("the columns");
    let columns: BTreeSet<String> = columns.into_iter().map(|column| column.place).collect();
    let mut decided: BTreeSet<String> =
        PLACES.iter().map(|place| format!("{}.{}", place.table, place.column)).collect();
    let mut table = "";
    for word in PLAIN.split_whitespace() {
        match word.strip_suffix(':') {
            Some(name) => table = name,
            None => drop(decided.insert(format!("{table}.{word}"))),
        }
    }
    let undecided: Vec<_> = columns.difference(&decided).collect();
    let gone: Vec<_> = decided.difference(&columns).collect();
    assert!(columns.len() > 100 && undecided.is_empty() && gone.is_empty(), "{undecided:?} {gone:?}");
}
