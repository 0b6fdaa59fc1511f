//! Any body of a POST is answered, in every revision: no panic, and what is answered is JSON or events of it.
#![no_main]

use axum::body::{Body, to_bytes};
use gatewright_fuzz::{adapters, backend, block_on};
use gatewright_runtime::mcp::{McpOptions, router};
use http::Request;
use http::header::{CONTENT_TYPE, HOST};
use libfuzzer_sys::fuzz_target;
use tower::ServiceExt;

const VERSIONS: [Option<&str>; 5] = [
    None,
    Some("2026-07-28"),
    Some("2025-11-25"),
    Some("2025-03-26"),
    Some("9999-99-99"),
];

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, body) = input;
    let mut request = Request::post("/mcp")
        .header(HOST, "127.0.0.1")
        .header(CONTENT_TYPE, "application/json")
        .header("Mcp-Method", "tools/call")
        .header("Mcp-Name", "find");
    if let Some(version) = VERSIONS[usize::from(choice) % VERSIONS.len()] {
        request = request.header("MCP-Protocol-Version", version);
    }
    let Ok(request) = request.body(Body::from(body.to_vec())) else {
        return;
    };
    let options = McpOptions::default();
    block_on(async {
        let Ok(response) = router(&adapters::MCP, backend(), options)
            .oneshot(request)
            .await;
        let status = response.status();
        assert!(status.as_u16() < 500, "{status}");
        let bytes = to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap_or_default();
        let text = std::str::from_utf8(&bytes);
        assert!(text.is_ok(), "not UTF-8");
        let json = text.unwrap_or_default();
        let lines: Vec<&str> = match json.starts_with(['{', '[']) || json.is_empty() {
            true => vec![json],
            false => json
                .lines()
                .filter_map(|line| line.strip_prefix("data:"))
                .collect(),
        };
        for line in lines.into_iter().filter(|line| !line.trim().is_empty()) {
            let parsed = serde_json::from_str::<serde_json::Value>(line);
            assert!(parsed.is_ok(), "{line}");
        }
    });
});
