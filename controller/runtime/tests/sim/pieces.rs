//! Tests of single pieces of the runtime, each by what it does to the fake host, without a seed.
//!
//! Owns the house that they share: one host, one controller, and waiting for a state.

mod alarm;
mod alarm_judged;
mod alerts;
mod approvals;
mod assumed;
mod backups;
mod disks;
mod drain;
mod drill;
mod events;
mod executor;
mod gone;
mod health;
mod healthchecks;
mod kill;
mod kill_judged;
mod ladder;
mod playbooks;
mod pressure;
mod probes;
mod snapshots;
mod storm;
mod suppressed;
mod switch;

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::evaluate::Evaluation;
use podsteward_domain::intent::{Intent, JournalEntry};
use podsteward_domain::status::ObjectState;
use podsteward_podman::fake::{Release, Script, Verb};
use podsteward_runtime::assess::{Sources, assess};
use podsteward_runtime::outbox::HttpSender;
use podsteward_specs::key::{Key, Name};
use podsteward_store::{LoggedDecision, LoggedOutcome};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::host::{Host, HostOptions};
use crate::judged;
use crate::life::Running;
use crate::programs::Programs;

/// How long a state may take to come about.
const PATIENCE: Duration = Duration::from_mins(2);

/// How much of a long time is not slept through: several healthchecks, and what follows from them.
const AWAKE: Duration = Duration::from_secs(45);

/// What every policy of a house says that does not say otherwise: no drill and no report comes in between by itself.
const BY_ITSELF: [(&str, &str); 2] = [("drill:", "drill: {every: 0s}"), ("report:", "report: {every: 0s}")];

/// One host with one controller.
pub(crate) struct House {
    pub(crate) host: Arc<Host>,
    pub(crate) running: Running,
}

impl House {
    /// A house in which containers of these names and specs run.
    pub(crate) async fn with(containers: &[(&str, &str)]) -> Self {
        let options = HostOptions { seed: 1, release: Release::V5, sees_processes: true, verbose: false };
        let host = Host::new(options);
        for (name, spec) in containers {
            declare(&host, name, spec);
        }
        let house = Self { running: Running::start(&host), host };
        for (name, _) in containers {
            house.until(&format!("{name} is as declared"), |house| house.is_well(name)).await;
        }
        house.host.fake.forget_calls();
        house
    }

    /// Declares a container anew.
    pub(crate) fn edit(&self, name: &str, spec: &str) {
        declare(&self.host, name, spec);
        self.running.context.manifests.rescan();
    }

    /// Declares the policy. Drills and reports come by themselves only where it says so.
    pub(crate) fn policy(&self, spec: &str) {
        self.host.declare_policy(&policy(spec));
        self.running.context.manifests.rescan();
    }

    /// Lets the checks of containers fail from now on, or pass.
    pub(crate) fn unhealthy(&self, names: &[&str], unhealthy: bool) {
        for name in names {
            self.host.fake.hand().script(name, Script { unhealthy, ..Script::default() });
        }
    }

    /// The decision log about a container, the oldest entry first, a line each.
    pub(crate) fn log(&self, name: &str) -> String {
        let line = |it: LoggedDecision| {
            let outcome = it.outcome.map_or("in progress", LoggedOutcome::as_str);
            let gate = it.withheld_by.map(|gate| format!(" by {gate}")).unwrap_or_default();
            format!("{} {} {outcome}{gate}\n", it.decision.action, it.decision.verdict)
        };
        judged::decisions(&self.host, &key(name)).into_iter().map(line).collect()
    }

    /// The remediations of a container that were begun, the oldest first.
    pub(crate) fn remediations(&self, name: &str) -> Vec<LoggedDecision> {
        let begun = |it: &LoggedDecision| it.intent.is_some() && it.decision.judgement.is_some();
        judged::decisions(&self.host, &key(name)).into_iter().filter(begun).collect()
    }

    /// What the log, the outbox and the tracks say is what was done, each once.
    pub(crate) fn is_remembered(&self) {
        self.host.judged.check_standing(&self.host);
        assert_eq!(self.host.invariants.broken(), None, "{}", self.host.trace.tail(40));
        assert_eq!(judged::log::silent(&self.host.store), None);
        assert_eq!(judged::log::untold(&self.host.store), None);
        assert_eq!(self.host.receiver.disorder(), None);
    }

