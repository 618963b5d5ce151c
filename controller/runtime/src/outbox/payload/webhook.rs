//! What a webhook is sent: JSON of our own, documented in the README, with a version.
//!
//! Owns its shape. A field may be added within a version; none changes its meaning or goes.

use podsteward_domain::finding::FindingKind;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_store::OutboxId;
use serde_json::{Value, json};

use super::Payload;
use super::text::{cut_bytes, line};
use crate::outbox::{Message, Summed};

/// The version of the shape.
const VERSION: u32 = 1;
/// What is sent at most as a title or a body, in bytes.
const TEXT_MOST: usize = 16 << 10;
/// What a digest sums up at most; the rest is counted in its title.
const SUMMED_MOST: usize = 50;
/// What a header carries at most, in bytes.
const HEADER_MOST: usize = 256;

/// A message as a webhook takes it.
pub(in crate::outbox) fn webhook(message: &Message) -> Payload {
    let Message { id, instance, at, notification, in_doubt, ends, digest } = message;
    let mut body = fields(*id, *at, notification);
    let more = json!({
        "version": VERSION,
        "instance": instance,
        "ends": ends.map(|ends| ends.0),
        "repeated": in_doubt,
    });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
        if !digest.is_empty() {
            let summed = |it: &Summed| fields(it.id, it.at, &it.notification);
            body.insert("notifications".to_owned(), digest.iter().take(SUMMED_MOST).map(summed).collect());
        }
    }
    let last = digest.last().map(|last| format!("-{}", last.id.0)).unwrap_or_default();
    let once = ascii(&format!("{instance}-{}{last}", id.0));
    Payload { headers: vec![("Idempotency-Key", once)], body: body.to_string() }
}

fn fields(id: OutboxId, at: Moment, notification: &Notification) -> Value {
    let Notification { event, severity, object, title, body, about } = notification;
    json!({
        "id": id.0,
        "timestamp": at.to_rfc3339(),
        "event": event.as_str(),
        "severity": severity.as_str(),
        "object": object.to_string(),
        "about": about.map(FindingKind::as_str),
        "title": cut_bytes(title, TEXT_MOST),
        "body": cut_bytes(body, TEXT_MOST),
    })
}

/// A text as the value of a header: one line of visible ASCII, so that no text can end the header and begin another.
fn ascii(text: &str) -> String {
    let visible = |c: char| if c.is_ascii_graphic() { c } else { ' ' };
    line(&cut_bytes(text, HEADER_MOST).chars().map(visible).collect::<String>())
}
