//! A scalar as written, and what it means by the YAML 1.2 core schema.

use super::Span;

/// Text at a leaf of the tree. The text is kept as written, so that `version: 1.0` can be read as `1.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The content: quotes removed, escapes and folding applied.
    pub text: String,
    /// Whether the schema may read the text as something other than text. Quoted and block scalars are not plain.
    pub plain: bool,
    /// Where it is written, quotes included.
    pub span: Span,
}

/// What a scalar means.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolved {
    /// Nothing at all, `~` or `null`.
    Null,
    /// `true` or `false`, and no other word.
    Boolean(bool),
    /// A whole number that fits; larger ones are [`Resolved::Float`].
    Integer(i64),
    /// Any other number, `.inf` and `.nan` included.
    Float(f64),
    /// The text itself.
    Text,
}

impl Scalar {
    /// Reads the scalar by the YAML 1.2 core schema: `on`, `yes` and `y` are text.
    pub fn resolve(&self) -> Resolved {
        if !self.plain {
            return Resolved::Text;
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
            "true" | "True" | "TRUE" => Resolved::Boolean(true),
            "false" | "False" | "FALSE" => Resolved::Boolean(false),
            text => number(text).unwrap_or(Resolved::Text),
        }
    }
}

fn number(text: &str) -> Option<Resolved> {
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Resolved::Float(f64::NAN));
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        let negative = text.starts_with('-');
        return Some(Resolved::Float(if negative {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        }));
    }
    if !is_decimal(unsigned) {
        return None;
    }
    if let Ok(integer) = text.parse() {
        return Some(Resolved::Integer(integer));
    }
    text.parse().ok().map(Resolved::Float)
}

/// Digits of a hexadecimal or octal integer, which the core schema allows no sign.
fn radix(digits: &str, radix: u32) -> Option<Resolved> {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    Some(match i64::from_str_radix(digits, radix) {
        Ok(integer) => Resolved::Integer(integer),
        Err(_) => Resolved::Float(digits.chars().fold(0.0, |value, digit| {
            value * f64::from(radix) + f64::from(digit.to_digit(radix).unwrap_or(0))
        })),
    })
}

/// The core schema's `[0-9]+ ( \. [0-9]* )?` or `\. [0-9]+`, then an exponent. Narrower than Rust's own float
/// syntax, which also takes `inf` and `nan`.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_holds = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent_holds = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    mantissa_holds && exponent_holds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Resolved {
        let scalar = Scalar {
            text: text.to_owned(),
            plain: true,
            span: Span::empty(0),
        };
        scalar.resolve()
    }

    #[test]
    fn words_of_yaml_1_1_are_text() {
        for word in ["on", "off", "yes", "no", "y", "n", "Yes", "tRUE", "nULL"] {
            assert_eq!(plain(word), Resolved::Text, "{word}");
        }
    }

    #[test]
    fn null_and_booleans() {
        for word in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(plain(word), Resolved::Null, "{word}");
        }
        for word in ["true", "True", "TRUE"] {
            assert_eq!(plain(word), Resolved::Boolean(true), "{word}");
        }
        for word in ["false", "False", "FALSE"] {
            assert_eq!(plain(word), Resolved::Boolean(false), "{word}");
        }
    }

    #[test]
    fn integers() {
        for (text, value) in [
            ("0", 0),
            ("-7", -7),
            ("+7", 7),
            ("007", 7),
            ("0o17", 15),
            ("0xFf", 255),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(plain(text), Resolved::Integer(value), "{text}");
        }
    }

    #[test]
    fn floats() {
        for (text, value) in [
            ("1.0", 1.0),
            ("1.", 1.0),
            (".5", 0.5),
            ("-1e3", -1000.0),
            ("12E-1", 1.2),
            (".inf", f64::INFINITY),
            ("-.INF", f64::NEG_INFINITY),
            ("9223372036854775808", 9_223_372_036_854_775_808.0),
            ("0x10000000000000000", 18_446_744_073_709_551_616.0),
        ] {
            assert_eq!(plain(text), Resolved::Float(value), "{text}");
        }
        assert!(matches!(plain(".nan"), Resolved::Float(value) if value.is_nan()));
    }

    #[test]
    fn almost_numbers_are_text() {
        for text in [
            ".", "+", "-", "1_000", "0b1", "0x", "0o8", "-0x1", "1e", "1e+", "e1", "inf", "nan",
            "NaN", "1.2.3", "--1", "+.nan", "1 2", "0X1", "infinity",
        ] {
            assert_eq!(plain(text), Resolved::Text, "{text}");
        }
    }

    #[test]
    fn quoted_is_always_text() {
        let scalar = Scalar {
            text: "1".to_owned(),
            plain: false,
            span: Span::empty(0),
        };
        assert_eq!(scalar.resolve(), Resolved::Text);
    }
}
