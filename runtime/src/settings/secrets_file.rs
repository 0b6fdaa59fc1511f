//! A file of flat keys and values that secrets are read from at start (LANGUAGE.md §2, `binds` with `location`).
//!
//! It is a JSON object, or lines of `KEY: value` as YAML writes them. A gateway needs no more of YAML than that, so
//! whatever is more than flat is refused and not guessed at. No message repeats a value.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};

use serde_json::value::RawValue;

use crate::inbound::JsonObject;

/// How large the file may be, in bytes.
const LIMIT: u64 = 1024 * 1024;

/// The values by their keys. They are secrets: this is never shown.
pub(super) type Secrets = BTreeMap<String, String>;

/// Reads the file at `path`; `None` where there is none.
///
/// # Errors
/// What is wrong with the file, and in which line.
pub(super) fn read(path: &str) -> Result<Option<Secrets>, String> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{path}: {error}")),
    };
    let mut bytes = Vec::new();
    file.take(LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("{path}: {error}"))?;
    if bytes.len() as u64 > LIMIT {
        return Err(format!("{path} is larger than {LIMIT} bytes"));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{path} is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let values = if text.trim_start().starts_with('{') {
        parse_json(text).map_err(|problem| format!("{path}: {problem}"))
    } else {
        parse_lines(text).map_err(|(line, problem)| format!("{path}, line {line}: {problem}"))
    };
    values.map(Some)
}

fn parse_json(text: &str) -> Result<Secrets, String> {
    let members = JsonObject::parse(text.trim().to_owned()).and_then(|object| object.members());
    let mut values = Secrets::new();
    for (key, value) in members.map_err(|error| error.to_string())? {
        if let Some(value) = json_scalar(&value).map_err(|problem| format!("`{key}` {problem}"))? {
            values.insert(key, value);
        }
    }
    Ok(values)
}

fn json_scalar(value: &RawValue) -> Result<Option<String>, &'static str> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text)
            .map(Some)
            .map_err(|_| "is a text that cannot be read"),
        Some(b'{' | b'[') => Err("is no text, number or boolean"),
        Some(b'n') => Ok(None),
        _ => Ok(Some(text.to_owned())),
    }
}

fn parse_lines(text: &str) -> Result<Secrets, (usize, String)> {
    let mut values = Secrets::new();
    for (index, line) in text.lines().enumerate() {
        let at = |problem: &str| (index + 1, problem.to_owned());
        let line = line.trim_end();
        if line.trim_start().is_empty() || line.trim_start().starts_with('#') || line == "---" {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            return Err(at("is indented; only lines of `KEY: value` are read"));
        }
        let (key, value) = split(line).ok_or_else(|| {
            at("expected `KEY: value`, the value plain or in quotes on the same line")
        })?;
        if values.contains_key(&key) {
            return Err(at("this key is given twice"));
        }
        if let Some(value) = value {
            values.insert(key, value);
        }
    }
    Ok(values)
}

/// The key and the value of a line.
fn split(line: &str) -> Option<(String, Option<String>)> {
    let (key, value) = if line.starts_with(['"', '\'']) {
        let (key, rest) = quoted(line)?;
        (key, rest.trim_start().strip_prefix(':')?)
    } else {
        let (key, value) = line
            .split_once(": ")
            .or_else(|| Some((line.strip_suffix(':')?, "")))?;
        (plain(key)?, value)
    };
    let value = value.trim();
    if value.starts_with(['"', '\'']) {
        let (value, rest) = quoted(value)?;
        let is_comment = rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#');
        return (rest.is_empty() || is_comment).then_some((key, Some(value)));
    }
    if value.is_empty() || value.starts_with('#') {
        return Some((key, None));
    }
    match plain(value)?.as_str() {
        "~" | "null" | "Null" | "NULL" => Some((key, None)),
        value => Some((key, Some(value.to_owned()))),
    }
}

/// A plain scalar up to its comment; `None` where it begins or goes on as something else than text.
fn plain(text: &str) -> Option<String> {
    let text = text.split(" #").next().unwrap_or_default().trim();
    let other = text.starts_with(|first| "[]{},&*!|>%@`#\"'".contains(first))
        || ["-", "?", ":"].contains(&text)
        || ["- ", "? ", ": "].iter().any(|mark| text.starts_with(mark))
        || text.contains(": ")
        || text.ends_with(':');
    (!other && !text.is_empty()).then(|| text.to_owned())
}

/// The text in quotes at the start, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mark = text.chars().next()?;
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((position, character)) = characters.next() {
        if mark == '"' && character == '\\' {
            characters.next();
        } else if character == mark {
            if mark == '\'' && characters.peek().is_some_and(|(_, next)| *next == mark) {
                characters.next();
                continue;
            }
            let (inner, rest) = (text.get(..=position)?, text.get(position + 1..)?);
            let value = match mark {
                // The escapes of JSON are those of YAML that anyone uses.
                '"' => serde_json::from_str(inner).ok()?,
                _ => inner.get(1..position)?.replace("''", "'"),
            };
            return Some((value, rest));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(String, String)> {
        let parsed = match text.starts_with('{') {
            true => parse_json(text).unwrap(),
            false => parse_lines(text).unwrap(),
        };
        parsed.into_iter().collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn reads_flat_yaml() {
        let text = "---\n# secrets\nA: plain: no\n".replace("plain: no", "a#b:c d # comment")
            + "\nB: 'it''s # one'   # comment\nC: \"a\\n\\\"b\\u00e9\"\r\n\"D: e\": 007\nE:\nF: ~\nG: -x\nH: true\n";
        assert_eq!(
            values(&text),
            pairs(&[
                ("A", "a#b:c d"),
                ("B", "it's # one"),
                ("C", "a\n\"b\u{e9}"),
                ("D: e", "007"),
                ("G", "-x"),
                ("H", "true"),
            ])
        );
    }

    #[test]
    fn reads_flat_json() {
        let text = "{\"A\": \"a\\n\", \"B\": 1.50, \"C\": null, \"D\": false}";
        assert_eq!(
            values(text),
            pairs(&[("A", "a\n"), ("B", "1.50"), ("D", "false")])
        );
    }

    #[test]
    fn refuses_what_is_more_than_flat_and_repeats_no_value() {
        for text in [
            "A: [canary]",
            "A: {b: canary}",
            "A: |\n  canary",
            "A: &x canary",
            "A: !!str canary",
            "A: b: canary",
            "A:\n  canary",
            "- canary",
            "canary",
            "A: 'canary",
            "A: \"canary\" x",
            "A: \"canary\\q\"",
            "A: canary\nA: canary",
        ] {
            let (line, problem) = parse_lines(text).unwrap_err();
            assert!(line <= 2 && !problem.contains("canary"), "{problem}");
        }
        for text in [
            "{\"A\": [\"canary\"]}",
            "{\"A\": \"canary\"",
            "{\"A\": canary}",
        ] {
            let problem = parse_json(text).unwrap_err();
            assert!(!problem.contains("canary"), "{problem}");
        }
    }
}
