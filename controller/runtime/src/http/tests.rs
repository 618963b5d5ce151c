//! The HTTP server, over real sockets.

mod addresses;
mod alerts;
mod answers;
mod limits;

use std::path::PathBuf;
use std::sync::Arc;

use podsteward_domain::time::Moment;
use podsteward_store::LoggedOutcome;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{Address, Alerts, Listener, Refusal, View, serve};
use crate::listing::wanted::Wanted;

/// A controller that is well, or not.
struct Shown {
    well: bool,
    metrics: String,
}

impl View for Shown {
    fn metrics(&self, openmetrics: bool) -> String {
        format!("{}# openmetrics: {openmetrics}\n", self.metrics)
    }

    fn health(&self) -> Result<(), String> {
        if self.well { Ok(()) } else { Err("the queue has not moved for 60 s".to_owned()) }
    }

    fn ready(&self) -> Result<(), Vec<String>> {
        let missing = ["manifests are not read yet", "podman was not listed yet"];
        if self.well { Ok(()) } else { Err(missing.map(str::to_owned).to_vec()) }
    }

    fn objects(&self) -> Value {
        json!({"objects": [{"key": "container/web"}]})
    }

    fn status(&self) -> Value {
        json!({"switch": "running"})
    }

    fn decisions(&self, wanted: &Wanted) -> Result<Value, Refusal> {
        let filter = wanted.filter(Moment::default()).map_err(|error| Refusal::Asked(error.to_string()))?;
        Ok(
            json!({"decisions": [], "limit": filter.limit, "outcome": filter.outcome.map(LoggedOutcome::as_str)}),
        )
    }

    fn approvals(&self) -> Result<Value, Refusal> {
        if self.well {
            Ok(json!({"approvals": []}))
        } else {
            Err(Refusal::Unreadable("the store is full".into()))
        }
    }

    fn forecast(&self) -> Result<Value, Refusal> {
        Ok(json!({"forecasts": []}))
    }

    fn report(&self) -> Result<Value, Refusal> {
        Ok(json!({"headline": "Nothing needs you."}))
    }

    fn assessment(&self) -> Result<Value, Refusal> {
        Ok(json!({"health_score": 95}))
    }
}

/// A server on a unix socket in a directory of its own.
struct Server {
    path: PathBuf,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
    _dir: tempfile::TempDir,
}

impl Server {
    async fn well() -> Self {
        Self::showing(Shown { well: true, metrics: String::new() }).await
    }

    async fn showing(shown: Shown) -> Self {
        Self::serving(shown, None, tempfile::tempdir().unwrap()).await
    }

    async fn serving(shown: Shown, alerts: Option<Alerts>, dir: tempfile::TempDir) -> Self {
        let path = dir.path().join("http.sock");
        let listener = Listener::bind(&Address::Unix(path.clone())).await.unwrap();
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(serve(vec![listener], Arc::new(shown), alerts, shutdown.clone()));
        Self { path, shutdown, task, _dir: dir }
    }

    async fn connect(&self) -> UnixStream {
        UnixStream::connect(&self.path).await.unwrap()
    }

    /// Sends a text and returns everything that comes back until the server closes the connection.
    async fn send(&self, text: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        rest(&mut stream).await
    }

    async fn get(&self, path: &str, headers: &str) -> String {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n")).await
    }
}

/// What comes until the connection ends, be it by an end or by a reset.
async fn rest(stream: &mut UnixStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

fn status_line(answer: &str) -> &str {
    answer.lines().next().unwrap_or_default()
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}
