//! When a run that ends by itself ends, and what it says.

use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use podsteward_domain::pressure::MemoryUse;
use podsteward_domain::pressure::host::Psi;
use podsteward_domain::probe::ProbeResult;
use podsteward_domain::probe::route::{ProbeTarget, Route};
use podsteward_domain::time::Moment;
use podsteward_metrics::Telemetry;
use podsteward_podman::fake::{Fake, Options, Release, Script};
use podsteward_store::{Access, ControllerLock, Store};
use tempfile::TempDir;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::SimClock;
use crate::controller::Controller;
use crate::crash::NoCrash;
use crate::outbox::{self, Channel, Message, Sender};
use crate::parts::{ConfigFiles, Parts, Pressure, Processes, Settings};
use crate::prober::Prober;
use crate::progress::Progress;
use crate::source::manifests::read::MemoryDirectory;
use crate::world::Watchable;

/// No config files, no accounts, and processes that nobody sees end.
struct Nothing;

impl Processes for Nothing {
    fn watch(&self, _process: &Watchable) -> Result<BoxFuture<'static, ()>, String> {
        Ok(pending().boxed())
    }
}

impl ConfigFiles for Nothing {
    fn digest(&self, _path: &str) -> Result<String, io::Error> {
        Err(io::Error::other("there is none"))
    }

    fn watch(&self, _paths: Vec<String>, _changed: Arc<dyn Fn() + Send + Sync>) {}
}

impl Pressure for Nothing {
    fn psi(&self) -> Result<Psi, String> {
        Err("there is none".to_owned())
    }

    fn memory(&self, _process: &Watchable) -> Result<MemoryUse, String> {
        Err("there is none".to_owned())
    }
}

#[async_trait]
impl Prober for Nothing {
    async fn probe(&self, _target: &ProbeTarget, _way: &Route, _timeout: Duration) -> ProbeResult {
        ProbeResult::NoAnswer("there is none".to_owned())
    }

    fn end_stray(&self, _target: &ProbeTarget, _pid: u32) -> Result<(), String> {
        Err("there is none".to_owned())
    }
}

/// The other end of a channel, which takes a while for each message, or never takes any.
struct Receiver {
    takes: Option<Duration>,
    arrived: Mutex<Vec<String>>,
}

#[async_trait]
impl Sender for Receiver {
    async fn send(&self, channel: &Channel, message: &Message) -> Result<(), outbox::Error> {
        let Some(takes) = self.takes else {
            let (channel, why) = (channel.name.clone(), "nobody is there".to_owned());
            return Err(outbox::Error::NoAnswer { channel, why, in_doubt: false });
        };
        tokio::time::sleep(takes).await;
        self.arrived.lock().unwrap().push(message.notification.title.clone());
        Ok(())
    }
}

/// Runs once over these containers, for up to ten minutes. Answers whether everything was as declared, and after
/// how many seconds it ended.
async fn check(fake: &Fake, containers: &[(&str, &str)]) -> (bool, u64) {
    let nobody = Arc::new(Receiver { takes: None, arrived: Mutex::default() });
    let files: Vec<(&str, String)> =
        containers.iter().map(|(name, spec)| (*name, container(name, spec))).collect();
    run(fake, &files, nobody).await
}

