//! HTTP/2, and what its callers could do to a gateway without limits.

use http::{Request, StatusCode};
use http_body_util::BodyExt;

use super::*;

#[tokio::test]
async fn http2_is_served_with_the_same_checks() {
    let handler = |request: axum::extract::Request| async move { request.uri().path().to_owned() };
    let served = Served::start(Router::new().fallback(handler), LIMITS).await;
    let mut caller = served.http2().await;
    let long = format!("http://x/{}", "a".repeat(1024));
    for (uri, host, count, status) in [
        ("http://x/a", None, 0, 200),
        ("http://x/a", Some("X"), 0, 200),
        ("http://x/a", Some("y"), 0, 400),
        (&long, None, 0, 414),
        ("http://x/a", None, 11, 431),
    ] {
        let mut request = Request::get(uri);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        for number in 0..count {
            request = request.header(format!("x-{number}"), "y");
        }
        let request = request.body(Full::default()).unwrap();
        let answer = caller.send_request(request).await.unwrap();
        assert_eq!(answer.status(), status, "{uri:.20} {host:?} {count}");
        if status != 200 {
            let media_type = answer.headers().get("content-type").unwrap();
            assert_eq!(media_type, "application/problem+json");
        }
        answer.into_body().collect().await.unwrap();
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_for_http2_is_answered_431() {
    let served = Served::start(Router::new(), LIMITS).await;
    let mut caller = served.http2().await;
    // The caller's library knows the limit only when the settings have come.
    let plain = || Request::get("http://x/").body(Full::default()).unwrap();
    caller.send_request(plain()).await.unwrap();
    let mut request = plain();
    let value = "y".repeat(3000).parse().unwrap();
    request.headers_mut().insert("x", value);
    match caller.send_request(request).await {
        Ok(answer) => assert_eq!(answer.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        Err(error) => panic!("{error}"),
    }
}

/// CVE-2023-44487: streams that are opened and reset at once cost the gateway more than their caller.
#[tokio::test]
async fn a_caller_that_resets_its_streams_at_once_is_closed() {
    let (app, _starting, _gate) = held();
    let served = Served::start(app, LIMITS).await;
    let stream = TcpStream::connect(served.address).await.unwrap();
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let flood = async {
        loop {
            let Ok(mut sender) = sender.clone().ready().await else {
                return;
            };
            let request = Request::get("http://x/").body(()).unwrap();
            match sender.send_request(request, true) {
                Ok((_, mut stream)) => stream.send_reset(h2::Reason::CANCEL),
                Err(_) => return,
            }
            tokio::task::yield_now().await;
        }
    };
    flood.await;
    let error = connection.await.unwrap().unwrap_err();
    assert_eq!(error.reason(), Some(h2::Reason::ENHANCE_YOUR_CALM));
}

/// The reason of the GOAWAY frame among these frames.
fn goodbye(mut frames: &[u8]) -> Option<h2::Reason> {
    while let Some((head, rest)) = frames.split_first_chunk::<9>() {
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        if head[3] == 7 {
            let code = rest.get(4..8)?.try_into().ok()?;
            return Some(h2::Reason::from(u32::from_be_bytes(code)));
        }
        frames = rest.get(length..)?;
    }
    None
}

/// CVE-2024-27316: a head that never ends, in frames that each cost little.
#[tokio::test]
async fn endless_continuation_frames_are_cut_off() {
    let served = Served::start(Router::new(), LIMITS).await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    // HEADERS of stream 1 without END_HEADERS, then CONTINUATION without end: a literal header each.
    let field = b"\x00\x01x\x7f\x88\x01";
    let value = [b'y'; 263];
    let block = [&field[..], &value].concat();
    let length = u8::try_from(block.len() - 256).unwrap();
    let frame = |kind: u8| [&[0, 1, length, kind, 0, 0, 0, 0, 1][..], &block].concat();
    stream.write_all(preface).await.unwrap();
    stream.write_all(&settings).await.unwrap();
    stream.write_all(&frame(1)).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let continuation = frame(9);
    let flood = async { while writing.write_all(&continuation).await.is_ok() {} };
    let mut answer = Vec::new();
    let ((), _) = tokio::join!(flood, reading.read_to_end(&mut answer));
    assert_eq!(goodbye(&answer), Some(h2::Reason::ENHANCE_YOUR_CALM));
}

#[tokio::test]
async fn no_more_streams_are_open_than_the_limit_says() {
    let (app, mut starting, gate) = held();
    let limits = Limits {
        streams: 2,
        ..LIMITS
    };
    let served = Served::start(app, limits).await;
    let mut caller = served.http2().await;
    let mut get = || {
        let request = Request::get("http://x/").body(Full::default()).unwrap();
        tokio::spawn(caller.send_request(request))
    };
    let first = get();
    starting.recv().await.unwrap();
    let others = [get(), get()];
    starting.recv().await.unwrap();
    // The third waits in the caller.
    assert!(starting.try_recv().is_err());
    gate.add_permits(3);
    for answer in std::iter::once(first).chain(others) {
        assert_eq!(answer.await.unwrap().unwrap().status(), 200);
    }
}

#[tokio::test]
async fn a_stream_that_lasts_too_long_is_reset() {
    let (app, _starting, _gate) = held();
    let limits = Limits {
        stream_timeout: Duration::from_millis(50),
        ..LIMITS
    };
    let served = Served::start(app, limits).await;
    let mut caller = served.http2().await;
    let request = Request::get("http://x/").body(Full::default()).unwrap();
    assert!(caller.send_request(request).await.is_err());
    // The connection goes on.
    let request = Request::get("http://x/nowhere").body(Full::default());
    let answer = caller.send_request(request.unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}
