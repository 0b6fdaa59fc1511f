//! Names that clients of a gateway see: tools, their titles and arguments (LANGUAGE.md §4, §5), operations of a document.

use sha2::{Digest, Sha256};

use super::capitalised;

/// A title for people, made from a name: `lago-create-customer` becomes "Lago Create Customer".
pub(in crate::check) fn title(name: &str) -> String {
    let words: Vec<String> = name
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(capitalised)
        .collect();
    words.join(" ")
}

/// The longest tool name that clients accept.
const TOOL_NAME_LIMIT: usize = 64;

/// A tool name that every client accepts (LANGUAGE.md §4).
pub(in crate::check) fn tool_name(name: &str) -> String {
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
pub(in crate::check) fn property_key(name: &str) -> String {
    let key: String = plain(name).chars().take(64).collect();
    if key.is_empty() {
        "argument".to_owned()
    } else {
        key
    }
}

/// The name of an operation as an OpenAPI document has it: code generators and URLs take it as it is.
pub(in crate::check) fn operation_id(name: &str) -> String {
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
    fn titles_are_made_of_names() {
        assert_eq!(title("lago-create-customer"), "Lago Create Customer");
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
}
