//! The drill: what its phases ask for, and when one is due.
//!
//! Owns the schedule, the canary's image, its declaration, and its break. Never judges a drill: the domain does, from what
//! is seen here of a container that is watched, judged and restarted like any other.

mod seen;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::decide::gates::maintenance_window;
use podsteward_domain::decision::GateAnswer;
use podsteward_domain::drill::{self, Drill, DrillState, Next, Phase, SCHEDULE, canary};
use podsteward_domain::snapshot::facts::Lies;
use podsteward_domain::time::Moment;
use podsteward_metrics::{DrillEvent, chain};
use podsteward_podman::Error;
use podsteward_podman::api::Executed;
use podsteward_specs::key::{CANARY, Key};
use podsteward_store::DrillId;
use tokio::time::sleep;

use crate::context::Context;
use crate::queue::Reason;

/// When a drill was last begun, or, before the first, when the first start was.
const LAST: &str = "drill_last";
/// When the first start was.
const FIRST: &str = "drill_first";
/// How often a drill that is under way is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// How often it is tried to clear away what is left of one.
const CLEAR: Duration = Duration::from_secs(1);
/// The longest sleep: what is due by the boot's clock may come sooner than a timer tells.
const PERIOD: Duration = Duration::from_mins(10);
/// How long the break may take.
const BREAK_DEADLINE: Duration = Duration::from_secs(10);

/// Drills when one is due or asked for, until the controller ends.
pub async fn run(context: Arc<Context>) {
    if !is_ready(&context).await {
        return;
    }
    context.survive(end_interrupted(&context));
    let mut left = context.survive(remembered(&context)).unwrap_or(true);
    loop {
        let now = context.now();
        if left {
            left = clear(&context).await;
        }
        if let Some((id, drill)) = context.survive(next(&context, now)).flatten() {
            drive(&context, id, drill).await;
            left = true;
        }
        let due = context.survive(due_in(&context, context.now())).flatten().unwrap_or(PERIOD);
        let wait = if left { CLEAR } else { due.min(PERIOD) };
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = context.drill.notified() => {}
            () = sleep(wait) => {}
        }
    }
}

/// Waits for the first complete reads. False: the controller ends.
async fn is_ready(context: &Context) -> bool {
    while context.world.ready().is_none() {
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return false,
            () = sleep(LOOK) => {}
        }
    }
    true
}

/// A drill that was under way when the controller ended is over.
fn end_interrupted(context: &Context) -> podsteward_store::Result<()> {
    let store = context.keeper.store();
    if let Some((id, drill)) = store.open_drill()? {
        end(context, id, &drill::interrupted(&drill, context.now()))?;
    }
    Ok(())
}

/// Takes in when one passed last, and answers whether there ever was one, which may have left something.
fn remembered(context: &Context) -> podsteward_store::Result<bool> {
    let (store, now) = (context.keeper.store(), context.now());
    let passed = store.last_drill_passed()?.and_then(|(_, drill)| Some(drill.ended?.at));
    context.telemetry.emit(DrillEvent::Sampled { passed });
    for name in [FIRST, LAST] {
        if store.last_done(name)?.is_none() {
            store.put_last_done(name, now)?;
        }
    }
    Ok(store.last_drill()?.is_some())
}

/// The drill that is asked for, or due.
fn next(context: &Context, now: Moment) -> podsteward_store::Result<Option<(DrillId, Drill)>> {
    let store = context.keeper.store();
    if due_in(context, now)?.is_some_and(|left| left.is_zero()) {
        store.ask_drill(SCHEDULE, now)?;
    }
    store.open_drill()
}

/// In how long one is due; `None`: never. One that is due waits until the start is over, and for the window of the action
/// that it tries.
fn due_in(context: &Context, now: Moment) -> podsteward_store::Result<Option<Duration>> {
    let policy = context.world.policy();
    let last = context.keeper.store().last_done(LAST)?;
    let Some((every, last)) = policy.drill_every.zip(last) else { return Ok(None) };
    let settled =
        context.world.ready().map_or(drill::SETTLED_AFTER, |ready| now.left_of(ready, drill::SETTLED_AFTER));
    let window = match maintenance_window(Action::ServiceRestart, &policy, now) {
        GateAnswer::Hold { until, .. } => until.map_or(PERIOD, |until| until.since(now)),
        _ => Duration::ZERO,
    };
    Ok(Some(now.left_of(last, every).max(settled).max(window)))
}

