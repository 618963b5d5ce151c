//! The watched filesystems: how full they are, minute by minute, and what is to come.
//!
//! Owns when each is measured, what of it is kept, and when a look ahead is made. Never decides what follows: it asks for
//! looks. What could be thrown away is read in [`inventory`], only when a look asks for it.

pub mod forecast;
pub mod inventory;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::disk::{DiskSample, band, cadence, is_at_act};
use podsteward_domain::observation::Observation;
use podsteward_metrics::DiskEvent;
use podsteward_specs::disk::DiskPolicy;
use podsteward_specs::key::Key;
use podsteward_store::{Reserve, Store};
use tokio::time::{Instant, sleep_until, timeout};

use inventory::Finder;

use crate::context::Context;
use crate::disks::{self, Error};
use crate::queue::Reason;

/// History is kept by the minute.
const RECORD_EVERY: Duration = Duration::from_mins(1);
/// A filesystem that cannot be measured is tried again so soon.
const RETRY: Duration = Duration::from_secs(10);
/// The name under which mounts are kept.
const MOUNTS: &str = "mounts";
/// How often is noted which images are in use.
const IMAGES_EVERY: Duration = Duration::from_mins(10);

/// When something is due for one filesystem.
#[derive(Debug, Clone, Copy)]
struct Due {
    measured: Instant,
    recorded: Instant,
    forecast: Instant,
}

