//! The capability as a program.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    gatewright_runtime::main(&shapes::CAPABILITY)
}
