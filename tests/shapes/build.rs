//! Compiles the capability of the golden files: what a reviewer reads there is what runs here.

fn main() -> std::process::ExitCode {
    gatewright_codegen::build::compile("../../codegen/tests/golden/shapes.yaml")
}
