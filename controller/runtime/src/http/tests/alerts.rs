//! The way in for alerts: who is let in, how much, how many at once, and that nothing is answered before it is kept.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Mutex;
use std::time::Duration;

use axum::body::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::*;
use crate::http::{Alerts, Intake, TokenFile};

/// Keeps what comes in as soon as it may.
struct Kept {
    bodies: Mutex<Vec<Bytes>>,
    turned_away: Mutex<Vec<String>>,
    may: Semaphore,
    full: bool,
}

impl Intake for Kept {
    fn receive(&self, body: Bytes) -> BoxFuture<'_, Result<Value, Refusal>> {
        async move {
            let _may = self.may.acquire().await.unwrap();
            if self.full {
                return Err(Refusal::Unreadable("nothing was kept".to_owned()));
            }
            if &body[..] == b"nonsense" {
                return Err(Refusal::Asked("not the JSON of a webhook".to_owned()));
            }
            self.bodies.lock().unwrap().push(body);
            Ok(json!({"incidents": [7]}))
        }
        .boxed()
    }

    fn turned_away(&self, why: &str) {
        self.turned_away.lock().unwrap().push(why.to_owned());
    }
}

/// A server with a token file.
struct Door {
    server: Server,
    kept: Arc<Kept>,
    file: PathBuf,
}

impl Door {
    async fn with(full: bool, permits: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("token");
        let (bodies, turned_away) = (Mutex::default(), Mutex::default());
        let kept = Arc::new(Kept { bodies, turned_away, may: Semaphore::new(permits), full });
        let uid = rustix::process::geteuid().as_raw();
        let intake = Arc::clone(&kept) as Arc<dyn Intake>;
        let alerts = Alerts::new(TokenFile { path: file.clone(), uid }, intake);
        let shown = Shown { well: true, metrics: String::new() };
        let server = Server::serving(shown, Some(alerts), dir).await;
        let door = Self { server, kept, file };
        door.write("secret\n", 0o600);
        door
    }

    async fn open() -> Self {
        Self::with(false, 8).await
    }

    fn write(&self, token: &str, mode: u32) {
        std::fs::write(&self.file, token).unwrap();
        std::fs::set_permissions(&self.file, std::fs::Permissions::from_mode(mode)).unwrap();
    }

    async fn post(&self, headers: &str, body: &str) -> String {
        self.server.send(&request(headers, body)).await
    }

    fn kept(&self) -> usize {
        self.kept.bodies.lock().unwrap().len()
    }
}

const TOKEN: &str = "Authorization: Bearer secret\r\n";

fn request(headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST /api/v1/alerts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
}

