//! Serves the capability.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    gatewright_runtime::main(&gateway::CAPABILITY)
}
