//! The checks of a `RemediationPolicy`.
//!
//! Owns the checks within one policy. Whether a container of an override exists is no matter: it may come later.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::field::Field;
use super::number::{scaled, unscaled};
use super::{action, text, window};
use crate::defaults::policy as defaults;
use crate::duration;
use crate::key::{Key, Name};
use crate::policy::{
    Approvals, Breaker, Budgets, Learning, MaintenanceWindow, Match, Override, RemediationPolicy, Storm,
    Suppression, Thresholds,
};
use crate::wire::policy as wire;
use crate::wire::window::Window as WireWindow;

/// Scores are kept in ten-thousandths.
const SCORE_PLACES: usize = 4;

/// Checks a policy.
pub(super) fn policy(wire: wire::RemediationPolicy, spec: &Field<'_>) -> RemediationPolicy {
    RemediationPolicy {
        mode: wire.mode.unwrap_or_default(),
        risk_tolerance: wire.risk_tolerance.unwrap_or_default(),
        thresholds: thresholds(wire.thresholds.unwrap_or_default(), &spec.key("thresholds")),
        cooldowns: cooldowns(wire.cooldowns.unwrap_or_default(), &spec.key("cooldowns")),
        breaker: breaker(&wire.breaker.unwrap_or_default(), &spec.key("breaker")),
        budgets: budgets(&wire.budgets.unwrap_or_default()),
        approvals: approvals(&wire.approvals.unwrap_or_default(), &spec.key("approvals")),
        learning: learning(wire.learning.unwrap_or_default(), &spec.key("learning")),
        storm: storm(&wire.storm.unwrap_or_default(), &spec.key("storm")),
        maintenance_windows: each(
            wire.maintenance_windows,
            &spec.key("maintenanceWindows"),
            maintenance_window,
        ),
        quiet_hours: wire.quiet_hours.and_then(|wire| window::window(wire, &spec.key("quietHours"))),
        overrides: each(wire.overrides, &spec.key("overrides"), override_of),
        suppress: each(wire.suppress, &spec.key("suppress"), suppression),
        report_every: schedule(wire.report, &spec.key("report"), defaults::REPORT_EVERY),
        drill_every: schedule(wire.drill, &spec.key("drill"), defaults::DRILL_EVERY),
    }
}

/// What is done more often than this is not looked at.
const EVERY_LEAST: Duration = Duration::from_hours(1);

/// How often something is done by itself; `None`: never.
fn schedule(wire: Option<wire::Schedule>, field: &Field<'_>, default: Duration) -> Option<Duration> {
    let every = field.key("every");
    let declared = every.read(wire.unwrap_or_default().every.as_deref(), duration::parse).unwrap_or(default);
    if !declared.is_zero() && declared < EVERY_LEAST {
        every.problem("is less than an hour (0s for never, or at least 1h)");
    }
    (!declared.is_zero()).then_some(declared)
}

/// The items of a list that can be read.
fn each<W, T>(wire: Option<Vec<W>>, field: &Field<'_>, read: impl Fn(W, &Field<'_>) -> Option<T>) -> Vec<T> {
    let items = wire.into_iter().flatten().enumerate();
    items.filter_map(|(position, item)| read(item, &field.item(position))).collect()
}

fn thresholds(wire: wire::Thresholds, field: &Field<'_>) -> Thresholds {
    let default = defaults::THRESHOLDS;
    let auto = points(wire.auto_execute, default.auto_execute, &field.key("autoExecute"));
    let notify = points(wire.notify_execute, default.notify_execute, &field.key("notifyExecute"));
    let queue = points(wire.queue, default.queue, &field.key("queue"));
    let (Some(auto_execute), Some(notify_execute), Some(queue)) = (auto, notify, queue) else {
        return default;
    };
    if auto_execute < notify_execute || notify_execute < queue {
        let [auto, notify, queue] =
            [auto_execute, notify_execute, queue].map(|points| unscaled(points, SCORE_PLACES));
        let are = format!("autoExecute {auto}, notifyExecute {notify} and queue {queue} do not descend");
        field.problem(format!("{are} (none above the one before it; left out: 0.9, 0.8, 0.7)"));
    }
    Thresholds { auto_execute, notify_execute, queue }
}

