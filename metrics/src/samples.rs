//! Gauges that are absent while nobody knows their value.
//!
//! Owns their values, each under labels that may name an object. Never a value that was not told: a zero would read as
//! a fact. The other families keep every child they ever had, which would be wrong for objects that come and go.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prometheus_client::encoding::{EncodeGaugeValue, EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;

/// One metric with the values that are known now.
#[derive(Debug)]
pub(crate) struct Samples<const N: usize, V> {
    names: [&'static str; N],
    values: Arc<Mutex<BTreeMap<[String; N], V>>>,
}

impl<const N: usize, V> Clone for Samples<N, V> {
    fn clone(&self) -> Self {
        Self { names: self.names, values: Arc::clone(&self.values) }
    }
}

impl<const N: usize, V> Samples<N, V> {
    /// A metric with these labels and no values.
    pub(crate) fn new(names: [&'static str; N]) -> Self {
        Self { names, values: Arc::default() }
    }

    /// The value under these labels, or that there is none.
    pub(crate) fn set(&self, labels: [&str; N], value: Option<V>) {
        let labels = labels.map(str::to_owned);
        match value {
            Some(value) => self.lock().insert(labels, value),
            None => self.lock().remove(&labels),
        };
    }

    /// All values there are.
    pub(crate) fn replace(&self, values: impl IntoIterator<Item = ([String; N], V)>) {
        let values = values.into_iter().collect();
        *self.lock() = values;
    }

    /// All values whose labels are of a kind; the others stay.
    pub(crate) fn replace_where(
        &self,
        of: impl Fn(&[String; N]) -> bool,
        values: impl IntoIterator<Item = ([String; N], V)>,
    ) {
        let values: Vec<_> = values.into_iter().collect();
        let mut known = self.lock();
        known.retain(|labels, _| !of(labels));
        known.extend(values);
    }

    /// A panic elsewhere must not take the metrics away, and no update leaves the map half-made.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<[String; N], V>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<const N: usize, V: EncodeGaugeValue> EncodeMetric for Samples<N, V> {
    fn encode(&self, mut encoder: MetricEncoder) -> Result<(), fmt::Error> {
        for (labels, value) in &*self.lock() {
            if N == 0 {
                encoder.encode_gauge(value)?;
                continue;
            }
            let labels: [(&str, &str); N] = std::array::from_fn(|place| (self.names[place], &*labels[place]));
            encoder.encode_family(&labels)?.encode_gauge(value)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Gauge
    }

    fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}
