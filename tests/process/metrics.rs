//! The admin listener: probes that tell the truth, and metrics in the form that Prometheus reads.

use std::collections::{BTreeMap, BTreeSet};

use lago_stand_in::LagoStandIn;
use lago_stand_in::recorder::{Recorder, Reply};
use serde_json::json;
use tokio::net::TcpListener;

use crate::gateway::{FREE_PORTS, Gateway, command, ended};
use crate::http::Request;

const OPERATIONS: &str = include_str!("../../docs/operations.md");

/// The samples of a page, by name and labels as they are written.
struct Metrics(BTreeMap<String, f64>);

impl Metrics {
    async fn of(gateway: &Gateway) -> Self {
        let answer = Request::get("/metrics").send(gateway.admin().await).await;
        assert_eq!(answer.status(), 200, "{answer:?}");
        let media_type = answer.header("content-type").unwrap();
        assert_eq!(media_type, "text/plain; version=0.0.4; charset=utf-8");
        let (_, page) = answer.0.split_once("\r\n\r\n").unwrap();
        let samples = read(page);
        for family in page.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
            let name = format!("`{}`", family.split(' ').next().unwrap());
            assert!(OPERATIONS.contains(&name), "{name} is not documented");
        }
        Self(samples)
    }

    fn get(&self, sample: &str) -> f64 {
        let known = || self.0.keys().cloned().collect::<Vec<_>>().join("\n");
        *self
            .0
            .get(sample)
            .unwrap_or_else(|| panic!("{sample} is not in\n{}", known()))
    }

    fn has(&self, sample: &str) -> bool {
        self.0.contains_key(sample)
    }
}

fn is_name(text: &str) -> bool {
    let letter = |character: char| character.is_ascii_alphabetic() || character == '_';
    text.starts_with(letter)
        && text
            .chars()
            .all(|character| letter(character) || character.is_ascii_digit())
}

/// Takes the labels apart, `{` and `}` left out, and gives back their names.
fn label_names(mut text: &str) -> Vec<String> {
    let mut names = Vec::new();
    loop {
        let (name, rest) = text.split_once("=\"").unwrap();
        assert!(is_name(name), "{name}");
        names.push(name.to_owned());
        let mut characters = rest.char_indices();
        let end = loop {
            match characters.next().expect("a label's value ends") {
                (_, '\\') => {
                    let (_, escaped) = characters.next().unwrap();
                    assert!("\\\"n".contains(escaped), "{rest}");
                }
                (position, '"') => break position,
                (_, character) => assert_ne!(character, '\n'),
            }
        };
        text = &rest[end + 1..];
        if text.is_empty() {
            return names;
        }
        text = text.strip_prefix(',').expect("a comma between labels");
    }
}

/// Reads a page strictly: each family with its heading, once and in one piece; each sample once; names, labels and
/// numbers well formed; histograms complete and cumulative.
fn read(page: &str) -> BTreeMap<String, f64> {
    assert!(page.ends_with('\n'));
    let mut families = BTreeSet::new();
    let mut samples = BTreeMap::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        let heading = line.strip_prefix("# HELP ").expect(line);
        let (family, help) = heading.split_once(' ').unwrap();
        assert!(is_name(family) && !help.is_empty(), "{line}");
        assert!(families.insert(family), "{family} comes twice");
        let kind = lines.next().unwrap();
        let kind = kind.strip_prefix(&format!("# TYPE {family} ")).expect(line);
        assert!(["counter", "gauge", "histogram"].contains(&kind), "{kind}");
        assert_eq!(kind == "counter", family.ends_with("_total"), "{family}");
        let mut last_bucket = 0.0;
        while let Some(sample) = lines.next_if(|line| !line.starts_with('#')) {
            let (series, value) = sample.rsplit_once(' ').unwrap();
            let value: f64 = value.parse().unwrap();
            assert!(value >= 0.0 && value.is_finite(), "{sample}");
            let (name, labels) = match series.split_once('{') {
                Some((name, labels)) => (name, label_names(labels.strip_suffix('}').unwrap())),
                None => (series, Vec::new()),
            };
            let unique: BTreeSet<_> = labels.iter().collect();
            assert_eq!(unique.len(), labels.len(), "{series}");
            match name.strip_prefix(family).unwrap() {
                "" => assert_ne!(kind, "histogram", "{series}"),
                "_bucket" => {
                    assert!(kind == "histogram" && value >= last_bucket, "{sample}");
                    let is_last = series.ends_with("le=\"+Inf\"}");
                    last_bucket = if is_last { 0.0 } else { value };
                }
                "_sum" | "_count" => assert_eq!(kind, "histogram", "{series}"),
                other => panic!("{other} in {family}"),
            }
            assert!(
                samples.insert(series.to_owned(), value).is_none(),
                "{series}"
            );
        }
    }
    samples
}

