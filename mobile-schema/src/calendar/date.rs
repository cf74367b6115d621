//! One day.

use super::{DAY_MILLIS, Month, NotADate, SHANGHAI_OFFSET_MILLIS, days_in_month, digits};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A real day of the years 0001 to 9999; ordered by time; as text `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// First day there is.
    pub const MIN: Self = Self { year: 1, month: 1, day: 1 };
    /// Last day there is.
    pub const MAX: Self = Self { year: 9999, month: 12, day: 31 };

    /// A day by its parts, if it is real.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let real = (1..=9999).contains(&year) && day >= 1 && day <= days_in_month(year, month);
        real.then_some(Self { year, month, day })
    }

    /// Reads exactly `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 10 || !text.is_ascii() || &text[4..5] != "-" || &text[7..8] != "-" {
            return None;
        }
        let part = |range| digits(&text[range]);
        let (month, day) = (part(5..7)?, part(8..10)?);
        Self::new(part(0..4)?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// Year, 1 to 9999.
    pub fn year(self) -> u16 {
        self.year
    }

    /// Month of the year, 1 to 12.
    pub fn month_number(self) -> u8 {
        self.month
    }

    /// Day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// The month it lies in.
    pub fn month(self) -> Month {
        Month::of(self)
    }

    /// Days since 1970-01-01, negative before (days-from-civil, H. Hinnant).
    pub fn days_since_epoch(self) -> i64 {
        let shifted = i64::from(self.year) - i64::from(self.month <= 2);
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let month_from_march = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The day that many days after 1970-01-01, if it is within the years 0001 to 9999.
    pub fn from_days_since_epoch(days: i64) -> Option<Self> {
        if !(Self::MIN.days_since_epoch()..=Self::MAX.days_since_epoch()).contains(&days) {
            return None;
        }
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// The day of an instant (milliseconds since 1970, UTC) in Asia/Shanghai; clamped to the years there are.
    pub fn from_epoch_millis_shanghai(millis: i64) -> Self {
        let days = millis.saturating_add(SHANGHAI_OFFSET_MILLIS).div_euclid(DAY_MILLIS);
        let clamped = days.clamp(Self::MIN.days_since_epoch(), Self::MAX.days_since_epoch());
        Self::from_days_since_epoch(clamped).unwrap_or(Self::MAX)
    }

    /// The instant at which the day begins in Asia/Shanghai, in milliseconds since 1970 (UTC).
    pub fn start_millis_shanghai(self) -> i64 {
        self.days_since_epoch() * DAY_MILLIS - SHANGHAI_OFFSET_MILLIS
    }

    /// The day so many days later (earlier when negative), if it is within the years there are.
    pub fn add_days(self, days: i64) -> Option<Self> {
        Self::from_days_since_epoch(self.days_since_epoch().checked_add(days)?)
    }

    /// Days from `earlier` to this day; negative when `earlier` is later.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.days_since_epoch() - earlier.days_since_epoch()
    }

    /// Completed years from `birth` to this day; negative before birth.
    pub fn years_since(self, birth: Self) -> i32 {
        let before_birthday = (self.month, self.day) < (birth.month, birth.day);
        i32::from(self.year) - i32::from(birth.year) - i32::from(before_birthday)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        Self::parse(text).ok_or(NotADate)
    }
}

impl TryFrom<String> for Date {
    type Error = NotADate;

    fn try_from(text: String) -> Result<Self, NotADate> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_calendar_knows_its_landmarks() {
        assert_eq!(Date::parse("1970-01-01").map(Date::days_since_epoch), Some(0));
        assert_eq!(Date::parse("2000-02-29").map(Date::days_since_epoch), Some(11_016));
        assert_eq!(Date::parse("1900-02-29"), None);
        assert_eq!(Date::parse("2015-12-32"), None);
        assert_eq!(Date::parse("0000-01-01"), None);
        assert_eq!(Date::parse("2015-1-01"), None);
        assert_eq!(Date::parse("+015-01-01"), None);
        assert_eq!(Date::parse("２０１５"), None);
    }

    #[test]
    fn a_day_begins_at_sixteen_hours_utc_of_the_day_before() {
        let begin = 1_450_713_600_000; // 2015-12-21T16:00:00Z
        assert_eq!(Date::from_epoch_millis_shanghai(begin).to_string(), "2015-12-22");
        assert_eq!(Date::from_epoch_millis_shanghai(begin - 1).to_string(), "2015-12-21");
        assert_eq!(Date::parse("2015-12-22").map(Date::start_millis_shanghai), Some(begin));
        assert_eq!(Date::from_epoch_millis_shanghai(i64::MAX), Date::MAX);
        assert_eq!(Date::from_epoch_millis_shanghai(i64::MIN), Date::MIN);
    }

    #[test]
    fn a_person_of_the_29th_of_february_is_older_on_the_1st_of_march() {
        let birth: Date = "2000-02-29".parse().unwrap();
        assert_eq!("2015-02-28".parse::<Date>().unwrap().years_since(birth), 14);
        assert_eq!("2015-03-01".parse::<Date>().unwrap().years_since(birth), 15);
    }

    proptest! {
        #[test]
        fn days_and_dates_are_the_same_thing(days in -719_162_i64..=2_932_896) {
            let date = Date::from_days_since_epoch(days).unwrap();
            prop_assert_eq!(date.days_since_epoch(), days);
            prop_assert_eq!(Date::parse(&date.to_string()), Some(date));
            if let Some(next) = date.add_days(1) {
                prop_assert!(next > date);
                prop_assert_eq!(next.days_since(date), 1);
            }
        }

        #[test]
        fn the_shanghai_day_of_an_instant_contains_it(millis in -60_000_000_000_000_i64..250_000_000_000_000) {
            let start = Date::from_epoch_millis_shanghai(millis).start_millis_shanghai();
            prop_assert!(start <= millis && millis < start + DAY_MILLIS);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,12}") {
            if let Some(date) = Date::parse(&text) {
                prop_assert_eq!(date.to_string(), text);
            }
        }
    }
}
