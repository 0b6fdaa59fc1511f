use crate::source::parse::tests::{parse, scalar};
use crate::source::{Node, Resolved, Span, Value};

/// The tree as text, where every value shows the text its span covers.
pub(in crate::source) fn outline(text: &str) -> String {
    fn walk(node: &Node, text: &str) -> String {
        let written = &text[node.span.start..node.span.end];
        match &node.value {
            Value::Scalar(scalar) => {
                assert_eq!(scalar.span, node.span);
                format!("‹{written}›")
            }
            Value::Sequence(items) => {
                let items: Vec<_> = items.iter().map(|item| walk(item, text)).collect();
                format!("[{}]‹{written}›", items.join(" "))
            }
            Value::Mapping(entries) => {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|entry| {
                        let key = &text[entry.key.span.start..entry.key.span.end];
                        format!("{key}={}", walk(&entry.value, text))
                    })
                    .collect();
                format!("{{{}}}‹{written}›", entries.join(" "))
            }
        }
    }
    let (file, node, report) = parse(text);
    assert!(report.is_empty(), "{text:?}: {report:?}");
    walk(&node.unwrap(), file.text())
}

#[test]
fn scalars_cover_what_is_written() {
    for (text, expected) in [
        ("a: b", "{a=‹b›}‹a: b›"),
        ("é: 東京 # x\n", "{é=‹東京›}‹é: 東京›"),
        ("a: 'é''b'\n", "{a=‹'é''b'›}‹a: 'é''b'›"),
        (
            "\"ü\": \"a\\\"b\"  \n",
            "{\"ü\"=‹\"a\\\"b\"›}‹\"ü\": \"a\\\"b\"›",
        ),
        (
            "a: one\n  two\nb: 3\n",
            "{a=‹one\n  two› b=‹3›}‹a: one\n  two\nb: 3›",
        ),
        ("a: \"x\n  y\"\n", "{a=‹\"x\n  y\"›}‹a: \"x\n  y\"›"),
        ("- a\n- b\n", "[‹a› ‹b›]‹- a\n- b›"),
        ("\u{feff}a: b\n", "{a=‹b›}‹a: b›"),
        ("a: b\r\nc: d\r\n", "{a=‹b› c=‹d›}‹a: b\r\nc: d›"),
        ("é: b\rc: d\r", "{é=‹b› c=‹d›}‹é: b\rc: d›"),
        ("--- a\n...\n", "‹a›"),
        (
            "😀: {ü: [é, \"😀\"]}\nx: y",
            "{😀={ü=[‹é› ‹\"😀\"›]‹[é, \"😀\"]›}‹{ü: [é, \"😀\"]}› x=‹y›}‹😀: {ü: [é, \"😀\"]}\nx: y›",
        ),
    ] {
        assert_eq!(outline(text), expected, "{text:?}");
    }
}

#[test]
fn block_scalars_are_covered_whole() {
    for (text, expected) in [
        (
            "a: |\n  é\n  y\nb: c\n",
            "{a=‹|\n  é\n  y› b=‹c›}‹a: |\n  é\n  y\nb: c›",
        ),
        (
            "a: >-\n  x\n\n  y\n\n# c\nb: c\n",
            "{a=‹>-\n  x\n\n  y› b=‹c›}‹a: >-\n  x\n\n  y\n\n# c\nb: c›",
        ),
        (
            "a: |\r\n  x\r\nb: c\r\n",
            "{a=‹|\r\n  x› b=‹c›}‹a: |\r\n  x\r\nb: c›",
        ),
        ("- |2\n   x\n- b\n", "[‹|2\n   x› ‹b›]‹- |2\n   x\n- b›"),
    ] {
        assert_eq!(outline(text), expected, "{text:?}");
    }
    assert_eq!(scalar("a: |\n  x\n  y\n", "a").text, "x\ny\n");
    assert_eq!(scalar("a: |\r\n  x\r\n", "a").text, "x\n");
}

#[test]
fn collections_end_with_their_last_element() {
    for (text, expected) in [
        (
            "a:\n  - b: 1\n    c: 2\n\n\nd: 3\n",
            "{a=[{b=‹1› c=‹2›}‹b: 1\n    c: 2›]‹- b: 1\n    c: 2› d=‹3›}‹a:\n  - b: 1\n    c: 2\n\n\nd: 3›",
        ),
        (
            "a:\n- b\n- c\nd: e\n",
            "{a=[‹b› ‹c›]‹- b\n- c› d=‹e›}‹a:\n- b\n- c\nd: e›",
        ),
        ("a: [ ]\nb: { }\n", "{a=[]‹[ ]› b={}‹{ }›}‹a: [ ]\nb: { }›"),
        ("[\n a,\n b,\n]\n", "[‹a› ‹b›]‹[\n a,\n b,\n]›"),
        ("[a: b, c]", "[{a=‹b›}‹a: b› ‹c›]‹[a: b, c]›"),
        (
            "a:\n- - b\n- -1\n",
            "{a=[[‹b›]‹- b› ‹-1›]‹- - b\n- -1›}‹a:\n- - b\n- -1›",
        ),
        ("- - a\n  - b\n", "[[‹a› ‹b›]‹- a\n  - b›]‹- - a\n  - b›"),
    ] {
        assert_eq!(outline(text), expected, "{text:?}");
    }
}

#[test]
fn what_is_not_there_has_a_place_of_no_width() {
    for (text, expected) in [
        ("a:\nb: c\n", "{a=‹› b=‹c›}‹a:\nb: c›"),
        ("a:\n", "{a=‹›}‹a›"),
        ("-\n- a\n-\n", "[‹› ‹a› ‹›]‹-\n- a\n-›"),
        ("{a, b: , c}", "{a=‹› b=‹› c=‹›}‹{a, b: , c}›"),
        ("a: !!str\nb: &x\n", "{a=‹› b=‹›}‹a: !!str\nb: &x›"),
    ] {
        assert_eq!(outline(text), expected, "{text:?}");
    }
    let (_, node, _) = parse("# x\n- # y\n- a\n-\n-\nk");
    assert!(node.is_none());
    let (_, node, _) = parse("# x\n- # y\n- a\n-\n");
    let node = node.unwrap();
    let starts: Vec<_> = node
        .items()
        .unwrap()
        .iter()
        .map(|item| item.span.start)
        .collect();
    assert_eq!(starts, [5, 12, 15]);
    let null = scalar("key: # remark\n\n\nother: x\n", "key");
    assert_eq!(null.span, Span::empty(3));
    assert_eq!(null.resolve(), Resolved::Null);
}
