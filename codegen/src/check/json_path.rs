//! Paths into a JSON answer: RFC 9535, of which what selects one value, or one value of each item, can be compiled.

use crate::model::Step;

/// What a path selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct JsonPath {
    /// The way to the value; up to the `[*]` where there is one.
    pub(super) steps: Vec<Step>,
    /// The way that follows a `[*]`: of each item.
    pub(super) each: Option<Vec<Step>>,
}

/// Why a path cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PathError {
    /// It is no JSONPath.
    Invalid(String),
    /// It is one, with this in it that is not built.
    Unsupported(&'static str),
}

/// How far from the end an item may be counted: that many are held while an array is read.
const FARTHEST_FROM_END: u64 = 1000;

/// How many steps a path may have.
const LONGEST: usize = 64;

/// RFC 9535 §2.1: the integers that JSON readers agree on.
const LARGEST: u64 = (1 << 53) - 1;

/// Reads a path. `$.` is the root, as `$` is.
pub(super) fn parse(text: &str) -> Result<JsonPath, PathError> {
    if text == "$." {
        return parse("$");
    }
    let mut reader = Reader {
        rest: text.strip_prefix('$').ok_or_else(|| {
            PathError::Invalid("a path starts with `$`, which is the whole answer".to_owned())
        })?,
    };
    let mut path = JsonPath {
        steps: Vec::new(),
        each: None,
    };
    let mut count = 0;
    while let Some(selector) = reader.segment()? {
        count += 1;
        if count > LONGEST {
            return Err(PathError::Unsupported("a path of more than 64 steps"));
        }
        match (selector, &mut path.each) {
            (Selector::Step(step), None) => path.steps.push(step),
            (Selector::Step(step), Some(each)) => each.push(step),
            (Selector::Every, each @ None) => *each = Some(Vec::new()),
            (Selector::Every, Some(_)) => {
                return Err(PathError::Unsupported("a second `[*]` in a path"));
            }
        }
    }
    Ok(path)
}

enum Selector {
    Step(Step),
    Every,
}

struct Reader<'t> {
    rest: &'t str,
}

fn invalid<T>(reason: impl Into<String>) -> Result<T, PathError> {
    Err(PathError::Invalid(reason.into()))
}

impl<'t> Reader<'t> {
    /// RFC 9535 §2.1.1, `B`.
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, text: &str) -> bool {
        let after = self.rest.strip_prefix(text);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    /// The next segment (RFC 9535 §2.5); `None` at the end.
    fn segment(&mut self) -> Result<Option<Selector>, PathError> {
        let before = self.rest;
        self.skip_blanks();
        if self.rest.is_empty() {
            return match before.is_empty() {
                true => Ok(None),
                false => invalid("white space stands at the end"),
            };
        }
        if self.eat("..") {
            return Err(PathError::Unsupported("`..` in a path"));
        }
        if self.eat("[") {
            return self.bracketed().map(Some);
        }
        if !self.eat(".") {
            let hint = match before == self.rest {
                true => "a step is `.name` or `[…]`",
                false => "a name with white space is written as `['…']`",
            };
            return invalid(format!("`{}` is no step: {hint}", self.rest));
        }
        if self.eat("*") {
            return Ok(Some(Selector::Every));
        }
        let name = self.take_while(is_name_character);
        if name.is_empty() {
            return invalid("no name follows the dot");
        }
        let next = self.rest.chars().next();
        if let Some(character) = next.filter(|next| !matches!(next, '.' | '[' | ' ')) {
            return invalid(format!(
                "`{character}` cannot stand in a name after a dot; write such a name as `['…']`"
            ));
        }
        Ok(Some(Selector::Step(Step::Name(name.to_owned()))))
    }

    fn take_while(&mut self, is_part: fn(char) -> bool) -> &'t str {
        let rest = self.rest;
        let end = rest.find(|character| !is_part(character));
        let (taken, rest) = rest.split_at(end.unwrap_or(rest.len()));
        self.rest = rest;
        taken
    }

    /// What stands in brackets (RFC 9535 §2.3).
    fn bracketed(&mut self) -> Result<Selector, PathError> {
        self.skip_blanks();
        let selector = match self.rest.chars().next() {
            Some('*') => {
                self.eat("*");
                Selector::Every
            }
            Some('?') => return Err(PathError::Unsupported("a filter in a path")),
            Some(quote @ ('\'' | '"')) => {
                self.rest = self.rest.get(1..).unwrap_or_default();
                Selector::Step(Step::Name(self.quoted(quote)?))
            }
            Some(':') => return Err(PathError::Unsupported("a slice in a path")),
            Some(digit) if digit.is_ascii_digit() || digit == '-' => self.index()?,
            _ => {
                return invalid("brackets enclose a name in quotes, a position, or `*`");
            }
        };
        self.skip_blanks();
        if self.rest.starts_with(':') {
            return Err(PathError::Unsupported("a slice in a path"));
        }
        if self.rest.starts_with(',') {
            return Err(PathError::Unsupported(
                "several selectors in one pair of brackets",
            ));
        }
        match self.eat("]") {
            true => Ok(selector),
            false => invalid("a bracket is not closed"),
        }
    }

    /// RFC 9535 §2.3.3: an integer without leading zeros; one below zero counts from the end.
    fn index(&mut self) -> Result<Selector, PathError> {
        let from_end = self.eat("-");
        let digits = self.take_while(|character| character.is_ascii_digit());
        let number = digits
            .parse::<u64>()
            .ok()
            .filter(|number| *number <= LARGEST);
        let is_plain = digits == "0" || !digits.starts_with('0');
        let (Some(number), true) = (number, is_plain) else {
            return invalid("a position is a whole number without leading zeros, up to 2^53 - 1");
        };
        if from_end && number == 0 {
            return invalid("`-0` is no position; the last item is `-1`");
        }
        if from_end && number > FARTHEST_FROM_END {
            return Err(PathError::Unsupported(
                "a position farther from the end than 1000",
            ));
        }
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        Ok(Selector::Step(match from_end {
            true => Step::FromEnd(number),
            false => Step::Index(number),
        }))
    }

    /// The rest of a name in quotes (RFC 9535 §2.3.1).
    fn quoted(&mut self, quote: char) -> Result<String, PathError> {
        let mut name = String::new();
        loop {
            let mut characters = self.rest.chars();
            let character = characters.next();
            self.rest = characters.as_str();
            match character {
                None => return invalid("a quote is not closed"),
                Some(character) if character == quote => return Ok(name),
                Some('\\') => name.push(self.escaped(quote)?),
                Some(character) if character < ' ' => {
                    return invalid("a control character in a name is written as an escape");
                }
                Some(character) => name.push(character),
            }
        }
    }

    /// What a backslash stands for.
    fn escaped(&mut self, quote: char) -> Result<char, PathError> {
        let mut characters = self.rest.chars();
        let character = characters.next();
        self.rest = characters.as_str();
        Ok(match character {
            Some('b') => '\u{8}',
            Some('t') => '\t',
            Some('n') => '\n',
            Some('f') => '\u{c}',
            Some('r') => '\r',
            Some(same @ ('/' | '\\')) => same,
            Some(same) if same == quote => same,
            Some('u') => return self.unicode(),
            _ => {
                return invalid("a backslash stands before one of `b t n f r u / \\` or the quote");
            }
        })
    }

    fn unicode(&mut self) -> Result<char, PathError> {
        let Some(first) = self.unit() else {
            return invalid("`\\u` is followed by four hexadecimal digits");
        };
        if let Some(character) = char::from_u32(first) {
            return Ok(character);
        }
        let second = self.eat("\\u").then(|| self.unit()).flatten();
        let pair = second.and_then(|second| {
            let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
            char::decode_utf16(units).next()?.ok()
        });
        pair.map_or_else(|| invalid("half of a surrogate pair is no character"), Ok)
    }

    fn unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        self.rest = rest;
        is_hexadecimal.then(|| u32::from_str_radix(digits, 16).ok())?
    }
}

