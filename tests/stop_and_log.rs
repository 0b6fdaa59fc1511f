//! A running process: its log, its stop, and that its secret is nowhere to be seen.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]

mod support;

use std::hash::{BuildHasher, Hasher, RandomState};

use lago_stand_in::recorder::{Behaviour, Recorder, Reply};
use serde_json::{Value, json};
use support::process::{Process, file_holds, run};
use support::{Connection, call_tool, encode};

#[tokio::test(flavor = "multi_thread")]
async fn requests_in_flight_are_answered_before_the_stop() {
    for signal in ["TERM", "INT"] {
        let recorder = Recorder::start().await.unwrap();
        recorder.answer(Reply::json(200, "{}").behaving(Behaviour::NeverAnswer));
        let flags = [
            "--lago-customers-base-uri",
            &recorder.base_uri(),
            "--call-timeout",
            "1",
        ];
        let mut process = Process::start(&flags, &[("LAGO_API_KEY", "k")]);
        let mut connection = Connection::open(process.rest).await;
        connection.write("GET", "/v1/customers", &[], b"").await;
        recorder.wait_for_requests(1).await;
        process.signal(signal);
        process.wait_for(|line| line.contains("stopping"));
        // The upstream is too slow, and still the caller gets an answer, not a broken connection.
        assert_eq!(connection.read("GET").await.status, 504);
        let (code, log) = process.finish();
        assert_eq!(code, Some(0), "{log:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_stops_at_once() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::json(200, "{}").behaving(Behaviour::NeverAnswer));
    let flags = [
        "--lago-customers-base-uri",
        &recorder.base_uri(),
        "--call-timeout",
        "600",
    ];
    let mut process = Process::start(&flags, &[("LAGO_API_KEY", "k")]);
    let mut connection = Connection::open(process.rest).await;
    connection.write("GET", "/v1/customers", &[], b"").await;
    recorder.wait_for_requests(1).await;
    process.signal("TERM");
    process.wait_for(|line| line.contains("stopping"));
    process.signal("TERM");
    // Without the second signal this would take the thirty seconds of --stop-timeout.
    let started = std::time::Instant::now();
    process.finish();
    assert!(started.elapsed().as_secs() < 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stop_waits_no_longer_than_it_is_told() {
    let recorder = Recorder::start().await.unwrap();
    recorder.answer(Reply::json(200, "{}").behaving(Behaviour::NeverAnswer));
    let uri = recorder.base_uri();
    let flags = [
        "--lago-customers-base-uri",
        &uri,
        "--call-timeout",
        "600",
        "--stop-timeout",
        "0.2",
    ];
    let process = Process::start(&flags, &[("LAGO_API_KEY", "k")]);
    let mut connection = Connection::open(process.rest).await;
    connection.write("GET", "/v1/customers", &[], b"").await;
    recorder.wait_for_requests(1).await;
    process.signal("TERM");
    let (code, log) = process.finish();
    assert_eq!(code, Some(0));
    assert!(
        log.iter()
            .any(|line| line.contains("did not finish in time")),
        "{log:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn json_lines_say_what_was_answered() {
    let recorder = Recorder::start().await.unwrap();
    let flags = [
        "--lago-customers-base-uri",
        &recorder.base_uri(),
        "--log-format",
        "json",
    ];
    let mut process = Process::start(&flags, &[("LAGO_API_KEY", "k")]);
    let mut connection = Connection::open(process.rest).await;
    connection
        .send(
            "GET",
            "/v1/customers?secret=x",
            &[("x-request-id", "id-1")],
            b"",
        )
        .await;
    connection
        .send(
            "GET",
            "/v1/customers/personal-data",
            &[("x-request-id", "id-2")],
            b"",
        )
        .await;
    let mut mcp = Connection::open(process.mcp).await;
    call_tool(&mut mcp, "lago-list-all-customers", json!({})).await;
    process.wait_for(|line| line.contains("lago-list-all-customers"));
    process.signal("TERM");
    let (_, log) = process.finish();
    let lines: Vec<Value> = log
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |id: &str| {
        lines
            .iter()
            .find(|line| line["request_id"] == id)
            .unwrap_or_else(|| panic!("{log:#?}"))
    };
    assert_eq!(
        (&of("id-1")["status"], &of("id-1")["operation"]),
        (&json!(400), &json!("findallcustomers"))
    );
    assert_eq!(
        (&of("id-2")["status"], &of("id-2")["adapter"]),
        (&json!(200), &json!("lago-customers-rest"))
    );
    assert!(of("id-2")["duration_ms"].is_number());
    assert_eq!(
        lines
            .iter()
            .filter(|line| line["message"] == "answered")
            .count(),
        3
    );
    assert!(
        !log.iter()
            .any(|line| line.contains("personal-data") || line.contains("secret=x")),
        "{log:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_nowhere_to_be_seen() {
    let random = || RandomState::new().build_hasher().finish();
    let canary = format!("canary-{:x}{:x}", random(), random());
    let recorder = Recorder::start().await.unwrap();
    let uri = format!("{}/api/v1", recorder.base_uri());
    let environment = [("LAGO_API_KEY", canary.as_str())];
    let process = Process::start(
        &["--lago-customers-base-uri", &uri, "--log-level", "debug"],
        &environment,
    );
    let mut seen = String::new();
    let mut rest = Connection::open(process.rest).await;
    let mut mcp = Connection::open(process.mcp).await;
    for behaviour in [
        Behaviour::Normal,
        Behaviour::CloseBeforeAnswer,
        Behaviour::Garbage,
        Behaviour::CutOff,
    ] {
        for status in [200, 302, 401, 500] {
            recorder.answer(Reply::json(status, "{\"a\": 1}").behaving(behaviour));
            for target in [
                "/v1/customers",
                "/v1/customers/a",
                "/v1/customers/..",
                "/v1/customers?x=1",
                "/nowhere",
            ] {
                let response = rest.send("GET", target, &[], b"").await;
                seen.push_str(&format!("{:?} {}\n", response.headers, response.text()));
            }
            let (text, _) = call_tool(&mut mcp, "lago-list-all-customers", json!({})).await;
            seen.push_str(&text);
        }
    }
    // The key did go where it belongs.
    let sent = recorder.take();
    assert!(
        sent.iter()
            .all(|request| request.header("authorization") == Some(&format!("Bearer {canary}")))
    );
    assert!(sent.len() > 30);
    process.signal("TERM");
    let (_, log) = process.finish();
    seen.push_str(&log.join("\n"));
    for flags in [
        &["--help"][..],
        &["--version"],
        &["--nope"],
        &["--lago-customers-base-uri", "x"],
    ] {
        let output = run(flags, &environment);
        seen.push_str(&String::from_utf8_lossy(&output.stdout));
        seen.push_str(&String::from_utf8_lossy(&output.stderr));
    }
    assert!(seen.contains("lago-customers"));
    for form in [canary.clone(), encode(&canary), canary.to_uppercase()] {
        assert!(!seen.contains(&form), "{form} is in {seen}");
    }
}

/// The build may run with the secret in its environment: none of it may stay in what was built.
#[test]
fn the_build_keeps_nothing_of_its_environment() {
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_gateway"));
    assert!(
        file_holds(binary, b"LAGO_API_KEY"),
        "the binary names the variable it reads"
    );
    if let Ok(key) = std::env::var("LAGO_API_KEY") {
        assert!(!file_holds(binary, key.as_bytes()));
    }
}