/// Reads a number with decimals as basis points. `None` after a problem.
fn points<T: TryFrom<i32>>(wire: Option<wire::Decimal>, default: T, field: &Field<'_>) -> Option<T> {
    let Some(wire::Decimal(number)) = wire else { return Some(default) };
    let text = number.to_string();
    let points = scaled(&text, SCORE_PLACES).and_then(|points| T::try_from(points).ok());
    field.take(points.ok_or_else(|| format!("is {text} (at most 4 decimals)")))
}

fn cooldowns(wire: BTreeMap<String, wire::Rest>, field: &Field<'_>) -> BTreeMap<String, Duration> {
    let read = |(action, wire::Rest(rest)): (String, wire::Rest)| {
        let field = field.key(&action);
        let action = field.take(action::known(&action));
        let rest = field.take(duration::parse(&rest));
        Some((action?, rest?))
    };
    wire.into_iter().filter_map(read).collect()
}

fn breaker(wire: &wire::Breaker, field: &Field<'_>) -> Breaker {
    let default = defaults::BREAKER;
    let half_open_after =
        field.key("halfOpenAfter").read(wire.half_open_after.as_deref(), text::positive_duration);
    Breaker {
        failures: wire.failures.unwrap_or(default.failures),
        targets: wire.targets.unwrap_or(default.targets),
        actions: wire.actions.unwrap_or(default.actions),
        half_open_after: half_open_after.unwrap_or(default.half_open_after),
    }
}

fn budgets(wire: &wire::Budgets) -> Budgets {
    let default = defaults::BUDGETS;
    Budgets {
        restarts_per_hour: wire.restarts_per_hour.unwrap_or(default.restarts_per_hour),
        concurrent_per_group: wire.concurrent_per_group.unwrap_or(default.concurrent_per_group),
        concurrent_percent: wire.concurrent_percent.unwrap_or(default.concurrent_percent),
    }
}

fn approvals(wire: &wire::Approvals, field: &Field<'_>) -> Approvals {
    let default = defaults::APPROVALS;
    let ttl = field.key("ttl").read(wire.ttl.as_deref(), text::positive_duration);
    let run_within = field.key("runWithin").read(wire.run_within.as_deref(), text::positive_duration);
    Approvals { ttl: ttl.unwrap_or(default.ttl), run_within: run_within.unwrap_or(default.run_within) }
}

fn learning(wire: wire::Learning, field: &Field<'_>) -> Learning {
    let default = defaults::LEARNING;
    let half_life = field.key("halfLife").read(wire.half_life.as_deref(), text::positive_duration);
    let score = |wire, default, name: &str| points(wire, default, &field.key(name)).unwrap_or(default);
    Learning {
        prior: points(wire.prior, default.prior, &field.key("prior")).unwrap_or(default.prior),
        prior_attempts: wire.prior_attempts.unwrap_or(default.prior_attempts),
        half_life: half_life.unwrap_or(default.half_life),
        auto_execute_successes: wire.auto_execute_successes.unwrap_or(default.auto_execute_successes),
        verified: score(wire.verified, default.verified, "verified"),
        warning: score(wire.warning, default.warning, "warning"),
        failed: score(wire.failed, default.failed, "failed"),
        floor: score(wire.floor, default.floor, "floor"),
        ceiling: score(wire.ceiling, default.ceiling, "ceiling"),
    }
}

