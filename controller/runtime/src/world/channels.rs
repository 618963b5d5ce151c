//! How it goes with the notification channels.
//!
//! Owns what the deliveries found out about each channel. Never sends anything: the outbox does, and puts it in.

use std::collections::BTreeMap;

use podsteward_domain::channel::ChannelFacts;
use podsteward_specs::key::{Key, Kind, Name};

use super::WorldStore;

impl WorldStore {
    /// Takes in how it goes with all channels, and answers which are concerned.
    pub fn put_channels(&self, facts: &BTreeMap<Name, ChannelFacts>) -> Vec<Key> {
        let key = |name: &Name| Key { kind: Kind::NotificationChannel, name: name.clone() };
        let facts: BTreeMap<Key, ChannelFacts> =
            facts.iter().map(|(name, facts)| (key(name), facts.clone())).collect();
        let mut caches = self.lock();
        let keys =
            caches.channels.keys().chain(facts.keys()).cloned().collect::<std::collections::BTreeSet<_>>();
        let changed = keys.into_iter().filter(|key| caches.channels.get(key) != facts.get(key)).collect();
        caches.channels = facts;
        changed
    }
}
