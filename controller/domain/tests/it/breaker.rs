//! Circuit breakers: of an action on a target, of an action anywhere, of all remediation.

use std::time::Duration;

use podsteward_domain::breaker::{self, BreakerState};
use podsteward_domain::decision::Gate;
use podsteward_domain::intent::Outcome;
use podsteward_domain::time::{BootId, Moment};
use podsteward_domain::track::{Overall, Track};
use podsteward_domain::world::World;
use podsteward_specs::policy::RemediationPolicy;

use crate::confidence::{DRIFTED, SICK};
use crate::fixture::{NOW, ago, world};
use crate::lesson::{begun, end, teach};
use crate::told::{decided, finds, first_stop};

const DAY: Duration = Duration::from_hours(24);

/// What the gate says, if it stops.
fn stop(text: &str, action: &str) -> String {
    let decision = decided(text, action);
    let stop = decision.stops().find(|result| result.gate == Gate::Breaker);
    stop.map_or_else(String::new, |result| result.answer.detail().unwrap_or_default().to_owned())
}

/// The World of an unhealthy container of this name, with what is known of the action anywhere from another.
fn sick(name: &str, other: Option<&World>) -> World {
    // With every rung of the ladder ahead, its end is no earlier than the third failure.
    let ladder = "without-volumes\n before sha256:old {image: app:0}";
    let mut sick = world(&format!("{}\n {ladder}", SICK.replace("web", name)));
    if let Some(other) = other {
        sick.standing.overall = other.standing.overall.clone();
    }
    sick
}

#[test]
fn three_failures_in_a_row_open_the_pair_and_a_success_between_them_does_not() {
    use Outcome::{Failure, Inconclusive, RolledBack, Success, Warning};
    let rows: [(&[Outcome], bool); 6] = [
        (&[Failure, Failure], false),
        (&[Failure, Failure, Failure], true),
        (&[Failure, RolledBack, Failure], true),
        (&[Failure, Failure, Success, Failure], false),
        (&[Failure, Failure, Warning, Failure], false),
        (&[Failure, Inconclusive, Failure, Failure], true),
    ];
    for (outcomes, opens) in rows {
        let mut sick = sick("web", None);
        let opened = outcomes.iter().map(|outcome| teach(&mut sick, *outcome, None).pair_opened);
        assert_eq!(opened.last(), Some(opens), "{outcomes:?}");
    }
}

#[test]
fn three_failures_open_the_action_only_if_they_are_on_two_targets() {
    let mut web = sick("web", None);
    for _ in 0..4 {
        assert!(!teach(&mut web, Outcome::Failure, None).action_opened, "one target is not the action");
    }
    let failing = &web.standing.overall.values().next().unwrap().failing;
    assert_eq!(failing.len(), 3, "no more is kept than what counts");
    let mut db = sick("db", Some(&web));
    let learned = teach(&mut db, Outcome::Failure, None);
    assert!(learned.action_opened && !learned.pair_opened);
    assert_eq!(learned.overall.failing_targets(), 2);
}

#[test]
fn a_success_anywhere_begins_the_count_of_the_action_anew() {
    let mut web = sick("web", None);
    teach(&mut web, Outcome::Failure, None);
    teach(&mut web, Outcome::Failure, None);
    let mut db = sick("db", Some(&web));
    teach(&mut db, Outcome::Success, None);
    let mut proxy = sick("proxy", Some(&db));
    assert!(!teach(&mut proxy, Outcome::Failure, None).action_opened);
}

#[test]
fn an_open_breaker_stops_its_own_and_two_open_actions_stop_all() {
    let rows = [
        ("track service-restart opened 1h", "service-restart failed too often on this target"),
        ("track drift-reconciliation opened 1h", ""),
        ("overall service-restart opened 1h", "service-restart failed too often, on several targets"),
        ("overall drift-reconciliation opened 1h", ""),
        (
            "overall drift-reconciliation opened 1h\n overall orphan-removal opened 3h",
            "several actions failed too often: all remediation rests",
        ),
    ];
    for (known, detail) in rows {
        assert_eq!(stop(&format!("{SICK}\n {known}"), "service-restart"), detail, "{known}");
    }
}