#[tokio::test]
async fn requests_and_calls_are_counted_by_operation_and_status() {
    let lago = LagoStandIn::start("key").await.unwrap();
    let gateway = Gateway::start(&lago.base_uri(), "key", &[]).await;
    for (target, status) in [
        ("/v1/customers", 200),
        ("/v1/customers", 200),
        ("/v1/customers/cus_none", 404),
        ("/v1/customers?surplus=1", 400),
        ("/no/such/route", 404),
        ("/no/such/route/either", 404),
    ] {
        assert_eq!(
            Request::get(target).send(gateway.rest).await.status(),
            status
        );
    }
    let tool = Request::tool("lago-list-all-customers", json!({}));
    assert_eq!(tool.send(gateway.mcp).await.status(), 200);
    let metrics = Metrics::of(&gateway).await;
    let requests = |adapter: &str, operation: &str, status: u16| {
        let labels = format!("adapter=\"lago-customers-{adapter}\",operation=\"{operation}\"");
        metrics.get(&format!(
            "gateway_requests_total{{{labels},status=\"{status}\"}}"
        ))
    };
    assert_eq!(requests("rest", "findallcustomers", 200), 2.0);
    assert_eq!(requests("rest", "findallcustomers", 400), 1.0);
    assert_eq!(requests("rest", "findcustomer", 404), 1.0);
    // Whatever routes callers make up, they are one series.
    assert_eq!(requests("rest", "-", 404), 2.0);
    assert_eq!(requests("mcp", "lago-list-all-customers", 200), 1.0);
    let upstream = "upstream=\"lago-customers\"";
    let calls = format!("{upstream},operation=\"findallcustomers\"");
    assert_eq!(
        metrics.get(&format!(
            "gateway_upstream_requests_total{{{calls},status=\"200\"}}"
        )),
        3.0
    );
    let labels = "adapter=\"lago-customers-rest\",operation=\"findallcustomers\"";
    for (sample, expected) in [
        (
            format!("gateway_request_duration_seconds_count{{{labels}}}"),
            3.0,
        ),
        (
            format!("gateway_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}}"),
            3.0,
        ),
        (
            format!("gateway_upstream_request_duration_seconds_count{{{calls}}}"),
            3.0,
        ),
        (
            format!("gateway_upstream_attempts_total{{{upstream}}}"),
            4.0,
        ),
        (
            format!("gateway_upstream_calls_in_flight{{{upstream}}}"),
            0.0,
        ),
        (
            format!("gateway_upstream_breaker_state{{{upstream},state=\"closed\"}}"),
            1.0,
        ),
        ("gateway_ready".to_owned(), 1.0),
        ("gateway_panics_total".to_owned(), 0.0),
    ] {
        assert_eq!(metrics.get(&sample), expected, "{sample}");
    }
    assert!(metrics.get("process_resident_memory_bytes") > 1e6);
    assert!(metrics.get("process_open_fds") > 3.0);
    assert!(metrics.get("process_start_time_seconds") > 1.7e9);
    assert!(metrics.has("process_cpu_seconds_total") && metrics.has("process_max_fds"));
}

