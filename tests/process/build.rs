//! What is built holds no secret, even if the build could see one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::canary::Canary;
use crate::gateway::{ended, program};

/// The folders that the build script of this package was built and run in, under the test's own folder.
fn build_folders() -> Vec<PathBuf> {
    let test = std::env::current_exe().unwrap();
    let build = test.parent().unwrap().parent().unwrap().join("build");
    let prefix = concat!(env!("CARGO_PKG_NAME"), "-");
    let of_this_package = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let hash = name.strip_prefix(prefix);
        hash.is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let folders = fs::read_dir(&build)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    folders.filter(of_this_package).collect()
}

/// All files under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn built(path: &Path) -> SystemTime {
    path.metadata().unwrap().modified().unwrap()
}

/// Runs the build script once more, with a secret in its environment.
#[tokio::test]
async fn the_build_keeps_no_secret_of_its_environment() {
    let scripts = build_folders()
        .into_iter()
        .map(|folder| folder.join("build-script-build"));
    let newest = scripts
        .filter(|path| path.is_file())
        .max_by_key(|path| built(path))
        .unwrap();
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("out");
    fs::create_dir_all(&out).unwrap();
    let canary = Canary::new();
    let mut script = program(newest, &[]);
    script
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("OUT_DIR", &out)
        .env("LAGO_API_KEY", &canary.secret);
    let ended = ended(script).await;
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    canary.assert_absent(ended.stdout.as_bytes(), "what the build says");
    let files = files(&out);
    assert!(
        files.iter().any(|file| file.ends_with("settings.rs")),
        "{files:?}"
    );
    for file in files {
        canary.assert_absent(&fs::read(&file).unwrap(), &file.display().to_string());
    }
}

/// Where this very build could see the real secret, that one is looked for.
#[test]
fn nothing_that_was_built_holds_the_secret() {
    let canary = match std::env::var("LAGO_API_KEY") {
        Ok(secret) if secret.len() >= 8 => Canary::of(secret),
        _ => Canary::new(),
    };
    let mut files: Vec<PathBuf> = build_folders()
        .iter()
        .flat_map(|folder| files(folder))
        .collect();
    assert!(
        files.iter().any(|file| file.ends_with("out/settings.rs")),
        "{files:?}"
    );
    files.push(env!("CARGO_BIN_EXE_gateway").into());
    for file in files {
        canary.assert_absent(&fs::read(&file).unwrap(), &file.display().to_string());
    }
}
