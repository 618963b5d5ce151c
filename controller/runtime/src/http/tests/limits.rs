//! Clients that are slow, silent, greedy or many. The clock is paused: it jumps when nobody has anything to do.

use std::time::Duration;

use tokio::time::Instant;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_half_head_is_cut_off() {
    let server = Server::well().await;
    let begun = Instant::now();
    let answer = server.send("GET /metrics HTTP/1.1\r\nHost: ").await;
    assert!(!answer.contains("200 OK"), "{answer}");
    assert_eq!(begun.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_silent_connection_is_closed() {
    let server = Server::well().await;
    let begun = Instant::now();
    assert!(!server.send("").await.contains("200 OK"));
    assert_eq!(begun.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_has_its_answer_is_closed() {
    let server = Server::well().await;
    let begun = Instant::now();
    let answer = server.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(status_line(&answer), "HTTP/1.1 200 OK");
    assert_eq!(begun.elapsed().as_secs(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_its_answer_is_let_go() {
    let size = 64 * 1024 * 1024;
    let server = Server::showing(Shown { well: true, metrics: "#".repeat(size) }).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    tokio::time::sleep(Duration::from_secs(303)).await;
    let answer = rest(&mut stream).await;
    assert!(answer.len() < size, "all of it came");
}

#[tokio::test(start_paused = true)]
async fn whoever_only_connects_keeps_nobody_waiting_who_asks() {
    let server = Server::well().await;
    let mut half = Vec::new();
    let begun = Instant::now();
    for _ in 0..200 {
        let mut stream = server.connect().await;
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: ").await.unwrap();
        half.push(stream);
    }
    let answer = server.get("/healthz", "").await;
    assert_eq!(status_line(&answer), "HTTP/1.1 200 OK");
    assert_eq!(begun.elapsed().as_secs(), 0, "answered at once");
    assert_eq!(rest(&mut half[0]).await, "", "the oldest had to go");
    assert_eq!(begun.elapsed().as_secs(), 0, "and did not wait for its deadline");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_read_is_cut_off_by_nobody_who_only_connects() {
    let size = 4 * 1024 * 1024;
    let server = Server::showing(Shown { well: true, metrics: "#".repeat(size) }).await;
    let mut reader = server.connect().await;
    reader.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    reader.read_exact(&mut first).await.unwrap();
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(server.connect().await);
    }
    assert_eq!(status_line(&server.get("/healthz", "").await), "HTTP/1.1 200 OK");
    assert!(rest(&mut reader).await.len() > size, "all of it came");
}

#[tokio::test]
async fn a_body_beyond_one_mebibyte_is_refused_before_it_comes() {
    let server = Server::well().await;
    let post = |bytes: usize| {
        format!("POST /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {bytes}\r\n\r\n")
    };
    let answer = server.send(&post(1024 * 1024 + 1)).await;
    assert_eq!(status_line(&answer), "HTTP/1.1 413 Payload Too Large");
    let answer = server.send(&post(1024 * 1024)).await;
    assert_eq!(status_line(&answer), "HTTP/1.1 405 Method Not Allowed");
}

#[tokio::test]
async fn a_head_that_is_too_large_or_too_long_is_refused() {
    let server = Server::well().await;
    let large = server.get("/metrics", &format!("X: {}\r\n", "x".repeat(17 * 1024))).await;
    assert_eq!(status_line(&large), "HTTP/1.1 431 Request Header Fields Too Large");
    let long = server.get("/metrics", &"X: x\r\n".repeat(65)).await;
    assert_eq!(status_line(&long), "HTTP/1.1 431 Request Header Fields Too Large");
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_closes_idle_connections_and_ends_at_once() {
    let server = Server::well().await;
    let mut idle = server.connect().await;
    idle.write_all(b"GET /healthz HTTP/1.1\r\n").await.unwrap();
    // Whoever is answered came after it, and so it was accepted.
    server.get("/healthz", "").await;
    let begun = Instant::now();
    server.shutdown.cancel();
    server.task.await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(!server.path.exists(), "the socket's file is gone");
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_does_not_wait_for_a_client_that_does_not_read() {
    let server = Server::showing(Shown { well: true, metrics: "#".repeat(64 * 1024 * 1024) }).await;
    let mut stream = server.connect().await;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    let begun = Instant::now();
    server.shutdown.cancel();
    server.task.await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 2);
}
