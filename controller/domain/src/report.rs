//! The report: what podsteward did, held back and could not tell over some time.
//!
//! Owns the numbers and what they mean; zero attempts are no data, and what is not known is said to be so. Pure: facts come
//! in. Asked for by a person, or due by itself; the command line and a channel print it.

mod facts;
mod headline;
mod needs;
mod troubles;

use std::collections::BTreeMap;

use podsteward_specs::channel::NotificationEvent;
use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::decision::Gate;
use crate::drill::{self, Drill, DrillResult};
use crate::finding::{FindingKind, Severity};
use crate::notification::Notification;
use crate::score::{ONE, Score};
use crate::time::rfc3339;

pub use facts::{
    Away, Backup, ChannelDelivery, Counted, Disk, Facts, Left, OpenBreaker, Pending, Repair, Span, Trouble,
    Verified, Watch,
};
pub use troubles::{Offender, OpenFor};

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// From when.
    pub from: String,
    /// Until when: when it was made.
    pub to: String,
    /// How long that is.
    pub window_seconds: u64,
    /// What matters, in a few sentences.
    pub headline: String,
    /// How much of the time podsteward ran, and how its switch stood.
    pub coverage: Coverage,
    /// How the host does now, from 0 to 100; null: not known.
    pub health_score: Option<u32>,
    /// What was carried out, by action.
    pub actions: Vec<Actions>,
    /// All of them together.
    pub all: Totals,
    /// What was held back, by the gate that did.
    pub withheld_by: BTreeMap<Gate, u64>,
    /// What waits for a person.
    pub approvals_pending: Vec<Pending>,
    /// What is left to people.
    #[serde(default)]
    pub left_to_you: Vec<Left>,
    /// What is not there, is not known, or is left alone.
    #[serde(default)]
    pub away: Vec<Away>,
    /// Why podsteward as a whole does nothing; null: it runs and may act.
    #[serde(default)]
    pub idle: Option<String>,
    /// What rests because it failed too often.
    pub breakers: Vec<OpenBreaker>,
    /// Verified actions that a forecast or a warning called for, of all verified ones; null: none was verified. What
    /// follows from a manifest (a first creation, an edit, a start after an end) is called for by neither.
    pub proactive_ratio: Option<Score>,
    /// How long what was mended was broken; null: nothing was mended.
    pub time_to_repair: Option<TimeToRepair>,
    /// What people did by hand.
    pub manual_interventions: BTreeMap<String, u64>,
    /// The watched filesystems.
    pub disks: Vec<Disk>,
    /// The declared backups.
    pub backups: Vec<Backup>,
    /// The containers that were not well most.
    pub offenders: Vec<Offender>,
    /// The findings that were open longest.
    pub findings: Vec<OpenFor>,
    /// How many notifications are due and did not arrive: each counts once for every channel that lacks it.
    pub notifications_undelivered: u64,
    /// How many wait for the end of quiet hours, or to be told again.
    #[serde(default)]
    pub notifications_waiting: u64,
    /// The channels that lack something.
    #[serde(default)]
    pub channels: Vec<ChannelDelivery>,
    /// The last drill; null: never.
    pub last_drill: Option<LastDrill>,
    /// When one passed last; null: never.
    pub last_successful_drill: Option<String>,
}

/// How much of the time podsteward ran, and how its switch stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The share of the known time that a controller ran; null: not known.
    pub ratio: Option<Score>,
    /// Since when that is known, where it is for less than the window; null: all of it, or nothing, is known.
    pub known_since: Option<String>,
    /// How long the switch and the mode stood like this.
    pub seconds: BTreeMap<Watch, u64>,
}

/// What came of one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actions {
    /// Which.
    pub action: Action,
    /// The numbers.
    #[serde(flatten)]
    pub totals: Totals,
}

/// What was carried out, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Carried out, and worked or failed.
    pub attempts: u64,
    /// Of those, verified.
    pub verified: u64,
    /// Verified of attempts; null without any: zero attempts are no data.
    pub success_rate: Option<Score>,
    /// Carried out, and nobody can tell.
    pub inconclusive: u64,
    /// How often a person was asked.
    pub asked: u64,
    /// How often a gate held it back.
    pub withheld: u64,
    /// The average confidence; null where nothing was judged.
    pub average_confidence: Option<Score>,
}

/// How long what was mended was broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeToRepair {
    /// How many incidents.
    pub repairs: usize,
    /// Half of them took no longer.
    pub median_seconds: u64,
    /// The longest.
    pub worst_seconds: u64,
    /// What that was about.
    pub worst_target: Key,
    /// What was wrong with it.
    pub worst_finding: FindingKind,
}

/// The last drill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastDrill {
    /// When it ended.
    pub at: String,
    /// How.
    pub result: DrillResult,
    /// The same for people.
    pub sentence: String,
}

impl Report {
    /// What is sent of it.
    pub fn notification(&self) -> Notification {
        Notification {
            event: NotificationEvent::Report,
            severity: Severity::Info,
            object: Key::host(),
            title: format!("podsteward: report until {}", self.to),
            body: format!("{} `podsteward report` tells more.", self.headline),
            about: None,
        }
    }
}

