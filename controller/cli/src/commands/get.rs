//! `get`: all objects with their state, as the controller last wrote it.
//!
//! Owns the listing. Never asks Podman: it works while Podman or the controller is gone, and says so.

use podsteward_runtime::listing::{Object, Objects};
use podsteward_specs::key::{Key, Kind, Name};

use super::Context;
use crate::exit::{Error, Exit};
use crate::output::table::{self, Cell};
use crate::output::{self, Screen, View, age, colour};
use crate::state;
use crate::view::object::health;

/// Lists objects with their state
///
/// Shows what the controller last saw; it need not be running. STATE is one of MATCH, DRIFT (a declared field
/// differs), WARNING (a harmless or unfixable difference), MISSING, ORPHAN (ours, declared by nothing), FOREIGN
/// (not ours), COMPLETED, `CrashLoopBackOff` and UNKNOWN.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward get
  podsteward get containers
  podsteward get container web -o yaml
  podsteward get -o json | jq -r '.objects[] | select(.state != \"MATCH\") | .key'

JSON: {objects: [{key, kind, name, state, message, conditions: [{type, status, reason, message,
       lastTransitionTime}], restarts,
       containerId, image, age_seconds, observed}]}")]
pub(crate) struct Args {
    /// Only this kind, for example containers, volumes or disks
    #[arg(value_parser = crate::args::kind)]
    kind: Option<Kind>,
    /// Only the object of this name
    #[arg(value_parser = crate::args::name)]
    name: Option<Name>,
}

/// Prints the listing.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let store = state.read()?;
    let statuses = store.as_ref().map(podsteward_store::Store::statuses).transpose()?.unwrap_or_default();
    let wanted = |key: &Key| {
        args.kind.is_none_or(|kind| key.kind == kind)
            && args.name.as_ref().is_none_or(|name| key.name == *name)
    };
    let listing = Objects::new(statuses.into_iter().filter(|status| wanted(&status.key)), context.now());
    if let (Some(kind), Some(name), true) = (args.kind, &args.name, listing.objects.is_empty()) {
        return Err(Error::NoObject(Key { kind, name: name.clone() }.to_string()).into());
    }
    output::show(&listing, context.global.output)?;
    if store.is_none() {
        output::note(
            "nothing is known yet: `podsteward run` keeps the host, `podsteward plan` looks at it once",
        );
    } else {
        state::note_if_not_running(&state);
    }
    Ok(Exit::Done)
}

impl View for Objects {
    fn text(&self, screen: Screen) -> String {
        table_of(&self.objects, screen)
    }
}

/// The table of objects.
pub(super) fn table_of(objects: &[Object], screen: Screen) -> String {
    let rows: Vec<_> = objects.iter().map(row).collect();
    table::text(&["KIND", "NAME", "STATE", "HEALTH", "RESTARTS", "AGE", "MESSAGE"], &rows, screen)
}

fn row(object: &Object) -> Vec<Cell> {
    let age = object.age_seconds.map(std::time::Duration::from_secs).map_or("-".to_owned(), age::short);
    vec![
        object.key.kind.as_str().into(),
        object.key.name.as_str().into(),
        Cell::styled(object.state.as_str(), colour::of_state(object.state)),
        health(object).into(),
        if object.key.kind == Kind::Container { object.restarts.to_string() } else { "-".to_owned() }.into(),
        age.into(),
        object.message.as_str().into(),
    ]
}

#[cfg(test)]
mod tests;
