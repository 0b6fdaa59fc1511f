//! What outputs say of the values of an answer: a text has no members, and an object no positions.

use std::collections::HashMap;

use crate::model::Step;
use crate::source::Span;

/// What a value must be for an output to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    Object,
    Array,
    Scalar,
}

/// A value of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place(usize);

/// What was said of the values of one context. The first is the context itself.
#[derive(Debug)]
pub(super) struct Claims(Vec<Said>);

#[derive(Debug, Default)]
struct Said {
    claim: Option<(Claim, Span)>,
    below: HashMap<Step, usize>,
}

impl Default for Claims {
    fn default() -> Self {
        Self(vec![Said::default()])
    }
}

impl Claims {
    /// Enters what follows of an output at the end of `steps` from `place`. Returns the place there, and where something
    /// else was said of a value on the way.
    pub(super) fn enter(
        &mut self,
        place: Place,
        steps: &[Step],
        claim: Claim,
        span: Span,
    ) -> (Place, Option<Span>) {
        let mut contradicted = None;
        let mut here = place.0;
        for step in steps {
            let enclosing = match step {
                Step::Name(_) => Claim::Object,
                Step::Index(_) | Step::FromEnd(_) => Claim::Array,
            };
            let before = self.say(here, enclosing, span);
            contradicted = contradicted.or(before);
            here = self.below(here, step);
        }
        let before = self.say(here, claim, span);
        contradicted = contradicted.or(before);
        (Place(here), contradicted)
    }

    /// What was said before it contradicts. What is within the later one is not to contradict once more.
    fn say(&mut self, place: usize, claim: Claim, span: Span) -> Option<Span> {
        let said = self.0.get_mut(place)?.claim.get_or_insert((claim, span));
        let (before, before_span) = *said;
        (before != claim).then(|| {
            *said = (claim, span);
            before_span
        })
    }

    fn below(&mut self, place: usize, step: &Step) -> usize {
        let next = self.0.len();
        let Some(said) = self.0.get_mut(place) else {
            return place;
        };
        let below = *said.below.entry(step.clone()).or_insert(next);
        if below == next {
            self.0.push(Said::default());
        }
        below
    }
}
