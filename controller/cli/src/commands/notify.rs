//! `notify`: a test of every notification channel, from the outbox to the phone.
//!
//! Owns the waiting for what comes of it, from the store alone: the controller that sends is another process, with its own
//! files and rights, and so the only one whose word counts. Never sends anything itself.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use podsteward_domain::notification;
use podsteward_runtime::listing::{Background, Notifications};
use podsteward_specs::key::Kind;
use podsteward_store::{OutboxEntry, OutboxId, Store};
use serde::Serialize;

use super::Context;
use crate::exit::{Error, Exit};
use crate::output::{self, Screen, View, table};

/// How often the store is asked.
const PERIOD: Duration = Duration::from_millis(100);

/// Sends a test to every notification channel, and says where it arrived
///
/// The running controller sends it, with the addresses and tokens that it reads itself, and whatever the channel's
/// events, minSeverity and quiet hours say. One that does not arrive within the wait is tried on like any other.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward notify
  podsteward notify --wait 2m -o json

Ends with 0 when it arrived everywhere, 1 when it did not, and 4 when no controller runs.

JSON: {notifications: [{channel, arrived, attempts, error, next_try}]}; error is null where there is none, and otherwise
the last one of the channel, also where the test waits behind what failed before it")]
pub(crate) struct Args {
    /// How long to wait for the answers
    #[arg(long, value_name = "D", default_value = "30s", value_parser = crate::args::duration)]
    wait: Duration,
}

/// What came of it.
#[derive(Debug, Serialize)]
struct Results {
    notifications: Vec<Sent>,
}

/// What came of it at one channel.
#[derive(Debug, Serialize)]
struct Sent {
    channel: String,
    arrived: bool,
    attempts: u32,
    error: Option<String>,
    next_try: Option<String>,
}

/// Writes the test, waits, and prints what came of it.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let state = context.state()?;
    if !state.is_running() {
        return Err(Error::NoController.into());
    }
    let store = state.write()?;
    let documents = Background::read(&store)?.documents;
    let is_channel = |kind| kind == Kind::NotificationChannel;
    let channels: Vec<String> =
        documents.keys().filter(|key| is_channel(key.kind)).map(|key| key.name.to_string()).collect();
    if channels.is_empty() {
        return Err(Error::Usage {
            what: "there is no channel to send a test to".to_owned(),
            next: "declare a NotificationChannel; `podsteward schema NotificationChannel` says how"
                .to_owned(),
        }
        .into());
    }
    let id = store.tell_one(&notification::test(&context.global.instance), context.now())?;
    let mut results = wait(&store, id, &channels, args.wait)?;
    let background = Background::read(&store)?;
    results.explain(&Notifications::read(&store, &background, context.now())?);
    let all = results.notifications.iter().all(|sent| sent.arrived);
    output::show(&results, context.global.output)?;
    Ok(if all { Exit::Done } else { Exit::Failed })
}

/// What came of it at each channel, once it arrived everywhere or the wait is over.
fn wait(store: &Store, id: OutboxId, channels: &[String], patience: Duration) -> anyhow::Result<Results> {
    let mut waited = Duration::ZERO;
    loop {
        let results = Results::of(store.notification(id)?.as_ref(), channels);
        if results.notifications.iter().all(|sent| sent.arrived) || waited >= patience {
            return Ok(results);
        }
        thread::sleep(PERIOD);
        waited += PERIOD;
    }
}

impl Results {
    fn of(entry: Option<&OutboxEntry>, channels: &[String]) -> Self {
        let deliveries = entry.into_iter().flat_map(|entry| &entry.deliveries);
        let deliveries: BTreeMap<_, _> = deliveries.map(|it| (it.channel.as_str(), it)).collect();
        let sent = |channel: &String| {
            let delivery = deliveries.get(channel.as_str());
            Sent {
                channel: channel.clone(),
                arrived: delivery.is_some_and(|delivery| delivery.delivered),
                attempts: delivery.map_or(0, |delivery| delivery.attempts),
                error: delivery.and_then(|delivery| delivery.last_error.clone()),
                next_try: None,
            }
        };
        Self { notifications: channels.iter().map(sent).collect() }
    }

    /// A channel reads everything in order, so what was before the test and failed is why it did not arrive.
    fn explain(&mut self, standing: &Notifications) {
        for sent in self.notifications.iter_mut().filter(|sent| !sent.arrived) {
            let lacking = standing.lacking.iter().find(|lacking| lacking.channel == sent.channel);
            sent.next_try = lacking.and_then(|lacking| lacking.next_try.clone());
            sent.error = sent.error.take().or_else(|| lacking?.last_error.clone());
        }
    }
}

impl Sent {
    fn sentence(&self) -> String {
        let again = self.next_try.as_ref().map(|at| format!("; next try {at}")).unwrap_or_default();
        match (&self.error, self.attempts) {
            _ if self.arrived => "it arrived".to_owned(),
            (Some(error), 0) => format!("it waits for what is before it, which failed: {error}{again}"),
            (Some(error), _) => format!("{error}{again}"),
            (None, 0) => "it was not tried yet: others are before it".to_owned(),
            (None, _) => "no answer yet".to_owned(),
        }
    }
}

impl View for Results {
    fn text(&self, screen: Screen) -> String {
        let row = |sent: &Sent| vec![sent.channel.as_str().into(), sent.sentence().into()];
        let rows: Vec<_> = self.notifications.iter().map(row).collect();
        table::uncut(&["CHANNEL", "RESULT"], &rows, screen)
    }
}

#[cfg(test)]
mod tests;