#[tokio::test]
async fn who_knows_the_token_is_answered_with_the_incidents() {
    let door = Door::open().await;
    let answer = door.post(TOKEN, "{}").await;
    assert_eq!((status_line(&answer), body(&answer)), ("HTTP/1.1 202 Accepted", r#"{"incidents":[7]}"#));
    let other = door.post("authorization: bearer  secret \r\n", "{}").await;
    assert_eq!((status_line(&other), door.kept()), ("HTTP/1.1 202 Accepted", 2));
}

#[tokio::test]
async fn who_does_not_know_it_learns_nothing() {
    let door = Door::open().await;
    let wrong = [
        "",
        "Authorization: Bearer secre\r\n",
        "Authorization: Bearer secret2\r\n",
        "Authorization: Bearer\r\n",
        "Authorization: Basic c2VjcmV0\r\n",
        "Authorization: secret\r\n",
        "X-Token: secret\r\n",
        "Authorization: Bearer secret\r\nAuthorization: Bearer secret\r\n",
    ];
    for headers in wrong {
        let answer = door.post(headers, "{}").await;
        assert_eq!((status_line(&answer), body(&answer)), ("HTTP/1.1 401 Unauthorized", ""), "{headers}");
    }
    assert_eq!((door.kept(), door.kept.turned_away.lock().unwrap().len()), (0, wrong.len()));
    let in_the_address = door.server.send("POST /api/v1/alerts?token=secret HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}").await;
    assert_eq!(status_line(&in_the_address), "HTTP/1.1 401 Unauthorized");
}

#[tokio::test]
async fn without_a_token_file_there_is_no_such_path() {
    let server = Server::well().await;
    let answer = server.send(&request(TOKEN, "{}")).await;
    assert_eq!(status_line(&answer), "HTTP/1.1 404 Not Found");
    assert!(!body(&answer).contains("alerts "), "{answer}");
}

#[tokio::test]
async fn another_token_counts_at_once_and_a_file_that_others_may_read_lets_nobody_in() {
    let door = Door::open().await;
    door.write("other", 0o600);
    assert_eq!(status_line(&door.post(TOKEN, "{}").await), "HTTP/1.1 401 Unauthorized");
    assert_eq!(
        status_line(&door.post("Authorization: Bearer other\r\n", "{}").await),
        "HTTP/1.1 202 Accepted"
    );
    for (token, mode) in [("secret", 0o640), ("secret", 0o604), ("", 0o600), (" \n", 0o600)] {
        door.write(token, mode);
        let answer = door.post(TOKEN, "{}").await;
        assert_eq!(
            (status_line(&answer), body(&answer)),
            ("HTTP/1.1 503 Service Unavailable", ""),
            "{mode:o}"
        );
    }
    std::fs::remove_file(&door.file).unwrap();
    assert_eq!(status_line(&door.post(TOKEN, "{}").await), "HTTP/1.1 503 Service Unavailable");
    assert_eq!(door.kept(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_or_kept_is_told_apart() {
    let door = Door::open().await;
    let nonsense = door.post(TOKEN, "nonsense").await;
    assert_eq!(status_line(&nonsense), "HTTP/1.1 400 Bad Request");
    assert_eq!(body(&nonsense), r#"{"error":"not the JSON of a webhook"}"#);
    let full = Door::with(true, 8).await;
    let answer = full.post(TOKEN, "{}").await;
    assert_eq!(status_line(&answer), "HTTP/1.1 503 Service Unavailable");
    assert_eq!(body(&answer), r#"{"error":"nothing was kept"}"#);
}

#[tokio::test]
async fn a_body_of_one_mebibyte_is_read_and_a_larger_one_is_not() {
    let door = Door::open().await;
    let mebibyte = 1024 * 1024;
    assert_eq!(status_line(&door.post(TOKEN, &" ".repeat(mebibyte)).await), "HTTP/1.1 202 Accepted");
    let announced = format!(
        "POST /api/v1/alerts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n{TOKEN}\r\n",
        mebibyte + 1
    );
    assert_eq!(status_line(&door.server.send(&announced).await), "HTTP/1.1 413 Payload Too Large");
    let chunk = format!("{:x}\r\n{}\r\n0\r\n\r\n", mebibyte + 1, " ".repeat(mebibyte + 1));
    let chunked = format!(
        "POST /api/v1/alerts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n{TOKEN}\r\n{chunk}"
    );
    let mut stream = door.server.connect().await;
    // It may be cut off before all of it is sent.
    let _ = stream.write_all(chunked.as_bytes()).await;
    assert_eq!(status_line(&rest(&mut stream).await), "HTTP/1.1 413 Payload Too Large");
    assert_eq!(door.kept(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_given_up() {
    let door = Door::open().await;
    let begun = Instant::now();
    let half = format!(
        "POST /api/v1/alerts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 9\r\n{TOKEN}\r\n{{"
    );
    let answer = door.server.send(&half).await;
    assert_eq!(status_line(&answer), "HTTP/1.1 503 Service Unavailable");
    assert_eq!(begun.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn more_at_once_than_are_read_are_to_come_again() {
    let door = Arc::new(Door::with(false, 0).await);
    let posts: Vec<_> = (0..4)
        .map(|_| {
            let door = Arc::clone(&door);
            tokio::spawn(async move { door.post(TOKEN, "{}").await })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let fifth = door.post(TOKEN, "{}").await;
    assert_eq!(status_line(&fifth), "HTTP/1.1 503 Service Unavailable");
    assert_eq!(door.kept(), 0, "nothing is answered before it is kept");
    door.kept.may.add_permits(4);
    for post in posts {
        assert_eq!(status_line(&post.await.unwrap()), "HTTP/1.1 202 Accepted");
    }
    assert_eq!(door.kept(), 4);
}