#[test]
fn after_a_day_one_trial_is_let_pass() {
    let rows = [
        ("track service-restart opened 24h", ""),
        ("track service-restart opened 24h\n lease container/db service-restart", ""),
        ("overall service-restart opened 24h", ""),
        (
            "overall service-restart opened 24h\n lease container/db service-restart",
            "service-restart failed too often, on several targets; its one trial is under way",
        ),
        ("overall service-restart opened 24h\n lease container/db drift-reconciliation", ""),
        ("overall drift-reconciliation opened 30h\n overall orphan-removal opened 24h", ""),
        (
            "overall drift-reconciliation opened 30h\n overall orphan-removal opened 23h",
            "several actions failed too often: all remediation rests",
        ),
        (
            "overall drift-reconciliation opened 30h\n overall orphan-removal opened 24h\n lease container/db drift-reconciliation",
            "several actions failed too often: all remediation rests; its one trial is under way",
        ),
        (
            "overall drift-reconciliation opened 30h\n overall orphan-removal opened 24h\n lease container/db apply",
            "",
        ),
    ];
    for (known, detail) in rows {
        assert_eq!(stop(&format!("{SICK}\n {known}"), "service-restart"), detail, "{known}");
    }
}

#[test]
fn a_trial_that_works_closes_it_and_one_that_fails_opens_it_for_another_day() {
    for (outcome, pair, anywhere) in
        [(Outcome::Success, None, None), (Outcome::Failure, Some(NOW), Some(NOW))]
    {
        let mut sick =
            world(&format!("{SICK}\n track service-restart opened 24h\n overall service-restart opened 25h"));
        let learned = teach(&mut sick, outcome, None);
        assert_eq!((learned.track.opened, learned.overall.opened), (pair, anywhere), "{outcome:?}");
        assert_eq!(learned.pair_opened, pair.is_some(), "{outcome:?}");
    }
}

#[test]
fn a_trial_that_tells_nothing_was_the_one_of_its_period() {
    for attributable in [true, false] {
        let outcome = if attributable { Outcome::Inconclusive } else { Outcome::Failure };
        let mut sick =
            world(&format!("{SICK}\n track service-restart opened 24h\n overall service-restart opened 25h"));
        let trial = begun(&sick, None);
        let learned = end(&mut sick, &trial, outcome, attributable);
        assert_eq!((learned.track.opened, learned.overall.opened), (Some(NOW), Some(NOW)), "{outcome:?}");
        assert!(!learned.pair_opened && !learned.action_opened, "nobody is told again: {outcome:?}");
    }
}

#[test]
fn a_plan_that_tells_nothing_leaves_a_breaker_that_opened_meanwhile() {
    let mut sick = world(&format!("{SICK}\n track service-restart opened 1m"));
    let mut intent = begun(&sick, None);
    intent.draft.begun = ago(Duration::from_mins(2));
    let learned = end(&mut sick, &intent, Outcome::Inconclusive, true);
    assert_eq!(learned.track.opened, Some(ago(Duration::from_mins(1))));
}

#[test]
fn a_plan_that_was_begun_before_it_opened_does_not_close_it() {
    let mut sick = world(&format!("{SICK}\n overall service-restart opened 1m"));
    let mut intent = begun(&sick, None);
    intent.draft.begun = ago(Duration::from_mins(2));
    let learned = end(&mut sick, &intent, Outcome::Success, true);
    assert_eq!(learned.overall.opened, Some(ago(Duration::from_mins(1))));
}

#[test]
fn resume_forgets_the_failures_and_what_was_learned_and_keeps_cooldown_and_budget() {
    let known = "track service-restart failures 3 in-a-row 3 adjustment -1000 opened 1h ended 1m restarts 1m";
    let known = world(&format!("{SICK}\n {known}"));
    let before = known.standing.tracks.values().next().unwrap();
    let after = Track::forgotten(before);
    assert_eq!((after.opened, after.failures, after.record.attempts), (None, 0, 0));
    assert_eq!(after.adjustment, podsteward_domain::track::Adjustment::default());
    assert_eq!((after.ended, &after.restarts, &after.basis), (before.ended, &before.restarts, &before.basis));
}

