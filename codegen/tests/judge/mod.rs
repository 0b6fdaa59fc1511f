//! What must hold for every text, for the tests here and for the fuzz target.

use gatewright_codegen::compile_source;
use gatewright_codegen::emit::GeneratedFile;
use gatewright_codegen::source::SourceFile;
use proc_macro2::{TokenStream, TokenTree};

/// Compiles a text: no panic, every finding points into the text and says what to do, and what is accepted is Rust and
/// JSON in which a text of the file is a literal, or an identifier that was made of it.
pub(crate) fn judge(text: &str) {
    let (report, source, files) = match compile_source(SourceFile::new("input.yaml", text)) {
        Ok(compiled) => (compiled.report, compiled.source, compiled.files),
        Err(rejected) => (rejected.report, rejected.source, Vec::new()),
    };
    for finding in report.findings() {
        assert_ne!(finding.code().id, "GW0014", "{}", finding.message());
        let labels = finding.primary().into_iter();
        for label in labels.chain(finding.related_labels()) {
            let place = source.text().get(label.span.start..label.span.end);
            assert!(place.is_some(), "{finding:?}");
        }
        let message = finding.message();
        assert!(!finding.helps().is_empty(), "no help: {message}");
    }
    files.iter().for_each(judge_file);
}

fn judge_file(file: &GeneratedFile) {
    if file.name.ends_with(".rs") {
        assert!(syn::parse_file(&file.text).is_ok(), "{}", file.text);
        judge_tokens(file.text.parse().unwrap_or_default(), &file.text);
    } else {
        let parsed = serde_json::from_str::<serde_json::Value>(&file.text);
        assert!(parsed.is_ok(), "{}", file.text);
    }
}

/// Names keep no letter but ASCII's on their way into an identifier: another one was pasted into the code.
fn judge_tokens(tokens: TokenStream, text: &str) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => judge_tokens(group.stream(), text),
            TokenTree::Ident(ident) => assert!(ident.to_string().is_ascii(), "{ident}: {text}"),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
