//! The checks of a `DiskPolicy`.
//!
//! Owns the checks of thresholds and forecast within one policy. Never looks at a disk: whether the path exists is found
//! when it is measured. The steps of a cleanup are checked in [`super::cleanup`].

use super::cleanup::{self, plain_path};
use super::field::Field;
use super::number::{scaled, unscaled};
use super::text;
use crate::defaults::disk as defaults;
use crate::disk::{DiskPolicy, Forecast, Thresholds};
use crate::document::Spots;
use crate::duration;
use crate::wire::disk as wire;
use crate::wire::policy::Decimal;

/// Shares are kept in hundredths of a percent.
const PERCENT_PLACES: usize = 2;
/// A confidence is kept in ten-thousandths.
const CONFIDENCE_PLACES: usize = 4;

/// Checks a policy and remembers where its path stands. `None` after a problem with what it cannot be without.
pub(super) fn disk(wire: wire::DiskPolicy, spec: &Field<'_>, spots: &mut Spots) -> Option<DiskPolicy> {
    let path = spec.key("path").read(wire.path.as_deref(), plain_path);
    spots.path = Some(spec.key("path").spot());
    let thresholds = thresholds(wire.thresholds.unwrap_or_default(), &spec.key("thresholds"));
    let inodes = self::thresholds(wire.inodes.unwrap_or_default(), &spec.key("inodes"));
    let forecast = forecast(wire.forecast.unwrap_or_default(), &spec.key("forecast"));
    let cleanup = match wire.cleanup {
        Some(steps) => cleanup::steps(steps, &spec.key("cleanup")),
        None => defaults::CLEANUP.to_vec(),
    };
    let retention = spec.key("snapshotRetention");
    let retention = retention.read(wire.snapshot_retention.as_deref(), text::positive_duration);
    let snapshot_retention = retention.unwrap_or(defaults::SNAPSHOT_RETENTION);
    Some(DiskPolicy { path: path?, thresholds, inodes, forecast, cleanup, snapshot_retention })
}

fn thresholds(wire: wire::Thresholds, field: &Field<'_>) -> Thresholds {
    let default = defaults::THRESHOLDS;
    let share = |wire, default, name| points(wire, default, PERCENT_PLACES, &field.key(name));
    let warn = share(wire.warn, default.warn, "warn");
    let act = share(wire.act, default.act, "act");
    let target = share(wire.target, default.target, "target");
    let critical = share(wire.critical, default.critical, "critical");
    let (Some(warn), Some(act), Some(target), Some(critical)) = (warn, act, target, critical) else {
        return default;
    };
    let print = |points| unscaled(points, PERCENT_PLACES);
    let wrong = |lower: &str, below: u16, is: &str, upper: &str, above: u16| {
        let rule = "target < act, warn <= act <= critical; left out: target 70, warn 75, act 85, critical 95";
        field.problem(format!("{lower} {} is {is} {upper} {} ({rule})", print(below), print(above)));
    };
    if target >= act {
        wrong("target", target, "not below", "act", act);
    }
    if warn > act {
        wrong("warn", warn, "above", "act", act);
    }
    if act > critical {
        wrong("act", act, "above", "critical", critical);
    }
    Thresholds { warn, act, target, critical }
}

/// Reads a number with decimals as basis points. `None` after a problem.
pub(super) fn points(wire: Option<Decimal>, default: u16, places: usize, field: &Field<'_>) -> Option<u16> {
    let Some(Decimal(number)) = wire else { return Some(default) };
    let text = number.to_string();
    let points = scaled(&text, places).and_then(|points| u16::try_from(points).ok());
    field.take(points.ok_or_else(|| format!("is {text} (at most {places} decimals)")))
}

fn forecast(wire: wire::Forecast, field: &Field<'_>) -> Forecast {
    let default = defaults::FORECAST;
    let lookback = field.key("lookback").read(wire.lookback.as_deref(), |text| match duration::parse(text) {
        Ok(lookback) if lookback < defaults::LOOKBACK_MIN => {
            Err(format!("'{text}' is too short (at least 1d: no forecast is made of less)"))
        }
        other => other.map_err(|error| error.to_string()),
    });
    let horizon = field.key("horizon").read(wire.horizon.as_deref(), text::positive_duration);
    let confidence = field.key("minConfidence");
    let confidence = points(wire.min_confidence, default.min_confidence, CONFIDENCE_PLACES, &confidence);
    Forecast {
        lookback: lookback.unwrap_or(default.lookback),
        horizon: horizon.unwrap_or(default.horizon),
        min_confidence: confidence.unwrap_or(default.min_confidence),
    }
}
