//! Which Rust types TypeScript gets; a test finds those of `src/api` that are missing here.

use super::Definitions;
use crate::api::{
    area, attestation, carriage, conflict, device, dispute, dossier, duplicate, duty, person, problem,
    prompt, quarantine, readiness, record, reference, register, relocation, reveal, review, session, survey,
};
use schemars::JsonSchema;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().for_serialize().into_generator()
}

fn add<T: JsonSchema>(generator: &mut SchemaGenerator) {
    generator.subschema_for::<T>();
}

/// A form, and what checking it says.
pub fn form() -> Definitions {
    let mut generator = generator();
    add::<crate::form::Form>(&mut generator);
    add::<crate::check::Finding>(&mut generator);
    add::<crate::lines::Line>(&mut generator);
    generator.take_definitions(true)
}

/// What the routes take and answer; the shapes inside follow by themselves.
pub fn api() -> Definitions {
    let mut generator = generator();
    let all: &[fn(&mut SchemaGenerator)] = &[
        add::<area::Area>,
        add::<attestation::Version>,
        add::<attestation::VersionList>,
        add::<carriage::Carriage>,
        add::<conflict::ConflictList>,
        add::<conflict::Resolve>,
        add::<device::EnrolCodeRequest>,
        add::<device::EnrolCode>,
        add::<device::Enrol>,
        add::<device::Enrolled>,
        add::<device::Device>,
        add::<quarantine::QuarantinedItem>,
        add::<quarantine::QuarantinedDetail>,
        add::<quarantine::SettleQuarantined>,
        add::<dossier::DossierList>,
        add::<dispute::DisputeList>,
        add::<dispute::DisputeDetail>,
        add::<dispute::DisputeStep>,
        add::<duplicate::DuplicateList>,
        add::<duplicate::SettleDuplicate>,
        add::<duty::DutyReport>,
        add::<duty::DutyRecords>,
        add::<person::Person>,
        add::<problem::Problem>,
        add::<record::RecordPage>,
        add::<record::RecordDetail>,
        add::<record::History>,
        add::<crate::income::Account>,
        add::<crate::income::Entry>,
        add::<prompt::PromptList>,
        add::<readiness::Readiness>,
        add::<reference::Reference>,
        add::<register::Registers>,
        add::<relocation::Relocate>,
        add::<relocation::Relocation>,
        add::<reveal::Reveal>,
        add::<reveal::Revealed>,
        add::<reveal::RevealList>,
        add::<review::ReviewQueue>,
        add::<review::Review>,
        add::<review::Decide>,
        add::<review::Decided>,
        add::<session::Login>,
        add::<session::Refresh>,
        add::<session::Session>,
        add::<survey::OpenSurvey>,
        add::<survey::SurveyRounds>,
        add::<survey::SurveyProgress>,
        add::<survey::SurveySummary>,
    ];
    for add in all {
        add(&mut generator);
    }
    generator.take_definitions(true)
}
