//! What waits for a person, at any time.

use std::time::Duration;

use podsteward_domain::approval::{ApprovalId, Question};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::switch::Pause;
use podsteward_domain::time::BootId;

use super::*;

const NOW: Moment = Moment { wall_ms: 1_795_348_800_000, boot_ms: 2_000_000_000, boot_id: BootId(1) };

fn ago(length: Duration) -> Moment {
    let millis = u64::try_from(length.as_millis()).unwrap();
    Moment { wall_ms: NOW.wall_ms.saturating_sub_unsigned(millis), boot_ms: NOW.boot_ms - millis, ..NOW }
}

/// A question of three weeks ago, or of a time ago, and what became of it.
fn approval(asked: Duration, state: ApprovalState) -> Approval {
    let question = Question {
        action: Action::ServiceRestart,
        target: "container/web".parse().unwrap(),
        trigger: FindingKind::Unhealthy,
        reason: String::new(),
        why_asked: String::new(),
        digest: "d1".to_owned(),
        confidence: None,
        risk: None,
        diffs: Vec::new(),
        steps: Vec::new(),
        loses: Vec::new(),
        effect: String::new(),
        rollback: String::new(),
    };
    Approval { id: ApprovalId(1), question, asked: ago(asked), state, stood_still: Duration::ZERO }
}

fn approved(since: Duration) -> ApprovalState {
    ApprovalState::Approved { by: "ada".to_owned(), at: ago(since), force: false }
}

fn waits(approval: Approval, state: SwitchState) -> bool {
    let (reason, by) = (String::new(), "ada".to_owned());
    let pause = Pause { reason, by, since: ago(Duration::from_hours(1)), length: None };
    let switch = Switch { state, pause: Some(pause), ..Switch::default() };
    Background { switch, approvals: vec![approval], ..Background::default() }.waiting(NOW).count() == 1
}

#[test]
fn what_expired_or_lapsed_waits_no_more_and_while_stopped_nothing_does() {
    let day = Duration::from_hours(24);
    let no = ApprovalState::Rejected { by: "ada".to_owned(), reason: String::new(), at: NOW };
    let rows = [
        (day, ApprovalState::Pending, true, true),
        (8 * day, ApprovalState::Pending, false, true),
        (day, approved(Duration::from_mins(14)), true, true),
        (day, approved(Duration::from_mins(16)), false, true),
        (day, no, false, false),
    ];
    for (asked, state, now, stopped) in rows {
        let answers = [SwitchState::Running, SwitchState::Paused, SwitchState::Stopped]
            .map(|switch| waits(approval(asked, state.clone()), switch));
        assert_eq!(answers, [now, now, stopped], "{state:?} of {asked:?} ago");
    }
}
