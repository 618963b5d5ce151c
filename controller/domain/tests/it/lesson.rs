//! What a plan teaches when it ends.

use podsteward_domain::evaluate::evaluate;
use podsteward_domain::intent::{Intent, IntentId, IntentState, Outcome};
use podsteward_domain::learn::track::{Ended, Learned, learned};
use podsteward_domain::orient;
use podsteward_domain::track::Overall;
use podsteward_domain::view::View;
use podsteward_domain::world::World;
use podsteward_specs::key::Key;
use proptest::prelude::*;

use crate::confidence::SICK;
use crate::fixture::{memory, world};

/// The plan of what could be done in a World, as if it had been begun just now.
pub(crate) fn begun(world: &World, incident: Option<i64>) -> Intent {
    let choice = evaluate(world.clone()).choice.expect("something could be done");
    let mut draft = memory::draft(world, &choice);
    draft.incident = incident;
    let mut intent = draft.numbered(IntentId(1));
    intent.state = IntentState::Acting;
    intent
}

/// What follows from such a plan when it comes to this, remembered.
pub(crate) fn teach(world: &mut World, outcome: Outcome, incident: Option<i64>) -> Learned {
    end(world, &begun(world, incident), outcome, true)
}

/// The same for a plan that was begun before.
pub(crate) fn end(world: &mut World, intent: &Intent, outcome: Outcome, attributable: bool) -> Learned {
    let ended = Ended { intent, outcome, attributable, alerted: false, at: world.now };
    let learned = learned(&world.standing, &ended, &world.policy).expect("a remediation teaches");
    world.standing.tracks.insert(intent.action, learned.track.clone());
    world.standing.overall.insert(intent.action, learned.overall.clone());
    learned
}

fn adjustment(world: &World, learned: &Learned) -> String {
    learned.track.adjustment.left(world.now, &world.policy.learning).to_string()
}

#[test]
fn each_outcome_teaches_what_the_table_says() {
    let rows = [
        (Outcome::Success, true, "+0.05", 1, 1),
        (Outcome::Warning, true, "+0.02", 1, 1),
        (Outcome::Failure, true, "-0.10", 0, 1),
        (Outcome::RolledBack, true, "-0.10", 0, 1),
        (Outcome::Inconclusive, true, "+0.00", 0, 0),
        (Outcome::Failure, false, "+0.00", 0, 0),
        (Outcome::RolledBack, false, "+0.00", 0, 0),
    ];
    for (outcome, attributable, expected, successes, attempts) in rows {
        let mut world = world(SICK);
        let intent = begun(&world, Some(1));
        let learned = end(&mut world, &intent, outcome, attributable);
        assert_eq!(adjustment(&world, &learned), expected, "{outcome:?}");
        let record = &learned.track.record;
        assert_eq!((record.successes, record.attempts), (successes, attempts), "{outcome:?}");
        assert_eq!(learned.overall.record, learned.track.record, "anywhere is here, too: {outcome:?}");
        assert_eq!(learned.track.ended, Some(world.now), "it rests whatever came of it: {outcome:?}");
    }
}

#[test]
fn declared_work_teaches_nothing() {
    let world = world("Container web {image: app:1}\n live absent");
    let intent = begun(&world, None);
    let ended = Ended {
        intent: &intent,
        outcome: Outcome::Success,
        attributable: true,
        alerted: false,
        at: world.now,
    };
    assert_eq!(learned(&world.standing, &ended, &world.policy), None);
}

#[test]
fn what_worked_teaches_nothing_while_the_alert_that_it_answers_still_fires() {
    let world = world(SICK);
    let intent = begun(&world, Some(1));
    for outcome in [Outcome::Success, Outcome::Warning] {
        let ended = Ended { intent: &intent, outcome, attributable: true, alerted: true, at: world.now };
        let learned = learned(&world.standing, &ended, &world.policy).expect("a remediation");
        assert_eq!((adjustment(&world, &learned).as_str(), learned.track.record.attempts), ("+0.00", 0));
        assert_eq!(learned.track.ended, Some(world.now));
    }
}

#[test]
fn one_incident_teaches_once_and_the_next_one_again() {
    let mut world = world(SICK);
    let learned: Vec<String> = [Some(1), Some(1), Some(1), Some(2)]
        .map(|incident| {
            let learned = teach(&mut world, Outcome::Failure, incident);
            adjustment(&world, &learned)
        })
        .into();
    assert_eq!(learned, ["-0.10", "-0.10", "-0.10", "-0.20"]);
    let track = world.standing.tracks.values().next().unwrap();
    assert_eq!((track.failures, track.record.attempts), (4, 4), "failures in a row count each time");
}

