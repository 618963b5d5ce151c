//! The log as a table and as JSON.

use std::time::Duration;

use expect_test::expect;
use podsteward_domain::approval::ApprovalId;
use podsteward_domain::decision::Verdict;
use podsteward_domain::intent::IntentId;
use podsteward_domain::score::Points;
use podsteward_domain::verify::report::{Check, Report, Status};
use podsteward_store::{LoggedDecision, LoggedOutcome};

use super::*;
use crate::output::json;
use crate::view::samples::{self, at, logged};

fn withheld() -> LoggedDecision {
    LoggedDecision { count: 14, ..logged(samples::restart(), Some(LoggedOutcome::Withheld)) }
}

fn restarted() -> LoggedDecision {
    let check = |statement: &str, status| Check { statement: statement.to_owned(), status };
    LoggedDecision {
        intent: Some(IntentId(5)),
        report: Some(Report {
            status: Status::Failed,
            checks: vec![
                check("it runs", Status::Verified),
                check("its healthcheck says healthy", Status::Failed),
            ],
            detail: "it is still unhealthy".to_owned(),
        }),
        detail: "it is still unhealthy".to_owned(),
        delta: Some(Points(-1600)),
        new_confidence: Some(Score::new(7400)),
        duration: Some(Duration::from_millis(31_250)),
        ..logged(samples::restart(), Some(LoggedOutcome::Failure))
    }
}

fn queued() -> LoggedDecision {
    LoggedDecision { approval: Some(ApprovalId(7)), ..logged(samples::drift(), Some(LoggedOutcome::Queued)) }
}

fn starting() -> LoggedDecision {
    let decision = podsteward_domain::decision::Decision {
        action: podsteward_domain::action::Action::Start,
        verdict: Verdict::Declared,
        judgement: None,
        ..samples::restart()
    };
    LoggedDecision { intent: Some(IntentId(6)), ..logged(decision, None) }
}

#[test]
fn the_table_tells_what_was_done_what_was_not_and_by_which_gate() {
    let log = Decisions::new([starting(), queued(), withheld(), restarted()], at(100));
    expect![[r"
        ID  AGE  TARGET         ACTION                CONFIDENCE  RISK  DECISION        OUTCOME                         DETAILS
        3   20s  container/web  start                 -           -     declared        in progress                     its healthcheck says unhealthy: connection refused
        3   20s  container/db   drift-reconciliation  0.88        high  queue           queued                          spec.resources.limits.memory: 64Mi declared, 128Mi live
        3   20s  container/web  service-restart       0.90        low   notify-execute  withheld by cooldown, 14 times  its healthcheck says unhealthy: connection refused; service-restart rests for 5m after it was tried
        3   20s  container/web  service-restart       0.90        low   notify-execute  failure                         its healthcheck says unhealthy: connection refused; it is still unhealthy (learned -0.16, confidence now 0.74)
    "]].assert_eq(&log.text(Screen::default()));
}

#[test]
fn json_has_the_keys_of_the_contract() {
    let mut json = serde_json::to_value(Decisions::new([restarted()], at(100))).unwrap();
    json["decisions"][0]["gates"].as_array_mut().unwrap().truncate(1);
    expect![[r#"
        {
          "decisions": [
            {
              "action_type": "service-restart",
              "approval": null,
              "confidence": 0.9,
              "confidence_delta": -0.16,
              "count": 1,
              "decision": "notify-execute",
              "details": "it is still unhealthy",
              "duration_seconds": 31.25,
              "gates": [
                {
                  "detail": null,
                  "gate": "mode",
                  "result": "pass",
                  "until": null
                }
              ],
              "id": 3,
              "intent": 5,
              "last": "2026-11-22T15:08:00Z",
              "new_confidence": 0.74,
              "outcome": "failure",
              "reason": "its healthcheck says unhealthy: connection refused",
              "risk": "low",
              "rolled_back": false,
              "rung": null,
              "snapshot": null,
              "target": "container/web",
              "timestamp": "2026-11-22T15:07:00Z",
              "trigger": "unhealthy",
              "verification": {
                "checks_failed": 1,
                "checks_passed": 1,
                "checks_warned": 0,
                "report": "failed: it is still unhealthy; it runs: yes, its healthcheck says healthy: no",
                "status": "failed"
              },
              "withheld_by": null
            }
          ]
        }
    "#]]
    .assert_eq(&json::text(&json).unwrap());
}

#[test]
fn declared_work_in_progress_has_neither_confidence_nor_outcome() {
    let json = serde_json::to_value(Decisions::new([starting()], at(100))).unwrap();
    for key in ["confidence", "risk", "outcome", "verification", "withheld_by", "duration_seconds"] {
        assert_eq!(json["decisions"][0][key], serde_json::Value::Null, "{key}");
    }
}
