//! Requests as they arrive: in pieces, one behind the other, and when the gateway is about to stop.

use http::header::HOST;

use super::*;

/// Says what was asked.
fn echo() -> Router {
    Router::new().fallback(|request: axum::extract::Request| async move {
        let head = format!("{} {} ", request.method(), request.uri());
        let body = axum::body::to_bytes(request.into_body(), 1024).await;
        head + std::str::from_utf8(&body.unwrap()).unwrap()
    })
}

/// The bodies of the answers to these bytes, which end with a request that ends its connection. The server gets each piece
/// before the next is sent.
async fn answers(served: &Served, pieces: &[&[u8]]) -> Vec<String> {
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for piece in pieces {
        if stream.write_all(piece).await.is_err() {
            break;
        }
        tokio::task::yield_now().await;
    }
    let text = rest(&mut stream).await;
    // A refusal names the version too.
    let is_answer = |text: &&str| text.starts_with(|first: char| first.is_ascii_digit());
    let answers = text.split("HTTP/1.1 ").filter(is_answer);
    answers
        .map(|answer| {
            let status = answer.get(..3).unwrap();
            let (_, body) = answer.split_once("\r\n\r\n").unwrap();
            match status {
                "200" => body.to_owned(),
                _ => status.to_owned(),
            }
        })
        .collect()
}

const REQUESTS: &str = "GET /a?b=c HTTP/1.1\r\nhost: x\r\n\r\n\
    POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nGET /\
    GET /c HTTP/1.1\r\nhost: x\r\n\r\n\r\n\
    PUT /d HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n\
    GET /e HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
const ANSWERS: [&str; 5] = [
    "GET /a?b=c ",
    "POST /b GET /",
    "GET /c ",
    "PUT /d de",
    "GET /e ",
];

#[tokio::test]
async fn requests_behind_one_another_are_answered_in_turn_however_they_are_cut() {
    let served = Served::start(echo(), LIMITS).await;
    let bytes = REQUESTS.as_bytes();
    for cut in 0..bytes.len() {
        let (first, second) = bytes.split_at(cut);
        assert_eq!(answers(&served, &[first, second]).await, ANSWERS, "{cut}");
    }
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(answers(&served, &single).await, ANSWERS);
}

