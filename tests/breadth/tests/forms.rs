//! Forms and files over real sockets: what a caller sends in either encoding or as a tool's arguments, and what
//! reaches the upstream.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use lago_stand_in::recorder::Recorded;
use serde_json::{Value, json};

use support::{Gateway, line};

/// Bytes that no text is made of, and that look like the end of a part.
const BINARY: &[u8] = b"\x00\xff\xfe\r\n--B--\r\n\r\n--gatewright-00\x80";

async fn send(
    gateway: &Gateway,
    method: &str,
    target: &str,
    media_type: &str,
    body: impl Into<Vec<u8>>,
) -> (u16, Value) {
    let request = reqwest::Client::new()
        .request(method.parse().unwrap(), format!("{}{target}", gateway.rest))
        .header("content-type", media_type)
        .body(body.into());
    let response = request.send().await.unwrap();
    (
        response.status().as_u16(),
        response.json().await.unwrap_or_default(),
    )
}

fn multipart(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, content) in parts {
        body.extend_from_slice(b"--Caller\r\nContent-Disposition: form-data; ");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--Caller--\r\n");
    body
}

const MULTIPART: &str = "multipart/form-data; boundary=Caller";
const URLENCODED: &str = "application/x-www-form-urlencoded";

/// The parts of a recorded form, each with its head and its bytes: read here independently of the gateway.
fn parts(request: &Recorded) -> Vec<(String, Vec<u8>)> {
    let media_type = request.header("content-type").unwrap();
    let boundary = media_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    assert!(boundary.len() >= 32, "{boundary}");
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    // The first delimiter has no line before it.
    let body = [b"\r\n", request.body.as_slice()].concat();
    let at: Vec<usize> = (0..body.len())
        .filter(|start| body[*start..].starts_with(&delimiter))
        .collect();
    assert_eq!(&body[at[at.len() - 1] + delimiter.len()..], b"--\r\n");
    at.windows(2)
        .map(|pair| {
            let part = &body[pair[0] + delimiter.len() + 2..pair[1]];
            let end = part
                .windows(4)
                .position(|four| four == b"\r\n\r\n")
                .unwrap();
            let head = String::from_utf8(part[..end].to_vec()).unwrap();
            (head, part[end + 4..].to_vec())
        })
        .collect()
}

fn text_part(name: &str, text: &str) -> (String, Vec<u8>) {
    (
        format!("Content-Disposition: form-data; name=\"{name}\""),
        text.as_bytes().to_vec(),
    )
}

fn file_part(name: &str, file: &str, media_type: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let head = format!(
        "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: {media_type}"
    );
    (head, bytes.to_vec())
}

#[tokio::test]
async fn an_urlencoded_form_goes_on_urlencoded_from_either_encoding() {
    let gateway = Gateway::start().await;
    let parts: [(&str, &[u8]); 5] = [
        ("name=\"name\"", "a b&c=é".as_bytes()),
        ("name=\"scopes\"", b"read,write"),
        ("name=\"scopes\"", b"admin"),
        ("name=\"days\"", b"1.5"),
        ("name=\"public\"", b"true"),
    ];
    for (media_type, body) in [
        (
            URLENCODED,
            b"name=a+b%26c%3D%C3%A9&scopes=read,write&scopes=admin&days=1.5&public=true".to_vec(),
        ),
        (MULTIPART, multipart(&parts)),
    ] {
        let (status, answer) = send(&gateway, "PUT", "/v1/uploads/in", media_type, body).await;
        assert_eq!(status, 200, "{answer}");
        let sent = gateway.files.take();
        assert_eq!(line(&sent[0]), "PUT /v2/uploads/in");
        assert_eq!(sent[0].header("content-type"), Some(URLENCODED));
        assert_eq!(
            String::from_utf8_lossy(&sent[0].body),
            "name=a%20b%26c%3D%C3%A9&scopes=read%2Cwrite&scopes=admin&days=1.5&public=true"
        );
    }
}

