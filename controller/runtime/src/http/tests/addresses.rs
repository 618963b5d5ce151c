//! What can be listened on, and what happens when it is taken.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::http::Error;

#[test]
fn addresses_are_read_and_printed_alike() {
    for text in
        ["127.0.0.1:9920", "[::1]:9920", "localhost:0", "unix:/run/podsteward/http.sock", "unix:a.sock"]
    {
        assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
    }
}

#[test]
fn what_is_no_address_is_refused_with_what_is_allowed() {
    for text in [
        "",
        "9920",
        "localhost",
        ":9920",
        "localhost:",
        "localhost:http",
        "localhost:65536",
        "::1:9920",
        "unix:",
    ] {
        let error = text.parse::<Address>().unwrap_err().to_string();
        assert_eq!(error, format!("'{text}' is not an address (HOST:PORT, [IPV6]:PORT or unix:PATH)"));
    }
}

#[tokio::test]
async fn port_0_takes_a_free_port_and_a_second_listener_is_told_that_it_is_taken() {
    let any = "127.0.0.1:0".parse().unwrap();
    let first = Listener::bind(&any).await.unwrap();
    assert_ne!(first.address(), &any);
    let error = Listener::bind(first.address()).await.unwrap_err();
    let taken = format!("cannot listen on {}: the address is taken by another process", first.address());
    assert!(error.to_string().starts_with(&taken), "{error}");
}

#[tokio::test]
async fn tcp_is_served_as_well() {
    let listener = Listener::bind(&"127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.address().to_string();
    let shown = Arc::new(Shown { well: true, metrics: String::new() });
    tokio::spawn(serve(vec![listener], shown, None, CancellationToken::new()));
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(body(&answer), "ok\n");
}

#[tokio::test]
async fn a_unix_socket_is_the_users_alone() {
    let server = Server::well().await;
    let mode = std::fs::metadata(&server.path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn the_socket_that_a_dead_process_left_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("http.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    Listener::bind(&Address::Unix(path)).await.unwrap();
}

#[tokio::test]
async fn a_socket_on_which_somebody_listens_is_left_alone() {
    let server = Server::well().await;
    let error = Listener::bind(&Address::Unix(server.path.clone())).await.unwrap_err();
    assert!(matches!(error, Error::Taken(_)), "{error}");
    assert_eq!(body(&server.get("/healthz", "").await), "ok\n");
}

#[tokio::test]
async fn a_file_that_is_no_socket_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notes.txt");
    std::fs::write(&path, "mine").unwrap();
    let error = Listener::bind(&Address::Unix(path.clone())).await.unwrap_err();
    assert!(matches!(error, Error::Occupied(_)), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
}

#[tokio::test]
async fn a_directory_that_is_missing_is_named_as_the_cause() {
    let dir = tempfile::tempdir().unwrap();
    let error = Listener::bind(&Address::Unix(dir.path().join("no/http.sock"))).await.unwrap_err();
    assert!(podsteward_metrics::chain(&error).ends_with("No such file or directory (os error 2)"), "{error}");
}
