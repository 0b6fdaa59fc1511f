//! `gatewright new` and `gatewright build`, with cargo: debug builds, without a network, in the target folder of these
//! tests, where the dependencies are or will be of use again.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::process::{CLEAN, Ended, checkout, command, folder, run, with_error, with_warning};

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// An empty folder that is the same in every run: what cargo keeps of a package belongs to its path.
fn room(name: &str) -> PathBuf {
    let room = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if room.exists() {
        std::fs::remove_dir_all(&room).unwrap();
    }
    std::fs::create_dir_all(&room).unwrap();
    room
}

/// Without what the cargo that runs the tests says of its own package.
fn prepared(mut command: Command) -> Ended {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PKG_") {
            command.env_remove(name);
        }
    }
    command
        .env("CARGO_TARGET_DIR", target())
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TERM_COLOR", "never");
    command.output().unwrap().into()
}

fn cargo(folder: &Path, arguments: &[&str]) -> Ended {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(program);
    cargo.current_dir(folder).args(arguments);
    prepared(cargo)
}

fn build(folder: &Path, arguments: &[&str]) -> Ended {
    let mut build = command(folder);
    build.args(["build", "--debug"]).args(arguments);
    prepared(build)
}

fn help(binary: impl AsRef<OsStr>) -> String {
    let ended = Ended::from(Command::new(binary).arg("--help").output().unwrap());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    ended.stdout
}

