//! Author's text to compiled form. Everything that can be wrong in a form is found here, with the field
//! it is in, so that evaluation and checking never have to say it.

mod attestation;
mod regex;
mod resolve;

use crate::block::Shared;
use crate::choice::{Choice, ChoiceLists};
use crate::expression::Expression;
use crate::field::{Constraint, Field, FieldType, Severity};
use crate::form::{Form, Section};
use crate::lines::SUPERSEDES;
use crate::merge_policy::MergePolicy;
use crate::source::{ChoicesSource, Condition, FieldSource, FormSource, RuleSource, SectionSource};
use resolve::{Place, resolve};
use std::collections::BTreeSet;

/// What is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {message}")]
pub struct CompileError {
    /// Where: `form`, a section's or field's path, and the property.
    pub at: String,
    /// What.
    pub message: String,
}

impl CompileError {
    pub(crate) fn new(at: impl Into<String>, message: impl Into<String>) -> Self {
        Self { at: at.into(), message: message.into() }
    }
}

/// Names no field may have, because records use them (`deleted_at` marks a removed element).
const RESERVED: [&str; 2] = [crate::answer::DELETED_AT, "id"];

/// Compiles one form file.
///
/// # Errors
/// The first thing that is wrong, and where.
pub fn compile(text: &str, shared: &Shared) -> Result<Form, CompileError> {
    let source = read(text, shared)?;
    check_names(&source)?;
    check_identity(&source)?;
    let attestation = attestation::attestation(&source)?;
    let compiler = Compiler { source: &source, lists: &shared.lists };
    let headline = compiler.optional(source.headline.as_deref(), None, "headline")?;
    let sections =
        source.sections.iter().map(|section| compiler.section(section)).collect::<Result<_, _>>()?;
    let (name, version, title) = (source.name.clone(), source.version, source.title.clone());
    let identity = source.identity.clone();
    Ok(Form { name, version, title, headline, identity, attestation, sections })
}

fn read(text: &str, shared: &Shared) -> Result<FormSource, CompileError> {
    let mut source: FormSource =
        toml::from_str(text).map_err(|error| CompileError::new("form", error.to_string()))?;
    shared.blocks.put_in(&mut source)?;
    Ok(source)
}

/// Compiles one expression as if it stood in a form, or in one of its repeats.
///
/// # Errors
/// What is wrong with the form's text, the repeat's name or the expression.
pub fn compile_expression(
    text: &str,
    form: &str,
    repeat: Option<&str>,
    shared: &Shared,
) -> Result<Expression, CompileError> {
    let source = read(form, shared)?;
    let missing = |name: &str| CompileError::new("repeat", format!("there is no repeat `{name}`"));
    let repeat = repeat.map(|name| source.root_field(name).ok_or_else(|| missing(name))).transpose()?;
    Compiler { source: &source, lists: &shared.lists }.expression(text, repeat, "expression")
}

/// Two first answers of one line's field would be two truths: a person is asked whatever the form says.
fn merge_policy(field: &FieldSource, repeat: Option<&FieldSource>) -> MergePolicy {
    if repeat.is_some_and(|repeat| repeat.immutable) { MergePolicy::Ask } else { field.merge }
}

fn valid_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= 64
        && bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn check_names(source: &FormSource) -> Result<(), CompileError> {
    if !valid_name(&source.name) || source.version == 0 {
        return Err(CompileError::new("form", "a form has a name like `household` and a version from 1"));
    }
    let sections = source.sections.iter().map(|section| section.name.as_str());
    unique(sections, "sections")?;
    let roots = source.sections.iter().flat_map(|section| &section.fields);
    unique(roots.clone().map(|field| field.name.as_str()), "fields")?;
    for repeat in roots {
        unique(repeat.fields.iter().map(|field| field.name.as_str()), &repeat.name)?;
    }
    Ok(())
}

