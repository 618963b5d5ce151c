//! The one place where events go.
//!
//! Owns the metrics of all nouns. Never what an event logs or counts: the file of its noun does.

use crate::registry::Catalogue;
use crate::text::{self, Format};
use crate::{action, controller, decision, manifest, object, podman, queue, reconcile};

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident($noun:ident::$event:ident),)+) => {
        /// Everything that can happen, by noun.
        #[derive(Debug)]
        pub enum Event<'a> { $($(#[$doc])* $variant($noun::$event<'a>),)+ }

        $(impl<'a> From<$noun::$event<'a>> for Event<'a> {
            fn from(event: $noun::$event<'a>) -> Self {
                Self::$variant(event)
            }
        })+

        /// Logs and counts events.
        #[derive(Debug)]
        pub struct Telemetry {
            catalogue: Catalogue,
            $($noun: $noun::Metrics,)+
        }

        impl Telemetry {
            /// Metrics at zero.
            pub fn new() -> Self {
                let mut catalogue = Catalogue::new();
                $(let $noun = $noun::Metrics::register(&mut catalogue);)+
                Self { catalogue, $($noun,)+ }
            }

            /// Logs and counts what happened.
            pub fn emit<'a>(&self, event: impl Into<Event<'a>>) {
                match event.into() {
                    $(Event::$variant(event) => {
                        event.log();
                        self.$noun.count(&event);
                    })+
                }
            }
        }
    };
}

events! {
    /// The controller itself.
    Controller(controller::ControllerEvent),
    /// The manifests.
    Manifest(manifest::ManifestEvent),
    /// Objects, their findings and their processes.
    Object(object::ObjectEvent),
    /// Decisions.
    Decision(decision::DecisionEvent),
    /// Plans being carried out.
    Action(action::ActionEvent),
    /// Reconciles.
    Reconcile(reconcile::ReconcileEvent),
    /// The queue.
    Queue(queue::QueueEvent),
    /// The engine.
    Podman(podman::PodmanEvent),
}

impl Telemetry {
    /// All metrics as text.
    pub fn render(&self, format: Format) -> String {
        text::render(&self.catalogue, format)
    }

    /// The document that lists all metrics: `METRICS.md`.
    pub fn document(&self) -> String {
        self.catalogue.document()
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        Self::new()
    }
}

/// What every log line is filtered and found by.
pub(crate) const TARGET: &str = "podsteward";

/// Whole milliseconds, as logs show a duration.
pub(crate) fn ms(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A count as a gauge's value.
pub(crate) fn gauge(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
