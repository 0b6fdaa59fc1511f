//! What wrk cannot measure.
//!
//!     load steady PORT CONNECTIONS RATE SECONDS REQUEST_FILE
//!     load open-loop PORT CONNECTIONS RATE WARM_UP SECONDS LEAVE_EVERY REQUEST_FILE
//!     load first-answer PORT REQUEST_FILE -- COMMAND...
//!
//! A request file holds the bytes of one HTTP/1.1 request. The outcome is one line of JSON on standard output.

mod exchange;
mod first_answer;
mod open_loop;
mod steady;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

const USAGE: &str = "usage: load steady PORT CONNECTIONS RATE SECONDS REQUEST_FILE
       load open-loop PORT CONNECTIONS RATE WARM_UP SECONDS LEAVE_EVERY REQUEST_FILE
       load first-answer PORT REQUEST_FILE -- COMMAND...";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    match arguments {
        ["steady", port, connections, rate, seconds, request] => steady::run(&steady::Plan {
            port: port.parse()?,
            connections: connections.parse()?,
            rate: rate.parse()?,
            length: Duration::from_secs_f64(seconds.parse()?),
            request: std::fs::read(request)?,
        }),
        [
            "open-loop",
            port,
            connections,
            rate,
            warm_up,
            seconds,
            leave_every,
            request,
        ] => open_loop::run(&open_loop::Plan {
            port: port.parse()?,
            connections: connections.parse()?,
            rate: rate.parse()?,
            warm_up: Duration::from_secs_f64(warm_up.parse()?),
            length: Duration::from_secs_f64(seconds.parse()?),
            leave_every: leave_every.parse()?,
            request: std::fs::read(request)?,
        }),
        ["first-answer", port, request, "--", program, command @ ..] => {
            first_answer::run(port.parse()?, &std::fs::read(request)?, program, command)
        }
        _ => Err(USAGE.into()),
    }
}
