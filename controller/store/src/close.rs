//! The end of a plan in one transaction: intent, leases, decision, what was learned, what somebody must hear of.
//!
//! Owns the transaction, so that no lesson is lost and none is learned twice. Never learns: the domain does.

use podsteward_domain::intent::{Intent, IntentState, Outcome};
use podsteward_domain::learn::track::{self, Learned};
use podsteward_domain::notification::Notification;
use podsteward_domain::standing::Standing;
use podsteward_domain::time::Moment;
use podsteward_domain::verify::report::Report;
use rusqlite::Connection;

use crate::error::Result;
use crate::store::{Durability, Store};
use crate::{decisions, intents, leases, outbox, standing, tracks};

#[cfg(test)]
mod tests;

/// How a plan ended.
#[derive(Debug, Clone, Copy)]
pub struct Closing<'a> {
    /// What came of it.
    pub outcome: Outcome,
    /// For people.
    pub detail: &'a str,
    /// What verification found, if it came to that.
    pub report: Option<&'a Report>,
    /// Whether what was done was taken back.
    pub rolled_back: bool,
    /// The name of the snapshot that was taken before.
    pub snapshot: Option<&'a str>,
    /// When it ended.
    pub at: Moment,
    /// When the end counts as written.
    pub durability: Durability,
}

impl Store {
    /// Closes an intent: frees what it held, completes its decision, and keeps what `learn` makes of what is
    /// remembered and what `notify` makes of that.
    pub fn close(
        &self,
        intent: &Intent,
        closing: &Closing<'_>,
        mut learn: impl FnMut(&Standing) -> Option<Learned>,
        mut notify: impl FnMut(Option<&Learned>) -> Vec<Notification>,
    ) -> Result<Option<Learned>> {
        let Closing { outcome, detail, at, durability, .. } = *closing;
        self.write("close", durability, |sqlite| {
            let closed = IntentState::Closed { outcome, detail: detail.to_owned() };
            intents::step(sqlite, intent.id, &closed)?;
            leases::free(sqlite, intent.id)?;
            let learned = learn(&standing::read(sqlite, &intent.key)?);
            if let Some(learned) = &learned {
                keep(sqlite, intent, learned)?;
            }
            if outcome != Outcome::Withheld {
                charge(sqlite, intent, at)?;
            }
            decisions::complete(sqlite, intent, closing, learned.as_ref())?;
            outbox::insert_all(sqlite, &notify(learned.as_ref()), at)?;
            Ok(learned)
        })
    }
}

/// What was done beside the target counts for those that it was done to.
fn charge(sqlite: &Connection, intent: &Intent, at: Moment) -> Result<()> {
    for key in intent.beside() {
        let before = tracks::of(sqlite, key)?.remove(&intent.action).unwrap_or_default();
        tracks::put(sqlite, key, intent.action, &track::beside(&before, intent, key, at))?;
    }
    Ok(())
}

fn keep(sqlite: &Connection, intent: &Intent, learned: &Learned) -> Result<()> {
    tracks::put(sqlite, &intent.key, intent.action, &learned.track)?;
    tracks::put_overall(sqlite, intent.action, &learned.overall)
}
