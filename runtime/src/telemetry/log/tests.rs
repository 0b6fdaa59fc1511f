//! Lines as they are read: as a whole, and taken apart again.

use std::fmt;
use std::process::Command;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use serde_json::Value;
use serde_json::value::RawValue;
use tracing::Event;
use tracing_subscriber::layer::SubscriberExt;

use super::layer::Lines;
use super::line::Line;
use super::{ACCESS, json, text};

type Format = fn(&mut Line, &[u8], &Event<'_>);

/// What is logged meanwhile.
fn logged(format: Format, events: impl FnOnce()) -> String {
    let log = Arc::new(Mutex::new(Vec::new()));
    let lines = {
        let log = log.clone();
        Lines::new(format, move |line: &[u8]| {
            log.lock().unwrap().extend_from_slice(line);
        })
    };
    tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), events);
    String::from_utf8(log.lock().unwrap().clone()).unwrap()
}

/// A line without its time, which must be one.
fn timeless(line: &str) -> String {
    let begin = line.find('2').unwrap();
    let (time, rest) = line[begin..].split_at(27);
    let shape: String = time
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
    format!("{}{rest}", &line[..begin])
}

#[derive(Clone, Debug)]
struct Sample {
    words: String,
    shown: String,
    signed: i64,
    unsigned: u64,
    float: f64,
    flag: bool,
    message: String,
}

impl Sample {
    fn log(&self) {
        tracing::event!(
            target: ACCESS,
            tracing::Level::WARN,
            words = self.words,
            absent = None::<u64>,
            shown = %self.shown,
            signed = self.signed,
            unsigned = self.unsigned,
            float = self.float,
            flag = self.flag,
            "{}", self.message
        );
    }
}

/// Any text, with those that could end a line, a field or a JSON string in the foreground.
const ANY: &str = "(?s)[\"\\\\=\\x00-\\x20\\x7f-\\x9f\u{2028}\u{2029}\u{202e}a-c{},:]*|\\PC*|.*";

prop_compose! {
    fn samples()(
        words in ANY,
        shown in ANY,
        signed: i64,
        unsigned: u64,
        float in prop_oneof![
            prop::num::f64::ANY,
            (-1e8..1e8).prop_map(|milliseconds: f64| milliseconds.round() / 1000.0),
            (-20..20).prop_map(|exponent| 10_f64.powi(exponent)),
        ],
        flag: bool,
        message in ANY,
    ) -> Sample {
        Sample { words, shown, signed, unsigned, float, flag, message }
    }
}

/// The number as it is written: serde_json reads one of 17 digits nearly.
#[derive(serde::Deserialize)]
struct Float {
    float: Box<RawValue>,
}

