//! One request to a receiver, and what Discord and ntfy hold against it.
//!
//! Owns the reading and the limits of both, as their documentation says them.

use std::io::{self, BufRead, BufReader, Read};
use std::net::TcpStream;

use serde_json::Value;

/// One request.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) path: String,
    pub(super) authorization: Option<String>,
    pub(super) key: Option<String>,
    pub(super) body: Value,
}

impl Request {
    /// Reads one request with its body, which is JSON.
    pub(super) fn read(stream: &TcpStream) -> io::Result<Self> {
        let mut from = BufReader::new(stream);
        let mut first = String::new();
        from.read_line(&mut first)?;
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let (mut request, mut length) = (Self { path, ..Self::default() }, 0);
        loop {
            let mut line = String::new();
            if from.read_line(&mut line)? == 0 || line.trim().is_empty() {
                break;
            }
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = value.trim().to_owned();
            match name.to_ascii_lowercase().as_str() {
                "authorization" => request.authorization = Some(value),
                "idempotency-key" => request.key = Some(value),
                "content-length" => length = value.parse().map_err(io::Error::other)?,
                _ => {}
            }
        }
        let mut body = Vec::new();
        from.take(length).read_to_end(&mut body)?;
        request.body = serde_json::from_slice(&body)?;
        Ok(request)
    }
}

/// Why Discord would not take a body, if it would not.
pub(super) fn not_for_discord(body: &Value) -> Option<String> {
    let units = |text: &Value| text.as_str().map_or(0, |text| text.encode_utf16().count());
    let none = Vec::new();
    let embeds = body["embeds"].as_array().unwrap_or(&none);
    let embed = embeds.first().unwrap_or(&Value::Null);
    let fields = embed["fields"].as_array().map_or(0, Vec::len);
    let bad = [
        (embeds.len() > 10, "more than 10 embeds"),
        (units(&body["content"]) > 2000, "content over 2000"),
        (!(1..=256).contains(&units(&embed["title"])), "no title, or one over 256"),
        (units(&embed["description"]) > 4096, "description over 4096"),
        (fields > 25, "more than 25 fields"),
        (!embed["color"].is_u64(), "no colour"),
        (!embed["timestamp"].is_string(), "no timestamp"),
        (body["allowed_mentions"]["parse"] != Value::Array(Vec::new()), "it may call people"),
    ];
    bad.into_iter().find(|(bad, _)| *bad).map(|(_, why)| format!("{why}: {body}"))
}

/// Why ntfy would not take a body as its JSON, if it would not.
pub(super) fn not_for_ntfy(path: &str, body: &Value) -> Option<String> {
    let length = |text: &Value| text.as_str().map_or(0, str::len);
    let priority = body["priority"].as_u64().unwrap_or_default();
    let bad = [
        (path != "/", "JSON is published at the root"),
        (length(&body["topic"]) == 0, "no topic"),
        (length(&body["message"]) > 4096, "a message over 4096"),
        (body.to_string().len() > 8192, "a document over 8192"),
        (!(1..=5).contains(&priority), "no priority from 1 to 5"),
        (!body["tags"].is_array(), "no tags"),
        (!(1..=64).contains(&length(&body["sequence_id"])), "no identity"),
    ];
    bad.into_iter().find(|(bad, _)| *bad).map(|(_, why)| format!("{why}: {path} {body}"))
}