/// Makes a report.
pub fn report(facts: &Facts) -> Report {
    let from_ms = from_ms(facts);
    let actions = facts
        .decisions
        .iter()
        .map(|(action, counted)| Actions { action: *action, totals: totals([counted]) });
    let mut report = Report {
        from: rfc3339(from_ms),
        to: facts.now.to_rfc3339(),
        window_seconds: facts.window_secs,
        headline: String::new(),
        coverage: coverage(facts, from_ms),
        health_score: facts.health_score,
        actions: actions.collect(),
        all: totals(facts.decisions.values()),
        withheld_by: withheld_by(facts),
        approvals_pending: facts.pending.clone(),
        breakers: facts.breakers.clone(),
        left_to_you: facts.left.clone(),
        away: facts.away.clone(),
        idle: facts.idle.clone(),
        proactive_ratio: proactive(&facts.verified),
        time_to_repair: time_to_repair(&facts.repairs),
        manual_interventions: facts.interventions.clone(),
        disks: facts.disks.clone(),
        backups: facts.backups.clone(),
        offenders: troubles::offenders(&facts.troubles, (from_ms, facts.now.wall_ms)),
        findings: troubles::longest(&facts.troubles, (from_ms, facts.now.wall_ms)),
        notifications_undelivered: facts.undelivered,
        notifications_waiting: facts.waiting,
        channels: facts.channels.clone(),
        last_drill: facts.last_drill.as_ref().and_then(last_drill),
        last_successful_drill: facts.last_drill_passed.as_ref().and_then(ended_at),
    };
    report.headline = headline::headline(&report);
    report.findings.truncate(troubles::TOLD_MAX);
    report
}

fn from_ms(facts: &Facts) -> i64 {
    let window = facts.window_secs.saturating_mul(1000);
    facts.now.wall_ms.saturating_sub(i64::try_from(window).unwrap_or(i64::MAX))
}

fn totals<'a>(counted: impl IntoIterator<Item = &'a Counted>) -> Totals {
    let mut totals = Totals::default();
    let (mut sum, mut judged) = (0, 0);
    for counted in counted {
        totals.attempts += counted.verified + counted.failed;
        totals.verified += counted.verified;
        totals.inconclusive += counted.inconclusive;
        totals.asked += counted.asked;
        totals.withheld += counted.withheld_by.values().sum::<u64>();
        sum += counted.confidence_sum_bp;
        judged += counted.judged;
    }
    totals.success_rate = share(totals.verified * u64::from(ONE), totals.attempts);
    totals.average_confidence = share(sum, judged);
    totals
}

fn withheld_by(facts: &Facts) -> BTreeMap<Gate, u64> {
    let mut by_gate = BTreeMap::new();
    for (gate, count) in facts.decisions.values().flat_map(|counted| &counted.withheld_by) {
        *by_gate.entry(*gate).or_default() += count;
    }
    by_gate
}

/// The verified actions that a forecast or a warning called for, of all verified ones; `None` without any. Declared work
/// follows from a manifest, after an edit or an end, and so comes before nothing.
pub fn proactive(verified: &[Verified]) -> Option<Score> {
    let early = |it: &&Verified| !it.action.is_declared() && it.trigger.severity() == Severity::Warning;
    let part: u64 = verified.iter().filter(early).map(|it| it.times).sum();
    share(part.saturating_mul(u64::from(ONE)), verified.iter().map(|it| it.times).sum())
}

fn time_to_repair(repairs: &[Repair]) -> Option<TimeToRepair> {
    let mut took: Vec<u64> = repairs.iter().map(|repair| repair.took_ms).collect();
    took.sort_unstable();
    let worst = repairs.iter().max_by_key(|repair| repair.took_ms)?;
    Some(TimeToRepair {
        repairs: repairs.len(),
        median_seconds: took.get((took.len() - 1) / 2)? / 1000,
        worst_seconds: worst.took_ms / 1000,
        worst_target: worst.target.clone(),
        worst_finding: worst.finding,
    })
}

/// How much of the time a controller ran, from when that is known on.
fn coverage(facts: &Facts, from_ms: i64) -> Coverage {
    let now_ms = facts.now.wall_ms;
    let known_ms = facts.watched_since_ms.map(|since| since.max(from_ms));
    let mut seconds_ms: BTreeMap<Watch, u64> = BTreeMap::new();
    for span in &facts.spans {
        let (from, to) = (span.from_ms.max(from_ms), span.to_ms.min(now_ms));
        let length = u64::try_from(to.saturating_sub(from)).unwrap_or(0);
        *seconds_ms.entry(span.watch).or_default() += length;
    }
    let known = known_ms.and_then(|known| u64::try_from(now_ms.saturating_sub(known)).ok());
    let watched: u64 = seconds_ms.values().sum();
    Coverage {
        ratio: known.and_then(|known| share(watched.saturating_mul(u64::from(ONE)), known)),
        known_since: known_ms.filter(|known| *known > from_ms).map(rfc3339),
        seconds: seconds_ms.into_iter().map(|(watch, ms)| (watch, ms / 1000)).collect(),
    }
}

fn last_drill(drill: &Drill) -> Option<LastDrill> {
    let ended = drill.ended.as_ref()?;
    Some(LastDrill { at: ended.at.to_rfc3339(), result: ended.result, sentence: drill::sentence(drill) })
}

fn ended_at(drill: &Drill) -> Option<String> {
    Some(drill.ended.as_ref()?.at.to_rfc3339())
}

/// Basis points shared among so many, rounded; nothing among none.
fn share(basis_points: u64, among: u64) -> Option<Score> {
    let each = basis_points.saturating_add(among / 2).checked_div(among)?;
    Some(Score::clamped(i64::try_from(each).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests;
