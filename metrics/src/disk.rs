//! The watched filesystems: how full they are, what is to come, what cleanups freed.
//!
//! Owns what they log and count, the reserve that podsteward keeps for itself included. Never measures and never judges a
//! level: the host and the domain do. Emitted by the runtime's source of disks and by its executor.

use podsteward_domain::disk::memory::Cleaned;
use podsteward_domain::disk::{DiskSample, Gauge, Measure};
use podsteward_domain::forecast::Forecast;
use podsteward_domain::score::Score;
use podsteward_specs::disk::Thresholds;
use podsteward_specs::key::Key;
use prometheus_client::metrics::counter::Counter;

use crate::registry::Catalogue;
use crate::samples::Samples;
use crate::telemetry::{TARGET, share};

/// What happens to watched filesystems.
#[derive(Debug)]
pub enum DiskEvent<'a> {
    /// One was measured.
    Sampled {
        /// Which one.
        key: &'a Key,
        /// How full it is.
        sample: &'a DiskSample,
    },
    /// One is watched by these thresholds.
    Watched {
        /// Which one.
        key: &'a Key,
        /// The used shares of its space from which on something follows.
        thresholds: &'a Thresholds,
    },
    /// One cannot be measured any more, or for another reason than before.
    Unreadable {
        /// Which one.
        key: &'a Key,
        /// Why.
        error: &'a str,
    },
    /// A look ahead was made.
    Forecast {
        /// Of which one.
        key: &'a Key,
        /// What it says.
        forecast: &'a Forecast,
    },
    /// A step of a cleanup freed something.
    Reclaimed {
        /// On which one.
        key: &'a Key,
        /// The kind of step.
        noun: &'static str,
        /// How much, as measured.
        bytes: u64,
    },
    /// A cleanup came to its end.
    CleanupFinished {
        /// On which one.
        key: &'a Key,
        /// What it came to.
        cleaned: &'a Cleaned,
        /// How much it freed, as measured.
        bytes: u64,
    },
    /// The state directory was full, and what is kept for that was given up.
    ReserveGivenUp,
    /// What is kept for a full state directory is there again.
    ReserveRestored,
    /// It is not watched any more.
    Forgotten {
        /// Which one.
        key: &'a Key,
    },
}

impl DiskEvent<'_> {
    pub(crate) fn log(&self) {
        match self {
            // They come by the minute; `podsteward forecast` shows them.
            Self::Watched { .. } | Self::Sampled { .. } | Self::Forecast { .. } => {}
            Self::Unreadable { key, error } => {
                tracing::warn!(target: TARGET, object = %key, error, "filesystem cannot be measured");
            }
            Self::Reclaimed { key, noun, bytes } => {
                tracing::debug!(target: TARGET, object = %key, step = noun, bytes, "step freed space");
            }
            Self::CleanupFinished { key, cleaned, bytes } => log_finished(key, cleaned, *bytes),
            Self::ReserveGivenUp => {
                tracing::warn!(target: TARGET, "reserve given up, the state directory is full");
            }
            Self::ReserveRestored => tracing::info!(target: TARGET, "reserve kept again"),
            Self::Forgotten { key } => {
                tracing::debug!(target: TARGET, object = %key, "filesystem not watched any more");
            }
        }
    }
}

/// The one line of a cleanup; what each step freed shows with `-v`.
fn log_finished(key: &Key, cleaned: &Cleaned, bytes: u64) {
    let measure = cleaned.measure.noun();
    let [before, after] = [cleaned.before, cleaned.after].map(|share_of| share(Score::new(share_of)));
    if cleaned.reached {
        tracing::info!(target: TARGET, object = %key, measure, before, after, bytes, "cleanup reached its target");
    } else {
        tracing::warn!(
            target: TARGET, object = %key, measure, before, after, bytes, "cleanup did not reach its target"
        );
    }
}

/// The metrics of watched filesystems.
#[derive(Debug)]
pub(crate) struct Metrics {
    used: Samples<1, f64>,
    size: Samples<1, i64>,
    thresholds: Samples<2, f64>,
    inodes: Samples<1, f64>,
    metadata: Samples<1, f64>,
    forecast: Samples<1, f64>,
    reclaimed: Counter,
}

impl Metrics {
    pub(crate) fn register(catalogue: &mut Catalogue) -> Self {
        let of = ["object"];
        Self {
            used: catalogue.samples("disk_used_ratio", of, "Used share of the space; absent while not known"),
            size: catalogue.samples("disk_size_bytes", of, "All the space that a user can have"),
            thresholds: catalogue.samples(
                "disk_threshold_ratio",
                ["object", "threshold"],
                "Used share of the space from which on something follows",
            ),
            inodes: catalogue.samples(
                "disk_inodes_used_ratio",
                of,
                "Used share of the inodes; absent where there is no fixed number of them",
            ),
            metadata: catalogue.samples(
                "disk_metadata_used_ratio",
                of,
                "Used share of what btrfs keeps for its own records; absent elsewhere",
            ),
            forecast: catalogue.samples_seconds(
                "disk_forecast",
                of,
                "Time until the act threshold; absent while it does not grow or nobody knows",
            ),
            reclaimed: catalogue.counter("disk_reclaimed_bytes", "What cleanups freed, as measured"),
        }
    }

    pub(crate) fn count(&self, event: &DiskEvent<'_>) {
        match event {
            DiskEvent::Sampled { key, sample } => self.sampled(key, Some(sample)),
            DiskEvent::Watched { key, thresholds } => self.watched(key, Some(thresholds)),
            DiskEvent::Forecast { key, forecast } => {
                #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
                let seconds = forecast.growth().map(|growth| growth.seconds as f64);
                self.forecast.set([&key.to_string()], seconds);
            }
            DiskEvent::Reclaimed { bytes, .. } => {
                self.reclaimed.inc_by(*bytes);
            }
            DiskEvent::CleanupFinished { .. } | DiskEvent::ReserveGivenUp | DiskEvent::ReserveRestored => {}
            DiskEvent::Unreadable { key, .. } => self.unknown(key),
            DiskEvent::Forgotten { key } => {
                self.unknown(key);
                self.watched(key, None);
            }
        }
    }

    fn unknown(&self, key: &Key) {
        self.sampled(key, None);
        self.forecast.set([&key.to_string()], None);
    }

    fn watched(&self, key: &Key, thresholds: Option<&Thresholds>) {
        let value = |of: fn(&Thresholds) -> u16| thresholds.map(|it| share(Score::new(of(it))));
        let object = key.to_string();
        self.thresholds.set([&object, "warn"], value(|it| it.warn));
        self.thresholds.set([&object, "act"], value(|it| it.act));
        self.thresholds.set([&object, "target"], value(|it| it.target));
        self.thresholds.set([&object, "critical"], value(|it| it.critical));
    }

    fn sampled(&self, key: &Key, sample: Option<&DiskSample>) {
        let ratio = |measure: Measure| {
            let gauge = sample.and_then(|sample| measure.of(sample));
            gauge.map(Gauge::share).map(Score::new).map(share)
        };
        let object = key.to_string();
        self.used.set([&object], ratio(Measure::Space));
        let size = sample.map(|sample| i64::try_from(sample.space.total).unwrap_or(i64::MAX));
        self.size.set([&object], size);
        self.inodes.set([&object], ratio(Measure::Inodes));
        self.metadata.set([&object], ratio(Measure::Metadata));
    }
}

#[cfg(test)]
mod tests;
