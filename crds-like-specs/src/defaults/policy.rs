//! What holds where a `RemediationPolicy` is silent, each number with its why.
//!
//! Owns the numbers. Called by [`crate::policy`] and by its validation.

use std::time::Duration;

use crate::policy::{Approvals, Breaker, Budgets, Learning, Storm, Thresholds};

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

/// The bands of the system that this one replaces: they were asked for, and a cold start lands in the second.
pub const THRESHOLDS: Thresholds = Thresholds { auto_execute: 9000, notify_execute: 8000, queue: 7000 };

/// Three in a row is a pattern, not an accident; on two targets it is the action that is wrong, not the target. A day
/// is long enough for a person to have looked.
pub const BREAKER: Breaker = Breaker { failures: 3, targets: 2, actions: 2, half_open_after: DAY };

/// A container that needs more than five restarts an hour needs something else; restarting what depends on each other,
/// or a good part of the host, at once makes an outage of a problem.
pub const BUDGETS: Budgets =
    Budgets { restarts_per_hour: 5, concurrent_per_group: 1, concurrent_percent: 10 };

/// A week survives a holiday's weekend; a quarter of an hour after the word was given the host may be another one.
pub const APPROVALS: Approvals =
    Approvals { ttl: DAY.saturating_mul(7), run_within: MINUTE.saturating_mul(15) };

/// What was never tried works in seven of ten cases until three attempts say otherwise; a month makes old experience
/// count half; a failure costs what two successes earn, so that trust is lost faster than it is won.
pub const LEARNING: Learning = Learning {
    prior: 7000,
    prior_attempts: 3,
    half_life: DAY.saturating_mul(30),
    auto_execute_successes: 3,
    verified: 500,
    warning: 200,
    failed: -1000,
    floor: -3000,
    ceiling: 1000,
};

/// When a third of the host goes bad within a minute, the containers are not the cause. Two minutes outlast a reboot's
/// unrest and most blips of a network.
pub const STORM: Storm = Storm {
    percent: 30,
    containers: 3,
    within: MINUTE,
    hold: MINUTE.saturating_mul(2),
    grace: MINUTE.saturating_mul(2),
};

/// A week is what people plan in, and one page a week is read.
pub const REPORT_EVERY: Duration = DAY.saturating_mul(7);

/// A path that was not gone for a week is worth trying; more often would cost more than it tells.
pub const DRILL_EVERY: Duration = DAY.saturating_mul(7);

/// Notifications that say the same about the same object within this time are sent once.
pub const DEDUPE: Duration = MINUTE.saturating_mul(10);
