//! An upstream for tests: it remembers every request exactly as it arrived, and answers as it is told to.
//!
//! It speaks HTTP/1.1 by hand on a socket, because what it is for is what a library would not do: break off in
//! the middle of a body, answer with something which is not HTTP, or never answer at all.
//!
//! ```no_run
//! # use lago_stand_in::recorder::{Behaviour, Recorder, Reply};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let upstream = Recorder::start().await?;
//! upstream.answer(Reply::json(503, r#"{"error":"later"}"#).header("retry-after", "1"));
//! upstream.answer_once(Reply::default().behaving(Behaviour::CloseBeforeAnswer));
//!
//! let target = format!("{}/customers?page=2", upstream.base_uri());
//! assert!(reqwest::get(&target).await.is_err());
//! assert_eq!(reqwest::get(&target).await?.status(), 503);
//! assert!(upstream.take().iter().all(|request| request.target == "/customers?page=2"));
//! # Ok(())
//! # }
//! ```

mod connection;
mod reply;
mod request;

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet, yield_now};

pub use reply::{Behaviour, Reply};
pub use request::Recorded;

/// A running recorder. Dropping it closes its port and all its connections.
#[derive(Debug)]
pub struct Recorder {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl Recorder {
    /// Starts on a free port of 127.0.0.1. Until told otherwise it answers 200 with an empty JSON object.
    pub async fn start() -> io::Result<Recorder> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let accepting = tokio::spawn(accept(listener, shared.clone()));
        Ok(Recorder {
            address,
            shared,
            accepting,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What a client puts in front of its paths: no path of its own, no slash at the end.
    pub fn base_uri(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers all requests from now on with `reply`.
    pub fn answer(&self, reply: Reply) {
        self.shared.script().standing = reply;
    }

    /// Answers one request with `reply`, after those already lined up this way and before the standing answer.
    pub fn answer_once(&self, reply: Reply) {
        self.shared.script().once.push_back(reply);
    }

    /// The requests so far, in the order they arrived.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.script().recorded.clone()
    }

    /// The requests since the last `take`, which are then forgotten.
    pub fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut self.shared.script().recorded)
    }

    /// How many connections were accepted so far.
    pub fn connections(&self) -> usize {
        self.shared.counts.borrow().connections
    }

    /// Waits until `count` requests have arrived since the start, answered or not.
    pub async fn wait_for_requests(&self, count: usize) {
        let mut counts = self.shared.counts.subscribe();
        let _ = counts.wait_for(|counts| counts.requests >= count).await;
    }

    /// Waits until `count` connections have ended since the start, whoever ended them. With
    /// [`Behaviour::NeverAnswer`] and [`Behaviour::HangAfterHeaders`] that is always the client.
    pub async fn wait_for_closed(&self, count: usize) {
        let mut counts = self.shared.counts.subscribe();
        let _ = counts.wait_for(|counts| counts.closed >= count).await;
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// What the recorder shares with its connections.
#[derive(Debug, Default)]
struct Shared {
    script: Mutex<Script>,
    counts: watch::Sender<Counts>,
}

/// What has been asked, and what is to be answered.
#[derive(Debug, Default)]
struct Script {
    recorded: Vec<Recorded>,
    once: VecDeque<Reply>,
    standing: Reply,
}

#[derive(Debug, Default)]
struct Counts {
    connections: usize,
    requests: usize,
    closed: usize,
}

impl Shared {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a request, and says what to answer.
    fn record(&self, request: Recorded) -> Reply {
        let mut script = self.script();
        script.recorded.push(request);
        let once = script.once.pop_front();
        let reply = once.unwrap_or_else(|| script.standing.clone());
        drop(script);
        self.counts.send_modify(|counts| counts.requests += 1);
        reply
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Owned by this task, so that connections end with it.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    shared.counts.send_modify(|counts| counts.connections += 1);
                    connections.spawn(connection::serve(stream, shared.clone()));
                }
                Err(_) => yield_now().await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
