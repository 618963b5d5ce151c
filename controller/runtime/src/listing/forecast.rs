//! The watched filesystems and what is to come of them.
//!
//! Owns the shape of `{"forecasts": [...]}`.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::disk::DiskSample;
use podsteward_domain::forecast::{Forecast, Growth, Outlook};
use podsteward_domain::score::{ONE, Score};
use podsteward_domain::time::{Moment, rfc3339};
use podsteward_specs::disk::DiskPolicy;
use podsteward_specs::document::Document;
use podsteward_specs::key::Key;
use podsteward_store::{Result, Store, StoredSample};
use serde::Serialize;

use super::wall_age_secs;

/// So many scores of earlier looks ahead are averaged.
const SCORES: u32 = 30;
/// The history is shown in so many steps.
const HISTORY: usize = 48;
/// Over so long.
const SHOWN: Duration = Duration::from_hours(7 * 24);
const DAY: f64 = 86_400.0;

/// Filesystems.
#[derive(Debug, Serialize)]
pub struct Forecasts {
    /// By name.
    pub forecasts: Vec<DiskForecast>,
}

/// One filesystem.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiskForecast {
    /// The object.
    pub object: Key,
    /// The path that is watched.
    pub path: String,
    /// Used bytes; null: it was not measured yet.
    pub used_bytes: Option<u64>,
    /// All bytes.
    pub total_bytes: Option<u64>,
    /// The used share.
    pub used_ratio: Option<Score>,
    /// The used share of its inodes, where it has a fixed number of them.
    pub inodes_used_ratio: Option<Score>,
    /// The used share of what btrfs keeps for its own records.
    pub metadata_used_ratio: Option<Score>,
    /// When it was measured.
    pub measured: Option<String>,
    /// How long ago that was.
    pub age_seconds: Option<u64>,
    /// The share that is looked ahead to.
    pub act_ratio: Score,
    /// `growing`, `steady` or `unknown`.
    pub outlook: &'static str,
    /// Why it is not known; null where it is.
    pub reason: Option<String>,
    /// When the look ahead was made.
    pub made: Option<String>,
    /// How fast it grows.
    pub slope_bytes_per_day: Option<i64>,
    /// The bounds of that.
    pub slope_bytes_per_day_interval: Option<[i64; 2]>,
    /// Days until `act`, as from now; null: it does not grow, or nobody knows.
    pub days_left: Option<f64>,
    /// The earliest and the latest of that.
    pub days_left_interval: Option<[f64; 2]>,
    /// How sure that is.
    pub confidence: Option<Score>,
    /// How far earlier looks ahead were off on average, as a share of the whole; null: none was scored yet.
    pub past_error_ratio: Option<Score>,
    /// How many earlier ones that is about.
    pub past_forecasts: usize,
    /// The used share over the last seven days, in even steps; null where nothing was measured.
    pub history: Vec<Option<Score>>,
}

impl Forecasts {
    /// What the store keeps of every declared filesystem.
    pub fn read(store: &Store, now: Moment) -> Result<Self> {
        let good = store.last_good()?.into_iter();
        let documents = good.filter_map(|it| Document::from_canonical(&it.canonical, it.origin).ok());
        let disks = documents.filter_map(|it| Some((it.key.clone(), Arc::new(it.disk()?.clone()))));
        let forecasts = disks.map(|(key, policy)| DiskForecast::read(store, &key, &policy, now));
        Ok(Self { forecasts: forecasts.collect::<Result<_>>()? })
    }
}

