//! The controller as a service: real host, HTTP, service manager.
//!
//! Owns what `podsteward run` needs around the controller. Called by the binary.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::disk::inventory::NamedPath;
use podsteward_domain::playbook::Allowed;
use podsteward_host::clock::HostClock;
use podsteward_metrics::{ControllerEvent, Telemetry};
use podsteward_podman::Podman;
use podsteward_specs::key::Key;
use podsteward_store::{Access, ControllerLock, Opening, Store};
use tokio_util::sync::CancellationToken;

use crate::alerts::AlertIntake;
use crate::controller::Controller;
use crate::crash::CrashPoint;
use crate::http::{self, Address, Alerts, Listener, TokenFile};
use crate::notify::Supervisor;
use crate::once;
use crate::outbox::HttpSender;
use crate::parts::{Parts, Settings};
use crate::progress::Progress;
use crate::queue;
use crate::real::backups::HostBackups;
use crate::real::commands::HostCommands;
use crate::real::disks::HostDisks;
use crate::real::prober::HostProber;
use crate::real::snapshots::HostSnapshots;
use crate::real::{DiskFiles, HostPressure, HostProcesses};
use crate::show::Show;
use crate::source::manifests::read::DirectoryReader;
use crate::source::manifests::service::Options as ManifestOptions;

/// How the service is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The manifests directory.
    pub manifests: PathBuf,
    /// The state directory.
    pub state: PathBuf,
    /// Podman's socket: `unix:///path`.
    pub podman: String,
    /// Which instance this is.
    pub instance: String,
    /// Where HTTP is served.
    pub listen: Vec<Address>,
    /// End when everything is as declared, or after this time.
    pub once: Option<Duration>,
    /// Podsteward runs Podman's healthchecks, because no systemd does.
    pub runs_healthchecks: bool,
    /// Where the token stands that alerts must carry; none: no alert is received.
    pub alerts: Option<TokenFile>,
    /// The programs that may be run on the host.
    pub allowed: Allowed,
    /// The file that they stand in, which is remembered for whoever looks or acts beside the controller; none where that
    /// is remembered already.
    pub allow_commands: Option<PathBuf>,
    /// Nothing but these objects is acted on; none: everything.
    pub only: Option<BTreeSet<Key>>,
}

/// Where the store keeps the file of the programs that may be run.
pub const ALLOW_COMMANDS: &str = "allow_commands";
/// The name under which the store keeps where the token of alerts lies.
const TOKEN_FILE: &str = "token_file";

/// The files that the controller was last started with: no cleanup deletes them.
///
/// # Errors
/// The store cannot be read.
pub fn own_files(store: &Store) -> podsteward_store::Result<Vec<NamedPath>> {
    let mut own = Vec::new();
    for (name, flag) in [(ALLOW_COMMANDS, "--allow-commands"), (TOKEN_FILE, "--token-file")] {
        if let Some(path) = store.meta(name)?.filter(|path| !path.is_empty()) {
            own.push(NamedPath { path, is_glob: false, by: format!("the controller's {flag}") });
        }
    }
    Ok(own)
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What is shown of every object at the end.
    pub objects: Vec<podsteward_domain::status::ObjectStatus>,
    /// Whether everything was as declared.
    pub converged: bool,
    /// Problems of the manifests at the end.
    pub problems: Vec<podsteward_specs::problem::Problem>,
}

