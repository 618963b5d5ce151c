//! What an accident leaves is put right: every plan, cut off after every step, and its recovery cut off once more.

use std::fmt::Write;
use std::sync::Arc;

use expect_test::expect;
use podsteward_domain::approval::ApprovalId;
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::intent::{Intent, IntentState, Outcome};
use podsteward_domain::observation::Observation;
use podsteward_domain::plan::{Plan, Shape, Step};
use podsteward_domain::recover::{Interruption, Recovery, recover, settle};
use podsteward_domain::view::View;
use podsteward_domain::world::World;

use crate::fixture::{NOW, container_facts, world};
use crate::host::Host;
use crate::told::steps as in_words;

/// Plans of every shape, by the Worlds that call for them.
const WORLDS: [(&str, &str); 9] = [
    ("create", "Container web {image: app:1}\n live absent\n image absent"),
    (
        "recreate",
        "Container web {image: app:2}\n live running\n made-of {image: app:1}\n applied {image: app:1}",
    ),
    (
        "recreate what is down",
        "Container web {image: app:2}\n live exited\n made-of {image: app:1}\n applied {image: app:1}",
    ),
    (
        "recreate what should be stopped",
        "Container web {image: app:2, desiredState: Stopped}\n live exited\n made-of {image: app:1}\n applied {image: app:1}",
    ),
    ("start", "Container web {image: app:1}\n live exited\n applied"),
    (
        "restart",
        "Container web {image: app:1, configFiles: [{path: /etc/web}]}
         live running
         applied
         read-before /etc/web one
         config /etc/web two",
    ),
    ("stop", "Container web {image: app:1, desiredState: Stopped}\n live running\n applied"),
    ("remove", "Container web {image: app:1}\n desired vanishing 1m 2\n live running\n applied"),
    (
        "change",
        "Container web {image: app:1, resources: {limits: {memory: 64Mi}}}
         live running
         made-of {image: app:1, resources: {limits: {memory: 32Mi}}}
         applied",
    ),
];

/// A host on which a plan is being carried out.
#[derive(Clone)]
struct Scene {
    world: World,
    host: Host,
    intent: Intent,
}

impl Scene {
    fn of(text: &str) -> (Self, Plan) {
        let mut world = world(text);
        let choice = evaluate(world.clone()).choice.expect("a plan");
        assert_eq!(choice.decision.withheld_by(), None, "{text}");
        let mut host = Host::default();
        if let Some(live) = container_facts(&mut world).live.value().and_then(Option::as_deref) {
            host.containers.insert("web".into(), live.clone());
        }
        let mut begun = crate::fixture::world(&format!("{text}\n intent note acting"));
        let mut intent = begun.intent.take().expect("an intent");
        intent.draft.shape = choice.plan.shape.clone();
        (Self { world, host, intent }, choice.plan)
    }

    fn carry_out<'a>(&mut self, steps: impl IntoIterator<Item = &'a Step>) {
        for step in steps {
            let was_there = !self.host.containers.is_empty();
            self.host.carry_out(step, NOW).unwrap_or_else(|error| panic!("{step}: {error}"));
            let there = !self.host.containers.is_empty();
            assert!(there || !was_there || self.intent.shape == Shape::Remove, "both are gone after: {step}");
        }
    }

    fn recover(&mut self, interruption: Interruption) -> Recovery {
        let live = self.host.containers.get("web").cloned().map(Arc::new);
        let previous = self.host.previous("web");
        let facts = container_facts(&mut self.world);
        facts.live = Observation::Known { value: live, at: NOW };
        facts.previous = previous;
        self.world.intent = Some(self.intent.clone());
        recover(&View::of(&self.world), &self.intent, interruption)
    }

    fn runs(&self) -> bool {
        self.host.containers.get("web").is_some_and(|container| container.state.is_up())
    }

    /// What there is, in words.
    fn shown(&self) -> String {
        let containers = self.host.containers.values();
        let shown =
            containers.map(|live| format!("{}={} {:?}", live.name, live.id, live.state).to_lowercase());
        shown.collect::<Vec<_>>().join(", ")
    }
}

fn in_short(recovery: &Recovery) -> String {
    match recovery {
        Recovery::Stabilise => "verify it".to_owned(),
        Recovery::Settle { steps } => format!("settle: {}", in_words(steps)),
        Recovery::Undo { steps, outcome } if steps.is_empty() => format!("close: {}", outcome.as_str()),
        Recovery::Undo { steps, outcome } => format!("{}; close: {}", in_words(steps), outcome.as_str()),
    }
}

/// Every plan cut off after every step, and what recovery says.
fn table(interruption: Interruption) -> String {
    let mut told = String::new();
    for (name, text) in WORLDS {
        let (scene, plan) = Scene::of(text);
        let steps: Vec<&Step> = plan.sections.iter().flat_map(|section| &section.steps).collect();
        let _ = writeln!(told, "{name}");
        for done in 0..=steps.len() {
            let mut scene = scene.clone();
            scene.carry_out(steps[..done].iter().copied());
            let recovery = scene.recover(interruption);
            let _ = writeln!(told, "  {done} steps, {}: {}", scene.shown(), in_short(&recovery));
        }
    }
    told
}