/// Goes through a drill to its end.
async fn drive(context: &Arc<Context>, id: DrillId, mut drill: Drill) {
    context.telemetry.emit(DrillEvent::Begun { by: &drill.by });
    context.survive(context.keeper.store().put_last_done(LAST, context.now()));
    let mut done = None;
    loop {
        let seen = context.survive(seen::look(context, &drill, done.clone()));
        let next = seen.map_or(Next::Wait, |seen| drill::step(&drill, &seen, context.now()));
        if let Next::Become(next) = next {
            if next.ended.is_some() {
                context.survive(end(context, id, &next));
                return;
            }
            context.telemetry.emit(DrillEvent::Entered { phase: next.phase });
            context.survive(context.keeper.store().keep_drill(id, &next, context.now()));
            done = enter(context, next.phase).await;
            drill = *next;
            continue;
        }
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = sleep(LOOK) => {}
        }
    }
}

/// What a phase asks for: whether it could be done; `None`: it asks for nothing.
async fn enter(context: &Arc<Context>, phase: Phase) -> Option<Result<(), String>> {
    match phase {
        Phase::Prepare => Some(prepare(context).await),
        Phase::Break => Some(break_it(context).await),
        Phase::Asked | Phase::Detect | Phase::Decide | Phase::Act | Phase::Verify => None,
    }
}

/// Makes the canary's image, and declares it.
async fn prepare(context: &Arc<Context>) -> Result<(), String> {
    let document = canary::document(&binds(context).await).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        format!("the canary is not sound: {}", problems.join("; "))
    })?;
    make_image(context).await.map_err(|error| format!("its image cannot be made: {}", chain(&error)))?;
    context.world.put_canary(Some(document));
    context.request([Key::canary()], Reason::Asked);
    Ok(())
}

async fn make_image(context: &Context) -> Result<(), Error> {
    if context.engine.inspect_image(canary::IMAGE).await?.is_none() {
        context.engine.make_empty_image(canary::IMAGE).await?;
    }
    context.observe_image_reference(canary::IMAGE).await
}

/// Where the directories really lie that the canary's shell may need.
async fn binds(context: &Context) -> BTreeMap<String, String> {
    let mut binds = BTreeMap::new();
    for path in canary::NEEDS {
        if let Some(Lies::Directory(lies)) = context.snapshots.lies_at(path).await {
            binds.insert(path.to_owned(), lies);
        }
    }
    binds
}

async fn break_it(context: &Context) -> Result<(), String> {
    let ran = context.engine.exec_container(CANARY, &canary::breaking(), BREAK_DEADLINE).await;
    let why = match ran {
        Ok(Executed::Ended { code: 0, .. }) => return Ok(()),
        Ok(Executed::Ended { code, .. }) => format!("exit code {code}"),
        Ok(Executed::StillRuns { .. }) => "it took too long".to_owned(),
        Err(error) => chain(&error),
    };
    Err(format!("the canary could not be broken: {why}"))
}

/// Writes the end down, tells of it, and lets the canary go.
fn end(context: &Context, id: DrillId, drill: &Drill) -> podsteward_store::Result<()> {
    context.world.put_canary(None);
    context.request([Key::canary()], Reason::Asked);
    context.keeper.store().keep_drill(id, drill, context.now())?;
    context.telemetry.emit(DrillEvent::Ended { drill });
    context.outbox.notify_one();
    context.host_changed.notify_one();
    Ok(())
}

/// Removes the image once the canary is gone. Answers whether something is still left.
async fn clear(context: &Arc<Context>) -> bool {
    if context.world.canary_is_left() {
        context.request([Key::canary()], Reason::Asked);
        return true;
    }
    match remove_image(context).await {
        Ok(()) => false,
        // Podman does not answer, or something else uses it: that is no trouble of the drill's.
        Err(error) => {
            context.telemetry.emit(DrillEvent::NotCleared { error: &chain(&error) });
            matches!(error, Error::Timeout { .. } | Error::Unreachable { .. })
        }
    }
}

async fn remove_image(context: &Context) -> Result<(), Error> {
    match context.engine.inspect_image(canary::IMAGE).await? {
        Some(image) => context.engine.remove_image(&image.id).await,
        None => Ok(()),
    }
}

/// What is known of drills at large, for what is found about the host.
pub fn state(context: &Context, now: Moment) -> podsteward_store::Result<DrillState> {
    let store = context.keeper.store();
    let passed = store.last_drill_passed()?.and_then(|(_, drill)| Some(drill.ended?.at));
    let first = store.last_done(FIRST)?;
    Ok(DrillState {
        every: context.world.policy().drill_every,
        proven: passed.or(first).map(|at| now.since(at)),
        ever: passed.is_some(),
        last: store.last_telling_drill()?,
    })
}
