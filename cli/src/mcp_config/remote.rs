//! A gateway that listens, as each client is told of it.

use gatewright_codegen::model::{Capability, McpAdapter};
use serde_json::{Map, Value, json};

use super::proof::{Place, Proof, Style};

/// The address of a gateway, and what it asks of its callers.
pub(super) struct Remote {
    url: String,
    proof: Option<Proof>,
}

impl Remote {
    pub(super) fn new(url: String, adapter: &McpAdapter, capability: &Capability) -> Self {
        Self {
            url,
            proof: Proof::of(adapter, capability),
        }
    }

    /// The address and the header, as words of a shell.
    pub(super) fn words(&self) -> String {
        let mut words = match self.url(&SHELL) {
            plain if plain == self.url => plain,
            with_key => format!("\"{with_key}\""),
        };
        if let Some((name, value)) = self.header(&SHELL) {
            let name = in_double_quotes(name);
            words.push_str(&format!(" --header \"{name}: {value}\""));
        }
        words
    }

    pub(super) fn cursor(&self) -> Value {
        self.entry(Map::new(), &CURSOR)
    }

    pub(super) fn vscode(&self) -> Value {
        let http = Map::from_iter([("type".to_owned(), json!("http"))]);
        self.entry(http, &VSCODE)
    }

    /// The bridge. Without TLS it goes to this machine only, unless it is told otherwise. Its arguments must hold no space, so
    /// a header's value is a variable of its own, to be filled in.
    pub(super) fn bridge(&self) -> Value {
        let local = ["http://127.0.0.1:", "http://localhost:"]
            .iter()
            .any(|start| self.url.starts_with(start));
        let mut arguments = vec![
            "-y".to_owned(),
            "mcp-remote".to_owned(),
            self.url(&TO_FILL_IN),
        ];
        if !local {
            arguments.push("--allow-http".to_owned());
        }
        let Some((name, value)) = self.header(&TO_FILL_IN) else {
            return json!({"command": "npx", "args": arguments});
        };
        arguments.extend(["--header".to_owned(), format!("{name}:${{CALLER_HEADER}}")]);
        json!({"command": "npx", "args": arguments, "env": {"CALLER_HEADER": value}})
    }

    /// The address, with a key in its query where it belongs there.
    fn url(&self, style: &Style) -> String {
        match &self.proof {
            Some(Proof {
                place: Place::Query(name),
                value,
            }) => format!("{}?{name}={}", self.url, style.write(value)),
            _ => self.url.clone(),
        }
    }

    /// The name and value of the header, where the proof belongs there.
    fn header(&self, style: &Style) -> Option<(&str, String)> {
        match &self.proof {
            Some(Proof {
                place: Place::Header(name),
                value,
            }) => Some((name, style.write(value))),
            _ => None,
        }
    }

    /// An entry, with the headers where there are any.
    fn entry(&self, mut entry: Map<String, Value>, style: &Style) -> Value {
        entry.insert("url".to_owned(), json!(self.url(style)));
        if let Some((name, value)) = self.header(style) {
            entry.insert("headers".to_owned(), json!({name: value}));
        }
        Value::Object(entry)
    }
}

/// What VS Code asks for, as it does not know it, and keeps.
pub(super) fn inputs<'a>(remotes: impl Iterator<Item = &'a Remote>) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    for name in remotes
        .filter_map(|remote| remote.proof.as_ref())
        .flat_map(Proof::variables)
    {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let input = |name: &str| json!({"type": "promptString", "id": name, "description": name, "password": true});
    names.into_iter().map(input).collect()
}

/// Between double quotes of a shell; the command fails where a variable is not set.
const SHELL: Style = Style {
    text: in_double_quotes,
    variable: |name| format!("${{{name}:?}}"),
};
const CURSOR: Style = Style {
    text: str::to_owned,
    variable: |name| format!("${{env:{name}}}"),
};
const VSCODE: Style = Style {
    text: str::to_owned,
    variable: |name| format!("${{input:{name}}}"),
};
/// For whoever replaces it.
const TO_FILL_IN: Style = Style {
    text: str::to_owned,
    variable: |name| format!("<{name}>"),
};

fn in_double_quotes(text: &str) -> String {
    let mut quoted = String::new();
    for character in text.chars() {
        if matches!(character, '"' | '\\' | '$' | '`') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted
}
