//! Text to tokens, each with where it began.

use super::ExpressionError;
use std::iter::Peekable;
use std::str::Chars;

/// Longest expression an author may write, in characters.
pub const MAX_LENGTH: usize = 4_000;

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    /// `1`, `1.5`
    Number(f64),
    /// `'a'` or `"a"`
    Text(String),
    /// `${a/b}`, without the braces
    Reference(String),
    /// A function's name, or `and or div mod`
    Name(String),
    /// Anything else, as written
    Symbol(&'static str),
}

/// A token and its character offset.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// Offset.
    pub position: usize,
    /// Token.
    pub token: Token,
}

struct Lexer<'a> {
    chars: Peekable<Chars<'a>>,
    position: usize,
}

/// All tokens of a text.
pub fn lex(text: &str) -> Result<Vec<Located>, ExpressionError> {
    if text.chars().count() > MAX_LENGTH {
        return Err(ExpressionError::new(MAX_LENGTH, "the expression is too long"));
    }
    let mut lexer = Lexer { chars: text.chars().peekable(), position: 0 };
    let mut tokens = Vec::new();
    while let Some(first) = lexer.skip_space() {
        let position = lexer.position;
        let token = lexer.token(first)?;
        tokens.push(Located { position, token });
    }
    Ok(tokens)
}

impl Lexer<'_> {
    fn skip_space(&mut self) -> Option<char> {
        while self.chars.peek().is_some_and(|c| c.is_whitespace()) {
            self.take();
        }
        self.chars.peek().copied()
    }

    fn take(&mut self) -> Option<char> {
        let taken = self.chars.next();
        self.position += usize::from(taken.is_some());
        taken
    }

    fn token(&mut self, first: char) -> Result<Token, ExpressionError> {
        match first {
            '0'..='9' => self.number(),
            '\'' | '"' => self.text(first),
            '$' => self.reference(),
            'a'..='z' | 'A'..='Z' => Ok(Token::Name(self.run(|c| c.is_ascii_alphanumeric() || c == '-'))),
            _ => self.symbol(first),
        }
    }

    fn run(&mut self, keep: fn(char) -> bool) -> String {
        let mut run = String::new();
        while let Some(&c) = self.chars.peek() {
            if !keep(c) {
                break;
            }
            run.push(c);
            self.take();
        }
        run
    }

    fn number(&mut self) -> Result<Token, ExpressionError> {
        let position = self.position;
        let digits = self.run(|c| c.is_ascii_digit() || c == '.');
        match digits.parse() {
            Ok(number) if digits.bytes().filter(|b| *b == b'.').count() <= 1 => Ok(Token::Number(number)),
            _ => Err(ExpressionError::new(position, format!("`{digits}` is not a number"))),
        }
    }

    fn text(&mut self, quote: char) -> Result<Token, ExpressionError> {
        let position = self.position;
        self.take();
        let mut text = String::new();
        loop {
            match self.take() {
                None => return Err(ExpressionError::new(position, "the text has no closing quote")),
                Some(c) if c == quote => return Ok(Token::Text(text)),
                Some(c) => text.push(c),
            }
        }
    }

    fn reference(&mut self) -> Result<Token, ExpressionError> {
        let position = self.position;
        self.take();
        if self.take() != Some('{') {
            return Err(ExpressionError::new(position, "`$` must be followed by `{name}`"));
        }
        let name = self.run(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '/');
        if name.is_empty() || self.take() != Some('}') {
            return Err(ExpressionError::new(position, "a reference is written `${name}`"));
        }
        Ok(Token::Reference(name))
    }

    fn symbol(&mut self, first: char) -> Result<Token, ExpressionError> {
        let position = self.position;
        self.take();
        let followed = self.chars.peek() == Some(&'=');
        let symbol = match (first, followed) {
            ('!', true) => "!=",
            ('<', true) => "<=",
            ('>', true) => ">=",
            ('<', false) => "<",
            ('>', false) => ">",
            ('=', _) => "=",
            ('+', _) => "+",
            ('-', _) => "-",
            ('*', _) => "*",
            ('(', _) => "(",
            (')', _) => ")",
            ('[', _) => "[",
            (']', _) => "]",
            (',', _) => ",",
            ('.', _) => ".",
            _ => return Err(ExpressionError::new(position, format!("`{first}` is not understood"))),
        };
        if symbol.len() == 2 {
            self.take();
        }
        Ok(Token::Symbol(symbol))
    }
}
