//! The time of a line: RFC 3339, in UTC, with microseconds.

use std::time::{SystemTime, UNIX_EPOCH};

/// The last second that has a year of four digits.
const LAST: u64 = 253_402_300_799;
const SECONDS_OF_DAY: u64 = 86_400;

/// Writes times. Date and second are written only where the second is another than that of the time before.
pub(super) struct Clock {
    second: u64,
    text: [u8; 27],
}

impl Clock {
    pub(super) const fn new() -> Self {
        Self {
            second: 0,
            text: *b"1970-01-01T00:00:00.000000Z",
        }
    }

    /// The text of a time. A clock that stands before 1970 is taken for one that was never set, and shows its begin.
    pub(super) fn at(&mut self, time: SystemTime) -> &[u8] {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let second = since.as_secs().min(LAST);
        if second != self.second {
            self.second = second;
            self.write_second();
        }
        write(&mut self.text[20..26], since.subsec_micros().into());
        &self.text
    }

    fn write_second(&mut self) {
        let (year, month, day) = date(self.second / SECONDS_OF_DAY);
        let of_day = self.second % SECONDS_OF_DAY;
        write(&mut self.text[0..4], year);
        write(&mut self.text[5..7], month);
        write(&mut self.text[8..10], day);
        write(&mut self.text[11..13], of_day / 3600);
        write(&mut self.text[14..16], of_day / 60 % 60);
        write(&mut self.text[17..19], of_day % 60);
    }
}

/// Fills a place with the last digits of a number.
fn write(place: &mut [u8], mut number: u64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Year, month and day of the day so many days after the first of 1970.
///
/// Years are counted from March on, so that the day of a leap year is the last; 400 of them always have the same length.
fn date(days: u64) -> (u64, u64, u64) {
    const FOUR_CENTURIES: u64 = 146_097;
    let days = days + 719_468;
    let (cycle, day) = (days / FOUR_CENTURIES, days % FOUR_CENTURIES);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Five months from March, and from August, have 153 days.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = 400 * cycle + year;
    if month < 10 {
        (year, month + 3, day)
    } else {
        (year + 1, month - 9, day)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn text(clock: &mut Clock, second: u64, nanosecond: u32) -> String {
        let time = UNIX_EPOCH + Duration::new(second, nanosecond);
        String::from_utf8(clock.at(time).to_vec()).unwrap()
    }

    #[test]
    fn times_are_written_as_rfc_3339() {
        let clock = &mut Clock::new();
        for (second, nanosecond, expected) in [
            (0, 0, "1970-01-01T00:00:00.000000Z"),
            (0, 999, "1970-01-01T00:00:00.000000Z"),
            (951_782_399, 999_999_999, "2000-02-28T23:59:59.999999Z"),
            (951_782_400, 1_000, "2000-02-29T00:00:00.000001Z"),
            (951_868_800, 0, "2000-03-01T00:00:00.000000Z"),
            (1_709_210_096, 120_000_000, "2024-02-29T12:34:56.120000Z"),
            (1_735_689_599, 0, "2024-12-31T23:59:59.000000Z"),
            (4_107_542_400, 0, "2100-03-01T00:00:00.000000Z"),
            (LAST, 0, "9999-12-31T23:59:59.000000Z"),
            (LAST + 1, 0, "9999-12-31T23:59:59.000000Z"),
        ] {
            assert_eq!(text(clock, second, nanosecond), expected);
        }
        let unset = UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(clock.at(unset), b"1970-01-01T00:00:00.000000Z");
    }

    /// Every day until 2400: each is the next of the day before, by the lengths of months.
    #[test]
    fn days_follow_one_another() {
        let mut expected = (1970, 1, 1);
        for days in 0..157_000 {
            assert_eq!(date(days), expected);
            let (year, month, day) = expected;
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 => 28 + u64::from(is_leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            expected = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (_, day) if day == length => (year, month + 1, 1),
                _ => (year, month, day + 1),
            };
        }
    }

    /// The second is remembered: going back and forth must not show the one before.
    #[test]
    fn a_clock_may_be_set_back() {
        let clock = &mut Clock::new();
        let noon = text(clock, 43_200, 5_000);
        assert_ne!(text(clock, 43_199, 5_000), noon);
        assert_eq!(text(clock, 43_200, 5_000), noon);
    }
}
