//! Plans of playbooks: each step becomes the steps that podsteward takes anyway, where there are such.
//!
//! Owns how a playbook is put together on a target, and why it cannot be as things stand. Never asks whether it is allowed
//! to: the gates do, about everything that it touches.

mod script;

use std::collections::BTreeMap;

use podsteward_specs::key::{Key, Kind, Name};
use podsteward_specs::playbook::OnFailure;

use crate::decide::Proposal;
use crate::plan::{Expectation, ExpectedState, Plan, Section, Shape, Step};
use crate::playbook::{Course, PlannedCheck};
use crate::view::{ContainerView, View};

pub use script::{Part, Script, runs_inside};

/// A playbook put together, with what is in the way of it.
#[derive(Default)]
pub struct Composed {
    sections: Vec<Section>,
    settle: Vec<Step>,
    touches: crate::plan::Touches,
    course: Course,
    /// Why it cannot be carried out as it is written.
    pub never: Vec<String>,
    /// What it needs and is not there now.
    pub not_now: Vec<String>,
}

/// The plan of a playbook; `None`: there is nothing to do.
pub(super) fn plan(view: &View<'_>, proposal: &Proposal) -> Option<Plan> {
    let script = Script::of(view, proposal)?;
    let composed = script.compose();
    let Composed { sections, settle, mut touches, mut course, never, not_now } = composed;
    let does_something = sections.iter().flat_map(|section| &section.steps).any(|it| !is_check(it));
    if !does_something && never.is_empty() && not_now.is_empty() && script.is_fresh() {
        return None;
    }
    touches.objects.insert(view.world.key.clone());
    let mut stabilise = script.playbook.stabilise;
    let started = course.ran.iter().filter_map(|key| script.look_at(key));
    for (view, spec) in started.filter_map(|view| Some((view, view.container.as_ref()?.spec?))) {
        stabilise = stabilise.max(super::expect::warm_up(view, spec));
    }
    course.restarts = restarts(&script, &sections, &course);
    course.checks = script.checks(&touches);
    course.timeout = script.playbook.timeout;
    Some(Plan {
        shape: Shape::Playbook(Box::new(course)),
        sections,
        settle: (!settle.is_empty()).then(|| Section::new("settle", settle)),
        touches,
        expectation: Expectation { state: ExpectedState::Checked, stabilise },
    })
}

/// How often each container is started anew. What runs is not started, unless it was stopped; what is only stopped is started
/// again when it is over, unless it should not run.
fn restarts(script: &Script<'_>, sections: &[Section], course: &Course) -> BTreeMap<Key, u32> {
    let mut restarts: BTreeMap<Key, u32> = BTreeMap::new();
    for step in sections.iter().flat_map(|section| &section.steps) {
        let Step::StartContainer { name, .. } = step else { continue };
        let Ok(key) = Name::new(name).map(Key::container) else { continue };
        let container = script.look_at(&key).and_then(|view| view.container.as_ref());
        if course.ran.contains(&key) || !container.is_some_and(ContainerView::is_up) {
            *restarts.entry(key).or_default() += 1;
        }
    }
    for key in course.ran.iter().filter(|key| script.look_at(key).is_some_and(script::should_run)) {
        restarts.entry(key.clone()).or_insert(1);
    }
    restarts
}

fn is_check(step: &Step) -> bool {
    matches!(step, Step::Check(_))
}

impl Script<'_> {
    /// Every step in order, behind the checks before.
    pub fn compose(&self) -> Composed {
        let mut composed = Composed { never: self.missing.clone(), ..Composed::default() };
        let checks = self.playbook.pre_checks.iter().filter_map(|check| self.planned(check, &mut composed));
        let checks: Vec<Step> = checks.map(Step::Check).collect();
        if !checks.is_empty() {
            composed.sections.push(Section::new("preChecks", checks));
        }
        for part in self.parts() {
            self.add(&part, &mut composed);
        }
        self.playbook.post_checks.iter().for_each(|check| drop(self.planned(check, &mut composed)));
        composed.never.dedup();
        composed
    }

    fn add(&self, part: &Part<'_>, composed: &mut Composed) {
        match self.sections(part, composed) {
            Ok(sections) => {
                // One container made anew halfway is no state to go on from.
                let remakes = part.step.name() == "recreate";
                let forgiving = self.playbook.on_failure == OnFailure::Continue && !remakes;
                let sections = sections.into_iter().filter(|section| !section.steps.is_empty());
                composed.sections.extend(sections.map(|section| Section { forgiving, ..section }));
            }
            Err(script::Obstacle::Never(why)) => composed.never.push(why),
            Err(script::Obstacle::NotNow(why)) => composed.not_now.push(why),
        }
    }

    /// What must hold afterwards. Where nothing is said, every container that is touched is well that should run.
    fn checks(&self, touches: &crate::plan::Touches) -> Vec<PlannedCheck> {
        // What is in their way was said when it was put together.
        let mut unseen = Composed::default();
        let said = self.playbook.post_checks.iter().filter_map(|check| self.planned(check, &mut unseen));
        let said: Vec<PlannedCheck> = said.collect();
        if !said.is_empty() {
            return said;
        }
        let containers = touches.objects.iter().filter(|key| key.kind == Kind::Container);
        let wanted = containers.filter(|key| self.look_at(key).is_some_and(script::should_run));
        wanted.map(|key| PlannedCheck::Well { container: key.clone() }).collect()
    }
}
