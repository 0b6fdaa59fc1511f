//! The capabilities of the golden files with some of their texts replaced by hostile ones: those that are accepted.

use std::error::Error;

use gatewright_codegen::compile_source;
use gatewright_codegen::source::SourceFile;

use crate::words::{NAMES, TEXTS};

const SEEDS: [(&str, &str); 2] = [
    ("breadth", "../../codegen/tests/golden/breadth.yaml"),
    ("templates", "../../codegen/tests/golden/templates.yaml"),
];

/// How many mutants of a seed are compiled by rustc.
const WANTED: usize = 6;

pub fn watch() {
    for (_, path) in SEEDS {
        println!("cargo::rerun-if-changed={path}");
    }
}

/// The mutants: the name of the module, and the text. The same at every build.
pub fn accepted() -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut accepted = Vec::new();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for (name, path) in SEEDS {
        let seed = std::fs::read_to_string(path)?;
        for number in 0..WANTED {
            accepted.push((format!("{name}_{number}"), mutant(&seed, &mut random)));
        }
    }
    Ok(accepted)
}

/// Changes one value after the other, and keeps each change that is accepted.
fn mutant(seed: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = seed.lines().map(str::to_owned).collect();
    for _ in 0..40 {
        let line = random.below(lines.len());
        let Some((key, _)) = lines[line].split_once(": ") else {
            continue;
        };
        let words = if random.below(2) == 0 { NAMES } else { TEXTS };
        let word = serde_json::Value::from(words[random.below(words.len())]);
        let changed = format!("{key}: {word}");
        let before = std::mem::replace(&mut lines[line], changed);
        if compile_source(SourceFile::new("mutant.yaml", lines.join("\n"))).is_err() {
            lines[line] = before;
        }
    }
    lines.join("\n")
}

/// Numbers that look random (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap_or_default() % limit
    }
}
