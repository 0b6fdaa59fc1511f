//! Bodies in chunks.

use crate::case::{Case, chunked, post};

const CREATED: &[&str] = &["POST /customers {\"a\":1}"];

/// The gateway has begun to read a body when it sees that it is misframed: that is a broken body.
fn misframed(name: &'static str, body: impl AsRef<[u8]>) -> Case {
    Case::refused(name, chunked(body), 400)
}

pub(super) fn cases() -> Vec<Case> {
    let extension = |length: usize| format!("7;{}\r\n{{\"a\":1}}\r\n0\r\n\r\n", "x".repeat(length));
    vec![
        Case::served("one chunk", chunked("7\r\n{\"a\":1}\r\n0\r\n\r\n"), CREATED),
        Case::served(
            "several chunks",
            chunked("1\r\n{\r\n5\r\n\"a\":1\r\n1\r\n}\r\n0\r\n\r\n"),
            CREATED,
        ),
        Case::served(
            "sizes with zeros",
            chunked("0007\r\n{\"a\":1}\r\n000\r\n\r\n"),
            CREATED,
        ),
        Case::served(
            "encoding in capitals",
            post(
                "TRANSFER-ENCODING: CHUNKED\r\n",
                "7\r\n{\"a\":1}\r\n0\r\n\r\n",
            ),
            CREATED,
        ),
        Case::served(
            "encoding with tabs",
            post(
                "Transfer-Encoding:\tchunked\t\r\n",
                "7\r\n{\"a\":1}\r\n0\r\n\r\n",
            ),
            CREATED,
        ),
        Case::served(
            "an extension",
            chunked("7;x=\"y;z\"\r\n{\"a\":1}\r\n0;x\r\n\r\n"),
            CREATED,
        ),
        Case::served("a long extension", chunked(extension(4000)), CREATED),
        Case::served(
            "trailers",
            chunked("7\r\n{\"a\":1}\r\n0\r\nX: y\r\nZ: w\r\n\r\n"),
            CREATED,
        ),
        Case::served(
            "trailers that are none",
            chunked(
                "7\r\n{\"a\":1}\r\n0\r\nContent-Length: 9\r\nHost: h\r\nAuthorization: x\r\n\r\n",
            ),
            CREATED,
        ),
        Case::answered("an empty body in chunks", chunked("0\r\n\r\n"), 400),
        Case::answered(
            "a last chunk in the data",
            chunked("5\r\n0\r\n\r\n\r\n0\r\n\r\n"),
            400,
        ),
        Case::answered(
            "a request in a chunk",
            chunked("1C\r\nGET /v1/customers HTTP/1.1\r\n\r\n0\r\n\r\n"),
            400,
        ),
        misframed("no size", "\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("a size of letters", "x\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("a size with a prefix", "0x7\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("a size with a sign", "+7\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("a negative size", "-7\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("a size after a space", " 7\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("a size before a space", "7 \r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("a size before a tab", "7\t\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("a size with an underscore", "0_7\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("a size with a point", "7.0\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed(
            "a size of 17 digits",
            "10000000000000007\r\n{\"a\":1}\r\n0\r\n\r\n",
        ),
        misframed(
            "a size that wraps",
            "FFFFFFFFFFFFFFFF8\r\n{\"a\":1}\r\n0\r\n\r\n",
        ),
        misframed(
            "a size before a bare line feed",
            "7\n{\"a\":1}\r\n0\r\n\r\n",
        ),
        misframed(
            "a size before a bare carriage return",
            "7\r{\"a\":1}\r\n0\r\n\r\n",
        ),
        misframed("a size with NUL", "7\0\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed(
            "an extension with a bare line feed",
            "7;x\n{\"a\":1}\r\n0\r\n\r\n",
        ),
        misframed(
            "an extension with a bare carriage return",
            "7;x\ry\r\n{\"a\":1}\r\n0\r\n\r\n",
        ),
        misframed("an extension with NUL", "7;\0\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("an extension without end", extension(10_000)),
        misframed("data that is too long", "6\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("data that is too short", "8\r\n{\"a\":1}\r\n0\r\n\r\n"),
        misframed("data before a bare line feed", "7\r\n{\"a\":1}\n0\r\n\r\n"),
        misframed("data without an end", "7\r\n{\"a\":1}0\r\n\r\n"),
        misframed(
            "a last chunk before a bare line feed",
            "7\r\n{\"a\":1}\r\n0\n\r\n",
        ),
        misframed("an end with a bare line feed", "7\r\n{\"a\":1}\r\n0\r\n\n"),
        misframed(
            "a trailer with a bare line feed",
            "7\r\n{\"a\":1}\r\n0\r\nX: y\n\r\n",
        ),
        misframed("a trailer with NUL", "7\r\n{\"a\":1}\r\n0\r\nX: \0\r\n\r\n"),
        misframed(
            "trailers without end",
            format!("7\r\n{{\"a\":1}}\r\n0\r\n{}\r\n", "X: y\r\n".repeat(2000)),
        ),
        Case::refused(
            "more than the limit",
            chunked(format!(
                "{:x}\r\n{}\r\n0\r\n\r\n",
                1 << 21,
                "a".repeat(1 << 21)
            )),
            413,
        ),
        Case::refused(
            "more than the limit in chunks",
            chunked(format!(
                "{}0\r\n\r\n",
                format!("1000\r\n{}\r\n", "a".repeat(4096)).repeat(300)
            )),
            413,
        ),
        Case::broken(
            "chunks that are cut off",
            chunked("7\r\n{\"a\":1}\r\n"),
            &[400],
        ),
        Case::broken("a chunk that is cut off", chunked("8\r\n{\"a\":1}"), &[400]),
        Case::broken(
            "a last chunk that is cut off",
            chunked("7\r\n{\"a\":1}\r\n0\r\n"),
            &[400],
        ),
    ]
}
