//! What can be asked of a gateway without letting it serve.

use crate::canary::Canary;
use crate::gateway::{command, ended};

#[tokio::test]
async fn settings_are_printed_with_where_they_came_from_and_without_secrets() {
    let canary = Canary::new();
    let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("printed-key");
    std::fs::write(&path, &canary.secret).unwrap();
    let mut command = command(&["--print-settings", "--call-timeout", "7.5"]);
    command
        .env("LAGO_API_KEY_FILE", &path)
        .env("GATEWAY_BODY_LIMIT", "77");
    let ended = ended(command).await;
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    canary.assert_absent(ended.stdout.as_bytes(), "what is printed");
    let key = format!(
        "lago-api-key = (redacted)  # {}, named by LAGO_API_KEY_FILE",
        path.display()
    );
    for line in [
        key.as_str(),
        "call-timeout = 7.5  # --call-timeout",
        "body-limit = 77  # GATEWAY_BODY_LIMIT",
        "lago-customers-rest-port = 8080  # default",
        "admin-port = 9901  # default",
    ] {
        assert!(
            ended.stdout.lines().any(|said| said == line),
            "{line} is not in\n{}",
            ended.stdout
        );
    }
    assert_eq!(ended.stderr, "");
}

#[tokio::test]
async fn what_is_missing_is_printed_as_missing() {
    let ended = ended(command(&["--print-settings"])).await;
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stdout.contains("lago-api-key is not set\n"),
        "{ended:#?}"
    );
    assert!(
        ended.stderr.contains("LAGO_API_KEY is missing"),
        "{ended:#?}"
    );
}

/// The ports are the capability's own: were they bound, gateways that run would be in the way.
#[tokio::test]
async fn a_check_ends_with_what_it_found_and_listens_on_nothing() {
    for (key, code) in [(Some("key"), 0), (Some("two\nlines"), 1), (None, 1)] {
        let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = taken.local_addr().unwrap().port().to_string();
        let mut command = command(&["--check", "--lago-customers-rest-port", &port]);
        command.envs(key.map(|key| ("LAGO_API_KEY", key)));
        let ended = ended(command).await;
        assert_eq!(ended.code, Some(code), "{ended:#?}");
        assert_eq!(ended.stderr.is_empty(), code == 0, "{ended:#?}");
        assert!(!ended.stderr.contains("listening"), "{ended:#?}");
    }
}
