use std::time::{Duration, Instant};

use super::*;
use crate::diagnostic::catalogue::*;
use crate::source::place::tests::outline;
use crate::source::{Resolved, Scalar};

pub(in crate::source) fn parse(text: &str) -> (SourceFile, Option<Node>, Report) {
    let file = SourceFile::new("test.yaml", text);
    let mut report = Report::new();
    let node = file.parse(&mut report);
    (file, node, report)
}

/// The code and the covered text of every finding.
fn findings(text: &str) -> Vec<(&'static str, String)> {
    let (file, _, report) = parse(text);
    report
        .findings()
        .map(|finding| {
            let span = finding.primary().unwrap().span;
            let covered = file.text()[span.start..span.end].to_owned();
            (finding.code().id, covered)
        })
        .collect()
}

fn finding(text: &str) -> (&'static str, String) {
    let mut findings = findings(text);
    assert_eq!(findings.len(), 1, "{text:?}: {findings:?}");
    findings.remove(0)
}

pub(in crate::source) fn scalar(text: &str, key: &str) -> Scalar {
    let (_, node, report) = parse(text);
    assert!(report.is_empty(), "{text:?}: {report:?}");
    let node = node.unwrap();
    node.get(key).unwrap().value.scalar().unwrap().clone()
}

#[test]
fn tags_of_the_core_schema_are_honoured() {
    assert_eq!(scalar("a: !!str 12", "a").resolve(), Resolved::Text);
    assert_eq!(scalar("a: ! 12", "a").resolve(), Resolved::Text);
    assert_eq!(
        scalar("a: !!int '12'", "a").resolve(),
        Resolved::Integer(12)
    );
    assert_eq!(
        scalar("a: !!bool \"true\"", "a").resolve(),
        Resolved::Boolean(true)
    );
    assert_eq!(
        scalar("a: !<tag:yaml.org,2002:str> 12", "a").resolve(),
        Resolved::Text
    );
    assert_eq!(
        outline("a: !!str é # x\nb: &n !!int 1\nc: !!int &m 2\n"),
        "{a=‹é› b=‹1› c=‹2›}‹a: !!str é # x\nb: &n !!int 1\nc: !!int &m 2›"
    );
    assert_eq!(
        outline("!!map\n# é\n&k a: !!seq [b]\n"),
        "{a=[‹b›]‹[b]›}‹&k a: !!seq [b]›"
    );
    for (text, covered) in [
        ("a: !foo b", "!foo"),
        ("a: !!set {b}", "!!set"),
        ("é: !!int b", "!!int"),
        ("a: !!str [b]", "!!str"),
        ("a: !!map [b]", "!!map"),
        ("a: !!binary aGk=", "!!binary"),
        ("a: !<x,y> b", "!<x,y>"),
    ] {
        assert_eq!(
            finding(text),
            (UNKNOWN_TAG.id, covered.to_owned()),
            "{text}"
        );
    }
}

#[test]
fn duplicate_keys_show_both_places() {
    let (file, node, report) = parse("é: 1\nb: 2\n'é': 3\n\"b\": 4\n");
    let places: Vec<_> = report
        .findings()
        .map(|finding| {
            assert_eq!(finding.code(), &DUPLICATE_KEY);
            let line = |span| file.line_of(span);
            (
                line(finding.primary().unwrap().span),
                line(finding.related_labels()[0].span),
            )
        })
        .collect();
    assert_eq!(places, [(3, 1), (4, 2)]);
    assert_eq!(
        node.unwrap().get("é").unwrap().value.scalar().unwrap().text,
        "1"
    );
    assert!(findings("a: {x: 1}\nb: {x: 1}\n").is_empty());
}

#[test]
fn keys_are_text() {
    assert_eq!(finding("{a: b}: c"), (COMPLEX_KEY.id, "{a: b}".to_owned()));
    assert_eq!(
        finding("? - a\n: b\nc: d\n"),
        (COMPLEX_KEY.id, "- a".to_owned())
    );
    assert_eq!(finding("a: {{x}}\n"), (COMPLEX_KEY.id, "{x}".to_owned()));
    let (_, node, _) = parse("[a]: {b: c}\nd: e\n");
    assert_eq!(node.unwrap().entries().unwrap().len(), 1);
    let base = "a: &a {b: c}\nd:\n  <<: *a\n  e: f\n";
    assert_eq!(finding(base), (MERGE_KEY.id, "<<".to_owned()));
    assert!(findings("'<<': a").is_empty());
}

