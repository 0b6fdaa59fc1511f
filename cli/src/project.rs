//! A cargo project that compiles one capability: the user's own (`gatewright new`), or one in the cache (`gatewright build`).

use std::path::Path;

use crate::files::write;
use crate::library::Library;

/// Words that cargo or rustc keep for themselves as the name of a package.
const RESERVED: [&str; 12] = [
    "alloc",
    "build",
    "core",
    "deps",
    "examples",
    "gatewright-codegen",
    "gatewright-runtime",
    "incremental",
    "proc_macro",
    "self",
    "std",
    "test",
];

/// What a project is made of.
#[derive(Debug)]
pub(crate) struct Project<'a> {
    /// The name of the package, and so of the binary.
    pub(crate) name: &'a str,
    /// The text of `build.rs`.
    pub(crate) build_script: &'a str,
    /// What it is built against.
    pub(crate) library: &'a Library,
    /// Whether its gateway exports traces also where nobody asks cargo for the feature.
    pub(crate) always_traces: bool,
}

impl Project<'_> {
    /// Writes what every project has into `folder`. A file whose bytes are the same is not touched.
    ///
    /// # Errors
    /// If a file cannot be read or written, or a path is no Unicode text.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), String> {
        let manifest = include_str!("../templates/Cargo.toml")
            .replace("{name}", self.name)
            .replace(
                "{default}",
                if self.always_traces { "\"otlp\"" } else { "" },
            )
            .replace("{runtime}", &toml_path(&self.library.package("runtime"))?)
            .replace("{codegen}", &toml_path(&self.library.package("codegen"))?);
        write(&folder.join("Cargo.toml"), &manifest)?;
        write(&folder.join("build.rs"), self.build_script)?;
        write(
            &folder.join("src/main.rs"),
            include_str!("../templates/main.rs"),
        )?;
        // Cargo drops from it what this project does not need, and looks for no other versions.
        let lock = self.library.lock_file();
        let versions = std::fs::read_to_string(&lock)
            .map_err(|error| format!("cannot read {}: {error}", lock.display()))?;
        write(&folder.join("Cargo.lock"), &versions)
    }
}

/// A path as a string of TOML, which escapes as JSON does.
fn toml_path(path: &Path) -> Result<String, String> {
    let text = path
        .to_str()
        .ok_or_else(|| format!("{} is no Unicode text", path.display()))?;
    Ok(serde_json::Value::from(text).to_string())
}

/// A name for a package, made of any text: lower-case letters, digits and `-`, a letter first.
pub(crate) fn package_name(text: &str) -> String {
    let mut name = String::new();
    for character in text.chars() {
        match character {
            'a'..='z' | '0'..='9' | '_' => name.push(character),
            'A'..='Z' => name.push(character.to_ascii_lowercase()),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    let name = name.trim_end_matches('-');
    if RESERVED.contains(&name) || is_keyword(name) {
        return format!("{name}-gateway");
    }
    if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name.to_owned()
    } else {
        format!("gateway{}{name}", if name.is_empty() { "" } else { "-" })
    }
}

/// Whether Rust has the word for itself, which `cargo new` would refuse as well.
fn is_keyword(name: &str) -> bool {
    const KEYWORDS: [&str; 50] = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
        "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
        "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
        "ref", "return", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
        "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    KEYWORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_gives_the_name_of_a_package() {
        for (text, name) in [
            ("lago-customers", "lago-customers"),
            ("My Gateway!", "my-gateway"),
            ("a  b__c", "a-b__c"),
            ("2024", "gateway-2024"),
            ("東京", "gateway"),
            ("--x--", "x"),
            ("", "gateway"),
            ("test", "test-gateway"),
            ("type", "type-gateway"),
            ("_x", "gateway-_x"),
        ] {
            assert_eq!(package_name(text), name, "{text}");
        }
    }

    #[test]
    fn a_path_is_escaped() {
        assert_eq!(
            toml_path(Path::new(r#"/a "b"\c"#)).unwrap(),
            r#""/a \"b\"\\c""#
        );
    }
}