proptest! {
    #[test]
    fn json_gives_the_values_back(sample in samples()) {
        let ours = logged(json::write, || sample.log());
        prop_assert_eq!(ours.find('\n'), Some(ours.len() - 1));
        let line: Value = serde_json::from_str(&ours).unwrap();
        let names = ["timestamp", "level", "message", "words", "shown", "signed", "unsigned", "float", "flag", "target"];
        prop_assert_eq!(line.as_object().unwrap().len(), names.len());
        prop_assert_eq!(&line["level"], "WARN");
        prop_assert_eq!(&line["target"], ACCESS);
        prop_assert_eq!(&line["message"], &sample.message);
        prop_assert_eq!(&line["words"], &sample.words);
        prop_assert_eq!(&line["shown"], &sample.shown);
        prop_assert_eq!(line["signed"].as_i64(), Some(sample.signed));
        prop_assert_eq!(line["unsigned"].as_u64(), Some(sample.unsigned));
        let float = serde_json::from_str::<Float>(&ours).unwrap().float.get().parse().ok();
        prop_assert_eq!(float, Some(sample.float).filter(|float| float.is_finite()));
        prop_assert_eq!(&line["flag"], sample.flag);
    }

    #[test]
    fn no_value_forges_a_line_or_a_field(mut sample in samples()) {
        let ours = logged(text::write, || sample.log());
        prop_assert_eq!(ours.find('\n'), Some(ours.len() - 1));
        let is_of_control = |character: char| {
            character.is_control() || ['\u{2028}', '\u{2029}', '\u{202e}'].contains(&character)
        };
        prop_assert_eq!(ours.find(is_of_control), Some(ours.len() - 1));
        sample.message = "said".to_owned();
        let ours = logged(text::write, || sample.log());
        let (_, fields) = ours.trim_end().split_once("said ").unwrap();
        let fields = fields_of(fields);
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        prop_assert_eq!(names, ["words", "shown", "signed", "unsigned", "float", "flag"]);
        for (position, value) in [
            (0, format!("{:?}", sample.words)),
            (2, sample.signed.to_string()),
            (3, sample.unsigned.to_string()),
            (4, format!("{:?}", sample.float)),
            (5, sample.flag.to_string()),
        ] {
            prop_assert_eq!(fields[position].1, value);
        }
        let shown = fields[1].1;
        let quoted = format!("{:?}", sample.shown);
        prop_assert!(shown == sample.shown || shown == quoted);
    }

    #[test]
    fn a_message_is_the_same_however_it_is_given(message in ANY) {
        for format in [json::write as Format, text::write] {
            let formatted = logged(format, || tracing::info!("{message}"));
            let given = logged(format, || tracing::info!(message));
            prop_assert_eq!(timeless(&formatted), timeless(&given));
        }
    }
}

/// The fields of a line of text, as a reader takes it apart who knows of quotes and of nothing else.
fn fields_of(mut text: &str) -> Vec<(&str, &str)> {
    let mut fields = Vec::new();
    while !text.is_empty() {
        let (name, rest) = text.split_once('=').unwrap();
        let mut is_quoted = false;
        let mut is_escaped = false;
        let end = rest.find(|character| {
            match character {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => is_quoted = !is_quoted,
                ' ' => return !is_quoted,
                _ => {}
            }
            false
        });
        let (value, rest) = rest.split_at(end.unwrap_or(rest.len()));
        fields.push((name, value));
        text = rest.strip_prefix(' ').unwrap_or_default();
    }
    fields
}

/// A value that does something while it is shown.
struct Doing<F>(F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Display for Doing<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(formatter)
    }
}

/// Run by the test below in a process of its own, because only the process's subscriber is asked again while it writes.
#[test]
#[ignore = "a part of the test below"]
fn a_process_whose_values_log() {
    super::start("json", "info");
    let value = Doing(|formatter: &mut fmt::Formatter<'_>| {
        tracing::info!("inner");
        formatter.write_str("shown")
    });
    tracing::info!(%value, "outer");
}

#[test]
fn a_value_may_log_while_it_is_shown() {
    let child = "telemetry::log::tests::a_process_whose_values_log";
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert_eq!(lines[0]["message"], "inner");
    let outer = (&lines[1]["message"], &lines[1]["value"]);
    assert_eq!(outer, (&"outer".into(), &"shown".into()));
}

#[test]
fn a_value_that_cannot_be_shown_costs_no_more_than_itself() {
    let fails = Doing(|formatter: &mut fmt::Formatter<'_>| {
        formatter.write_str("begun\n")?;
        Err(fmt::Error)
    });
    let events = || tracing::info!(%fails, after = 1, "said");
    let line: Value = serde_json::from_str(&logged(json::write, events)).unwrap();
    assert_eq!(
        (&line["fails"], &line["after"]),
        (&"begun\n".into(), &1.into())
    );
    let line = logged(text::write, events);
    assert!(
        line.ends_with("said fails=\"begun\\n\" after=1\n"),
        "{line}"
    );
}

#[test]
fn a_value_that_panics_leaves_the_next_line_whole() {
    let log = logged(text::write, || {
        let panics = Doing(|_: &mut fmt::Formatter<'_>| panic!("for a test"));
        let panicking = std::panic::AssertUnwindSafe(|| tracing::info!(%panics, "lost"));
        assert!(std::panic::catch_unwind(panicking).is_err());
        tracing::info!("next");
    });
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.ends_with(": next\n"), "{log}");
}

