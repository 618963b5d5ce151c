//! The fold over results: what a row of them comes to.

use std::time::Duration;

use podsteward_specs::container::{Probe, ProbeHandler, Probes};

use super::ready::{Readiness, ill, readiness};
use super::{ProbeFacts, ProbeKind, ProbeResult, ProbeState, ProbeWord, phase};
use crate::time::Moment;

fn probe(successes: u32, failures: u32) -> Probe {
    Probe {
        handler: ProbeHandler::Exec { command: vec!["true".to_owned()] },
        initial_delay: Duration::ZERO,
        period: Duration::from_secs(10),
        timeout: Duration::from_secs(1),
        success_threshold: successes,
        failure_threshold: failures,
    }
}

fn at(seconds: u64) -> Moment {
    Moment { boot_ms: seconds * 1000, ..Moment::default() }
}

/// What a row of results comes to, a letter each: well, ill, cannot run, no answer.
fn words(probe: &Probe, row: &str) -> String {
    let mut state = ProbeState::default();
    let letters = row.chars().map(|letter| {
        let result = match letter {
            'w' => ProbeResult::Well,
            'i' => ProbeResult::Ill("no".to_owned()),
            'c' => ProbeResult::CannotRun("no tool".to_owned()),
            _ => ProbeResult::NoAnswer("silence".to_owned()),
        };
        state = state.after(&result, probe, at(1));
        match state.word {
            ProbeWord::Pending => '-',
            ProbeWord::Well => 'W',
            ProbeWord::Ill => 'I',
            ProbeWord::CannotRun => 'C',
        }
    });
    letters.collect()
}

#[test]
fn a_row_of_results_counts_from_its_threshold_on() {
    assert_eq!(words(&probe(1, 3), "wiiiw"), "WWWIW");
    assert_eq!(words(&probe(1, 3), "iiwiii"), "--WWWI");
    assert_eq!(words(&probe(2, 1), "wwiwiww"), "-WIIIIW");
}

#[test]
fn what_cannot_run_is_neither_and_begins_the_row_anew() {
    assert_eq!(words(&probe(1, 2), "icii"), "-C-I");
    assert_eq!(words(&probe(1, 2), "iicw"), "-ICW");
}

#[test]
fn no_answer_changes_nothing() {
    assert_eq!(words(&probe(1, 2), "inwin"), "--WWW");
    let state = ProbeState::default().after(&ProbeResult::NoAnswer(String::new()), &probe(1, 1), at(9));
    assert_eq!(state.at, None);
    assert!(!state.is_silent(&probe(1, 1), at(25)) && state.is_silent(&probe(1, 1), at(26)));
}

#[test]
fn the_startup_probe_gates_the_others_until_it_has_succeeded_once() {
    let probes = Probes { startup: Some(probe(1, 2)), readiness: Some(probe(1, 1)), liveness: None };
    let runs = |facts: &ProbeFacts| ProbeKind::ALL.map(|kind| facts.runs(kind, &probes));
    let facts = ProbeFacts::default();
    assert_eq!(runs(&facts), [true, false, false]);
    let ill = ProbeResult::Ill("no".to_owned());
    let failed = facts.after(ProbeKind::Startup, &ill, &probe(1, 1), at(1));
    assert_eq!(runs(&failed), [true, false, false], "a late success still counts");
    let up = failed.after(ProbeKind::Startup, &ProbeResult::Well, &probe(1, 1), at(2));
    assert_eq!(runs(&up), [false, true, true]);
    assert_eq!(runs(&ProbeFacts::begin(true)), [false, true, true]);
}

#[test]
fn readiness_follows_the_probe_that_gates_it() {
    let probes = Probes { startup: Some(probe(1, 1)), readiness: Some(probe(1, 1)), liveness: None };
    let facts = ProbeFacts::default();
    assert!(matches!(readiness(&probes, &facts, at(0)), Readiness::Starting(_)));
    let failed = facts.after(ProbeKind::Startup, &ProbeResult::Ill("no".into()), &probe(1, 1), at(1));
    assert!(matches!(readiness(&probes, &failed, at(1)), Readiness::NotReady(ProbeKind::Startup, _)));
    let up = ProbeFacts::begin(true);
    assert!(matches!(readiness(&probes, &up, at(1)), Readiness::Starting(_)));
    let ready = up.after(ProbeKind::Readiness, &ProbeResult::Well, &probe(1, 1), at(2));
    assert_eq!(readiness(&probes, &ready, at(2)), Readiness::Ready);
    let lost = up.after(ProbeKind::Readiness, &ProbeResult::CannotRun("no".into()), &probe(1, 1), at(2));
    assert!(matches!(readiness(&probes, &lost, at(9)), Readiness::CannotRun(ProbeKind::Readiness, _)));
    let only = Probes { readiness: None, ..probes };
    assert_eq!(readiness(&only, &up, at(1)), Readiness::Ready);
    assert_eq!(readiness(&Probes::default(), &facts, at(1)), Readiness::Undeclared);
}

#[test]
fn an_old_word_is_unknown() {
    let probes = Probes { readiness: Some(probe(1, 1)), liveness: Some(probe(1, 1)), startup: None };
    let ill_result = ProbeResult::Ill("no".to_owned());
    let facts = ProbeFacts::default().after(ProbeKind::Readiness, &ProbeResult::Well, &probe(1, 1), at(0));
    let facts = facts.after(ProbeKind::Liveness, &ill_result, &probe(1, 1), at(0));
    assert_eq!(readiness(&probes, &facts, at(16)), Readiness::Ready);
    assert!(ill(&probes, &facts, ProbeKind::Liveness, at(16)).is_some());
    assert_eq!(readiness(&probes, &facts, at(17)), Readiness::Unknown(ProbeKind::Readiness));
    assert!(ill(&probes, &facts, ProbeKind::Liveness, at(17)).is_none());
}

#[test]
fn other_probes_begin_anew_and_what_started_up_stays_so() {
    let before =
        Probes { startup: Some(probe(1, 1)), readiness: Some(probe(1, 1)), liveness: Some(probe(1, 1)) };
    let after = Probes { startup: Some(probe(1, 9)), liveness: Some(probe(1, 9)), ..before.clone() };
    let ill = ProbeResult::Ill("no".to_owned());
    let facts = ProbeFacts::begin(true);
    let facts = facts.after(ProbeKind::Readiness, &ill, &probe(1, 1), at(1));
    let facts = facts.after(ProbeKind::Liveness, &ill, &probe(1, 1), at(1));
    let carried = facts.carried(&before, &after);
    assert_eq!(carried, ProbeFacts { liveness: ProbeState::default(), ..facts });
}

#[test]
fn phases_are_spread_over_their_span() {
    let span = Duration::from_secs(10);
    let key = |number: usize| format!("container/c{number}").parse().unwrap();
    let phases: Vec<u64> =
        (0..100).map(|number| phase(&key(number), ProbeKind::Liveness, span).as_secs()).collect();
    for second in 0..10 {
        let times = phases.iter().filter(|phase| **phase == second).count();
        assert!((2..=22).contains(&times), "{times} of 100 within second {second}");
    }
}
