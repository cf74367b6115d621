//! Patterns run in two engines (regex-lite and a browser's), so only what both understand alike is
//! allowed: literals, `.`, classes, groups, alternatives, repetition, and the escapes below.

/// Longest pattern, in bytes.
const MAX_PATTERN: usize = 256;

/// Characters that may follow a backslash and mean the same in both engines.
const ESCAPES: &str = "dw.\\/()[]{}+*?|^$";

/// Whether a pattern means the same everywhere.
pub fn is_portable(pattern: &str) -> Result<(), String> {
    if pattern.len() > MAX_PATTERN {
        return Err(format!("a pattern has at most {MAX_PATTERN} bytes"));
    }
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\\' {
            let escaped = characters.next().unwrap_or(' ');
            if !ESCAPES.contains(escaped) {
                return Err(format!("`\\{escaped}` is not portable"));
            }
        }
    }
    if pattern.contains("(?") && pattern.matches("(?").count() != pattern.matches("(?:").count() {
        return Err("only `(?:…)` groups are portable".to_string());
    }
    if ["&&", "--", "~~", "[["].iter().any(|operator| pattern.contains(operator)) {
        return Err("class operators are not portable".to_string());
    }
    regex_lite::Regex::new(&format!("(?s)^(?:{pattern})$")).map(|_| ()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_read_differently_is_refused() {
        for good in ["[0-9]{12,21}", "1[3-9]\\d{9}", "(?:a|b)+", "[\u{4e00}-\u{9fff}·]+"] {
            assert_eq!(is_portable(good), Ok(()), "{good}");
        }
        for bad in ["\\s", "(?i)a", "(?<=a)b", "a{2", "[a--b]", "(a", "\\"] {
            assert!(is_portable(bad).is_err(), "{bad}");
        }
    }
}
