//! The answers that are the same for every caller: what the server is, and its tools.
//!
//! They are written once, when the router is made; a request adds its id. Sources: MCP 2026-07-28, "Discovery",
//! "Caching" and "Tools"; 2025-11-25, "Lifecycle" and "Tools".

use super::answer::push_string;
use super::era::{Era, MODERN};
use super::table::McpAdapter;

/// How long a client may keep a list, in milliseconds. A new list needs a new binary, and so a restart.
const TTL_MS: &str = "300000";

/// The constant parts of all results. Each begins after the id, and ends the message or stops where the
/// variable part comes.
#[derive(Debug)]
pub(super) struct Results {
    /// `server/discover`.
    pub(super) discover: Vec<u8>,
    /// `initialize` up to the protocol version, as the inside of a JSON string.
    pub(super) initialize_start: &'static [u8],
    /// `initialize` from the end of the version on.
    pub(super) initialize_end: Vec<u8>,
    modern: EraResults,
    legacy: EraResults,
}

/// The results that both eras have, each in its own form.
#[derive(Debug)]
pub(super) struct EraResults {
    /// `tools/list`.
    pub(super) list: Vec<u8>,
    /// `tools/call` up to the text, a JSON string.
    pub(super) call_start: &'static [u8],
    /// `tools/call` from the end of the content on, for a success.
    pub(super) call_success: Vec<u8>,
    /// The same for an error.
    pub(super) call_error: Vec<u8>,
}

/// `ping`, which only the revisions with `initialize` have.
pub(super) const PONG: &[u8] = br#","result":{}}"#;

impl Results {
    /// The results of one adapter.
    pub(super) fn new(adapter: &McpAdapter) -> Self {
        let server = server_info(adapter);
        let instructions = instructions(adapter);
        let cache = format!(r#""ttlMs":{TTL_MS},"cacheScope":"public""#);
        let meta = format!(r#","_meta":{{"io.modelcontextprotocol/serverInfo":{server}}}"#);
        let tools = adapter.tools_list;
        let call_end =
            |is_error: bool, meta: &str| format!(r#","isError":{is_error}{meta}}}}}"#).into_bytes();
        Self {
            discover: format!(
                r#","result":{{"resultType":"complete","supportedVersions":["{MODERN}"],"capabilities":{{"tools":{{}}}}{instructions},{cache}{meta}}}}}"#
            )
            .into_bytes(),
            initialize_start: br#","result":{"protocolVersion":""#,
            initialize_end: format!(
                r#"","capabilities":{{"tools":{{}}}},"serverInfo":{server}{instructions}}}}}"#
            )
            .into_bytes(),
            modern: EraResults {
                list: format!(
                    r#","result":{{"resultType":"complete","tools":{tools},{cache}{meta}}}}}"#
                )
                .into_bytes(),
                call_start:
                    br#","result":{"resultType":"complete","content":[{"type":"text","text":"#,
                call_success: call_end(false, &meta),
                call_error: call_end(true, &meta),
            },
            legacy: EraResults {
                list: format!(r#","result":{{"tools":{tools}}}}}"#).into_bytes(),
                call_start: br#","result":{"content":[{"type":"text","text":"#,
                call_success: call_end(false, ""),
                call_error: call_end(true, ""),
            },
        }
    }

    /// The results in the form of one era.
    pub(super) fn of(&self, era: Era) -> &EraResults {
        match era {
            Era::Modern => &self.modern,
            Era::Legacy => &self.legacy,
        }
    }
}

/// The `Implementation` object; a member that would be empty is left out, but for those the schema requires.
fn server_info(adapter: &McpAdapter) -> String {
    let mut info = format!(r#"{{"name":{}"#, quoted(adapter.namespace));
    if !adapter.title.is_empty() {
        info.push_str(&format!(r#","title":{}"#, quoted(adapter.title)));
    }
    info.push_str(&format!(r#","version":{}}}"#, quoted(adapter.version)));
    info
}

fn instructions(adapter: &McpAdapter) -> String {
    if adapter.instructions.is_empty() {
        return String::new();
    }
    format!(r#","instructions":{}"#, quoted(adapter.instructions))
}

fn quoted(text: &str) -> String {
    let mut json = Vec::new();
    push_string(&mut json, text);
    String::from_utf8(json).unwrap_or_default()
}
