//! What the tests of the outbox share: a time, channels by their manifests, notifications by a line.
//!
//! Owns test data only. Used by the tests of this directory.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::finding::Severity;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::{BootId, Moment};
use podsteward_specs::channel::NotificationEvent;
use podsteward_specs::key::{Key, Name};
use podsteward_specs::load::{SourceFile, load};
use podsteward_store::{Delivery, OutboxEntry, OutboxId};

use super::{Channel, Message};

/// 2026-11-22 12:00:00 UTC, a Sunday.
pub(super) const NOON: Moment =
    Moment { wall_ms: 1_795_348_800_000, boot_ms: 86_400_000, boot_id: BootId(1) };

/// So many minutes after noon.
pub(super) fn at(minutes: u64) -> Moment {
    NOON.after(Duration::from_mins(minutes))
}

/// A name.
pub(super) fn name(name: &str) -> Name {
    Name::new(name).unwrap()
}

/// A channel by the fields of its manifest beside the address.
pub(super) fn channel(of: &str, fields: &str) -> Channel {
    channel_at(of, "url: https://push.example/secret", fields)
}

/// A channel by its address and the other fields of its manifest.
pub(super) fn channel_at(of: &str, url: &str, fields: &str) -> Channel {
    let kind = if fields.contains("type:") { "" } else { "type: webhook, " };
    let text = format!(
        "apiVersion: podsteward.dev/v1alpha1\nkind: NotificationChannel\nmetadata: {{name: {of}}}\n\
         spec: {{{kind}{url}, {fields}}}\n"
    );
    let file = load(&[SourceFile { path: "f.yaml".to_owned(), bytes: text.into_bytes() }]).files.remove(0);
    let problems: Vec<String> = file.problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{problems:?}");
    Channel { name: name(of), spec: Arc::new(file.documents[0].channel().unwrap().clone()) }
}

/// A warning about the container `web`.
pub(super) fn warning(title: &str) -> Notification {
    Notification {
        event: NotificationEvent::Alert,
        severity: Severity::Warning,
        object: Key::container(name("web")),
        title: title.to_owned(),
        body: "It says so.".to_owned(),
        about: None,
    }
}

/// The same, critical.
pub(super) fn critical(title: &str) -> Notification {
    Notification { severity: Severity::Critical, ..warning(title) }
}

/// An entry of the outbox that no channel has yet.
pub(super) fn entry(id: i64, at: Moment, notification: Notification) -> OutboxEntry {
    OutboxEntry { id: OutboxId(id), at, notification, deliveries: Vec::new() }
}

/// A message written at noon.
pub(super) fn message(notification: Notification) -> Message {
    Message::of(OutboxId(7), "default", NOON, notification)
}

/// The entry once a channel has it.
pub(super) fn delivered_to(entry: OutboxEntry, channel: &str) -> OutboxEntry {
    tried(entry, channel, None)
}

/// The entry after an attempt failed that is made again at a time.
pub(super) fn failed_at(entry: OutboxEntry, channel: &str, next: Moment) -> OutboxEntry {
    tried(entry, channel, Some(next))
}

fn tried(mut entry: OutboxEntry, channel: &str, next: Option<Moment>) -> OutboxEntry {
    entry.deliveries.push(Delivery {
        channel: channel.to_owned(),
        tried: NOON,
        delivered: next.is_none(),
        in_doubt: false,
        dropped: None,
        attempts: 1,
        last_error: next.map(|_| "no answer".to_owned()),
        next,
    });
    entry
}
