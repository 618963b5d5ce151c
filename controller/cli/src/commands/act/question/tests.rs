//! Whether a question still fits the present.

use podsteward_domain::finding::FindingKind;
use podsteward_domain::status::ObjectState;

use super::*;
use crate::view::samples::{self, at, look};

fn told(seen: &Look) -> String {
    match revalidated(&samples::approval(), seen) {
        Ok(decision) => format!("{} of {}", decision.action, decision.target),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_same_plan_for_the_same_reason_still_fits() {
    assert_eq!(told(&look(&[samples::drift()])), "drift-reconciliation of container/db");
}

#[test]
fn what_changed_meanwhile_is_told() {
    assert_eq!(
        told(&look(&[samples::restart()])),
        "approval 7 is over: container/db is neither declared nor there any more"
    );
    let another = Decision { digest: "another".to_owned(), ..samples::drift() };
    assert_eq!(told(&look(&[another])), "approval 7 is over: the plan is another one now");
    let trigger = Decision { trigger: FindingKind::HandStopped, ..samples::drift() };
    assert_eq!(told(&look(&[trigger])), "approval 7 is over: hand_stopped calls for it now, not drift");
    let mut well = look(&[samples::drift()]);
    well.objects[0].1.decisions.clear();
    assert_eq!(told(&well), "approval 7 is over: what called for it is gone");
}

#[test]
fn an_approval_whose_time_is_over_is_not_given() {
    let mut late = look(&[samples::drift()]);
    late.objects[0].1.approvals = vec![(ApprovalId(7), ApprovalState::Expired)];
    assert_eq!(told(&late), "approval 7 is over: nobody answered in time");
}

#[test]
fn what_was_approved_can_be_rejected_and_not_approved_again() {
    let yes = ApprovalState::Approved { by: "bob".to_owned(), at: at(90), force: false };
    let approved = Approval { state: yes, ..samples::approval() };
    assert!(may_be_rejected(&approved, at(100)).is_ok());
    let error = may_be_approved(&approved, at(100)).unwrap_err();
    assert_eq!(error.to_string(), "approval 7 was given already, by bob 10s ago");
    let used = Approval { state: ApprovalState::Used, ..samples::approval() };
    assert_eq!(may_be_rejected(&used, at(100)).unwrap_err().to_string(), "approval 7 was used already");
}

#[test]
fn a_number_said_twice_is_meant_once() {
    assert_eq!(distinct(&[8, 7, 8]), [ApprovalId(8), ApprovalId(7)]);
}

#[test]
fn the_state_of_the_object_does_not_matter_where_the_plan_is_the_same() {
    let mut seen = look(&[samples::drift()]);
    seen.objects[0].1.status.state = ObjectState::Warning;
    assert_eq!(told(&seen), "drift-reconciliation of container/db");
}
