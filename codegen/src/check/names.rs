//! Names: folding (LANGUAGE.md §5), Rust identifiers, setting names (§7), tool names and property keys (§4, §5).

use std::collections::{BTreeSet, HashMap};

use sha2::{Digest, Sha256};

/// The name without case and without what is neither a letter nor a digit.
pub(super) fn fold(name: &str) -> String {
    name.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// What a search by a possibly renamed name came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// No name matches.
    None,
    /// The name of this index.
    One(usize),
    /// Several names match folded, none exactly.
    Several(Vec<usize>),
}

/// Finds a name: an exact match wins, then one that is equal after folding.
pub(super) fn find<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Match {
    let folded = fold(name);
    let mut matches = Vec::new();
    for (index, candidate) in names.into_iter().enumerate() {
        if candidate == name {
            return Match::One(index);
        }
        if !folded.is_empty() && fold(candidate) == folded {
            matches.push(index);
        }
    }
    match matches.as_slice() {
        [] => Match::None,
        [only] => Match::One(*only),
        _ => Match::Several(matches),
    }
}

/// Names by which things are found many times: [`find`], without looking at each name each time.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    exact: HashMap<String, Vec<usize>>,
    folded: HashMap<String, Vec<usize>>,
}

impl NameIndex {
    /// An index of these names by their positions.
    pub(super) fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut index = Self::default();
        for (position, name) in names.into_iter().enumerate() {
            index
                .exact
                .entry(name.to_owned())
                .or_default()
                .push(position);
            index.folded.entry(fold(name)).or_default().push(position);
        }
        index
    }

    /// Every index of exactly this name.
    pub(super) fn exact(&self, name: &str) -> &[usize] {
        self.exact.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every index of a name that is equal after folding.
    pub(super) fn folded(&self, name: &str) -> &[usize] {
        match fold(name) {
            folded if folded.is_empty() => &[],
            folded => self.folded.get(&folded).map_or(&[], Vec::as_slice),
        }
    }
}

/// The words of a name: split at what is no letter or digit, and before an upper-case letter that follows
/// a lower-case one.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous: Option<char> = None;
    for character in name.chars() {
        if !character.is_ascii_alphanumeric() {
            previous = None;
            continue;
        }
        let starts = match previous {
            None => true,
            Some(previous) => character.is_ascii_uppercase() && !previous.is_ascii_uppercase(),
        };
        match words.last_mut() {
            Some(word) if !starts => word.push(character.to_ascii_lowercase()),
            _ => words.push(character.to_ascii_lowercase().to_string()),
        }
        previous = Some(character);
    }
    words
}

/// A function or field name of Rust; a keyword is written raw, or with a trailing `_` where that is impossible.
pub(super) fn snake_case(name: &str, fallback: &str) -> String {
    let joined = words(name).join("_");
    let joined = if joined.is_empty() {
        fallback.to_owned()
    } else {
        joined
    };
    let joined = if joined.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{joined}")
    } else {
        joined
    };
    match joined.as_str() {
        "self" | "super" | "crate" => format!("{joined}_"),
        keyword if is_keyword(keyword) => format!("r#{joined}"),
        _ => joined,
    }
}

/// A type name of Rust.
pub(super) fn pascal_case(name: &str, fallback: &str) -> String {
    let joined: String = words(name).iter().map(|word| capitalised(word)).collect();
    let joined = if joined.is_empty() {
        fallback.to_owned()
    } else {
        joined
    };
    match joined.as_str() {
        "Self" => "Self_".to_owned(),
        _ if joined.starts_with(|first: char| first.is_ascii_digit()) => format!("_{joined}"),
        _ => joined,
    }
}

/// A title for people, made from a name: `lago-create-customer` becomes "Lago Create Customer".
pub(super) fn title(name: &str) -> String {
    let words: Vec<String> = name
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(capitalised)
        .collect();
    words.join(" ")
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// The strict and reserved keywords of edition 2024 (the Rust Reference, "Keywords").
fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do",
        "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in",
        "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
        "return", "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe",
        "unsized", "use", "virtual", "where", "while", "yield",
    ];
    KEYWORDS.binary_search(&name).is_ok()
}

/// Gives out names, each once: a second `a` becomes `a_2`.
#[derive(Debug, Default)]
pub(super) struct UniqueNames {
    taken: BTreeSet<String>,
    /// The number to try next for a name that was taken.
    next: HashMap<String, usize>,
}

impl UniqueNames {
    /// Names that are taken from the start.
    pub(super) fn with(taken: &[&str]) -> Self {
        Self {
            taken: taken.iter().map(|name| (*name).to_owned()).collect(),
            next: HashMap::new(),
        }
    }

    /// The name of a value, or that name with the first free number.
    pub(super) fn take(&mut self, name: String) -> String {
        self.take_numbered(name, "_")
    }

    /// The name of a type, which takes no underscore before its number.
    pub(super) fn take_type(&mut self, name: String) -> String {
        self.take_numbered(name, "")
    }

    fn take_numbered(&mut self, name: String, joint: &str) -> String {
        if self.taken.insert(name.clone()) {
            return name;
        }
        let number = self.next.entry(name.clone()).or_insert(2);
        let name = name.strip_prefix("r#").unwrap_or(&name);
        // With a number, the name is no keyword any more; two underscores would not be snake case.
        let name = name.trim_end_matches('_');
        loop {
            let unique = format!("{name}{joint}{number}");
            *number += 1;
            if self.taken.insert(unique.clone()) {
                return unique;
            }
        }
    }
}

