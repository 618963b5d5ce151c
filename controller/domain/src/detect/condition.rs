//! Findings about why nothing happens: it waits, it cannot work, it was given up.

use crate::action::Action;
use crate::breaker;
use crate::detect::object::finding;
use crate::facts;
use crate::finding::{Finding, FindingKind};
use crate::ladder;
use crate::memory::QuarantineCause;
use crate::needs;
use crate::orient;
use crate::time::Moment;
use crate::view::{Presence, View};
use crate::world::Desired;

/// It waits for something that is not there yet.
pub(super) fn waiting(view: &View<'_>) -> Option<Finding> {
    let container = view.container.as_ref()?;
    let declared = matches!(view.world.desired, Desired::Declared(_));
    let down = match view.presence {
        Presence::Absent => true,
        Presence::Ours => !container.is_up() && view.world.memory.hand_stopped.is_none(),
        _ => false,
    };
    let unmet = needs::unmet(view);
    let over = container.spec.is_none_or(|spec| super::container::is_over(container, spec));
    (declared && down && !over && !unmet.is_empty())
        .then(|| finding(view, FindingKind::Waiting, format!("waiting: {}", unmet.join(", "))))
}

/// A permanent error: trying again soon cannot help.
pub(super) fn terminal(view: &View<'_>) -> Option<Finding> {
    let terminal = view.world.memory.terminal.as_ref()?;
    facts::are_still(view, &terminal.facts)
        .then(|| finding(view, FindingKind::Terminal, terminal.message.clone()))
}

/// Its document failed verification and was taken back, or its drift does not converge and is there.
pub(super) fn quarantined(view: &View<'_>) -> Option<Finding> {
    let quarantine = view.world.memory.quarantine.as_ref()?;
    let concerned = match quarantine.cause {
        QuarantineCause::RolledBack => true,
        QuarantineCause::NotConverging => view.is_drifting() || !view.presence.is_known(),
    };
    let message = format!("{}; tried again when a fact changes, or by `podsteward retry`", quarantine.reason);
    (concerned && facts::are_still(view, &quarantine.facts))
        .then(|| finding(view, FindingKind::Quarantined, message))
}

/// An action on it failed so often that it is not tried for a while.
pub(super) fn breaker_open(view: &View<'_>) -> Option<Finding> {
    let actions: Vec<String> = open_breakers(view).map(|(action, _)| action.to_string()).collect();
    (!actions.is_empty()).then(|| {
        let message = format!(
            "{} failed too often on it and rests{}; `podsteward resume {}` ends that",
            actions.join(", "),
            tried_in_vain(view),
            view.world.key
        );
        finding(view, FindingKind::BreakerOpen, message)
    })
}

/// What the escalation ladder came to before its breaker opened.
fn tried_in_vain(view: &View<'_>) -> String {
    let track = orient::track(&view.world.standing, Action::ServiceRestart, &orient::basis(view));
    let tried = Some(track.tried).filter(|tried| track.opened.is_some() && !tried.is_empty());
    tried.map_or_else(String::new, |tried| format!(", tried in vain: {}", ladder::in_words(&tried)))
}

/// When the next breaker of the object lets a trial pass.
pub fn breakers_half_open(view: &View<'_>) -> Option<Moment> {
    open_breakers(view).map(|(_, until)| until).reduce(Moment::earlier)
}

/// The actions whose breaker is open on the object, and until when.
fn open_breakers(view: &View<'_>) -> impl Iterator<Item = (Action, Moment)> {
    let (now, policy) = (view.world.now, &view.world.policy.breaker);
    let basis = orient::basis(view);
    let tracks = view.world.standing.tracks.iter();
    tracks.filter_map(move |(action, track)| {
        Some((*action, breaker::half_opens(track.on(&basis).opened, now, policy)?))
    })
}
