//! A proxy before Podman's socket that notes each request, so that a scenario can say "not one write".
//!
//! Owns the copying of bytes and the note of requests. Never changes, delays or answers anything.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, thread};

use anyhow::Result;

use crate::wait::Stopwatch;

/// The requests that went through, oldest first, as `METHOD /path`, each with its moment.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    noted: Arc<Mutex<Vec<(Stopwatch, String)>>>,
    log: PathBuf,
}

impl Requests {
    /// Forgets what was noted so far.
    pub fn forget(&self) {
        self.noted().clear();
    }

    /// Every request since the last `forget`.
    pub fn all(&self) -> Vec<String> {
        self.noted().iter().map(|(_, request)| request.clone()).collect()
    }

    /// How long after `watch` was started the first request with this ending came.
    pub fn first_after(&self, watch: Stopwatch, ending: &str) -> Option<Duration> {
        let noted = self.noted();
        let mut those = noted.iter().filter(|(_, request)| request.ends_with(ending));
        those.find_map(|(moment, _)| watch.until(*moment))
    }

    /// The requests that may change something: all but GET and HEAD.
    pub fn writes(&self) -> Vec<String> {
        self.all().into_iter().filter(|request| writes(request)).collect()
    }

    /// Notes it here, and in a file beside the socket for whoever reads the remains of a failed scenario.
    fn note(&self, request: String) -> io::Result<()> {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Realtime);
        let mut log = File::options().create(true).append(true).open(&self.log)?;
        // One write a line: several connections share the file.
        log.write_all(format!("{}.{:03} {request}\n", now.tv_sec, now.tv_nsec / 1_000_000).as_bytes())?;
        self.noted().push((Stopwatch::start(), request));
        Ok(())
    }

    fn noted(&self) -> MutexGuard<'_, Vec<(Stopwatch, String)>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn writes(request: &str) -> bool {
    !request.starts_with("GET ") && !request.starts_with("HEAD ")
}

/// Listens on `front` and passes each connection on to `back`, for as long as the process lives.
pub fn serve(front: &Path, back: PathBuf) -> Result<Requests> {
    let listener = UnixListener::bind(front)?;
    let requests = Requests { log: front.with_extension("log"), ..Requests::default() };
    let noted = requests.clone();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (back, noted) = (back.clone(), noted.clone());
            // A connection that breaks is the client's business: it sees the very same end.
            thread::spawn(move || connection(&client, &back, &noted).ok());
        }
    });
    Ok(requests)
}

fn connection(client: &UnixStream, back: &Path, requests: &Requests) -> io::Result<()> {
    let server = UnixStream::connect(back)?;
    let (mut answers, mut to_client) = (server.try_clone()?, client.try_clone()?);
    let downstream = thread::spawn(move || {
        let copied = io::copy(&mut answers, &mut to_client);
        to_client.shutdown(Shutdown::Both).and(copied)
    });
    let upstream = requests_of(&mut BufReader::new(client), &mut &server, requests);
    // The client has no more to ask; what is still being answered goes on until the server ends it.
    server.shutdown(Shutdown::Write).ok();
    downstream.join().ok();
    upstream
}

/// Copies request after request, so that each line of a kept connection is noted.
fn requests_of(from: &mut impl BufRead, to: &mut impl Write, requests: &Requests) -> io::Result<()> {
    while let Some(head) = head_of(from)? {
        let mut words = head.split(' ');
        let line = [words.next().unwrap_or_default(), words.next().unwrap_or_default()];
        requests.note(line.join(" "))?;
        to.write_all(head.as_bytes())?;
        let header = |name: &str| {
            let of = |line: &str| Some(line.split_once(':')?.1.trim().to_ascii_lowercase());
            head.lines().find(|line| line.to_ascii_lowercase().starts_with(name)).and_then(of)
        };
        if header("upgrade:").is_some() {
            return io::copy(from, to).map(drop);
        } else if header("transfer-encoding:").as_deref() == Some("chunked") {
            chunks(from, to)?;
        } else if let Some(length) = header("content-length:").and_then(|text| text.parse().ok()) {
            io::copy(&mut from.take(length), to)?;
        }
    }
    Ok(())
}

/// The request line with its headers and the empty line; `None` when the client has closed.
fn head_of(from: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut head = String::new();
    loop {
        let begin = head.len();
        if from.read_line(&mut head)? == 0 {
            return Ok(None);
        }
        if head[begin..].trim_end().is_empty() {
            return Ok(Some(head));
        }
    }
}

fn chunks(from: &mut impl BufRead, to: &mut impl Write) -> io::Result<()> {
    loop {
        let mut size = String::new();
        from.read_line(&mut size)?;
        to.write_all(size.as_bytes())?;
        let length = u64::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
        // Each chunk ends with a line break of its own, the last and empty one, too.
        io::copy(&mut from.take(length + 2), to)?;
        if length == 0 {
            return Ok(());
        }
    }
}
