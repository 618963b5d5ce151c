//! A server on loopback that answers what it is told to, and keeps what it was sent.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The server. It ends with the test's runtime.
pub(super) struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
    _task: JoinHandle<()>,
}

impl Server {
    /// Answers each request with the next of these, and every further one with the last. An empty answer is none.
    pub(super) async fn answering(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let answers: Vec<String> = answers.iter().map(|&answer| answer.to_owned()).collect();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (host, seen) = (address.clone(), Arc::clone(&requests));
        let task = tokio::spawn(async move {
            let mut open = Vec::new();
            for count in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = request(&mut stream).await.replace(&host, "SERVER");
                seen.lock().unwrap().push(request);
                let answer = answers.get(count).or(answers.last()).unwrap();
                stream.write_all(answer.as_bytes()).await.unwrap();
                open.push(stream);
            }
        });
        Self { address, requests, _task: task }
    }

    /// Reads each request and ends the connection without an answer.
    pub(super) async fn cutting() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let task = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                request(&mut stream).await;
            }
        });
        Self { address, requests: Arc::default(), _task: task }
    }

    /// The address of a path.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it was sent: the headers in order of their names.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

/// Reads one request.
async fn request(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let (first, headers) = head.trim_end().split_once("\r\n").unwrap();
    let mut headers: Vec<(String, &str)> = headers
        .split("\r\n")
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    headers.sort();
    let length = headers.iter().find(|(name, _)| name == "content-length").unwrap().1;
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let text = format!("{first}\n{}\n{}\n", headers.concat(), String::from_utf8(body).unwrap());
    text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
}
