//! What an interrupted playbook leaves: what it stopped runs again, what it made anew is finished or taken back.
//!
//! Owns that, for every container that it touched. No step of it is ever taken again: what a command did cannot be known.

use podsteward_specs::key::Key;

use super::{Interruption, Old, Recovery, recreate, settle, start};
use crate::intent::{Intent, IntentState, Outcome};
use crate::plan::Step;
use crate::playbook::Course;
use crate::view::View;

/// How an interrupted playbook goes on.
pub(super) fn recover(
    view: &View<'_>,
    intent: &Intent,
    course: &Course,
    interruption: Interruption,
) -> Recovery {
    if intent.state == IntentState::Verified {
        return Recovery::Settle { steps: settle(intent) };
    }
    let others: Vec<(&Key, View<'_>)> =
        view.world.others.iter().map(|(key, world)| (key, View::of(world))).collect();
    let look_at = |key: &Key| {
        let other = || others.iter().find(|(other, _)| *other == key).map(|(_, view)| view);
        if *key == view.world.key { Some(view) } else { other() }
    };
    let (mut steps, mut taken_back) = (Vec::new(), false);
    for remade in course.remade.iter().rev() {
        let Some((view, container)) = look_at(&remade.key).and_then(|it| Some((it, it.container.as_ref()?)))
        else {
            continue;
        };
        let old = Old { name: &remade.previous, ran: remade.was_running };
        // As after a failure: the playbook is not gone on with, so nothing of it stays half done.
        if let Recovery::Undo { steps: back, .. } =
            recreate(view, container, intent, &old, Interruption::Failure)
        {
            taken_back |= back.iter().any(|step| matches!(step, Step::RenameContainer { .. }));
            steps.extend(back);
        }
    }
    let remade = |key: &Key| course.remade.iter().any(|remade| remade.key == *key);
    for key in course.ran.iter().filter(|key| !remade(key)) {
        let container = look_at(key).and_then(|view| view.container.as_ref());
        if let Some(container) = container.filter(|container| container.live.is_some() && !container.is_up())
        {
            steps.push(start(key.name.as_str(), container));
        }
    }
    let outcome = match interruption {
        Interruption::Crash | Interruption::InDoubt => Outcome::Inconclusive,
        Interruption::Unmet => Outcome::Withheld,
        Interruption::Failure if taken_back => Outcome::RolledBack,
        Interruption::Failure => Outcome::Failure,
    };
    Recovery::Undo { steps, outcome }
}
