//! Names that a caller sends and that are refused, of which a request can hold any number.

use super::{Collector, clipped};
use crate::problem::ParameterProblem;

/// How many are named one by one.
const NAMED: usize = 8;

/// The names that are refused for one reason: the first few are named, the others counted.
pub(crate) struct RefusedNames {
    place: &'static str,
    /// What the others are, as an adjective.
    what: &'static str,
    count: usize,
}

impl RefusedNames {
    /// None so far, of this place.
    pub(crate) fn new(place: &'static str, what: &'static str) -> Self {
        Self {
            place,
            what,
            count: 0,
        }
    }

    /// Notes one more; `detail` says what is wrong with it.
    pub(crate) fn refuse(
        &mut self,
        collector: &mut Collector,
        name: &str,
        detail: impl FnOnce() -> String,
    ) {
        self.count += 1;
        if self.count <= NAMED {
            collector.refuse(ParameterProblem::new(clipped(name), self.place, detail()));
        }
    }

    /// Notes how many were not named.
    pub(crate) fn finish(self, collector: &mut Collector) {
        let more = self.count.saturating_sub(NAMED);
        if more > 0 {
            let detail = format!("{more} more are {}", self.what);
            collector.refuse(ParameterProblem::new("…", self.place, detail));
        }
    }
}

/// What is wrong with an unknown name, where `known` are those that `taker` takes; `what` is said where it takes none.
pub(crate) fn is_unknown<'n>(
    taker: &str,
    known: impl Iterator<Item = &'n str>,
    what: &str,
) -> String {
    let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    match known.as_slice() {
        [] => format!("is unknown; {taker} takes no {what}"),
        known => format!("is unknown; {taker} takes {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbound::Variables;
    use crate::upstream::CallError;

    fn problems(count: usize) -> Vec<String> {
        let mut collector = Collector::new(&[]);
        let mut unknown = RefusedNames::new("query", "unknown");
        for number in 0..count {
            unknown.refuse(&mut collector, &format!("n{number}"), || "x".to_owned());
        }
        unknown.finish(&mut collector);
        match collector.finish(&Variables::default()) {
            Err(CallError::Refused(problems)) => problems.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn the_first_are_named_and_the_others_counted() {
        assert_eq!(problems(0).len(), 0);
        assert_eq!(problems(8).len(), 8);
        let many = problems(11);
        assert_eq!(many.len(), 9);
        assert_eq!(many.first().unwrap(), "query parameter `n0`: x");
        assert_eq!(
            many.last().unwrap(),
            "query parameter `…`: 3 more are unknown"
        );
    }

    #[test]
    fn what_is_known_is_said() {
        assert_eq!(
            is_unknown("this tool", ["a", "b"].into_iter(), "arguments"),
            "is unknown; this tool takes `a`, `b`"
        );
        assert_eq!(
            is_unknown("this tool", [].into_iter(), "arguments"),
            "is unknown; this tool takes no arguments"
        );
    }
}