/// Measures, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let mut due: BTreeMap<Key, Due> = BTreeMap::new();
    let mut images = Instant::now();
    let mut reserve = Reserve::Kept;
    let mut mounts = remembered_mounts(context.keeper.store());
    context.disks.remember_mounts(&mounts);
    loop {
        let disks = context.world.disks();
        due.retain(|key, _| disks.iter().any(|(known, _)| known == key));
        forget_others(&context, &disks);
        for (key, policy) in &disks {
            let now = Instant::now();
            let mine = due.entry(key.clone()).or_insert(Due { measured: now, recorded: now, forecast: now });
            if mine.measured <= now {
                step(&context, key, policy, mine).await;
            }
        }
        keep_mounts(&context, &disks, &mut mounts);
        keep_reserve(&context, &mut reserve);
        if !disks.is_empty() && images <= Instant::now() {
            // Without an answer nothing is noted, and what is not noted stays.
            let _ = timeout(inventory::patience(&context.world), inventory::note_images(&context)).await;
            images = Instant::now() + IMAGES_EVERY;
        }
        let next = due.values().map(|due| due.measured).min();
        let wait = async {
            match next {
                Some(next) => sleep_until(next.min(images)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = context.disks_changed.notified() => {}
            () = wait => {}
        }
    }
}

/// Measures one filesystem, and has it looked at when something may follow.
async fn step(context: &Arc<Context>, key: &Key, policy: &DiskPolicy, due: &mut Due) {
    let before = context.world.disk_sample(key);
    let measured = context.disks.measure(&policy.path).await;
    let now = Instant::now();
    let Some(sample) = take_in(context, key, measured) else {
        due.measured = now + RETRY;
        if !matches!(before, Observation::Unknown { .. }) {
            context.request([key.clone()], Reason::LiveChanged);
        }
        return;
    };
    context.telemetry.emit(DiskEvent::Watched { key, thresholds: &policy.thresholds });
    let passed = match before {
        Observation::Known { at, .. } => context.now().since(at),
        Observation::NotYet | Observation::Unknown { .. } => Duration::ZERO,
    };
    let seen = before.value().map(|before| (before, passed));
    due.measured = now + cadence::next(&sample, seen, policy);
    let known = before.value().map(|before| band(before, policy));
    let present = band(&sample, policy);
    // While one is too full, what may be thrown away of it can change by the second.
    let mut look = known != Some(present) || is_at_act(&sample, policy);
    if due.recorded <= now {
        due.recorded = now + RECORD_EVERY;
        let moment = context.now();
        context.survive(context.keeper.store().put_sample(key, &sample, moment));
        look |= present != [0; 3];
    }
    if due.forecast <= now {
        due.forecast = now + podsteward_domain::forecast::EVERY;
        look |= forecast::look_ahead(context, key, policy, &sample);
    }
    if look {
        context.request([key.clone()], Reason::LiveChanged);
    }
}

/// On which mount each watched path lay when a controller last looked, also before this boot. What cannot be read is not
/// remembered.
pub fn remembered_mounts(store: &Store) -> BTreeMap<String, String> {
    let kept = store.meta(MOUNTS).ok().flatten();
    kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default()
}

/// Keeps on which mount each watched path lies. Before the manifests were read nobody knows which are watched; a path that
/// is watched no more is forgotten, so that it may lie elsewhere when it is declared again.
fn keep_mounts(context: &Context, disks: &[(Key, Arc<DiskPolicy>)], kept: &mut BTreeMap<String, String>) {
    if context.world.manifests().is_none() {
        return;
    }
    let mounts = context.disks.mounts(&disks.iter().map(|(_, policy)| policy.path.clone()).collect());
    if mounts == *kept {
        return;
    }
    let text = serde_json::to_string(&mounts).unwrap_or_default();
    if context.survive(context.keeper.store().put_meta(MOUNTS, &text)).is_some() {
        *kept = mounts;
    }
}

/// Tells when the reserve of the state directory was given up, and makes it again when there is room for it.
fn keep_reserve(context: &Context, told: &mut Reserve) {
    let store = context.keeper.store();
    if store.reserve_state() == Reserve::GivenUp {
        if *told == Reserve::Kept {
            context.telemetry.emit(DiskEvent::ReserveGivenUp);
        }
        *told = Reserve::GivenUp;
        context.survive(store.restore_reserve());
    }
    if *told == Reserve::GivenUp && store.reserve_state() == Reserve::Kept {
        context.telemetry.emit(DiskEvent::ReserveRestored);
        *told = Reserve::Kept;
    }
}

/// Takes in a measurement.
pub fn take_in(context: &Context, key: &Key, measured: Result<DiskSample, Error>) -> Option<DiskSample> {
    match measured {
        Ok(sample) => {
            context.world.put_disk_sample(key, sample, context.now());
            context.telemetry.emit(DiskEvent::Sampled { key, sample: &sample });
            Some(sample)
        }
        Err(error) => {
            let error = error.to_string();
            if context.world.put_disk_unknown(key, &error, context.now()) {
                context.telemetry.emit(DiskEvent::Unreadable { key, error: &error });
            }
            None
        }
    }
}

/// What is not watched any more is not known any more.
fn forget_others(context: &Context, disks: &[(Key, Arc<DiskPolicy>)]) {
    for key in context.world.forget_disks(|key| disks.iter().any(|(known, _)| known == key)) {
        context.telemetry.emit(DiskEvent::Forgotten { key: &key });
    }
}

/// Measures one filesystem for a look that wants to act on it or to verify what was done, and reads what could be thrown
/// away if that is asked.
pub async fn observe(context: &Arc<Context>, key: &Key) {
    let disks = context.world.disks();
    let Some((_, policy)) = disks.iter().find(|(known, _)| known == key) else { return };
    let cleaning = context.world.intent(key).is_some();
    let measured = if cleaning {
        disks::after_deletion(&*context.disks, &policy.path).await
    } else {
        context.disks.measure(&policy.path).await
    };
    let sample = take_in(context, key, measured);
    if let Some(sample) = sample.filter(|_| cleaning) {
        // What a cleanup came to is shown at once, and not with the next minute.
        context.survive(context.keeper.store().put_sample(key, &sample, context.now()));
    }
    let known = sample.is_some();
    if known && !cleaning {
        // An engine that hangs must not hold up what can be thrown away without it.
        let asked = async {
            know_engine(context).await;
            // What is new since the last time counts as used just now.
            inventory::note_images(context).await
        };
        let _ = timeout(inventory::patience(&context.world), asked).await;
        inventory::read(&Finder::of(context), key, policy).await;
    }
}

/// Where the engine keeps its data must be known before files are looked for, for these are never among them. Where it
/// does not answer, what it told last holds.
async fn know_engine(context: &Context) {
    if context.world.engine_directories().is_empty()
        && let Ok(info) = context.engine.info().await
    {
        context.world.engine_up(info, context.now());
    }
}
