//! Days and months of the Gregorian calendar as the register uses them: text `YYYY-MM-DD` and `YYYY-MM`
//! in Asia/Shanghai (UTC+8 all year, domain §0.4). Own arithmetic, because it is small, total and the
//! same in both languages.

mod date;
mod month;

pub use date::Date;
pub use month::Month;

/// Milliseconds of a day.
pub const DAY_MILLIS: i64 = 86_400_000;

/// Asia/Shanghai is eight hours ahead of UTC.
pub const SHANGHAI_OFFSET_MILLIS: i64 = 8 * 3_600_000;

/// Not a real day or month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a real date")]
pub struct NotADate;

/// Days of a month; 0 for a month that does not exist.
pub fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Whether a year has 366 days.
pub fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// The number made of ASCII digits only.
fn digits(text: &str) -> Option<u16> {
    let all_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if all_digits { text.parse().ok() } else { None }
}
