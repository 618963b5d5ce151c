//! One run: a host, its manifests, a controller that lives and dies, and the schedule of faults.
//!
//! Owns the passing of time: whoever waits here also notices when a life of the controller ends, and begins another.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use podsteward_podman::fake::{Release, Script};
use podsteward_runtime::world::Remembered;
use tokio::time::{Instant, sleep, sleep_until};

use crate::converged::{self, unsettled};
use crate::declared::Declared;
use crate::host::{Host, HostOptions};
use crate::life::Running;

/// How long the host may take to be as declared once the faults have stopped: the longest rests are five minutes
/// (crash loop, permanent error, back-off), and one may follow on another.
const CONVERGES_WITHIN: Duration = Duration::from_mins(45);
/// How long the last notification may take once its channel works again: as long as its longest wait (what flaps waits for
/// `dedupe`, ten minutes), and a little.
const TOLD_WITHIN: Duration = Duration::from_mins(12);
/// How often that is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// A quiet minute has six lists of containers, and one of networks, volumes and images.
const READS_A_MINUTE_MAX: u64 = 6 + 2 + 4;
/// After a silence the stream is opened anew; where the clock was set back, it tells again what was read already.
const REREADS_MAX: u64 = 150;
/// Healthchecks come every ten seconds; each writes an event, which has the container inspected.
const CHECKS_A_MINUTE: u64 = 2 * 6;
/// Probes inside a container that has one: every 10 s.
const PROBES_A_MINUTE: u64 = 6;

/// One run.
pub(crate) struct Run {
    /// The host.
    pub(crate) host: Arc<Host>,
    /// What the manifests should say. What the files say may differ for a while.
    pub(crate) declared: Declared,
    /// Where all randomness of the schedule comes from.
    pub(crate) random: fastrand::Rng,
    /// The controller.
    pub(crate) running: Option<Running>,
    /// The number of the boot.
    pub(crate) boot: u128,
    /// More goes wrong with the health of containers than anything else, and less quickly.
    pub(crate) sickly: bool,
    /// Podman does not answer for the moment, so that calls do not reach it.
    pub(crate) frozen: bool,
    /// Containers that may be missing, and until when.
    excused: BTreeMap<String, Instant>,
}