#[test]
fn after_a_crash() {
    expect![[r#"
        create
          0 steps, : close: inconclusive
          1 steps, : close: inconclusive
          2 steps, web=made-1 created: close: inconclusive
          3 steps, web=made-1 running: verify it
        recreate
          0 steps, web=c1 running: close: inconclusive
          1 steps, web=c1 exited: start container web; close: inconclusive
          2 steps, web-podsteward-previous-c1=c1 exited: rename container web-podsteward-previous-c1 to web, start container web; close: inconclusive
          3 steps, web=made-1 created, web-podsteward-previous-c1=c1 exited: remove container web, rename container web-podsteward-previous-c1 to web, start container web; close: inconclusive
          4 steps, web=made-1 running, web-podsteward-previous-c1=c1 exited: verify it
        recreate what is down
          0 steps, web=c1 exited: close: inconclusive
          1 steps, web-podsteward-previous-c1=c1 exited: rename container web-podsteward-previous-c1 to web; close: inconclusive
          2 steps, web=made-1 created, web-podsteward-previous-c1=c1 exited: remove container web, rename container web-podsteward-previous-c1 to web; close: inconclusive
          3 steps, web=made-1 running, web-podsteward-previous-c1=c1 exited: verify it
        recreate what should be stopped
          0 steps, web=c1 exited: close: inconclusive
          1 steps, web-podsteward-previous-c1=c1 exited: rename container web-podsteward-previous-c1 to web; close: inconclusive
          2 steps, web=made-1 created, web-podsteward-previous-c1=c1 exited: remove container web, rename container web-podsteward-previous-c1 to web; close: inconclusive
        start
          0 steps, web=c1 exited: close: inconclusive
          1 steps, web=c1 running: verify it
        restart
          0 steps, web=c1 running: close: inconclusive
          1 steps, web=c1 exited: start container web; close: inconclusive
          2 steps, web=c1 running: verify it
        stop
          0 steps, web=c1 running: close: inconclusive
          1 steps, web=c1 exited: close: inconclusive
        remove
          0 steps, web=c1 running: close: inconclusive
          1 steps, web=c1 exited: close: inconclusive
          2 steps, : close: inconclusive
        change
          0 steps, web=c1 running: close: inconclusive
          1 steps, web=c1 running: close: inconclusive
    "#]].assert_eq(&table(Interruption::Crash));
}

#[test]
fn after_a_failure() {
    expect![[r#"
        create
          0 steps, : close: failure
          1 steps, : close: failure
          2 steps, web=made-1 created: close: failure
          3 steps, web=made-1 running: close: failure
        recreate
          0 steps, web=c1 running: close: failure
          1 steps, web=c1 exited: start container web; close: rolled-back
          2 steps, web-podsteward-previous-c1=c1 exited: rename container web-podsteward-previous-c1 to web, start container web; close: rolled-back
          3 steps, web=made-1 created, web-podsteward-previous-c1=c1 exited: remove container web, rename container web-podsteward-previous-c1 to web, start container web; close: rolled-back
          4 steps, web=made-1 running, web-podsteward-previous-c1=c1 exited: stop container web (grace 10 s), remove container web, rename container web-podsteward-previous-c1 to web, start container web; close: rolled-back
        recreate what is down
          0 steps, web=c1 exited: close: failure
          1 steps, web-podsteward-previous-c1=c1 exited: rename container web-podsteward-previous-c1 to web; close: rolled-back
          2 steps, web=made-1 created, web-podsteward-previous-c1=c1 exited: remove container web, rename container web-podsteward-previous-c1 to web; close: rolled-back
          3 steps, web=made-1 running, web-podsteward-previous-c1=c1 exited: stop container web (grace 10 s), remove container web, rename container web-podsteward-previous-c1 to web; close: rolled-back
        recreate what should be stopped
          0 steps, web=c1 exited: close: failure
          1 steps, web-podsteward-previous-c1=c1 exited: rename container web-podsteward-previous-c1 to web; close: rolled-back
          2 steps, web=made-1 created, web-podsteward-previous-c1=c1 exited: remove container web, rename container web-podsteward-previous-c1 to web; close: rolled-back
        start
          0 steps, web=c1 exited: close: failure
          1 steps, web=c1 running: close: failure
        restart
          0 steps, web=c1 running: close: failure
          1 steps, web=c1 exited: start container web; close: failure
          2 steps, web=c1 running: close: failure
        stop
          0 steps, web=c1 running: close: failure
          1 steps, web=c1 exited: close: failure
        remove
          0 steps, web=c1 running: close: failure
          1 steps, web=c1 exited: close: failure
          2 steps, : close: failure
        change
          0 steps, web=c1 running: close: failure
          1 steps, web=c1 running: close: failure
    "#]].assert_eq(&table(Interruption::Failure));
}

/// Recovers, cut off after `cut` steps and recovered again until nothing is left to do.
fn recovered(mut scene: Scene, interruption: Interruption, cut: usize) -> Scene {
    let mut interruption = interruption;
    let mut cut = Some(cut);
    for _ in 0..10 {
        match scene.recover(interruption) {
            Recovery::Stabilise => return scene,
            Recovery::Settle { steps } => {
                scene.carry_out(&steps);
                return scene;
            }
            Recovery::Undo { steps, outcome } => {
                if outcome == Outcome::RolledBack {
                    scene.intent.state = IntentState::RollingBack;
                }
                let end = cut.take().map_or(steps.len(), |cut| cut.min(steps.len()));
                scene.carry_out(&steps[..end]);
                if end == steps.len() {
                    return scene;
                }
                interruption = Interruption::Crash;
            }
        }
    }
    panic!("it never comes to an end: {}", scene.shown());
}

#[test]
fn however_often_it_is_interrupted_the_name_exists_and_runs_if_it_ran() {
    for (name, text) in &WORLDS[1..6] {
        let (scene, plan) = Scene::of(text);
        let ran = scene.runs();
        let steps: Vec<&Step> = plan.sections.iter().flat_map(|section| &section.steps).collect();
        for done in 0..=steps.len() {
            for interruption in [Interruption::Crash, Interruption::Failure] {
                for cut in 0..=4 {
                    let mut scene = scene.clone();
                    scene.carry_out(steps[..done].iter().copied());
                    let scene = recovered(scene, interruption, cut);
                    let shown = scene.shown();
                    assert!(
                        scene.host.containers.contains_key("web"),
                        "{name}, {done} steps, {cut}: {shown}"
                    );
                    assert!(scene.runs() || !ran, "{name}, {done} steps, {interruption:?}, {cut}: {shown}");
                }
            }
        }
    }
}

#[test]
fn after_a_failure_it_is_the_old_one_that_runs() {
    let (scene, plan) = Scene::of(WORLDS[1].1);
    let steps: Vec<&Step> = plan.sections.iter().flat_map(|section| &section.steps).collect();
    for done in 0..=steps.len() {
        for cut in 0..=4 {
            let mut scene = scene.clone();
            scene.carry_out(steps[..done].iter().copied());
            let scene = recovered(scene, Interruption::Failure, cut);
            assert_eq!(scene.shown(), "web=c1 running", "{done} steps, {cut}");
        }
    }
}

#[test]
fn a_verified_replacement_is_settled_and_never_taken_back() {
    let (mut scene, plan) = Scene::of(WORLDS[1].1);
    let steps: Vec<&Step> = plan.sections.iter().flat_map(|section| &section.steps).collect();
    scene.carry_out(steps);
    scene.intent.state = IntentState::Verified;
    for interruption in [Interruption::Crash, Interruption::Failure] {
        let recovery = scene.recover(interruption);
        assert_eq!(in_short(&recovery), "settle: remove container web-podsteward-previous-c1");
    }
    let cleanup = settle(&scene.intent);
    assert_eq!(plan.settle.as_ref().map(|section| section.steps.clone()), Some(cleanup.clone()));
    scene.carry_out(&cleanup);
    assert_eq!(scene.shown(), "web=made-1 running");
    let again = scene.recover(Interruption::Crash);
    assert_eq!(
        in_short(&again),
        "settle: remove container web-podsteward-previous-c1",
        "removing twice is harmless"
    );
}

#[test]
fn a_removal_by_a_persons_word_is_finished_once_it_is_stopped() {
    let (mut scene, plan) = Scene::of(WORLDS[7].1);
    scene.intent.draft.approval = Some(ApprovalId(7));
    assert_eq!(
        in_short(&scene.recover(Interruption::Crash)),
        "close: inconclusive",
        "it was not touched yet"
    );
    scene.carry_out(plan.steps().take(1));
    assert_eq!(in_short(&scene.recover(Interruption::Crash)), "remove container web; close: inconclusive");
    scene.world.desired = world(WORLDS[4].1).desired;
    assert_eq!(in_short(&scene.recover(Interruption::Crash)), "close: inconclusive", "it is declared again");
}

#[test]
fn what_an_earlier_accident_left_under_a_waiting_name_is_neither_used_nor_harmed() {
    let (scene, plan) = Scene::of(&format!("{}\n previous web-podsteward-previous-lost", WORLDS[1].1));
    let touched = in_words(plan.steps());
    assert!(!touched.contains("lost"), "{touched}");
    let mut scene = scene;
    scene.host.containers.insert("web-podsteward-previous-lost".into(), scene.host.containers["web"].clone());
    let steps: Vec<&Step> = plan.sections.iter().flat_map(|section| &section.steps).collect();
    scene.carry_out(steps);
    let scene = recovered(scene, Interruption::Failure, 9);
    assert_eq!(scene.host.containers["web"].id, "c1");
}

#[test]
fn a_rollback_that_was_done_and_not_yet_closed_is_closed_as_one() {
    let (mut scene, _) = Scene::of(WORLDS[1].1);
    scene.intent.state = IntentState::RollingBack;
    for interruption in [Interruption::Crash, Interruption::Failure] {
        assert_eq!(in_short(&scene.recover(interruption)), "close: rolled-back");
    }
}