#[test]
fn the_change_that_is_told_is_what_was_learned() {
    let mut world = world(SICK);
    let learned = teach(&mut world, Outcome::Success, Some(1));
    let confidence = learned.confidence.unwrap();
    // 0.30 and 0.30 of 3.1 in 4, 0.19, 0.20, and 0.05 learned: from 0.90.
    assert_eq!(confidence.parts.history.to_string(), "0.775");
    assert_eq!(
        (confidence.total.to_string().as_str(), learned.delta.to_string().as_str()),
        ("0.9725", "+0.05")
    );
    let now = evaluate(world).choice.unwrap().decision.judgement.unwrap().confidence;
    assert_eq!(now, confidence, "the next decision begins with what was told");
}

#[test]
fn restarts_count_for_an_hour_and_only_where_one_was_done() {
    let mut world = world(&format!("{SICK}\n track service-restart restarts 30m,61m"));
    let learned = teach(&mut world, Outcome::Inconclusive, None);
    assert_eq!(learned.track.restarts.len(), 2, "one of half an hour ago and this one");
    let mut note = crate::fixture::world(
        "Container web {image: app:1, resources: {limits: {memory: 64Mi}}}
        live running
        made-of {image: app:1, resources: {limits: {memory: 32Mi}}}
        applied",
    );
    let changed = teach(&mut note, Outcome::Success, None);
    assert_eq!(changed.track.restarts, [], "a change of limits restarts nothing");
}

#[test]
fn another_document_or_image_begins_anew_and_cooldown_and_budget_stay() {
    let known = "track service-restart successes 9 in-a-row 2 adjustment 1000 ended 1m restarts 1m,2m opened 1h incident 4";
    for (change, forgets) in [("", false), ("applied-image sha256:two\n", true)] {
        let same = world(&format!("{SICK}\n {known}"));
        let mut now = world(&format!("{SICK}\n {change}"));
        now.standing = same.standing.clone();
        let action = *now.standing.tracks.keys().next().unwrap();
        let track = orient::track(&now.standing, action, &orient::basis(&View::of(&now)));
        let before = &same.standing.tracks[&action];
        let learned = (track.record.successes, track.failures, track.opened.is_some(), track.learned_of);
        assert_eq!(learned, if forgets { (0, 0, false, None) } else { (9, 2, true, Some(4)) }, "{change}");
        assert_eq!((track.ended, &track.restarts), (before.ended, &before.restarts), "{change}");
    }
    let mut edited = world(&format!("{SICK}\n {known}"));
    edited.memory.applied.as_mut().unwrap().generation = 2;
    let judged = evaluate(edited).choice.unwrap().decision.judgement.unwrap();
    assert_eq!(judged.confidence.total.to_string(), "0.90", "a new generation is judged as a cold start");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// Whatever happens, what is learned stays within its bounds, and the change of confidence with it.
    #[test]
    fn what_is_learned_never_leaves_its_bounds(
        outcomes in prop::collection::vec((prop::sample::select(Outcome::ALL.to_vec()), prop::option::of(1..9i64), 0..40u32), 1..15)
    ) {
        let mut world = world(SICK);
        let intent = begun(&world, None);
        for (outcome, incident, days) in outcomes {
            world.now = world.now.after(std::time::Duration::from_hours(24) * days);
            let mut intent = intent.clone();
            intent.draft.incident = incident;
            let learned = end(&mut world, &intent, outcome, true);
            let left = learned.track.adjustment.left(world.now, &world.policy.learning).0;
            prop_assert!((-3000..=1000).contains(&left), "{left}");
            prop_assert!(learned.track.record.successes <= learned.track.record.attempts);
        }
    }
}

#[test]
fn a_drill_teaches_nothing_about_what_happens_anywhere() {
    for outcome in [Outcome::Success, Outcome::Failure] {
        let mut world = world(SICK);
        let mut intent = begun(&world, Some(1));
        intent.draft.key = Key::canary();
        let learned = end(&mut world, &intent, outcome, true);
        assert_eq!(learned.overall, Overall::default());
        assert_eq!(learned.track.record.attempts, 1, "its own record counts until it is gone");
    }
}
