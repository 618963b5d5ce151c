//! A notification in the words of a channel.
//!
//! Owns what each type of channel is sent: the body and the headers that follow from the notification. Never sees an
//! address or a token. Used by the sender.

use podsteward_domain::finding::Severity;
use podsteward_domain::notification::Notification;
use podsteward_specs::channel::ChannelType;
use serde_json::json;

use super::Message;

/// What Discord takes at most, in characters.
const DISCORD_MOST: usize = 2000;
/// What ntfy shows as a message at most, in bytes; a longer one becomes an attachment.
const NTFY_MOST: usize = 4096;
/// What a header carries at most, in bytes.
const HEADER_MOST: usize = 256;
/// What a webhook is sent at most as a title or a body, in bytes.
const WEBHOOK_MOST: usize = 16 << 10;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payload {
    /// The headers; no value holds a control character.
    pub(super) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(super) body: String,
}

/// A message as a type of channel takes it.
pub(super) fn of(kind: ChannelType, message: &Message) -> Payload {
    match kind {
        ChannelType::Webhook => webhook(message),
        ChannelType::Ntfy => ntfy(&message.notification),
        ChannelType::Discord => discord(&message.notification),
    }
}

fn webhook(message: &Message) -> Payload {
    let Message { id, instance, at, notification } = message;
    let Notification { event, severity, object, title, body } = notification;
    let body = json!({
        "event": event.as_str(),
        "severity": severity.as_str(),
        "object": object.to_string(),
        "title": cut_bytes(title, WEBHOOK_MOST),
        "body": cut_bytes(body, WEBHOOK_MOST),
        "timestamp": at.to_rfc3339(),
        "id": id.0,
        "instance": instance,
    });
    let once = header(&format!("{instance}-{}", id.0));
    Payload {
        headers: vec![("Content-Type", JSON.to_owned()), ("Idempotency-Key", once)],
        body: body.to_string(),
    }
}

fn ntfy(notification: &Notification) -> Payload {
    let Notification { event, severity, title, body, .. } = notification;
    let priority = match severity {
        Severity::Critical => "5",
        Severity::Warning => "4",
        Severity::Info => "3",
    };
    let mut headers = vec![
        ("Content-Type", "text/plain; charset=utf-8".to_owned()),
        ("Priority", priority.to_owned()),
        ("Tags", format!("{},{}", severity.as_str(), event.as_str())),
    ];
    // A header carries ASCII only; another title is still read where it heads the body.
    let body = if title.is_ascii() {
        headers.push(("Title", header(title)));
        body.clone()
    } else {
        format!("{title}\n{body}")
    };
    Payload { headers, body: cut_bytes(&body, NTFY_MOST) }
}

fn discord(notification: &Notification) -> Payload {
    let text = format!("**{}**\n{}", notification.title, notification.body);
    let content = match text.char_indices().nth(DISCORD_MOST) {
        None => text,
        Some(_) => text.chars().take(DISCORD_MOST - 1).chain(['…']).collect(),
    };
    let body = json!({"content": content, "allowed_mentions": {"parse": []}});
    Payload { headers: vec![("Content-Type", JSON.to_owned())], body: body.to_string() }
}

const JSON: &str = "application/json";

/// A text as the value of a header: one line of visible ASCII, so that no text can end the header and begin another.
fn header(text: &str) -> String {
    let visible = |c: char| if c.is_ascii_graphic() { c } else { ' ' };
    cut_bytes(text, HEADER_MOST).chars().map(visible).collect::<String>().trim().to_owned()
}

/// A text of so many bytes at most; one that was longer ends with an ellipsis.
fn cut_bytes(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(most - '…'.len_utf8());
    format!("{}…", &text[..end])
}

#[cfg(test)]
mod tests;
