//! A program with a metric, as Prometheus finds one: a gauge that says whether a file is there.
//!
//! Owns the port and the text of the metric. Never makes or removes the file: a container or a scenario does.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Result;

/// Where it listens.
const ADDRESS: &str = "127.0.0.1:19091";
/// How long a request may take to come in.
const DEADLINE: Duration = Duration::from_secs(5);

/// A running exporter. It ends with the process of the scenario.
#[derive(Debug)]
pub struct Exporter;

impl Exporter {
    /// Exports `series`, a metric with its labels, as 1 while `file` is there and as 0 while it is not.
    pub fn start(series: &str, file: &Path) -> Result<Self> {
        let listener = TcpListener::bind(ADDRESS)?;
        let (series, file) = (series.to_owned(), file.to_owned());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Who breaks off comes again.
                serve(stream, &series, &file).ok();
            }
        });
        Ok(Self)
    }

    /// Where it listens.
    pub fn address(&self) -> &'static str {
        ADDRESS
    }
}

fn serve(mut stream: TcpStream, series: &str, file: &Path) -> Result<()> {
    stream.set_read_timeout(Some(DEADLINE))?;
    // The head of a request of Prometheus comes in one piece, and says nothing that is needed.
    let _ = stream.read(&mut [0; 4096])?;
    let body = format!("{series} {}\n", u8::from(file.exists()));
    let head = "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n";
    write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len())?;
    Ok(())
}
