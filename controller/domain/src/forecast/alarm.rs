//! Whether a look ahead is something that somebody has to know, and in which words.
//!
//! Owns the severity by the time left, and what keeps a finding from flapping. Called by [`crate::detect`].

use std::time::Duration;

use podsteward_specs::disk::Forecast as Policy;

use super::{Forecast, Growth};
use crate::disk::{Size, percent};
use crate::finding::Severity;
use crate::score::ONE;
use crate::words;

/// Less time than this is critical.
pub const CRITICAL_WITHIN: Duration = Duration::from_hours(7 * 24);
/// By how much less, in basis points, a finding that stands may be sure before it is over.
const LESS_SURE: u16 = 1000;
/// What is further away than this is not told to the day.
const FAR: u64 = 365 * 86_400;

/// How bad it is that a filesystem grows: critical when `act` is reached within a week, a warning when it is within the
/// horizon. `None`: it is further away.
pub fn severity(growth: &Growth, horizon: Duration) -> Option<Severity> {
    let left = Duration::from_secs(growth.seconds);
    let within = left < horizon;
    within.then_some(if left < CRITICAL_WITHIN { Severity::Critical } else { Severity::Warning })
}

/// What is to be said of a look ahead; `None`: it gives no reason to. What was said before (`stands`) is said a little
/// longer, a quarter of the horizon and a tenth of certainty, so that it does not come and go.
pub fn finding(forecast: &Forecast, policy: &Policy, stands: bool) -> Option<(Severity, String)> {
    let growth = forecast.growth()?;
    let (longer, less) = if stands { (policy.horizon / 4, LESS_SURE) } else { (Duration::ZERO, 0) };
    if growth.confidence.basis_points() < policy.min_confidence.saturating_sub(less) {
        return None;
    }
    let severity = severity(growth, policy.horizon.saturating_add(longer))?;
    Some((severity, message(forecast, growth)))
}

fn message(forecast: &Forecast, growth: &Growth) -> String {
    let rate = Size(u64::try_from(growth.slope).unwrap_or(0));
    let share = u128::from(forecast.act) * u128::from(ONE) / u128::from(forecast.total.max(1));
    let act = percent(u16::try_from(share).unwrap_or(ONE));
    let confidence = growth.confidence;
    if growth.seconds == 0 {
        return format!("it is at {act} and grows by {rate} a day, sure to {confidence}");
    }
    let [when, early, late] = [growth.seconds, growth.seconds_early, growth.seconds_late].map(rough);
    format!(
        "at the present rate ({rate} a day) it reaches {act} in {when} ({early} to {late}), sure to {confidence}"
    )
}

/// A time to come in its one largest unit that means something.
fn rough(seconds: u64) -> String {
    if seconds > FAR {
        return "over a year".to_owned();
    }
    let unit = [86_400, 3_600, 60].into_iter().find(|unit| seconds >= 2 * unit).unwrap_or(1);
    words::duration(Duration::from_secs((seconds + unit / 2) / unit * unit))
}
