//! Compiles the capability into the gateway: `capability.yaml`, or the file that `CAPABILITY` names.

fn main() -> std::process::ExitCode {
    gatewright_codegen::build::Build::new("capability.yaml")
        .environment("CAPABILITY")
        .compile()
}
