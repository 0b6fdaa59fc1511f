//! Targets: what a route variable may hold, and what may not be one.

use crate::case::{Case, line};

fn at(target: &str) -> Vec<u8> {
    line(format!("GET {target} HTTP/1.1"))
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::refused("fragment", at("/v1/customers#x"), 400),
        Case::refused("fragment after a query", at("/v1/customers?#x"), 400),
        Case::refused("no slash", at("v1/customers"), 400),
        Case::refused("only a query", at("?x=y"), 400),
        Case::refused("asterisk with GET", at("*"), 400),
        Case::refused("asterisk and more", line("OPTIONS *x HTTP/1.1"), 400),
        Case::answered("asterisk with OPTIONS", line("OPTIONS * HTTP/1.1"), 404),
        Case::refused("authority", at("g:80"), 400),
        Case::refused("another scheme", at("ftp://g/v1/customers"), 400),
        Case::refused("file", at("file:///etc/passwd"), 400),
        Case::refused("scheme without a host", at("http:///v1/customers"), 400),
        Case::refused("scheme without slashes", at("http:/v1/customers"), 400),
        Case::served(
            "whole URI",
            at("http://g/v1/customers"),
            &["GET /customers "],
        ),
        Case::served(
            "whole URI in capitals",
            at("http://G/v1/customers"),
            &["GET /customers "],
        ),
        Case::served(
            "whole URI of https",
            at("https://g/v1/customers"),
            &["GET /customers "],
        ),
        Case::refused(
            "whole URI of another host",
            at("http://h/v1/customers"),
            400,
        ),
        Case::refused(
            "whole URI of another port",
            at("http://g:81/v1/customers"),
            400,
        ),
        Case::refused("whole URI with a user", at("http://u@g/v1/customers"), 400),
        Case::answered("two slashes", at("//v1/customers"), 404),
        Case::answered("two slashes and a host", at("//h/v1/customers"), 404),
        Case::answered("slash at the end", at("/v1/customers/"), 404),
        Case::answered("backslash", at("/v1\\customers"), 404),
        Case::answered("dot segments", at("/v1/x/../customers"), 404),
        Case::answered("dot segment as a value", at("/v1/customers/.."), 400),
        Case::answered("one dot as a value", at("/v1/customers/."), 400),
        Case::answered("encoded dot segment", at("/v1/customers/%2e%2E"), 400),
        Case::answered("half encoded dot segment", at("/v1/customers/.%2e"), 400),
        Case::answered(
            "dot segment encoded twice",
            at("/v1/customers/%252e%252e"),
            400,
        ),
        Case::served(
            "encoded slash",
            at("/v1/customers/a%2Fb"),
            &["GET /customers/a%2Fb "],
        ),
        Case::served(
            "encoded dot segments in a value",
            at("/v1/customers/a%2F..%2Fb"),
            &["GET /customers/a%2F..%2Fb "],
        ),
        Case::served(
            "encoded question mark",
            at("/v1/customers/a%3Fb=c"),
            &["GET /customers/a%3Fb%3Dc "],
        ),
        Case::served(
            "encoded fragment",
            at("/v1/customers/a%23b"),
            &["GET /customers/a%23b "],
        ),
        Case::served(
            "encoded line end",
            at("/v1/customers/a%0d%0aX:%20y"),
            &["GET /customers/a%0D%0AX%3A%20y "],
        ),
        Case::served(
            "encoded NUL",
            at("/v1/customers/a%00"),
            &["GET /customers/a%00 "],
        ),
        Case::served(
            "encoded space",
            at("/v1/customers/a%20b"),
            &["GET /customers/a%20b "],
        ),
        Case::served("plus", at("/v1/customers/a+b"), &["GET /customers/a%2Bb "]),
        Case::served(
            "semicolon",
            at("/v1/customers/a;b=c"),
            &["GET /customers/a%3Bb%3Dc "],
        ),
        Case::served(
            "at sign and colon",
            at("/v1/customers/u:p@h"),
            &["GET /customers/u%3Ap%40h "],
        ),
        Case::served(
            "UTF-8",
            at("/v1/customers/%C3%A9"),
            &["GET /customers/%C3%A9 "],
        ),
        Case::served(
            "raw UTF-8",
            at("/v1/customers/é"),
            &["GET /customers/%C3%A9 "],
        ),
        Case::refused(
            "raw bytes that are no UTF-8",
            b"GET /v1/customers/\xff HTTP/1.1\r\nHost: g\r\n\r\n",
            400,
        ),
        Case::answered(
            "encoded bytes that are no UTF-8",
            at("/v1/customers/%ff"),
            400,
        ),
        Case::answered("overlong encoding", at("/v1/customers/%c0%ae%c0%ae"), 400),
        Case::answered("stray percent sign", at("/v1/customers/%"), 400),
        Case::answered("half of an encoding", at("/v1/customers/%2"), 400),
        Case::answered("no hexadecimal digits", at("/v1/customers/%zz"), 400),
        Case::answered("encoding of IIS", at("/v1/customers/%u002e"), 400),
        Case::answered("encoded route", at("/v1/customers%2Fa"), 404),
        Case::answered("unknown query parameter", at("/v1/customers?x=y"), 400),
        Case::answered("query twice", at("/v1/customers?a=b?c=d"), 400),
        Case::served("empty query", at("/v1/customers?"), &["GET /customers "]),
        Case::answered(
            "a key in the query",
            at("/v1/customers?authorization=x"),
            400,
        ),
        Case::served(
            "query values are encoded anew",
            at("/v1/customers/a/current-usage?external_subscription_id=%26x%3Dy%23%20+%2F.."),
            &["GET /customers/a/current_usage?external_subscription_id=%26x%3Dy%23%20%20%2F.. "],
        ),
        Case::served(
            "other separators are values",
            at("/v1/customers/a/current-usage?external_subscription_id=a;page=2"),
            &["GET /customers/a/current_usage?external_subscription_id=a%3Bpage%3D2 "],
        ),
        Case::refused("angle brackets", at("/v1/customers/<a>"), 400),
    ]
}
