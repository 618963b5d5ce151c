//! A drill from phase to phase: what is seen goes in, what follows is told as text.

use std::collections::BTreeMap;
use std::time::Duration;

use expect_test::expect;
use podsteward_specs::container::MountSource;

use super::{
    Drill, DrillResult, DrillState, Next, Phase, Seen, SeenDecision, canary, findings, interrupted,
    notification, sentence, step,
};
use crate::decision::{Gate, GateAnswer, GateResult};
use crate::time::{BootId, Moment};

fn at(ms: u64) -> Moment {
    Moment { wall_ms: 1_800_000_000_000_i64.saturating_add_unsigned(ms), boot_ms: ms, boot_id: BootId(1) }
}

fn next(drill: &Drill, seen: &Seen, ms: u64) -> Drill {
    match step(drill, seen, at(ms)) {
        Next::Become(next) => *next,
        Next::Wait => panic!("it waits in {:?}", drill.phase),
    }
}

fn waits(drill: &Drill, seen: &Seen, ms: u64) {
    assert_eq!(step(drill, seen, at(ms)), Next::Wait, "{:?}", drill.phase);
}

fn begun(acted: Option<u64>, ended: Option<(bool, &str, u64)>) -> SeenDecision {
    let ended = ended.map(|(good, detail, ms)| (good, detail.to_owned(), at(ms)));
    SeenDecision::Begun { at: at(5_020), acted: acted.map(at), ended }
}

fn withheld(gate: Gate, until: Option<u64>, lasting: bool) -> SeenDecision {
    let detail = "no".to_owned();
    SeenDecision::Withheld { gate, detail, until: until.map(at), lasting }
}

fn seen(decision: SeenDecision) -> Seen {
    Seen { decision: Some(decision), shown: "MATCH".to_owned(), ..Seen::default() }
}

/// One that came to a phase without trouble.
fn in_phase(phase: Phase) -> Drill {
    let done = Seen { done: Some(Ok(())), healthy: true, ..Seen::default() };
    let mut drill = Drill::asked("alice", at(0));
    let looks = [
        (100, Seen::default()),
        (3_000, done.clone()),
        (3_050, done),
        (5_100, Seen { found: Some(at(5_000)), ..Seen::default() }),
        (5_100, seen(begun(None, None))),
        (6_200, seen(begun(Some(6_000), None))),
    ];
    for (ms, seen) in looks {
        if drill.phase < phase {
            drill = next(&drill, &seen, ms);
        }
    }
    assert_eq!(drill.phase, phase);
    drill
}

#[test]
fn what_is_found_restarted_and_verified_passes_with_the_time_of_each_phase() {
    let drill = in_phase(Phase::Verify);
    waits(&drill, &seen(begun(Some(6_000), None)), 7_000);
    let drill = next(&drill, &seen(begun(Some(6_000), Some((true, "", 8_000)))), 8_100);
    expect!["passed: detected in 1.9 s, decided in 20 ms, acted in 980 ms, verified in 2.0 s; 4.9 s in all"]
        .assert_eq(&sentence(&drill));
    let told = notification(&drill).unwrap();
    assert_eq!((told.title.as_str(), told.about), ("podsteward: the drill passed", None));
}

