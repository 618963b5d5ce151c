//! Which entry of the log is the end of a wish.

use podsteward_domain::approval::ApprovalId;
use podsteward_domain::decision::Decision;
use podsteward_domain::intent::IntentId;

use super::*;
use crate::view::samples::{self, at, gates, hold, logged};

const SOON: Duration = Duration::from_millis(100);

fn wish(approval: Option<i64>) -> Wish {
    let decision = samples::restart();
    Wish {
        target: decision.target,
        action: decision.action,
        approval: approval.map(ApprovalId),
        since: at(50),
    }
}

fn begun(begun: u64, approval: Option<i64>) -> LoggedDecision {
    LoggedDecision {
        at: at(begun),
        intent: Some(IntentId(5)),
        approval: approval.map(ApprovalId),
        ..logged(samples::restart(), Some(LoggedOutcome::Success))
    }
}

fn withheld(gate: Gate, until: Option<Moment>) -> Ending {
    let gates = gates(gate, &hold("it must wait", until));
    let decision = Decision { gates, ..samples::restart() };
    Ending::Withheld(Box::new(logged(decision, Some(LoggedOutcome::Withheld))))
}

#[test]
fn a_plan_is_of_a_wish_if_it_was_begun_since_or_used_its_approval() {
    assert!(is_of(&begun(50, None), &wish(None)));
    assert!(is_of(&begun(60, None), &wish(None)));
    assert!(!is_of(&begun(49, None), &wish(None)), "begun before anybody spoke");
    // A question is as old as it is; the plan that its answer allows is the same entry.
    assert!(is_of(&begun(10, Some(7)), &wish(Some(7))));
    assert!(!is_of(&begun(10, Some(8)), &wish(Some(7))));
    let asked = LoggedDecision { intent: None, ..begun(60, Some(7)) };
    assert!(!is_of(&asked, &wish(Some(7))), "nothing was begun");
}

#[test]
fn what_withholds_is_believed_once_the_controller_must_have_heard() {
    let cooldown = withheld(Gate::Cooldown, Some(at(300)));
    assert!(!cooldown.is_final(SOON));
    assert!(cooldown.is_final(HEARD_AFTER));
}

#[test]
fn what_passes_as_soon_as_something_else_ends_is_waited_for() {
    for (gate, until, is_final) in [
        (Gate::OneInFlight, None, false),
        (Gate::Budget, None, false),
        (Gate::Budget, Some(at(300)), true),
        (Gate::Override, None, true),
    ] {
        assert_eq!(withheld(gate, until).is_final(HEARD_AFTER), is_final, "{gate} {until:?}");
    }
    assert!(!Ending::Open { begun: true }.is_final(Duration::from_hours(1)));
}

#[test]
fn each_end_has_its_code_and_its_sentence() {
    let over = |outcome| Ending::Over(Box::new(logged(samples::restart(), Some(outcome))));
    let told = |ending: &Ending| (ending.exit(), ending.sentence(&wish(None), at(100)));
    for (outcome, exit) in [
        (LoggedOutcome::Success, Exit::Done),
        (LoggedOutcome::Warning, Exit::Done),
        (LoggedOutcome::Failure, Exit::Failed),
        (LoggedOutcome::RolledBack, Exit::Failed),
        (LoggedOutcome::Inconclusive, Exit::Failed),
    ] {
        assert_eq!(told(&over(outcome)), (exit, None), "{outcome:?}");
    }
    assert_eq!(
        told(&withheld(Gate::Budget, None)),
        (
            Exit::Refused,
            Some("service-restart of container/web is withheld by budget: it must wait".to_owned())
        )
    );
    assert_eq!(
        told(&Ending::Open { begun: false }),
        (
            Exit::Failed,
            Some(
                "service-restart of container/web has not begun; `podsteward why container/web` tells more"
                    .to_owned()
            )
        )
    );
}
