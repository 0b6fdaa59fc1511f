//! Help, completions, explanations and the schema.

use serde_json::Value;

use crate::process::{folder, run};

const COMMANDS: [&str; 10] = [
    "build",
    "check",
    "completions",
    "expand",
    "explain",
    "mcp-config",
    "new",
    "openapi",
    "schema",
    "show",
];

#[test]
fn every_command_teaches_by_examples() {
    let folder = folder(&[]);
    let help = run(folder.path(), &["--help"]);
    assert_eq!(help.code, Some(0));
    for command in COMMANDS {
        assert!(help.stdout.contains(&format!("\n  {command} ")), "{help:?}");
        let own = run(folder.path(), &[command, "--help"]);
        assert_eq!(own.code, Some(0));
        let (_, examples) = own.stdout.split_once("Examples:\n").unwrap();
        assert!(
            examples
                .trim_start()
                .starts_with(&format!("gatewright {command}")),
            "{examples}"
        );
    }
}

#[test]
fn every_shell_has_completions() {
    let folder = folder(&[]);
    for (shell, mark) in [
        ("bash", "complete -F _gatewright"),
        ("zsh", "#compdef gatewright"),
        ("fish", "complete -c gatewright"),
    ] {
        let ended = run(folder.path(), &["completions", shell]);
        assert_eq!(ended.code, Some(0));
        assert!(ended.stdout.contains(mark), "{shell}");
        for command in COMMANDS {
            assert!(ended.stdout.contains(command), "{shell} lacks {command}");
        }
    }
}

#[test]
fn codes_are_explained() {
    let folder = folder(&[]);
    for code in ["GW0301", "gw0301", "0301", "301"] {
        let explained = run(folder.path(), &["explain", code]);
        assert_eq!(explained.code, Some(0));
        assert!(
            explained.stdout.starts_with("GW0301 (error): "),
            "{explained:?}"
        );
        assert!(explained.stdout.len() > 150);
    }
    let all = run(folder.path(), &["explain"]);
    assert!(all.stdout.lines().count() > 50);
    let unknown = run(folder.path(), &["explain", "GW0391"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.stderr.contains("did you mean GW0"), "{unknown:?}");
}

#[test]
fn the_schema_is_printed() {
    let folder = folder(&[]);
    let ended = run(folder.path(), &["schema"]);
    let schema: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert_eq!(schema["required"][0], "capability");
}
