//! Numbers that carry a check or a structure: citizen identity numbers (GB 11643-1999, domain §7.4), area
//! codes (domain §7.1), telephone numbers. Code lists are data, in `forms/choices.toml`.

use crate::api::area::AreaLevel;
use crate::calendar::Date;

/// Oldest age that is believed, in years (domain §7.4).
pub const MAX_AGE: i32 = 120;

/// What an identity number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdNumber {
    /// Digits 7 to 14.
    pub birth: Date,
    /// GB/T 2261.1: 1 male, 2 female, from the 17th digit.
    pub sex: u8,
}

/// Why a text is not an identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdNumberFault {
    /// Not 17 digits and a digit or X; old 15-digit numbers are refused too.
    #[error("not 18 characters")]
    Shape,
    /// Digits 7 to 14 are not a real day, lie in the future or more than 120 years back.
    #[error("not a possible birth date")]
    Birth,
    /// The last character does not fit the others.
    #[error("wrong check character")]
    Check,
}

/// Reads an identity number; a lower-case x is accepted.
///
/// # Errors
/// The first fault in the order shape, birth, check.
pub fn id_number(text: &str, today: Date) -> Result<IdNumber, IdNumberFault> {
    let bytes = text.as_bytes();
    let (Some(body), Some(last)) = (bytes.get(..17), bytes.get(17)) else { return Err(IdNumberFault::Shape) };
    let well_formed = bytes.len() == 18
        && body.iter().all(u8::is_ascii_digit)
        && (last.is_ascii_digit() || last.eq_ignore_ascii_case(&b'x'));
    if !well_formed {
        return Err(IdNumberFault::Shape);
    }
    let written = format!("{}-{}-{}", &text[6..10], &text[10..12], &text[12..14]);
    let birth = Date::parse(&written).ok_or(IdNumberFault::Birth)?;
    if birth > today || today.years_since(birth) > MAX_AGE {
        return Err(IdNumberFault::Birth);
    }
    if check_character(body) != last.to_ascii_uppercase() {
        return Err(IdNumberFault::Check);
    }
    Ok(IdNumber { birth, sex: if (body[16] - b'0') % 2 == 1 { 1 } else { 2 } })
}

/// The form in which a number is stored: upper case.
pub fn normalise_id_number(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}

/// The check character of the first 17 digits.
pub fn check_character(body: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHARACTERS: &[u8; 11] = b"10X98765432";
    let sum: u32 =
        body.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight).sum();
    CHARACTERS[(sum % 11) as usize]
}

/// Level of a 12-digit area code, by its trailing zeros; none when it is not 12 digits.
pub fn area_level(code: &str) -> Option<AreaLevel> {
    if code.len() != 12 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(match (&code[6..9], &code[9..12]) {
        ("000", "000") => AreaLevel::District,
        (_, "000") => AreaLevel::Township,
        _ => AreaLevel::Village,
    })
}

/// Whether a text is a mobile number (11 digits) or a landline number with its area code.
pub fn is_phone(text: &str) -> bool {
    let digits = text.replacen('-', "", 1);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let bytes = digits.as_bytes();
    let mobile =
        text.len() == 11 && bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]);
    let dash = text.find('-');
    let landline = bytes[0] == b'0' && (10..=12).contains(&bytes.len()) && matches!(dash, None | Some(3 | 4));
    mobile || landline
}

/// Whether a text is `HH:MM` of a day.
pub fn is_time(text: &str) -> bool {
    let Some((hours, minutes)) = text.split_once(':') else { return false };
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    two_digits(hours) && two_digits(minutes) && hours < "24" && minutes < "60"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<(String, u8), IdNumberFault> {
        let today = Date::parse("2015-12-22").unwrap();
        id_number(text, today).map(|id| (id.birth.to_string(), id.sex))
    }

    #[test]
    fn numbers_of_the_standard_are_read() {
        assert_eq!(read("11010519491231002X"), Ok(("1949-12-31".into(), 2)));
        assert_eq!(read("11010519491231002x"), Ok(("1949-12-31".into(), 2)));
        assert_eq!(read("440524188001010014"), Err(IdNumberFault::Birth));
        assert_eq!(read("34052419800101001X"), Ok(("1980-01-01".into(), 1)));
        assert_eq!(read("999999190001010015"), Ok(("1900-01-01".into(), 1)));
        assert_eq!(read("110105194912310021"), Err(IdNumberFault::Check));
        assert_eq!(read("110105194913310029"), Err(IdNumberFault::Birth));
        assert_eq!(read("110105491231002"), Err(IdNumberFault::Shape));
    }

    #[test]
    fn phones_are_mobile_or_landline() {
        for good in ["13800000000", "023-79222222", "02379222222", "0996-1234567"] {
            assert!(is_phone(good), "{good}");
        }
        for bad in ["", "12800000000", "138-00000000", "79222222", "0-2379222222", "电话"] {
            assert!(!is_phone(bad), "{bad}");
        }
    }

    #[test]
    fn area_codes_have_three_levels() {
        assert_eq!(area_level("500114000000"), Some(AreaLevel::District));
        assert_eq!(area_level("500114105000"), Some(AreaLevel::Township));
        assert_eq!(area_level("500114105201"), Some(AreaLevel::Village));
        assert_eq!(area_level("50011410520"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in "\\PC{0,20}") {
            let _ = (read(&text), is_phone(&text), is_time(&text), area_level(&text));
        }

        #[test]
        fn changing_one_digit_is_noticed(place in 0_usize..17, by in 1_u8..10) {
            let mut bytes = *b"999999190001010015";
            bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
            prop_assert!(check_character(&bytes[..17]) != bytes[17]);
        }
    }
}
