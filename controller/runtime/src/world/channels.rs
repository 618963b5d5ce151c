//! How it goes with the notification channels.
//!
//! Owns what the deliveries found out about each channel. Never sends anything: the outbox does, and puts it in.

use std::collections::{BTreeMap, BTreeSet};

use podsteward_domain::channel::ChannelFacts;
use podsteward_specs::key::{Key, Kind, Name};

use super::WorldStore;

impl WorldStore {
    /// Takes in how it goes with all channels, and answers which are concerned. Of one that is well nothing is kept.
    pub fn put_channels(&self, facts: &BTreeMap<Name, ChannelFacts>) -> BTreeSet<Key> {
        let key = |name: &Name| Key { kind: Kind::NotificationChannel, name: name.clone() };
        let ill = facts.iter().filter(|(_, facts)| **facts != ChannelFacts::default());
        let ill: BTreeMap<Key, ChannelFacts> = ill.map(|(name, facts)| (key(name), facts.clone())).collect();
        let mut caches = self.lock();
        let keys = caches.channels.keys().chain(ill.keys());
        let changed = keys.filter(|key| caches.channels.get(key) != ill.get(key)).cloned().collect();
        caches.channels = ill;
        changed
    }
}