#[test]
fn what_was_resumed_counts_no_more_towards_opening_the_action_and_one_that_is_open_stays_so() {
    let opened = |resumed: bool| {
        let mut web = sick("web", None);
        for _ in 0..2 {
            teach(&mut web, Outcome::Failure, None);
        }
        let mut db = sick("db", Some(&web));
        for overall in db.standing.overall.values_mut().filter(|_| resumed) {
            *overall = overall.clone().without(&web.key);
        }
        teach(&mut db, Outcome::Failure, None).action_opened
    };
    assert_eq!((opened(false), opened(true)), (true, false));
    let open = Overall { failing: vec![sick("web", None).key; 3], opened: Some(NOW), ..Overall::default() };
    let resumed = open.clone().without(&open.failing[0]);
    assert_eq!(resumed, Overall { failing: Vec::new(), ..open });
}

#[test]
fn an_open_breaker_is_found_until_it_is_half_open() {
    let found = |known: &str| finds(&format!("{SICK}\n {known}"));
    let open = "warning breaker_open: service-restart failed too often on it and rests; `podsteward resume container/web` ends that\n";
    assert!(found("track service-restart opened 23h").ends_with(open));
    assert!(!found("track service-restart opened 24h").contains("breaker_open"));
    assert!(!found("track service-restart opened 23h basis other").contains("breaker_open"));
    let healthy = "Container web {image: app:1}\n live running\n applied\n track service-restart opened 23h";
    let again = podsteward_domain::evaluate::evaluate(world(healthy)).again;
    assert_eq!(again, Some(Duration::from_hours(1)), "it is looked at when that is over");
}

#[test]
fn clocks_that_jump_and_boots_in_between_neither_close_nor_freeze_it() {
    let policy = RemediationPolicy::default().breaker;
    let state = |now| BreakerState::of(Some(ago(Duration::from_hours(1))), now, &policy);
    let day = 86_400_000;
    for jump in [-day, day] {
        let now = Moment { wall_ms: NOW.wall_ms + jump, ..NOW };
        assert_eq!(state(now), BreakerState::Open, "{jump}");
        let later = Moment { wall_ms: NOW.wall_ms + jump, ..NOW.after(Duration::from_hours(23)) };
        assert_eq!(state(later), BreakerState::HalfOpen, "{jump}");
    }
    let booted = |wall_ms, up| Moment { wall_ms, boot_ms: up, boot_id: BootId(2) };
    assert_eq!(state(booted(NOW.wall_ms + day / 2, 1000)), BreakerState::Open);
    assert_eq!(state(booted(NOW.wall_ms - day, 1000)), BreakerState::Open, "put back before the boot");
    assert_eq!(state(booted(NOW.wall_ms - day, 86_400_000)), BreakerState::HalfOpen, "it is not frozen");
}

#[test]
fn the_breaker_of_all_is_as_old_as_the_youngest_of_enough_actions() {
    let policy = RemediationPolicy::default().breaker;
    let of = |text: &str| {
        let known = world(&format!("{DRIFTED}\n {text}"));
        breaker::global(&known.standing.overall, NOW, &policy)
    };
    assert_eq!(of("overall service-restart opened 1h"), None);
    assert_eq!(
        of("overall service-restart opened 1h\n overall orphan-removal opened 5h"),
        Some(ago(Duration::from_hours(1)))
    );
    assert_eq!(policy.half_open_after, DAY);
}

#[test]
fn the_gate_says_until_when() {
    let decision = decided(&format!("{SICK}\n track service-restart opened 23h"), "service-restart");
    assert_eq!(decision.opens(), Some(NOW.after(Duration::from_hours(1))));
    assert_eq!(first_stop(&decision), "held by breaker: service-restart failed too often on this target");
}
