//! The event stream.
//!
//! Owns its filter, its reading and its end. The stream is read by a task of its own: a panic in the client crate's
//! decoder ends the stream, not the controller. Never reconnects: the caller does, after a gap it relists anyway.

use futures::stream::{BoxStream, StreamExt};
use podman_api::models::Event;
use podman_api::opts::EventsOpts;
use tokio::sync::mpsc;

use super::Podman;
use super::failure::Failure;
use crate::api::{EngineEvent, EventSubject};
use crate::error::Error;

/// How many events may wait for the caller. Podman keeps the rest until there is room.
const WAITING_MAX: usize = 64;

/// The events that are asked for. Each run of a healthcheck is an `exec` and an `exec_died`: they would be most of the
/// stream and say nothing.
const ACTIONS: [&str; 20] = [
    "cleanup",
    "connect",
    "create",
    "died",
    "disconnect",
    "health_status",
    "init",
    "kill",
    "loadfromarchive",
    "pause",
    "pull",
    "remove",
    "rename",
    "restart",
    "start",
    "stop",
    "tag",
    "unpause",
    "untag",
    "update",
];

/// What the stream is called in errors.
const CALL: &str = "read events";

impl Podman {
    /// The stream from a moment on, or of what is new. Ends with its connection, or when it is dropped.
    pub(super) fn events_stream(
        &self,
        since_ms: Option<i64>,
    ) -> BoxStream<'static, Result<EngineEvent, Error>> {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let filter = ("event".to_owned(), ACTIONS.map(str::to_owned).to_vec());
        let mut opts = EventsOpts::builder().stream(true).filters([filter]);
        if let Some(since_ms) = since_ms {
            opts = opts.since(format!("{}.{:03}", since_ms.div_euclid(1000), since_ms.rem_euclid(1000)));
        }
        let (api, opts) = (self.api.clone(), opts.build());
        tokio::spawn(async move {
            tokio::select! {
                biased;
                () = sender.closed() => {}
                () = pass_on(&api, &opts, &sender) => {}
            }
        });
        futures::stream::unfold(receiver, |mut receiver| async { Some((receiver.recv().await?, receiver)) })
            .boxed()
    }
}

/// Reads events until the connection ends or nobody listens.
async fn pass_on(
    api: &podman_api::Podman,
    opts: &EventsOpts,
    sender: &mpsc::Sender<Result<EngineEvent, Error>>,
) {
    let mut events = api.events(opts);
    while let Some(item) = events.next().await {
        let item = item.map(event).map_err(|error| Failure::from(error).sorted(CALL));
        if sender.send(item).await.is_err() {
            return;
        }
    }
}

/// One event in our words.
fn event(told: Event) -> EngineEvent {
    let mut attributes: std::collections::BTreeMap<String, String> =
        told.actor.attributes.into_iter().collect();
    // Podman 4.3 puts an exit code of 0 on every event; it means something on a death only.
    let exit_code = attributes.remove("containerExitCode").and_then(|code| code.parse().ok());
    let name = attributes.get("name").cloned().unwrap_or_default();
    let about = match told.typ.as_str() {
        "container" => EventSubject::Container { name, id: told.actor.id },
        // Podman 4.3 names the container of an attachment, but not the network.
        "network" => EventSubject::Network(attributes.get("network").cloned().unwrap_or_default()),
        "volume" => EventSubject::Volume(name),
        "image" => EventSubject::Image(name),
        _ => EventSubject::Other,
    };
    EngineEvent {
        time_ms: told.time_nano.timestamp_millis(),
        about,
        exit_code: exit_code.filter(|_| told.action == "died"),
        action: told.action,
        attributes,
    }
}

#[cfg(test)]
mod tests;
