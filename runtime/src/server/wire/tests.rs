use std::time::Duration;

use futures_util::FutureExt;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::head::Head;
use super::read::LINGER;
use super::*;

const LIMITS: Limits = Limits {
    head_timeout: Duration::from_secs(10),
    idle_timeout: Duration::from_secs(75),
    write_timeout: Duration::from_secs(30),
    stream_timeout: Duration::from_secs(90),
    head: 1024,
    uri: 512,
    headers: 8,
    connections: 1,
    requests: 1,
    streams: 1,
};

/// What a head comes to, given whole; and given byte by byte, which must be the same.
fn judged(bytes: &[u8]) -> Result<Option<usize>, Refusal> {
    let whole = Head::default().read(bytes, &LIMITS);
    let mut head = Head::default();
    let mut outcome = Ok(None);
    for end in 1..=bytes.len() {
        outcome = head.read(&bytes[..end], &LIMITS);
        if !matches!(outcome, Ok(None)) {
            break;
        }
    }
    assert_eq!(outcome, whole);
    whole.map(|complete| complete.map(|complete| complete.size))
}

/// Heads that are nearly right.
fn head() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec![
            "GET ", "POST ", "/", "/a?b=c", "http://h/x", " HTTP/1.1\r\n", " HTTP/1.0\r\n", "host: h\r\n", "\r\n",
            "content-length: 3\r\n", "transfer-encoding: chunked\r\n", "x: y\r\n", "x:\ty \r\n", "expect: 100-continue\r\n",
        ])
        .prop_map(|text: &str| text.as_bytes().to_vec()),
        1 => prop::sample::select(vec![
            "\n", "\r", "\0", " ", "\t", ":", "#", "é", "HTTP/1.1", "content-length: 4\r\n", "connection: close\r\n",
        ])
        .prop_map(|text: &str| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..3),
    ];
    let start = Just(b"GET / HTTP/1.1\r\nhost: h\r\n".to_vec());
    let free = prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat());
    prop_oneof![
        (start, free.clone()).prop_map(|(start, end)| [start, end].concat()),
        free
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    /// hyper reads heads with httparse: a head that passes means the same to it.
    #[test]
    fn what_passes_means_the_same_to_the_parser(bytes in head()) {
        if let Ok(Some(size)) = judged(&bytes) {
            let mut headers = [httparse::EMPTY_HEADER; 16];
            let mut request = httparse::Request::new(&mut headers);
            prop_assert_eq!(request.parse(&bytes), Ok(httparse::Status::Complete(size)));
            let text = std::str::from_utf8(&bytes[..size]).unwrap_or_default();
            // Whatever ends a line for one ends it for the other.
            let lines = bytes[..size].split(|byte| *byte == b'\n').count();
            prop_assert_eq!(request.headers.len() + 3, lines, "{}", text);
            prop_assert!(http::Uri::try_from(request.path.unwrap()).is_ok());
        }
    }

    #[test]
    fn nothing_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = judged(&bytes);
        let mut framing = framing::Framing::chunked();
        let _ = framing.read(&bytes);
    }
}

#[test]
fn limits_are_told_apart() {
    let padded = |target: usize, header: usize, count: usize| {
        let headers = "x: y\r\n".repeat(count);
        format!(
            "GET /{} HTTP/1.1\r\nhost: h\r\nx: {}\r\n{headers}\r\n",
            "t".repeat(target),
            "h".repeat(header)
        )
    };
    let outcome = |text: String| judged(text.as_bytes()).map(|size| size.is_some());
    assert_eq!(outcome(padded(511, 400, 6)), Ok(true));
    assert_eq!(outcome(padded(512, 0, 0)), Err(Refusal::UriLimit));
    assert_eq!(outcome(padded(9000, 0, 0)), Err(Refusal::UriLimit));
    assert_eq!(outcome(padded(0, 1024, 0)), Err(Refusal::HeadLimit));
    assert_eq!(outcome(padded(0, 0, 7)), Err(Refusal::HeaderLimit));
    assert_eq!(outcome("x".repeat(600)), Err(Refusal::UriLimit));
    let endless = format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(1024));
    assert_eq!(outcome(endless), Err(Refusal::HeadLimit));
}

/// A wire, the other end of its connection, and how busy it is.
fn wire() -> (Wire<DuplexStream>, DuplexStream, Activity) {
    let (near, far) = duplex(64);
    let wire = Wire::new(near, LIMITS);
    let activity = wire.activity();
    (wire, far, activity)
}

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: h\r\n\r\n";

