//! How long a program takes from exec to its first answer.

use std::error::Error;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::exchange::Connection;

/// After this, a program counts as one that does not start.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_micros(50);

pub fn run(
    port: u16,
    request: &[u8],
    program: &str,
    arguments: &[&str],
) -> Result<String, Box<dyn Error>> {
    if Connection::open(port).is_ok() {
        return Err("the port is taken".into());
    }
    let start = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    let outcome = first(start, port, request);
    // The program may be a script that started another.
    let group = format!("-{}", child.id());
    Command::new("kill")
        .args(["-KILL", "--", &group])
        .status()?;
    child.wait()?;
    let (listening, answered) = outcome?;
    let milliseconds = |time: Duration| time.as_micros() as f64 / 1000.0;
    Ok(format!(
        r#"{{"listening_ms": {}, "answered_ms": {}}}"#,
        milliseconds(listening),
        milliseconds(answered)
    ))
}

fn first(
    start: Instant,
    port: u16,
    request: &[u8],
) -> Result<(Duration, Duration), Box<dyn Error>> {
    while start.elapsed() < PATIENCE {
        let Ok(mut connection) = Connection::open(port) else {
            std::thread::sleep(PAUSE);
            continue;
        };
        let listening = start.elapsed();
        match connection.exchange(request) {
            Ok(200) => return Ok((listening, start.elapsed())),
            Ok(status) => return Err(format!("the first answer has status {status}").into()),
            // It listens, and is not ready yet.
            Err(_) => std::thread::sleep(PAUSE),
        }
    }
    Err("there was no answer in time".into())
}
