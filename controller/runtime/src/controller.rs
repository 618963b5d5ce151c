//! The controller: everything wired together, for a real host or a fake one.
//!
//! Owns the start (what the store remembers), the set of tasks, and the end (drain, then stop). Never decides
//! anything. Called by [`crate::service`] and by the simulation.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::switch::Switch;
use podsteward_metrics::label::Intervention;
use podsteward_metrics::{ControllerEvent, ObjectEvent, Telemetry};
use podsteward_specs::document::Document;
use podsteward_specs::key::{Key, Kind};
use podsteward_store::{LastGood, SnapshotFilter};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::keeper::Keeper;
use crate::metered::Metered;
use crate::observer::QueueTelemetry;
use crate::parts::{Parts, Settings};
use crate::progress::Progress;
use crate::queue::{Queue, QueueObserver, Reason};
use crate::source::manifests::service::ManifestSource;
use crate::source::manifests::view::ManifestView;
use crate::source::{
    backups, config_files, disks, drill, events, foreign_writes, healthchecks, host, pressure, probes,
    relist, report, snapshots, upkeep,
};
use crate::tasks::Tasks;
use crate::world::{Remembered, WorldStore};
use crate::{manifests, outbox, worker};

/// So many workers do playbooks, which wait and run what takes long, so that the others are left for what cannot wait.
const PLAYBOOKS_AT_ONCE: usize = 2;
/// An edit within this time after a failed action on its object is a manual intervention.
const EDIT_AFTER_FAILURE: Duration = Duration::from_mins(15);

/// The controller before it runs.
pub struct Controller {
    context: Arc<Context>,
    queue: Queue,
    manifests: ManifestSource,
    runs_healthchecks: bool,
    stays: bool,
    /// The store's counter of foreign writes, from before anything was read.
    seen: Option<i64>,
}

impl Controller {
    /// Puts the controller together and takes in what the store remembers.
    pub fn new(parts: Parts, settings: Settings, progress: Progress) -> podsteward_store::Result<Self> {
        let Parts {
            engine,
            processes,
            config_files,
            backups,
            disks,
            snapshots,
            commands,
            pressure,
            prober,
            manifests,
            clock,
            store,
            telemetry,
            crash,
            sender,
        } = parts;
        let keeper = Keeper::new(store, settings.inline_store);
        let world = WorldStore::new(&settings.instance);
        world.put_allowed(settings.allowed);
        let seen = keeper.store().data_version().ok();
        let last = remembered(&keeper, &world, &telemetry)?;
        let (manifest_handle, source) =
            ManifestSource::new(settings.manifests, manifests, Arc::clone(&clock), last);
        let observer = Arc::new(QueueTelemetry::new(Arc::clone(&telemetry)));
        let (handle, queue) = Queue::new(settings.queue, Arc::clone(&observer) as Arc<dyn QueueObserver>);
        observer.observe(handle.clone());
        let context = Arc::new(Context {
            engine: Arc::new(Metered::new(engine, Arc::clone(&telemetry))),
            processes,
            config_files,
            backups,
            backups_changed: Notify::new(),
            disks,
            commands,
            snapshots,
            snapshotting: tokio::sync::Mutex::default(),
            playbooks: tokio::sync::Semaphore::new(PLAYBOOKS_AT_ONCE),
            pressure,
            prober,
            disks_changed: Notify::new(),
            clock,
            keeper,
            telemetry,
            world,
            queue: handle,
            manifests: manifest_handle,
            progress,
            crash,
            relist: Notify::new(),
            containers_changed: Notify::new(),
            probes_changed: Notify::new(),
            outbox: Arc::new(Notify::new()),
            sender,
            switch_changed: Notify::new(),
            drill: Notify::new(),
            host_changed: Notify::new(),
            only: settings.only,
            config_changed: Arc::new(Notify::new()),
            tasks: Tasks::default(),
            shutdown: CancellationToken::new(),
        });
        let Settings { runs_healthchecks, stays, .. } = settings;
        Ok(Self { context, queue, manifests: source, runs_healthchecks, stays, seen })
    }

    /// What every task holds.
    pub fn context(&self) -> Arc<Context> {
        Arc::clone(&self.context)
    }

    /// Runs until `shutdown`, then lets what is begun come to its next safe place. Dropped, it ends at once, as by
    /// `kill -9`.
    pub async fn run(self, shutdown: CancellationToken) {
        let context = self.context;
        let _ended = context.tasks.end_with_this();
        context.tasks.spawn(ready(Arc::clone(&context)));
        context.tasks.spawn(follow_manifests(Arc::clone(&context), self.manifests));
        context.tasks.spawn(events::run(Arc::clone(&context)));
        context.tasks.spawn(relist::run(Arc::clone(&context)));
        context.tasks.spawn(config_files::run(Arc::clone(&context)));
        context.tasks.spawn(disks::run(Arc::clone(&context)));
        context.tasks.spawn(backups::run(Arc::clone(&context)));
        context.tasks.spawn(pressure::run(Arc::clone(&context)));
        context.tasks.spawn(probes::run(Arc::clone(&context)));
        context.tasks.spawn(foreign_writes::run(Arc::clone(&context), self.seen));
        context.tasks.spawn(upkeep::run(Arc::clone(&context)));
        context.tasks.spawn(snapshots::run(Arc::clone(&context)));
        context.tasks.spawn(host::run(Arc::clone(&context)));
        context.tasks.spawn(outbox::run(Arc::clone(&context)));
        if self.stays {
            context.tasks.spawn(report::run(Arc::clone(&context)));
            context.tasks.spawn(drill::run(Arc::clone(&context)));
        }
        if self.runs_healthchecks {
            context.tasks.spawn(healthchecks::run(Arc::clone(&context)));
        }
        let working = Arc::clone(&context);
        let queue =
            self.queue.run(move |request| worker::reconcile(Arc::clone(&working), request), shutdown.clone());
        tokio::pin!(queue);
        tokio::select! {
            biased;
            () = shutdown.cancelled() => {}
            _ = &mut queue => return,
        }
        drain(&context, queue).await;
    }
}