#[test]
fn each_phase_that_takes_too_long_fails_and_is_named() {
    let mut story = String::new();
    for phase in Phase::ALL {
        let drill = in_phase(phase);
        let long = drill.since.boot_ms + u64::try_from(phase.limit().as_millis()).unwrap();
        let seen = Seen { left_over: true, shown: "MATCH".to_owned(), ..Seen::default() };
        waits(&drill, &seen, long - 1);
        let drill = next(&drill, &seen, long);
        assert_eq!(drill.ended.as_ref().unwrap().result, DrillResult::Failed);
        story.extend([&*sentence(&drill), "\n"]);
    }
    expect![[r"
        failed in the phase asked: the canary of the drill before was still there after 1m
        failed in the phase prepare: the canary was not healthy within 1m30s: it is MATCH
        failed in the phase break: the canary could not be broken within 30s
        failed in the phase detect: the broken canary was not found unhealthy within 1m: it is MATCH
        failed in the phase decide: nothing was decided about it within 30s
        failed in the phase act: the restart was not carried out within 1m
        failed in the phase verify: the restart was not verified within 1m30s: it is MATCH
    "]]
    .assert_eq(&story);
}

#[test]
fn a_gate_that_stays_shut_refuses_it_and_one_that_opens_in_time_does_not() {
    let drill = in_phase(Phase::Decide);
    waits(&drill, &seen(withheld(Gate::Budget, None, false)), 6_000);
    waits(&drill, &seen(withheld(Gate::Storm, Some(20_000), false)), 6_000);
    let held = [seen(withheld(Gate::Storm, Some(600_000), false)), seen(withheld(Gate::Verdict, None, true))];
    for seen in held {
        let refused = next(&drill, &seen, 6_000);
        assert_eq!(refused.ended.unwrap().result, DrillResult::Refused);
    }
    let late = next(&drill, &seen(withheld(Gate::Budget, None, false)), 60_000);
    expect!["was refused by the gate budget (phase decide): no"].assert_eq(&sentence(&late));
    let told = notification(&late).unwrap();
    assert_eq!(told.title, "podsteward: the drill was refused");
}

#[test]
fn while_the_switch_says_no_not_even_the_canary_is_made() {
    let halted = Seen { halted: Some("paused by alice".to_owned()), ..Seen::default() };
    let refused = next(&Drill::asked("alice", at(0)), &halted, 10);
    expect!["was refused by the gate switch (phase asked): paused by alice"].assert_eq(&sentence(&refused));
    assert_eq!(notification(&refused).unwrap().about, None, "it is no trouble");
}

#[test]
fn what_cannot_be_made_or_broken_fails_at_once() {
    let trouble = Seen { done: Some(Err("no space left".to_owned())), ..Seen::default() };
    for phase in [Phase::Prepare, Phase::Break] {
        let failed = next(&in_phase(phase), &trouble, 4_000);
        assert_eq!(failed.ended.unwrap().detail, "no space left");
    }
    let terminal = Seen { terminal: Some("no such file".to_owned()), ..Seen::default() };
    let failed = next(&in_phase(Phase::Prepare), &terminal, 4_000);
    expect!["failed in the phase prepare: the canary cannot be made: no such file"]
        .assert_eq(&sentence(&failed));
}

#[test]
fn a_restart_that_did_not_help_fails_with_what_verification_says() {
    for (phase, acted) in [(Phase::Act, None), (Phase::Verify, Some(6_000))] {
        let ended = begun(acted, Some((false, "it runs and is still unhealthy", 40_000)));
        let failed = next(&in_phase(phase), &seen(ended), 40_100);
        let ended = failed.ended.unwrap();
        assert_eq!(
            (ended.result, ended.detail.as_str()),
            (DrillResult::Failed, "it runs and is still unhealthy")
        );
    }
}

fn state(every: Option<u64>, proven: u64, last: Option<Drill>) -> DrillState {
    let hours = Duration::from_hours;
    DrillState { every: every.map(hours), proven: Some(hours(proven)), ever: true, last }
}

fn told(state: &DrillState) -> String {
    let line = |finding: crate::finding::Finding| format!("{}: {}\n", finding.kind, finding.message);
    findings(state).into_iter().map(line).collect::<Vec<_>>().concat()
}

#[test]
fn a_drill_that_failed_is_a_finding_until_one_passes() {
    let failed = interrupted(&in_phase(Phase::Act), at(9_000));
    expect![[r"
        drill_failed: the last drill failed in the phase act: the controller ended meanwhile; `podsteward drill --wait` tries again
    "]]
    .assert_eq(&told(&state(Some(168), 1, Some(failed))));
    let passed = next(&in_phase(Phase::Verify), &seen(begun(Some(6_000), Some((true, "", 8_000)))), 8_100);
    assert_eq!(told(&state(Some(168), 1, Some(passed))), "");
}

#[test]
fn after_two_periods_without_one_that_passed_it_is_overdue() {
    assert_eq!(told(&state(Some(168), 336, None)), "");
    expect![[r"
        drill_overdue: no drill has passed for more than 14d; `podsteward drill --wait` tries one
    "]]
    .assert_eq(&told(&state(Some(168), 337, None)));
    assert_eq!(told(&state(None, 10_000, None)), "");
}

#[test]
fn the_canary_is_a_sound_document_that_writes_nowhere_on_the_host() {
    let binds = BTreeMap::from([("/bin".to_owned(), "/usr/bin".to_owned())]);
    let document = canary::document(&binds).unwrap();
    assert!(document.key.is_canary());
    let container = document.container().unwrap();
    assert!(container.healthcheck.is_some());
    let bound = container.mounts.values().filter(|mount| matches!(mount.source, MountSource::Bind(_)));
    assert!(bound.clone().count() == 1 && bound.into_iter().all(|mount| mount.read_only));
    assert_eq!(document.warnings(), []);
}

#[test]
fn a_gate_that_waits_for_a_person_is_shut_for_good_as_far_as_a_drill_is_concerned() {
    let lasting = |gate, answer| match SeenDecision::withheld(&GateResult { gate, answer }) {
        Some(SeenDecision::Withheld { lasting, .. }) => Some(lasting),
        _ => None,
    };
    let hold = || GateAnswer::Hold { detail: "no".to_owned(), until: None };
    let deny = || GateAnswer::Deny { detail: "no".to_owned() };
    assert_eq!(lasting(Gate::Verdict, hold()), Some(true));
    assert_eq!(lasting(Gate::Override, deny()), Some(true));
    assert_eq!(lasting(Gate::Budget, hold()), Some(false));
    assert_eq!(lasting(Gate::Freshness, deny()), Some(false));
    assert_eq!(lasting(Gate::Mode, GateAnswer::Pass), None);
}
