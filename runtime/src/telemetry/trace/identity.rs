//! What a span is known by: W3C Trace Context, level 1 with the random flag of level 2.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderValue;

/// The flag of a trace whose spans are recorded (§3.2.2.5.1).
const SAMPLED: u8 = 0x01;
/// The flag of a trace whose id is random (level 2, §3.2.2.5.2). It is its root's to set.
const RANDOM: u8 = 0x02;

/// A span, as another process sees it. Neither id is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SpanContext {
    pub(super) trace: TraceId,
    pub(super) span: SpanId,
    flags: u8,
}

/// The id of a trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TraceId(pub(super) u128);

/// The id of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SpanId(pub(super) u64);

impl TraceId {
    fn random() -> Self {
        Self((u128::from(random()) << 64) | u128::from(random()))
    }

    /// The part by which a ratio of traces is chosen: every service has to choose the same ones.
    pub(super) fn low(self) -> u64 {
        self.0 as u64
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

impl SpanId {
    pub(super) fn random() -> Self {
        Self(random())
    }
}

impl SpanContext {
    /// The root of a new trace, not recorded.
    pub(super) fn root() -> Self {
        Self {
            trace: TraceId::random(),
            span: SpanId::random(),
            flags: RANDOM,
        }
    }

    /// Reads a `traceparent` that has been checked: of any version, whose first fields are those of version 00.
    pub(super) fn parse(traceparent: &str) -> Option<Self> {
        let field = |from, to| traceparent.get(from..to);
        Some(Self {
            trace: TraceId(u128::from_str_radix(field(3, 35)?, 16).ok()?),
            span: SpanId(u64::from_str_radix(field(36, 52)?, 16).ok()?),
            flags: u8::from_str_radix(field(53, 55)?, 16).ok()? & (SAMPLED | RANDOM),
        })
    }

    /// The `traceparent` that names this span as the parent.
    pub(super) fn traceparent(self) -> Option<HeaderValue> {
        let Self { trace, span, flags } = self;
        let text = format!("00-{trace}-{:016x}-{flags:02x}", span.0);
        HeaderValue::try_from(text).ok()
    }

    pub(super) fn is_sampled(self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// The flags, as a span carries them.
    pub(super) fn flags(self) -> u8 {
        self.flags
    }

    /// The same, recorded or not.
    pub(super) fn sampled(mut self, is_sampled: bool) -> Self {
        self.flags = self.flags & !SAMPLED | if is_sampled { SAMPLED } else { 0 };
        self
    }

    /// Another span of the same trace.
    pub(super) fn with_span(mut self, span: SpanId) -> Self {
        self.span = span;
        self
    }
}

/// A number that nobody can foretell, and not 0: a count under a keyed hash whose key the system's random source gave
/// this process.
pub(super) fn random() -> u64 {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    KEY.hash_one(COUNT.fetch_add(1, Ordering::Relaxed)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_is_read_and_written() {
        let context = SpanContext::parse(PARENT).unwrap();
        assert!(context.is_sampled());
        assert_eq!(context.traceparent().unwrap(), PARENT);
        let other = context.sampled(false).with_span(SpanId(1));
        assert_eq!(
            other.traceparent().unwrap(),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000001-00"
        );
        assert_eq!(SpanContext::parse("00-4bf9"), None);
    }

    #[test]
    fn of_the_flags_those_are_kept_that_are_known() {
        let later = PARENT.replace("00-4", "cc-4").replace("-01", "-fe-more");
        let context = SpanContext::parse(&later).unwrap();
        assert!(!context.is_sampled());
        assert_eq!(context.flags(), RANDOM);
        assert_eq!(context.sampled(true).flags(), RANDOM | SAMPLED);
    }

    #[test]
    fn roots_differ() {
        let (first, second) = (SpanContext::root(), SpanContext::root());
        assert_ne!(first.trace, second.trace);
        assert_ne!(first.span, second.span);
        assert_ne!(first.trace.low(), first.span.0);
    }
}
