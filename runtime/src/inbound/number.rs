//! Numbers. They go through the gateway as 64-bit floats, which is what JSON can count on (RFC 8259 §6); one that would be
//! another number afterwards is refused.

use serde_json::value::RawValue;

use crate::decimal::{Decimal, signed};

/// No float has more digits than this before its exact value ends.
const MOST_DIGITS: usize = 767;

/// Why a text cannot go on as a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unfit {
    /// It is none, as JSON writes numbers.
    NoNumber,
    /// It is larger than every float.
    TooLarge,
    /// It has more digits than a float keeps, or is too close to zero. This is the nearest float.
    Inexact(f64),
}

/// Reads a number as JSON writes it (RFC 8259 §6).
///
/// # Errors
/// Where it is none, and where it would not arrive as the number it was.
pub(super) fn parse_number(text: &str) -> Result<f64, Unfit> {
    let number = serde_json::from_str::<&RawValue>(text)
        .map(RawValue::get)
        .ok()
        .filter(|json| matches!(json.as_bytes().first(), Some(b'-' | b'0'..=b'9')))
        .ok_or(Unfit::NoNumber)?;
    match number.parse::<f64>() {
        Ok(float) if float.is_infinite() => Err(Unfit::TooLarge),
        Ok(float) if keeps(float, number) => Ok(float),
        Ok(float) => Err(Unfit::Inexact(float)),
        Err(_) => Err(Unfit::NoNumber),
    }
}

/// Whether what is written of `float` is the number that came.
fn keeps(float: f64, number: &str) -> bool {
    let (number, is_whole) = (Magnitude::of(number), Decimal::of(number).is_whole());
    if number == Magnitude::of(&float.to_string()) {
        return true;
    }
    // Many programs write a float with more digits than tell it apart: 0.1 as 0.10000000000000001. A whole number may be
    // an identifier, of which every digit counts.
    let digits = number.digits.len();
    !is_whole
        && digits <= MOST_DIGITS
        && number == Magnitude::of(&format!("{float:.*e}", digits.saturating_sub(1)))
}

/// The magnitude of a number: `0.DIGITS` times ten to the power of `exponent`, without zeros at either end of the digits.
#[derive(Debug, PartialEq)]
struct Magnitude {
    digits: Vec<u8>,
    exponent: i64,
}

impl Magnitude {
    /// Of a number as JSON or `f64` writes it.
    fn of(number: &str) -> Self {
        let decimal = Decimal::of(number);
        let is_zero = |digit: &u8| *digit == b'0';
        let zeros = decimal.digits().take_while(is_zero).count();
        let mut digits: Vec<u8> = decimal.digits().skip(zeros).collect();
        let end = digits.iter().rposition(|digit| !is_zero(digit));
        digits.truncate(end.map_or(0, |last| last + 1));
        let exponent = if digits.is_empty() {
            0
        } else {
            let shift = signed(decimal.whole.len()) - signed(zeros);
            decimal.exponent.saturating_add(shift)
        };
        Self { digits, exponent }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_that_a_float_holds_is_taken_however_it_is_written() {
        for (text, float) in [
            ("0", 0.0),
            ("-0", -0.0),
            ("0e99999999999999999999", 0.0),
            ("0.000", 0.0),
            ("5", 5.0),
            ("5.0", 5.0),
            (" 0.5 ", 0.5),
            ("50e-2", 0.5),
            ("0.1", 0.1),
            ("1E+2", 100.0),
            ("9007199254740992", 9_007_199_254_740_992.0),
            ("1e23", 1e23),
            ("100000000000000000000000", 1e23),
            ("1.7976931348623157e308", f64::MAX),
            ("5e-324", 5e-324),
            ("0.30000000000000004", 0.1 + 0.2),
            // As other programs write 0.1.
            ("0.10000000000000001", 0.1),
            ("0.10000000000000000555", 0.1),
            (
                "0.1000000000000000055511151231257827021181583404541015625",
                0.1,
            ),
        ] {
            assert_eq!(parse_number(text), Ok(float), "{text}");
        }
    }

    #[test]
    fn a_number_that_would_become_another_is_not() {
        for (text, unfit) in [
            ("1E400", Unfit::TooLarge),
            ("-1e99999999999999999999", Unfit::TooLarge),
            ("0.1e-400", Unfit::Inexact(0.0)),
            ("1e-99999999999999999999", Unfit::Inexact(0.0)),
            ("3e-324", Unfit::Inexact(5e-324)),
            ("9007199254740993", Unfit::Inexact(9_007_199_254_740_992.0)),
            // To the digit, this is the float; but it would be written 36028797018963970.
            (
                "36028797018963968",
                Unfit::Inexact(36_028_797_018_963_968.0),
            ),
            (
                "12345678901234567890.123",
                Unfit::Inexact(12_345_678_901_234_567_000.0),
            ),
            ("0.1000000000000000059", Unfit::Inexact(0.1)),
            (
                "3.14159265358979323846",
                Unfit::Inexact(std::f64::consts::PI),
            ),
        ] {
            assert_eq!(parse_number(text), Err(unfit), "{text}");
        }
        let long = format!("0.{}", "3".repeat(100_000));
        assert!(matches!(parse_number(&long), Err(Unfit::Inexact(_))));
        for text in [
            "", "inf", "NaN", "+1", ".5", "5.", "01", "0x1", "1 2", "true", "\"1\"", "[1]",
        ] {
            assert_eq!(parse_number(text), Err(Unfit::NoNumber), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_float_is_taken_as_it_is_written(bits in any::<u64>()) {
            let float = f64::from_bits(bits);
            prop_assume!(float.is_finite());
            for text in [format!("{float}"), format!("{float:e}"), serde_json::to_string(&float).unwrap()] {
                prop_assert_eq!(parse_number(&text).map(f64::to_bits), Ok(bits), "{}", text);
            }
        }

        #[test]
        fn fifteen_digits_are_always_kept(digits in 0_i64..1_000_000_000_000_000, exponent in -290..290) {
            let text = format!("{digits}e{exponent}");
            let float = parse_number(&text).unwrap();
            prop_assert_eq!(Magnitude::of(&float.to_string()), Magnitude::of(&text));
        }
    }
}
