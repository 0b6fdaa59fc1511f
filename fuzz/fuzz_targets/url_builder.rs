//! No value changes which resource is addressed: what arrives at an upstream has the segments, the names of the query
//! and the fragment that the capability says, and each value comes out of it as it went in.
#![no_main]

use gatewright_fuzz::upstream::{Sent, send};
use gatewright_runtime::upstream::Request;
use http::Method;
use libfuzzer_sys::fuzz_target;
use percent_encoding::percent_decode_str;

fuzz_target!(|input: (&str, &str, &str, Vec<String>)| {
    let (segment, partial, query, list) = input;
    let request = Request::new(Method::GET, "fuzz")
        .literal("/v1/")
        .segment("segment", segment)
        .literal("/things/x")
        .segment("partial", partial)
        .literal(".json")
        .query("q", query)
        .query("list[]", &list)
        .header("x-value", query)
        .cookie("c", query);
    let Sent::Request(target) = send(request) else {
        return;
    };
    let (path, pairs) = target.split_once('?').unwrap_or((&target, ""));
    let segments: Vec<&str> = path.split('/').collect();
    assert_eq!(segments.len(), 6, "{target}");
    assert_eq!(
        (segments[1], segments[2], segments[4]),
        ("base", "v1", "things"),
        "{target}"
    );
    assert_eq!(decoded(segments[3]), segment);
    assert_eq!(decoded(segments[5]), format!("x{partial}.json"));
    let mut values = pairs
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    assert_eq!(
        values.next().map(|(name, value)| (name, decoded(value))),
        Some(("q", query.to_owned()))
    );
    let rest: Vec<String> = values
        .map(|(name, value)| format!("{name}{}", decoded(value)))
        .collect();
    let expected: Vec<String> = list.iter().map(|item| format!("list[]{item}")).collect();
    assert_eq!(rest, expected, "{target}");
});

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
