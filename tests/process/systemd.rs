//! The gateway as a service of systemd: sockets that it is handed, and what it tells.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::Stdio;

use lago_stand_in::recorder::Recorder;
use tokio::net::UnixDatagram;
use tokio::process::Command;
use tokio::time::timeout;

use crate::gateway::{BOUND, FREE_PORTS, Gateway, command, ended, program};
use crate::http::Request;

/// The gateway with two sockets of these names. A shell puts them where systemd would: at the descriptors 3 and 4.
fn activated(names: &str, sockets: [TcpListener; 2]) -> Command {
    let script = "exec 3<&0 4>&1 </dev/null >/dev/null; LISTEN_PID=$$ LISTEN_FDS=2 exec \"$@\"";
    let mut command = program("sh", &["-c", script, "sh", env!("CARGO_BIN_EXE_gateway")]);
    let [first, second] = sockets.map(OwnedFd::from);
    command
        .args(FREE_PORTS)
        .env("LISTEN_FDNAMES", names)
        .env("LAGO_API_KEY", "key")
        .stdin(Stdio::from(first))
        .stdout(Stdio::from(second));
    command
}

fn socket() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

#[tokio::test]
async fn sockets_are_served_by_the_adapters_they_are_named_after() {
    let lago = Recorder::start().await.unwrap();
    let sockets = [socket(), socket()];
    let addresses = [0, 1].map(|index: usize| sockets[index].local_addr().unwrap());
    let mut command = activated("lago-customers-mcp:admin", sockets);
    command.env("LAGO_CUSTOMERS_BASE_URI", lago.base_uri());
    let gateway = Gateway::spawn(command).await;
    assert_eq!([gateway.mcp, gateway.admin().await], addresses);
    assert!(!addresses.contains(&gateway.rest));
    let answer = Request::mcp("tools/list", serde_json::json!({}))
        .send(gateway.mcp)
        .await;
    assert_eq!(answer.status(), 200);
    assert_eq!(
        Request::get("/readyz").send(addresses[1]).await.status(),
        200
    );
    gateway.stop().await;
}

#[tokio::test]
async fn a_socket_of_nobody_is_an_error() {
    for (names, expected) in [
        (
            "lago-customers-rest:gateway.socket",
            "the socket `gateway.socket` from systemd is of no adapter; FileDescriptorName= is one of \
             lago-customers-rest, lago-customers-mcp, admin",
        ),
        ("admin:admin", "is not the only one of its name"),
    ] {
        let ended = ended(activated(names, [socket(), socket()])).await;
        assert_eq!(ended.code, Some(1), "{ended:#?}");
        assert!(ended.stderr.contains(expected), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn systemd_is_told_when_it_serves_and_when_it_stops() {
    let path = std::env::temp_dir().join(format!("gateway-notify-{}", std::process::id()));
    let manager = UnixDatagram::bind(&path).unwrap();
    let mut command = command(&FREE_PORTS);
    command
        .env("LAGO_API_KEY", "key")
        .env("NOTIFY_SOCKET", &path);
    let gateway = Gateway::spawn(command).await;
    let mut told = [0; 64];
    let mut next = async || {
        let length = timeout(BOUND, manager.recv(&mut told))
            .await
            .unwrap()
            .unwrap();
        String::from_utf8_lossy(&told[..length]).into_owned()
    };
    assert_eq!(next().await, "READY=1");
    gateway.signal("TERM").await;
    assert_eq!(next().await, "STOPPING=1");
    let (code, log) = gateway.ended().await;
    assert_eq!(code, Some(0), "{log:#?}");
    std::fs::remove_file(path).unwrap();
}
