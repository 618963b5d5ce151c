//! The controller itself: its start and end, its switch and its store.
//!
//! Owns what the process as a whole logs and counts. Never starts or stops anything. Emitted by the runtime.

use std::time::Duration;

use podsteward_domain::switch::{Pause, SwitchState};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;

use crate::family::Gauges;
use crate::label::RemediationMode;
use crate::registry::{Catalogue, Seconds};
use crate::telemetry::{TARGET, ms};

/// This version of podsteward: all crates have the same.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What happens to the controller.
#[derive(Debug)]
pub enum ControllerEvent<'a> {
    /// It begins.
    Started {
        /// Its instance.
        instance: &'a str,
        /// The manifests directory.
        manifests: &'a str,
        /// The store's directory.
        state: &'a str,
        /// The engine's address.
        podman: &'a str,
        /// When.
        at: Moment,
    },
    /// Somebody is about to read the metrics.
    Sampled {
        /// The state of the switch now: a pause may have come to its end by itself.
        switch: SwitchState,
        /// How far remediation may go.
        mode: RemediationMode,
    },
    /// All first reads are complete; it may act.
    Ready {
        /// How long after its start.
        after: Duration,
    },
    /// It was asked to end, or has to.
    Stopping {
        /// Why.
        reason: &'a str,
    },
    /// Nothing new is begun; what is in flight comes to its next safe place.
    DrainBegun {
        /// Objects in flight.
        in_flight: usize,
    },
    /// Nothing is in flight any more, or the time for it is over.
    DrainFinished {
        /// Objects still in flight; recovery takes care of them.
        left: usize,
        /// How long it took.
        took: Duration,
    },
    /// The switch was read at the start.
    SwitchRead {
        /// Its state.
        state: SwitchState,
    },
    /// The switch has another state.
    SwitchChanged {
        /// The state it had.
        from: SwitchState,
        /// The state it has.
        to: SwitchState,
        /// Why it is not running.
        pause: Option<&'a Pause>,
    },
    /// One object was paused.
    ObjectPaused {
        /// Which.
        key: &'a Key,
        /// Why, by whom and how long.
        pause: &'a Pause,
    },
    /// One object's pause is over.
    ObjectResumed {
        /// Which.
        key: &'a Key,
    },
    /// Another process wrote to the store.
    ForeignWriteSeen,
    /// The store could not be read and was begun anew.
    StoreReplaced {
        /// Where the unreadable one is kept.
        kept: &'a str,
        /// What was wrong with it.
        error: &'a str,
    },
    /// A write to, or read of, the store failed.
    StoreFailed {
        /// The error with its causes.
        error: &'a str,
    },
    /// The HTTP server listens.
    Listening {
        /// On which address.
        address: &'a str,
    },
}

impl ControllerEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            Self::Started { instance, manifests, state, podman, .. } => {
                tracing::info!(target: TARGET, version = VERSION, instance, manifests, state, podman, "started");
            }
            Self::Ready { after } => tracing::info!(target: TARGET, elapsed_ms = ms(*after), "ready"),
            Self::Stopping { reason } => tracing::info!(target: TARGET, reason, "stopping"),
            Self::DrainBegun { in_flight } => tracing::debug!(target: TARGET, in_flight, "drain begun"),
            Self::DrainFinished { left, took } => {
                tracing::info!(target: TARGET, left, elapsed_ms = ms(*took), "drain finished");
            }
            Self::SwitchRead { state } => {
                tracing::debug!(target: TARGET, state = state.as_str(), "switch read");
            }
            Self::SwitchChanged { from, to, pause } => {
                let (reason, by) = pause.map_or(("", ""), |pause| (pause.reason.as_str(), pause.by.as_str()));
                let (from, to) = (from.as_str(), to.as_str());
                tracing::info!(target: TARGET, from, to, reason, by, "switch changed");
            }
            Self::ObjectPaused { key, pause: Pause { reason, by, .. } } => {
                tracing::info!(target: TARGET, object = %key, reason, by, "object paused");
            }
            Self::ObjectResumed { key } => tracing::info!(target: TARGET, object = %key, "object resumed"),
            Self::ForeignWriteSeen => tracing::debug!(target: TARGET, "foreign write seen"),
            Self::StoreReplaced { kept, error } => {
                tracing::error!(target: TARGET, kept, error, "store replaced");
            }
            Self::StoreFailed { error } => tracing::error!(target: TARGET, error, "store failed"),
            Self::Sampled { .. } => {}
            Self::Listening { address } => tracing::info!(target: TARGET, address, "listening"),
        }
    }
}

/// The metrics of the controller.
#[derive(Debug)]
pub(crate) struct Metrics {
    started: Seconds,
    switch: Gauges<1>,
    mode: Gauges<1>,
    ready: Gauge,
    store_errors: Counter,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        catalogue
            .gauges("build_info", ["version"], "Always 1; the version is in the label")
            .with([VERSION])
            .set(1);
        let switch =
            catalogue.gauges("switch", ["state"], "1 for the state that the switch has, 0 for the others");
        switch.announce(SwitchState::ALL.iter().map(|state| [state.as_str()]));
        let mode = catalogue.gauges(
            "remediation_mode",
            ["mode"],
            "1 for the mode that remediation is in, 0 for the others; off: until somebody resumes it",
        );
        mode.announce(RemediationMode::ALL.iter().map(|mode| [mode.as_str()]));
        Self {
            started: catalogue
                .gauge_seconds("start_timestamp", "When the controller was started, as seconds since 1970"),
            switch,
            mode,
            ready: catalogue.gauge("ready", "1 once all first reads are complete, else 0"),
            store_errors: catalogue.counter("store_errors", "Reads and writes of the store that failed"),
        }
    }

    pub(crate) fn count(&self, event: &ControllerEvent<'_>) {
        match event {
            #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
            ControllerEvent::Started { at, .. } => {
                self.started.set((at.wall_ms / 1000) as f64);
            }
            ControllerEvent::Sampled { switch, mode } => {
                self.set_switch(*switch);
                for each in RemediationMode::ALL {
                    self.mode.with([each.as_str()]).set(i64::from(each == mode));
                }
            }
            ControllerEvent::Ready { .. } => {
                self.ready.set(1);
            }
            ControllerEvent::Stopping { .. } => {
                self.ready.set(0);
            }
            ControllerEvent::SwitchRead { state } | ControllerEvent::SwitchChanged { to: state, .. } => {
                self.set_switch(*state);
            }
            ControllerEvent::StoreReplaced { .. } | ControllerEvent::StoreFailed { .. } => {
                self.store_errors.inc();
            }
            ControllerEvent::DrainBegun { .. }
            | ControllerEvent::DrainFinished { .. }
            | ControllerEvent::ObjectPaused { .. }
            | ControllerEvent::ObjectResumed { .. }
            | ControllerEvent::ForeignWriteSeen
            | ControllerEvent::Listening { .. } => {}
        }
    }

    fn set_switch(&self, state: SwitchState) {
        for each in SwitchState::ALL {
            self.switch.with([each.as_str()]).set(i64::from(each == state));
        }
    }
}
