//! Passes connections from one address on to another; an address is `HOST:PORT` or `unix:PATH`.
//!
//! Owns the way from the host into the throw-away world of `make run`, whose network is its own: one of these inside
//! listens on a Unix socket, one outside on the port. Never looks at what it copies.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::{env, thread};

use anyhow::{Context, Result};

/// Both halves of one open connection.
trait Stream: Read + Write + Send + Sized + 'static {
    fn both(&self) -> io::Result<Self>;
    fn close(&self) -> io::Result<()>;
}

impl Stream for TcpStream {
    fn both(&self) -> io::Result<Self> {
        self.try_clone()
    }
    fn close(&self) -> io::Result<()> {
        self.shutdown(Shutdown::Both)
    }
}

impl Stream for UnixStream {
    fn both(&self) -> io::Result<Self> {
        self.try_clone()
    }
    fn close(&self) -> io::Result<()> {
        self.shutdown(Shutdown::Both)
    }
}

fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let from = arguments.next().context("usage: podsteward-forward FROM TO")?;
    let to = arguments.next().context("usage: podsteward-forward FROM TO")?;
    if let Some(path) = from.strip_prefix("unix:") {
        let listener = UnixListener::bind(path).with_context(|| format!("listening on {path}"))?;
        listener.incoming().for_each(|client| accept(client, &to));
    } else {
        let listener = TcpListener::bind(&from).with_context(|| format!("listening on {from}"))?;
        listener.incoming().for_each(|client| accept(client, &to));
    }
    Ok(())
}

/// A connection that fails is closed: its client sees just that.
fn accept(client: io::Result<impl Stream>, to: &str) {
    let Ok(client) = client else { return };
    let to = to.to_owned();
    thread::spawn(move || match to.strip_prefix("unix:") {
        Some(path) => UnixStream::connect(path).and_then(|server| join(&client, &server)),
        None => TcpStream::connect(to).and_then(|server| join(&client, &server)),
    });
}

fn join(client: &impl Stream, server: &impl Stream) -> io::Result<()> {
    let (mut up_from, mut up_to) = (client.both()?, server.both()?);
    let upstream = thread::spawn(move || io::copy(&mut up_from, &mut up_to));
    let copied = io::copy(&mut server.both()?, &mut client.both()?);
    client.close().and(server.close()).ok();
    upstream.join().ok();
    copied.map(drop)
}
