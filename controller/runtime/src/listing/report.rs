//! The report, made from what the store keeps: with a controller beside it, and without.
//!
//! Owns where each fact is read. Never what it means: [`podsteward_domain::report`] says.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::approval::{Approval, ApprovalState};
use podsteward_domain::breaker::BreakerState;
use podsteward_domain::health;
use podsteward_domain::report::{
    self, Away, Backup, Counted, Disk, Facts, OpenBreaker, Pending, Report, Span, Trouble,
};
use podsteward_domain::status::ObjectState;
use podsteward_domain::switch::{Pause, SwitchState};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Kind;
use podsteward_store::{ControllerLock, DecisionCount, Incident, LoggedOutcome, Result, Store};

use super::{Background, Breaker, Forecasts, LAST_CHECK};
use crate::outbox::Standing;

/// A controller that runs has told of itself within this time: twice as long as it takes to.
const SPAN_AGE_MS_MAX: i64 = 600_000;

/// The report of the last so long.
pub fn report(store: &Store, window: Duration, now: Moment) -> Result<Report> {
    Ok(report::report(&facts(store, window, now)?))
}

fn facts(store: &Store, window: Duration, now: Moment) -> Result<Facts> {
    let background = Background::read(store)?;
    let length_ms = i64::try_from(window.as_millis()).unwrap_or(i64::MAX);
    let since_ms = now.wall_ms.saturating_sub(length_ms);
    let incidents = store.incidents_since(since_ms)?.into_iter().filter(|it| !it.target.is_canary());
    let incidents: Vec<Incident> = incidents.collect();
    let open = incidents.iter().filter(|incident| incident.closed.is_none());
    let first = store.first_made(since_ms)?;
    let quiet_hours = background.policy.quiet_hours.as_ref();
    let standing = Standing::read(store, &background.documents, quiet_hours, now)?;
    let checked = store.meta(LAST_CHECK)?.is_some();
    Ok(Facts {
        now,
        window_secs: window.as_secs(),
        health_score: checked.then(|| health::score(open.map(Incident::wrong))),
        decisions: decisions(&store.decision_counts(Some(since_ms))?),
        verified: store.verified(since_ms)?,
        repairs: store.repairs(since_ms)?,
        pending: pending(&background, now),
        breakers: breakers(store, &background, now)?,
        interventions: store.interventions(since_ms)?,
        disks: disks(store, now)?,
        backups: backups(store, &background, &incidents)?,
        undelivered: standing.undelivered(),
        waiting: standing.waiting(),
        channels: standing.channels,
        left: store.left_to_people()?,
        away: away(store, &background, now)?,
        idle: idle(store, &background, now),
        last_drill: store.last_drill()?.map(|(_, drill)| drill),
        last_drill_passed: store.last_drill_passed()?.map(|(_, drill)| drill),
        spans: spans(store, since_ms, now)?,
        watched_since_ms: store.watched_since()?,
        troubles: incidents.into_iter().map(|incident| trouble(incident, &first)).collect(),
    })
}

fn decisions(counts: &[DecisionCount]) -> BTreeMap<Action, Counted> {
    let mut decisions: BTreeMap<Action, Counted> = BTreeMap::new();
    for count in counts {
        let counted = decisions.entry(count.action).or_default();
        counted.confidence_sum_bp += count.confidence_sum_bp;
        counted.judged += count.judged;
        match count.outcome {
            Some(LoggedOutcome::Success | LoggedOutcome::Warning) => counted.verified += count.rows,
            Some(LoggedOutcome::Failure | LoggedOutcome::RolledBack) => counted.failed += count.rows,
            Some(LoggedOutcome::Inconclusive) => counted.inconclusive += count.rows,
            Some(LoggedOutcome::Queued | LoggedOutcome::Rejected | LoggedOutcome::Expired) => {
                counted.asked += count.rows;
            }
            Some(LoggedOutcome::Withheld) => {
                if let Some(gate) = count.withheld_by {
                    *counted.withheld_by.entry(gate).or_default() += count.rows;
                }
            }
            None => {}
        }
    }
    decisions
}

