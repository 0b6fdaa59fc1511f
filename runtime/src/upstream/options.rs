//! The limits of upstream calls.

use std::time::Duration;

use crate::settings::{SettingValues, SettingsError};

/// The limits of upstream calls. Each is a setting of the gateway's.
#[derive(Clone, Debug, PartialEq)]
pub struct UpstreamOptions {
    /// For making a connection, name resolution and TLS included. Default 2 s.
    pub connect_timeout: Duration,
    /// For a whole call: tokens, repetitions and the body of the answer included. Default 30 s.
    pub call_timeout: Duration,
    /// For an answer that is held in memory, in bytes. Default 10 MiB.
    pub answer_limit: usize,
    /// How many calls of one upstream may be under way, their answers' bodies included. Default 1,024.
    pub call_limit: usize,
    /// How many unused connections are kept for one upstream. Default 64.
    pub idle_connections: usize,
    /// How long an unused connection is kept. Default 60 s.
    pub idle_timeout: Duration,
    /// When a failed call is repeated.
    pub retry: RetryOptions,
    /// When an upstream is not called at all.
    pub breaker: BreakerOptions,
}

/// When a failed call is repeated. Only calls of idempotent operations ever are, and once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryOptions {
    /// How many of a hundred calls of the last second may be repeated; 0 repeats none. Default 20.
    pub percent: usize,
    /// How many may be repeated in a second however few there are. Default 10.
    pub at_least: usize,
    /// The longest `Retry-After` that is waited for; where an upstream asks for more, its answer is passed on.
    /// Default 2 s.
    pub longest_wait: Duration,
}

/// When an upstream is left alone for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakerOptions {
    /// After so many failures in a row; 0 means never. Default 10.
    pub failures: usize,
    /// How long, before one call tries whether it is back. Default 5 s.
    pub pause: Duration,
}

impl Default for UpstreamOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(2),
            call_timeout: Duration::from_secs(30),
            answer_limit: 10 * 1024 * 1024,
            call_limit: 1024,
            idle_connections: 64,
            idle_timeout: Duration::from_secs(60),
            retry: RetryOptions {
                percent: 20,
                at_least: 10,
                longest_wait: Duration::from_secs(2),
            },
            breaker: BreakerOptions {
                failures: 10,
                pause: Duration::from_secs(5),
            },
        }
    }
}

impl UpstreamOptions {
    /// The options that the gateway's settings say.
    ///
    /// # Errors
    /// If no table declares one of them: a defect of the gateway.
    pub fn read(values: &SettingValues) -> Result<Self, SettingsError> {
        Ok(Self {
            connect_timeout: values.seconds("connect-timeout")?,
            call_timeout: values.seconds("call-timeout")?,
            answer_limit: values.bytes("answer-limit")?,
            call_limit: values.count("call-limit")?,
            idle_connections: values.count("upstream-idle-connections")?,
            idle_timeout: values.seconds("upstream-idle-timeout")?,
            retry: RetryOptions {
                percent: values.number("retry-percent")?,
                at_least: values.number("retry-rate")?,
                longest_wait: values.seconds("retry-wait")?,
            },
            breaker: BreakerOptions {
                failures: values.number("breaker-failures")?,
                pause: values.seconds("breaker-pause")?,
            },
        })
    }
}
