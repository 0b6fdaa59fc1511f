//! Secrets in files change without a restart.

use std::path::{Path, PathBuf};

use lago_stand_in::recorder::Recorder;

use crate::gateway::{FREE_PORTS, Gateway, command};
use crate::http::Request;

/// Writes a file as a whole, as orchestrators do.
fn write(path: &Path, contents: &str) {
    let new = path.with_extension("new");
    std::fs::write(&new, contents).unwrap();
    std::fs::rename(new, path).unwrap();
}

async fn start(name: &str, interval: &str, lago: &Recorder) -> (Gateway, PathBuf) {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    write(&path, "canary-old");
    let mut command = command(&FREE_PORTS);
    command
        .args(["--secrets-interval", interval])
        .env("LAGO_CUSTOMERS_BASE_URI", lago.base_uri())
        .env("LAGO_API_KEY_FILE", &path);
    (Gateway::spawn(command).await, path)
}

/// The credential of the next request.
async fn next_key(gateway: &Gateway, lago: &Recorder) -> String {
    Request::get("/v1/customers").send(gateway.rest).await;
    let requests = lago.take();
    let [request] = &requests[..] else {
        panic!("{requests:?}");
    };
    request.header("authorization").unwrap().to_owned()
}

#[tokio::test]
async fn the_next_request_after_sighup_uses_the_new_key() {
    let lago = Recorder::start().await.unwrap();
    let (gateway, path) = start("key-hup", "0", &lago).await;
    assert_eq!(next_key(&gateway, &lago).await, "Bearer canary-old");
    write(&path, "canary-new\n");
    assert_eq!(next_key(&gateway, &lago).await, "Bearer canary-old");
    gateway.signal("HUP").await;
    gateway
        .log
        .containing(&["secrets have changed", "lago-api-key"])
        .await;
    assert_eq!(next_key(&gateway, &lago).await, "Bearer canary-new");
    gateway.signal("HUP").await;
    gateway.log.containing(&["have not changed"]).await;
    let log = gateway.stop().await;
    assert!(!log.iter().any(|line| line.contains("canary")), "{log:#?}");
}

#[tokio::test]
async fn a_file_that_changes_is_read_again_by_itself() {
    let lago = Recorder::start().await.unwrap();
    let (gateway, path) = start("key-watched", "0.05", &lago).await;
    write(&path, "canary-new");
    gateway.log.containing(&["secrets have changed"]).await;
    assert_eq!(next_key(&gateway, &lago).await, "Bearer canary-new");
}

#[tokio::test]
async fn a_file_that_cannot_be_used_changes_nothing_and_is_told_once() {
    let lago = Recorder::start().await.unwrap();
    let (gateway, path) = start("key-broken", "0.05", &lago).await;
    std::fs::remove_file(&path).unwrap();
    let complaint = "secrets stay as they were";
    gateway.log.containing(&[complaint, "key-broken"]).await;
    assert_eq!(next_key(&gateway, &lago).await, "Bearer canary-old");
    write(&path, "canary\u{7}new");
    gateway.log.containing(&[complaint, "bearer token"]).await;
    assert_eq!(next_key(&gateway, &lago).await, "Bearer canary-old");
    write(&path, "canary-new");
    gateway.log.containing(&["secrets have changed"]).await;
    assert_eq!(next_key(&gateway, &lago).await, "Bearer canary-new");
    let log = gateway.stop().await;
    assert!(!log.iter().any(|line| line.contains("canary")), "{log:#?}");
    let complaints = log.iter().filter(|line| line.contains(complaint));
    assert_eq!(complaints.count(), 2, "{log:#?}");
}