#[tokio::test]
async fn a_failing_upstream_shows_in_retries_breaker_and_status() {
    let lago = Recorder::start().await.unwrap();
    lago.answer(Reply::json(503, "{}"));
    let flags = ["--breaker-failures", "2", "--breaker-pause", "3600"];
    let gateway = Gateway::start(&lago.base_uri(), "key", &flags).await;
    for _ in 0..2 {
        Request::get("/v1/customers").send(gateway.rest).await;
    }
    let metrics = Metrics::of(&gateway).await;
    let upstream = "upstream=\"lago-customers\"";
    for (sample, expected) in [
        ("retries_total{U}", 1.0),
        ("breaker_opened_total{U}", 1.0),
        ("breaker_rejected_total{U}", 1.0),
        ("breaker_state{U,state=\"open\"}", 1.0),
        ("breaker_state{U,state=\"closed\"}", 0.0),
        (
            "requests_total{U,operation=\"findallcustomers\",status=\"503\"}",
            1.0,
        ),
        (
            "requests_total{U,operation=\"findallcustomers\",status=\"breaker_open\"}",
            1.0,
        ),
    ] {
        let sample = format!("gateway_upstream_{}", sample.replace('U', upstream));
        assert_eq!(metrics.get(&sample), expected, "{sample}");
    }
}

#[tokio::test]
async fn a_request_at_a_limit_is_counted_by_the_setting() {
    let lago = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&lago.base_uri(), "key", &["--uri-limit", "100"]).await;
    let long = format!("/{}", "x".repeat(200));
    assert_eq!(Request::get(&long).send(gateway.rest).await.status(), 414);
    let metrics = Metrics::of(&gateway).await;
    assert_eq!(
        metrics.get("gateway_limits_hit_total{limit=\"uri-limit\"}"),
        1.0
    );
    assert_eq!(
        metrics.get("gateway_limits_hit_total{limit=\"body-limit\"}"),
        0.0
    );
}

#[tokio::test]
async fn the_admin_listener_answers_probes_and_little_else() {
    let lago = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&lago.base_uri(), "key", &[]).await;
    let admin = gateway.admin().await;
    for (request, status) in [
        (Request::get("/livez"), 200),
        (Request::get("/readyz"), 200),
        (Request::new("HEAD", "/readyz"), 200),
        (Request::new("POST", "/readyz"), 405),
        (Request::get("/"), 404),
        (Request::get("/mcp"), 404),
        (
            Request::get("/metrics").header("origin", "http://evil.example"),
            403,
        ),
    ] {
        assert_eq!(request.send(admin).await.status(), status, "{request:?}");
    }
    assert_eq!(
        Request::get("/metrics").send(gateway.rest).await.status(),
        404
    );
    let log = gateway.stop().await;
    assert!(!log.iter().any(|line| line.contains("readyz")), "{log:#?}");
}

/// Readiness falls with the signal, and for as long as the delay says requests are taken all the same.
#[tokio::test]
async fn readiness_falls_before_the_listeners_close() {
    let lago = Recorder::start().await.unwrap();
    let gateway = Gateway::start(&lago.base_uri(), "key", &["--drain-delay", "3600"]).await;
    let admin = gateway.admin().await;
    assert_eq!(Request::get("/readyz").send(admin).await.status(), 200);
    gateway.signal("TERM").await;
    gateway.log.containing(&["stopping"]).await;
    assert_eq!(Request::get("/readyz").send(admin).await.status(), 503);
    assert_eq!(Request::get("/livez").send(admin).await.status(), 200);
    assert_eq!(Metrics::of(&gateway).await.get("gateway_ready"), 0.0);
    let answer = Request::get("/v1/customers").send(gateway.rest).await;
    assert_eq!(answer.status(), 200);
    gateway.signal("TERM").await;
    let (code, log) = gateway.ended().await;
    assert_eq!(code, Some(0), "{log:#?}");
}

#[tokio::test]
async fn an_admin_port_that_was_asked_for_and_is_taken_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut command = command(&["--admin-port", &port]);
    command.args(&FREE_PORTS[2..]).env("LAGO_API_KEY", "key");
    let ended = ended(command).await;
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    let expected = format!("`admin` cannot listen on 127.0.0.1:{port}: the port is taken");
    assert!(ended.stderr.contains(&expected), "{}", ended.stderr);
}

#[tokio::test]
async fn the_admin_listener_can_be_left_out() {
    let mut command = command(&["--admin-port", "off"]);
    command.args(&FREE_PORTS[2..]).env("LAGO_API_KEY", "key");
    let log = Gateway::spawn(command).await.stop().await;
    assert!(
        !log.iter().any(|line| line.contains("\"admin\"")),
        "{log:#?}"
    );
}