/// Waits for what is in flight; sources are stopped only then, since a plan under way needs them.
async fn drain(context: &Context, queue: impl Future<Output = Vec<podsteward_specs::key::Key>>) {
    let begun = Instant::now();
    context.telemetry.emit(ControllerEvent::Stopping { reason: "it was asked to" });
    context.shutdown.cancel();
    let in_flight = context.queue.state().running;
    context.telemetry.emit(ControllerEvent::DrainBegun { in_flight });
    let left = queue.await.len();
    context.telemetry.emit(ControllerEvent::DrainFinished { left, took: begun.elapsed() });
}

/// Takes in what the store remembers, and answers what was in force last.
fn remembered(
    keeper: &Keeper,
    world: &WorldStore,
    telemetry: &Telemetry,
) -> podsteward_store::Result<ManifestView> {
    let store = keeper.store();
    for (key, memory) in store.memories()? {
        world.put_memory(&key, memory);
    }
    for incident in store.open_incidents()? {
        let finding = Finding {
            severity: incident.severity,
            ..Finding::new(incident.kind, &incident.target, incident.message)
        };
        telemetry.emit(ObjectEvent::FindingKept { finding: &finding });
        // A storm outlives the controller that saw it.
        if incident.kind == FindingKind::Storm && incident.target.kind == Kind::Host {
            world.put_storm(incident.opened);
        }
        if incident.kind == FindingKind::ResourcePressure {
            world.put_pressed();
        }
    }
    for intent in store.open_intents()? {
        world.put_intent(&intent.key.clone(), Some(intent));
    }
    for stored in store.snapshots(&SnapshotFilter::default())? {
        let of_plan = world.intent(&stored.snapshot.key).is_some_and(|it| it.id == stored.snapshot.intent);
        if of_plan {
            world.put_snapshot(stored.snapshot);
        }
    }
    world.put_restores(snapshots::requested(store)?);
    world.put_playbooks_asked(store.playbook_requests()?);
    for status in store.statuses()? {
        world.put_status(status);
    }
    world.put_alerts(store.open_alerts()?, store.forgotten_alerts()?);
    let switch: Switch = store.switch()?;
    world.put_switch(switch);
    world.put_remediation_off(store.remediation_off()?);
    world.put_remembered(Remembered::read(store)?);
    let good = store.last_good()?.into_iter();
    // A document that a newer podsteward does not accept any more is read from its file, or not at all.
    let read = |good: LastGood| Document::from_canonical(&good.canonical, good.origin).ok().map(Arc::new);
    Ok(ManifestView::remembered(good.filter_map(read), &store.vanished()?))
}

async fn follow_manifests(context: Arc<Context>, source: ManifestSource) {
    let (shutdown, sink) = (context.shutdown.clone(), Arc::clone(&context));
    let mut told = Vec::new();
    let take = move |view: ManifestView| {
        manifests::tell(&sink.telemetry, sink.world.manifests().as_ref(), &view, &mut told);
        manifests::keep(&sink, &view);
        let changed = sink.world.put_manifests(view);
        note_interventions(&sink, &changed);
        sink.config_changed.notify_one();
        sink.probes_changed.notify_one();
        sink.disks_changed.notify_one();
        sink.backups_changed.notify_one();
        sink.relist.notify_one();
        // A channel may be new, and what was told before it was read waits for it.
        sink.outbox.notify_one();
        sink.request(changed, Reason::ManifestEdited);
    };
    source.run(take, shutdown).await;
}

/// Whoever edits a manifest soon after an action on its object failed does what podsteward could not.
fn note_interventions(context: &Context, changed: &BTreeSet<Key>) {
    let now = context.now();
    let failed =
        |key: &&Key| context.world.failed_at(key).is_some_and(|at| now.since(at) < EDIT_AFTER_FAILURE);
    for _ in changed.iter().filter(failed) {
        context.intervened(Intervention::EditAfterFailure);
    }
}

/// Tells once that the first complete reads are there.
async fn ready(context: Arc<Context>) {
    let begun = Instant::now();
    loop {
        if context.world.missing_reads().is_empty() {
            context.world.put_ready(context.now());
            context.host_changed.notify_one();
            return context.telemetry.emit(ControllerEvent::Ready { after: begun.elapsed() });
        }
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(5)) => {}
        }
    }
}
