//! How compile work grows with the operations of a capability: `cargo bench -p gatewright-codegen --bench scale`.
//!
//! For synthetic capabilities of 10, 100 and 1,000 operations: the compiler's time by stage, the generated lines, and
//! what cargo takes to check and build the generated part alone, with the runtime and all dependencies built before.
//! A table goes to the terminal and `target/scale/report.json` holds the same as JSON.
//!
//! Times are processor time, the least of several runs, as Linux counts it: other users of the machine do not show.
//! `-- --compiler` leaves out what cargo does; `-- --no-release` only the release builds.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a benchmark that cannot go on stops"
)]

mod clock;
mod compiler;
mod project;
mod report;
mod synthetic;

use std::path::Path;

const SIZES: [usize; 3] = [10, 100, 1_000];

fn main() {
    let wants = |flag: &str| std::env::args().any(|argument| argument == flag);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folder = workspace.join("target/scale");
    let rows: Vec<report::Row> = SIZES
        .iter()
        .map(|operations| {
            eprintln!("{operations} operations …");
            let text = synthetic::capability(*operations);
            let (stages, compiled) = compiler::measure(&text);
            let builds = (!wants("--compiler"))
                .then(|| project::measure(&folder, workspace, &compiled, !wants("--no-release")));
            report::Row::new(*operations, stages, &compiled, builds)
        })
        .collect();
    println!("{}", report::table(&rows));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("report.json"), report::json(&rows)).unwrap();
}
