//! `gatewright check`.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::process::{CLEAN, Ended, command, folder, run, with_error, with_warning};

#[test]
fn a_clean_file_is_0_an_error_is_1() {
    let (warning, error) = (with_warning(), with_error());
    let folder = folder(&[
        ("clean.yaml", CLEAN),
        ("warning.yaml", &warning),
        ("error.yaml", &error),
    ]);
    let check = |arguments: &[&str]| run(folder.path(), &[&["check"], arguments].concat());

    let clean = check(&["clean.yaml"]);
    assert_eq!(clean.code, Some(0));
    assert_eq!(clean.stdout, "");
    assert_eq!(
        clean.stderr,
        "checked 1 file: 0 errors, 0 warnings; 0 cannot be built\n"
    );

    let warned = check(&["warning.yaml"]);
    assert_eq!(warned.code, Some(0));
    assert!(
        warned.stdout.starts_with("warning[GW0101]: `prot`"),
        "{warned:?}"
    );
    assert!(warned.stderr.contains("0 errors, 1 warning;"), "{warned:?}");

    let denied = check(&["warning.yaml", "--deny-warnings"]);
    assert_eq!(denied.code, Some(1));
    assert!(denied.stdout.starts_with("error[GW0101]"), "{denied:?}");

    let failed = check(&["error.yaml", "clean.yaml"]);
    assert_eq!(failed.code, Some(1));
    assert!(failed.stdout.contains("error[GW0301]"), "{failed:?}");
    assert_eq!(
        failed.stderr,
        "checked 2 files: 1 error, 1 warning; 1 cannot be built\n"
    );
}

#[test]
fn a_folder_stands_for_its_files_in_order() {
    let error = with_error();
    let folder = folder(&[
        ("b.yml", &error),
        ("a/deep/c.yaml", &error),
        ("d.txt", "no: capability"),
        (".hidden/e.yaml", "no: capability"),
        ("target/f.yaml", "no: capability"),
    ]);
    let ended = run(folder.path(), &["check", ".", "--format", "json"]);
    let files: Vec<String> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["file"].to_string())
        .collect();
    let (first, second) = ("\"./a/deep/c.yaml\"", "\"./b.yml\"");
    assert_eq!(files, [first, first, second, second], "{ended:?}");
}

#[test]
fn json_is_an_object_a_finding_with_its_place() {
    let text = with_error();
    let folder = folder(&[("c.yaml", &text)]);
    let ended = run(folder.path(), &["check", "c.yaml", "--format", "json"]);
    assert_eq!(ended.code, Some(1));
    assert_eq!(ended.stderr, "", "nothing but JSON");
    let findings: Vec<Value> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(findings.len(), 2);
    let [warning, error] = findings.as_slice() else {
        panic!()
    };
    assert_eq!(warning["code"], "GW0101");
    assert_eq!(warning["severity"], "warning");
    assert_eq!(error["code"], "GW0301");
    let start = usize::try_from(error["primary"]["byte_start"].as_u64().unwrap()).unwrap();
    let end = usize::try_from(error["primary"]["byte_end"].as_u64().unwrap()).unwrap();
    assert_eq!(&text[start..end], "hacker-news.get-usr");
    let line = text[..start].lines().count();
    assert_eq!(error["primary"]["start"]["line"], line);
}

#[test]
fn colour_is_for_terminals() {
    let error = with_error();
    let folder = folder(&[("c.yaml", &error)]);
    let shown = |format: &str, forced: bool| -> Ended {
        let mut command = command(folder.path());
        command.args(["check", "c.yaml", "--format", format]);
        if forced {
            // What a terminal would have.
            command.env("CLICOLOR_FORCE", "1");
        }
        command.output().unwrap().into()
    };
    assert!(!shown("text", false).stdout.contains('\u{1b}'));
    assert!(shown("text", true).stdout.contains('\u{1b}'));
    assert!(!shown("plain", true).stdout.contains('\u{1b}'));
    assert_eq!(shown("plain", true).stdout, shown("text", false).stdout);
}

#[test]
fn standard_input_is_a_file() {
    let folder = folder(&[]);
    let mut child = command(folder.path())
        .args(["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(with_error().as_bytes()).unwrap();
    drop(stdin);
    let ended = Ended::from(child.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(1));
    assert!(ended.stdout.contains("--> <stdin>:"), "{ended:?}");
}

#[test]
fn what_is_not_there_is_wrong_usage() {
    let folder = folder(&[("empty/x.txt", "")]);
    for (arguments, message) in [
        (
            &["check", "missing.yaml"][..],
            "error: there is no file missing.yaml\n",
        ),
        (
            &["show", "missing.yaml"],
            "error: there is no file missing.yaml\n",
        ),
        (
            &["build", "missing.yaml"],
            "error: there is no file missing.yaml\n",
        ),
        (
            &["show", "empty"],
            "error: empty is a folder, not a capability file\n",
        ),
        (
            &["check", "empty"],
            "error: no .yaml or .yml file was found\n",
        ),
    ] {
        let ended = run(folder.path(), arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}");
        assert!(ended.stderr.ends_with(message), "{arguments:?}: {ended:?}");
    }
    let ended = run(folder.path(), &["check"]);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("Usage: gatewright check"),
        "{ended:?}"
    );
}
