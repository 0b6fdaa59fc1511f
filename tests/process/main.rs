//! The gateway as a process: its command line, its exit codes, its log, its end.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails where it stands"
)]

mod build;
mod canary;
mod check;
mod demo;
mod gateway;
mod help;
mod http;
mod log;
mod memory;
mod metrics;
mod reload;
mod settings;
mod stdio;
mod stop;
mod systemd;
