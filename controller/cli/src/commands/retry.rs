//! `retry`: a person says that something changed which podsteward cannot see.
//!
//! Owns the clearing of what holds an object back: quarantine, permanent error and back-off. Never reconciles: a
//! running controller notices the write within 250 ms.

use podsteward_domain::memory::Memory;
use podsteward_specs::key::Key;
use podsteward_store::Durability;
use serde::Serialize;

use super::Context;
use crate::exit::{Error, Exit};
use crate::output::{self, Screen, View};

/// Tries an object again that was given up or waits
///
/// Clears its quarantine (a document that failed and was taken back, a drift that does not converge), its
/// permanent error and its restart back-off. The controller then treats it as if it had just been edited.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward retry container/web

JSON: one object {key, cleared[]}")]
pub(crate) struct Args {
    /// The object, for example container/web
    #[arg(value_parser = crate::args::key)]
    key: Key,
}

/// What was cleared.
#[derive(Debug, Serialize)]
struct Cleared {
    key: Key,
    cleared: Vec<&'static str>,
}

/// Clears and prints what was there.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let store = state.write()?;
    let known = store.status(&args.key)?.is_some();
    if !known && store.memory(&args.key)? == Memory::default() {
        return Err(Error::NoObject(args.key.to_string()).into());
    }
    let mut cleared = Vec::new();
    store.change_memory(&args.key, Durability::Full, |mut memory| {
        cleared = memory.forget_failures();
        memory
    })?;
    output::show(&Cleared { key: args.key.clone(), cleared }, context.global.output)?;
    if !state.is_running() {
        output::note("note: no controller is running; `podsteward run` will try it");
    }
    Ok(Exit::Done)
}

impl View for Cleared {
    fn text(&self, _screen: Screen) -> String {
        if self.cleared.is_empty() {
            return format!("{}: nothing held it back\n", self.key);
        }
        format!("{}: cleared {}\n", self.key, self.cleared.join(", "))
    }
}
