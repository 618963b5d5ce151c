//! Notifications: what somebody must hear of, and whether it arrived.
//!
//! Owns what notifications log and count. Never sends one, and never shows an address: what follows the host may be a
//! secret. Emitted by the runtime's outbox.

use std::time::Duration;

use podsteward_domain::notification::Notification;
use podsteward_specs::channel::{ChannelType, NotificationEvent};
use prometheus_client::metrics::gauge::Gauge;

use crate::family::Counters;
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
        /// What is spoken there.
        kind: ChannelType,
        /// What it is about.
        event: NotificationEvent,
        /// How long the call took.
        took: Duration,
    },
    /// One did not arrive, and is tried again.
    NotDelivered {
        /// The channel's name.
        channel: &'a str,
        /// What is spoken there.
        kind: ChannelType,
        /// What it is about.
        event: NotificationEvent,
        /// The error with its causes, without the address.
        error: &'a str,
        /// How often it was tried, this time included.
        attempts: u32,
    },
    /// One is not tried any more.
    GivenUp {
        /// The channel's name.
        channel: &'a str,
        /// What is spoken there; none without a channel.
        kind: Option<ChannelType>,
        /// What it is about.
        event: NotificationEvent,
        /// Why, without the address.
        error: &'a str,
    },
    /// So many did not arrive yet, each counted once for every channel that lacks it.
    Undelivered {
        /// How many are due.
        count: u64,
        /// How many wait for their time.
        waiting: u64,
    },
}

impl NotifyEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Told { notification: Notification { event, severity, object, title, .. } } => {
                let (event, severity) = (event.as_str(), severity.as_str());
                tracing::debug!(target: TARGET, %object, event, severity, title, "notification told");
            }
            Self::Delivered { channel, event, took, .. } => {
                let (event, elapsed_ms) = (event.as_str(), ms(*took));
                tracing::debug!(target: TARGET, channel, event, elapsed_ms, "notification delivered");
            }
            Self::NotDelivered { channel, event, error, attempts, .. } => {
                let event = event.as_str();
                tracing::warn!(target: TARGET, channel, event, attempts, error, "notification not delivered");
            }
            Self::GivenUp { channel, event, error, .. } => {
                let event = event.as_str();
                tracing::error!(target: TARGET, channel, event, error, "notification given up");
            }
            Self::Undelivered { .. } => {}
        }
    }
}

/// What came of an attempt to deliver a notification, as a label says it.
const DELIVERED: &str = "delivered";
const FAILED: &str = "failed";
const GIVEN_UP: &str = "given-up";

/// The metrics of notifications.
#[derive(Debug)]
pub(crate) struct Metrics {
    undelivered: Gauge,
    waiting: Gauge,
    deliveries: Counters<2>,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let metrics = Self {
            undelivered: catalogue.gauge(
                "notifications_undelivered",
                "Notifications that are due and did not arrive yet, each once for every channel that lacks it",
            ),
            waiting: catalogue.gauge(
                "notifications_waiting",
                "Notifications that wait for the end of quiet hours or to be told again, each once for every channel",
            ),
            deliveries: catalogue.counters(
                "notification_deliveries",
                ["type", "result"],
                "Attempts to deliver a notification by the type of the channel, and what is not tried any more",
            ),
        };
        let results =
            |kind: &ChannelType| [DELIVERED, FAILED, GIVEN_UP].map(|result| [kind.as_str(), result]);
        metrics.deliveries.announce(ChannelType::ALL.iter().flat_map(results));
        metrics
    }

    pub(crate) fn count(&self, event: &NotifyEvent<'_>) {
        let (kind, result) = match event {
            NotifyEvent::Delivered { kind, .. } => (*kind, DELIVERED),
            NotifyEvent::NotDelivered { kind, .. } => (*kind, FAILED),
            NotifyEvent::GivenUp { kind: Some(kind), .. } => (*kind, GIVEN_UP),
            NotifyEvent::Undelivered { count, waiting } => {
                self.undelivered.set(i64::try_from(*count).unwrap_or(i64::MAX));
                self.waiting.set(i64::try_from(*waiting).unwrap_or(i64::MAX));
                return;
            }
            NotifyEvent::Told { .. } | NotifyEvent::GivenUp { kind: None, .. } => return,
        };
        self.deliveries.with([kind.as_str(), result]).inc();
    }
}
