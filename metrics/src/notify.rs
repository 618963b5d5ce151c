//! Notifications: what somebody must hear of, and whether it arrived.
//!
//! Owns what notifications log and count. Never sends one, and never shows an address: what follows the host may be a
//! secret. Emitted by the runtime's outbox.

use std::time::Duration;

use podsteward_domain::notification::Notification;
use podsteward_specs::channel::NotificationEvent;
use prometheus_client::metrics::gauge::Gauge;

use crate::registry::Catalogue;
use crate::telemetry::{TARGET, ms};

/// What happens to notifications.
#[derive(Debug)]
pub enum NotifyEvent<'a> {
    /// One is in the outbox.
    Told {
        /// What it says.
        notification: &'a Notification,
    },
    /// One arrived.
    Delivered {
        /// The channel's name.
        channel: &'a str,
        /// What it is about.
        event: NotificationEvent,
        /// How long the call took.
        took: Duration,
    },
    /// One did not arrive, and is tried again.
    NotDelivered {
        /// The channel's name.
        channel: &'a str,
        /// What it is about.
        event: NotificationEvent,
        /// The error with its causes, without the address.
        error: &'a str,
        /// How often it was tried, this time included.
        attempts: u32,
    },
    /// So many did not arrive yet.
    Undelivered {
        /// How many.
        count: u64,
    },
}

impl NotifyEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Told { notification: Notification { event, severity, object, title, .. } } => {
                let (event, severity) = (event.as_str(), severity.as_str());
                tracing::debug!(target: TARGET, %object, event, severity, title, "notification told");
            }
            Self::Delivered { channel, event, took } => {
                let (event, elapsed_ms) = (event.as_str(), ms(*took));
                tracing::debug!(target: TARGET, channel, event, elapsed_ms, "notification delivered");
            }
            Self::NotDelivered { channel, event, error, attempts } => {
                let event = event.as_str();
                tracing::warn!(target: TARGET, channel, event, attempts, error, "notification not delivered");
            }
            Self::Undelivered { .. } => {}
        }
    }
}

/// The metrics of notifications.
#[derive(Debug)]
pub(crate) struct Metrics {
    undelivered: Gauge,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        Self {
            undelivered: catalogue
                .gauge("notifications_undelivered", "Notifications that did not arrive yet"),
        }
    }

    pub(crate) fn count(&self, event: &NotifyEvent<'_>) {
        match event {
            NotifyEvent::Undelivered { count } => {
                self.undelivered.set(i64::try_from(*count).unwrap_or(i64::MAX));
            }
            NotifyEvent::Told { .. } | NotifyEvent::Delivered { .. } | NotifyEvent::NotDelivered { .. } => {}
        }
    }
}
