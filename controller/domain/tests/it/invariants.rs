//! The invariants, over Worlds at random.
//!
//! Owns those that are the domain's alone. That the gates and the intent share one transaction, that the journal
//! comes first and that observing never stops is proven where the store and the runtime are.

use std::time::Duration;

use podsteward_domain::decision::{Gate, GateAnswer};
use podsteward_domain::evaluate::{Choice, Evaluation, evaluate};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::intent::{IntentState, Outcome};
use podsteward_domain::learn::{self, Lesson};
use podsteward_domain::live::EngineState;
use podsteward_domain::observation::Observation;
use podsteward_domain::plan::{Shape, Step};
use podsteward_domain::planning::PREVIOUS_INFIX;
use podsteward_domain::status::{ConditionStatus, ConditionType};
use podsteward_domain::time::Moment;
use podsteward_domain::verify::Verification;
use podsteward_domain::view::{Presence, View};
use podsteward_domain::world::{Desired, Subject, World};
use podsteward_specs::document::{Document, Object};
use podsteward_specs::volume::DeletionPolicy;
use proptest::prelude::*;

use crate::fixture::world;
use crate::random::{SPECS, containers, worlds};

/// What would be begun now.
fn admitted(evaluation: &Evaluation) -> Option<&Choice> {
    evaluation.choice.as_ref().filter(|choice| choice.decision.withheld_by().is_none())
}

/// Every container, network and volume that a step touches by name.
fn touched(step: &Step) -> Vec<&str> {
    match step {
        Step::PullImage { .. }
        | Step::RemoveImage { .. }
        | Step::PruneBuildCache { .. }
        | Step::DeleteFiles { .. }
        | Step::TakeSnapshot(_)
        | Step::RestoreSnapshot { .. }
        | Step::Check(_)
        | Step::Wait { .. }
        | Step::Notify { .. }
        | Step::RunCommand { .. }
        | Step::VacuumJournal { .. } => Vec::new(),
        Step::CreateContainer(create) => vec![&create.name],
        Step::CreateNetwork(create) => vec![&create.name],
        Step::CreateVolume(create) => vec![&create.name],
        Step::RenameContainer { from, to } => vec![from, to],
        Step::ConnectNetwork { container, .. }
        | Step::DisconnectNetwork { container, .. }
        | Step::TruncateLog { container, .. } => vec![container],
        Step::StartContainer { name, .. }
        | Step::StopContainer { name, .. }
        | Step::SignalContainer { name, .. }
        | Step::ExecContainer { name, .. }
        | Step::Probe { name, .. }
        | Step::RemoveContainer { name, .. }
        | Step::UpdateContainer { name, .. }
        | Step::RemoveNetwork { name }
        | Step::RemoveVolume { name } => vec![name],
    }
}

