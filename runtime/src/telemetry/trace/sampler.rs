//! Which traces are recorded: the samplers of the OpenTelemetry SDK specification, "Sampling".

use super::identity::{SpanContext, TraceId};

/// Which traces are recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sampler {
    /// Whether the trace of a caller is recorded where the caller records it, and only there.
    pub(super) follows_parent: bool,
    /// Of all other traces.
    pub(super) root: Root,
}

/// Which of the traces that nobody else decided on are recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Root {
    All,
    None,
    /// This part of them, from 0 to 1.
    Ratio(f64),
}

impl Default for Sampler {
    fn default() -> Self {
        Self {
            follows_parent: true,
            root: Root::All,
        }
    }
}

impl Sampler {
    /// The names that `OTEL_TRACES_SAMPLER` may have here; the others need a service that is asked.
    pub(super) const NAMES: [&'static str; 6] = [
        "always_on",
        "always_off",
        "traceidratio",
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
    ];

    /// The sampler of a name, which takes `ratio` where it takes one.
    pub(super) fn named(name: &str, ratio: f64) -> Option<Self> {
        let (follows_parent, root) = match name.strip_prefix("parentbased_") {
            Some(root) => (true, root),
            None => (false, name),
        };
        let root = match root {
            "always_on" => Root::All,
            "always_off" => Root::None,
            "traceidratio" => Root::Ratio(ratio),
            _ => return None,
        };
        Some(Self {
            follows_parent,
            root,
        })
    }

    /// Whether a span of `trace` is recorded, whose parent, where it has one, is in another process.
    pub(super) fn samples(self, trace: TraceId, parent: Option<SpanContext>) -> bool {
        if let Some(parent) = parent.filter(|_| self.follows_parent) {
            return parent.is_sampled();
        }
        match self.root {
            Root::All => true,
            Root::None => false,
            // As the SDKs do it: 63 bits, so that all services of a trace come to the same.
            Root::Ratio(ratio) => trace.low() >> 1 < (ratio * (1_u64 << 63) as f64) as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const NOT_SAMPLED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

    #[test]
    fn a_parent_decides_where_it_is_followed() {
        for (name, expected) in [
            ("always_on", [true, true, true]),
            ("always_off", [false, false, false]),
            ("traceidratio", [false, false, false]),
            ("parentbased_always_on", [true, true, false]),
            ("parentbased_always_off", [false, true, false]),
            ("parentbased_traceidratio", [false, true, false]),
        ] {
            assert!(Sampler::NAMES.contains(&name));
            let sampler = Sampler::named(name, 0.0).unwrap();
            let parents = [None, Some(SAMPLED), Some(NOT_SAMPLED)];
            let decisions = parents.map(|parent| {
                let parent = parent.and_then(SpanContext::parse);
                let trace = parent.unwrap_or_else(SpanContext::root).trace;
                sampler.samples(trace, parent)
            });
            assert_eq!(decisions, expected, "{name}");
        }
        assert_eq!(Sampler::named("jaeger_remote", 1.0), None);
        assert_eq!(Sampler::named("parentbased_", 1.0), None);
    }

    #[test]
    fn a_ratio_is_one_of_the_ids() {
        let sampled = |low: u64, ratio| {
            let sampler = Sampler::named("traceidratio", ratio).unwrap();
            sampler.samples(TraceId(u128::from(low)), None)
        };
        assert!(sampled(u64::MAX, 1.0) && !sampled(0, 0.0));
        assert!(sampled(u64::MAX / 4 - 2, 0.25) && !sampled(u64::MAX / 4 + 2, 0.25));
        let of_many =
            |ratio| (0..4000).filter(move |_| sampled(SpanContext::root().trace.low(), ratio));
        let count = of_many(0.25).count();
        assert!((800..1200).contains(&count), "{count}");
    }
}
