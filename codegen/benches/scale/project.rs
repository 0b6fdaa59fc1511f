//! What cargo takes for the generated part alone.

use std::path::Path;
use std::process::Command;

use gatewright_codegen::Compiled;

use super::clock;

/// Seconds of processor time, and bytes.
pub(crate) struct Builds {
    pub(crate) check: f64,
    pub(crate) debug: f64,
    pub(crate) release: Option<Release>,
}

/// A release build, which links and optimises the whole gateway anew.
pub(crate) struct Release {
    pub(crate) seconds: f64,
    pub(crate) bytes: u64,
}

const MANIFEST: &str = r#"[package]
name = "scale"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
gatewright-runtime = { path = "RUNTIME" }
"#;

/// Writes a project with the generated files below `folder`, and builds it. The profiles are those of `workspace`.
pub(crate) fn measure(
    folder: &Path,
    workspace: &Path,
    compiled: &Compiled,
    with_release: bool,
) -> Builds {
    let project = folder.join("project");
    let generated = project.join("generated");
    std::fs::create_dir_all(&generated).unwrap();
    std::fs::create_dir_all(project.join("src")).unwrap();
    let read = |path: &str| std::fs::read_to_string(workspace.join(path)).unwrap();
    let manifest = read("Cargo.toml");
    let profiles = &manifest[manifest.find("[profile").unwrap()..];
    let runtime = workspace.join("runtime").display().to_string();
    write(
        &project,
        "Cargo.toml",
        &(MANIFEST.replace("RUNTIME", &runtime) + profiles),
    );
    write(&project, "Cargo.lock", &read("Cargo.lock"));
    let library = read("src/lib.rs");
    write(
        &project,
        "src/lib.rs",
        library.split("/// The example of").next().unwrap(),
    );
    write(
        &project,
        "src/main.rs",
        &read("src/main.rs").replace("gateway::", "scale::"),
    );
    compiled.write_to(&generated).unwrap();

    let cargo = |arguments: &[&str]| {
        let status = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(&project)
            // The generated files are there already: they stand where a build script would have put them.
            .env("OUT_DIR", &generated)
            .env("CARGO_TARGET_DIR", folder.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TERM_QUIET", "true")
            .status()
            .unwrap();
        assert!(status.success(), "cargo {arguments:?}");
    };
    let timed = |arguments: &[&str], rounds: usize| {
        cargo(arguments);
        let mut least = f64::INFINITY;
        for _ in 0..rounds {
            let library = project.join("src/lib.rs");
            std::fs::File::options()
                .append(true)
                .open(library)
                .unwrap()
                .set_modified(std::time::SystemTime::now())
                .unwrap();
            let begin = clock::children();
            cargo(arguments);
            least = least.min((clock::children() - begin).as_secs_f64());
        }
        least
    };
    Builds {
        check: timed(&["check", "--lib"], 2),
        debug: timed(&["build"], 2),
        release: with_release.then(|| Release {
            seconds: timed(&["build", "--release"], 1),
            bytes: std::fs::metadata(folder.join("target/release/scale"))
                .unwrap()
                .len(),
        }),
    }
}

/// What is the same is left alone, so that cargo builds no dependency again.
fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    if std::fs::read_to_string(&path).is_ok_and(|known| known == text) {
        return;
    }
    std::fs::write(path, text).unwrap();
}
