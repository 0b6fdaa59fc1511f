fn main() -> std::process::ExitCode {
    gatewright_codegen::build::compile("capability.yaml")
}