/// An environment variable: upper case, every other character `_`.
pub(super) fn environment(name: &str) -> String {
    name.chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect()
}

/// The flag of an environment variable.
pub(super) fn flag(environment: &str) -> String {
    environment
        .chars()
        .map(|character| {
            if character == '_' {
                '-'
            } else {
                character.to_ascii_lowercase()
            }
        })
        .collect()
}

/// The longest tool name that clients accept.
const TOOL_NAME_LIMIT: usize = 64;

/// A tool name that every client accepts (LANGUAGE.md §4).
pub(super) fn tool_name(name: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || character == '_' || character == '-';
    let replaced: String = name
        .chars()
        .map(|character| if plain(character) { character } else { '-' })
        .collect();
    if replaced.len() <= TOOL_NAME_LIMIT {
        return replaced;
    }
    let digest: String = Sha256::digest(name.as_bytes())
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let kept: String = replaced.chars().take(55).collect();
    format!("{kept}-{digest}")
}

/// A property key that every client accepts (LANGUAGE.md §5).
pub(super) fn property_key(name: &str) -> String {
    let key: String = plain(name).chars().take(64).collect();
    if key.is_empty() {
        "argument".to_owned()
    } else {
        key
    }
}

/// The name of an operation as an OpenAPI document has it: code generators and URLs take it as it is.
pub(super) fn operation_id(name: &str) -> String {
    let id = plain(name);
    if id.is_empty() {
        "operation".to_owned()
    } else {
        id
    }
}

/// Each run of characters other than `[A-Za-z0-9_.-]` becomes `_`, at the ends nothing.
fn plain(name: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-');
    let parts: Vec<&str> = name
        .split(|character| !plain(character))
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_name_wins_over_a_folded_one() {
        assert_eq!(
            find("external_id", ["external-id", "external_id"]),
            Match::One(1)
        );
        assert_eq!(find("externalid", ["external-id"]), Match::One(0));
        assert_eq!(
            find("external.id", ["external-id", "external_id"]),
            Match::Several(vec![0, 1])
        );
        assert_eq!(find("id", ["external-id"]), Match::None);
        assert_eq!(find("$", ["@"]), Match::None);
    }

    #[test]
    fn every_keyword_becomes_an_identifier() {
        for keyword in [
            "type", "self", "Self", "crate", "super", "async", "gen", "yield", "try",
        ] {
            assert!(
                syn::parse_str::<syn::Ident>(&snake_case(keyword, "x")).is_ok(),
                "{keyword}"
            );
            assert!(
                syn::parse_str::<syn::Ident>(&pascal_case(keyword, "X")).is_ok(),
                "{keyword}"
            );
        }
    }

    #[test]
    fn any_name_becomes_an_identifier() {
        for name in [
            "$top",
            "filter[x]",
            "conversation.id",
            "@odata.etag",
            "2fa",
            "",
            "日本",
            "a b",
            "listURLs",
        ] {
            assert!(
                syn::parse_str::<syn::Ident>(&snake_case(name, "parameter")).is_ok(),
                "{name}"
            );
            assert!(
                syn::parse_str::<syn::Ident>(&pascal_case(name, "Operation")).is_ok(),
                "{name}"
            );
        }
        assert_eq!(snake_case("createCustomer", "x"), "create_customer");
        assert_eq!(pascal_case("create-customer", "X"), "CreateCustomer");
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut names = UniqueNames::default();
        let mut take = |name: &str| names.take(name.to_owned());
        assert_eq!(take("a"), "a");
        assert_eq!(take("a"), "a_2");
        assert_eq!(take("a"), "a_3");
        assert_eq!(take("r#type"), "r#type");
        assert_eq!(take("r#type"), "type_2");
        assert_eq!(take("self_"), "self_");
        assert_eq!(take("self_"), "self_2");
        for (name, second) in [("Self_", "Self2"), ("A", "A2"), ("Thing", "Thing2")] {
            assert_eq!(names.take_type(name.to_owned()), name);
            assert_eq!(names.take_type(name.to_owned()), second);
        }
    }

    #[test]
    fn tool_names_fit_every_client() {
        assert_eq!(tool_name("lago.create customer"), "lago-create-customer");
        let long = tool_name(&"a".repeat(82));
        assert_eq!(long.len(), 64);
        assert!(long.starts_with(&format!("{}-", "a".repeat(55))));
    }

    #[test]
    fn property_keys_keep_what_clients_accept() {
        for (name, key) in [
            ("$top", "top"),
            ("filter[x]", "filter_x"),
            ("@odata.etag", "odata.etag"),
            ("$", "argument"),
        ] {
            assert_eq!(property_key(name), key);
        }
    }

    #[test]
    fn settings_are_named_as_the_language_says() {
        assert_eq!(environment("lago-customers"), "LAGO_CUSTOMERS");
        assert_eq!(flag("LAGO_CUSTOMERS_BASE_URI"), "lago-customers-base-uri");
        assert_eq!(title("lago-create-customer"), "Lago Create Customer");
    }
}
