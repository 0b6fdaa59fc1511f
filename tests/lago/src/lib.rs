//! Upstreams for trying and testing.

pub mod recorder;
