//! Properties of parsing that hold for any text.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

use gatewright_codegen::diagnostic::{Report, Style, render, render_json};
use gatewright_codegen::source::{Node, Resolved, Scalar, SourceFile, Span, Value};
use proptest::prelude::*;
use serde_yaml::Value as Yaml;

/// A failure prints its smallest input, which then becomes a test of its own.
fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn check_span(text: &str, span: Span) {
    assert!(span.start <= span.end && span.end <= text.len(), "{span:?}");
    assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
}

/// Every span is inside the text and inside its parent, but for what came by an alias.
fn check_spans(node: &Node, text: &str, aliases: bool) {
    check_span(text, node.span);
    let inside = |span: Span| {
        check_span(text, span);
        assert!(aliases || (node.span.start <= span.start && span.end <= node.span.end));
    };
    match &node.value {
        Value::Scalar(scalar) => assert_eq!(scalar.span, node.span),
        Value::Sequence(items) => {
            for item in items {
                inside(item.span);
                check_spans(item, text, aliases);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries {
                inside(entry.key.span);
                inside(entry.value.span);
                check_spans(&entry.value, text, aliases);
            }
        }
    }
}

fn check(text: &str) {
    let file = SourceFile::new("f.yaml", text);
    let mut report = Report::new();
    let node = file.parse(&mut report);
    assert!(node.is_some() || report.has_errors());
    for finding in report.findings() {
        for label in finding
            .primary()
            .into_iter()
            .chain(finding.related_labels())
        {
            check_span(text, label.span);
        }
    }
    if let Some(node) = node {
        check_spans(&node, text, text.contains('*'));
    }
    let plain = render(&report, &file, Style::Plain);
    assert!(plain.chars().all(|c| c == '\n' || !c.is_control()));
    render(&report, &file, Style::Colour);
    assert_eq!(
        render_json(&report, &file).lines().count(),
        report.findings().count()
    );
}

/// Pieces out of which something like YAML comes often enough.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "\n    ", "\r\n", "\r", "[", "]", "{", "}", ",", ", ", "'", "\"",
            "|", ">", "|-\n  ", ">+\n ", "&x ", "*x", "*x ", "!t ", "!!str ", "!!int ", "!", "!<", "%", "%YAML 1.2\n",
            "---", "---\n", "...\n", "#", " # c", "\t", "é", "😀", "\u{feff}", "\u{2028}", "\u{85}", "\\", "\\x4",
            "<<: ", "~", "1", "-1.5e3", "@", "`", "\0", "\u{1b}", " ", "  ",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

const CAPABILITY: &str = include_str!("../../capability.yaml");

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn anything_like_yaml(pieces in prop::collection::vec(fragment(), 0..40)) {
        check(&pieces.concat());
    }
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn a_mutated_capability(edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4_usize, fragment()), 1..4)) {
        let mut characters: Vec<char> = CAPABILITY.chars().collect();
        for (place, removed, inserted) in edits {
            let start = place.index(characters.len());
            let end = (start + removed).min(characters.len());
            characters.splice(start..end, inserted.chars());
        }
        check(&characters.into_iter().collect::<String>());
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé😀:#,{}\\[\\]&*!|>'\"%@` \\\\-]{0,12}",
        "[ a-z\n]{0,20}",
        prop::sample::select(vec![
            "on", "yes", "y", "null", "~", "true", "1.0", "0x1", "1e3", "-", ".inf", ""
        ])
        .prop_map(str::to_owned),
    ]
}

fn yaml() -> impl Strategy<Value = Yaml> {
    let leaf = prop_oneof![
        Just(Yaml::Null),
        any::<bool>().prop_map(Yaml::from),
        any::<i64>().prop_map(Yaml::from),
        any::<f64>().prop_map(Yaml::from),
        text().prop_map(Yaml::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Yaml::from),
            prop::collection::btree_map(text(), inner, 0..6).prop_map(|entries| Yaml::Mapping(
                entries.into_iter().map(|(k, v)| (k.into(), v)).collect()
            )),
        ]
    })
}

fn same_scalar(ours: &Scalar, theirs: &Yaml) -> bool {
    match (ours.resolve(), theirs) {
        (Resolved::Null, Yaml::Null) => true,
        (Resolved::Boolean(ours), Yaml::Bool(theirs)) => ours == *theirs,
        (Resolved::Integer(ours), Yaml::Number(theirs)) => theirs.as_i64() == Some(ours),
        (Resolved::Float(ours), Yaml::Number(theirs)) => theirs
            .as_f64()
            .is_some_and(|theirs| ours == theirs || (ours.is_nan() && theirs.is_nan())),
        (Resolved::Text, Yaml::String(theirs)) => ours.text == *theirs,
        _ => false,
    }
}

fn same(ours: &Node, theirs: &Yaml) -> bool {
    match (&ours.value, theirs) {
        (Value::Sequence(ours), Yaml::Sequence(theirs)) => {
            ours.len() == theirs.len()
                && ours
                    .iter()
                    .zip(theirs)
                    .all(|(ours, theirs)| same(ours, theirs))
        }
        (Value::Mapping(ours), Yaml::Mapping(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().zip(theirs).all(|(ours, (key, theirs))| {
                    key.as_str() == Some(ours.key.text.as_str()) && same(&ours.value, theirs)
                })
        }
        (Value::Scalar(ours), theirs) => same_scalar(ours, theirs),
        _ => false,
    }
}

fn agrees(text: &str, theirs: &Yaml) {
    let file = SourceFile::new("f.yaml", text);
    let mut report = Report::new();
    let ours = file.parse(&mut report);
    assert!(
        report.is_empty(),
        "{text}\n{}",
        render(&report, &file, Style::Plain)
    );
    let ours = ours.expect("no errors, hence a tree");
    assert!(same(&ours, theirs), "{text}\n{ours:#?}\n{theirs:#?}");
    check_spans(&ours, text, false);
    check_plain(&ours, text);
}

/// A plain scalar is its own source text, but for the folding of lines.
fn check_plain(node: &Node, text: &str) {
    match &node.value {
        Value::Scalar(scalar) if scalar.plain => {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let written = &text[scalar.span.start..scalar.span.end];
            assert_eq!(words(written), words(&scalar.text));
        }
        Value::Scalar(_) => {}
        Value::Sequence(items) => items.iter().for_each(|item| check_plain(item, text)),
        Value::Mapping(entries) => entries
            .iter()
            .for_each(|entry| check_plain(&entry.value, text)),
    }
}

proptest! {
    #![proptest_config(config(1_000))]

    #[test]
    fn reads_as_serde_yaml_reads(value in yaml()) {
        let text = serde_yaml::to_string(&value).expect("any value can be written");
        let theirs: Yaml = serde_yaml::from_str(&text).expect("what was written can be read");
        agrees(&text, &theirs);
        // A block scalar's content is the same with either line break.
        agrees(&text.replace('\n', "\r\n"), &theirs);
    }
}

#[test]
fn the_capability_reads_as_serde_yaml_reads() {
    let theirs: Yaml = serde_yaml::from_str(CAPABILITY).expect("the capability is YAML");
    agrees(CAPABILITY, &theirs);
}