#[test]
fn a_long_line_is_whole() {
    let long = "x".repeat(1 << 20);
    let line = logged(text::write, || tracing::info!(long, "said"));
    assert!(line.ends_with(&format!("said long=\"{long}\"\n")));
}

/// Events of each kind that there is, and of each kind of value.
fn examples() {
    let (adapter, operation) = ("lago-customers-rest", "findallcustomers");
    tracing::info!(
        target: ACCESS,
        message = "answered",
        adapter,
        operation,
        method = %http::Method::GET,
        status = 200_u16,
        duration_ms = 1.25,
        upstream_ms = Some(0.007),
        request_id = "0123456789abcdef-0000002a",
        trace_id = None::<&str>,
    );
    tracing::debug!(target: "gateway", "listening on http://{}", "127.0.0.1:8080");
    tracing::warn!(
        target: "gatewright_runtime",
        cause = "quoted \"a\\b\"\r\n\u{1b}[31m\té",
        number = -5,
        most = u64::MAX,
        none = f64::NAN,
        small = 1e-7,
        large = 123_456_789.123_456_7,
        whole = 60.0,
        flag = true,
        "an \"upstream\" failed",
    );
    tracing::error!(target: "gatewright_runtime", wide = 1_u128 << 100);
}

/// The text of [`examples`], written by `tracing-subscriber` 0.3, without times.
const TEXT: &str = r#"
  INFO gateway::access: answered adapter="lago-customers-rest" operation="findallcustomers" method=GET status=200 duration_ms=1.25 upstream_ms=0.007 request_id="0123456789abcdef-0000002a"
 DEBUG gateway: listening on http://127.0.0.1:8080
  WARN gatewright_runtime: an "upstream" failed cause="quoted \"a\\b\"\r\n\u{1b}[31m\té" number=-5 most=18446744073709551615 none=NaN small=1e-7 large=123456789.1234567 whole=60.0 flag=true
 ERROR gatewright_runtime: wide=1267650600228229401496703205376
"#;

/// The JSON of [`examples`], from the same.
const JSON: &str = r#"
{"timestamp":"","level":"INFO","message":"answered","adapter":"lago-customers-rest","operation":"findallcustomers","method":"GET","status":200,"duration_ms":1.25,"upstream_ms":0.007,"request_id":"0123456789abcdef-0000002a","target":"gateway::access"}
{"timestamp":"","level":"DEBUG","message":"listening on http://127.0.0.1:8080","target":"gateway"}
{"timestamp":"","level":"WARN","message":"an \"upstream\" failed","cause":"quoted \"a\\b\"\r\n\u001b[31m\té","number":-5,"most":18446744073709551615,"none":null,"small":1e-7,"large":123456789.1234567,"whole":60.0,"flag":true,"target":"gatewright_runtime"}
{"timestamp":"","level":"ERROR","wide":"1267650600228229401496703205376","target":"gatewright_runtime"}
"#;

#[test]
fn lines_look_as_those_of_tracing_subscriber() {
    let timeless = |log: String| {
        log.lines()
            .map(|line| timeless(line) + "\n")
            .collect::<String>()
    };
    assert_eq!(timeless(logged(text::write, examples)), TEXT[1..]);
    assert_eq!(timeless(logged(json::write, examples)), JSON[1..]);
}

/// What `tracing-subscriber` would write as it is.
#[test]
fn a_value_of_several_words_is_quoted_and_a_message_of_several_lines_escaped() {
    let events = || {
        let error = "reset status=200";
        tracing::info!(%error, empty = %"", "two\r\nlines \u{1b}[31m of \\ \"it\", é");
    };
    let log = logged(text::write, events);
    let end = "two\\r\\nlines \\u{1b}[31m of \\ \"it\", é error=\"reset status=200\" empty=\"\"\n";
    assert!(log.ends_with(end), "{log}");
}
