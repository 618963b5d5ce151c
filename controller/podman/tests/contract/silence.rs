//! A Podman that is away, silent, or too old to be trusted.

use std::path::PathBuf;
use std::time::Duration;

use podsteward_podman::{Engine, Error, Podman};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

/// A socket of its own in the temporary directory of the build.
fn socket(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.sock"));
    let _ = std::fs::remove_file(&path);
    path
}

/// A client of a socket.
fn client(path: &std::path::Path) -> Podman {
    Podman::connect(&format!("unix://{}", path.display())).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_a_timeout_for_every_kind_of_call() {
    let path = socket("silent");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            open.push(stream);
        }
    });
    let podman = client(&path);
    let second = Duration::from_secs(1);
    let answers = [
        ("list", podman.list_containers().await.map(drop)),
        ("inspect", podman.inspect_container("web").await.map(drop)),
        ("log", podman.container_log("web", 0, 1).await.map(drop)),
        ("changes", podman.container_changes("web", 1).await.map(drop)),
        ("start", podman.start_container("web", second).await.map(drop)),
        ("stop", podman.stop_container("web", second).await),
        ("remove", podman.remove_container("web", true).await),
        ("info", podman.info().await.map(drop)),
        ("pull", podman.pull_image("web", second).await),
    ];
    for (verb, answer) in answers {
        assert!(matches!(answer, Err(Error::Timeout { .. })), "{verb}: {answer:?}");
    }
}

#[tokio::test]
async fn a_socket_that_is_not_there_is_unreachable() {
    let podman = client(&socket("missing"));
    let error = podman.list_containers().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    let error = podman.inspect_container("web").await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    let mut events = podman.events(None).await.unwrap();
    let first = futures::StreamExt::next(&mut events).await;
    assert!(matches!(first, Some(Err(Error::Unreachable { .. }))), "{first:?}");
    assert!(futures::StreamExt::next(&mut events).await.is_none(), "the stream has ended");
}

#[tokio::test]
async fn a_connection_that_breaks_is_unreachable() {
    let path = socket("breaking");
    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(stream);
        }
    });
    let error = client(&path).list_networks().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
}

/// Answers every request with the headers of a Podman of this version.
fn pretend(path: PathBuf, version: &'static str, body: &'static str) {
    let listener = UnixListener::bind(path).unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let head = format!(
                "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nLibpod-Api-Version: {version}\r\nLibpod-Buildah-Version: 1\r\n\
                 Cache-Control: no-cache\r\nPragma: no-cache\r\nDocker-Experimental: true\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes()).await;
        }
    });
}

#[tokio::test]
async fn podman_5_0_is_refused_because_its_inspect_is_mixed() {
    let path = socket("mixed");
    pretend(path.clone(), "5.0.3", r#"{"version":{"Version":"5.0.3"}}"#);
    for answer in [client(&path).ping().await.map(drop), client(&path).info().await.map(drop)] {
        assert!(matches!(answer, Err(Error::Refused { .. })), "{answer:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_a_protocol_error() {
    let path = socket("garbled");
    pretend(path.clone(), "5.4.2", "<html>");
    let podman = client(&path);
    assert_eq!(podman.ping().await.unwrap(), "5.4.2");
    for answer in [podman.list_containers().await.map(drop), podman.inspect_container("web").await.map(drop)]
    {
        assert!(matches!(answer, Err(Error::Protocol { .. })), "{answer:?}");
    }
}

#[test]
fn only_sockets_are_connected_to() {
    for url in ["tcp://127.0.0.1:8080", "ssh://host/run/podman.sock", "podman.sock", ""] {
        assert!(matches!(Podman::connect(url), Err(Error::Refused { .. })), "{url}");
    }
    assert!(Podman::connect("/run/podman/podman.sock").is_ok());
}
