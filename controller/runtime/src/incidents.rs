//! What is told of incidents: that one opened, got worse, or is over.
//!
//! Owns which changes of incidents are told of, and what becomes of alerts that nobody speaks of any more. Never words a
//! notification and never writes one: the domain and the store do. Called by the worker and the watch over the host, within
//! the write of the incidents.

use podsteward_domain::finding::{Finding, FindingKind, Severity};
use podsteward_domain::notification::{self, Notification};
use podsteward_domain::time::Moment;
use podsteward_specs::key::Kind;
use podsteward_store::{Fate, Incident, IncidentChanges};

use crate::context::Context;

/// What is told of the changes that these findings made. What is over is always told: it reaches those alone who were told
/// of it.
pub(crate) fn told(changes: &IncidentChanges, findings: &[Finding], now: Moment) -> Vec<Notification> {
    let opened = changes.opened.iter().chain(&changes.worse).filter_map(|incident| {
        let finding = findings.iter().find(|finding| finding.kind == incident.kind)?;
        is_told(finding).then(|| notification::finding(finding))
    });
    // Nobody is told that something is over of which that is not known.
    let over = changes.closed.iter().filter(|incident| !incident.forgotten).map(|incident| {
        let lasted = now.since(incident.opened);
        notification::over(&incident.target, incident.kind, &incident.message, lasted)
    });
    opened.chain(over).collect()
}

/// What becomes of an open incident that a look found nothing of. The look may be older than an alert that came in meanwhile,
/// whose incident is kept before the world knows of it.
pub(crate) fn fate(context: &Context, incident: &Incident) -> Fate {
    if incident.kind != FindingKind::Alert {
        return Fate::Over;
    }
    let forgotten = context.world.forgotten_alert(&incident.target);
    match forgotten.filter(|heard| !incident.opened.is_after(*heard)) {
        _ if context.world.is_alerted(&incident.target) => Fate::Stays,
        Some(_) => Fate::Forgotten,
        None => Fate::Over,
    }
}

/// Nothing but a notification tells of what is wrong with the host at large, unless that is only worth knowing, or
/// suppressed. Each drill is told of by itself.
fn is_told(finding: &Finding) -> bool {
    let Finding { kind, severity, .. } = *finding;
    let of_host = finding.target.kind == Kind::Host && kind != FindingKind::DrillFailed;
    of_host && severity > Severity::Info || notification::is_told(kind, severity)
}

#[cfg(test)]
mod tests;
