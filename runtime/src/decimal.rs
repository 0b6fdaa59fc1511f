//! Numbers as they are written.

/// A number as JSON (RFC 8259 §6) or Rust writes it, taken apart and not computed: no digit is lost. Its sign does not count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decimal<'a> {
    pub(crate) whole: &'a str,
    pub(crate) fraction: &'a str,
    pub(crate) exponent: i64,
}

impl<'a> Decimal<'a> {
    pub(crate) fn of(number: &'a str) -> Self {
        let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let mantissa = mantissa.trim_start_matches('-');
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        // One that is too large to be read is larger than any number of digits.
        let exponent = exponent
            .parse::<i64>()
            .unwrap_or(if exponent.starts_with('-') {
                i64::MIN
            } else {
                i64::MAX
            });
        Self {
            whole,
            fraction,
            exponent,
        }
    }

    /// The digits on both sides of the point.
    pub(crate) fn digits(self) -> impl DoubleEndedIterator<Item = u8> + 'a {
        self.whole.bytes().chain(self.fraction.bytes())
    }

    /// Whether the number is whole, however it is written: `10`, `1.0` and `1e3` are (JSON Schema 2020-12 §6.1.1 of
    /// validation).
    pub(crate) fn is_whole(self) -> bool {
        let zeros = self
            .digits()
            .rev()
            .take_while(|digit| *digit == b'0')
            .count();
        zeros == self.whole.len() + self.fraction.len()
            || self.exponent.saturating_add(signed(zeros)) >= signed(self.fraction.len())
    }
}

/// A count of digits, to be added to an exponent.
pub(crate) fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_however_it_is_written() {
        let is_whole = |number: &str| Decimal::of(number).is_whole();
        for whole in [
            "0",
            "-0",
            "0.0",
            "-0.00",
            "0e9",
            "7",
            "-12",
            "1.0",
            "1.50e1",
            "1e3",
            "100e-2",
            "1E+2",
            "123456789012345678901234567890",
            "1e99999999999999999999",
            "0e-99999999999999999999",
        ] {
            assert!(is_whole(whole), "{whole}");
        }
        for broken in [
            "0.5",
            "-1.01",
            "1e-1",
            "150e-2",
            "1.25e1",
            "1e-99999999999999999999",
        ] {
            assert!(!is_whole(broken), "{broken}");
        }
    }
}