#[tokio::test]
async fn a_multipart_form_goes_on_with_its_files_intact() {
    let gateway = Gateway::start().await;
    let upload =
        "name=\"upload\"; filename=\"x\\\"; name=\\\"title.bin\"\r\nContent-Type: image/x-odd; q=1";
    let body: [(&str, &[u8]); 6] = [
        (upload, BINARY),
        ("name=\"title\"", "r\r\nX: é".as_bytes()),
        ("name=\"tags[]\"", b"a,b"),
        ("name=\"tags[]\"", b""),
        ("name=\"size\"", b"-7"),
        ("name=\"meta\"", b"{ \"a\" : 1.10 }"),
    ];
    let (status, answer) = send(
        &gateway,
        "POST",
        "/v1/uploads/in",
        MULTIPART,
        multipart(&body),
    )
    .await;
    assert_eq!(status, 200, "{answer}");
    let sent = gateway.files.take();
    assert_eq!(line(&sent[0]), "POST /v2/uploads/in");
    assert_eq!(
        parts(&sent[0]),
        [
            text_part("title", "r\r\nX: é"),
            text_part("tags[]", "a,b"),
            text_part("tags[]", ""),
            text_part("size", "-7"),
            text_part("meta", "{ \"a\" : 1.10 }"),
            file_part(
                "upload",
                "x%22; name=%22title.bin",
                "image/x-odd; q=1",
                BINARY
            ),
        ]
    );
}

