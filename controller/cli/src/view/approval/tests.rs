//! Questions as people and programs get them.

use expect_test::expect;
use podsteward_domain::approval::{self, ApprovalId, ApprovalState};
use podsteward_specs::policy::RemediationPolicy;

use super::*;
use crate::output::json;
use crate::view::samples::{self, at};

fn listing(states: Vec<ApprovalState>) -> Approvals {
    let number = |(state, id)| approval::Approval { id: ApprovalId(id), state, ..samples::approval() };
    let approvals: Vec<_> = states.into_iter().zip(7..).map(number).collect();
    Approvals::new(approvals, &RemediationPolicy::default().approvals, at(100))
}

fn answered() -> Vec<ApprovalState> {
    vec![
        ApprovalState::Approved { by: "ada".to_owned(), at: at(90), force: false },
        ApprovalState::Rejected { by: "bob".to_owned(), reason: "not tonight".to_owned(), at: at(90) },
        ApprovalState::Rejected { by: "bob".to_owned(), reason: String::new(), at: at(90) },
        ApprovalState::Closed { why: "the plan is another one now".to_owned() },
        ApprovalState::Lapsed,
        ApprovalState::Expired,
        ApprovalState::Used,
    ]
}

#[test]
fn a_question_tells_everything_that_an_answer_needs() {
    expect![[r"
        7  drift-reconciliation of container/db
            Wrong     spec.resources.limits.memory: 64Mi declared, 128Mi live
            Asked     60s ago, 6d23h left to answer
            Because   confidence 0.88, risk high, because the container is critical
            Differs   spec.resources.limits.memory: 128Mi -> 64Mi (by making it anew)
            Step      1. stop container db (grace 10 s)
                      2. start container db
            Then      container db is replaced by a new one made as declared; it is down meanwhile
            Loses     /etc/motd
                      /data/notes
            Way back  the container that is there now waits and comes back
            Answer    `podsteward approve 7` or `podsteward reject 7`
    "]]
    .assert_eq(&listing(vec![ApprovalState::Pending]).text(Screen::default()));
}

#[test]
fn answered_questions_take_a_line_each() {
    expect![[r"
        ID  AGE  TARGET        ACTION                STATE     ANSWER
        7   60s  container/db  drift-reconciliation  approved  by ada, 14m left to begin
        8   60s  container/db  drift-reconciliation  rejected  by bob: not tonight
        9   60s  container/db  drift-reconciliation  rejected  by bob
        10  60s  container/db  drift-reconciliation  closed    the plan is another one now
        11  60s  container/db  drift-reconciliation  lapsed
        12  60s  container/db  drift-reconciliation  expired
        13  60s  container/db  drift-reconciliation  used
    "]]
    .assert_eq(&listing(answered()).text(Screen::default()));
}

#[test]
fn a_question_whose_time_is_over_is_shown_as_expired_before_anybody_wrote_that_down() {
    let late = Approvals::new([samples::approval()], &RemediationPolicy::default().approvals, at(700_000));
    assert_eq!(late.approvals[0].state, "expired");
}

#[test]
fn json_has_the_promised_keys() {
    expect![[r#"
        {
          "approvals": [
            {
              "id": 7,
              "action_type": "drift-reconciliation",
              "target": "container/db",
              "trigger": "drift",
              "state": "pending",
              "reason": "spec.resources.limits.memory: 64Mi declared, 128Mi live",
              "why_asked": "confidence 0.88, risk high, because the container is critical",
              "confidence": 0.88,
              "risk": "high",
              "diffs": [
                {
                  "field": "spec.resources.limits.memory",
                  "desired": "64Mi",
                  "live": "128Mi",
                  "remedy": "recreate"
                }
              ],
              "steps": [
                "stop container db (grace 10 s)",
                "start container db"
              ],
              "loses": [
                "/etc/motd",
                "/data/notes"
              ],
              "expected_effect": "container db is replaced by a new one made as declared; it is down meanwhile",
              "rollback": "the container that is there now waits and comes back",
              "asked": "2026-11-22T15:07:20Z",
              "until": "2026-11-29T15:07:20Z",
              "by": null,
              "answered": null,
              "answer": null,
              "plan_digest": "fedcba9876543210"
            }
          ]
        }
    "#]].assert_eq(&json::text(&listing(vec![ApprovalState::Pending])).unwrap());
}
