//! Answers every request with a customer, after a while. Each n-th answer is an error; 0 for none.
//!
//!     slow-upstream PORT MILLISECONDS FAIL_EVERY

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use tokio::net::TcpListener;

const CUSTOMER: &str = include_str!("../../customer.json");

struct Behaviour {
    delay: Duration,
    fail_every: u64,
    asked: AtomicU64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = || -> Result<u64, Box<dyn std::error::Error>> {
        let usage = "usage: slow-upstream PORT MILLISECONDS FAIL_EVERY";
        Ok(arguments.next().ok_or(usage)?.parse()?)
    };
    let (port, delay, fail_every) = (u16::try_from(number()?)?, number()?, number()?);
    let behaviour = Arc::new(Behaviour {
        delay: Duration::from_millis(delay),
        fail_every,
        asked: AtomicU64::new(0),
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let app = Router::new().fallback(answer).with_state(behaviour);
        axum::serve(listener, app).await?;
        Ok(())
    })
}

async fn answer(
    State(behaviour): State<Arc<Behaviour>>,
) -> (StatusCode, [(HeaderName, &'static str); 1], &'static str) {
    if !behaviour.delay.is_zero() {
        tokio::time::sleep(behaviour.delay).await;
    }
    let asked = behaviour.asked.fetch_add(1, Ordering::Relaxed) + 1;
    let fails = behaviour.fail_every > 0 && asked.is_multiple_of(behaviour.fail_every);
    let status = if fails {
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        StatusCode::OK
    };
    (status, [(CONTENT_TYPE, "application/json")], CUSTOMER)
}
