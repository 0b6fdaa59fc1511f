//! Serves the capability that `build.rs` compiles.
#![forbid(unsafe_code)]

gatewright_runtime::include_capability!();

fn main() -> std::process::ExitCode {
    gatewright_runtime::main(&CAPABILITY)
}