/// 1. Nothing in a World says why it is looked at: a field that did would have to be named here.
#[test]
fn the_reason_of_a_look_is_no_part_of_the_world() {
    let World {
        now: _,
        instance: _,
        key: _,
        desired: _,
        manifest_problems: _,
        engine: _,
        subject: _,
        memory: _,
        applied: _,
        alerts: _,
        lint: _,
        others: _,
        playbooks_asked: _,
        checks: _,
        previous: _,
        intent: _,
        switch: _,
        remediation_off: _,
        policy: _,
        standing: _,
        snapshots: _,
        restore: _,
        host: _,
    } = world("Container web {image: app:1}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// 2. Same World, same bytes out; and always an answer.
    #[test]
    fn the_same_world_has_the_same_answer(text in worlds()) {
        let world = world(&text);
        prop_assert_eq!(format!("{:?}", evaluate(world.clone())), format!("{:?}", evaluate(world)));
    }

    /// 2. What is remembered from a look changes nothing at the next look of the same moment.
    #[test]
    fn a_second_look_at_the_same_moment_adds_nothing(text in worlds()) {
        let world = world(&text);
        let first = evaluate(world.clone());
        let second = evaluate(World { memory: first.memory.clone(), ..world });
        prop_assert_eq!(&second.memory, &first.memory);
        prop_assert_eq!(format!("{:?}", second.findings), format!("{:?}", first.findings));
        prop_assert_eq!(second.again, first.again);
    }

    /// 3. Unknown is neither healthy nor broken.
    #[test]
    fn what_is_not_known_opens_nothing_begins_nothing_and_is_not_remembered(
        text in containers(), unknown in any::<bool>(), engine in any::<bool>()
    ) {
        let mut world = world(&text);
        let since = world.now;
        let Subject::Container(facts) = &mut world.subject else { unreachable!() };
        facts.live = if unknown { Observation::Unknown { since } } else { Observation::NotYet };
        if engine {
            world.engine = Observation::Unknown { since };
        }
        let evaluation = evaluate(world.clone());
        prop_assert!(admitted(&evaluation).is_none());
        prop_assert_eq!(&evaluation.memory, &world.memory);
        for finding in &evaluation.findings {
            let of_the_manifest = [
                FindingKind::SourceUnknown, FindingKind::ManifestInvalid, FindingKind::NotSupported,
                FindingKind::Deleted, FindingKind::MassDeletion,
            ];
            let remembered = [FindingKind::Terminal, FindingKind::Quarantined, FindingKind::BreakerOpen];
            prop_assert!(of_the_manifest.contains(&finding.kind) || remembered.contains(&finding.kind), "{finding:?}");
        }
        match evaluation.verification {
            None | Some(Verification::Wait { .. } | Verification::Superseded) => {}
            Some(other) => prop_assert!(false, "verified without a look: {other:?}"),
        }
        prop_assert_eq!(evaluation.status.state.as_str(), "UNKNOWN");
    }

    /// 3. For death the kernel wins.
    #[test]
    fn by_the_kernels_word_a_dead_process_never_shows_as_running(text in containers()) {
        let world = world(&text);
        let Subject::Container(facts) = &world.subject else { unreachable!() };
        let up = facts.live.value().and_then(Option::as_ref).is_some_and(|live| live.state == EngineState::Running);
        let dead = up && format!("{:?}", facts.kernel).contains("Dead");
        let evaluation = evaluate(world);
        let running = evaluation.status.condition(ConditionType::Running).map(|condition| condition.status);
        prop_assert!(!dead || running != Some(ConditionStatus::True));
    }

    /// 6. While a plan is in flight, no other begins.
    #[test]
    fn one_plan_at_a_time(text in worlds()) {
        let world = world(&text);
        let in_flight = world.intent.is_some();
        prop_assert!(!in_flight || admitted(&evaluate(world)).is_none());
    }

    /// 7. Deny wins: the switch, a pause and the annotation stop every path.
    #[test]
    fn a_pause_stops_every_path(text in worlds(), word in prop::sample::select(vec!["pause", "switch paused", "switch stopped"])) {
        let paused = [text, word.to_owned()].join("\n");
        prop_assert!(admitted(&evaluate(world(&paused))).is_none());
    }

    /// 8. Nothing found is nothing to do.
    #[test]
    fn without_a_finding_nothing_is_done(text in worlds()) {
        let evaluation = evaluate(world(&text));
        prop_assert!(!evaluation.findings.is_empty() || evaluation.choice.is_none());
    }

    /// 9. What is withheld names the gate that stopped it, and all gates were asked.
    #[test]
    fn every_decision_says_what_each_gate_answered(text in worlds()) {
        if let Some(choice) = evaluate(world(&text)).choice {
            let asked: Vec<Gate> = choice.decision.gates.iter().map(|result| result.gate).collect();
            prop_assert_eq!(asked, Gate::ALL.to_vec());
            let stops = choice.decision.gates.iter().any(|result| result.answer.stops());
            prop_assert_eq!(choice.decision.withheld_by().is_some(), stops);
        }
    }

    /// 10. Only what is ours is touched, and only by its own name.
    #[test]
    fn a_plan_touches_nothing_but_its_own_name(text in worlds()) {
        let world = world(&text);
        let evaluation = evaluate(world.clone());
        let Some(choice) = admitted(&evaluation) else { return Ok(()) };
        let world = World { memory: evaluation.memory.clone(), ..world };
        let presence = View::of(&world).presence;
        let name = world.key.name.as_str();
        for step in choice.plan.steps() {
            prop_assert!(matches!(presence, Presence::Ours | Presence::Absent), "{presence:?}: {step}");
            for touched in touched(step) {
                let previous = touched.starts_with(&format!("{name}{PREVIOUS_INFIX}"));
                prop_assert!(touched == name || previous, "{step}");
                prop_assert!(!touched.contains("lost"), "{step}");
                let container = matches!(world.subject, Subject::Container(_));
                prop_assert!(!container || choice.plan.touches.containers.contains(touched), "{step}");
            }
        }
        let objects: Vec<_> = choice.plan.touches.objects.iter().collect();
        prop_assert_eq!(objects, vec![&world.key]);
    }

    /// 10. Data is removed only where somebody deleted the document of a volume and said `Delete`.
    #[test]
    fn no_volume_is_removed_that_nobody_gave_up(text in worlds()) {
        let world = world(&text);
        let evaluation = evaluate(world.clone());
        let removes = evaluation.choice.as_ref().is_some_and(|choice| {
            choice.plan.steps().any(|step| matches!(step, Step::RemoveVolume { .. }))
        });
        let given_up = match &world.desired {
            Desired::Vanishing { last, .. } => {
                matches!(&last.object, Object::Volume(volume) if volume.deletion_policy == DeletionPolicy::Delete)
            }
            _ => false,
        };
        prop_assert!(!removes || given_up);
    }

    /// 13. What was taken back is not made again while every fact is the same.
    #[test]
    fn what_was_taken_back_needs_a_new_fact(text in containers()) {
        let (world, evaluation) = looked(&text);
        let Some(choice) = admitted(&evaluation) else { return Ok(()) };
        prop_assume!(matches!(choice.plan.shape, Shape::Recreate { .. }));
        let memory = after(&world, choice, Outcome::RolledBack);
        let again = evaluate(World { memory, ..world });
        let again = admitted(&again).map(|choice| choice.plan.shape.clone());
        prop_assert!(!matches!(again, Some(Shape::Recreate { .. })), "{again:?}");
    }

    /// 13. What failed for good rests while every fact is the same.
    #[test]
    fn what_failed_for_good_rests(text in worlds()) {
        let (world, evaluation) = looked(&text);
        let Some(choice) = admitted(&evaluation) else { return Ok(()) };
        prop_assume!(choice.plan.shape != Shape::Note);
        let memory = after(&world, choice, Outcome::Failure);
        let again = evaluate(World { memory, ..world });
        let again = admitted(&again).map(|choice| choice.plan.shape.clone());
        prop_assert_ne!(again.as_ref(), Some(&choice.plan.shape));
    }

    /// A look that asks for another one asks for a later one, and a gate that opens by itself is not slept through.
    #[test]
    fn it_is_looked_at_again_when_a_gate_opens_and_never_at_once(text in worlds()) {
        let world = world(&text);
        let evaluation = evaluate(world.clone());
        prop_assert_ne!(evaluation.again, Some(Duration::ZERO));
        let Some(choice) = &evaluation.choice else { return Ok(()) };
        let stops: Vec<&GateAnswer> = choice.decision.gates.iter().map(|result| &result.answer).filter(|answer| answer.stops()).collect();
        let untils: Vec<_> = stops.iter().filter_map(|answer| match answer {
            GateAnswer::Hold { until, .. } => *until,
            _ => None,
        }).collect();
        if !untils.is_empty() {
            let opens = untils.into_iter().reduce(Moment::later).map(|until| until.since(world.now));
            prop_assert!(evaluation.again.is_some() && evaluation.again <= opens, "{:?} {opens:?}", evaluation.again);
        }
    }
}

fn looked(text: &str) -> (World, Evaluation) {
    let mut world = world(text);
    let evaluation = evaluate(world.clone());
    world.memory = evaluation.memory.clone();
    (world, evaluation)
}

/// Memory after a choice came to this, for good.
fn after(world: &World, choice: &Choice, outcome: Outcome) -> podsteward_domain::memory::Memory {
    let mut begun = crate::fixture::world("Container web {image: app:1}\n live absent\n intent note acting");
    let mut intent = begun.intent.take().unwrap();
    intent.draft.shape = choice.plan.shape.clone();
    intent.draft.facts.clone_from(&choice.facts);
    intent.state = IntentState::Acting;
    let lesson = Lesson { intent: &intent, outcome, error: Some("refused"), permanent: true, kept: false };
    learn::from_outcome(&View::of(world), &lesson)
}

/// 14. A restart, or an upgrade that validates the stored documents again: nothing to do on a host that matches.
#[test]
fn a_document_that_is_validated_again_calls_for_nothing() {
    for spec in SPECS {
        let live = if spec.contains("Stopped") { "exited" } else { "running" };
        let mut world = world(&format!(
            "Container web {spec}\n live {live}\n applied\n config /etc/web one\n needs db running first\n uses network lan exists"
        ));
        let document = world.desired.document().unwrap().clone();
        let again = Document::from_canonical(&document.canonical, document.origin.clone()).unwrap();
        assert_eq!(again.canonical, document.canonical);
        world.desired = Desired::Declared(std::sync::Arc::new(again));
        let evaluation = evaluate(world);
        assert!(evaluation.choice.is_none(), "{spec}: {:?}", evaluation.choice);
        assert_eq!(evaluation.again, None, "{spec}");
    }
}

/// What may happen to a container; errors pass by themselves.
const EVENTS: [&str; 18] = [
    "dies 0",
    "dies 137",
    "lives 1s 1",
    "lives 20s 0",
    "lives for ever",
    "stopped by hand",
    "started by hand",
    "removed by hand",
    "edit {image: app:1, args: [one]}",
    "edit {image: app:1, args: [two], configFiles: [{path: /etc/web, onChange: recreate}]}",
    "edit {image: app:1, args: [two], resources: {limits: {memory: 64Mi}}}",
    "drifts {image: app:1, args: [three]}",
    "config /etc/web two",
    "refuses create-container 1",
    "refuses start-container 2",
    "refuses stop-container 1",
    "wait 4s",
    "wait 7m",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens: once it is quiet, and people hold nothing back, the container runs as declared, alone.
    #[test]
    fn it_comes_to_rest_as_declared(events in prop::collection::vec(prop::sample::select(&EVENTS[..]), 0..12)) {
        let world = "Container web {image: app:1, args: [one]}\n live running\n applied\n config /etc/web one\n policy {riskTolerance: high}";
        let quiet = "lives for ever\nrefuses nothing 0\napproves all\nwait 1h\nretry\nresume\nwait 3h";
        let text = format!("{world}\n---\npassing errors\n{}\n{quiet}", events.join("\n"));
        let story = crate::story::play(&text);
        prop_assert!(story.is_well(), "{text}\n\n{}", story.told());
    }
}
