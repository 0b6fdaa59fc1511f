//! Names of Rust for the names of a file.

use super::capitalised;

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
pub(in crate::check) fn snake_case(name: &str, fallback: &str) -> String {
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
pub(in crate::check) fn pascal_case(name: &str, fallback: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
