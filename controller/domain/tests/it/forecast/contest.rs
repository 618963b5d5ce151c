//! Ours against `predict_linear`: who cries wolf, and who sleeps while a filesystem fills.
//!
//! Owns what counts as either, the same for both, and how each of the two is run. Used by the test and by the bench.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::time::Duration;

use podsteward_domain::forecast::{
    Forecast, Goal, History, Point, Reclaim, SCORED_AFTER, finding, fit, score,
};
use podsteward_domain::time::{BootId, Moment};
use podsteward_specs::disk::Forecast as Policy;

use super::series::{FULL, STEPS_A_DAY, STEPS_AN_HOUR, Series, all};

/// Judged from the third week on: the first two are the past that a host has.
const JUDGED_FROM: usize = 14 * STEPS_A_DAY;
/// Judged for four weeks.
const JUDGED_UNTIL: usize = 42 * STEPS_A_DAY;
/// An alarm is false when the filesystem is not even at `act` within four weeks.
const COMES_TRUE_WITHIN: usize = 28 * STEPS_A_DAY;
/// A fill is missed when no alarm stands so long before it: four hours, which the node-mixin calls critical.
const TOLD_BEFORE: usize = 4 * STEPS_AN_HOUR;
/// 85 %, as a new policy has it.
const ACT: i32 = FULL / 100 * 85;
/// As a new policy has it.
const POLICY: Policy = Policy {
    lookback: Duration::from_hours(7 * 24),
    horizon: Duration::from_hours(14 * 24),
    min_confidence: 6000,
};
const STEP_MS: i64 = 600_000;
const BEGIN_MS: i64 = 1_790_000_000_000;

/// What one side did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Alarms that did not come true.
    pub(crate) false_alarms: usize,
    /// Fills that nobody was told of in time.
    pub(crate) missed: usize,
}

/// What both did, over some series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// How many series.
    pub(crate) series: usize,
    /// How many of them fill the filesystem while they are judged.
    pub(crate) fills: usize,
    /// Ours.
    pub(crate) ours: Tally,
    /// The rule of the node-mixin.
    pub(crate) theirs: Tally,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.false_alarms += other.false_alarms;
        self.missed += other.missed;
    }
}

impl AddAssign for Comparison {
    fn add_assign(&mut self, other: Self) {
        self.series += other.series;
        self.fills += other.fills;
        self.ours += other.ours;
        self.theirs += other.theirs;
    }
}

/// Runs the whole set, looked ahead every so often: what both did, by kind.
pub(crate) fn run(every: Duration) -> BTreeMap<&'static str, Comparison> {
    let mut comparisons: BTreeMap<&'static str, Comparison> = BTreeMap::new();
    for series in all() {
        *comparisons.entry(series.kind).or_default() += one(&series, every);
    }
    comparisons
}

fn one(series: &Series, every: Duration) -> Comparison {
    let fills = usize::from(full_at(series).is_some());
    let ours = judge(series, &ours(series, every));
    Comparison { series: 1, fills, ours, theirs: judge(series, &theirs(series)) }
}

/// The sample at which the filesystem is full, if that is while it is judged.
fn full_at(series: &Series) -> Option<usize> {
    let at = series.used.iter().position(|used| *used >= FULL)?;
    (at < JUDGED_UNTIL).then_some(at)
}

fn judge(series: &Series, alarm: &[bool]) -> Tally {
    let full = full_at(series);
    let end = full.unwrap_or(JUDGED_UNTIL).min(series.used.len());
    let begins = (JUDGED_FROM..end).filter(|at| alarm[*at] && (*at == JUDGED_FROM || !alarm[at - 1]));
    let comes_true = |at: usize| {
        let end = (at + COMES_TRUE_WITHIN).min(series.used.len());
        series.used[at..end].iter().any(|used| *used >= ACT)
    };
    Tally {
        false_alarms: begins.filter(|at| !comes_true(*at)).count(),
        missed: usize::from(full.is_some_and(|full| !alarm[full - TOLD_BEFORE])),
    }
}

/// The moment of a sample.
fn moment(step: usize) -> Moment {
    let millis = i64::try_from(step).unwrap_or(0) * STEP_MS;
    Moment { wall_ms: BEGIN_MS + millis, boot_ms: millis.unsigned_abs(), boot_id: BootId(1) }
}

