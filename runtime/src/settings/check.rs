//! Whether a value has the form of its setting.

use std::net::IpAddr;
use std::time::Duration;

use super::read::missing;
use super::table::{Form, Setting};
use crate::server::{AllowedCallers, is_resource_uri};
use crate::upstream::BaseUri;

/// The value, where it has the form that its setting asks for.
///
/// # Errors
/// What was expected; a secret is not repeated.
pub(super) fn check(setting: &Setting, value: String) -> Result<String, String> {
    let name = format!("--{} ({})", setting.flag, setting.environment);
    let wrong = |expected: &str| {
        Err(format!(
            "{name} is {}; expected {expected}",
            crate::inbound::shown(&value)
        ))
    };
    match setting.form {
        Form::Secret if value.is_empty() => return Err(missing(setting)),
        Form::Secret | Form::Text | Form::Path => {}
        Form::BaseUri => {
            BaseUri::parse(&value).map_err(|error| format!("{name}: {error}"))?;
        }
        Form::Uri if !is_resource_uri(&value) => {
            return wrong("an absolute https or http URI without a query or a fragment");
        }
        Form::Address if value.parse::<IpAddr>().is_err() => {
            return wrong("an IP address such as 127.0.0.1, 0.0.0.0 or ::1");
        }
        Form::Port if value.parse::<u16>().is_err() => return wrong("a port from 0 to 65535"),
        Form::OptionalPort if value != OFF && value.parse::<u16>().is_err() => {
            return wrong("a port from 0 to 65535, or off");
        }
        Form::Delay if parse_delay(&value).is_none() => {
            return wrong(&format!("a number of seconds from 0 to {SECONDS_LIMIT}"));
        }
        Form::Seconds if parse_seconds(&value).is_none() => {
            return wrong(&format!(
                "a number of seconds greater than 0, at most {SECONDS_LIMIT}"
            ));
        }
        Form::Bytes if value.parse::<usize>().is_err() => return wrong("a number of bytes"),
        Form::Count if parse_count(&value).is_none() => {
            return wrong(&format!("a whole number from 1 to {COUNT_LIMIT}"));
        }
        Form::Number if parse_number(&value).is_none() => {
            return wrong(&format!("a whole number from 0 to {COUNT_LIMIT}"));
        }
        Form::Hosts if AllowedCallers::parse(&value, "").is_none() => {
            return wrong(
                "hosts such as gateway.example or gateway.example:8080, with commas between",
            );
        }
        Form::Origins if AllowedCallers::parse("", &value).is_none() => {
            return wrong("origins such as https://app.example, with commas between");
        }
        Form::Choice(words) if !words.contains(&value.as_str()) => {
            return wrong(&format!("one of {}", words.join(", ")));
        }
        #[cfg(feature = "otlp")]
        Form::Endpoint if !value.is_empty() && super::parse_endpoint(&value).is_none() => {
            // What looks like credentials is not repeated.
            let shown = if value.contains('@') {
                "(not shown)"
            } else {
                &value
            };
            let shown = crate::inbound::shown(shown);
            return Err(format!(
                "{name} is {shown}; expected a URL without credentials such as http://collector.example:4318"
            ));
        }
        #[cfg(feature = "otlp")]
        Form::Headers if super::HeaderList::parse(&value).is_none() => {
            // The value is not repeated: it may hold a key.
            return Err(format!(
                "{name} holds what cannot be a header; expected name=value with commas between, values percent-encoded"
            ));
        }
        #[cfg(feature = "otlp")]
        Form::Endpoint | Form::Headers => {}
        Form::Uri
        | Form::Address
        | Form::Port
        | Form::OptionalPort
        | Form::Delay
        | Form::Seconds
        | Form::Bytes
        | Form::Count
        | Form::Number
        | Form::Hosts
        | Form::Origins
        | Form::Choice(_) => {}
    }
    Ok(value)
}

/// The word that turns an optional port off.
pub(super) const OFF: &str = "off";

/// What a count may be at most: the semaphores that are made of counts hold no more on any machine.
const COUNT_LIMIT: usize = 1_000_000;

pub(super) fn parse_count(text: &str) -> Option<usize> {
    parse_number(text).filter(|count| *count > 0)
}

pub(super) fn parse_number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number| *number <= COUNT_LIMIT)
}

/// What a duration may be at most: ten years. A clock cannot be asked about the far future, and panics.
const SECONDS_LIMIT: u64 = 315_360_000;

pub(super) fn parse_seconds(text: &str) -> Option<Duration> {
    parse_delay(text).filter(|duration| !duration.is_zero())
}

pub(super) fn parse_delay(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.parse().ok()?)
        .ok()
        .filter(|duration| *duration <= Duration::from_secs(SECONDS_LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_one_that_a_clock_can_be_asked_about() {
        for text in ["0", "-1", "NaN", "inf", "1e10", "1e19", "x", ""] {
            assert_eq!(parse_seconds(text), None, "{text}");
            assert_eq!(parse_delay(text).is_some(), text == "0", "{text}");
        }
        assert_eq!(parse_seconds("0.05"), Some(Duration::from_millis(50)));
        let longest = parse_seconds(&SECONDS_LIMIT.to_string()).unwrap();
        assert!(tokio::time::Instant::now().checked_add(longest).is_some());
    }
}