impl DiskForecast {
    fn read(store: &Store, key: &Key, policy: &DiskPolicy, now: Moment) -> Result<Self> {
        let since = now.wall_ms.saturating_sub(millis(SHOWN));
        let samples = store.samples(key, since)?;
        let errors = store.forecast_errors(key, SCORES)?;
        let last = samples.last().or(store.last_sample(key)?.as_ref()).copied();
        let sample = last.as_ref().map(|last| &last.sample);
        let forecast = store.latest_forecast(key)?;
        let growth = forecast.as_ref().and_then(Forecast::growth);
        let passed = forecast.as_ref().map_or(Duration::ZERO, |forecast| now.since(forecast.at));
        Ok(Self {
            object: key.clone(),
            path: policy.path.clone(),
            used_bytes: sample.map(|sample| sample.space.used),
            total_bytes: sample.map(|sample| sample.space.total),
            used_ratio: sample.map(|sample| Score::new(sample.space.share())),
            inodes_used_ratio: sample.and_then(|it| it.inodes).map(|it| Score::new(it.share())),
            metadata_used_ratio: sample.and_then(|it| it.metadata).map(|it| Score::new(it.share())),
            measured: last.as_ref().map(|last| rfc3339(last.wall_ms)),
            age_seconds: last.as_ref().map(|last| wall_age_secs(now, last.wall_ms)),
            act_ratio: Score::new(policy.thresholds.act),
            outlook: word(forecast.as_ref()),
            reason: reason(forecast.as_ref()),
            made: forecast.as_ref().map(|forecast| forecast.at.to_rfc3339()),
            slope_bytes_per_day: forecast.as_ref().and_then(slope),
            slope_bytes_per_day_interval: growth.map(|growth| [growth.slope_low, growth.slope_high]),
            days_left: growth.map(|growth| days(growth.seconds, passed)),
            days_left_interval: growth.map(|growth| interval(growth, passed)),
            confidence: growth.map(|growth| growth.confidence),
            past_error_ratio: mean(&errors),
            past_forecasts: errors.len(),
            history: history(&samples, since, now.wall_ms),
        })
    }
}

fn word(forecast: Option<&Forecast>) -> &'static str {
    match forecast.map(|forecast| &forecast.outlook) {
        Some(Outlook::Growing(_)) => "growing",
        Some(Outlook::Steady { .. }) => "steady",
        Some(Outlook::Unknown { .. }) | None => "unknown",
    }
}

fn reason(forecast: Option<&Forecast>) -> Option<String> {
    match forecast.map(|forecast| &forecast.outlook) {
        Some(Outlook::Unknown { why }) => Some(why.clone()),
        None => Some("no look ahead was made yet".to_owned()),
        Some(Outlook::Growing(_) | Outlook::Steady { .. }) => None,
    }
}

fn slope(forecast: &Forecast) -> Option<i64> {
    match &forecast.outlook {
        Outlook::Growing(growth) => Some(growth.slope),
        Outlook::Steady { slope } => Some(*slope),
        Outlook::Unknown { .. } => None,
    }
}

fn interval(growth: &Growth, passed: Duration) -> [f64; 2] {
    [days(growth.seconds_early, passed), days(growth.seconds_late, passed)]
}

/// Days that are left of so many seconds, to a tenth.
fn days(seconds: u64, passed: Duration) -> f64 {
    let left = seconds.saturating_sub(passed.as_secs());
    (Duration::from_secs(left).as_secs_f64() / DAY * 10.0).round() / 10.0
}

fn mean(errors: &[u16]) -> Option<Score> {
    let sum: u64 = errors.iter().map(|error| u64::from(*error)).sum();
    let mean = sum.checked_div(u64::try_from(errors.len()).ok()?)?;
    Some(Score::new(u16::try_from(mean).unwrap_or(ONE)))
}

/// The last share of each of the steps between two times.
fn history(samples: &[StoredSample], since_ms: i64, now_ms: i64) -> Vec<Option<Score>> {
    let mut steps = vec![None; HISTORY];
    let length = now_ms.saturating_sub(since_ms).max(1);
    let count = i64::try_from(HISTORY).unwrap_or(i64::MAX);
    for StoredSample { wall_ms, sample } in samples {
        let at = wall_ms.saturating_sub(since_ms).saturating_mul(count) / length;
        let at = usize::try_from(at).unwrap_or_default().min(HISTORY - 1);
        let share = |sample: &DiskSample| Score::new(sample.space.share());
        steps[at] = Some(share(sample));
    }
    steps
}

fn millis(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}
