use super::*;
use crate::diagnostic::catalogue::{DUPLICATE_ROUTE, EMPTY_FILE, UNKNOWN_KEY, WRONG_TYPE};
use crate::source::Span;

fn find(file: &SourceFile, needle: &str) -> Span {
    let start = file.text().find(needle).unwrap();
    Span {
        start,
        end: start + needle.len(),
    }
}

fn plain(file: &SourceFile, findings: impl IntoIterator<Item = Finding>) -> String {
    let mut report = Report::new();
    for finding in findings {
        report.push(finding);
    }
    render(&report, file, Style::Plain)
}

#[test]
fn golden() {
    let text = "naftiko: 1.0.0-alpha2\ncapability:\n  exposes:\n    - type: rest\n      prot: 8080\n      resources:\n        \
                - path: /a/{x}\n          operations: []\n          # 1\n          # 2\n          # 3\n          # 4\n        \
                - path: /a/{y}\n";
    let file = SourceFile::new("capability.yaml", text);
    let out = plain(
        &file,
        [
            Finding::new(&DUPLICATE_ROUTE, "the route `/a/{}` is exposed twice")
                .at(find(&file, "/a/{y}"), "exposed again here")
                .related(find(&file, "/a/{x}"), "first exposed here")
                .help(
                    "two variables are equal, whatever they are called\nremove one of the routes",
                ),
            Finding::new(&UNKNOWN_KEY, "unknown key `prot`")
                .at(find(&file, "prot"), "not known here")
                .help("did you mean `port`?"),
            Finding::new(&EMPTY_FILE, "no place"),
        ],
    );
    insta::assert_snapshot!(out);
}

#[test]
fn far_places() {
    let text = format!("a: 1\n{}b: 2\n", "#\n".repeat(5000));
    let file = SourceFile::new("f", text);
    let out = plain(
        &file,
        [Finding::new(&WRONG_TYPE, "far")
            .at(find(&file, "b: 2"), "here")
            .related(find(&file, "a: 1"), "there")],
    );
    insta::assert_snapshot!(out);
}

#[test]
fn empty_places() {
    for (text, offset) in [
        ("", 0),
        ("\n", 1),
        ("a:\n", 2),
        ("a:\n", 3),
        ("\u{feff}", 3),
        ("a", 9),
    ] {
        let file = SourceFile::new("f", text);
        let span = Span::empty(offset);
        let out = plain(&file, [Finding::new(&EMPTY_FILE, "m").at(span, "label")]);
        assert!(out.contains("--> f:"), "{text:?}: {out}");
        assert!(out.contains("^ label"), "{text:?}: {out}");
    }
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let line = format!("{}NEEDLE{}", "é".repeat(500_000), "x".repeat(500_000));
    let file = SourceFile::new("f", line);
    let out = plain(
        &file,
        [Finding::new(&WRONG_TYPE, "m".repeat(1_000_000)).at(find(&file, "NEEDLE"), "here")],
    );
    assert!(out.len() < 5_000, "{}", out.len());
    assert!(out.contains("f:1:500001"));
    assert!(out.contains("NEEDLE"));
    assert!(out.contains("^^^^^^ here"));
    let whole = Span {
        start: 0,
        end: file.text().len(),
    };
    assert!(plain(&file, [Finding::new(&WRONG_TYPE, "m").at(whole, "")]).len() < 5_000);
}

#[test]
fn nothing_acts_on_the_terminal() {
    let text = "k\u{1b}[31m\te\u{202e}y\u{7}: v\u{9b}\u{200b}alue\u{85}\r\n";
    let file = SourceFile::new("na\u{1b}me\n", text);
    let finding = Finding::new(&UNKNOWN_KEY, "m\u{1b}[2J\nerror: no")
        .at(find(&file, "alue"), "l\u{202e}\n")
        .help("h\u{1b}\u{2066}");
    let out = plain(&file, [finding.clone()]);
    assert!(
        out.chars()
            .all(|c| c == '\n' || !crate::hidden::is_hidden(c)),
        "{out:?}"
    );
    assert!(out.contains("\\u{1b}[31m"));
    let marks = out.lines().find(|line| line.contains("^^^^")).unwrap();
    let shown = out.lines().find(|line| line.contains("alue")).unwrap();
    assert_eq!(marks.find("^^^^"), shown.find("alue"), "{out}");

    let mut report = Report::new();
    report.push(finding);
    let coloured = render(&report, &file, Style::Colour);
    assert!(coloured.contains("\u{1b}["));
    assert!(!coloured.contains("\u{1b}[2J") && !coloured.contains('\u{202e}'));
}

#[test]
fn many_findings_are_counted() {
    let file = SourceFile::new("f", "a: b\n".repeat(2_000));
    let out = plain(
        &file,
        (0..2_000).map(|line| Finding::new(&WRONG_TYPE, "m").at(Span::empty(line * 5), "")),
    );
    assert!(out.ends_with("… and 1000 more\n"));
}

#[test]
fn spans_beyond_the_text_do_no_harm() {
    let file = SourceFile::new("f", "é\n");
    for (start, end) in [
        (1, 1),
        (1, 9),
        (9, 1),
        (usize::MAX, usize::MAX),
        (0, usize::MAX),
    ] {
        let span = Span { start, end };
        plain(
            &file,
            [Finding::new(&WRONG_TYPE, "m")
                .at(span, "x")
                .related(span, "y")],
        );
    }
}
