//! What is remembered of plans: generations, restarts, and what a person makes it forget.

use podsteward_domain::evaluate::evaluate;
use podsteward_domain::intent::{Intent, IntentId, Outcome};
use podsteward_domain::learn::{self, Lesson};
use podsteward_domain::memory::Memory;
use podsteward_domain::view::View;
use podsteward_domain::world::World;

use crate::fixture::{NOW, world};

/// The World after the steps of its intent.
fn stepped(text: &str) -> World {
    let mut world = world(text);
    let intent = world.intent.clone().expect("an intent");
    world.memory = learn::from_steps(&View::of(&world), &intent);
    world
}

fn generation(text: &str) -> u64 {
    stepped(text).memory.applied.expect("it was applied").generation
}

#[test]
fn a_generation_is_counted_for_each_new_document() {
    let web = "Container web {image: app:2}\n live running";
    assert_eq!(generation(&format!("{web}\n intent create acting")), 1);
    assert_eq!(generation(&format!("{web}\n applied {{image: app:1}}\n intent change acting")), 2);
    assert_eq!(generation(&format!("{web}\n applied\n intent change acting")), 1);
}

#[test]
fn a_replacement_counts_only_once_it_is_verified() {
    let text = "Container web {image: app:2}
         live running
         applied {image: app:1}
         restarts 3 9
         intent recreate acting";
    let before = world(text).memory.applied;
    let world = stepped(text);
    assert_eq!(world.memory.applied, before);
    let intent = world.intent.clone().unwrap();
    for (outcome, kept, counts) in [
        (Outcome::Success, false, true),
        (Outcome::Warning, false, true),
        (Outcome::Inconclusive, true, true),
        (Outcome::Inconclusive, false, false),
        (Outcome::RolledBack, false, false),
    ] {
        let lesson = Lesson { intent: &intent, outcome, error: None, permanent: false, kept };
        let memory = learn::from_outcome(&View::of(&world), &lesson);
        assert_eq!(memory.applied != before, counts, "{outcome:?}, kept: {kept}");
        assert_eq!(memory.restarts.streak, if counts { 0 } else { 3 }, "{outcome:?}, kept: {kept}");
    }
}

#[test]
fn an_adopted_container_is_ours_once_it_was_made_anew() {
    let adopted = |shape: &str| {
        let mut world = stepped(&format!(
            "Container web {{image: app:1, adopt: true}}\n live running\n applied\n adopted\n intent {shape} acting"
        ));
        let intent = world.intent.take().unwrap();
        let lesson =
            Lesson { intent: &intent, outcome: Outcome::Success, error: None, permanent: false, kept: true };
        learn::from_outcome(&View::of(&world), &lesson).applied.unwrap().adopted
    };
    assert!(adopted("note"));
    assert!(adopted("change"));
    assert!(adopted("start"));
    assert!(!adopted("recreate"));
}

#[test]
fn every_start_of_ours_is_counted_and_only_those_after_an_end_are_in_a_row() {
    let restarts = |text: &str| {
        let restarts = stepped(text).memory.restarts;
        (restarts.streak, restarts.total, restarts.last_start == Some(NOW))
    };
    let web = "Container web {image: app:1}\n live running\n applied\n restarts 2 5";
    assert_eq!(restarts(&format!("{web}\n intent start acting")), (3, 6, true));
    assert_eq!(restarts(&format!("{web}\n intent restart acting")), (2, 6, true));
    assert_eq!(restarts(&format!("{web}\n hand-stopped 15m\n intent start acting")), (2, 5, true));
    assert_eq!(restarts(&format!("{web}\n intent create acting")), (0, 5, true));
    assert_eq!(restarts(&format!("{web}\n intent signal acting")), (2, 5, false));
}

#[test]
fn an_end_is_counted_once_however_often_it_is_looked_at() {
    let mut world = world("Container web {image: app:1}\n live exited\n applied\n end 1s running");
    for _ in 0..3 {
        world.memory = evaluate(world.clone()).memory;
        assert_eq!(world.memory.restarts.recent.len(), 1);
    }
}

#[test]
fn an_exit_code_that_comes_late_is_added_to_the_end_it_belongs_to() {
    let mut world =
        world("Container web {image: app:1}\n live running\n applied\n kernel dead\n end 0ms running");
    world.memory = evaluate(world.clone()).memory;
    assert_eq!(world.memory.last_exit.as_ref().unwrap().code, None);
    crate::fixture::live::change(&mut world, |live| {
        crate::fixture::live::enter(live, "exited");
        live.exit_code = Some(9);
    });
    world.memory = evaluate(world.clone()).memory;
    assert_eq!(world.memory.last_exit.as_ref().unwrap().code, Some(9));
    assert_eq!(world.memory.restarts.recent.len(), 1);
}

#[test]
fn retry_forgets_what_holds_the_object_back_and_nothing_else() {
    let mut memory = world(
        "Container web {image: app:1}
         live running
         applied
         restarts 3 9
         ends 1s 2s 3s
         looping
         quarantined rolled-back same
         terminal make same 1m no such image",
    )
    .memory;
    let applied = memory.applied.clone();
    assert_eq!(memory.forget_failures(), ["quarantine", "permanent error", "restart back-off"]);
    assert_eq!((memory.restarts.total, memory.restarts.looping), (9, false));
    assert_eq!(memory.applied, applied);
    assert_eq!(memory.forget_failures(), [""; 0]);
    assert_eq!(Memory::default().forget_failures(), [""; 0]);
}

#[test]
fn a_document_that_is_applied_ends_the_quarantine_of_another() {
    let quarantined = |intent: &str| {
        let world = stepped(&format!(
            "Container web {{image: app:2}}\n live running\n applied {{image: app:1}}\n quarantined rolled-back other\n {intent}"
        ));
        world.memory.quarantine.is_some()
    };
    assert!(!quarantined("intent change acting"));
    assert!(quarantined("intent start acting"));
}

#[test]
fn a_drift_that_is_closed_again_after_a_crash_was_mended_once() {
    let mended = |world: &World, intent: &Intent| {
        let (outcome, error) = (Outcome::Success, None);
        let lesson = Lesson { intent, outcome, error, permanent: false, kept: true };
        learn::from_outcome(&View::of(world), &lesson)
    };
    let mut world = world(
        "Container web {image: app:1}
         live running
         applied
         intent change stabilising 20s
         intent-action drift-reconciliation
         mends spec.env",
    );
    let mut intent = world.intent.clone().unwrap();
    for (id, times) in [(7, 1), (7, 1), (8, 2), (8, 2)] {
        intent.id = IntentId(id);
        world.memory = mended(&world, &intent);
        assert_eq!(world.memory.mended.as_ref().unwrap().times, times, "plan {id}");
    }
}
