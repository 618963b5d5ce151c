//! What waits for a person, at any time.

use std::time::Duration;

use podsteward_domain::approval::{ApprovalId, Question};
use podsteward_domain::finding::FindingKind;
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
    Approval {
        id: ApprovalId(1),
        question,
        asked: ago(asked),
        state,
        stood_still: Duration::ZERO,
        stopped: None,
    }
}

fn approved(since: Duration) -> ApprovalState {
    ApprovalState::Approved { by: "ada".to_owned(), at: ago(since), force: false }
}

fn waits(approval: Approval) -> bool {
    Background { approvals: vec![approval], ..Background::default() }.waiting(NOW).count() == 1
}

#[test]
fn what_expired_or_lapsed_waits_no_more_and_while_stopped_nothing_does() {
    let day = Duration::from_hours(24);
    let no = ApprovalState::Rejected { by: "ada".to_owned(), reason: String::new(), at: NOW };
    let (minutes, never) = (|number| Some(ago(Duration::from_mins(number))), None);
    let rows = [
        (day, ApprovalState::Pending, never, true),
        (8 * day, ApprovalState::Pending, never, false),
        (8 * day, ApprovalState::Pending, Some(ago(2 * day)), true),
        (day, approved(Duration::from_mins(14)), never, true),
        (day, approved(Duration::from_mins(16)), never, false),
        (day, approved(Duration::from_mins(16)), minutes(2), true),
        (day, no, never, false),
    ];
    for (asked, state, stopped, expected) in rows {
        let what = format!("{state:?} of {asked:?} ago, stopped {stopped:?}");
        assert_eq!(waits(Approval { stopped, ..approval(asked, state) }), expected, "{what}");
    }
}