/// A record's identity is texts that are always there and that people never disagree about.
fn check_identity(source: &FormSource) -> Result<(), CompileError> {
    for name in &source.identity {
        let field = source.root_field(name);
        let is_text = |field: &FieldSource| {
            field.field_type.is_scalar()
                && !field.field_type.is_number()
                && field.field_type != FieldType::Boolean
                && field.merge == MergePolicy::Latest
        };
        let is_asked = |field: &FieldSource| matches!(field.required, Some(Condition::Fixed(true)));
        if !field.is_some_and(|field| is_text(field) && is_asked(field) && field.relevant.is_none()) {
            return Err(CompileError::new(
                "identity",
                format!("`{name}` is not a text that is always required"),
            ));
        }
    }
    unique(source.identity.iter().map(String::as_str), "identity")
}

fn unique<'a>(names: impl Iterator<Item = &'a str>, at: &str) -> Result<(), CompileError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !valid_name(name) || RESERVED.contains(&name) {
            return Err(CompileError::new(at, format!("`{name}` cannot be a name")));
        }
        if !seen.insert(name) {
            return Err(CompileError::new(at, format!("`{name}` appears twice")));
        }
    }
    Ok(())
}

struct Compiler<'a> {
    source: &'a FormSource,
    lists: &'a ChoiceLists,
}

