//! Several requests on one connection.

use crate::case::{Case, chunked, get, post};

/// A request that a caller would like to hide in another one.
const HIDDEN: &str = "DELETE /v1/customers/hidden HTTP/1.1\r\nHost: g\r\n\r\n";

fn both(first: impl AsRef<[u8]>, second: impl AsRef<[u8]>) -> Vec<u8> {
    [first.as_ref(), second.as_ref()].concat()
}

pub(super) fn cases() -> Vec<Case> {
    let length = format!("Content-Length: {}\r\n", HIDDEN.len());
    let small = |count: usize| get("").repeat(count);
    vec![
        Case::served(
            "two",
            both(get(""), get("")),
            &["GET /customers ", "GET /customers "],
        ),
        Case::served("fifty", small(50), &["GET /customers "; 50]),
        Case::served(
            "one that is not hidden",
            both(get(""), HIDDEN),
            &["GET /customers ", "DELETE /customers/hidden "],
        ),
        Case::served(
            "a body and the next",
            both(post("Content-Length: 7\r\n", "{\"a\":1}"), HIDDEN),
            &["POST /customers {\"a\":1}", "DELETE /customers/hidden "],
        ),
        Case::served(
            "chunks and the next",
            both(chunked("7\r\n{\"a\":1}\r\n0\r\n\r\n"), HIDDEN),
            &["POST /customers {\"a\":1}", "DELETE /customers/hidden "],
        ),
        Case::served(
            "an empty line between",
            both(post("Content-Length: 7\r\n", "{\"a\":1}\r\n"), HIDDEN),
            &["POST /customers {\"a\":1}", "DELETE /customers/hidden "],
        ),
        Case::answered("hidden in a body", post(&length, HIDDEN), 400),
        Case::refused(
            "hidden behind a length and chunks",
            post(
                format!("Transfer-Encoding: chunked\r\n{length}"),
                format!("0\r\n\r\n{HIDDEN}"),
            ),
            400,
        ),
        Case::refused(
            "hidden behind chunks and length 0",
            post(
                "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
                format!("0\r\n\r\n{HIDDEN}"),
            ),
            400,
        ),
        Case::refused(
            "hidden behind two lengths",
            post(format!("Content-Length: 0\r\n{length}"), HIDDEN),
            400,
        ),
        Case::refused(
            "hidden behind a folded encoding",
            post(
                format!("{length}X: y\r\n Transfer-Encoding: chunked\r\n"),
                HIDDEN,
            ),
            400,
        ),
        Case::refused(
            "hidden behind a bare line feed",
            get(format!("X: y\n\n{HIDDEN}")),
            400,
        ),
        Case::refused(
            "hidden behind a chunk's bare line feed",
            chunked(format!("0\n\n{HIDDEN}")),
            400,
        ),
        Case::refused(
            "hidden in an extension",
            chunked(format!("0;\n\r\n{HIDDEN}")),
            400,
        ),
        Case::refused(
            "hidden behind a refused one",
            both(get("X : y\r\n"), HIDDEN),
            400,
        ),
        Case::refused(
            "hidden behind one too large",
            both(post("Content-Length: 99999999\r\n", ""), HIDDEN),
            413,
        ),
        Case::served(
            "a refused one behind another",
            both(get(""), get("X : y\r\n")),
            &["GET /customers "],
        )
        .with_statuses(&[200, 400])
        .closing(),
        Case::served(
            "a refused one behind the word for it",
            both("REFUSED / HTTP/1.1\r\nHost: g\r\n\r\n", get("X : y\r\n")),
            &[],
        )
        .with_statuses(&[400])
        .closing(),
        Case::served(
            "the next after close",
            both(get("Connection: close\r\n"), HIDDEN),
            &["GET /customers "],
        )
        .closing(),
        Case::served(
            "a body too few and the next",
            both(get(""), "x"),
            &["GET /customers "],
        )
        .with_statuses(&[200, 405])
        .closing(),
        Case::served(
            "HTTP/2 behind HTTP/1",
            both(get(""), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            &["GET /customers "],
        )
        .with_statuses(&[200, 505])
        .closing(),
    ]
}
