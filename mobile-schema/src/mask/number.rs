//! Numbers of persons and accounts inside any text.

use std::borrow::Cow;

use crate::calendar::Date;
use crate::codes::check_character;

/// Stands for what is hidden. A value with it in was read from a screen and is never written.
pub const DOTS: &str = "••••";

/// Characters of an identity number, and how many of them are shown.
const LENGTH: usize = 18;
const SHOWN: usize = 4;
/// Fewest digits of a bank account (domain §6.1).
const SHORTEST_ACCOUNT: usize = 12;
/// Nobody alive was born before, and no number has been given out after.
const YEARS: std::ops::RangeInclusive<u32> = 1850..=2100;
/// What people write between the digits.
const BETWEEN: [char; 5] = [' ', '-', '\u{a0}', '\u{3000}', '－'];
/// Lengths of ids and digests in hex: a run of digits in one of them is chance.
const HEX: [usize; 3] = [16, 32, 64];

/// Whether a text came from a masked view.
#[must_use]
pub fn is_masked(text: &str) -> bool {
    text.contains(DOTS)
}

/// The value of a masked field: an identity number or an account by its last four, anything else not at all.
#[must_use]
pub fn number(text: &str) -> String {
    let text = text.trim();
    let is_shown = |rest: &str| rest.is_empty() || (rest.len() == SHOWN && rest.is_ascii());
    if text.strip_prefix(DOTS).is_some_and(is_shown) {
        return text.to_owned();
    }
    let is_account = text.len() >= SHORTEST_ACCOUNT && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = is_identity(text.as_bytes());
    // What has the length of an identity number and is none may be one with a typing error: it is hidden as a whole.
    if is_number || (is_account && text.len() != LENGTH) {
        return format!("{DOTS}{}", &text[text.len() - SHOWN..]);
    }
    DOTS.to_owned()
}

/// A text with every identity number in it masked.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    if !may_hold(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    let letters = Letters::of(text);
    let hidden = letters.hidden();
    if hidden.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for range in hidden {
        // Numbers that overlap are one gap.
        if range.start > from || from == 0 {
            shown.push_str(&text[from..range.start.max(from)]);
            shown.push_str(DOTS);
        }
        from = range.end.max(from);
    }
    shown.push_str(&text[from..]);
    Cow::Owned(shown)
}

/// Whether there are digits enough: one look at each byte, because every answer is looked at. Never misses; wide digits begin
/// with 0xEF, and what else is not ASCII parts nothing.
fn may_hold(bytes: &[u8]) -> bool {
    let mut digits = 0;
    bytes.iter().any(|byte| {
        match byte {
            b'0'..=b'9' | 0xEF => digits += 1,
            b' ' | b'-' | 0x80.. => {}
            _ => digits = 0,
        }
        digits >= LENGTH - 1
    })
}

/// The digits and check characters of a text, as ASCII, with the bytes each takes there.
struct Letters {
    letters: Vec<(u8, std::ops::Range<usize>)>,
    /// Index of the first letter of each run of them.
    runs: Vec<usize>,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut this = Self { letters: Vec::new(), runs: vec![0] };
        // What stood between the last letter and here, if that may stand inside a number.
        let mut gap = 0;
        for (start, letter) in text.char_indices() {
            if let Some(read) = ascii(letter) {
                this.letters.push((read, start..start + letter.len_utf8()));
                gap = 0;
            } else if BETWEEN.contains(&letter) && gap == 0 {
                gap = 1;
            } else {
                this.end_run(text);
                gap = 2;
            }
        }
        this.end_run(text);
        this
    }

    /// A run shorter than a number is forgotten.
    fn end_run(&mut self, text: &str) {
        let began = self.runs.last().copied().unwrap_or(0);
        if self.letters.len() < began + LENGTH || self.is_hex(began, text) {
            self.letters.truncate(began);
        } else {
            self.runs.push(self.letters.len());
        }
    }

    /// Whether a run is part of an id or a digest in hex.
    fn is_hex(&self, began: usize, text: &str) -> bool {
        let (Some(first), Some(last)) = (self.letters.get(began), self.letters.last()) else { return false };
        let is_hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        let (before, after) = (&text.as_bytes()[..first.1.start], &text.as_bytes()[last.1.end..]);
        let left = before.iter().rev().take_while(|byte| is_hex(byte)).count();
        let right = after.iter().take_while(|byte| is_hex(byte)).count();
        let joins = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let whole = text[first.1.start..last.1.end].bytes().all(|byte| byte.is_ascii_digit());
        let cut = joins(before.iter().rev().nth(left)) || joins(after.get(right));
        whole && !cut && left + right > 0 && HEX.contains(&(left + right + last.1.end - first.1.start))
    }

    /// The parts of the text that hide, in order: of every identity number all but the last four.
    fn hidden(&self) -> Vec<std::ops::Range<usize>> {
        let mut hidden = Vec::new();
        for (number, began) in self.runs.iter().enumerate() {
            let end = self.runs.get(number + 1).copied().unwrap_or(self.letters.len());
            let run = &self.letters[*began..end];
            let read: Vec<u8> = run.iter().map(|(letter, _)| *letter).collect();
            for (window, letters) in run.windows(LENGTH).zip(read.windows(LENGTH)) {
                if is_identity(letters) {
                    hidden.push(window[0].1.start..window[LENGTH - SHOWN - 1].1.end);
                }
            }
        }
        hidden
    }
}