async fn all(wire: &mut Wire<DuplexStream>, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    wire.read_exact(&mut bytes).await.unwrap();
    bytes
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_end_is_refused_in_time() {
    let (mut wire, mut far, activity) = wire();
    let start = Instant::now();
    far.write_all(b"GET / HT").await.unwrap();
    assert_eq!(all(&mut wire, STAND_IN.len()).await, STAND_IN);
    assert_eq!(activity.take_refusal(), Some(Refusal::HeadTimeout));
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_a_byte_is_closed_without_a_word() {
    let (mut wire, _far, activity) = wire();
    let start = Instant::now();
    assert_eq!(wire.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(activity.take_refusal(), None);
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_may_wait_longer_and_a_busy_one_as_long_as_it_takes() {
    let (mut wire, mut far, activity) = wire();
    far.write_all(REQUEST).await.unwrap();
    all(&mut wire, REQUEST.len()).await;
    let busy = activity.begin();
    let long = Duration::from_secs(500);
    let waiting = tokio::time::timeout(long, wire.read(&mut [0])).await;
    assert!(waiting.is_err(), "closed while a request was in flight");
    drop(busy);
    let start = Instant::now();
    assert_eq!(wire.read(&mut [0]).await.unwrap(), 0);
    assert_eq!(start.elapsed().as_secs(), 75);
    drop(far);
}

#[tokio::test(start_paused = true)]
async fn the_next_head_has_its_own_time() {
    let (mut wire, mut far, activity) = wire();
    far.write_all(REQUEST).await.unwrap();
    all(&mut wire, REQUEST.len()).await;
    drop(activity.begin());
    tokio::time::advance(Duration::from_secs(70)).await;
    let start = Instant::now();
    far.write_all(b"GET").await.unwrap();
    assert_eq!(all(&mut wire, STAND_IN.len()).await, STAND_IN);
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(activity.take_refusal(), Some(Refusal::HeadTimeout));
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_takes_nothing_is_cut_off() {
    let (mut wire, _far, _) = wire();
    let start = Instant::now();
    let error = wire.write_all(&[0; 65]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(start.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_refused_caller_may_finish_sending() {
    let (mut wire, mut far, _) = wire();
    let sending = tokio::spawn(async move {
        far.write_all(b"GET / HTTP/1.1\n").await.unwrap();
        far.write_all(&[b'x'; 4096]).await.unwrap();
    });
    assert_eq!(all(&mut wire, STAND_IN.len()).await, STAND_IN);
    let start = Instant::now();
    wire.shutdown().await.unwrap();
    sending.await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 0);
    // One that never finishes is not waited for.
    let (mut wire, _far, _) = self::wire();
    wire.refuse(Refusal::Overloaded);
    wire.shutdown().await.unwrap();
    assert_eq!(start.elapsed(), LINGER);
}

/// What follows a body is judged as a head, wherever the bytes are cut.
#[tokio::test(start_paused = true)]
async fn a_second_request_is_judged_as_the_first() {
    let bodies = [
        "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nt: u\r\n\r\n",
    ];
    for first in bodies {
        for gap in ["", "\r\n"] {
            let (mut wire, mut far, activity) = wire();
            let bytes = format!("{first}{gap}GET / HTTP/1.1\r\n\r\n");
            let sending = tokio::spawn(async move {
                for byte in bytes.into_bytes() {
                    far.write_all(&[byte]).await.unwrap();
                }
                far
            });
            assert_eq!(all(&mut wire, first.len()).await, first.as_bytes());
            all(&mut wire, gap.len()).await;
            assert_eq!(all(&mut wire, STAND_IN.len()).await, STAND_IN);
            let reason = Refusal::Malformed("there is no Host header");
            assert_eq!(activity.take_refusal(), Some(reason));
            sending.await.unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_misframed_is_an_error() {
    let (mut wire, mut far, _) = wire();
    let head = b"POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n";
    tokio::spawn(async move { far.write_all(&[head, &b"1\nx\r\n"[..]].concat()).await });
    all(&mut wire, head.len()).await;
    let error = wire.read(&mut [0]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
}

#[tokio::test(start_paused = true)]
async fn http2_passes_and_may_be_idle_only_so_long() {
    let (mut wire, mut far, _) = wire();
    let start = Instant::now();
    far.write_all(&PREFACE[..5]).await.unwrap();
    let mut bytes = [0; 8];
    assert!(
        tokio::time::timeout(Duration::from_secs(1), wire.read(&mut bytes))
            .await
            .is_err()
    );
    far.write_all(&PREFACE[5..]).await.unwrap();
    far.write_all(b"\0\0\0").await.unwrap();
    assert_eq!(all(&mut wire, PREFACE.len()).await, PREFACE);
    assert_eq!(all(&mut wire, 3).await, b"\0\0\0");
    assert_eq!(wire.read(&mut bytes).await.unwrap(), 0);
    assert_eq!(start.elapsed().as_secs(), 75);
}

/// What a wire hands on of these pieces, read into a buffer of this size.
async fn handed_on(pieces: &[Vec<u8>], buffer: usize) -> Vec<u8> {
    let (near, mut far) = duplex(64 * 1024);
    let mut wire = Wire::new(near, LIMITS);
    let (mut came, mut space) = (Vec::new(), vec![0; buffer]);
    for piece in pieces {
        far.write_all(piece).await.unwrap();
        // Each piece alone: what is left to be waited for is in the next one.
        while let Some(Ok(count)) = wire.read(&mut space).now_or_never() {
            came.extend_from_slice(&space[..count]);
        }
    }
    came
}

proptest! {
    /// Bare heads that come whole are handed on where they were read, and all else by way of what is held.
    #[test]
    fn requests_pass_unchanged_however_they_are_cut(
        requests in prop::collection::vec(0..4_usize, 1..6),
        cuts in prop::collection::vec(0..400_usize, 0..8),
        large in any::<bool>(),
    ) {
        const REQUESTS: [&str; 4] = [
            "GET /a?b=c HTTP/1.1\r\nhost: h\r\n\r\n",
            "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\n\r\nGET /",
            "PUT / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
            "GET /{é} HTTP/1.1\r\nhost: h\r\n\r\n",
        ];
        let sent: Vec<u8> = requests.iter().flat_map(|index| REQUESTS[*index].bytes()).collect();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(sent.len())).collect();
        cuts.extend([0, sent.len()]);
        cuts.sort_unstable();
        let pieces: Vec<Vec<u8>> = cuts.windows(2).map(|cut| sent[cut[0]..cut[1]].to_vec()).collect();
        let buffer = if large { 16 * 1024 } else { 7 };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        prop_assert_eq!(runtime.block_on(handed_on(&pieces, buffer)), sent);
    }
}
