//! Headers: their form, their number, and whose they are.

use crate::case::{Case, get};

const LIST: &[&str] = &["GET /customers "];

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::refused("folded header", get("X: a\r\n b\r\n"), 400),
        Case::refused("header folded by a tab", get("X: a\r\n\tb\r\n"), 400),
        Case::refused("folded to nothing", get("X: a\r\n \r\n"), 400),
        Case::refused(
            "folded first header",
            "GET /v1/customers HTTP/1.1\r\n X: a\r\nHost: g\r\n\r\n",
            400,
        ),
        Case::refused("space before the colon", get("X : a\r\n"), 400),
        Case::refused("tab before the colon", get("X\t: a\r\n"), 400),
        Case::refused("no colon", get("X\r\n"), 400),
        Case::refused("no name", get(": a\r\n"), 400),
        Case::refused("space in a name", get("X Y: a\r\n"), 400),
        Case::refused("NUL in a name", get("X\0: a\r\n"), 400),
        Case::refused("slash in a name", get("X/Y: a\r\n"), 400),
        Case::refused("brackets in a name", get("X[0]: a\r\n"), 400),
        Case::refused("UTF-8 in a name", get("Xé: a\r\n"), 400),
        Case::refused("quote in a name", get("\"X\": a\r\n"), 400),
        Case::refused("NUL in a value", get("X: a\0b\r\n"), 400),
        Case::refused("bare carriage return in a value", get("X: a\rb\r\n"), 400),
        Case::refused(
            "bare carriage return that hides a header",
            get("X: a\rTransfer-Encoding: chunked\r\n"),
            400,
        ),
        Case::refused("bare line feed in a value", get("X: a\nY: b\r\n"), 400),
        Case::refused("bare line feed that ends the head", get("X: a\r\n\n"), 400),
        Case::refused("two carriage returns at the end", get("X: a\r\r\n"), 400),
        Case::refused("escape in a value", get("X: a\x1b[31m\r\n"), 400),
        Case::refused("backspace in a value", get("X: a\x08\r\n"), 400),
        Case::refused("DEL in a value", get("X: a\x7f\r\n"), 400),
        Case::refused("vertical tab in a value", get("X: a\x0bb\r\n"), 400),
        Case::refused("form feed before a value", get("X:\x0ca\r\n"), 400),
        Case::served("empty value", get("X:\r\n"), LIST),
        Case::served("tabs around a value", get("X:\ta\t\r\n"), LIST),
        Case::served("UTF-8 in a value", get("X: é\r\n"), LIST),
        Case::served("Latin-1 in a value", get(b"X: \xe9\r\n"), LIST),
        Case::served(
            "name of odd characters",
            get("!#$%&'*+-.^_`|~: a\r\n"),
            LIST,
        ),
        Case::served("a hundred headers", get("X: a\r\n".repeat(99)), LIST),
        Case::refused(
            "a hundred and one headers",
            get("X: a\r\n".repeat(100)),
            431,
        ),
        Case::refused("ten thousand headers", get("X: a\r\n".repeat(10_000)), 431),
        Case::served(
            "a large header",
            get(format!("X: {}\r\n", "a".repeat(16_000))),
            LIST,
        ),
        Case::refused(
            "a head that is too large",
            get(format!("X: {}\r\n", "a".repeat(16_384))),
            431,
        ),
        Case::refused(
            "a head without end",
            get(format!("X: {}", "a".repeat(100_000))),
            431,
        ),
        Case::refused("a name without end", get("X".repeat(100_000)), 431),
        // None of these is declared, and none is passed on: the runner looks at every header the upstream gets.
        Case::served(
            "a caller's key",
            get("Authorization: Bearer mine\r\n"),
            LIST,
        ),
        Case::served(
            "two keys",
            get("Authorization: a\r\nAuthorization: b\r\n"),
            LIST,
        ),
        Case::served("cookies", get("Cookie: a=b\r\nCookie: c=d\r\n"), LIST),
        Case::served(
            "a key for a proxy",
            get("Proxy-Authorization: Basic eA==\r\n"),
            LIST,
        ),
        Case::served(
            "addresses that are forwarded",
            get("X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\n"),
            LIST,
        ),
        Case::served(
            "names with underscores",
            get("Content_Length: 5\r\nTransfer_Encoding: chunked\r\n"),
            LIST,
        ),
        Case::served(
            "keep-alive",
            get("Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n"),
            LIST,
        ),
        Case::served("close", get("Connection: close\r\n"), LIST).closing(),
        Case::served("close in capitals", get("Connection: Close\r\n"), LIST).closing(),
        Case::served("close among others", get("Connection: x, close\r\n"), LIST).closing(),
        Case::served(
            "Connection that names a header",
            get("Connection: X-Y\r\nX-Y: a\r\n"),
            LIST,
        ),
        Case::refused(
            "Connection that names Host",
            get("Connection: Host\r\n"),
            400,
        ),
        Case::refused(
            "Connection that names Origin",
            get("Connection: origin\r\nOrigin: http://evil\r\n"),
            400,
        ),
        Case::refused(
            "Connection that names the key",
            get("Connection: x, Authorization\r\n"),
            400,
        ),
        Case::refused(
            "Connection that names the length",
            get("Connection: content-length\r\n"),
            400,
        ),
        Case::answered("a foreign page", get("Origin: http://evil\r\n"), 403),
        Case::answered(
            "two pages",
            get("Origin: http://g\r\nOrigin: http://evil\r\n"),
            403,
        ),
        Case::served(
            "upgrade to HTTP/2",
            get(
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
            ),
            LIST,
        ),
        Case::served(
            "upgrade to WebSocket",
            get("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\n"),
            LIST,
        ),
        Case::refused(
            "an expectation that is not met",
            get("Expect: payment\r\n"),
            417,
        ),
        Case::refused(
            "two expectations",
            get("Expect: 100-continue, payment\r\n"),
            417,
        ),
        Case::served(
            "an expectation without a body",
            get("Expect: 100-continue\r\n"),
            LIST,
        ),
    ]
}
