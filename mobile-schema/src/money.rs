//! Money is integer fen, land is integer hundredths of a mu (domain §0.4): both have two decimals as
//! people write them and none as machines keep them.

/// Reads what a person writes (`12`, `12.5`, `-0.07`) as hundredths. None when it is not a number with
/// at most two decimals, or beyond ±2^53.
pub fn parse_hundredths(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits_only = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let trailing_dot = unsigned.ends_with('.');
    if whole.is_empty() || trailing_dot || decimals.len() > 2 || !digits_only(whole) || !digits_only(decimals)
    {
        return None;
    }
    let hundredths: i64 = format!("{whole}{decimals:0<2}").parse().ok()?;
    (hundredths <= crate::check::MAX_INTEGER).then_some(if negative { -hundredths } else { hundredths })
}

/// Writes hundredths as people read them: `1234` → `12.34`, `1200` → `12`.
pub fn format_hundredths(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let size = hundredths.unsigned_abs();
    match size % 100 {
        0 => format!("{sign}{}", size / 100),
        rest => format!("{sign}{}.{rest:02}", size / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn yuan_are_read_without_floating_point() {
        assert_eq!(parse_hundredths("0.07"), Some(7));
        assert_eq!(parse_hundredths("-12.5"), Some(-1250));
        assert_eq!(parse_hundredths("1.005"), None);
        assert_eq!(parse_hundredths(".5"), None);
        assert_eq!(parse_hundredths("1."), None);
        assert_eq!(parse_hundredths("99999999999999999999"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(fen in -9_007_199_254_740_991_i64..=9_007_199_254_740_991) {
            prop_assert_eq!(parse_hundredths(&format_hundredths(fen)), Some(fen));
        }
    }
}
