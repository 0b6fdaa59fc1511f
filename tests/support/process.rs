//! The gateway's binary as a process.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long a process may take for what it does at once on any machine that works.
const PATIENCE: Duration = Duration::from_secs(20);

/// The gateway's command, with nothing of this process's environment.
pub fn command(flags: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command
        .env_clear()
        .envs(environment.iter().copied())
        .args(flags);
    command
}

/// Runs the gateway to its end, which it must come to by itself.
pub fn run(flags: &[&str], environment: &[(&str, &str)]) -> Output {
    command(flags, environment)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What a process wrote to standard error.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A gateway that serves.
pub struct Process {
    child: Child,
    lines: Receiver<String>,
    /// The lines that were read so far.
    pub log: Vec<String>,
    pub rest: SocketAddr,
    pub mcp: SocketAddr,
}

impl Process {
    /// Starts a gateway on free ports and waits until it says where it listens.
    pub fn start(flags: &[&str], environment: &[(&str, &str)]) -> Self {
        let ports = [
            "--lago-customers-rest-port",
            "0",
            "--lago-customers-mcp-port",
            "0",
        ];
        let flags: Vec<&str> = ports.iter().chain(flags).copied().collect();
        let mut child = command(&flags, environment)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stream = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stream.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut process = Self {
            child,
            lines,
            log: Vec::new(),
            rest: nowhere,
            mcp: nowhere,
        };
        process.rest = process.address("lago-customers-rest");
        process.mcp = process.address("lago-customers-mcp");
        process
    }

    /// Waits for a line that satisfies `test`, among those read and those to come.
    pub fn wait_for(&mut self, test: impl Fn(&str) -> bool) -> String {
        loop {
            if let Some(line) = self.log.iter().find(|line| test(line)) {
                return line.clone();
            }
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.log.push(line),
                Err(_) => panic!("the line did not come; the log: {:#?}", self.log),
            }
        }
    }

    fn address(&mut self, adapter: &str) -> SocketAddr {
        let line =
            self.wait_for(|line| line.contains("listening on http://") && line.contains(adapter));
        let (_, rest) = line.split_once("http://").unwrap();
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || ".:".contains(c)))
            .unwrap_or(rest.len());
        rest[..end].parse().unwrap()
    }

    /// Sends a signal, by its name.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// Waits for the end: the exit code, and all of the log.
    pub fn finish(mut self) -> (Option<i32>, Vec<String>) {
        let status = self.child.wait().unwrap();
        let mut log = std::mem::take(&mut self.log);
        log.extend(self.lines.iter());
        (status.code(), log)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a file holds these bytes.
pub fn file_holds(path: &std::path::Path, needle: &[u8]) -> bool {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .unwrap()
        .read_to_end(&mut bytes)
        .unwrap();
    bytes.windows(needle.len()).any(|window| window == needle)
}
