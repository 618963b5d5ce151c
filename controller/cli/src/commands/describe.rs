//! `describe`: everything known about one object.
//!
//! Owns the page of one object. Never asks Podman: it tells what the controller wrote down.

mod memory;
mod page;

use podsteward_domain::playbook;
use podsteward_domain::time::Moment;
use podsteward_runtime::listing::{Background, Finding, Intent, Object, Record, basis};
use podsteward_specs::document::Origin;
use podsteward_specs::key::Key;
use podsteward_store::Store;

use super::Context;
use crate::exit::{Error, Exit};
use crate::output;
use crate::state;
use memory::MemoryView;
use page::{EventView, Page};

/// Shows everything known about one object
///
/// Where it is declared, its state and conditions, what is remembered of it (restarts, a stop by hand, a
/// quarantine), what was learned of each action on it, the plan in progress, its findings and its latest events.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward describe container/web
  podsteward describe network/front -o json

JSON: one object {object, declared, steps, memory, records, intent, findings, events}; steps only of a playbook")]
pub(crate) struct Args {
    /// The object, for example container/web
    #[arg(value_parser = crate::args::key)]
    key: Key,
}

/// How many findings that are over are shown beside the open ones.
const FINDINGS_MAX: u32 = 20;

/// Prints the page.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    let missing = || Error::NoObject(args.key.to_string());
    let store = state.read()?.ok_or_else(missing)?;
    let page = page(&store, &args.key, context.now())?.ok_or_else(missing)?;
    output::show(&page, context.global.output)?;
    state::note_if_not_running(&state);
    Ok(Exit::Done)
}

fn page(store: &Store, key: &Key, now: Moment) -> anyhow::Result<Option<Page>> {
    let Some(status) = store.status(key)? else { return Ok(None) };
    let documents = store.last_good()?;
    let origin = documents.into_iter().find(|document| document.key == *key).map(|document| document.origin);
    let findings = store.incidents(key, FINDINGS_MAX)?;
    let Background { policy, documents, .. } = Background::read(store)?;
    let memory = store.memory(key)?;
    let playbook = documents.get(key).and_then(|document| document.playbook());
    Ok(Some(Page {
        object: Object::new(status, now),
        declared: origin.as_ref().map(spot),
        records: Record::all(&store.standing(key)?, &basis(&memory), &policy, now),
        steps: playbook.map(playbook::lines).unwrap_or_default(),
        memory: MemoryView::new(memory),
        intent: store.intent(key)?.map(|intent| Intent::new(&intent, now)),
        findings: findings.into_iter().map(|incident| Finding::new(incident, now)).collect(),
        events: store.events(key)?.into_iter().map(EventView::from).collect(),
        now,
    }))
}

/// `web.yaml:12`.
fn spot(origin: &Origin) -> String {
    format!("{}:{}", origin.file, origin.place.line)
}
