//! One life of the controller: from its start to its end by `kill -9` or by a drain.
//!
//! Owns where a life ends: at the n-th write of the store, at the n-th step of a plan, or when the run says so. Once
//! it is over nothing of it reaches the store or the engine any more.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use podsteward_metrics::Telemetry;
use podsteward_runtime::clock::Clock as _;
use podsteward_runtime::context::Context;
use podsteward_runtime::controller::Controller;
use podsteward_runtime::crash::CrashPoint;
use podsteward_runtime::parts::{Parts, Settings};
use podsteward_runtime::progress::Progress;
use podsteward_runtime::queue::Options as QueueOptions;
use podsteward_runtime::source::manifests::service::Options as ManifestOptions;
use podsteward_store::{Access, ControllerLock, Error, Result, Store, WriteHook};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::engine::Line;
use crate::host::Host;
use crate::programs::Programs;
use crate::receiver::Carrier;

/// Where a life ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KillAt {
    /// Around the n-th write of the store from now on.
    Write {
        /// How many writes come before.
        after: u32,
        /// The write itself is done.
        done: bool,
    },
    /// Around the n-th step from now on.
    Step {
        /// How many steps come before.
        after: u32,
        /// The step itself is done.
        done: bool,
    },
}

/// Whether a life goes on.
#[derive(Debug, Default)]
pub(crate) struct Life {
    over: AtomicBool,
    ended: Notify,
    kill_at: Mutex<Option<KillAt>>,
}

impl Life {
    /// Whether it is over.
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Returns when it is over.
    pub(crate) async fn ended(&self) {
        if !self.is_over() {
            self.ended.notified().await;
        }
    }

    /// Ends it.
    pub(crate) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
        self.ended.notify_one();
    }

    /// Ends it later.
    pub(crate) fn end_at(&self, kill_at: KillAt) {
        *self.kill_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(kill_at);
    }

    /// A write or a step is reached. Answers whether the life is over.
    fn reach(&self, write: bool, done: bool) -> bool {
        let mut guard = self.kill_at.lock().unwrap_or_else(PoisonError::into_inner);
        let (KillAt::Write { after, done: at_done } | KillAt::Step { after, done: at_done }) =
            match (guard.as_ref(), write) {
                (Some(at @ KillAt::Write { .. }), true) | (Some(at @ KillAt::Step { .. }), false) => *at,
                _ => return self.is_over(),
            };
        if done == at_done {
            let left = after.checked_sub(1);
            *guard = left.map(|after| {
                if write {
                    KillAt::Write { after, done: at_done }
                } else {
                    KillAt::Step { after, done: at_done }
                }
            });
            if left.is_none() {
                self.end();
            }
        }
        self.is_over()
    }
}

/// The places at which a life may end.
struct Places {
    life: Arc<Life>,
    host: Arc<Host>,
}

fn answer(over: bool) -> Result<()> {
    if over { Err(Error::Killed) } else { Ok(()) }
}

impl WriteHook for Places {
    fn before(&self, _write: &'static str) -> Result<()> {
        let over = self.life.is_over() || self.life.reach(true, false);
        answer(over)
    }

    fn after(&self, write: &'static str) -> Result<()> {
        match write {
            "admit" => {
                self.host.invariants.admitted(&self.host.store, self.host.clock.now());
                self.host.judged.admitted(&self.host);
            }
            "close" => self.host.judged.closed(&self.host),
            "forget" => self.host.judged.object_forgotten(&self.host),
            _ => {}
        }
        let over = self.life.reach(true, true);
        answer(over)
    }
}

impl CrashPoint for Places {
    fn reached(&self, _step: &'static str, before: bool) {
        self.life.reach(false, !before);
    }
}

/// A controller that runs.
pub(crate) struct Running {
    /// What its tasks hold.
    pub(crate) context: Arc<Context>,
    /// Whether it lives.
    pub(crate) life: Arc<Life>,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
    _lock: ControllerLock,
}

impl Running {
    /// Starts a controller on a host.
    pub(crate) fn start(host: &Arc<Host>) -> Self {
        let lock = ControllerLock::take(host.state()).unwrap();
        let life = Arc::new(Life::default());
        let places = Arc::new(Places { life: Arc::clone(&life), host: Arc::clone(host) });
        let store = Store::open(host.state(), Access::Controller(&lock)).unwrap();
        host.invariants.new_life();
        host.receiver.new_life();
        let parts = Parts {
            engine: Arc::new(Line::new(Arc::clone(host), Arc::clone(&life))),
            processes: Arc::clone(host) as _,
            config_files: Arc::clone(&host.config_files) as _,
            pressure: Arc::clone(&host.pressures) as _,
            prober: Arc::clone(&host.probers) as _,
            backups: Arc::clone(&host.backups) as _,
            disks: Arc::clone(&host.disks) as _,
            commands: Arc::clone(&host.programs) as _,
            snapshots: Arc::clone(&host.snapshots) as _,
            manifests: Arc::clone(host) as _,
            clock: Arc::clone(&host.clock) as _,
            store: store.with_hook(Arc::clone(&places) as _),
            // A new process counts anew.
            telemetry: Arc::new(Telemetry::new()),
            crash: places,
            sender: Arc::new(Carrier { host: Arc::clone(host), life: Arc::clone(&life) }),
        };
        let settings = Settings {
            instance: "default".to_owned(),
            manifests: ManifestOptions::default(),
            queue: QueueOptions::default(),
            runs_healthchecks: true,
            inline_store: true,
            allowed: Programs::allowed(),
            stays: true,
            only: None,
        };
        let controller = Controller::new(parts, settings, Progress::default()).unwrap();
        let (context, shutdown) = (controller.context(), CancellationToken::new());
        host.judged.new_life(&context);
        let task = tokio::spawn(controller.run(shutdown.clone()));
        host.trace.add("the controller starts");
        Self { context, life, shutdown, task, _lock: lock }
    }

    /// Ends it as `kill -9` does.
    pub(crate) async fn kill(self) {
        self.life.end();
        self.task.abort();
        // The abort is the expected end; a panic of the controller is not.
        if let Err(error) = self.task.await {
            assert!(error.is_cancelled(), "the controller panicked");
        }
    }

    /// Ends it as SIGTERM does.
    pub(crate) async fn drain(self) {
        self.shutdown.cancel();
        self.task.await.unwrap();
        self.life.end();
    }
}
