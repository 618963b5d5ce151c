//! The checks of a `NotificationChannel`.
//!
//! Owns the checks within one channel. No sentence repeats an address or what stands in its place: it may be a secret.

use std::collections::BTreeSet;
use std::net::Ipv6Addr;

use super::field::Field;
use super::{text, window};
use crate::channel::{
    ChannelType, NotificationChannel, NotificationEvent, TOPIC_RULE, URL_RULE, Url, ntfy_topic,
};
use crate::defaults::policy::DEDUPE;
use crate::duration;
use crate::wire::channel as wire;

/// Checks a channel. `None` after a problem with what it cannot be without.
pub(super) fn channel(wire: wire::NotificationChannel, spec: &Field<'_>) -> Option<NotificationChannel> {
    let url = address(wire.url.as_deref(), wire.url_file.as_deref(), spec);
    let token_file = spec.key("tokenFile").read(wire.token_file.as_deref(), secret_path);
    of_type(&wire, spec);
    let events = events(wire.events, &spec.key("events"));
    let quiet_hours = wire.quiet_hours.and_then(|wire| window::window(wire, &spec.key("quietHours")));
    let dedupe = spec.key("dedupe").read(wire.dedupe.as_deref(), duration::parse);
    Some(NotificationChannel {
        kind: wire.kind?,
        url: url?,
        token_file,
        events,
        min_severity: wire.min_severity.unwrap_or_default(),
        quiet_hours,
        dedupe: dedupe.unwrap_or(DEDUPE),
    })
}

/// What the type asks of the other fields.
fn of_type(wire: &wire::NotificationChannel, spec: &Field<'_>) {
    let Some(kind) = wire.kind else { return };
    if kind == ChannelType::Discord && wire.token_file.is_some() {
        spec.key("tokenFile").problem("is of no use to discord (its address is the secret: urlFile)");
    }
    let literal = wire.url.as_deref().filter(|literal| url(literal).is_ok());
    if kind == ChannelType::Ntfy && literal.is_some_and(|literal| ntfy_topic(literal).is_none()) {
        spec.key("url").problem(format!("names no topic ({TOPIC_RULE})"));
    }
}

fn address(literal: Option<&str>, file: Option<&str>, spec: &Field<'_>) -> Option<Url> {
    let url = spec.key("url").read(literal, url).map(Url::Literal);
    let path = spec.key("urlFile").read(file, secret_path).map(Url::File);
    match (literal, file) {
        (None, None) => spec.key("url").problem("is missing (exactly one of url, urlFile)"),
        (Some(_), Some(_)) => spec.key("urlFile").problem("stands beside url (exactly one of url, urlFile)"),
        _ => {}
    }
    url.or(path)
}

/// An absolute path. People put the secret itself here by mistake, so that it is not repeated.
fn secret_path(text: &str) -> Result<String, String> {
    text::path(text).map_err(|_| "is not an absolute path (an absolute path without '..')".to_owned())
}

fn url(text: &str) -> Result<String, String> {
    let wrong = |what: &str| Err(format!("{what} ({URL_RULE})"));
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return wrong("does not begin with http:// or https://");
    };
    if text::word(text).is_err() {
        return wrong("holds blanks");
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return wrong("holds a user or a password");
    }
    if is_host_and_port(authority) { Ok(text.to_owned()) } else { wrong("has no sound host and port") }
}

fn is_host_and_port(authority: &str) -> bool {
    // The colons of an IPv6 address stand in brackets, so what follows the last bracket is the port.
    let bracketed = authority.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (is_host, port) = if let Some((address, after)) = bracketed {
        (address.parse::<Ipv6Addr>().is_ok(), after)
    } else {
        let end = authority.find(':').unwrap_or(authority.len());
        let (host, after) = authority.split_at(end);
        (text::host_name(host).is_ok(), after)
    };
    let is_port = |port: &str| !port.starts_with('+') && port.parse::<u16>().is_ok_and(|port| port > 0);
    is_host && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

fn events(wire: Option<Vec<NotificationEvent>>, field: &Field<'_>) -> BTreeSet<NotificationEvent> {
    let mut events = BTreeSet::new();
    if wire.as_ref().is_some_and(Vec::is_empty) {
        field.problem("is empty (at least one event; left out, all are sent)");
    }
    for (position, event) in wire.into_iter().flatten().enumerate() {
        if !events.insert(event) {
            field.item(position).problem(format!("declares the event {} a second time", event.as_str()));
        }
    }
    events
}