/// The samples of a series that are known at one of them, as far back as they are read: of what is older than a day, the
/// lowest of each hour.
fn history(series: &Series, step: usize) -> History {
    let recent = (step + 1).saturating_sub(STEPS_A_DAY).next_multiple_of(STEPS_AN_HOUR);
    let begin = recent.saturating_sub(27 * STEPS_A_DAY);
    let point =
        |at: usize| Point { wall_ms: moment(at).wall_ms, used: series.used[at].unsigned_abs().into() };
    let hour = |at: usize| (at..at + STEPS_AN_HOUR).map(point).min_by_key(|point| point.used);
    let hours = (begin..recent).step_by(STEPS_AN_HOUR).filter_map(hour);
    let reclaims = series.cleaned.iter().filter(|(at, _)| *at <= step).map(|(at, freed)| Reclaim {
        from_ms: moment(*at).wall_ms + 1,
        to_ms: moment(*at).wall_ms + STEP_MS - 1,
        freed: freed.unsigned_abs().into(),
    });
    History {
        points: hours.chain((recent..=step).map(point)).collect(),
        reclaims: reclaims.collect(),
        errors: Vec::new(),
    }
}

/// What is looked ahead to.
fn goal() -> Goal {
    Goal { act: ACT.unsigned_abs().into(), total: FULL.unsigned_abs().into(), lookback: POLICY.lookback }
}

/// Whether our alarm stands, sample by sample: each look scored a day later.
fn ours(series: &Series, every: Duration) -> Vec<bool> {
    let every = usize::try_from(every.as_secs()).unwrap_or(1) * STEPS_AN_HOUR / 3600;
    let mut alarm = vec![false; series.used.len()];
    let mut made: Vec<Forecast> = Vec::new();
    let mut errors = Vec::new();
    let mut stands = false;
    let judged = alarm.iter_mut().enumerate().take(JUDGED_UNTIL).skip(JUDGED_FROM - 3 * STEPS_A_DAY);
    for (step, alarm) in judged {
        if step.is_multiple_of(every) {
            let now = moment(step);
            let due = made.iter().find(|made| now.since(made.at) == SCORED_AFTER);
            let freed = series.cleaned.iter().filter(|(at, _)| (step - STEPS_A_DAY..step).contains(at));
            let used = series.used[step] + freed.map(|(_, freed)| freed).sum::<i32>();
            errors.extend(due.and_then(|made| score(made, used.unsigned_abs().into(), now)));
            let history = History { errors: errors.clone(), ..history(series, step) };
            let forecast = fit(&history, &goal(), now);
            stands = finding(&forecast, &POLICY, stands).is_some();
            made.push(forecast);
        }
        *alarm = stands;
    }
    alarm
}

/// Whether the alarm `NodeFilesystemSpaceFillingUp` of the node-mixin stands, sample by sample: a warning with less than
/// 40 % left and none in 24 h, or critical with less than 20 % left and none in 4 h; each for an hour.
fn theirs(series: &Series) -> Vec<bool> {
    let mut alarm = vec![false; series.used.len()];
    let mut since = [0; 2];
    for (step, alarm) in alarm.iter_mut().enumerate().skip(JUDGED_FROM - STEPS_A_DAY) {
        let left = FULL - series.used[step];
        for (held, (share, hours)) in since.iter_mut().zip([(40, 24.0), (20, 4.0)]) {
            let fires = left < FULL / 100 * share && predict_linear(series, step, hours) < 0.0;
            *held = if fires { *held + 1 } else { 0 };
            *alarm |= *held > STEPS_AN_HOUR;
        }
    }
    alarm
}

/// What is left in so many hours by least squares over the last six, as Prometheus does it.
fn predict_linear(series: &Series, step: usize, hours: f64) -> f64 {
    let window = &series.used[step - 6 * STEPS_AN_HOUR..=step];
    let points =
        || window.iter().rev().zip(0..).map(|(used, age)| (-f64::from(age) / 6.0, f64::from(FULL - used)));
    let (count, x, y, xy, xx) = points()
        .fold((0.0, 0.0, 0.0, 0.0, 0.0), |(count, sx, sy, sxy, sxx), (x, y)| {
            (count + 1.0, sx + x, sy + y, sxy + x * y, sxx + x * x)
        });
    let slope = (xy - x * y / count) / (xx - x * x / count);
    y / count - slope * x / count + slope * hours
}

/// A line of the table.
pub(crate) fn line(kind: &str, score: &Comparison) -> String {
    let Comparison { series, fills, ours, theirs } = score;
    let Tally { false_alarms, missed } = ours;
    format!(
        "| {kind} | {series} | {fills} | {false_alarms} | {} | {missed} | {} |\n",
        theirs.false_alarms, theirs.missed
    )
}
