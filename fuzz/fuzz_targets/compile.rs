//! Any text is judged as `codegen/tests/robust.rs` judges changed capabilities.
#![no_main]

#[path = "../../codegen/tests/judge/mod.rs"]
mod judge;

libfuzzer_sys::fuzz_target!(|text: &str| judge::judge(text));
