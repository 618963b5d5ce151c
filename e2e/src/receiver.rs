//! A small receiver of notifications that can be away, fail, refuse, be slow, hang, break off and come back.
//!
//! Owns the port, what was received, and what Discord and ntfy would not take. Never answers anything but what the
//! scenario wants.

mod request;

use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use request::Request;

/// How long a request may take to come in.
const DEADLINE: Duration = Duration::from_secs(20);

/// How the receiver answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It takes the request and says so.
    Well,
    /// It reads the request and says 503.
    Refusing,
    /// It reads the request and says that there is no such thing: 404.
    Gone,
    /// It reads the request and says 429, and to come again in so many seconds.
    Busy(u32),
    /// It takes the request and says so after so many seconds.
    Slow(u64),
    /// It reads the request and never answers.
    Hanging,
    /// It reads the request and breaks off.
    Cutting,
}

/// What is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Any,
    Discord,
    Ntfy,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Received {
    /// Where it went.
    pub path: String,
    /// The header `Authorization`.
    pub authorization: Option<String>,
    /// The header `Idempotency-Key`.
    pub key: Option<String>,
    /// The body.
    pub body: Value,
    /// How it was answered.
    pub mood: Mood,
}

/// The receiver. It listens for as long as the process lives.
#[derive(Debug, Clone)]
pub struct Receiver {
    kind: Kind,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    mood: Mood,
    received: Vec<Received>,
    /// What it would never take, with why.
    invalid: Vec<String>,
    /// Connections that hang; they end when the receiver is well again.
    hanging: Vec<TcpStream>,
}

impl Receiver {
    /// Listens on a port of the loopback, and takes everything.
    pub fn listen(port: u16) -> Result<Self> {
        Self::of(Kind::Any, port)
    }

    /// The same, and takes what Discord takes.
    pub fn discord(port: u16) -> Result<Self> {
        Self::of(Kind::Discord, port)
    }

    /// The same, and takes what ntfy takes.
    pub fn ntfy(port: u16) -> Result<Self> {
        Self::of(Kind::Ntfy, port)
    }

    fn of(kind: Kind, port: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let (received, invalid, hanging) = (Vec::new(), Vec::new(), Vec::new());
        let shared = Shared { mood: Mood::Well, received, invalid, hanging };
        let listening = Self { kind, shared: Arc::new(Mutex::new(shared)) };
        let answering = listening.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answering = answering.clone();
                // A request that breaks off is the sender's to try again.
                thread::spawn(move || answering.answer(stream).ok());
            }
        });
        Ok(listening)
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

    /// What was sent that Discord or ntfy would never take.
    pub fn invalid(&self) -> Vec<String> {
        self.shared().invalid.clone()
    }

    /// Whether something was tried in this mood.
    pub fn was_tried(&self, mood: Mood) -> bool {
        self.all().iter().any(|received| received.mood == mood)
    }

    /// The bodies of the requests that it took, the oldest first.
    pub fn taken(&self) -> Vec<Value> {
        let taken = |mood| matches!(mood, Mood::Well | Mood::Slow(_));
        self.all().into_iter().filter(|received| taken(received.mood)).map(|received| received.body).collect()
    }

    fn answer(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(DEADLINE))?;
        let Request { path, authorization, key, body } = Request::read(&stream)?;
        let wrong = match self.kind {
            Kind::Any => None,
            Kind::Discord => request::not_for_discord(&body),
            Kind::Ntfy => request::not_for_ntfy(&path, &body),
        };
        let mood = {
            let mut shared = self.shared();
            let mood = shared.mood;
            shared.received.push(Received { path, authorization, key, body, mood });
            if let Some(wrong) = wrong {
                shared.invalid.push(wrong);
                drop(shared);
                return say(&stream, "400 Bad Request", "", "");
            }
            mood
        };
        match mood {
            Mood::Slow(seconds) => thread::sleep(Duration::from_secs(seconds)),
            Mood::Hanging => {
                self.shared().hanging.push(stream);
                return Ok(());
            }
            Mood::Cutting => return Ok(()),
            Mood::Well | Mood::Refusing | Mood::Gone | Mood::Busy(_) => {}
        }
        self.reply(&stream, mood)
    }

    fn reply(&self, stream: &TcpStream, mood: Mood) -> io::Result<()> {
        match (mood, self.kind) {
            (Mood::Refusing, _) => say(stream, "503 Service Unavailable", "", ""),
            (Mood::Gone, _) => {
                say(stream, "404 Not Found", "", r#"{"message":"Unknown Webhook","code":10015}"#)
            }
            // Discord says it in its JSON, too, and more exactly; some proxies before it say it nowhere else.
            (Mood::Busy(seconds), Kind::Discord) => {
                let body = format!(r#"{{"message":"busy","retry_after":{seconds}.25,"global":false}}"#);
                say(stream, "429 Too Many Requests", "", &body)
            }
            (Mood::Busy(seconds), _) => {
                say(stream, "429 Too Many Requests", &format!("Retry-After: {seconds}\r\n"), "")
            }
            (_, Kind::Discord) => say(stream, "204 No Content", "", ""),
            (_, Kind::Ntfy) => say(stream, "200 OK", "", r#"{"id":"x","event":"message"}"#),
            (_, Kind::Any) => say(stream, "200 OK", "", ""),
        }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn say(mut stream: &TcpStream, status: &str, headers: &str, body: &str) -> io::Result<()> {
    let length =
        if status.starts_with("204") { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    write!(stream, "HTTP/1.1 {status}\r\n{headers}{length}Connection: close\r\n\r\n{body}")
}
