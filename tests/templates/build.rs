//! Compiles the capability of the golden files: what a reviewer reads there is what runs here.

use std::error::Error;

const CAPABILITY: &str = "../../codegen/tests/golden/templates.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={CAPABILITY}");
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    Ok(gatewright_codegen::compile(CAPABILITY.as_ref())?.write_to(folder.as_ref())?)
}
