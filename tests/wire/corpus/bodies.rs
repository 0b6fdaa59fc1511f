//! Where a body ends.

use crate::case::{Case, get, post};

const CREATED: &[&str] = &["POST /customers {\"a\":1}"];
const LIST: &[&str] = &["GET /customers "];
const BODY: &str = "{\"a\":1}";

/// A request with a length, and a body that the length fits.
fn length(lines: &str) -> Vec<u8> {
    post(lines, BODY)
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::served("length", length("Content-Length: 7\r\n"), CREATED),
        Case::served("length with zeros", length("Content-Length: 0007\r\n"), CREATED),
        Case::served("length with a tab", length("Content-Length:\t7\t\r\n"), CREATED),
        Case::served("length 0", get("Content-Length: 0\r\n"), LIST),
        Case::refused("two lengths", length("Content-Length: 7\r\nContent-Length: 8\r\n"), 400),
        Case::refused("two equal lengths", length("Content-Length: 7\r\nContent-Length: 7\r\n"), 400),
        Case::refused("two lengths of other case", length("content-length: 7\r\nCONTENT-LENGTH: 7\r\n"), 400),
        Case::refused("lengths in a list", length("Content-Length: 7, 7\r\n"), 400),
        Case::refused("length with a sign", length("Content-Length: +7\r\n"), 400),
        Case::refused("negative length", length("Content-Length: -7\r\n"), 400),
        Case::refused("hexadecimal length", length("Content-Length: 0x7\r\n"), 400),
        Case::refused("length with a point", length("Content-Length: 7.0\r\n"), 400),
        Case::refused("length with an exponent", length("Content-Length: 7e0\r\n"), 400),
        Case::refused("length of two words", length("Content-Length: 7 7\r\n"), 400),
        Case::refused("length with an underscore", length("Content-Length: 7_\r\n"), 400),
        Case::refused("empty length", length("Content-Length:\r\n"), 400),
        Case::refused("length of letters", length("Content-Length: seven\r\n"), 400),
        Case::refused("length of other digits", length("Content-Length: ７\r\n"), 400),
        Case::refused("length with NUL", length("Content-Length: 7\0\r\n"), 400),
        Case::refused("length over 64 bits", length("Content-Length: 18446744073709551623\r\n"), 400),
        Case::refused("folded length", length("Content-Length:\r\n 7\r\n"), 400),
        Case::refused("space before the colon of a length", length("Content-Length : 7\r\n"), 400),
        Case::refused("length and chunks", post("Content-Length: 7\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400),
        Case::refused("chunks and length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400),
        Case::refused("chunks and length 0", post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "0\r\n\r\n"), 400),
        Case::refused("chunks and a wrong length", post("Transfer-Encoding: chunked\r\nContent-Length: x\r\n", "0\r\n\r\n"), 400),
        Case::refused("chunks twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400),
        Case::refused("chunks in chunks", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400),
        Case::refused("compressed chunks", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 400),
        Case::refused("chunks that are compressed", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400),
        Case::refused("identity", length("Transfer-Encoding: identity\r\n"), 400),
        Case::refused("identity and length", length("Transfer-Encoding: identity\r\nContent-Length: 7\r\n"), 400),
        Case::refused("chunks and identity", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), 400),
        Case::refused("empty encoding", length("Transfer-Encoding:\r\n"), 400),
        Case::refused("an encoding that resembles", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400),
        Case::refused("an encoding in quotes", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 400),
        Case::refused("an encoding with a parameter", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"), 400),
        Case::refused("an encoding with a comma", post("Transfer-Encoding: ,chunked\r\n", "0\r\n\r\n"), 400),
        Case::refused("an encoding after a form feed", post("Transfer-Encoding:\x0cchunked\r\n", "0\r\n\r\n"), 400),
        Case::refused("an encoding with a vertical tab", post("Transfer-Encoding: chunked\x0b\r\n", "0\r\n\r\n"), 400),
        Case::refused("folded encoding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), 400),
        Case::refused("space before the colon of an encoding", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), 400),
        Case::refused("encoding after a bare line feed", post("X: y\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400),
        Case::refused(
            "chunks in HTTP/1.0",
            "POST /v1/customers HTTP/1.0\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
        Case::answered("no length", post("", ""), 400),
        Case::answered("a body where none is expected", get_with_body("x"), 400),
        Case::served("an empty object where nothing is expected", get_with_body("{}"), LIST),
        Case::answered("a request as a body", get_with_body("GET /v1/customers/x HTTP/1.1\r\nHost: g\r\n\r\n"), 400),
        Case::answered("another media type", "POST /v1/customers HTTP/1.1\r\nHost: g\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\n{\"a\":1}", 415),
        Case::answered("a compressed body", length("Content-Encoding: gzip\r\nContent-Length: 6\r\n")[..].strip_suffix(b"}").unwrap_or_default(), 400),
        Case::refused("announced to be too large", post("Content-Length: 99999999\r\n", ""), 413),
        Case::refused("announced to be endless", post("Content-Length: 9223372036854775807\r\n", ""), 413),
        Case::served("asks first", post("Expect: 100-continue\r\nContent-Length: 7\r\n", BODY), CREATED),
        Case::broken("cut off", post("Content-Length: 8\r\n", BODY), &[400]),
        Case::broken("cut off in the head", "POST /v1/customers HTTP/1.1\r\nHost: g\r\nContent-Len", &[]),
        Case::refused("length and chunks over MCP", "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400).over_mcp(),
        Case::refused("two lengths over MCP", "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n", 400).over_mcp(),
    ]
}

fn get_with_body(body: &str) -> Vec<u8> {
    [
        get(format!("Content-Length: {}\r\n", body.len())),
        body.into(),
    ]
    .concat()
}
