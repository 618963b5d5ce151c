//! Addresses and tokens: read anew for each call, checked, and never told.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use podsteward_metrics::chain;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::super::HttpSender;
use super::send;
use super::server::Server;
use crate::outbox::fixtures::channel_at;
use crate::outbox::{Channel, Sender as _};

/// A channel whose address and token stand in files of a directory.
fn by_files(dir: &Path) -> Channel {
    let file = |field: &str, name: &str| format!("{field}: {:?}", dir.join(name).display().to_string());
    channel_at("phone", &file("urlFile", "url"), &file("tokenFile", "token"))
}

async fn failure(channel: &Channel) -> String {
    chain(&send(channel, "a").await.unwrap_err())
}

#[tokio::test]
async fn files_are_read_anew_for_each_message() {
    let dir = tempfile::tempdir().unwrap();
    let (channel, ok) = (by_files(dir.path()), ["HTTP/1.1 200 OK\r\n\r\n"]);
    let (old, new) = (Server::answering(&ok).await, Server::answering(&ok).await);
    for (server, token) in [(&old, "first"), (&new, "second")] {
        std::fs::write(dir.path().join("url"), server.url("/hook\n")).unwrap();
        std::fs::write(dir.path().join("token"), token).unwrap();
        send(&channel, "a").await.unwrap();
        assert!(server.requests().concat().contains(&format!("Bearer {token}\n")));
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_named_by_its_field() {
    let dir = tempfile::tempdir().unwrap();
    let (url, token, channel) = (dir.path().join("url"), dir.path().join("token"), by_files(dir.path()));
    let missing = "No such file or directory (os error 2)";
    assert_eq!(failure(&channel).await, format!("channel phone: its urlFile cannot be read: {missing}"));
    std::fs::write(&url, "http://127.0.0.1:9/").unwrap();
    assert_eq!(failure(&channel).await, format!("channel phone: its tokenFile cannot be read: {missing}"));
    std::fs::create_dir(&token).unwrap();
    assert_eq!(failure(&channel).await, "channel phone: its tokenFile cannot be read: not a regular file");
    std::fs::remove_dir(&token).unwrap();
    std::fs::write(&token, "x".repeat(9000)).unwrap();
    assert_eq!(failure(&channel).await, "channel phone: its tokenFile cannot be read: too large");
}

#[tokio::test]
async fn a_token_that_could_end_its_header_is_none() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("url"), "http://127.0.0.1:9/").unwrap();
    for token in ["", " \n", "s3cret\r\nX-Evil: 1", "two words", "s3crét"] {
        std::fs::write(dir.path().join("token"), token).unwrap();
        assert_eq!(
            failure(&by_files(dir.path())).await,
            "channel phone: its tokenFile holds no token (one word of visible characters)",
            "{token:?}"
        );
    }
}

#[tokio::test]
async fn an_address_from_a_file_is_held_to_the_rule_of_manifests() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("token"), "t").unwrap();
    let wrong = [
        "",
        "s3cret",
        "ftp://host/s3cret",
        "http:///s3cret",
        "https://me:s3cret@host/",
        "http://host/s3cret and more",
        "http://host/a\nhttp://host/s3cret",
        "http://[s3cret/",
    ];
    for url in wrong {
        std::fs::write(dir.path().join("url"), url).unwrap();
        assert_eq!(
            failure(&by_files(dir.path())).await,
            "channel phone: its address is none (http:// or https:// with a host, without user and password)",
            "{url:?}"
        );
    }
}

#[tokio::test]
async fn an_ntfy_address_from_a_file_names_a_topic() {
    let dir = tempfile::tempdir().unwrap();
    let url = dir.path().join("url");
    std::fs::write(&url, "http://127.0.0.1:9/s3cret,more").unwrap();
    let channel = channel_at("phone", &format!("urlFile: {:?}", url.display().to_string()), "type: ntfy");
    assert_eq!(
        failure(&channel).await,
        "channel phone: its address names no topic (such as https://ntfy.sh/TOPIC, with letters, digits, '-' and \
         '_' as the topic)"
    );
}

#[tokio::test]
async fn a_file_that_others_may_read_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let channel = by_files(dir.path());
    let sender = HttpSender::new();
    assert!(sender.exposed(&channel).is_empty(), "what is not there exposes nothing");
    for (mode, exposed) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true), (0o620, true)] {
        for name in ["url", "token"] {
            let path = dir.path().join(name);
            std::fs::write(&path, "x").unwrap();
            std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        }
        let expected = if exposed { vec![("urlFile", mode), ("tokenFile", mode)] } else { Vec::new() };
        assert_eq!(sender.exposed(&channel), expected);
        for name in ["url", "token"] {
            std::fs::remove_file(dir.path().join(name)).unwrap();
        }
    }
}

#[tokio::test]
async fn no_failure_tells_an_address_or_a_token() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("token"), "s3cret").unwrap();
    let refusing =
        Server::answering(&["HTTP/1.1 401 s3cret\r\nWWW-Authenticate: s3cret\r\n\r\ns3cret"]).await;
    let silly = Server::answering(&["s3cret\r\n\r\n"]).await;
    let closed = "http://127.0.0.1:1/s3cret".to_owned();
    for url in [refusing.url("/s3cret"), silly.url("/s3cret?s3cret"), no_tls().await, closed] {
        std::fs::write(dir.path().join("url"), &url).unwrap();
        let error = send(&by_files(dir.path()), "a").await.unwrap_err();
        let told = format!("{} {error:?}", chain(&error));
        assert!(told.contains("phone") && !told.contains("s3cret"), "{told}");
    }
}

/// The address of what speaks no TLS and should.
async fn no_tls() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/s3cret", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"s3cret s3cret s3cret\r\n").await.unwrap();
        // Open until the other end has understood.
        stream.read_to_end(&mut Vec::new()).await.ok();
    });
    url
}
