//! Settings.

/// A setting of the gateway that comes from the file (LANGUAGE.md §7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The flag, without dashes.
    pub flag: String,
    /// The environment variable.
    pub environment: String,
    /// What it must be.
    pub form: SettingForm,
    /// The value where none is set.
    pub default: Option<String>,
    /// What makes the value where none is set, of other settings; empty where nothing does.
    pub derived: Vec<TextPart>,
    /// The flag of the setting that names a file of secrets, and the key there; `None` where no file holds it.
    pub in_file: Option<(String, String)>,
    /// One line for `--help`.
    pub help: String,
    /// What needs it, and the line that says so.
    pub needed: Vec<(String, usize)>,
}

/// The form of a setting's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingForm {
    /// The base URI of an upstream.
    BaseUri,
    /// The URI by which callers reach an adapter.
    Uri,
    /// An IP address.
    Address,
    /// A TCP port.
    Port,
    /// A secret.
    Secret,
    /// Any text.
    Text,
    /// The path of a file.
    Path,
}

/// A part of a text that is put together at start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPart {
    /// This text.
    Literal(String),
    /// The value of the setting with this flag.
    Setting(String),
}
