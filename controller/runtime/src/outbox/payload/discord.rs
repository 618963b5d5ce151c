//! What Discord is sent: one embed.
//!
//! Owns its fields, its colours and Discord's limits, which count UTF-16.

use podsteward_domain::finding::Severity;
use podsteward_domain::notification::Notification;
use podsteward_specs::channel::NotificationEvent;
use serde_json::{Value, json};

use super::Payload;
use super::text::{cut, line, visible};
use crate::outbox::Message;

const TITLE_MOST: usize = 256;
const DESCRIPTION_MOST: usize = 4096;
const VALUE_MOST: usize = 1024;
const FOOTER_MOST: usize = 256;

/// A message as a Discord webhook takes it.
pub(in crate::outbox) fn discord(message: &Message) -> Payload {
    let Message { id, instance, at, notification, in_doubt, .. } = message;
    let Notification { event, severity, object, title, body, .. } = notification;
    let again = if *in_doubt { ", perhaps for the second time" } else { "" };
    let embed = json!({
        "title": escaped(&line(title), TITLE_MOST),
        "description": escaped(&visible(body), DESCRIPTION_MOST),
        "color": colour(notification),
        "timestamp": at.to_rfc3339(),
        "fields": [
            field("Object", &object.to_string()),
            field("Event", event.as_str()),
            field("Severity", severity.as_str()),
        ],
        "footer": {"text": plain(&format!("podsteward {instance} #{}{again}", id.0), FOOTER_MOST)},
    });
    // Embeds call nobody; should that ever change, this still does not.
    let body = json!({"embeds": [embed], "allowed_mentions": {"parse": []}});
    Payload { headers: Vec::new(), body: body.to_string() }
}

fn field(name: &str, value: &str) -> Value {
    json!({"name": name, "value": escaped(value, VALUE_MOST), "inline": true})
}

fn colour(notification: &Notification) -> u32 {
    match (notification.event, notification.severity) {
        (NotificationEvent::Recovered, _) => 0x002E_CC71,
        (_, Severity::Critical) => 0x00E7_4C3C,
        (_, Severity::Warning) => 0x00F1_C40F,
        (_, Severity::Info) => 0x0034_98DB,
    }
}

/// A text of which nothing is read as markup, a mention or an address to click, of so many UTF-16 units at most.
fn escaped(text: &str, most: usize) -> String {
    cut(text, most, |c| {
        let marks = matches!(
            c,
            '\\' | '*'
                | '_'
                | '~'
                | '`'
                | '|'
                | '>'
                | '<'
                | '#'
                | '['
                | ']'
                | '('
                | ')'
                | '@'
                | ':'
                | '-'
                | '+'
        );
        let piece = if marks { format!("\\{c}") } else { c.to_string() };
        let size = piece.encode_utf16().count();
        (piece, size)
    })
}

fn plain(text: &str, most: usize) -> String {
    cut(text, most, |c| (c.into(), c.len_utf16()))
}
