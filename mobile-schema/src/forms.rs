//! The built-in forms, compiled once from the files the binary carries.

use crate::block::Shared;
use crate::compile::compile;
use crate::form::Form;
use std::sync::{LazyLock, OnceLock};

/// Shared choice lists.
const CHOICES: &str = include_str!("../forms/choices.toml");

/// Shared fields.
const BLOCKS: &str = include_str!("../forms/blocks.toml");

/// One file per form and version; released ones stay.
const SOURCES: [&str; 12] = [
    include_str!("../forms/household.1.toml"),
    include_str!("../forms/trip.1.toml"),
    include_str!("../forms/visit.1.toml"),
    include_str!("../forms/stay.1.toml"),
    include_str!("../forms/difficulty.1.toml"),
    include_str!("../forms/income.1.toml"),
    include_str!("../forms/measure.1.toml"),
    include_str!("../forms/project.1.toml"),
    include_str!("../forms/agreement.1.toml"),
    include_str!("../forms/card.1.toml"),
    include_str!("../forms/ledger.1.toml"),
    include_str!("../forms/dispute.1.toml"),
];

static BUILT_IN: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let mut forms = compile_all();
    if let Some(later) = LATER.get() {
        forms.extend(later(&forms));
    }
    forms
});

/// Makes later versions out of the built-in forms.
pub type Later = fn(&[Form]) -> Vec<Form>;

static LATER: OnceLock<Later> = OnceLock::new();

#[expect(clippy::expect_used, reason = "the files are part of the binary and a test compiles them")]
fn compile_all() -> Vec<Form> {
    let shared = Shared::parse(CHOICES, BLOCKS).expect("shared files are well formed");
    SOURCES.iter().map(|source| compile(source, &shared).expect("built-in forms compile")).collect()
}

/// Adds versions of forms to this process, before anybody has asked for one: how a simulation meets a release that is
/// not written yet. Answers whether they are among the forms now.
pub fn extend(later: Later) -> bool {
    LATER.set(later).is_ok() && later(&compile_all()).iter().all(|form| find(&form.id()).is_some())
}

/// Every built-in form and version.
pub fn built_in() -> &'static [Form] {
    &BUILT_IN
}

/// A built-in form by `name/version`.
pub fn find(id: &str) -> Option<&'static Form> {
    built_in().iter().find(|form| form.id() == id)
}

/// The newest built-in version of a kind.
pub fn newest(name: &str) -> Option<&'static Form> {
    built_in().iter().filter(|form| form.name == name).max_by_key(|form| form.version)
}
