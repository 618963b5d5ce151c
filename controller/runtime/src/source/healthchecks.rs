//! Podman's healthchecks, run on schedule where no systemd timer does it.
//!
//! Owns the schedule and the deadline, which Podman does not enforce. Never judges a container: the result is
//! Podman's to count, and the domain's to weigh.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Weak};
use std::time::Duration;

use podsteward_domain::live::{HealthStatus, LiveContainer};
use podsteward_metrics::ObjectEvent;
use podsteward_metrics::label::HealthcheckResult;
use podsteward_podman::Error;
use podsteward_specs::key::Key;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout};

use crate::context::Context;
use crate::queue::Reason;

/// How many checks run at once.
const AT_ONCE: usize = 4;
/// The wait before the first check after a start, so that it does not compete with the start itself.
const FIRST: Duration = Duration::from_millis(500);
/// Podman answers a mere sign of life within this, or it is frozen.
const ANSWERS: Duration = Duration::from_secs(2);
/// The shortest time between two checks of a container.
const SHORTEST: Duration = Duration::from_millis(500);
/// How far ahead to sleep when nothing is due.
const IDLE: Duration = Duration::from_hours(1);

/// One container's place in the schedule. A new start is a new place.
#[derive(Debug)]
struct Scheduled {
    container: String,
    started_ms: Option<i64>,
    due: Instant,
    /// There as long as a check is under way: one that takes longer than its interval is not run twice at once.
    under_way: Weak<()>,
}

/// Runs healthchecks, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let at_once = Arc::new(Semaphore::new(AT_ONCE));
    let mut schedule: BTreeMap<Key, Scheduled> = BTreeMap::new();
    loop {
        let now = Instant::now();
        let mut running = context.world.running_containers();
        // One that was made anew without a healthcheck has no place any more; a place that is never moved on would
        // be due for ever.
        running.retain(|(_, live)| live.config.healthcheck.is_some());
        schedule.retain(|key, _| running.iter().any(|(running, _)| running == key));
        for (key, live) in running {
            let Some(check) = &live.config.healthcheck else { continue };
            let fresh = || Scheduled {
                container: live.id.clone(),
                started_ms: live.started_ms,
                due: now + FIRST,
                under_way: Weak::new(),
            };
            let place = schedule.entry(key.clone()).or_insert_with(fresh);
            if place.container != live.id || place.started_ms != live.started_ms {
                *place = fresh();
            }
            if place.due <= now {
                place.due = now + check.interval.max(SHORTEST);
                if place.under_way.strong_count() == 0 {
                    let under_way = Arc::new(());
                    place.under_way = Arc::downgrade(&under_way);
                    let (task, at_once) = (Arc::clone(&context), Arc::clone(&at_once));
                    context.tasks.spawn(async move {
                        check_one(&task, &key, &live, &at_once).await;
                        drop(under_way);
                    });
                }
            }
        }
        let next = schedule.values().map(|place| place.due).min().unwrap_or(now + IDLE);
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = context.containers_changed.notified() => {}
            () = sleep_until(next) => {}
        }
    }
}

/// Runs one check, and has the object looked at when its health changed.
async fn check_one(context: &Arc<Context>, key: &Key, live: &LiveContainer, at_once: &Semaphore) {
    let Some(check) = &live.config.healthcheck else { return };
    let name = key.name.as_str();
    let Ok(_permit) = at_once.acquire().await else { return };
    let begun = Instant::now();
    let answer = ask(context, name, check.timeout).await;
    let result = result_of(&answer);
    context.telemetry.emit(ObjectEvent::HealthcheckRun { key, result, took: begun.elapsed() });
    if result == HealthcheckResult::Error {
        return;
    }
    let timed_out = (result == HealthcheckResult::Timeout).then(|| context.now());
    let timeouts = context.world.put_check_timeout(name, timed_out);
    if timeouts == check.retries.max(1) {
        context.request(context.world.concerned(key), Reason::HealthChanged);
    }
    let known = live.health.as_ref().map(|health| health.status);
    let told = answer.ok();
    // A failure below the number of retries changes nothing that Podman would show.
    if told != known
        && told.is_some()
        && context.observe_container(name, Reason::HealthChanged).await.is_err()
    {
        context.relist.notify_one();
    }
}

/// Runs a check. One that overruns its time while Podman itself does not answer says nothing of the container: the error
/// is Podman's then. It is asked in the middle and at the end, so that a freeze between two looks is seen, too.
async fn ask(context: &Context, name: &str, limit: Duration) -> Result<HealthStatus, Error> {
    let mut checking = pin!(context.engine.run_healthcheck(name, limit));
    if let Ok(answer) = timeout(limit / 2, &mut checking).await {
        return answer;
    }
    let (answer, awake) = tokio::join!(checking, timeout(limit / 2, context.engine.ping()));
    if !matches!(answer, Err(Error::Timeout { .. })) {
        return answer;
    }
    let awake = awake.is_ok_and(|ping| ping.is_ok());
    let still_awake = timeout(ANSWERS, context.engine.ping()).await.is_ok_and(|ping| ping.is_ok());
    if awake && still_awake {
        return answer;
    }
    let message = "it did not answer while the check was to run".to_owned();
    Err(Error::Unreachable { call: format!("healthcheck of {name}"), message })
}

fn result_of(answer: &Result<HealthStatus, Error>) -> HealthcheckResult {
    match answer {
        Ok(HealthStatus::Healthy) => HealthcheckResult::Healthy,
        Ok(HealthStatus::Unhealthy) => HealthcheckResult::Unhealthy,
        Ok(HealthStatus::Starting) => HealthcheckResult::Starting,
        Err(Error::Timeout { .. }) => HealthcheckResult::Timeout,
        Err(_) => HealthcheckResult::Error,
    }
}
