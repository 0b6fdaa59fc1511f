//! An upstream on this machine that tells which target a request arrived with.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use gatewright_runtime::upstream::{CallError, Credential, Request, Upstream, UpstreamOptions};

use crate::block_on;

/// What became of a request.
pub enum Sent {
    /// It arrived, with this target.
    Request(String),
    /// It never left.
    Refused,
}

struct Recorder {
    upstream: Upstream,
    targets: std::sync::mpsc::Receiver<String>,
}

thread_local! {
    static RECORDER: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}

/// Sends a request and waits until it has arrived.
pub fn send(request: Request) -> Sent {
    RECORDER.with_borrow_mut(|recorder| {
        let recorder = recorder.get_or_insert_with(|| start().expect("the recorder starts"));
        match block_on(async { recorder.upstream.send(request).await }) {
            Err(CallError::Refused(_)) => Sent::Refused,
            Ok(_) => Sent::Request(recorder.targets.recv().expect("the recorder runs")),
            Err(error) => panic!("{error}"),
        }
    })
}

fn start() -> Result<Recorder, Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let base = format!("http://{}/base", listener.local_addr()?);
    let (sender, targets) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let sender = sender.clone();
            std::thread::spawn(move || record(stream, &sender));
        }
    });
    let upstream = Upstream::new(
        "api",
        &base,
        Credential::none(),
        &UpstreamOptions::default(),
    )
    .map_err(|error| error.to_string())?;
    Ok(Recorder { upstream, targets })
}

/// Answers every request of a connection; the head is all there is.
fn record(stream: TcpStream, sender: &std::sync::mpsc::Sender<String>) -> Option<()> {
    let mut writer = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).split(b'\n');
    loop {
        let first = String::from_utf8(lines.next()?.ok()?).ok()?;
        while lines.next()?.ok()?.len() > 1 {}
        sender.send(first.split(' ').nth(1)?.to_owned()).ok()?;
        writer.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").ok()?;
    }
}
