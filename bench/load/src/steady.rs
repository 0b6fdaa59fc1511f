//! Requests at a fixed rate. Each has its time, and its latency counts from that time: a server that stalls is charged
//! for all requests that had to wait meanwhile, not for one only (no coordinated omission).

use std::error::Error;
use std::time::{Duration, Instant};

use crate::exchange::Connection;

pub struct Plan {
    pub port: u16,
    pub connections: usize,
    /// Requests a second, over all connections.
    pub rate: f64,
    pub length: Duration,
    pub request: Vec<u8>,
}

/// Latencies in microseconds, and the exchanges that failed.
#[derive(Default)]
struct Seen {
    latencies: Vec<u64>,
    failed: usize,
}

pub fn run(plan: &Plan) -> Result<String, Box<dyn Error>> {
    let mut connections = Vec::new();
    for _ in 0..plan.connections {
        connections.push(Connection::open(plan.port)?);
    }
    let start = Instant::now() + Duration::from_millis(50);
    let mut all = Seen::default();
    std::thread::scope(|scope| {
        let threads: Vec<_> = connections
            .into_iter()
            .enumerate()
            .map(|(index, connection)| scope.spawn(move || drive(plan, start, index, connection)))
            .collect();
        for thread in threads {
            let seen = thread.join().expect("a connection's thread does not panic");
            all.latencies.extend(seen.latencies);
            all.failed += seen.failed;
        }
    });
    all.latencies.sort_unstable();
    let at = |share: f64| {
        let rank = (all.latencies.len() as f64 * share).ceil() as usize;
        all.latencies.get(rank.max(1) - 1).copied().unwrap_or(0)
    };
    Ok(format!(
        r#"{{"answered": {}, "failed": {}, "p50_us": {}, "p90_us": {}, "p99_us": {}, "p999_us": {}, "max_us": {}}}"#,
        all.latencies.len(),
        all.failed,
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999),
        at(1.0),
    ))
}

/// The share of one connection: every n-th request of the plan.
fn drive(plan: &Plan, start: Instant, index: usize, mut connection: Connection) -> Seen {
    let mut seen = Seen::default();
    for turn in 0.. {
        let due = (index + turn * plan.connections) as f64 / plan.rate;
        let due = Duration::from_secs_f64(due);
        if due >= plan.length {
            break;
        }
        let wait = (start + due).saturating_duration_since(Instant::now());
        // A thread that slept is late by its timer, and that is not the server's fault.
        let from = if wait.is_zero() {
            start + due
        } else {
            std::thread::sleep(wait);
            Instant::now()
        };
        match connection.exchange(&plan.request) {
            Ok(200) => seen.latencies.push(from.elapsed().as_micros() as u64),
            Ok(_) => seen.failed += 1,
            Err(_) => {
                seen.failed += 1;
                match Connection::open(plan.port) {
                    Ok(opened) => connection = opened,
                    Err(_) => break,
                }
            }
        }
    }
    seen
}
