//! The HTTP server of `--listen`: metrics, health, and the state as JSON.
//!
//! Owns sockets, connections and their limits. Never knows what it serves: a [`View`] tells, an [`Intake`] takes
//! alerts in, and nothing else here changes anything. Called by the runtime's service, which binds before it does anything else, so that a taken
//! address is an error at the start.
//!
//! A client that is slow, silent, greedy or many gets an error or a closed connection, never the memory or the time of
//! the controller.

use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::listing::wanted::Wanted;

mod address;
mod alerts;
mod connection;
mod listener;
mod routes;
mod seats;
mod token;

pub use address::{Address, ParseError};
pub use alerts::{Alerts, Intake};
pub use listener::{Error, Listener};
pub use token::TokenFile;

/// What the server shows. Called for each request, so it must be quick and must not wait; what reads many rows of the
/// store, or looks at every object, is called on a thread of its own.
pub trait View: Send + Sync + 'static {
    /// All metrics, as `OpenMetrics` or in Prometheus' classic text format.
    fn metrics(&self, openmetrics: bool) -> String;
    /// Whether the controller's main loop moves; the error says what does not.
    fn health(&self) -> Result<(), String>;
    /// Whether all first reads are complete; the errors say what is missing.
    fn ready(&self) -> Result<(), Vec<String>>;
    /// The objects, as `get -o json` prints them.
    fn objects(&self) -> Value;
    /// The controller, as `status -o json` prints it.
    fn status(&self) -> Value;
    /// The decisions asked for, as `decisions -o json` prints them.
    fn decisions(&self, wanted: &Wanted) -> Result<Value, Refusal>;
    /// What waits for a person, as `approvals -o json` prints it.
    fn approvals(&self) -> Result<Value, Refusal>;
    /// The watched filesystems, as `forecast -o json` prints them.
    fn forecast(&self) -> Result<Value, Refusal>;
    /// What was done over the last seven days, as `report -o json` prints it.
    fn report(&self) -> Result<Value, Refusal>;
    /// What is wrong and what should be done about it, as `check -o json` prints it.
    fn assessment(&self) -> Result<Value, Refusal>;
}

/// Why something cannot be shown.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// What is asked for cannot be.
    Asked(String),
    /// It cannot be read now.
    Unreadable(String),
}

/// Serves until `shutdown`, then lets open requests finish for a moment. Alerts are received where there is a way in.
pub async fn serve(
    listeners: Vec<Listener>,
    view: Arc<dyn View>,
    alerts: Option<Alerts>,
    shutdown: CancellationToken,
) {
    let routes = routes::router(view, alerts);
    let mut servers = JoinSet::new();
    for listener in listeners {
        servers.spawn(connection::accept(listener, routes.clone(), shutdown.clone()));
    }
    while servers.join_next().await.is_some() {}
}

#[cfg(test)]
mod tests;
