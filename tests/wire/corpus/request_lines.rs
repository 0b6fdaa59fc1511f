//! Request lines.

use crate::case::{Case, get, line};

const LIST: &[&str] = &["GET /customers "];

pub(super) fn cases() -> Vec<Case> {
    let long = |length: usize| line(format!("GET /v1/{} HTTP/1.1", "a".repeat(length)));
    vec![
        Case::served("plain", get(""), LIST),
        Case::served("empty line before", [b"\r\n", &*get("")].concat(), LIST),
        Case::served(
            "empty lines before",
            [b"\r\n\r\n\r\n", &*get("")].concat(),
            LIST,
        ),
        Case::refused("bare line feed before", [b"\n", &*get("")].concat(), 400),
        Case::refused(
            "bare carriage return before",
            [b"\r", &*get("")].concat(),
            400,
        ),
        Case::refused("space before", [b" ", &*get("")].concat(), 400),
        Case::refused("NUL before", [b"\0", &*get("")].concat(), 400),
        Case::refused(
            "byte order mark before",
            [b"\xef\xbb\xbf", &*get("")].concat(),
            400,
        ),
        Case::refused(
            "two spaces after the method",
            line("GET  /v1/customers HTTP/1.1"),
            400,
        ),
        Case::refused(
            "tab after the method",
            line("GET\t/v1/customers HTTP/1.1"),
            400,
        ),
        Case::refused(
            "two spaces after the target",
            line("GET /v1/customers  HTTP/1.1"),
            400,
        ),
        Case::refused(
            "tab after the target",
            line("GET /v1/customers\tHTTP/1.1"),
            400,
        ),
        Case::refused("space at the end", line("GET /v1/customers HTTP/1.1 "), 400),
        Case::refused("a fourth word", line("GET /v1/customers HTTP/1.1 x"), 400),
        Case::refused(
            "two versions",
            line("GET /v1/customers HTTP/1.1 HTTP/1.0"),
            400,
        ),
        Case::refused(
            "space in the target",
            line("GET /v1/customers/a b HTTP/1.1"),
            400,
        ),
        Case::refused("no method", line(" /v1/customers HTTP/1.1"), 400),
        Case::refused("no target", line("GET HTTP/1.1"), 400),
        Case::refused("an empty target", line("GET  HTTP/1.1"), 400),
        Case::refused("HTTP/0.9", "GET /v1/customers\r\n\r\n", 400),
        Case::refused("only a method", line("GET"), 400),
        Case::refused("only a colon", line(":"), 400),
        Case::refused("no version but a space", line("GET /v1/customers "), 400),
        Case::served(
            "HTTP/1.0",
            "GET /v1/customers HTTP/1.0\r\nHost: g\r\n\r\n",
            LIST,
        )
        .closing(),
        Case::refused("HTTP/1.2", line("GET /v1/customers HTTP/1.2"), 505),
        Case::refused("HTTP/1.10", line("GET /v1/customers HTTP/1.10"), 505),
        Case::refused("HTTP/01.1", line("GET /v1/customers HTTP/01.1"), 505),
        Case::refused("HTTP/2.0", line("GET /v1/customers HTTP/2.0"), 505),
        Case::refused("HTTP/3", line("GET /v1/customers HTTP/3"), 505),
        Case::refused("HTTP/", line("GET /v1/customers HTTP/"), 505),
        Case::refused("HTTP/1,1", line("GET /v1/customers HTTP/1,1"), 505),
        Case::refused("http/1.1", line("GET /v1/customers http/1.1"), 400),
        Case::refused("ICAP/1.0", line("GET /v1/customers ICAP/1.0"), 400),
        Case::refused("RTSP/1.1", line("OPTIONS * RTSP/1.1"), 400),
        Case::refused(
            "NUL in the version",
            line("GET /v1/customers HTTP/1.1\0"),
            400,
        ),
        Case::refused(
            "NUL in the method",
            line("G\0ET /v1/customers HTTP/1.1"),
            400,
        ),
        Case::refused(
            "NUL in the target",
            line("GET /v1/customers\0 HTTP/1.1"),
            400,
        ),
        Case::refused(
            "method with a parenthesis",
            line("GET() /v1/customers HTTP/1.1"),
            400,
        ),
        Case::refused("method of UTF-8", line("GÉT /v1/customers HTTP/1.1"), 400),
        Case::refused(
            "method with a colon",
            line("GET: /v1/customers HTTP/1.1"),
            400,
        ),
        Case::answered("lower-case method", line("get /v1/customers HTTP/1.1"), 405),
        Case::answered("unknown method", line("FETCH /v1/customers HTTP/1.1"), 405),
        Case::answered("TRACE", line("TRACE /v1/customers HTTP/1.1"), 405),
        Case::answered(
            "the word for refused requests",
            line("REFUSED / HTTP/1.1"),
            404,
        ),
        Case::refused("CONNECT", line("CONNECT example.com:443 HTTP/1.1"), 400),
        Case::refused(
            "CONNECT of a path",
            line("CONNECT /v1/customers HTTP/1.1"),
            400,
        ),
        Case::refused(
            "CONNECT of a URI",
            line("CONNECT http://g/v1/customers HTTP/1.1"),
            400,
        ),
        Case::refused(
            "TLS",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            400,
        ),
        Case::refused("SSH", "SSH-2.0-OpenSSH_9.6\r\n\r\n", 400),
        Case::refused(
            "bare line feeds",
            "GET /v1/customers HTTP/1.1\nHost: g\n\n",
            400,
        ),
        Case::refused(
            "line feed after the request line",
            "GET /v1/customers HTTP/1.1\nHost: g\r\n\r\n",
            400,
        ),
        Case::refused(
            "carriage returns only",
            "GET /v1/customers HTTP/1.1\rHost: g\r\r\n",
            400,
        ),
        Case::refused(
            "two carriage returns",
            "GET /v1/customers HTTP/1.1\r\r\nHost: g\r\n\r\n",
            400,
        ),
        Case::answered("the longest target", long(8188), 404),
        Case::refused("a target that is too long", long(8189), 414),
        Case::refused("a target longer than a head", long(20_000), 414),
        Case::refused("a target longer than any buffer", long(200_000), 414),
        Case::refused("a method without end", "G".repeat(20_000), 414),
    ]
}
