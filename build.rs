//! Compiles the capability into the gateway: `capability.yaml`, or the file that `CAPABILITY` names.

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=CAPABILITY");
    let file = std::env::var_os("CAPABILITY").unwrap_or_else(|| "capability.yaml".into());
    println!("cargo::rerun-if-changed={}", PathBuf::from(&file).display());
    match gatewright_codegen::compile(file.as_ref()) {
        Ok(compiled) => {
            for line in compiled.warnings().lines() {
                println!("cargo::warning={line}");
            }
            let folder = std::env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
            Ok(compiled.write_to(folder.as_ref())?)
        }
        Err(rejected) => {
            eprintln!("{rejected}");
            std::process::exit(1)
        }
    }
}
