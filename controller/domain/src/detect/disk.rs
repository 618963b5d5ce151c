//! Findings about a watched filesystem: how full it is, how soon it will be, and whether cleaning helped.
//!
//! A level that is not known opens none of them.

use std::time::Duration;

use crate::detect::object::finding;
use crate::disk::inventory::Consumer;
use crate::disk::memory::Cleaned;
use crate::disk::{Measure, Size, percent};
use crate::finding::{Finding, FindingKind, Severity};
use crate::forecast;
use crate::planning::cleanup;
use crate::view::{DiskView, View};
use crate::words;

/// What was freed and is full again within this time was of no use.
pub const FULL_AGAIN: Duration = Duration::from_hours(7 * 24);
/// A cleanup that lowered the used share by no more than this, in basis points, did not help by itself.
pub const LITTLE: u16 = 300;
/// So many of what takes most are told.
const CONSUMERS_TOLD: usize = 5;

/// Its space is at `warn`, and not yet a pressure.
pub(super) fn disk_warning(view: &View<'_>) -> Option<Finding> {
    let (disk, share) = space(view)?;
    let thresholds = disk.policy.thresholds;
    let pressed = view.world.memory.disk.pressure(Measure::Space).is_some();
    (share >= thresholds.warn && !pressed).then(|| {
        let message = format!("{} (warn {})", level(&disk, Measure::Space), percent(thresholds.warn));
        finding(view, FindingKind::DiskWarning, message)
    })
}

/// Its space came to `act`, and is not back yet.
pub(super) fn disk_pressure(view: &View<'_>) -> Option<Finding> {
    let (_, share) = space(view)?;
    let critical = view.disk?.policy.thresholds.critical;
    (share < critical).then(|| pressure(view, Measure::Space, FindingKind::DiskPressure)).flatten()
}

/// Its space is at `critical`.
pub(super) fn disk_critical(view: &View<'_>) -> Option<Finding> {
    let (disk, share) = space(view)?;
    let critical = disk.policy.thresholds.critical;
    (share >= critical).then(|| {
        let message = format!("{} (critical {})", level(&disk, Measure::Space), percent(critical));
        finding(view, FindingKind::DiskCritical, message)
    })
}

/// It has few inodes left.
pub(super) fn inode_pressure(view: &View<'_>) -> Option<Finding> {
    pressure(view, Measure::Inodes, FindingKind::InodePressure)
}

/// A btrfs has little room left for its own records, whatever space it has.
pub(super) fn metadata_pressure(view: &View<'_>) -> Option<Finding> {
    pressure(view, Measure::Metadata, FindingKind::MetadataPressure)
}

/// It will be at `act` soon, and is not yet.
pub(super) fn disk_forecast(view: &View<'_>) -> Option<Finding> {
    let disk = view.disk?;
    let pressed = view.world.memory.disk.pressure(Measure::Space).is_some();
    let (severity, message) = forecast::finding(
        disk.facts.forecast.value()?,
        &disk.policy.forecast,
        view.world.memory.disk.foreseen,
    )?;
    (!pressed).then(|| Finding { severity, ..finding(view, FindingKind::DiskForecast, message) })
}

/// A cleanup freed too little, nothing may be thrown away, or what was freed is full again within a week.
pub(super) fn cleanup_ineffective(view: &View<'_>) -> Option<Finding> {
    let disk = view.disk?;
    let memory = &view.world.memory.disk;
    let measure = Measure::ALL.into_iter().find(|measure| memory.pressure(*measure).is_some())?;
    let since = memory.pressure(measure)?;
    let now = view.world.now;
    let cleaned =
        memory.cleaned.filter(|cleaned| cleaned.measure == measure && now.since(cleaned.at) < FULL_AGAIN);
    let why = match cleaned {
        Some(cleaned) if !cleaned.reached => too_little(&cleaned, &disk),
        // The pressure began, or went on, after a cleanup that had reached its target.
        Some(cleaned) if now.since(cleaned.at) >= now.since(since) => {
            let ago = words::duration(now.since(cleaned.at));
            format!("it was cleaned down to {} {ago} ago and is full again", percent(cleaned.after))
        }
        _ if cleanup::removable(view) == Some(false) => {
            let useless = cleanup::useless(view).into_iter().map(|why| format!(" ({why})"));
            format!("nothing that its policy names may be thrown away{}", useless.collect::<String>())
        }
        _ => return None,
    };
    let message = format!("{why}; {}", consumers(&disk.facts.consumers));
    Some(finding(view, FindingKind::CleanupIneffective, message))
}

fn too_little(cleaned: &Cleaned, disk: &DiskView<'_>) -> String {
    let target = percent(cleaned.measure.thresholds(disk.policy).target);
    let (before, after) = (percent(cleaned.before), percent(cleaned.after));
    format!(
        "cleaning brought it from {before} to {after} of its {}, not below {target}",
        cleaned.measure.noun()
    )
}

/// What takes most, for whoever must make room by hand.
fn consumers(consumers: &[Consumer]) -> String {
    if consumers.is_empty() {
        return "what takes most is not known yet".to_owned();
    }
    let told = consumers.iter().take(CONSUMERS_TOLD);
    let told = told.map(|it| format!("{} {} ({})", it.what.as_str(), it.name, Size(it.size)));
    format!("it takes most: {}", told.collect::<Vec<_>>().join(", "))
}

fn space<'v>(view: &View<'v>) -> Option<(DiskView<'v>, u16)> {
    let disk = view.disk?;
    Some((disk, disk.share(Measure::Space)?))
}

fn pressure(view: &View<'_>, measure: Measure, kind: FindingKind) -> Option<Finding> {
    let disk = view.disk?;
    let share = disk.share(measure)?;
    view.world.memory.disk.pressure(measure)?;
    let thresholds = measure.thresholds(disk.policy);
    if share >= thresholds.critical {
        // Of space this has a kind of its own. Where no file can be made any more, that is no less bad.
        let message = format!("{} (critical {})", level(&disk, measure), percent(thresholds.critical));
        return Some(Finding { severity: Severity::Critical, ..finding(view, kind, message) });
    }
    let (act, target) = (percent(thresholds.act), percent(thresholds.target));
    Some(finding(view, kind, format!("{} (act {act}, target {target})", level(&disk, measure))))
}

/// How full it is: `86.2 % of its space are used: 431 GiB of 500 GiB`.
pub fn level(disk: &DiskView<'_>, measure: Measure) -> String {
    let gauge = disk.facts.sample.value().and_then(|sample| measure.of(sample));
    let Some(gauge) = gauge else { return "its level is not known".to_owned() };
    let (share, noun) = (percent(gauge.share()), measure.noun());
    match measure {
        Measure::Inodes => format!("{share} of its {noun} are used: {} of {}", gauge.used, gauge.total),
        Measure::Space | Measure::Metadata => {
            format!("{share} of its {noun} is used: {} of {}", Size(gauge.used), Size(gauge.total))
        }
    }
}
