//! The gates that stand whatever would be done to an object: the mode, the switch, its pause, overrides, breakers.
//!
//! Owns what they say while nothing can be proposed, because how the object is cannot be seen. Never looks at a World: what
//! these gates ask for stands in the manifests and in the store. Asked by `why`.

use podsteward_specs::document::Document;
use podsteward_specs::key::Key;
use podsteward_specs::policy::RemediationPolicy;

use super::{by_pause, by_switch, denied, held, limit};
use crate::breaker::{self, BreakerState};
use crate::decision::{Gate, GateAnswer, GateResult, Verdict};
use crate::limits::{self, Limits};
use crate::standing::Standing;
use crate::switch::Switch;
use crate::time::Moment;

/// What these gates are asked with.
#[derive(Debug, Clone, Copy)]
pub struct Stands<'a> {
    /// Which object.
    pub key: &'a Key,
    /// What declares it, where something does.
    pub document: Option<&'a Document>,
    /// How far podsteward may go by itself.
    pub policy: &'a RemediationPolicy,
    /// The switch and the pauses.
    pub switch: &'a Switch,
    /// Why nothing but declared work is begun, if so.
    pub remediation_off: Option<&'a str>,
    /// What is remembered of actions on it.
    pub standing: &'a Standing,
    /// Now.
    pub now: Moment,
}

/// Asks them, in the order of the chain.
pub fn standing(stands: &Stands<'_>) -> Vec<GateResult> {
    let Stands { key, document, policy, switch, standing, now, .. } = *stands;
    let limits = limits::limits(policy, key.name.as_str(), document);
    let answers = [
        (Gate::Mode, limit::mode(policy)),
        (Gate::Switch, switched(switch, stands.remediation_off, now)),
        (Gate::Pause, paused(document).or(|| by_pause(switch, key, now))),
        (Gate::Override, overridden(&limits)),
        (Gate::Breaker, broken(standing, policy, now)),
    ];
    answers.into_iter().map(|(gate, answer)| GateResult { gate, answer }).collect()
}

/// What is stopped for everything says more than what is off for remediation.
fn switched(switch: &Switch, remediation_off: Option<&str>, now: Moment) -> GateAnswer {
    by_switch(switch, now).or(|| match remediation_off {
        Some(reason) => held(format!("remediation is off: {reason}"), None),
        None => GateAnswer::Pass,
    })
}

/// The pause that a manifest asks for.
pub(super) fn paused(document: Option<&Document>) -> GateAnswer {
    match document.and_then(Document::paused) {
        Some(reason) => held(format!("paused by annotation: {reason}"), None),
        None => GateAnswer::Pass,
    }
}

/// What is forbidden, of all actions; or else that each must be confirmed.
fn overridden(limits: &Limits) -> GateAnswer {
    let forbidden = limits.deny.iter().map(|action| format!("{action} is denied"));
    let restart = limits.no_restart.map(|by| format!("autoRestart is false by {by}"));
    let forbidden: Vec<String> = forbidden.chain(restart).collect();
    match limits.confirmation {
        _ if !forbidden.is_empty() => denied(forbidden.join(", ")),
        Some(by) => GateAnswer::Cap {
            verdict: Verdict::Queue,
            detail: format!("requiresConfirmation is true by {by}"),
        },
        None => GateAnswer::Pass,
    }
}

/// Every breaker that rests an action on it, whichever that is.
fn broken(standing: &Standing, policy: &RemediationPolicy, now: Moment) -> GateAnswer {
    let own = standing.tracks.iter();
    let own = own.map(|(action, track)| (track.opened, format!("{action} failed too often on this target")));
    let anywhere = standing
        .overall
        .iter()
        .map(|(action, overall)| (overall.opened, format!("{action} failed too often, on several targets")));
    let all = breaker::global(&standing.overall, now, &policy.breaker);
    let all = (all, "several actions failed too often: all remediation rests".to_owned());
    let rests = |(opened, _): &(Option<Moment>, String)| {
        BreakerState::of(*opened, now, &policy.breaker) == BreakerState::Open
    };
    let open: Vec<_> = own.chain(anywhere).chain([all]).filter(rests).collect();
    let Some((first, _)) = open.first() else { return GateAnswer::Pass };
    // Of several, none is the end of all.
    let until = if open.len() == 1 { breaker::half_opens(*first, now, &policy.breaker) } else { None };
    held(open.into_iter().map(|(_, why)| why).collect::<Vec<_>>().join("; "), until)
}
