//! The list of all metrics.
//!
//! Owns their names, types, units and texts. Never a value. Filled once by the nouns' `Metrics::register`, and shown by
//! [`crate::document`].

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry, Unit};

use crate::family::{Counters, Family, Gauges, Histograms};
use crate::samples::Samples;

/// What every name begins with.
const PREFIX: &str = "podsteward";
/// Upper bounds in seconds: from one quick call to Podman to a long pull.
const SECONDS: [f64; 16] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];
/// Upper bounds in seconds of what may take days: from a start that needed no wait to a week of nobody's answer.
const LONG_SECONDS: [f64; 13] =
    [1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 43_200.0, 86_400.0, 259_200.0, 604_800.0];

/// What sort of metric it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Counter,
    Gauge,
    Histogram,
}

impl Sort {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// One metric as the document lists it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The name as Prometheus stores it, `_total` and `_seconds` included.
    pub(crate) name: String,
    pub(crate) sort: Sort,
    pub(crate) labels: Vec<&'static str>,
    pub(crate) unit: &'static str,
    pub(crate) help: &'static str,
}

impl Entry {
    /// The name without what every name begins with.
    pub(crate) fn short(&self) -> &str {
        self.name.strip_prefix(PREFIX).and_then(|name| name.strip_prefix('_')).unwrap_or(&self.name)
    }
}

/// What is registered under a name.
#[derive(Clone, Copy)]
struct Description<'a> {
    name: &'static str,
    labels: &'a [&'static str],
    sort: Sort,
    seconds: bool,
    help: &'static str,
}

/// The list of all metrics.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) registry: Registry,
    pub(crate) entries: Vec<Entry>,
}

impl Catalogue {
    pub(crate) fn new() -> Self {
        Self { registry: Registry::with_prefix(PREFIX), entries: Vec::new() }
    }

    /// A counter; its name is given without `_total`.
    pub(crate) fn counter(&mut self, name: &'static str, help: &'static str) -> Counter {
        let metric = Counter::default();
        self.add(
            Description { name, labels: &[], sort: Sort::Counter, seconds: false, help },
            metric.clone(),
        );
        metric
    }

    /// Counters by labels; their name is given without `_total`.
    pub(crate) fn counters<const N: usize>(
        &mut self,
        name: &'static str,
        labels: [&'static str; N],
        help: &'static str,
    ) -> Counters<N> {
        let metric: Counters<N> = Family::new(labels, Counter::default);
        self.add(
            Description { name, labels: &labels, sort: Sort::Counter, seconds: false, help },
            metric.clone(),
        );
        metric
    }

    /// A gauge.
    pub(crate) fn gauge(&mut self, name: &'static str, help: &'static str) -> Gauge {
        let metric = Gauge::default();
        self.add(Description { name, labels: &[], sort: Sort::Gauge, seconds: false, help }, metric.clone());
        metric
    }

    /// A gauge in seconds; its name is given without `_seconds`.
    pub(crate) fn gauge_seconds(&mut self, name: &'static str, help: &'static str) -> Seconds {
        let metric = Seconds::default();
        self.add(Description { name, labels: &[], sort: Sort::Gauge, seconds: true, help }, metric.clone());
        metric
    }

    /// Gauges by labels.
    pub(crate) fn gauges<const N: usize>(
        &mut self,
        name: &'static str,
        labels: [&'static str; N],
        help: &'static str,
    ) -> Gauges<N> {
        let metric: Gauges<N> = Family::new(labels, Gauge::default);
        self.add(
            Description { name, labels: &labels, sort: Sort::Gauge, seconds: false, help },
            metric.clone(),
        );
        metric
    }

    /// Gauges by labels that are absent until their value is known.
    pub(crate) fn samples<const N: usize, V>(
        &mut self,
        name: &'static str,
        labels: [&'static str; N],
        help: &'static str,
    ) -> Samples<N, V>
    where
        Samples<N, V>: Metric,
    {
        let metric: Samples<N, V> = Samples::new(labels);
        self.add(
            Description { name, labels: &labels, sort: Sort::Gauge, seconds: false, help },
            metric.clone(),
        );
        metric
    }

    /// The same in seconds; their name is given without `_seconds`.
    pub(crate) fn samples_seconds<const N: usize>(
        &mut self,
        name: &'static str,
        labels: [&'static str; N],
        help: &'static str,
    ) -> Samples<N, f64> {
        let metric: Samples<N, f64> = Samples::new(labels);
        self.add(
            Description { name, labels: &labels, sort: Sort::Gauge, seconds: true, help },
            metric.clone(),
        );
        metric
    }

    /// A histogram in seconds; its name is given without `_seconds`.
    pub(crate) fn histogram(&mut self, name: &'static str, help: &'static str) -> Histogram {
        self.histogram_of(name, help, histogram())
    }

    /// The same for what may take days.
    pub(crate) fn long_histogram(&mut self, name: &'static str, help: &'static str) -> Histogram {
        self.histogram_of(name, help, Histogram::new(LONG_SECONDS))
    }

    fn histogram_of(&mut self, name: &'static str, help: &'static str, metric: Histogram) -> Histogram {
        self.add(
            Description { name, labels: &[], sort: Sort::Histogram, seconds: true, help },
            metric.clone(),
        );
        metric
    }

    /// Histograms in seconds by labels; their name is given without `_seconds`.
    pub(crate) fn histograms<const N: usize>(
        &mut self,
        name: &'static str,
        labels: [&'static str; N],
        help: &'static str,
    ) -> Histograms<N> {
        let metric: Histograms<N> = Family::new(labels, histogram);
        self.add(
            Description { name, labels: &labels, sort: Sort::Histogram, seconds: true, help },
            metric.clone(),
        );
        metric
    }

    fn add(&mut self, description: Description<'_>, metric: impl Metric) {
        let Description { name, labels, sort, seconds, help } = description;
        if seconds {
            self.registry.register_with_unit(name, help, Unit::Seconds, metric);
        } else {
            self.registry.register(name, help, metric);
        }
        let unit = if seconds { "_seconds" } else { "" };
        let total = if sort == Sort::Counter { "_total" } else { "" };
        self.entries.push(Entry {
            name: format!("{PREFIX}_{name}{unit}{total}"),
            sort,
            labels: labels.to_vec(),
            unit: if seconds { "seconds" } else { "" },
            help,
        });
    }
}

/// A gauge of seconds.
pub(crate) type Seconds = Gauge<f64, std::sync::atomic::AtomicU64>;

fn histogram() -> Histogram {
    Histogram::new(SECONDS)
}