#[test]
fn one_document_and_not_none() {
    for text in [
        "",
        "\n\n",
        "# only a remark\n",
        "---\n",
        "---\n...\n",
        "\u{feff}",
        "\u{feff}\n",
        "%YAML 1.2\n---\n",
    ] {
        assert_eq!(finding(text).0, EMPTY_FILE.id, "{text:?}");
    }
    for text in [
        "a: b\n---\nc: d\n",
        "---\n---\na: b\n",
        "a: b\n---\n",
        "a: b\n...\nc: d\n",
    ] {
        assert_eq!(finding(text).0, SEVERAL_DOCUMENTS.id, "{text:?}");
    }
    assert!(parse("a: b\n---\nc: d\n").1.is_some());
    assert!(findings("---\na: b\n...\n").is_empty());
    assert!(findings("~").is_empty());
}

#[test]
fn aliases_stand_for_what_they_name() {
    let (file, node, report) = parse("a: &é [x, {k: y}]\nb: *é\nc: &k key\n*k : d\n");
    assert!(report.is_empty(), "{report:?}");
    let node = node.unwrap();
    assert_eq!(node.get("a").unwrap().value, node.get("b").unwrap().value);
    let key = node.get("key").unwrap();
    assert_eq!(&file.text()[key.key.span.start..key.key.span.end], "*k");
    assert_eq!(node.span.end, file.text().trim_end().len());

    let ends_with_alias = outline("a: &x 1\nb:\n  - *x\nc: 2\n");
    assert!(
        ends_with_alias.contains("b=[‹1›]‹- *x›"),
        "{ends_with_alias}"
    );

    assert_eq!(
        finding("é: *nope\nb: c\n"),
        (UNKNOWN_ALIAS.id, "*nope".to_owned())
    );
    assert_eq!(finding("a: &a [*a]"), (UNKNOWN_ALIAS.id, "*a".to_owned()));
    assert_eq!(
        finding("&a a: &b {c: *b}"),
        (UNKNOWN_ALIAS.id, "*b".to_owned())
    );
}

#[test]
fn bombs_are_stopped_early() {
    let started = Instant::now();
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..40 {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    assert_eq!(finding(&laughs).0, TOO_MANY_VALUES.id);

    let text_bomb = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(1_000_000),
        "*a, ".repeat(1000)
    );
    assert_eq!(finding(&text_bomb).0, TOO_MANY_VALUES.id);

    let flat = format!("[{}]", "a,".repeat(MAXIMUM_NODES));
    assert_eq!(finding(&flat).0, TOO_MANY_VALUES.id);

    let mut deep = String::from("a0: &a0 [x]\n");
    for level in 1..100 {
        deep.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert_eq!(finding(&deep).0, TOO_DEEP.id);

    let (_, node, report) = parse(&"a".repeat(MAXIMUM_BYTES + 1));
    assert!(node.is_none());
    assert_eq!(report.findings().next().unwrap().code(), &FILE_TOO_LARGE);
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn depth_is_bounded() {
    let nested = |depth| format!("{}x{}", "[".repeat(depth), "]".repeat(depth));
    assert!(findings(&nested(MAXIMUM_DEPTH)).is_empty());
    assert_eq!(
        finding(&nested(MAXIMUM_DEPTH + 1)),
        (TOO_DEEP.id, "[".to_owned())
    );
    for opening in ["[", "{a: ", "- ", "? ", "[? ", "{? "] {
        let text = opening.repeat(200_000);
        assert!(!findings(&text).is_empty(), "{opening}");
    }
}

#[test]
fn control_characters_are_refused() {
    assert_eq!(
        finding("é: b\0\nc: d"),
        (CONTROL_CHARACTER.id, "\0".to_owned())
    );
    assert_eq!(finding("a: \"\u{1b}\"").0, CONTROL_CHARACTER.id);
    assert_eq!(scalar("a: \"\\e\"", "a").text, "\u{1b}");
}

#[test]
fn syntax_errors_point_at_the_place() {
    for (text, line, column, help) in [
        ("é: b\n\tc: d\n", 2, 1, "spaces"),
        ("a: ü: c\n", 1, 5, "quotes"),
        ("a: [b, c\nd: e\n", 2, 2, "closed"),
        ("a: 'b\n", 1, 4, "quote"),
        ("a: \"\\q\"\n", 1, 4, "single quotes"),
        ("a: @b\n", 1, 4, "quotes"),
        ("a: b\n c: d\n", 2, 3, "quotes"),
        ("a: %b\n", 1, 4, "quotes"),
        ("a: b\n- c\n", 2, 1, "indented"),
    ] {
        let (file, node, report) = parse(text);
        assert!(node.is_none());
        let finding = report.findings().next().unwrap();
        assert_eq!(finding.code(), &INVALID_YAML, "{text:?}");
        let position = file.position(finding.primary().unwrap().span.start);
        let found = (position.line, position.column);
        assert_eq!(found, (line, column), "{text:?}: {finding:?}");
        assert!(finding.helps()[0].contains(help), "{text:?}: {finding:?}");
    }
}
