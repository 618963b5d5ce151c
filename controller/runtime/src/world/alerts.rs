//! The alerts that are not over, with the way of each, and what is wrong with the routes.
//!
//! Owns the cache, made anew when alerts come in and when the manifests change. Never finds a way itself: the domain does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_domain::alert::{Alert, AlertState, Routed, Routing, lint, route};
use podsteward_domain::detect::host::AlertPath;
use podsteward_domain::time::Moment;
use podsteward_domain::world::World;
use podsteward_specs::document::Document;
use podsteward_specs::key::Key;

use super::WorldStore;
use crate::source::manifests::view::ManifestView;

/// The alerts that are not over.
#[derive(Debug, Default)]
pub(super) struct Alerts {
    /// By what tells one from others.
    open: BTreeMap<String, Arc<Alert>>,
    routing: Routing,
    /// The objects whose alerts are being kept just now, and are not among the open ones yet.
    coming: BTreeSet<Key>,
    /// Those of which nobody knows whether they are over.
    forgotten: Vec<Arc<Alert>>,
    /// By the object that they were about: when one was last heard of.
    forgotten_about: BTreeMap<Key, Moment>,
    lint: BTreeMap<Key, Vec<String>>,
    /// Alerts are received.
    received: bool,
    /// When the last test alert came in.
    proven: Option<Moment>,
    /// The documents that count: what is vanishing has no say any more.
    documents: BTreeMap<Key, Arc<Document>>,
}

impl Alerts {
    /// The alerts about an object.
    pub(super) fn of(&self, key: &Key) -> Vec<Routed> {
        self.routing.by_object.get(key).cloned().unwrap_or_default()
    }

    /// What is wrong with a route.
    pub(super) fn lint(&self, key: &Key) -> Vec<String> {
        self.lint.get(key).cloned().unwrap_or_default()
    }

    /// Finds every way anew, and answers which objects are concerned.
    pub(super) fn take_manifests(&mut self, view: &ManifestView) -> BTreeSet<Key> {
        self.documents.clone_from(&view.documents);
        let lint = std::mem::replace(&mut self.lint, lint::lint(&view.documents));
        let mut changed = differing(&lint, &self.lint);
        changed.extend(self.route());
        changed
    }

    fn take(&mut self, alerts: Vec<Alert>) -> BTreeSet<Key> {
        let alerts = alerts.into_iter().map(|alert| (alert.episode.fingerprint.clone(), Arc::new(alert)));
        self.open = alerts.collect();
        self.route()
    }

    fn route(&mut self) -> BTreeSet<Key> {
        let routing = route::routing(self.open.values(), &self.documents);
        self.forgotten_about = last_heard(&route::routing(self.forgotten.iter(), &self.documents));
        let before = std::mem::replace(&mut self.routing, routing);
        differing(&before.by_object, &self.routing.by_object)
    }
}

/// When an alert about each object was last heard of.
fn last_heard(routing: &Routing) -> BTreeMap<Key, Moment> {
    let unrouted = routing.unrouted.iter().map(|alert| (Key::host(), alert.heard));
    let routed = routing.by_object.iter();
    let routed = routed.flat_map(|(key, routed)| routed.iter().map(|it| (key.clone(), it.alert.heard)));
    let mut latest: BTreeMap<Key, Moment> = BTreeMap::new();
    for (key, heard) in routed.chain(unrouted) {
        let known = latest.entry(key).or_insert(heard);
        *known = known.later(heard);
    }
    latest
}

/// The objects about which two answers differ.
fn differing<T: PartialEq>(before: &BTreeMap<Key, T>, after: &BTreeMap<Key, T>) -> BTreeSet<Key> {
    let keys = before.keys().chain(after.keys());
    keys.filter(|key| before.get(*key) != after.get(*key)).cloned().collect()
}

/// How many alerts are not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenAlerts {
    /// How many fire.
    pub firing: usize,
    /// How many were not repeated in time.
    pub unknown: usize,
}

impl WorldStore {
    /// The alerts that are not over from now on, and those of which that is not known; answers which objects are concerned.
    pub fn put_alerts(&self, open: Vec<Alert>, forgotten: Vec<Alert>) -> BTreeSet<Key> {
        let alerts = &mut self.lock().alerts;
        alerts.forgotten = forgotten.into_iter().map(Arc::new).collect();
        alerts.take(open)
    }

    /// Alerts about these objects are kept from now on, and no others: until they are put, no look may take them for over.
    pub fn expect_alerts(&self, about: BTreeSet<Key>) {
        self.lock().alerts.coming = about;
    }

    /// Whether an alert about an object is open, or is being kept just now.
    pub fn is_alerted(&self, key: &Key) -> bool {
        let alerts = &self.lock().alerts;
        let unrouted = *key == Key::host() && !alerts.routing.unrouted.is_empty();
        unrouted || alerts.coming.contains(key) || alerts.routing.by_object.contains_key(key)
    }

    /// When an alert about an object was last heard of that is not known to be over, and never will be.
    pub fn forgotten_alert(&self, key: &Key) -> Option<Moment> {
        self.lock().alerts.forgotten_about.get(key).copied()
    }

    /// The alert of a fingerprint, if it is not over.
    pub fn open_alert(&self, fingerprint: &str) -> Option<Arc<Alert>> {
        self.lock().alerts.open.get(fingerprint).cloned()
    }

    /// The way of some alerts, with those that are known besides, as it will be once they are kept.
    pub fn routing_with(&self, alerts: &[Alert]) -> Routing {
        let caches = self.lock();
        let mut open = caches.alerts.open.clone();
        for alert in alerts {
            open.insert(alert.episode.fingerprint.clone(), Arc::new(alert.clone()));
        }
        route::routing(open.values(), &caches.alerts.documents)
    }

    /// The World of an object as it will be with these alerts about it.
    pub fn world_with(&self, key: &Key, alerts: Vec<Routed>, now: Moment) -> World {
        World { alerts, ..self.world(key, now) }
    }

    /// Alerts are received from now on, and the last test alert came in then.
    pub fn put_alert_path(&self, proven: Option<Moment>) {
        let alerts = &mut self.lock().alerts;
        alerts.received = true;
        alerts.proven = proven;
    }

    /// The way from the monitoring, where alerts are received.
    pub fn alert_path(&self, now: Moment) -> Option<AlertPath> {
        let alerts = &self.lock().alerts;
        alerts.received.then_some(AlertPath { proven: alerts.proven, now })
    }

    /// The alerts that no route is for.
    pub fn unrouted_alerts(&self) -> Vec<Arc<Alert>> {
        self.lock().alerts.routing.unrouted.clone()
    }

    /// How many alerts are not over.
    pub fn open_alerts(&self, now: Moment) -> OpenAlerts {
        let caches = self.lock();
        let of = |state| caches.alerts.open.values().filter(|alert| alert.state(now) == state).count();
        OpenAlerts { firing: of(AlertState::Firing), unknown: of(AlertState::Unknown) }
    }
}
