//! The command `gatewright`, as a process.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where it stands"
)]

mod check;
mod help;
mod mcp_config;
mod process;
mod project;
mod show;