/// Whatever stands before it, and however it comes.
#[tokio::test]
async fn what_is_ambiguous_is_refused_wherever_it_stands() {
    let served = Served::start(echo(), LIMITS).await;
    let smuggled = "GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n";
    for head in [
        "GET / HTTP/1.1\nhost: x\n\n",
        "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\ncontent-length: 0\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: +0\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\ncontent-length : 3\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: identity\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\nhost: x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET /#a HTTP/1.1\r\nhost: x\r\n\r\n",
        "CONNECT /a HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET / HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n",
    ] {
        let bare = "GET /bare HTTP/1.1\r\nhost: x\r\n\r\n";
        let before = [
            "",
            bare,
            "POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\nb",
        ];
        for before in before {
            let mut expected = match before {
                "" => vec![],
                _ if before == bare => vec!["GET /bare ".to_owned()],
                _ => vec!["POST /b b".to_owned()],
            };
            expected.push("400".to_owned());
            let refused = format!("{head}{smuggled}");
            let whole = format!("{before}{refused}");
            for pieces in [
                vec![whole.as_bytes()],
                vec![before.as_bytes(), refused.as_bytes()],
                vec![before.as_bytes(), head.as_bytes(), smuggled.as_bytes()],
            ] {
                assert_eq!(
                    answers(&served, &pieces).await,
                    expected,
                    "{before:?} {head:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn http2_is_told_by_its_first_bytes_however_they_are_cut() {
    let served = Served::start(echo(), LIMITS).await;
    for size in [1, 5, 23, 24, 64] {
        let (near, far) = tokio::io::duplex(64 * 1024);
        let stream = TcpStream::connect(served.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        // What the caller's library writes at once comes in pieces.
        tokio::spawn(async move {
            let (mut reading, mut writing) = stream.into_split();
            let (mut from, mut to) = tokio::io::split(far);
            tokio::join!(
                async {
                    let mut piece = vec![0; size];
                    while let Ok(count @ 1..) = from.read(&mut piece).await {
                        writing.write_all(&piece[..count]).await.unwrap();
                        tokio::task::yield_now().await;
                    }
                },
                async { tokio::io::copy(&mut reading, &mut to).await }
            )
        });
        let (mut caller, connection) = handshake(TokioExecutor::new(), TokioIo::new(near))
            .await
            .unwrap();
        tokio::spawn(connection);
        let request = Request::get("http://x/a")
            .body(Full::<Bytes>::default())
            .unwrap();
        assert_eq!(caller.send_request(request).await.unwrap().status(), 200);
    }
    for (bytes, status) in [
        (
            "PRI * HTTP/2.0\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n",
            "505",
        ),
        ("PRI * HTTP/1.1\r\nhost: x\r\n\r\n", "400"),
        (
            "GET / HTTP/1.1\r\nhost: x\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "505",
        ),
    ] {
        let said = answers(&served, &[bytes.as_bytes()]).await;
        assert_eq!(said.last().unwrap(), status, "{bytes:?}");
    }
}

/// Of all that has come in part when the gateway is told to stop, the rest is waited for.
#[tokio::test]
async fn a_request_that_has_begun_is_answered_when_the_gateway_stops() {
    let whole = "POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nok";
    for before in ["", "GET /b HTTP/1.1\r\nhost: x\r\n\r\n"] {
        for cut in [1, 10, 30, whole.len() - 5, whole.len() - 1, whole.len()] {
            let served = Served::start(echo(), LIMITS).await;
            let mut stream = served.send(before).await;
            let mut text = String::new();
            while !before.is_empty() && !text.ends_with("GET /b ") {
                text.push(char::from(stream.read_u8().await.unwrap()));
            }
            let (first, second) = whole.split_at(cut);
            stream.write_all(first.as_bytes()).await.unwrap();
            tokio::task::yield_now().await;
            served._stop.send(true).unwrap();
            // Longer than a connection without a request is kept.
            tokio::time::sleep(Duration::from_millis(150)).await;
            stream.write_all(second.as_bytes()).await.unwrap();
            let answer = rest(&mut stream).await;
            assert!(
                answer.ends_with("POST /a ok"),
                "{before:?} {cut} {answer:?}"
            );
        }
        let served = Served::start(echo(), LIMITS).await;
        let mut idle = served.send(before).await;
        served._stop.send(true).unwrap();
        let answer = rest(&mut idle).await;
        assert_eq!(
            answer.ends_with("GET /b "),
            !before.is_empty(),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn times_run_for_a_connection_of_whichever_kind() {
    let limits = Limits {
        head_timeout: Duration::from_millis(30),
        idle_timeout: Duration::from_millis(60),
        ..LIMITS
    };
    let served = Served::start(echo(), limits).await;
    let request = "GET /a HTTP/1.1\r\nhost: x\r\n\r\n";
    for (sent, expected) in [
        (String::new(), vec![]),
        ("PRI * HT".to_owned(), vec!["408"]),
        ("GET /a".to_owned(), vec!["408"]),
        (request.to_owned(), vec!["GET /a "]),
        (format!("{request}GET /b"), vec!["GET /a ", "408"]),
    ] {
        assert_eq!(
            answers(&served, &[sent.as_bytes()]).await,
            expected,
            "{sent:?}"
        );
    }
    // HTTP/2: what is idle ends.
    let mut caller = served.http2().await;
    let mut request = Request::get("http://x/a").body(Full::default()).unwrap();
    request.headers_mut().insert(HOST, "x".parse().unwrap());
    assert_eq!(caller.send_request(request).await.unwrap().status(), 200);
    while caller.ready().await.is_ok() {
        tokio::task::yield_now().await;
    }
}