/// RFC 9535 §2.5.1.1, `name-char`, and `-`, which stands in names of this language and which other readers take.
fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-') || !character.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(steps: &[&str]) -> Vec<Step> {
        steps
            .iter()
            .map(|name| Step::Name((*name).to_owned()))
            .collect()
    }

    #[test]
    fn reads_what_selects_one_value() {
        let steps = |text: &str| parse(text).unwrap().steps;
        assert_eq!(steps("$"), []);
        assert_eq!(steps("$."), []);
        assert_eq!(steps("$.a.b-c.é_1.2fa"), names(&["a", "b-c", "é_1", "2fa"]));
        assert_eq!(steps("$['a b'][\"c'd\"]['']"), names(&["a b", "c'd", ""]));
        assert_eq!(
            steps(r"$['\'\\\n\u00e9\ud83d\ude00\/']"),
            names(&["'\\\né😀/"])
        );
        assert_eq!(
            steps("$ [ 0 ] [-1] .a"),
            [Step::Index(0), Step::FromEnd(1), Step::Name("a".to_owned())]
        );
        assert_eq!(
            steps("$[9007199254740991]"),
            [Step::Index(9_007_199_254_740_991)]
        );
    }

    #[test]
    fn reads_one_value_of_each_item() {
        for text in ["$.a[*].b.c", "$['a'].*['b'].c", "$.a[ * ].b.c"] {
            let path = parse(text).unwrap();
            assert_eq!(
                (path.steps, path.each),
                (names(&["a"]), Some(names(&["b", "c"]))),
                "{text}"
            );
        }
        assert_eq!(parse("$[*]").unwrap().each, Some(Vec::new()));
    }

    #[test]
    fn says_what_is_no_path_and_what_is_not_built() {
        for text in [
            "",
            "a",
            ".a",
            "@.a",
            "$a",
            "$.a.",
            "$. a",
            "$.a b",
            "$.a$",
            "$.a ",
            "$[",
            "$[a]",
            "$[]",
            "$['a]",
            "$['a'",
            "$['a'x]",
            "$[01]",
            "$[-0]",
            "$[-]",
            "$[1.5]",
            "$[9007199254740992]",
            r"$['\x']",
            r#"$['\"']"#,
            r"$['\ud800']",
            r"$['\u00g0']",
            "$['\u{1}']",
            "$.a]",
            "$..",
            "$...a",
        ] {
            let error = parse(text).unwrap_err();
            let is_descent = text.contains("..");
            assert_eq!(
                matches!(error, PathError::Invalid(_)),
                !is_descent,
                "{text}: {error:?}"
            );
        }
        for text in [
            "$..a",
            "$.a[?@.b]",
            "$[1:2]",
            "$[:2]",
            "$[0,1]",
            "$['a','b']",
            "$.a[*].b[*]",
            "$[-1001]",
        ] {
            assert!(
                matches!(parse(text), Err(PathError::Unsupported(_))),
                "{text}"
            );
        }
        assert!(matches!(
            parse(&format!("${}", ".a".repeat(65))),
            Err(PathError::Unsupported(_))
        ));
    }
}
