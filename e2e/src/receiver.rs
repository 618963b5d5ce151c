//! A small receiver of webhooks that can be away, refuse, hang and come back.
//!
//! Owns the port and what was received. Never answers anything but the status that the scenario wants.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

/// How long a request may take to come in.
const DEADLINE: Duration = Duration::from_secs(20);

/// How the receiver answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It takes the request and says 200.
    Well,
    /// It reads the request and says 503.
    Refusing,
    /// It reads the request and never answers.
    Hanging,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Received {
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The body.
    pub body: Value,
    /// How it was answered.
    pub mood: Mood,
}

/// The receiver. It listens for as long as the process lives.
#[derive(Debug, Clone)]
pub struct Receiver {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    mood: Mood,
    received: Vec<Received>,
    /// Connections that hang; they end when the receiver is well again.
    hanging: Vec<TcpStream>,
}

impl Receiver {
    /// Listens on a port of the loopback.
    pub fn listen(port: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let shared = Shared { mood: Mood::Well, received: Vec::new(), hanging: Vec::new() };
        let receiver = Self { shared: Arc::new(Mutex::new(shared)) };
        let answering = receiver.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let receiver = answering.clone();
                // A request that breaks off is the sender's to try again.
                thread::spawn(move || receiver.answer(stream).ok());
            }
        });
        Ok(receiver)
    }

    /// Changes how it answers. Whoever still waits for an answer loses the connection.
    pub fn be(&self, mood: Mood) {
        let mut shared = self.shared();
        shared.mood = mood;
        shared.hanging.clear();
    }

    /// Every request so far, the oldest first.
    pub fn all(&self) -> Vec<Received> {
        self.shared().received.clone()
    }

    /// The bodies of the requests that it took, the oldest first.
    pub fn taken(&self) -> Vec<Value> {
        let taken = self.all().into_iter().filter(|received| received.mood == Mood::Well);
        taken.map(|received| received.body).collect()
    }

    fn answer(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(DEADLINE))?;
        let (authorization, body) = read(&stream)?;
        let mut shared = self.shared();
        let mood = shared.mood;
        shared.received.push(Received { authorization, body, mood });
        let status = match mood {
            Mood::Well => "200 OK",
            Mood::Refusing => "503 Service Unavailable",
            Mood::Hanging => {
                shared.hanging.push(stream);
                return Ok(());
            }
        };
        drop(shared);
        write!(&stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The header `Authorization` and the body of one request.
fn read(stream: &TcpStream) -> io::Result<(Option<String>, Value)> {
    let mut from = BufReader::new(stream);
    let (mut authorization, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => authorization = Some(value.trim().to_owned()),
            "content-length" => length = value.trim().parse().map_err(io::Error::other)?,
            _ => {}
        }
    }
    let mut body = Vec::new();
    from.take(length).read_to_end(&mut body)?;
    Ok((authorization, serde_json::from_slice(&body)?))
}
