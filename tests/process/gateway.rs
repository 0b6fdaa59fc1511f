//! A running gateway, and what it says.

use std::net::SocketAddr;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long anything may take before a test gives up on it.
pub(crate) const BOUND: Duration = Duration::from_secs(60);

/// Flags for free ports.
pub(crate) const FREE_PORTS: [&str; 6] = [
    "--admin-port",
    "0",
    "--lago-customers-rest-port",
    "0",
    "--lago-customers-mcp-port",
    "0",
];

/// The gateway with these flags, and nothing in its environment.
pub(crate) fn command(flags: &[&str]) -> Command {
    program(env!("CARGO_BIN_EXE_gateway"), flags)
}

/// A program that dies with the test, which reads what it says.
pub(crate) fn program(path: impl AsRef<std::ffi::OsStr>, flags: &[&str]) -> Command {
    let mut command = Command::new(path);
    command
        .args(flags)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Runs a command that ends by itself.
pub(crate) async fn ended(mut command: Command) -> Ended {
    let running = command.spawn().unwrap().wait_with_output();
    let Output {
        status,
        stdout,
        stderr,
    } = timeout(BOUND, running).await.expect("it runs on").unwrap();
    Ended {
        code: status.code(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// What came of a process.
#[derive(Debug)]
pub(crate) struct Ended {
    /// `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The lines of a stream, as they come.
pub(crate) struct Lines {
    lines: watch::Receiver<Vec<String>>,
    reading: JoinHandle<()>,
}

impl Lines {
    pub(crate) fn of(stream: impl AsyncRead + Unpin + Send + 'static) -> Self {
        let (sender, lines) = watch::channel(Vec::new());
        let reading = tokio::spawn(async move {
            let mut stream = BufReader::new(stream).lines();
            while let Some(line) = stream.next_line().await.unwrap() {
                sender.send_modify(|lines| lines.push(line));
            }
        });
        Self { lines, reading }
    }

    /// Reads no more, and closes the stream.
    async fn close(&mut self) {
        self.reading.abort();
        assert!(
            (&mut self.reading)
                .await
                .is_err_and(|end| end.is_cancelled())
        );
    }

    /// The first line that contains all of `parts`, when it comes.
    pub(crate) async fn containing(&self, parts: &[&str]) -> String {
        let mut lines = self.lines.clone();
        let matches = |line: &String| parts.iter().all(|part| line.contains(part));
        let found = timeout(BOUND, lines.wait_for(|lines| lines.iter().any(matches))).await;
        match found {
            Ok(Ok(lines)) => lines.iter().find(|line| matches(line)).unwrap().clone(),
            _ => panic!("no line with {parts:?} in {:#?}", self.so_far()),
        }
    }

    /// All lines, when the stream has ended.
    pub(crate) async fn all(&self) -> Vec<String> {
        let mut lines = self.lines.clone();
        // The sender goes when the stream ends.
        let _ = timeout(BOUND, lines.wait_for(|_| false)).await.unwrap();
        self.so_far()
    }

    pub(crate) fn so_far(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }
}

/// A gateway that serves.
pub(crate) struct Gateway {
    child: Child,
    pub(crate) log: Lines,
    pub(crate) rest: SocketAddr,
    pub(crate) mcp: SocketAddr,
}

impl Gateway {
    /// Starts one on free ports in front of `upstream`.
    pub(crate) async fn start(upstream: &str, key: &str, flags: &[&str]) -> Self {
        let mut command = command(&FREE_PORTS);
        command
            .args(flags)
            .env("LAGO_CUSTOMERS_BASE_URI", upstream)
            .env("LAGO_API_KEY", key);
        Self::spawn(command).await
    }

    /// Runs a command, and waits for the lines that say where it listens.
    pub(crate) async fn spawn(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let log = Lines::of(child.stderr.take().unwrap());
        let rest = listening(&log, "lago-customers-rest").await;
        let mcp = listening(&log, "lago-customers-mcp").await;
        Self {
            child,
            log,
            rest,
            mcp,
        }
    }

    /// Where its probes and metrics are answered.
    pub(crate) async fn admin(&self) -> SocketAddr {
        listening(&self.log, "\"admin\"").await
    }

    /// Leaves it with nobody who reads its log.
    pub(crate) async fn close_log(&mut self) {
        self.log.close().await;
    }

    pub(crate) async fn signal(&self, name: &str) {
        signal(&self.child, name).await;
    }

    /// How much memory it has held at most so far, in KiB.
    pub(crate) fn peak_memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id().unwrap());
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
        number.unwrap().parse().unwrap()
    }

    /// Waits for the process to end, and says how it did.
    pub(crate) async fn ended(mut self) -> (Option<i32>, Vec<String>) {
        let status = timeout(BOUND, self.child.wait()).await.expect("it runs on");
        (status.unwrap().code(), self.log.all().await)
    }

    pub(crate) async fn stop(self) -> Vec<String> {
        self.signal("TERM").await;
        let (code, log) = self.ended().await;
        assert_eq!(code, Some(0), "{log:#?}");
        log
    }
}

/// Sends a signal to a process that has not been waited for.
pub(crate) async fn signal(child: &Child, name: &str) {
    let mut kill = Command::new("sh");
    kill.args(["-c", "kill -s \"$1\" \"$2\"", "sh", name])
        .arg(child.id().unwrap().to_string());
    assert!(kill.status().await.unwrap().success());
}

async fn listening(log: &Lines, adapter: &str) -> SocketAddr {
    let line = log.containing(&["listening on http://", adapter]).await;
    let address = line.split("listening on http://").nth(1).unwrap();
    let end = address.find([' ', '"']).unwrap_or(address.len());
    address[..end].parse().unwrap()
}