fn container(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: podsteward.dev/v1alpha1\nkind: Container\nmetadata: {{name: {name}}}\n\
         spec: {{image: \"localhost/bb:1\", {spec}}}\n"
    )
}

/// Runs once over these manifests, with somebody to tell.
async fn run(fake: &Fake, manifests: &[(&str, String)], receiver: Arc<Receiver>) -> (bool, u64) {
    let state = TempDir::new().unwrap();
    let lock = ControllerLock::take(state.path()).unwrap();
    let directory = MemoryDirectory::default();
    for (name, text) in manifests {
        directory.write(&format!("{name}.yaml"), text);
    }
    let parts = Parts {
        engine: Arc::new(fake.clone()),
        processes: Arc::new(Nothing),
        config_files: Arc::new(Nothing),
        pressure: Arc::new(Nothing),
        prober: Arc::new(Nothing),
        backups: Arc::new(crate::real::backups::HostBackups::default()),
        disks: Arc::new(crate::real::disks::HostDisks::new([], Vec::new())),
        snapshots: Arc::new(crate::real::snapshots::HostSnapshots),
        manifests: Arc::new(directory),
        clock: Arc::new(SimClock::new(Moment { wall_ms: WALL_MS, ..Moment::default() })),
        store: Store::open(state.path(), Access::Controller(&lock)).unwrap(),
        telemetry: Arc::new(Telemetry::new()),
        commands: Arc::new(crate::real::commands::HostCommands),
        crash: Arc::new(NoCrash),
        sender: receiver,
    };
    let settings = Settings {
        instance: "default".to_owned(),
        manifests: crate::source::manifests::service::Options::default(),
        queue: crate::queue::Options::default(),
        runs_healthchecks: true,
        inline_store: true,
        allowed: podsteward_domain::playbook::Allowed::default(),
        stays: false,
        only: None,
    };
    let controller = Controller::new(parts, settings, Progress::default()).unwrap();
    let (context, stop, begun) = (controller.context(), CancellationToken::new(), Instant::now());
    let running = controller.run(stop.clone());
    let converged = super::run_until(&context, Some(Duration::from_mins(10)), running, &stop).await;
    for name in ["drill_last", "report_last"] {
        let last = context.keeper.store().last_done(name).unwrap();
        assert_eq!(last, None, "only who stays drills and reports by itself");
    }
    (converged, begun.elapsed().as_secs())
}

const WALL_MS: i64 = 1_800_000_000_000;

fn fake() -> Fake {
    Fake::new(Options { seed: 1, release: Release::V5, wall_ms: WALL_MS })
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_the_last_plan_is_verified() {
    let (converged, secs) = check(&fake(), &[("db", ""), ("app", "dependsOn: [db]")]).await;
    assert!(converged && (10..12).contains(&secs), "{converged} after {secs} s");
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_a_dependency_that_is_not_healthy_yet() {
    let fake = fake();
    let healthcheck = "healthcheck: {command: [\"true\"], interval: 1s, timeout: 1s, retries: 100}";
    let needs = "dependsOn: [{name: db, condition: healthy}]";
    fake.hand().script("db", Script { unhealthy: true, ..Script::default() });
    let mend = async {
        tokio::time::sleep(Duration::from_secs(20)).await;
        fake.hand().script("db", Script::default());
    };
    let containers = [("db", healthcheck), ("app", needs)];
    let ((converged, secs), ()) = tokio::join!(check(&fake, &containers), mend);
    assert!(converged && secs > 20, "{converged} after {secs} s");
    assert!(fake.hand().look("app").is_some_and(|live| live.state.is_up()));
}

#[tokio::test(start_paused = true)]
async fn it_waits_for_the_first_probes_of_what_runs_already() {
    let fake = fake();
    let readiness =
        "probes: {readiness: {exec: {command: [ready]}, initialDelaySeconds: 20, periodSeconds: 5}}";
    check(&fake, &[("db", readiness)]).await;
    let needs = "dependsOn: [{name: db, condition: healthy}]";
    let (converged, secs) = check(&fake, &[("db", readiness), ("app", needs)]).await;
    assert!(converged, "after {secs} s");
    assert!(fake.hand().look("app").is_some_and(|live| live.state.is_up()));
}

#[tokio::test(start_paused = true)]
async fn it_ends_early_and_says_so_when_something_cannot_become_as_declared() {
    let (converged, secs) =
        check(&fake(), &[("web", "imagePullPolicy: Never, user: a"), ("bad", "imag: x")]).await;
    assert!(!converged && secs < 60, "{converged} after {secs} s");
}

#[tokio::test(start_paused = true)]
async fn it_ends_at_its_limit_when_podman_never_answers() {
    let fake = fake();
    fake.faults().freeze(true);
    let (converged, secs) = check(&fake, &[("web", "")]).await;
    assert!(!converged && (600..640).contains(&secs), "{converged} after {secs} s");
}

/// Two containers that cannot be made, of which a channel is told. Answers what arrived, and after how many seconds
/// the run ended.
async fn told(takes: Option<Duration>) -> (Vec<String>, u64) {
    let receiver = Arc::new(Receiver { takes, arrived: Mutex::default() });
    let never = "imagePullPolicy: Never, image: localhost/absent:1";
    let channel = "apiVersion: podsteward.dev/v1alpha1\nkind: NotificationChannel\n\
                   metadata: {name: phone}\nspec: {type: webhook, url: \"https://phone.example/\"}\n";
    let containers = ["db", "web"].map(|name| {
        let text = container(name, never).replace("image: \"localhost/bb:1\", ", "");
        (name, text)
    });
    let manifests = [&containers[..], &[("phone", channel.to_owned())]].concat();
    let (_, secs) = run(&fake(), &manifests, Arc::clone(&receiver)).await;
    let arrived = receiver.arrived.lock().unwrap().clone();
    (arrived, secs)
}

#[tokio::test(start_paused = true)]
async fn it_ends_when_everybody_has_heard_of_what_went_wrong() {
    let (arrived, secs) = told(Some(Duration::from_secs(2))).await;
    assert_eq!(arrived, ["container/db: terminal", "container/web: terminal"]);
    assert!(secs < 10, "after {secs} s");
}

#[tokio::test(start_paused = true)]
async fn it_does_not_wait_for_long_where_nobody_can_be_told() {
    let (arrived, secs) = told(None).await;
    assert!(arrived.is_empty() && secs < 10, "{arrived:?} after {secs} s");
}