/// Why the service could not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store cannot be used.
    #[error("the store in the state directory cannot be used")]
    Store(#[from] podsteward_store::Error),
    /// Podman's address is not one.
    #[error("podman cannot be used")]
    Podman(#[from] podsteward_podman::Error),
    /// An address cannot be listened on.
    #[error("cannot listen")]
    Listen(#[from] http::Error),
    /// The kernel's clock cannot be read.
    #[error("the clock cannot be read")]
    Clock(#[from] podsteward_host::clock::Error),
}

/// Runs the controller until `shutdown`, or until everything converged.
pub async fn run(
    options: Options,
    progress: Progress,
    shutdown: CancellationToken,
) -> Result<Summary, Error> {
    let lock = ControllerLock::take(&options.state)?;
    let telemetry = Arc::new(Telemetry::new());
    let store = Store::open(&options.state, Access::Controller(&lock))?;
    tell_opening(&telemetry, &store)?;
    if options.only.is_none() {
        let token = options.alerts.as_ref().map(|token| &token.path);
        for (name, path) in [(ALLOW_COMMANDS, options.allow_commands.as_ref()), (TOKEN_FILE, token)] {
            let path = path.and_then(|path| std::path::absolute(path).ok());
            store.put_meta(name, &path.map(|path| path.display().to_string()).unwrap_or_default())?;
        }
    }
    let mut listeners = Vec::new();
    for address in &options.listen {
        listeners.push(Listener::bind(address).await?);
        telemetry.emit(ControllerEvent::Listening { address: &address.to_string() });
    }
    let controller = put_together(&options, store, &telemetry, progress).await?;
    let context = controller.context();
    telemetry.emit(ControllerEvent::Started {
        instance: &options.instance,
        manifests: &options.manifests.display().to_string(),
        state: &options.state.display().to_string(),
        podman: &options.podman,
        at: context.now(),
    });
    let alerts = options.alerts.clone().map(|token| {
        let intake = Arc::new(AlertIntake::new(Arc::clone(&context)));
        Alerts::new(token, intake)
    });
    let show = Arc::new(Show::new(Arc::clone(&context)));
    let ended = CancellationToken::new();
    let _serving = ended.clone().drop_guard();
    tokio::spawn(http::serve(listeners, Arc::clone(&show) as Arc<dyn http::View>, alerts, ended.clone()));
    tokio::spawn(ended.clone().run_until_cancelled_owned(Arc::clone(&show).keep_beating()));
    tokio::spawn(ended.clone().run_until_cancelled_owned(supervise(Arc::clone(&show), shutdown.clone())));
    let stop = shutdown.child_token();
    let running = controller.run(stop.clone());
    let converged = once::run_until(&context, options.once, running, &stop).await;
    let problems = context.world.manifests().map(|view| view.problems).unwrap_or_default();
    Ok(Summary { objects: context.world.statuses(), converged, problems })
}

async fn put_together(
    options: &Options,
    store: Store,
    telemetry: &Arc<Telemetry>,
    progress: Progress,
) -> Result<Controller, Error> {
    let clock = Arc::new(HostClock::new()?);
    let podman = Podman::connect(&options.podman)?;
    let visible = podsteward_host::pidfd::shares_pids(podman.socket()).await;
    let parts = Parts {
        engine: Arc::new(podman),
        processes: Arc::new(HostProcesses::new(visible, Arc::clone(&clock) as Arc<dyn crate::clock::Clock>)),
        config_files: Arc::new(DiskFiles::default()),
        backups: Arc::new(HostBackups::new(options.allowed.clone())),
        pressure: Arc::new(HostPressure::new(Arc::clone(&clock) as Arc<dyn crate::clock::Clock>)),
        prober: Arc::new(HostProber::new(Arc::clone(&clock) as Arc<dyn crate::clock::Clock>)),
        commands: Arc::new(HostCommands),
        snapshots: Arc::new(HostSnapshots),
        disks: Arc::new(HostDisks::new(
            [options.state.clone(), options.manifests.clone()],
            own_files(&store)?,
        )),
        manifests: Arc::new(DirectoryReader::new(options.manifests.clone())),
        clock,
        store,
        telemetry: Arc::clone(telemetry),
        crash: crash_point(),
        sender: Arc::new(HttpSender::new()),
    };
    let settings = Settings {
        instance: options.instance.clone(),
        manifests: ManifestOptions { watch: Some(options.manifests.clone()), ..ManifestOptions::default() },
        queue: queue::Options::default(),
        runs_healthchecks: options.runs_healthchecks,
        inline_store: false,
        allowed: options.allowed.clone(),
        stays: options.once.is_none() && options.only.is_none(),
        only: options.only.clone(),
    };
    Ok(Controller::new(parts, settings, progress)?)
}

#[cfg(feature = "crash-points")]
fn crash_point() -> Arc<dyn CrashPoint> {
    Arc::new(crate::crash::CrashFromEnvironment::new())
}

#[cfg(not(feature = "crash-points"))]
fn crash_point() -> Arc<dyn CrashPoint> {
    Arc::new(crate::crash::NoCrash)
}

/// A store that had to be begun anew has forgotten what remediation is judged by: it waits for `resume`.
fn tell_opening(telemetry: &Telemetry, store: &Store) -> Result<(), Error> {
    if let Opening::KeptAside { path, cause } = store.opening() {
        let kept = path.display().to_string();
        telemetry.emit(ControllerEvent::StoreReplaced { kept: &kept, error: cause });
        store.set_remediation_off(Some("the store was begun anew; `podsteward resume` ends this"))?;
    }
    telemetry.emit(ControllerEvent::SwitchRead { state: store.switch()?.state });
    Ok(())
}

/// Talks to the service manager: ready once, then alive as long as the main loop moves.
async fn supervise(show: Arc<Show>, shutdown: CancellationToken) {
    let supervisor = Supervisor::from_env();
    while http::View::ready(&*show).is_err() && !shutdown.is_cancelled() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    supervisor.ready("keeping the host as declared");
    tokio::select! {
        biased;
        () = shutdown.cancelled() => supervisor.stopping("finishing what is begun"),
        () = supervisor.feed_watchdog(|| http::View::health(&*show).is_ok()) => {}
    }
}
