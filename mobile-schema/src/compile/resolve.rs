//! Names in an expression to places in the record. Calculated fields are put in as their expressions, so
//! that evaluating a tree needs the answers and nothing else.

use super::regex::is_portable;
use crate::choice::{Choice, ChoiceLists};
use crate::expression::parse::{Syntax, parse};
use crate::expression::{Expression, ExpressionError, Function, MAX_DEPTH, MAX_NODES, Operator};
use crate::field::FieldType;
use crate::source::{ChoicesSource, FieldSource, FormSource};

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The form.
    pub form: &'a FormSource,
    /// The repeat around it, if any.
    pub repeat: Option<&'a FieldSource>,
    /// Shared choice lists, to know which codes a select has.
    pub lists: &'a ChoiceLists,
}

/// What a name stands for.
enum Found<'a> {
    Root(&'a FieldSource),
    Element(&'a FieldSource),
    Elements { repeat: &'a FieldSource, field: Option<&'a FieldSource> },
}

struct Resolver<'a> {
    form: &'a FormSource,
    lists: &'a ChoiceLists,
    /// Calculated fields being put in, to notice circles.
    open: Vec<String>,
}

type Resolved = Result<Expression, ExpressionError>;

/// Parses and resolves one text.
pub fn resolve(text: &str, place: Place<'_>) -> Resolved {
    let syntax = parse(text)?;
    let mut resolver = Resolver { form: place.form, lists: place.lists, open: Vec::new() };
    let expression = resolver.expression(&syntax, place.repeat)?;
    if expression.depth() > MAX_DEPTH {
        return Err(ExpressionError::new(0, format!("deeper than {MAX_DEPTH} levels")));
    }
    if expression.nodes() > MAX_NODES {
        return Err(ExpressionError::new(0, format!("more than {MAX_NODES} parts")));
    }
    Ok(expression)
}

impl<'a> Resolver<'a> {
    fn expression(&mut self, syntax: &Syntax, repeat: Option<&'a FieldSource>) -> Resolved {
        Ok(match syntax {
            Syntax::Text(value) => Expression::Text { value: value.clone() },
            Syntax::Number(value) => Expression::Number { value: *value },
            Syntax::Boolean(value) => Expression::Boolean { value: *value },
            Syntax::This => Expression::This,
            Syntax::Negate(of) => Expression::Negate { of: Box::new(self.expression(of, repeat)?) },
            Syntax::Reference { path, position, filter } => {
                self.reference(path, *position, filter.as_deref(), repeat)?
            }
            Syntax::Binary(operator, left, right) => self.binary(*operator, left, right, repeat)?,
            Syntax::Call { function, position, arguments } => {
                self.call(*function, *position, arguments, repeat)?
            }
        })
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: &Syntax,
        right: &Syntax,
        repeat: Option<&'a FieldSource>,
    ) -> Resolved {
        if matches!(operator, Operator::Equal | Operator::NotEqual) {
            self.check_code(left, right, repeat)?;
        }
        let left = Box::new(self.expression(left, repeat)?);
        let right = Box::new(self.expression(right, repeat)?);
        Ok(Expression::Binary { operator, left, right })
    }

    fn call(
        &mut self,
        function: Function,
        position: usize,
        arguments: &[Syntax],
        repeat: Option<&'a FieldSource>,
    ) -> Resolved {
        if function == Function::Regex {
            let Some(Syntax::Text(pattern)) = arguments.get(1) else {
                return Err(ExpressionError::new(position, "the pattern is written in quotes"));
            };
            is_portable(pattern).map_err(|message| ExpressionError::new(position, message))?;
        }
        if let (Function::Selected, [list, code]) = (function, arguments) {
            self.check_code(list, code, repeat)?;
        }
        let resolved = arguments.iter().map(|argument| self.expression(argument, repeat));
        let arguments = resolved.collect::<Result<Vec<_>, _>>()?;
        for index in function.list_arguments() {
            if !matches!(arguments.get(*index), Some(Expression::Each { .. })) {
                let message = format!("`{}` needs a list such as `${{members/age}}`", function.name());
                return Err(ExpressionError::new(position, message));
            }
        }
        Ok(Expression::Call { function, arguments })
    }

