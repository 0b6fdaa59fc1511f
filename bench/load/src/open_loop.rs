//! Requests at a fixed rate, whether or not the ones before are answered: what a server gets that is asked for more
//! than it can do.
//!
//! One thread serves all connections, so that the load takes as little as it can of the core that it shares with the
//! upstream. A request that is due while every connection waits for an answer is not sent, and counted as such.

use std::collections::VecDeque;
use std::error::Error;
use std::io::{self, ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::exchange::complete;

/// How long it rests where nothing is due and nothing has come.
const REST: Duration = Duration::from_micros(100);
/// How long the last answers are waited for.
const PATIENCE: Duration = Duration::from_secs(5);

pub struct Plan {
    pub port: u16,
    pub connections: usize,
    /// Requests a second, over all connections.
    pub rate: f64,
    /// How long to send before anything is counted.
    pub warm_up: Duration,
    /// How long to count after that.
    pub length: Duration,
    /// Each n-th request is one whose caller leaves without its answer; 0 for none.
    pub leave_every: u64,
    pub request: Vec<u8>,
}

/// What came of the requests that are counted.
#[derive(Default)]
struct Seen {
    sent: u64,
    unsent: u64,
    left: u64,
    /// Answered 200 while it was counted.
    served: u64,
    other: u64,
    broken: u64,
    /// Microseconds from sending to the end of the answer, of those answered 200.
    served_us: Vec<u64>,
    /// The same, of those answered 503.
    shed_us: Vec<u64>,
}

struct Caller {
    stream: TcpStream,
    held: Vec<u8>,
    /// When its request was sent; `None` where it waits for nothing.
    sent: Option<Instant>,
}

struct Load<'a> {
    plan: &'a Plan,
    poll: Poll,
    callers: Vec<Caller>,
    idle: VecDeque<usize>,
    begin: Instant,
    seen: Seen,
}

pub fn run(plan: &Plan) -> Result<String, Box<dyn Error>> {
    let poll = Poll::new()?;
    let mut callers = Vec::new();
    for index in 0..plan.connections {
        callers.push(Caller {
            stream: open(plan.port, &poll, index)?,
            held: Vec::new(),
            sent: None,
        });
    }
    let mut load = Load {
        plan,
        poll,
        idle: (0..callers.len()).collect(),
        callers,
        begin: Instant::now() + plan.warm_up,
        seen: Seen::default(),
    };
    load.drive()?;
    Ok(load.seen.line(plan))
}

fn open(port: u16, poll: &Poll, index: usize) -> io::Result<TcpStream> {
    let stream = std::net::TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    let mut stream = TcpStream::from_std(stream);
    poll.registry()
        .register(&mut stream, Token(index), Interest::READABLE)?;
    Ok(stream)
}

impl Load<'_> {
    fn drive(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(self.callers.len().max(64));
        let (start, end) = (Instant::now(), self.begin + self.plan.length);
        let mut due = 0_u64;
        loop {
            let now = Instant::now();
            while now < end
                && start + Duration::from_secs_f64(due as f64 / self.plan.rate) <= now
            {
                due += 1;
                self.send(due)?;
            }
            let all_answered = self.idle.len() == self.callers.len();
            if now >= end && (all_answered || now >= end + PATIENCE) {
                break;
            }
            self.poll.poll(&mut events, Some(Duration::ZERO))?;
            if events.is_empty() {
                std::thread::sleep(REST);
            }
            for event in &events {
                self.read(event.token().0)?;
            }
        }
        self.seen.broken += (self.callers.len() - self.idle.len()) as u64;
        Ok(())
    }

    fn counts(&self, moment: Instant) -> bool {
        (self.begin..self.begin + self.plan.length).contains(&moment)
    }

    fn send(&mut self, number: u64) -> io::Result<()> {
        let now = Instant::now();
        let counts = u64::from(self.counts(now));
        // The one that has waited longest is the next, so that all have their turn.
        let Some(index) = self.idle.pop_front() else {
            self.seen.unsent += counts;
            return Ok(());
        };
        self.seen.sent += counts;
        let caller = &mut self.callers[index];
        caller.held.clear();
        caller.sent = Some(now);
        // A request is smaller than what a socket holds: it is written whole or not at all.
        match caller.stream.write(&self.plan.request) {
            Ok(count) if count == self.plan.request.len() => {}
            _ => return self.fail(index),
        }
        if self.plan.leave_every > 0 && number % self.plan.leave_every == 0 {
            self.seen.left += counts;
            self.callers[index].sent = None;
            return self.replace(index);
        }
        Ok(())
    }

    fn read(&mut self, index: usize) -> io::Result<()> {
        let mut space = [0; 64 * 1024];
        loop {
            let caller = &mut self.callers[index];
            match caller.stream.read(&mut space) {
                Ok(0) => return self.fail(index),
                Ok(count) => caller.held.extend_from_slice(&space[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return self.fail(index),
            }
        }
        let caller = &mut self.callers[index];
        let Some(sent) = caller.sent else {
            return Ok(());
        };
        match complete(&caller.held) {
            Ok(None) => Ok(()),
            Ok(Some(status)) => {
                caller.sent = None;
                self.idle.push_back(index);
                self.answered(status, sent);
                Ok(())
            }
            Err(_) => self.fail(index),
        }
    }

    fn answered(&mut self, status: u16, sent: Instant) {
        let now = Instant::now();
        if status == 200 {
            self.seen.served += u64::from(self.counts(now));
        }
        if !self.counts(sent) {
            return;
        }
        let took = u64::try_from(now.duration_since(sent).as_micros()).unwrap_or(u64::MAX);
        match status {
            200 => self.seen.served_us.push(took),
            503 => self.seen.shed_us.push(took),
            _ => self.seen.other += 1,
        }
    }

    /// A connection that ended with or without a request on it.
    fn fail(&mut self, index: usize) -> io::Result<()> {
        if let Some(sent) = self.callers[index].sent.take() {
            self.seen.broken += u64::from(self.counts(sent));
            self.replace(index)
        } else {
            self.idle.retain(|idle| *idle != index);
            self.replace(index)
        }
    }

    fn replace(&mut self, index: usize) -> io::Result<()> {
        self.callers[index].stream = open(self.plan.port, &self.poll, index)?;
        self.idle.push_back(index);
        Ok(())
    }
}

impl Seen {
    fn line(mut self, plan: &Plan) -> String {
        self.served_us.sort_unstable();
        self.shed_us.sort_unstable();
        format!(
            r#"{{"seconds": {}, "sent": {}, "unsent": {}, "left": {}, "served": {}, "shed": {}, "other": {}, "broken": {}, "served_us": {}, "shed_us": {}}}"#,
            plan.length.as_secs_f64(),
            self.sent,
            self.unsent,
            self.left,
            self.served,
            self.shed_us.len(),
            self.other,
            self.broken,
            percentiles(&self.served_us),
            percentiles(&self.shed_us),
        )
    }
}

/// Of sorted values.
fn percentiles(sorted: &[u64]) -> String {
    let at = |share: f64| {
        let rank = (sorted.len() as f64 * share).ceil() as usize;
        sorted.get(rank.max(1) - 1).copied().unwrap_or(0)
    };
    format!(
        r#"{{"p50": {}, "p90": {}, "p99": {}, "p999": {}, "max": {}}}"#,
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999),
        at(1.0)
    )
}
