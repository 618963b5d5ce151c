//! How the deliveries stand: what is due and did not arrive, what waits for its time, and what is wrong with a channel.
//!
//! Owns the one definition behind the metric, `status` and `report`: a notification counts once for every channel that is to
//! get it and does not have it. Never sends and never writes anything, and needs no controller.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use podsteward_domain::report::ChannelDelivery;
use podsteward_domain::time::Moment;
use podsteward_specs::channel::NotificationChannel;
use podsteward_specs::document::{Document, Object};
use podsteward_specs::key::Key;
use podsteward_specs::window::Window;
use podsteward_store::{Result, Store};

use super::Channel;
use super::rounds::UNDELIVERED_MAX;
use super::rules::said::Said;
use super::rules::{Agenda, Known};

/// How the deliveries to all channels stand.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// Every declared channel.
    pub(crate) channels: Vec<ChannelDelivery>,
    /// What nobody is to get, because no channel is declared.
    unheard: u64,
}

impl Standing {
    /// How they stand by what the store holds.
    pub(crate) fn read(
        store: &Store,
        documents: &BTreeMap<Key, Arc<Document>>,
        quiet_hours: Option<&Window>,
        now: Moment,
    ) -> Result<Self> {
        let channels: Vec<Channel> = documents.values().filter_map(|document| channel(document)).collect();
        Self::at(store, &channels, quiet_hours, now)
    }

    /// How they stand with these channels.
    pub(super) fn at(
        store: &Store,
        channels: &[Channel],
        quiet_hours: Option<&Window>,
        now: Moment,
    ) -> Result<Self> {
        if channels.is_empty() {
            return Ok(Self { channels: Vec::new(), unheard: store.undelivered_count()? });
        }
        let (said, beliefs) = (Said::read(store)?, store.beliefs()?);
        let (entries, refused) = (store.undelivered(UNDELIVERED_MAX)?, BTreeSet::new());
        let known = Known { said: &said, refused: &refused, beliefs: &beliefs, quiet_hours, now };
        let agendas: Vec<_> = channels.iter().map(|channel| Agenda::of(&entries, channel, known)).collect();
        Ok(Self::of(&agendas))
    }

    /// How they stand by what each channel does next.
    pub(super) fn of(agendas: &[Agenda<'_>]) -> Self {
        Self { channels: agendas.iter().map(Agenda::standing).collect(), unheard: 0 }
    }

    /// How many are due and did not arrive.
    pub(crate) fn undelivered(&self) -> u64 {
        self.unheard + self.channels.iter().map(|channel| channel.undelivered).sum::<u64>()
    }

    /// How many wait for their time.
    pub(crate) fn waiting(&self) -> u64 {
        self.channels.iter().map(|channel| channel.waiting).sum()
    }
}

/// The channel that a document declares.
fn channel(document: &Document) -> Option<Channel> {
    let Object::NotificationChannel(spec) = &document.object else { return None };
    Some(Channel { name: document.key.name.clone(), spec: Arc::new(NotificationChannel::clone(spec)) })
}
