//! One month, the period every duty and income figure is about.

use super::{Date, NotADate, days_in_month, digits};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A month of the years 0001 to 9999; ordered by time; as text `YYYY-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    year: u16,
    month: u8,
}

impl Month {
    /// A month by its parts, if it exists.
    pub fn new(year: u16, month: u8) -> Option<Self> {
        let real = (1..=9999).contains(&year) && (1..=12).contains(&month);
        real.then_some(Self { year, month })
    }

    /// Reads exactly `YYYY-MM`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 7 || !text.is_ascii() || &text[4..5] != "-" {
            return None;
        }
        Self::new(digits(&text[0..4])?, u8::try_from(digits(&text[5..7])?).ok()?)
    }

    /// The month of a day.
    pub fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month_number() }
    }

    /// Year, 1 to 9999.
    pub fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    pub fn number(self) -> u8 {
        self.month
    }

    /// How many days it has.
    pub fn days(self) -> u8 {
        days_in_month(self.year, self.month)
    }

    /// Its first day.
    pub fn first(self) -> Date {
        Date::new(self.year, self.month, 1).unwrap_or(Date::MIN)
    }

    /// Its last day.
    pub fn last(self) -> Date {
        Date::new(self.year, self.month, self.days()).unwrap_or(Date::MAX)
    }

    /// Whether a day lies in it.
    pub fn contains(self, date: Date) -> bool {
        Self::of(date) == self
    }

    /// The month before, if there is one.
    pub fn previous(self) -> Option<Self> {
        if self.month > 1 {
            Self::new(self.year, self.month - 1)
        } else {
            Self::new(self.year.checked_sub(1)?, 12)
        }
    }

    /// The month after, if there is one.
    pub fn next(self) -> Option<Self> {
        if self.month < 12 { Self::new(self.year, self.month + 1) } else { Self::new(self.year + 1, 1) }
    }

    /// The month of an instant (milliseconds since 1970, UTC) in Asia/Shanghai.
    pub fn from_epoch_millis_shanghai(millis: i64) -> Self {
        Self::of(Date::from_epoch_millis_shanghai(millis))
    }

    /// The instant at which it begins in Asia/Shanghai, in milliseconds since 1970 (UTC).
    pub fn start_millis_shanghai(self) -> i64 {
        self.first().start_millis_shanghai()
    }

    /// The first instant after it.
    pub fn end_millis_shanghai(self) -> i64 {
        self.last().start_millis_shanghai() + super::DAY_MILLIS
    }

    /// Whether the month is over at an instant (milliseconds since 1970, UTC).
    pub fn ended_at(self, now_millis: i64) -> bool {
        now_millis >= self.end_millis_shanghai()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        Self::parse(text).ok_or(NotADate)
    }
}

impl TryFrom<String> for Month {
    type Error = NotADate;

    fn try_from(text: String) -> Result<Self, NotADate> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_month_ends_at_midnight_in_shanghai() {
        let december = Month::parse("2015-12").unwrap();
        let end = 1_451_577_600_000; // 2015-12-31T16:00:00Z
        assert_eq!(december.end_millis_shanghai(), end);
        assert!(!december.ended_at(end - 1));
        assert!(december.ended_at(end));
    }

    #[test]
    fn the_first_month_has_none_before_it_and_the_last_none_after() {
        assert_eq!(Month::parse("0001-01").unwrap().previous(), None);
        assert_eq!(Month::parse("9999-12").unwrap().next(), None);
        assert_eq!(Month::parse("2016-00"), None);
        assert_eq!(Month::parse("2016-13"), None);
    }

    proptest! {
        #[test]
        fn a_month_is_the_days_from_its_first_to_its_last(year in 2_u16..9999, number in 1_u8..=12) {
            let month = Month::new(year, number).unwrap();
            prop_assert_eq!(month.last().days_since(month.first()) + 1, i64::from(month.days()));
            prop_assert!(month.contains(month.first()) && month.contains(month.last()));
            let before = month.previous().unwrap();
            prop_assert_eq!(before.next(), Some(month));
            prop_assert_eq!(before.last().add_days(1), Some(month.first()));
            prop_assert_eq!(before.end_millis_shanghai(), month.start_millis_shanghai());
            prop_assert_eq!(Month::parse(&month.to_string()), Some(month));
            prop_assert_eq!(Month::from_epoch_millis_shanghai(month.end_millis_shanghai() - 1), month);
        }
    }
}