/// A digit or check character as ASCII; people with a Chinese keyboard write some of them twice as wide.
fn ascii(letter: char) -> Option<u8> {
    match letter {
        '0'..='9' | 'X' | 'x' => u8::try_from(letter).ok(),
        '０'..='９' => u8::try_from(u32::from(letter) - u32::from('０')).ok().map(|digit| b'0' + digit),
        'Ｘ' | 'ｘ' => Some(b'X'),
        _ => None,
    }
}

/// Whether 18 characters are an identity number of anybody, born at any time.
fn is_identity(letters: &[u8]) -> bool {
    let (Some(body), Some(last)) = (letters.get(..LENGTH - 1), letters.get(LENGTH - 1)) else { return false };
    if letters.len() != LENGTH || !body.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let two = |at: usize| u32::from(body[at] - b'0') * 10 + u32::from(body[at + 1] - b'0');
    let (year, month, day) = (two(6) * 100 + two(8), two(10), two(12));
    YEARS.contains(&year)
        && check_character(body) == last.to_ascii_uppercase()
        && Date::parse(&format!("{year:04}-{month:02}-{day:02}")).is_some()
}

#[cfg(test)]
pub(in crate::mask) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(in crate::mask) const NUMBER: &str = "999999196001020018";

    /// The identity number of a birthday and a serial; the place is none.
    fn made((year, month, day, serial): (u32, u32, u32, u32)) -> String {
        let body = format!("999999{year:04}{month:02}{day:02}{serial:03}");
        let check = char::from(check_character(body.as_bytes()));
        body + &check.to_string()
    }

    pub(in crate::mask) fn numbers() -> impl Strategy<Value = String> {
        (1850_u32..2100, 1_u32..13, 1_u32..29, 0_u32..1000).prop_map(made)
    }

    #[test]
    fn a_number_is_shown_by_its_last_four_and_what_is_none_not_at_all() {
        assert_eq!(number(NUMBER), "••••0018");
        assert_eq!(number("34052419800101001x"), "••••001x");
        assert_eq!(number("6229990001112223334"), "••••3334");
        for hidden in
            ["999999196001020019", "12345", "999999 19600102 0018", "••••999999196001020018", "张三"]
        {
            assert_eq!(number(hidden), DOTS, "{hidden}");
        }
        assert_eq!((number("••••0018"), number(DOTS)), ("••••0018".into(), DOTS.into()));
    }

    #[test]
    fn numbers_in_texts_are_found_however_they_are_written() {
        for (said, shown) in [
            ("身份证999999196001020018，电话13800000000", "身份证••••0018，电话13800000000"),
            ("999999 19600102 0018", "•••• 0018"),
            ("999999-19600102-001 8", "••••-001 8"),
            ("９９９９９９１９６００１０２００１８", "••••００１８"),
            ("id34052419800101001xy", "id••••001xy"),
            // The number of a disability card begins with the identity number.
            ("99999919600102001843", "••••001843"),
            ("(999999196001020018)(999999196001020018)", "(••••0018)(••••0018)"),
        ] {
            assert_eq!(text(said), shown);
            assert!(matches!(text(shown), Cow::Borrowed(_)), "{shown}");
        }
    }

    #[test]
    fn other_numbers_ids_and_digests_stay() {
        let in_hex = |before: &str, length: usize| {
            format!("{before}{NUMBER}{}", "0".repeat(length - 18 - before.len()))
        };
        for said in
            ["999999196001020019", "6229990001112223334", "13800000000 2015-12-22", "500114101003", ""]
        {
            assert!(matches!(text(said), Cow::Borrowed(_)), "{said}");
        }
        for said in [in_hex("ab", 32), in_hex("0f", 64), format!("/records/{}?x", in_hex("c", 32))] {
            assert!(matches!(text(&said), Cow::Borrowed(_)), "{said}");
        }
        // Neither length nor letters of an id: somebody's text.
        assert_eq!(text(&in_hex("ab", 31)), "ab••••001800000000000");
        assert_eq!(text(&in_hex("g", 32)), "g••••00180000000000000");
    }

    proptest! {
        #[test]
        fn no_identity_number_survives_in_any_text(
            parts in prop::collection::vec(("\\PC{0,12}", numbers()), 1..4), end in "\\PC{0,12}", between in "[ \\-]?",
        ) {
            let mut said = String::new();
            for (before, number) in &parts {
                said.push_str(&format!("{before}{}{between}{}", &number[..6], &number[6..]));
            }
            said.push_str(&end);
            let shown = text(&said).into_owned();
            prop_assert!(matches!(text(&shown), Cow::Borrowed(_)), "{said} {shown}");
            for (_, number) in &parts {
                let digits: String = shown.chars().filter(|letter| !BETWEEN.contains(letter)).collect();
                prop_assert!(!digits.contains(number.as_str()), "{said} {shown}");
            }
        }

        #[test]
        fn what_holds_no_number_is_left_as_it_is(said in "[^0-9０-９]{0,40}|\\PC{0,17}") {
            prop_assert!(matches!(text(&said), Cow::Borrowed(_)));
        }

        #[test]
        fn a_masked_field_never_tells_more_than_four_characters(said in "\\PC{0,30}") {
            let shown = number(&said);
            prop_assert!(shown.starts_with(DOTS) && shown.chars().count() <= 8, "{shown}");
            prop_assert_eq!(number(&shown), shown.clone());
        }
    }
}
