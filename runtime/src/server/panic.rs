//! What becomes of a panic: an answer to the caller, a count, and a log line that shows nothing of its message.

use std::panic::{AssertUnwindSafe, Location, PanicHookInfo, catch_unwind};
use std::pin::Pin;

use futures_util::FutureExt;
use http::StatusCode;

use super::Answered;
use super::statistics::STATISTICS;
use crate::problem::Problem;

/// Replaces the standard library's hook, which prints the message of a panic: a message may hold any value, a secret
/// or a caller's data among them. Logged is where it happened.
pub(crate) fn log_without_message() {
    std::panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let location = info.location().map(Location::to_string);
        tracing::error!(location, "a defect of the gateway: it panicked");
    }));
}

/// Serves a request; where that panics, the answer is 500. The state that a panic may leave half changed is the
/// request's own: what requests share is read only, or made of atomics and locks that survive it.
pub(super) async fn caught(serving: Pin<&mut impl Future<Output = Answered>>) -> Answered {
    match AssertUnwindSafe(serving).catch_unwind().await {
        Ok(answered) => answered,
        Err(_) => {
            STATISTICS.panics.add();
            let detail = "the gateway failed to serve the request";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail).into()
        }
    }
}

/// Polls the body of an answer; where that panics, the answer breaks off.
pub(super) fn caught_body<T>(poll: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(poll)).map_err(|_| {
        STATISTICS.panics.add();
        Panicked
    })
}

/// The making of an answer's body panicked.
#[derive(Debug)]
pub(super) struct Panicked;

impl std::fmt::Display for Panicked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the making of an answer's body panicked")
    }
}

impl std::error::Error for Panicked {}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::process::Command;

    use super::*;

    const CHILD: &str = "server::panic::tests::a_process_that_panics";

    /// Run by the test below in a process of its own, because the hook is the process's.
    #[tokio::test]
    #[ignore = "a part of the test below"]
    async fn a_process_that_panics() {
        crate::telemetry::start("json", "info");
        log_without_message();
        let serving = pin!(async { panic!("canary") });
        let answered = caught(serving).await;
        assert_eq!(
            answered.response.status(),
            StatusCode::INTERNAL_SERVER_ERROR
        );
    }

    #[test]
    fn a_panic_is_logged_without_its_message() {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", CHILD, "--ignored", "--nocapture"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "{said}");
        assert!(said.contains("it panicked"), "{said}");
        assert!(said.contains("panic.rs:"), "{said}");
        assert!(!said.contains("canary"), "{said}");
    }
}
