//! What ntfy is sent: its JSON, so that a title may hold any letter and end no header.
//!
//! Owns priorities, tags and ntfy's limits, which count bytes.

use podsteward_domain::finding::Severity;
use podsteward_domain::notification::Notification;
use podsteward_specs::channel::NotificationEvent;
use podsteward_store::OutboxId;
use serde_json::json;

use super::Payload;
use super::text::{cut, cut_bytes, line, visible};
use crate::outbox::Message;

const TITLE_MOST: usize = 250;
/// A longer message becomes an attachment.
const MESSAGE_MOST: usize = 4096;
/// The whole document may have twice that, and each letter may need an escape in it. This leaves room for the rest.
const MESSAGE_JSON_MOST: usize = 7000;
/// How much of an instance's name fits into an identity, of 64 letters at most.
const INSTANCE_MOST: usize = 40;

/// A message as an ntfy server takes it for a topic.
pub(in crate::outbox) fn ntfy(message: &Message, topic: &str) -> Payload {
    let Notification { event, severity, title, body, .. } = &message.notification;
    let in_json = |c: char| (c.into(), if matches!(c, '"' | '\\' | '\n') { 2 } else { c.len_utf8() });
    let text = cut(&cut_bytes(&visible(body), MESSAGE_MOST), MESSAGE_JSON_MOST, in_json);
    let (priority, tag) = match (event, severity) {
        // It makes no sound: what it is about did.
        (NotificationEvent::Recovered, _) => (2, "white_check_mark"),
        (_, Severity::Critical) => (5, "rotating_light"),
        (_, Severity::Warning) => (4, "warning"),
        (_, Severity::Info) => (3, "information_source"),
    };
    let body = json!({
        "topic": topic,
        "title": cut_bytes(&line(title), TITLE_MOST),
        "message": text,
        "priority": priority,
        "tags": [tag, event.as_str()],
        "sequence_id": identity(message),
    });
    Payload { headers: Vec::new(), body: body.to_string() }
}

/// What a phone knows it by: sent again, it replaces itself, and a recovery replaces what it ends.
fn identity(message: &Message) -> String {
    let OutboxId(number) = message.ends.unwrap_or(message.id);
    let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let instance: String = message.instance.chars().take(INSTANCE_MOST).map(letter).collect();
    format!("{instance}-{number}")
}
