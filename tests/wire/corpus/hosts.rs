//! `Host`, and whom a request is for.

use crate::case::{Case, get};

fn host(lines: &str) -> Vec<u8> {
    format!("GET /v1/customers HTTP/1.1\r\n{lines}\r\n").into_bytes()
}

const LIST: &[&str] = &["GET /customers "];

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::refused("no Host", host(""), 400),
        Case::served(
            "no Host in HTTP/1.0",
            "GET /v1/customers HTTP/1.0\r\n\r\n",
            LIST,
        )
        .closing(),
        Case::refused(
            "no Host with a whole URI",
            "GET http://g/v1/customers HTTP/1.1\r\n\r\n",
            400,
        ),
        Case::refused("two Hosts", host("Host: g\r\nHost: h\r\n"), 400),
        Case::refused("two equal Hosts", host("Host: g\r\nHost: g\r\n"), 400),
        Case::refused(
            "two Hosts of other case",
            host("Host: g\r\nHOST: g\r\n"),
            400,
        ),
        Case::refused(
            "two Hosts in HTTP/1.0",
            "GET /v1/customers HTTP/1.0\r\nHost: g\r\nHost: h\r\n\r\n",
            400,
        ),
        Case::refused("empty Host", host("Host:\r\n"), 400),
        Case::refused("Host of spaces", host("Host:   \r\n"), 400),
        Case::refused("two names in a Host", host("Host: g, h\r\n"), 400),
        Case::refused("two words in a Host", host("Host: g h\r\n"), 400),
        Case::refused("Host with a user", host("Host: u@g\r\n"), 400),
        Case::refused("Host with a path", host("Host: g/x\r\n"), 400),
        Case::refused("Host with a query", host("Host: g?x\r\n"), 400),
        Case::refused("Host with a fragment", host("Host: g#x\r\n"), 400),
        Case::refused("Host with a backslash", host("Host: g\\h\r\n"), 400),
        Case::refused("Host of a URI", host("Host: http://g\r\n"), 400),
        Case::refused("Host of UTF-8", host("Host: gé\r\n"), 400),
        Case::refused("Host with NUL", host("Host: g\0h\r\n"), 400),
        Case::refused("folded Host", host("Host:\r\n g\r\n"), 400),
        Case::refused("space before Host", host(" Host: g\r\n"), 400),
        Case::refused("space after Host", host("Host : g\r\n"), 400),
        Case::refused("Host with a NUL in its name", host("Host\0: g\r\n"), 400),
        Case::served("Host with a port", host("Host: g:8080\r\n"), LIST),
        Case::served("Host of IPv6", host("Host: [::1]:8080\r\n"), LIST),
        Case::served("Host in capitals", host("HOST: G\r\n"), LIST),
        Case::served("no space before the Host", host("Host:g\r\n"), LIST),
        Case::served(
            "another host that is forwarded",
            get("X-Forwarded-Host: h\r\nForwarded: host=h\r\n"),
            LIST,
        ),
        Case::served(
            "another path that is forwarded",
            get("X-Original-URL: /x\r\nX-Rewrite-URL: /y\r\n"),
            LIST,
        ),
        Case::served(
            "another method that is asked for",
            get("X-HTTP-Method-Override: DELETE\r\n"),
            LIST,
        ),
        Case::refused(
            "another Host over MCP",
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n",
            400,
        )
        .over_mcp(),
        Case::answered(
            "a foreign Host over MCP",
            "POST /mcp HTTP/1.1\r\nHost: evil\r\n\r\n",
            403,
        )
        .over_mcp(),
        Case::refused(
            "a foreign URI over MCP",
            "POST http://evil/mcp HTTP/1.1\r\nHost: localhost\r\n\r\n",
            400,
        )
        .over_mcp(),
    ]
}