    /// A code compared with a select must be one of its choices.
    fn check_code(
        &self,
        list: &Syntax,
        code: &Syntax,
        repeat: Option<&'a FieldSource>,
    ) -> Result<(), ExpressionError> {
        let (Syntax::Reference { path, position, .. }, Syntax::Text(code)) = (list, code) else {
            return Ok(());
        };
        let field = match self.find(path, *position, repeat)? {
            Found::Root(field) | Found::Element(field) | Found::Elements { field: Some(field), .. } => field,
            Found::Elements { field: None, .. } => return Ok(()),
        };
        let choices: Vec<Choice> = match &field.choices {
            None => return Ok(()),
            Some(ChoicesSource::Inline(lines)) => lines.iter().cloned().map(Choice::from).collect(),
            Some(ChoicesSource::Shared(name)) => self.lists.get(name).unwrap_or_default(),
        };
        if code.is_empty() || choices.iter().any(|choice| choice.code == *code) {
            return Ok(());
        }
        Err(ExpressionError::new(*position, format!("`{code}` is not a choice of `{path}`")))
    }

    fn find(
        &self,
        path: &str,
        position: usize,
        repeat: Option<&'a FieldSource>,
    ) -> Result<Found<'a>, ExpressionError> {
        let unknown = || ExpressionError::new(position, format!("there is no field `{path}`"));
        if let Some((name, inner)) = path.split_once('/') {
            let repeat = self.form.root_field(name).filter(|f| f.field_type == FieldType::Repeat);
            let repeat = repeat.ok_or_else(unknown)?;
            let field = Some(repeat.fields.iter().find(|field| field.name == inner).ok_or_else(unknown)?);
            return Ok(Found::Elements { repeat, field });
        }
        if let Some(field) = repeat.and_then(|repeat| repeat.fields.iter().find(|field| field.name == path)) {
            return Ok(Found::Element(field));
        }
        let field = self.form.root_field(path).ok_or_else(unknown)?;
        Ok(match field.field_type {
            FieldType::Repeat => Found::Elements { repeat: field, field: None },
            _ => Found::Root(field),
        })
    }

    fn reference(
        &mut self,
        path: &str,
        position: usize,
        filter: Option<&Syntax>,
        repeat: Option<&'a FieldSource>,
    ) -> Resolved {
        let found = self.find(path, position, repeat)?;
        if filter.is_some() && !matches!(found, Found::Elements { .. }) {
            return Err(ExpressionError::new(position, "only a repeat can be filtered with `[…]`"));
        }
        match found {
            Found::Root(field) => self.field(field, None, position),
            Found::Element(field) => self.field(field, repeat, position),
            Found::Elements { repeat, field } => {
                let value = field.map(|field| self.field(field, Some(repeat), position)).transpose()?;
                let filter = filter.map(|filter| self.expression(filter, Some(repeat))).transpose()?;
                let (value, filter) = (value.map(Box::new), filter.map(Box::new));
                Ok(Expression::Each {
                    repeat: repeat.name.clone(),
                    standing: repeat.immutable,
                    value,
                    filter,
                })
            }
        }
    }

    /// A field's stored value, or what computes it.
    fn field(
        &mut self,
        field: &'a FieldSource,
        repeat: Option<&'a FieldSource>,
        position: usize,
    ) -> Resolved {
        let Some(calculate) = &field.calculate else {
            let name = field.name.clone();
            return Ok(if repeat.is_some() {
                Expression::Element { name }
            } else {
                Expression::Root { name }
            });
        };
        let full = format!("{}/{}", repeat.map_or("", |repeat| &repeat.name), field.name);
        if self.open.contains(&full) {
            return Err(ExpressionError::new(position, format!("`{}` is computed from itself", field.name)));
        }
        self.open.push(full);
        let inlined = parse(calculate).and_then(|syntax| self.expression(&syntax, repeat));
        self.open.pop();
        let inlined = inlined
            .map_err(|error| ExpressionError::new(position, format!("in `{}`: {error}", field.name)))?;
        if inlined.nodes() > MAX_NODES {
            return Err(ExpressionError::new(position, format!("more than {MAX_NODES} parts")));
        }
        Ok(inlined)
    }
}
