//! The state directory, as commands use it beside a running controller or without one.
//!
//! Owns how a missing or unreadable store is met: reading commands say so and show nothing, and the switch falls
//! back to the pause marker, so that nobody is ever unable to pause. Never decides anything else.
//! Called by every command that reads or writes the store.

use std::path::PathBuf;

use anyhow::Context as _;
use podsteward_domain::switch::Switch;
use podsteward_store::{Access, ControllerLock, Error, Store, marker};

use crate::output;

/// The state directory.
pub(crate) struct State {
    /// Where it is.
    pub(crate) dir: PathBuf,
}

impl State {
    /// The store for reading. `None`: no controller ever ran here.
    pub(crate) fn read(&self) -> anyhow::Result<Option<Store>> {
        match Store::open(&self.dir, Access::ReadOnly) {
            Ok(store) => Ok(Some(store)),
            Err(Error::Absent(_)) => Ok(None),
            Err(error) => Err(self.told(error)),
        }
    }

    /// The store for writing.
    pub(crate) fn write(&self) -> anyhow::Result<Store> {
        Store::open(&self.dir, Access::Cli).map_err(|error| self.told(error))
    }

    /// Whether a controller runs here.
    pub(crate) fn is_running(&self) -> bool {
        ControllerLock::is_running(&self.dir)
    }

    /// The switch: from the store, which of any version can tell it, else from the pause marker.
    pub(crate) fn switch(&self) -> Switch {
        let read = Store::open(&self.dir, Access::ReadOnly).and_then(|store| store.switch());
        read.unwrap_or_else(|_| marker::read(&self.dir))
    }

    /// Changes the switch: in the store, else in the pause marker that a controller without a store obeys.
    pub(crate) fn change_switch(
        &self,
        in_store: impl FnOnce(&Store) -> podsteward_store::Result<Switch>,
        in_marker: impl FnOnce(&mut Switch),
    ) -> anyhow::Result<Switch> {
        let error = match Store::open(&self.dir, Access::Cli).and_then(|store| in_store(&store)) {
            Ok(switch) => return Ok(switch),
            // The store is sound and somebody writes to it: a marker would not be looked at.
            Err(error @ Error::Locked(_)) => return Err(self.told(error)),
            Err(error) => error,
        };
        let mut switch = marker::read(&self.dir);
        in_marker(&mut switch);
        marker::write(&self.dir, &switch)
            .with_context(|| format!("neither the store ({error}) nor the pause marker could be written"))?;
        output::note(&format!(
            "note: the store cannot be used ({error}); this was written to the pause marker in {} instead",
            self.dir.display()
        ));
        Ok(switch)
    }

    fn told(&self, error: Error) -> anyhow::Error {
        crate::exit::Error::store(&self.dir, error).into()
    }
}

/// Tells on stderr that what is shown is not fresh.
pub(crate) fn note_if_not_running(state: &State) {
    if !state.is_running() {
        output::note("note: no controller is running; this is what it saw last");
    }
}
