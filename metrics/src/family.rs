//! Metrics with labels, in a fixed order.
//!
//! Owns the children of one metric. Never a lock while a caller's code runs. The library's own families are hash maps,
//! whose order changes with each process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::{MetricType, TypedMetric};

/// The values of a metric's labels, in the order of their names.
pub(crate) type Values<const N: usize> = [&'static str; N];

/// One metric with its children, one for each combination of label values that was seen or announced.
#[derive(Debug)]
pub(crate) struct Family<const N: usize, M> {
    names: [&'static str; N],
    make: fn() -> M,
    children: Arc<Mutex<BTreeMap<Values<N>, M>>>,
}

impl<const N: usize, M> Clone for Family<N, M> {
    fn clone(&self) -> Self {
        Self { names: self.names, make: self.make, children: Arc::clone(&self.children) }
    }
}

impl<const N: usize, M: Clone> Family<N, M> {
    /// A metric with these labels and no children.
    pub(crate) fn new(names: [&'static str; N], make: fn() -> M) -> Self {
        Self { names, make, children: Arc::default() }
    }

    /// The child with these label values, which is made when it is new.
    pub(crate) fn with(&self, values: Values<N>) -> M {
        self.lock().entry(values).or_insert_with(self.make).clone()
    }

    /// Makes children at zero, so that a rate over the first event is right.
    pub(crate) fn announce(&self, combinations: impl IntoIterator<Item = Values<N>>) {
        for values in combinations {
            drop(self.with(values));
        }
    }

    /// A panic elsewhere must not take the metrics away, and no update leaves the map half-made.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Values<N>, M>> {
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<const N: usize, M> EncodeMetric for Family<N, M>
where
    M: EncodeMetric + TypedMetric + Clone,
{
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), fmt::Error> {
        for (values, child) in &*self.lock() {
            let labels: [(&str, &str); N] = std::array::from_fn(|place| (self.names[place], values[place]));
            child.encode(encoder.encode_family(&labels)?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        M::TYPE
    }
}

/// A family of counters.
pub(crate) type Counters<const N: usize> = Family<N, Counter>;
/// A family of gauges.
pub(crate) type Gauges<const N: usize> = Family<N, Gauge>;
/// A family of histograms.
pub(crate) type Histograms<const N: usize> = Family<N, Histogram>;
