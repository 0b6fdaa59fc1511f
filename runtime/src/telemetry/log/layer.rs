//! From an event to a line.

use std::cell::Cell;
use std::time::SystemTime;

use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::line::Line;
use super::time::Clock;

/// The most memory that a thread keeps for its next line. A usual line has 300 bytes.
const KEPT: usize = 4096;

/// Writes every event as one line. Spans are not looked at: the gateway has none of `tracing`'s, and those of its libraries
/// are filtered out.
///
/// It stands in for the formatter of `tracing-subscriber`, which took a fifth of all that a request computes.
pub(super) struct Lines<Write, To> {
    write: Write,
    to: To,
}

impl<Write, To> Lines<Write, To>
where
    Write: Fn(&mut Line, &[u8], &Event<'_>),
    To: Fn(&[u8]),
{
    /// Lines that `write` writes, given the time and the event, and that go `to`.
    pub(super) fn new(write: Write, to: To) -> Self {
        Self { write, to }
    }
}

impl<S, Write, To> Layer<S> for Lines<Write, To>
where
    S: Subscriber,
    Write: Fn(&mut Line, &[u8], &Event<'_>) + 'static,
    To: Fn(&[u8]) + 'static,
{
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        // A thread that ends has nothing spare any more. Nor has one that logs while it writes a line: a value may do so.
        let Spare {
            mut line,
            mut clock,
        } = SPARE.try_with(Cell::take).unwrap_or_default();
        (self.write)(&mut line, clock.at(SystemTime::now()), event);
        line.end();
        (self.to)(line.as_bytes());
        line.clear(KEPT);
        let _ = SPARE.try_with(|spare| spare.set(Spare { line, clock }));
    }
}

thread_local! {
    static SPARE: Cell<Spare> = const { Cell::new(Spare::new()) };
}

/// What a thread keeps for its next line.
struct Spare {
    line: Line,
    clock: Clock,
}

impl Spare {
    const fn new() -> Self {
        Self {
            line: Line::new(),
            clock: Clock::new(),
        }
    }
}

impl Default for Spare {
    fn default() -> Self {
        Self::new()
    }
}