fn pending(background: &Background, now: Moment) -> Vec<Pending> {
    let waits = |approval: &&Approval| approval.state == ApprovalState::Pending;
    let waiting = background.waiting(now).filter(waits);
    let waiting = waiting.filter(|approval| !approval.question.target.is_canary());
    let pending = waiting.map(|approval| Pending {
        id: approval.id.0,
        action: approval.question.action,
        target: approval.question.target.clone(),
    });
    pending.collect()
}

fn breakers(store: &Store, background: &Background, now: Moment) -> Result<Vec<OpenBreaker>> {
    let all = Breaker::all(&store.tracks()?, &store.overall()?, &background.policy, now);
    let open = all.into_iter().filter(|it| it.state != BreakerState::Closed);
    let open = open.map(|Breaker { action, target, state, .. }| OpenBreaker { action, target, state });
    Ok(open.collect())
}

fn disks(store: &Store, now: Moment) -> Result<Vec<Disk>> {
    let disks = Forecasts::read(store, now)?.forecasts.into_iter().map(|disk| Disk {
        object: disk.object,
        used_ratio: disk.used_ratio,
        outlook: disk.outlook.to_owned(),
        days_left: disk.days_left,
        past_error_ratio: disk.past_error_ratio,
        past_forecasts: disk.past_forecasts,
    });
    Ok(disks.collect())
}

/// Every declared backup, with what is shown of it and what is wrong with it.
fn backups(store: &Store, background: &Background, incidents: &[Incident]) -> Result<Vec<Backup>> {
    let statuses = store.statuses()?;
    let keys = background.documents.keys().filter(|key| key.kind == Kind::BackupCheck);
    let backups = keys.map(|key| {
        let status = statuses.iter().find(|status| status.key == *key);
        let open = incidents.iter().filter(|it| it.target == *key && it.closed.is_none());
        Backup {
            object: key.clone(),
            state: status.map_or_else(|| "UNKNOWN".to_owned(), |status| status.state.to_string()),
            message: status.map(|status| status.message.clone()).unwrap_or_default(),
            findings: open.map(|incident| incident.kind).collect(),
        }
    });
    Ok(backups.collect())
}

/// When a controller ran. One that runs now has written that down a while ago.
fn spans(store: &Store, since_ms: i64, now: Moment) -> Result<Vec<Span>> {
    let mut spans = store.spans(since_ms)?;
    let running = ControllerLock::holder(store.dir()).is_some();
    let last = spans.last_mut().filter(|last| running && now.wall_ms - last.to_ms <= SPAN_AGE_MS_MAX);
    if let Some(last) = last {
        last.to_ms = last.to_ms.max(now.wall_ms);
    }
    Ok(spans)
}

/// Every object that is not there, is not known, or is left alone.
fn away(store: &Store, background: &Background, now: Moment) -> Result<Vec<Away>> {
    let statuses = store.statuses()?.into_iter().filter(|status| !status.key.is_canary());
    let away = statuses.filter_map(|status| {
        let annotation = background.documents.get(&status.key).and_then(|document| document.paused());
        let pause = background.switch.pause_of(&status.key, now);
        let paused =
            pause.map(Pause::said).or_else(|| annotation.map(|why| format!("by its manifest: {why}")));
        let lost = matches!(status.state, ObjectState::Missing | ObjectState::Unknown);
        (lost || paused.is_some()).then_some(Away { object: status.key, state: status.state, paused })
    });
    Ok(away.collect())
}

/// Why podsteward as a whole does nothing, where that is so.
fn idle(store: &Store, background: &Background, now: Moment) -> Option<String> {
    if ControllerLock::holder(store.dir()).is_none() {
        return Some("no controller runs".to_owned());
    }
    let state = background.switch.state(now);
    let said = background.switch.pause.as_ref().map(|pause| format!(" {}", pause.said())).unwrap_or_default();
    (state != SwitchState::Running).then(|| format!("podsteward is {}{said}", state.as_str()))
}

fn trouble(incident: Incident, first: &BTreeSet<i64>) -> Trouble {
    Trouble {
        first: first.contains(&incident.id.0),
        target: incident.target,
        finding: incident.kind,
        severity: incident.severity,
        message: incident.message,
        opened_ms: incident.opened.wall_ms,
        // Of what was forgotten nobody knows that it ended.
        closed_ms: incident.closed.filter(|_| !incident.forgotten).map(|closed| closed.wall_ms),
    }
}