#[tokio::test]
async fn a_file_is_base64_as_an_argument() {
    let gateway = Gateway::start().await;
    // "\x00\xff\r\n" in base64.
    let result = gateway
        .tool(
            "upload-file",
            json!({"folder": "in", "title": "t", "upload": "AP8NCg==", "tags": ["a"],
                   "preview": "data:image/png;name=p%0D%0A.png;base64,AP8NCg=="}),
        )
        .await;
    assert_eq!(result["isError"], false, "{result}");
    assert_eq!(
        parts(&gateway.files.take()[0]),
        [
            text_part("title", "t"),
            text_part("tags[]", "a"),
            file_part(
                "upload",
                "upload",
                "application/octet-stream",
                b"\x00\xff\r\n"
            ),
            file_part("preview", "p%0D%0A.png", "image/png", b"\x00\xff\r\n"),
        ]
    );
    for wrong in [
        json!("AP8NCg"),
        json!("not base64!"),
        json!(5),
        json!(["AA=="]),
    ] {
        let arguments = json!({"folder": "in", "upload": wrong});
        let result = gateway.tool("upload-file", arguments).await;
        assert_eq!(result["isError"], true, "{result}");
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(
            text.contains("`upload`: expected a file as base64 text") && text.contains("`title`"),
            "{text}"
        );
    }
    assert!(gateway.files.requests().is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_a_form_is_told_at_once() {
    let gateway = Gateway::start().await;
    let bodies: [(&str, Vec<u8>, u16, &[&str]); 7] = [
        (
            MULTIPART,
            multipart(&[
                ("name=\"size\"", b"many"),
                ("name=\"colour\"", b"red"),
                ("name=\"upload\"", b"a"),
                ("name=\"upload\"", b"b"),
            ]),
            400,
            &["size", "upload", "colour", "title"],
        ),
        (
            URLENCODED,
            b"title=a&title=b&upload=x".to_vec(),
            400,
            &["title", "upload"],
        ),
        (MULTIPART, b"--Caller\r\n".to_vec(), 400, &["body"]),
        ("multipart/form-data", multipart(&[]), 400, &["body"]),
        (
            "application/json",
            b"{\"title\": \"a\"}".to_vec(),
            415,
            &["body"],
        ),
        (URLENCODED, vec![b'a'; 2 << 20], 413, &["body"]),
        (URLENCODED, Vec::new(), 400, &["title", "upload"]),
    ];
    for (media_type, body, expected, named) in bodies {
        let (status, problem) = send(&gateway, "POST", "/v1/uploads/in", media_type, body).await;
        let errors = problem["errors"].as_array().unwrap();
        let names: Vec<&Value> = errors.iter().map(|error| &error["parameter"]).collect();
        assert_eq!(names, named, "{problem}");
        assert_eq!(status, expected, "{problem}");
    }
    assert!(gateway.files.requests().is_empty());
}

#[tokio::test]
async fn a_file_that_is_the_body_goes_on_as_it_is() {
    let gateway = Gateway::start().await;
    for media_type in ["image/png", "application/json", "Multipart/Odd; x=\"y\""] {
        let (status, answer) = send(&gateway, "PUT", "/v1/raw/7", media_type, BINARY).await;
        assert_eq!(status, 200, "{answer}");
        let sent = gateway.files.take();
        assert_eq!(line(&sent[0]), "PUT /v2/raw/7");
        assert_eq!(sent[0].header("content-type"), Some(media_type));
        assert_eq!(sent[0].body, BINARY);
    }
    let plain = reqwest::Client::new()
        .put(format!("{}/v1/raw/7", gateway.rest))
        .body("{");
    assert_eq!(plain.send().await.unwrap().status(), 200);
    let sent = gateway.files.take();
    assert_eq!(
        sent[0].header("content-type"),
        Some("application/octet-stream")
    );
    let arguments = json!({"id": "7", "content": "data:text/csv;base64,YSxi"});
    let result = gateway.tool("replace", arguments).await;
    assert_eq!(result["isError"], false, "{result}");
    let sent = gateway.files.take();
    assert_eq!(sent[0].header("content-type"), Some("text/csv"));
    assert_eq!(sent[0].body, b"a,b");
}

#[tokio::test]
async fn a_body_can_become_a_file_of_a_form() {
    let gateway = Gateway::start().await;
    let (status, answer) = send(&gateway, "POST", "/v1/pictures/in", "image/png", BINARY).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        parts(&gateway.files.take()[0]),
        [
            text_part("title", "picture"),
            file_part("upload", "upload", "image/png", BINARY),
        ]
    );
}

#[tokio::test]
async fn a_form_that_the_file_spells_out_is_filled() {
    let gateway = Gateway::start().await;
    let (status, answer) = send(
        &gateway,
        "POST",
        "/v1/uploads/in/token",
        URLENCODED,
        "user=a%26b&note=x",
    )
    .await;
    assert_eq!(status, 200, "{answer}");
    let sent = gateway.files.take();
    assert_eq!(line(&sent[0]), "POST /v2/uploads/in/token");
    assert_eq!(
        String::from_utf8_lossy(&sent[0].body),
        "grant_type=pass%20word&user=a%26b&note=by%20a%26b%2C%20x&secret=the%20key&tenant=a%26b"
    );
    let (status, answer) = send(
        &gateway,
        "POST",
        "/v1/uploads/in/refresh",
        URLENCODED,
        "token=%2B",
    )
    .await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        String::from_utf8_lossy(&gateway.files.take()[0].body),
        "grant%20type=re%20fresh&token=%2B&empty="
    );
    let body: [(&str, &[u8]); 4] = [
        ("name=\"labels\"", b"a"),
        ("name=\"labels\"", b"b"),
        ("name=\"who\"", b"me"),
        ("name=\"picture\"; filename=\"me.png\"", BINARY),
    ];
    let target = "/v1/uploads/in/attach";
    let (status, answer) = send(&gateway, "POST", target, MULTIPART, multipart(&body)).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        parts(&gateway.files.take()[0]),
        [
            text_part("caption", "Picture of me"),
            text_part("label", "a"),
            text_part("label", "b"),
            file_part("file", "me.png", "application/octet-stream", BINARY),
        ]
    );
    let arguments = json!({"folder": "in", "who": "you", "picture": "YQ=="});
    let result = gateway.tool("attach", arguments).await;
    assert_eq!(result["isError"], false, "{result}");
    assert_eq!(
        parts(&gateway.files.take()[0]),
        [
            text_part("caption", "Picture of you"),
            file_part("file", "file", "application/octet-stream", b"a"),
        ]
    );
}

#[tokio::test]
async fn the_typed_client_sends_files() {
    use breadth::client::{Files, Upload};
    use gatewright_runtime::inbound::File;
    use gatewright_runtime::upstream::Credential;

    let gateway = Gateway::start().await;
    let files = Files::new(&gateway.files.base_uri(), Credential::none()).unwrap();
    let parameters = Upload {
        folder: "in".to_owned(),
        title: "t".to_owned(),
        upload: File::new(BINARY).named("a.bin").of_type("image/png"),
        ..Upload::default()
    };
    let answer = files.upload(&parameters).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(
        parts(&gateway.files.take()[0]),
        [
            text_part("title", "t"),
            file_part("upload", "a.bin", "image/png", BINARY),
        ]
    );
}
