//! Names of settings (LANGUAGE.md §7).

/// An environment variable: upper case, every other character `_`.
pub(in crate::check) fn environment(name: &str) -> String {
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
pub(in crate::check) fn flag(environment: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_named_as_the_language_says() {
        assert_eq!(environment("lago-customers"), "LAGO_CUSTOMERS");
        assert_eq!(flag("LAGO_CUSTOMERS_BASE_URI"), "lago-customers-base-uri");
    }
}
