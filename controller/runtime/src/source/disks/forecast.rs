//! Looks ahead: made every hour from what the store keeps, kept, and scored afterwards.
//!
//! Owns only the schedule and the reading; the fit and the score are the domain's.

use podsteward_domain::disk::DiskSample;
use podsteward_domain::forecast::{self, Forecast, Goal, History, Point};
use podsteward_domain::score::ONE;
use podsteward_domain::time::Moment;
use podsteward_metrics::DiskEvent;
use podsteward_specs::disk::DiskPolicy;
use podsteward_specs::key::Key;
use podsteward_store::Store;

use crate::context::Context;

/// Scores what can be scored by now, looks ahead, and keeps that. True: it says something else than before.
pub fn look_ahead(context: &Context, key: &Key, policy: &DiskPolicy, sample: &DiskSample) -> bool {
    let now = context.now();
    let store = context.keeper.store();
    context.survive(score(store, key, sample, now));
    let Some(made) = context.survive(made(store, key, policy, sample, now)) else { return false };
    context.survive(store.put_forecast(key, &made));
    context.telemetry.emit(DiskEvent::Forecast { key, forecast: &made });
    context.world.put_forecast(key, made)
}

fn score(store: &Store, key: &Key, sample: &DiskSample, now: Moment) -> podsteward_store::Result<()> {
    for (id, made) in store.unscored_forecasts(key)? {
        // What was freed since would be used still.
        let freed: u64 = store.reclaims(key, made.at.wall_ms)?.iter().map(|reclaim| reclaim.freed).sum();
        let used = sample.space.used.saturating_add(freed);
        if let Some(error) = forecast::score(&made, used, now) {
            store.score_forecast(id, error, now)?;
        }
    }
    Ok(())
}

/// A look ahead from what the store keeps.
pub fn made(
    store: &Store,
    key: &Key,
    policy: &DiskPolicy,
    sample: &DiskSample,
    now: Moment,
) -> podsteward_store::Result<Forecast> {
    let lookback = policy.forecast.lookback;
    let past = lookback.saturating_mul(forecast::LOOKBACKS);
    let since = now.wall_ms.saturating_sub(i64::try_from(past.as_millis()).unwrap_or(i64::MAX));
    let samples = store.samples(key, since)?;
    let points = samples.iter().map(|kept| Point { wall_ms: kept.wall_ms, used: kept.sample.space.used });
    let history = History {
        points: points.collect(),
        reclaims: store.reclaims(key, since)?,
        errors: store.forecast_errors(key, forecast::ERRORS)?,
    };
    let total = sample.space.total;
    let act = u128::from(total) * u128::from(policy.thresholds.act) / u128::from(ONE);
    let goal = Goal { act: u64::try_from(act).unwrap_or(total), total, lookback };
    Ok(forecast::fit(&history, &goal, now))
}
