//! The compiled form: what the server stores, the phone fetches and both evaluate.

use crate::answer::FieldPath;
use crate::expression::Expression;
use crate::field::{Field, FieldType};
use crate::label::Label;
use crate::merge_policy::MergePolicy;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Name of the repeat that holds the attestations of a record; defined once, in `blocks.toml`.
pub const ATTESTATIONS: &str = "attestations";

/// A form of one version. Released versions are never edited; a change is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Form {
    /// Also the kind of its records.
    pub name: String,
    /// From 1.
    pub version: u32,
    /// What a person calls it.
    pub title: Label,
    /// What a person would call one record, from its answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<Expression>,
    /// Root fields that say what a record is about, if there is one record per such: its id and its beginning follow from
    /// them. Empty where every record is somebody's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identity: Vec<String>,
    /// Who signs a record; none when nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attestation: Option<Attestation>,
    /// Sections in the order shown.
    pub sections: Vec<Section>,
}

/// Who signs a record of the form (domain §6.11): it is signed when every party agreed to exactly its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FormAttestation")]
pub struct Attestation {
    /// Who has to agree, in the order shown.
    pub parties: Vec<Party>,
    /// Paths that may change without signing again, `phone` or `members/*/phone`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub immaterial: Vec<String>,
}

/// Somebody whose agreement the form asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FormParty")]
pub struct Party {
    /// Stable name.
    pub name: String,
    /// What people call it.
    pub label: Label,
    /// Roles of an attestation that count for it.
    pub roles: Vec<String>,
}

/// Fields that are shown together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Section {
    /// Stable name; not part of a field path.
    pub name: String,
    /// Heading.
    pub title: Label,
    /// Shown only when this is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<Expression>,
    /// Fields in the order shown.
    pub fields: Vec<Field>,
}

impl Form {
    /// `name/version`, as on the wire.
    pub fn id(&self) -> String {
        format!("{}/{}", self.name, self.version)
    }

    /// All root fields.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.sections.iter().flat_map(|section| section.fields.iter())
    }

    /// A root field by name.
    pub fn root_field(&self, name: &str) -> Option<&Field> {
        self.fields().find(|field| field.name == name)
    }

    /// The field of a path, `address` or `members/<element id>/name`.
    pub fn field(&self, path: &str) -> Option<&Field> {
        match FieldPath::parse(path)? {
            FieldPath::Root(name) => self.root_field(name),
            FieldPath::Element { repeat, field, .. } => self.repeat(repeat)?.element_field(field),
        }
    }

    /// A repeat by name.
    pub fn repeat(&self, name: &str) -> Option<&Field> {
        self.root_field(name).filter(|field| field.field_type == FieldType::Repeat)
    }

    /// Names of the repeats: the map containers a record's root change must create, all of them.
    pub fn containers(&self) -> Vec<&str> {
        self.fields()
            .filter(|field| field.field_type == FieldType::Repeat)
            .map(|field| field.name.as_str())
            .collect()
    }

    /// Those of the repeats whose elements are written once.
    pub fn immutable_containers(&self) -> Vec<&str> {
        self.fields().filter(|field| field.immutable).map(|field| field.name.as_str()).collect()
    }

    /// Links to other records: field name and kind, for root fields of type `record_ref`.
    pub fn links(&self) -> Vec<(&str, &str)> {
        self.fields()
            .filter(|field| field.field_type == FieldType::RecordRef)
            .filter_map(|field| Some((field.name.as_str(), field.target.as_deref()?)))
            .collect()
    }

    /// Paths that hold money, elements written as `members/*/name`.
    pub fn money_paths(&self) -> Vec<String> {
        self.paths(|field| field.field_type == FieldType::Money)
    }

    /// Policy of a path; fields this version does not know merge silently, as nobody could be asked.
    pub fn merge_policy(&self, path: &str) -> MergePolicy {
        self.field(path).map_or(MergePolicy::Latest, |field| field.merge)
    }

    /// Paths that ask, elements written as `members/*/name`.
    pub fn ask_paths(&self) -> Vec<String> {
        self.paths(|field| field.merge == MergePolicy::Ask)
    }

    fn paths(&self, wanted: impl Fn(&Field) -> bool) -> Vec<String> {
        let mut paths = Vec::new();
        for field in self.fields() {
            if wanted(field) {
                paths.push(field.name.clone());
            }
            let inner = field.fields.iter().filter(|inner| wanted(inner));
            paths.extend(inner.map(|inner| format!("{}/*/{}", field.name, inner.name)));
        }
        paths
    }
}