impl Compiler<'_> {
    fn section(&self, section: &SectionSource) -> Result<Section, CompileError> {
        let relevant = self.optional(section.relevant.as_deref(), None, &section.name)?;
        let fields = section.fields.iter().map(|field| self.field(field, None)).collect::<Result<_, _>>()?;
        Ok(Section { name: section.name.clone(), title: section.title.clone(), relevant, fields })
    }

    fn field(&self, field: &FieldSource, repeat: Option<&FieldSource>) -> Result<Field, CompileError> {
        let at = repeat.map_or_else(|| field.name.clone(), |r| format!("{}/{}", r.name, field.name));
        self.shape(field, repeat, &at)?;
        let inner =
            field.fields.iter().map(|inner| self.field(inner, Some(field))).collect::<Result<_, _>>()?;
        Ok(Field {
            name: field.name.clone(),
            field_type: field.field_type,
            label: field.label.clone(),
            hint: field.hint.clone(),
            required: self.condition(field.required.as_ref(), repeat, &at)?,
            relevant: self.optional(field.relevant.as_deref(), repeat, &format!("{at}.relevant"))?,
            constraints: self.constraints(field, repeat, &at)?,
            calculate: self.optional(field.calculate.as_deref(), repeat, &format!("{at}.calculate"))?,
            read_only: field.read_only,
            immutable: field.immutable,
            merge: merge_policy(field, repeat),
            privacy: field.privacy,
            masked: field.masked,
            choices: self.choices(field, &at)?,
            target: field.target.clone(),
            min_length: field.min_length,
            max_length: field.max_length,
            min: field.min,
            max: field.max,
            fields: inner,
        })
    }

    fn shape(&self, field: &FieldSource, repeat: Option<&FieldSource>, at: &str) -> Result<(), CompileError> {
        use FieldType as T;
        let wrong = |message: &str| Err(CompileError::new(at, message));
        let kind = field.field_type;
        if kind == T::Repeat && repeat.is_some() {
            return wrong("a repeat cannot be inside a repeat");
        }
        if (kind == T::Repeat) == field.fields.is_empty() {
            return wrong("a repeat, and only a repeat, has fields");
        }
        if kind.is_select() != field.choices.is_some() {
            return wrong("a select, and only a select, has choices");
        }
        if (kind == T::Calculated) != field.calculate.is_some() {
            return wrong("a calculated field, and only that, has `calculate`");
        }
        if matches!(kind, T::MemberRef | T::RecordRef | T::RecordRefs) != field.target.is_some() {
            return wrong("a reference, and only a reference, has a target");
        }
        if field.masked && kind != T::Text {
            return wrong("only a text can be masked");
        }
        if kind == T::MemberRef && !self.is_repeat(field.target.as_deref()) {
            return wrong("the target of a member reference is a repeat of this form");
        }
        self.lines(field, repeat, at)?;
        if (field.min.is_some() || field.max.is_some()) && !kind.is_number() {
            return wrong("only a number has `min` and `max`");
        }
        let is_text = matches!(kind, T::Text | T::LongText);
        if (field.min_length.is_some() || field.max_length.is_some()) && !is_text {
            return wrong("only a text has `min_length` and `max_length`");
        }
        Ok(())
    }

    /// Immutable is a repeat; where its elements can name the one they correct, the field is of that kind.
    fn lines(&self, field: &FieldSource, repeat: Option<&FieldSource>, at: &str) -> Result<(), CompileError> {
        let wrong = |message: &str| Err(CompileError::new(at, message));
        if field.immutable && field.field_type != FieldType::Repeat {
            return wrong("only a repeat is immutable");
        }
        if field.name != SUPERSEDES {
            return Ok(());
        }
        let lines = repeat.filter(|repeat| repeat.immutable);
        let fits = field.field_type == FieldType::MemberRef
            && lines.is_some_and(|lines| field.target.as_ref() == Some(&lines.name));
        if fits { Ok(()) } else { wrong("`supersedes` is a member reference to its own immutable repeat") }
    }

    fn is_repeat(&self, name: Option<&str>) -> bool {
        let target = name.and_then(|name| self.source.root_field(name));
        target.is_some_and(|field| field.field_type == FieldType::Repeat)
    }

    fn choices(&self, field: &FieldSource, at: &str) -> Result<Vec<Choice>, CompileError> {
        let choices: Vec<Choice> = match &field.choices {
            None => return Ok(Vec::new()),
            Some(ChoicesSource::Inline(lines)) => lines.iter().cloned().map(Choice::from).collect(),
            Some(ChoicesSource::Shared(name)) => {
                let missing = || CompileError::new(at, format!("there is no list `{name}`"));
                self.lists.get(name).ok_or_else(missing)?
            }
        };
        let mut seen = BTreeSet::new();
        for choice in &choices {
            if !Choice::valid_code(&choice.code) || !seen.insert(choice.code.as_str()) {
                return Err(CompileError::new(at, format!("code `{}` is malformed or twice", choice.code)));
            }
        }
        Ok(choices)
    }

    fn condition(
        &self,
        condition: Option<&Condition>,
        repeat: Option<&FieldSource>,
        at: &str,
    ) -> Result<Option<Expression>, CompileError> {
        match condition {
            None | Some(Condition::Fixed(false)) => Ok(None),
            Some(Condition::Fixed(true)) => Ok(Some(Expression::yes())),
            Some(Condition::When(text)) => self.optional(Some(text), repeat, &format!("{at}.required")),
        }
    }

    fn constraints(
        &self,
        field: &FieldSource,
        repeat: Option<&FieldSource>,
        at: &str,
    ) -> Result<Vec<Constraint>, CompileError> {
        let errors = field.constraints.iter().map(|rule| (rule, Severity::Error));
        let warnings = field.warnings.iter().map(|rule| (rule, Severity::Warning));
        errors.chain(warnings).map(|(rule, severity)| self.constraint(rule, severity, repeat, at)).collect()
    }

    fn constraint(
        &self,
        rule: &RuleSource,
        severity: Severity,
        repeat: Option<&FieldSource>,
        at: &str,
    ) -> Result<Constraint, CompileError> {
        let test = self.expression(&rule.test, repeat, &format!("{at}: `{}`", rule.test))?;
        Ok(Constraint { test, message: rule.message.clone(), severity })
    }

    fn optional(
        &self,
        text: Option<&str>,
        repeat: Option<&FieldSource>,
        at: &str,
    ) -> Result<Option<Expression>, CompileError> {
        text.map(|text| self.expression(text, repeat, at)).transpose()
    }

    fn expression(
        &self,
        text: &str,
        repeat: Option<&FieldSource>,
        at: &str,
    ) -> Result<Expression, CompileError> {
        let place = Place { form: self.source, repeat, lists: self.lists };
        resolve(text, place).map_err(|error| CompileError::new(at, error.to_string()))
    }
}