    /// The controller ends by `kill -9` or `SIGTERM`, and another one starts.
    pub(crate) async fn restart(self, drained: bool) -> Self {
        let Self { host, running } = self;
        if drained {
            running.drain().await;
        } else {
            running.kill().await;
        }
        Self { running: Running::start(&host), host }
    }

    /// Lets a long time pass, of which the controller sleeps through most: a week of its ticks costs minutes.
    pub(crate) async fn pass(&self, length: Duration) {
        let awake = AWAKE.min(length);
        self.host.suspend(length.saturating_sub(awake));
        sleep(awake).await;
    }

    /// Waits for a state.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !holds(self) {
            assert!(begun.elapsed() < PATIENCE, "never: {what}\n{}", self.host.trace.tail(40));
            let pause = if begun.elapsed() < Duration::from_millis(50) { 1 } else { 25 };
            sleep(Duration::from_millis(pause)).await;
        }
        assert_eq!(self.host.invariants.broken(), None);
    }

    /// Whether a container is shown as declared, and no plan of it is open.
    pub(crate) fn is_well(&self, name: &str) -> bool {
        let context = &self.running.context;
        let shown = context.world.status(&key(name)).is_some_and(|status| status.state == ObjectState::Match);
        shown && !context.world.open_intents().iter().any(|intent| intent.key == key(name))
    }

    /// The open plan of a container.
    pub(crate) fn intent(&self, name: &str) -> Option<Intent> {
        self.host.store.intent(&key(name)).unwrap()
    }

    /// Every line of the journal about a container, oldest first.
    pub(crate) fn journal(&self, name: &str) -> Vec<JournalEntry> {
        let filter = podsteward_store::DecisionFilter { target: Some(key(name)), ..Default::default() };
        let decisions = self.host.store.decisions(&filter).unwrap();
        let intents = decisions.iter().rev().filter_map(|decision| decision.intent);
        intents.flat_map(|intent| self.host.store.journal(intent).unwrap()).collect()
    }

    /// How often a verb was called.
    pub(crate) fn count(&self, verb: Verb) -> u64 {
        self.host.fake.hand().count(verb)
    }
}

/// The key of a container.
pub(crate) fn key(name: &str) -> Key {
    Key::container(Name::new(name).unwrap())
}

/// The policy of a house.
fn policy(spec: &str) -> String {
    let unsaid = BY_ITSELF.into_iter().filter(|(field, _)| !spec.contains(field)).map(|(_, line)| line);
    let lines: Vec<&str> = spec.lines().chain(unsaid).collect();
    lines.join("\n")
}

fn declare(host: &Host, name: &str, spec: &str) {
    host.directory.write(&format!("{name}.yaml"), &manifest(name, spec));
}

/// What follows for each object by one look beside the controller, or instead of it.
pub(crate) async fn assessed(host: &Host, containers: &[(&str, &str)]) -> Vec<(Key, Evaluation)> {
    let manifests = TempDir::new().unwrap();
    for (name, spec) in containers {
        std::fs::write(manifests.path().join(format!("{name}.yaml")), manifest(name, spec)).unwrap();
    }
    let sources = Sources {
        controller_runs: true,
        manifests: manifests.path().to_owned(),
        engine: &host.fake,
        config_files: &*host.config_files,
        pressure: &*host.pressures,
        backups: &*host.backups,
        disks: &*host.disks,
        snapshots: &*host.snapshots,
        sender: &HttpSender::default(),
        clock: &*host.clock,
        store: Some(&host.store),
        allowed: Programs::allowed(),
        asked: None,
        instance: "default",
        only: None,
    };
    assess(&sources).await.unwrap().objects
}

fn manifest(name: &str, spec: &str) -> String {
    let head =
        format!("apiVersion: podsteward.dev/v1alpha1\nkind: Container\nmetadata: {{name: {name}}}\nspec:\n");
    let image = if spec.contains("image:") { "" } else { "  image: localhost/bb:1\n" };
    let spec: Vec<String> = spec.lines().map(|line| format!("  {line}\n")).collect();
    format!("{head}{image}{}", spec.concat())
}