impl Run {
    /// A run with a seeded world; no controller runs yet.
    pub(crate) fn new(seed: u64, verbose: bool) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let release = if random.u8(0..3) == 0 { Release::V4 } else { Release::V5 };
        let sees_processes = random.u8(0..5) > 0;
        let host = Host::new(HostOptions { seed, release, sees_processes, verbose });
        let sickly = random.bool();
        let declared = Declared::seeded(sickly, &mut random);
        host.trace.add(&format!("seed {seed}, {release:?}, processes are seen: {sees_processes}"));
        let run = Self {
            host,
            declared,
            random,
            running: None,
            boot: 1,
            sickly,
            frozen: false,
            excused: BTreeMap::new(),
        };
        run.furnish();
        run
    }

    /// Processes, config files and manifests as they should be.
    pub(crate) fn furnish(&self) {
        for container in self.declared.containers() {
            let ends = container.job.then_some((Duration::from_secs(2), 0));
            self.host.fake.hand().script(&container.name, Script { ends, ..Script::default() });
            if container.config.is_some() {
                self.host.config_files.write(&container.config_path(), "begin");
            }
        }
        for file in self.declared.files.keys() {
            self.host.directory.write(file, &self.declared.text(file));
        }
        self.host.declare_channel("phone", true);
        for object in self.declared.objects() {
            if let crate::declared::Object::Volume(name, true) = object {
                self.host.invariants.give_up(name);
            }
        }
    }

    /// Starts the controller.
    pub(crate) fn start(&mut self) {
        self.running = Some(Running::start(&self.host));
    }

    /// Lets time pass. Where a life of the controller ends in it, another one begins.
    pub(crate) async fn wait(&mut self, length: Duration) {
        let end = Instant::now() + length;
        loop {
            let Some(running) = &self.running else { return sleep_until(end).await };
            let life = Arc::clone(&running.life);
            tokio::select! {
                biased;
                () = life.ended() => self.revive().await,
                () = sleep_until(end) => return,
            }
        }
    }

    /// The controller is killed, if it was not yet, and started again a little later.
    pub(crate) async fn revive(&mut self) {
        self.kill().await;
        let rest = Duration::from_millis(self.random.u64(400..3000));
        sleep(rest).await;
        self.check_standing();
        self.start();
    }

    /// The controller is killed.
    pub(crate) async fn kill(&mut self) {
        let Some(running) = self.running.take() else { return };
        self.host.trace.add("the controller is killed");
        running.kill().await;
        self.check_standing();
        // What a frozen Podman was asked by a dead controller it is not asked any more.
        if self.frozen || self.random.bool() {
            self.host.lose_calls();
        }
    }

    /// Asks the invariants that look at the whole host.
    pub(crate) fn check_standing(&self) {
        let excused = |name: &str| self.excused.get(name).is_some_and(|until| *until > Instant::now());
        let names = self.declared.containers().map(|container| container.name.clone());
        let names = names.filter(|name| !excused(name));
        self.host.invariants.check_standing(&self.host, names);
        self.host.judged.check_standing(&self.host);
        let broken = converged::foreign_changed(&self.host).or_else(|| self.host.receiver.disorder());
        if let Some(broken) = broken {
            self.host.invariants.report(broken);
        }
    }

    /// A container may be missing for so long.
    pub(crate) fn excuse(&mut self, container: &str, length: Duration) {
        self.excused.insert(container.to_owned(), Instant::now() + length);
        self.host.invariants.may_be_missing(container);
    }

    /// Waits until everything is as declared.
    pub(crate) async fn converge(&mut self, wholly: bool) -> Result<(), String> {
        let end = Instant::now() + CONVERGES_WITHIN;
        loop {
            self.wait(LOOK).await;
            self.say_yes();
            self.sound()?;
            let Some(running) = &self.running else { return Err("no controller runs".to_owned()) };
            let Some(wrong) = unsettled(&self.host, running, &self.declared, wholly).await else {
                self.host.trace.add("everything is as declared");
                return Ok(());
            };
            if Instant::now() >= end {
                return Err(format!("not as declared after {CONVERGES_WITHIN:?}: {wrong}"));
            }
        }
    }

    /// Waits until somebody heard of everything: the channel works now.
    pub(crate) async fn is_told(&mut self) -> Result<(), String> {
        let end = Instant::now() + TOLD_WITHIN;
        while self.host.store.undelivered_count().unwrap() > 0 {
            if Instant::now() >= end {
                return Err(format!("not told after {TOLD_WITHIN:?}: {:?}", self.host.store.undelivered(1)));
            }
            self.wait(LOOK).await;
        }
        self.host.receiver.missing(&self.host.store).map_or(Ok(()), Err)
    }

    /// What the controller goes by is what the store keeps.
    pub(crate) fn is_kept(&self) -> Result<(), String> {
        let Some(running) = &self.running else { return Err("no controller runs".to_owned()) };
        let (kept, known) = (Remembered::read(&self.host.store).unwrap(), running.context.world.remembered());
        if kept.tracks == known.tracks && kept.overall == known.overall && kept.approvals == known.approvals {
            return Ok(());
        }
        let (tracks, approvals) = (kept.tracks == known.tracks, kept.approvals == known.approvals);
        let keys = (kept.tracks.keys().collect::<Vec<_>>(), known.tracks.keys().collect::<Vec<_>>());
        Err(format!("the store keeps otherwise: tracks {tracks}, approvals {approvals}: {keys:?}"))
    }

    /// Nothing is written to Podman, and little is read, as long as nothing happens.
    pub(crate) async fn stays_quiet(&mut self, length: Duration) -> Result<(), String> {
        self.host.fake.forget_calls();
        self.wait(length).await;
        let minutes = length.as_secs() / 60;
        let checked = self.declared.containers().filter(|container| container.checked).count() as u64;
        let probed = self.declared.containers().filter(|container| container.probed()).count() as u64;
        let run = checked * CHECKS_A_MINUTE + probed * PROBES_A_MINUTE;
        let reads_max = REREADS_MAX + (READS_A_MINUTE_MAX + run) * minutes;
        let (writes, reads) = (self.host.fake.writes(), self.host.fake.reads());
        self.host.trace.add(&format!("{writes} writes and {reads} reads in {minutes} quiet minutes"));
        if writes > 0 || reads > reads_max {
            let calls = self.host.fake.calls();
            return Err(format!("{writes} writes and {reads} reads in {minutes} quiet minutes: {calls:?}"));
        }
        let queued = self.running.as_ref().map_or(0, |running| running.context.queue.len());
        if queued > self.declared.objects().count() {
            return Err(format!("{queued} requests are pending"));
        }
        self.sound()
    }

    /// Whether all invariants hold.
    pub(crate) fn sound(&self) -> Result<(), String> {
        self.check_standing();
        self.host.invariants.broken().map_or(Ok(()), Err)
    }
}