/// The user's own project builds, what it makes is a gateway, and mistakes can be read in what cargo says.
#[test]
fn a_project_of_ones_own_builds() {
    let room = room("new");
    let made = run(&room, &["new", "own-gateway"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert_eq!(made.stdout, "cd own-gateway && cargo run\n");
    let project = room.join("own-gateway");

    let built = cargo(&project, &["build"]);
    assert_eq!(built.code, Some(0), "{built:?}");
    assert!(!built.stderr.contains("warning"), "{}", built.stderr);
    assert!(help(target().join("debug/own-gateway")).contains("--hacker-news-base-uri"));
    let lock = std::fs::read_to_string(project.join("Cargo.lock")).unwrap();
    assert!(lock.contains("name = \"own-gateway\""));

    let capability = project.join("capability.yaml");
    std::fs::write(&capability, with_warning()).unwrap();
    let warned = cargo(&project, &["build"]);
    assert_eq!(warned.code, Some(0), "{warned:?}");
    let line = "warning: own-gateway@0.1.0: capability.yaml:39:5: `prot` is not a key of an entry of `exposes`; did you mean \
                `port`? [GW0101]";
    assert!(
        warned.stderr.lines().any(|it| it == line),
        "{}",
        warned.stderr
    );

    std::fs::write(&capability, with_error()).unwrap();
    let failed = cargo(&project, &["build"]);
    assert_eq!(failed.code, Some(101), "{failed:?}");
    assert!(
        failed.stderr.contains(
            "  error[GW0301]: there is no operation `hacker-news.get-usr`\n    --> capability.yaml:"
        ),
        "{}",
        failed.stderr
    );
}

#[test]
fn a_new_project_has_what_it_needs_and_its_findings_are_none() {
    let folder = folder(&[]);
    assert_eq!(
        run(folder.path(), &["new", "deep/My Gateway"]).code,
        Some(0)
    );
    let project = folder.path().join("deep/My Gateway");
    let read = |name: &str| std::fs::read_to_string(project.join(name)).unwrap();
    assert!(read("Cargo.toml").contains("name = \"my-gateway\"\n"));
    assert_eq!(read("build.rs").lines().count(), 3);
    assert!(read("README.md").starts_with("# my-gateway\n"));
    assert_eq!(read(".gitignore"), "/target\n");
    assert!(read(".cargo/config.toml").contains("static = ["));
    assert_eq!(
        read("capability.schema.json"),
        run(folder.path(), &["schema"]).stdout
    );
    let checked = run(&project, &["check", "capability.yaml", "--deny-warnings"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
}

/// The features of the package in `folder`, as cargo reads its manifest.
fn features(folder: &Path) -> Value {
    let read = cargo(folder, &["metadata", "--no-deps", "--format-version", "1"]);
    assert_eq!(read.code, Some(0), "{read:?}");
    let metadata: Value = serde_json::from_str(&read.stdout).unwrap();
    metadata.pointer("/packages/0/features").unwrap().clone()
}

#[test]
fn a_new_project_has_traces_where_that_is_asked_for() {
    let folder = folder(&[]);
    for (arguments, default) in [
        (&["new", "without"][..], json!([])),
        (&["new", "with", "--traces"], json!(["otlp"])),
    ] {
        let made = run(folder.path(), arguments);
        assert_eq!(made.code, Some(0), "{made:?}");
        let expected = json!({"default": default, "otlp": ["gatewright-runtime/otlp"]});
        assert_eq!(features(&folder.path().join(arguments[1])), expected);
    }
}

#[test]
fn a_project_takes_no_place_that_is_in_use() {
    let folder = folder(&[("used/x", ""), ("file", ""), ("elsewhere/x", "")]);
    for (arguments, message) in [
        (
            &["new", "used"][..],
            "used is not empty: it holds 1 entry; name a new folder",
        ),
        (&["new", "file"], "cannot use file: "),
        (
            &["new", "a", "--name", "My Gateway"],
            "`My Gateway` cannot be the name of a package; `my-gateway` can",
        ),
        (
            &["new", "a", "--gatewright", "elsewhere"],
            "elsewhere is no checkout of Gatewright",
        ),
    ] {
        let ended = run(folder.path(), arguments);
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains(message), "{ended:?}");
    }
    assert!(!folder.path().join("a").exists());
}

/// Any capability becomes a binary, and the second time nothing is compiled.
#[test]
fn any_capability_is_built() {
    let room = room("build");
    std::fs::write(room.join("news.yaml"), with_warning()).unwrap();
    let arguments = ["news.yaml", "-o", "bin/news"];
    let built = build(&room, &arguments);
    assert_eq!(built.code, Some(0), "{built:?}");
    assert_eq!(built.stdout, "");
    let said = &built.stderr;
    assert!(
        said.starts_with("    Checking news.yaml\nwarning[GW0101]: `prot`"),
        "{said}"
    );
    assert_eq!(said.matches("GW0101").count(), 1, "said once: {said}");
    assert!(
        said.contains("\n    Building Hacker News (debug) in "),
        "{said}"
    );
    assert!(said.contains("\n    Finished bin/news: debug, "), "{said}");
    assert!(said.ends_with("      Run it bin/news\n"), "{said}");
    assert!(help(room.join("bin/news")).contains("--hacker-news-base-uri"));

    let again = build(&room, &arguments);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(!again.stderr.contains("Compiling"), "{}", again.stderr);

    let lago = checkout().join("capability.yaml");
    let other = build(&room, &[lago.to_str().unwrap(), "-o", "lago gateway"]);
    assert_eq!(other.code, Some(0), "{other:?}");
    assert!(
        other
            .stderr
            .ends_with("      Run it LAGO_API_KEY=… './lago gateway'\n"),
        "{}",
        other.stderr
    );
    assert!(help(room.join("lago gateway")).contains("--lago-api-key"));
}

/// What cargo makes of the feature is known from the gateway's own tests; here a program in its place says where it is run.
/// A gateway with traces and one without are two packages: built at once, neither takes the other's place.
#[cfg(unix)]
#[test]
fn a_gateway_has_traces_where_that_is_asked_for() {
    use std::os::unix::fs::PermissionsExt;

    let room = folder(&[
        ("clean.yaml", CLEAN),
        ("cargo", "#!/bin/sh\npwd >&2\nexit 1\n"),
    ]);
    let program = room.path().join("cargo");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut projects = Vec::new();
    for (flags, form, default) in [
        (&["--traces"][..], "release, with traces", json!(["otlp"])),
        (&[], "release", json!([])),
    ] {
        let mut build = command(room.path());
        build
            .args(["build", "clean.yaml", "--target-dir", "cache"])
            .args(flags)
            .env("CARGO", &program);
        let built = Ended::from(build.output().unwrap());
        assert_eq!(built.code, Some(1), "{built:?}");
        let said = &built.stderr;
        let line = format!("    Building Hacker News ({form}) in ");
        assert!(said.contains(&line), "{said}");
        let project = PathBuf::from(said.lines().last().unwrap());
        assert_eq!(features(&project)["default"], default, "{said}");
        projects.push(project);
    }
    assert_ne!(projects[0], projects[1]);
}

#[test]
fn what_has_errors_is_not_given_to_cargo() {
    let folder = folder(&[("error.yaml", &with_error()), ("clean.yaml", CLEAN)]);
    let failed = build(folder.path(), &["error.yaml"]);
    assert_eq!(failed.code, Some(1));
    assert!(failed.stderr.contains("error[GW0301]"), "{failed:?}");
    assert!(!failed.stderr.contains("Building"), "{failed:?}");
    assert!(!folder.path().join("gateway").exists());

    let into_a_folder = build(folder.path(), &["clean.yaml", "-o", "."]);
    assert_eq!(into_a_folder.code, Some(2), "{into_a_folder:?}");
    let both = build(folder.path(), &["clean.yaml", "--release"]);
    assert_eq!(both.code, Some(2), "{both:?}");

    let mut without_cargo = command(folder.path());
    without_cargo
        .args(["build", "clean.yaml", "--target-dir"])
        .arg(folder.path().join("cache"))
        .env("CARGO", "no-such-cargo");
    let without_cargo = Ended::from(without_cargo.output().unwrap());
    assert_eq!(without_cargo.code, Some(2));
    assert!(
        without_cargo.stderr.contains("cannot run no-such-cargo: ")
            && without_cargo.stderr.contains("https://rustup.rs"),
        "{without_cargo:?}"
    );
}
