//! Gauges that count what is known.
//!
//! Owns, for each thing, the labels it is counted under. Setting the same twice counts once, and forgetting what was
//! never known does nothing, so the gauges are right whatever order events come in.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::family::{Gauges, Values};

/// Things, each counted once under its labels.
#[derive(Debug)]
pub(crate) struct Known<K, const N: usize> {
    gauges: Gauges<N>,
    things: Mutex<BTreeMap<K, Values<N>>>,
}

impl<K: Ord, const N: usize> Known<K, N> {
    /// Nothing is known yet.
    pub(crate) fn new(gauges: Gauges<N>) -> Self {
        Self { gauges, things: Mutex::default() }
    }

    /// Counts a thing under these labels, and no longer under others.
    pub(crate) fn set(&self, thing: K, values: Values<N>) {
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        self.gauges.with(values).inc();
        if let Some(before) = things.insert(thing, values) {
            self.gauges.with(before).dec();
        }
    }

    /// No longer counts things.
    pub(crate) fn remove_where(&self, is_gone: impl Fn(&K) -> bool) {
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        things.retain(|thing, values| {
            let gone = is_gone(thing);
            if gone {
                self.gauges.with(*values).dec();
            }
            !gone
        });
    }
}
