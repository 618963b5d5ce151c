//! What a person's word lifts, and what it does not.

use podsteward_domain::decision::Decision;

use super::*;
use crate::view::samples::{self, at, gates, hold};

const APPROVES: Word = Word { approves: true, forces: false, waits: false };
const FORCES: Word = Word { approves: false, forces: true, waits: false };
const NOTHING: Word = Word { approves: false, forces: false, waits: false };

fn stopped_by(gate: Gate, answer: &GateAnswer, word: Word) -> Option<Gate> {
    let decision = Decision { gates: gates(gate, answer), ..samples::restart() };
    in_the_way(&decision, word).map(|result| result.gate)
}

#[test]
fn a_yes_lifts_what_waits_for_it_and_nothing_else() {
    let held = hold("waits", None);
    for gate in Gate::ALL {
        let lifted = matches!(gate, Gate::Verdict | Gate::Approval | Gate::Freshness);
        assert_eq!(stopped_by(*gate, &held, APPROVES), (!lifted).then_some(*gate), "{gate}");
    }
}

#[test]
fn force_lifts_the_cooldown_and_nothing_else() {
    let held = hold("waits", None);
    for gate in Gate::ALL {
        let lifted = matches!(gate, Gate::Cooldown | Gate::Freshness);
        assert_eq!(stopped_by(*gate, &held, FORCES), (!lifted).then_some(*gate), "{gate}");
    }
}

#[test]
fn what_is_denied_no_word_lifts() {
    let denied = GateAnswer::Deny { detail: "never".to_owned() };
    for gate in [Gate::Verdict, Gate::Approval, Gate::Override] {
        assert_eq!(stopped_by(gate, &denied, APPROVES), Some(gate), "{gate}");
    }
}

#[test]
fn only_an_old_look_is_lifted_without_a_word() {
    let held = hold("waits", None);
    assert_eq!(stopped_by(Gate::Freshness, &held, NOTHING), None);
    assert_eq!(stopped_by(Gate::Verdict, &held, NOTHING), Some(Gate::Verdict));
}

#[test]
fn a_refusal_names_the_gate_and_how_it_opens() {
    let decision = samples::restart();
    let gate = decision.withheld_by().unwrap();
    let refused = refused(&decision, gate, at(100));
    assert_eq!(
        refused.to_string(),
        "service-restart of container/web is withheld by cooldown: service-restart rests for 5m after it was tried \
         (until 2026-11-22T15:11:40Z, 3m20s left)"
    );
    assert!(matches!(refused, Error::Refused { next, .. } if next == "--force skips the cooldown"));
}

#[test]
fn of_several_ends_a_failure_counts_most_and_then_a_refusal() {
    assert_eq!(worse(Exit::Done, Exit::Done), Exit::Done);
    assert_eq!(worse(Exit::Done, Exit::Refused), Exit::Refused);
    assert_eq!(worse(Exit::Failed, Exit::Refused), Exit::Failed);
    assert_eq!(worse(Exit::Refused, Exit::Failed), Exit::Failed);
}