fn storm(wire: &wire::Storm, field: &Field<'_>) -> Storm {
    let default = defaults::STORM;
    let within = field.key("within").read(wire.within.as_deref(), text::positive_duration);
    let hold = field.key("hold").read(wire.hold.as_deref(), duration::parse);
    let grace = field.key("grace").read(wire.grace.as_deref(), duration::parse);
    Storm {
        percent: wire.percent.unwrap_or(default.percent),
        containers: wire.containers.unwrap_or(default.containers),
        within: within.unwrap_or(default.within),
        hold: hold.unwrap_or(default.hold),
        grace: grace.unwrap_or(default.grace),
    }
}

fn maintenance_window(wire: wire::MaintenanceWindow, field: &Field<'_>) -> Option<MaintenanceWindow> {
    let wire::MaintenanceWindow { actions, zone, days, from, to } = wire;
    if actions.as_ref().is_some_and(Vec::is_empty) {
        field.key("actions").problem("is empty (at least one action)");
    }
    let actions = action::actions(actions, &field.key("actions")).into_iter().collect();
    let window = window::window(WireWindow { zone, days, from, to }, field)?;
    Some(MaintenanceWindow { actions, window })
}

fn override_of(wire: wire::Override, field: &Field<'_>) -> Option<Override> {
    let deny = action::actions(wire.deny, &field.key("deny"));
    Some(Override {
        matching: matching(wire.matching?, &field.key("match"))?,
        auto_restart: wire.auto_restart,
        requires_confirmation: wire.requires_confirmation,
        restart_timeout: wire.restart_timeout_seconds.map(Duration::from_secs),
        max_restarts_per_hour: wire.max_restarts_per_hour,
        deny,
    })
}

/// An empty match could be read as "everything", which nobody who forgot a name has meant.
fn matching(wire: wire::Match, field: &Field<'_>) -> Option<Match> {
    let wrong = |field: &Field<'_>, what: &str| {
        field.problem(what);
        None
    };
    match (wire.names, wire.labels) {
        (None, None) => wrong(field, "matches nothing (exactly one of names, labels)"),
        (Some(_), Some(_)) => wrong(field, "matches by two things (exactly one of names, labels)"),
        (Some(names), None) if names.is_empty() => wrong(&field.key("names"), "is empty (at least one name)"),
        (None, Some(labels)) if labels.is_empty() => {
            wrong(&field.key("labels"), "is empty (at least one label)")
        }
        (Some(names), None) => Some(Match::Names(container_names(names, &field.key("names")))),
        (None, Some(labels)) => Some(Match::Labels(labels)),
    }
}

fn container_names(wire: Vec<String>, field: &Field<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (position, name) in wire.into_iter().enumerate() {
        let field = field.item(position);
        if let Some(name) = field.take(Name::new(name))
            && !names.insert(name.to_string())
        {
            field.problem(format!("declares the container {name} a second time"));
        }
    }
    names
}

fn suppression(wire: wire::Suppression, field: &Field<'_>) -> Option<Suppression> {
    let object = field.key("object").read(wire.object.as_deref(), str::parse::<Key>);
    let until_ms = field.key("until").read(wire.until.as_deref(), until);
    let reason = field.key("reason").read(wire.reason.as_deref(), |reason| match reason.trim() {
        "" => Err("is blank (why it is left alone)"),
        reason => Ok(reason.to_owned()),
    });
    Some(Suppression { finding: wire.finding?.0, object, until_ms, reason: reason? })
}

/// A time, or the end of a date in UTC, in milliseconds since 1970.
fn until(text: &str) -> Result<i64, String> {
    let date =
        Some(text).filter(|text| text.len() == "2026-12-31".len()).and_then(|text| text.parse::<Date>().ok());
    let time = match date {
        Some(date) => {
            date.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC)).map(|next| next.timestamp())
        }
        None => text.parse::<Timestamp>(),
    };
    let time = time.map_err(|_| format!("'{text}' is not a time ({})", wire::UNTIL_RULE))?;
    Ok(time.as_millisecond())
}
