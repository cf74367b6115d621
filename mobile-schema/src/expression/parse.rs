//! Tokens to a syntax tree. References are still names here; `compile` resolves them.

use super::lex::{Located, Token, lex};
use super::{ExpressionError, Function, Operator};

/// Deepest nesting of brackets an author may write.
const MAX_NESTING: usize = 24;

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Syntax {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// `true()` or `false()`.
    Boolean(bool),
    /// `.`
    This,
    /// `${path}` and its `[filter]`.
    Reference { path: String, position: usize, filter: Option<Box<Syntax>> },
    /// Unary minus.
    Negate(Box<Syntax>),
    /// Two operands.
    Binary(Operator, Box<Syntax>, Box<Syntax>),
    /// A function.
    Call { function: Function, position: usize, arguments: Vec<Syntax> },
}

/// Operators from the loosest to the tightest.
const LEVELS: [&[(&str, Operator)]; 6] = [
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[("=", Operator::Equal), ("!=", Operator::NotEqual)],
    &[
        ("<", Operator::Less),
        ("<=", Operator::LessOrEqual),
        (">", Operator::Greater),
        (">=", Operator::GreaterOrEqual),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("div", Operator::Divide), ("mod", Operator::Modulo)],
];

struct Parser {
    tokens: Vec<Located>,
    next: usize,
    end: usize,
    nesting: usize,
}

/// The syntax tree of a text.
///
/// # Errors
/// With the character offset of the first thing that is wrong.
pub(crate) fn parse(text: &str) -> Result<Syntax, ExpressionError> {
    let mut parser = Parser { tokens: lex(text)?, next: 0, end: text.chars().count(), nesting: 0 };
    let tree = parser.expression()?;
    match parser.tokens.get(parser.next) {
        None => Ok(tree),
        Some(rest) => Err(ExpressionError::new(rest.position, "the expression should end here")),
    }
}

impl Parser {
    fn position(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |located| located.position)
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = matches!(self.tokens.get(self.next), Some(Located { token: Token::Symbol(s), .. }) if *s == symbol);
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), ExpressionError> {
        let position = self.position();
        if self.take_symbol(symbol) {
            return Ok(());
        }
        Err(ExpressionError::new(position, format!("expected `{symbol}`")))
    }

    fn operator(&mut self, level: &[(&str, Operator)]) -> Option<Operator> {
        let text = match &self.tokens.get(self.next)?.token {
            Token::Symbol(symbol) => *symbol,
            Token::Name(name) => name.as_str(),
            _ => return None,
        };
        let found = level.iter().find(|(written, _)| *written == text)?.1;
        self.next += 1;
        Some(found)
    }

    fn expression(&mut self) -> Result<Syntax, ExpressionError> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(ExpressionError::new(self.position(), "nested too deeply"));
        }
        let tree = self.level(&LEVELS);
        self.nesting -= 1;
        tree
    }

    fn level(&mut self, levels: &[&[(&str, Operator)]]) -> Result<Syntax, ExpressionError> {
        let Some((loosest, tighter)) = levels.split_first() else { return self.unary() };
        let mut left = self.level(tighter)?;
        while let Some(operator) = self.operator(loosest) {
            let right = self.level(tighter)?;
            left = Syntax::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Syntax, ExpressionError> {
        if !self.take_symbol("-") {
            return self.primary();
        }
        Ok(match self.primary()? {
            Syntax::Number(number) => Syntax::Number(-number),
            other => Syntax::Negate(Box::new(other)),
        })
    }

    fn primary(&mut self) -> Result<Syntax, ExpressionError> {
        let position = self.position();
        let Some(located) = self.tokens.get(self.next).cloned() else {
            return Err(ExpressionError::new(position, "something is missing here"));
        };
        self.next += 1;
        match located.token {
            Token::Number(number) => Ok(Syntax::Number(number)),
            Token::Text(text) => Ok(Syntax::Text(text)),
            Token::Symbol(".") => Ok(Syntax::This),
            Token::Symbol("(") => {
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Reference(path) => self.reference(path, position),
            Token::Name(name) => self.call(&name, position),
            Token::Symbol(symbol) => Err(ExpressionError::new(position, format!("unexpected `{symbol}`"))),
        }
    }

    fn reference(&mut self, path: String, position: usize) -> Result<Syntax, ExpressionError> {
        let mut filter = None;
        if self.take_symbol("[") {
            filter = Some(Box::new(self.expression()?));
            self.expect("]")?;
        }
        Ok(Syntax::Reference { path, position, filter })
    }

    fn call(&mut self, name: &str, position: usize) -> Result<Syntax, ExpressionError> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        if !self.take_symbol(")") {
            arguments.push(self.expression()?);
            while self.take_symbol(",") {
                arguments.push(self.expression()?);
            }
            self.expect(")")?;
        }
        if let ("true" | "false", true) = (name, arguments.is_empty()) {
            return Ok(Syntax::Boolean(name == "true"));
        }
        let Some(function) = Function::parse(name) else {
            return Err(ExpressionError::new(position, format!("there is no function `{name}`")));
        };
        if !function.arity().contains(&arguments.len()) {
            let message = format!("`{name}` does not take {} arguments", arguments.len());
            return Err(ExpressionError::new(position, message));
        }
        Ok(Syntax::Call { function, position, arguments })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn failure(text: &str) -> (usize, String) {
        let error = parse(text).unwrap_err();
        (error.position, error.message)
    }

    #[test]
    fn an_error_names_the_place() {
        assert_eq!(failure("${a} >"), (6, "something is missing here".into()));
        assert_eq!(failure("${a} ${b}"), (5, "the expression should end here".into()));
        assert_eq!(failure("foo(1)"), (0, "there is no function `foo`".into()));
        assert_eq!(failure("1 + if(1, 2)"), (4, "`if` does not take 2 arguments".into()));
        assert_eq!(failure("'abc"), (0, "the text has no closing quote".into()));
        assert_eq!(failure("1 + ${A}"), (4, "a reference is written `${name}`".into()));
        assert_eq!(failure("(1"), (2, "expected `)`".into()));
        assert_eq!(failure("1 & 2"), (2, "`&` is not understood".into()));
        assert_eq!(failure(&"(".repeat(40)).1, "nested too deeply");
    }

    #[test]
    fn multiplication_binds_tighter_than_addition_and_comparison_than_and() {
        assert_eq!(parse("1 + 2 * 3 = 7 and true()"), parse("((1 + (2 * 3)) = 7) and true()"));
        assert_eq!(parse("1 - 2 - 3"), parse("(1 - 2) - 3"));
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(text in r"[\PC$\{\}()\[\]'.,+*a-f0-9 =<>!-]{0,60}") {
            let _ = parse(&text);
        }
    }
}
