//! The page of `check` from a fixed assessment.

use expect_test::expect;

use super::*;
use crate::view::samples;

#[test]
fn the_page_tells_how_the_host_does_what_is_wrong_and_why_nothing_is_done() {
    expect![[r"
        Health:    90 of 100
        Wrong:     2 findings
        To do:     2 actions, 2 withheld
        Approvals: 1 waiting for you (`podsteward approvals`)

        Wrong
        SEVERITY  FINDING    OBJECT         AGE  MESSAGE
        warning   drift      container/db   0s   spec.resources.limits.memory: 64Mi declared, 128Mi live
        warning   unhealthy  container/web  90s  its healthcheck says unhealthy: connection refused

        To do
        ID                             TARGET         ACTION                CONFIDENCE  RISK  DECISION        WHY NOT
        7                              container/db   drift-reconciliation  0.88        high  queue           withheld by verdict: confidence 0.88, risk high, because the container is critical: approval 7 waits for somebody (until 2026-11-29T15:06:40Z, 6d23h left)
        service-restart:container/web  container/web  service-restart       0.90        low   notify-execute  withheld by cooldown: service-restart rests for 5m after it was tried (until 2026-11-22T15:11:40Z, 3m20s left)
    "]].assert_eq(&samples::assessment().text(Screen::default()));
}

#[test]
fn a_host_on_which_nothing_is_wrong_takes_three_lines() {
    let assessment = Assessment::new(&[], Vec::new(), &samples::background(), samples::at(100));
    expect![[r"
        Health:    100 of 100
        Wrong:     nothing
        To do:     nothing
        Approvals: 1 waiting for you (`podsteward approvals`)
    "]]
    .assert_eq(&assessment.text(Screen::default()));
}

#[test]
fn before_everything_was_read_the_health_is_not_known() {
    let missing = vec!["the containers were not listed yet".to_owned()];
    let assessment = Assessment::new(&[], missing, &samples::background(), samples::at(100));
    expect![[r"
        Health:    not known yet
        Unknown:   the containers were not listed yet
        Wrong:     nothing
        To do:     nothing
        Approvals: 1 waiting for you (`podsteward approvals`)
    "]]
    .assert_eq(&assessment.text(Screen::default()));
    assert_eq!(serde_json::to_value(&assessment).unwrap()["health_score"], serde_json::Value::Null);
}

#[test]
fn json_has_the_promised_keys() {
    expect![[r#"
        {
          "timestamp": "2026-11-22T15:08:20Z",
          "health_score": 90,
          "unknown": [],
          "observations": [
            {
              "id": "drift:container/db",
              "kind": "drift",
              "target": "container/db",
              "severity": "warning",
              "message": "spec.resources.limits.memory: 64Mi declared, 128Mi live",
              "age_seconds": 0
            },
            {
              "id": "unhealthy:container/web",
              "kind": "unhealthy",
              "target": "container/web",
              "severity": "warning",
              "message": "its healthcheck says unhealthy: connection refused",
              "age_seconds": 90
            }
          ],
          "recommended_actions": [
            {
              "id": "7",
              "type": "drift-reconciliation",
              "target": "container/db",
              "reason": "spec.resources.limits.memory: 64Mi declared, 128Mi live",
              "confidence": 0.88,
              "confidence_parts": {
                "prediction": 1.0,
                "history": 0.7,
                "impact": 0.85,
                "rollback": 1.0,
                "adjustment": 0.0
              },
              "risk": "high",
              "decision": "queue",
              "gates": [
                {
                  "gate": "mode",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "switch",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "pause",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "hold",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "quarantine",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "backoff",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "dependencies",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "override",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "suppression",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "breaker",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "cooldown",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "budget",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "one-in-flight",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "consequence",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "storm",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "freshness",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "maintenance-window",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "approval",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "verdict",
                  "result": "hold",
                  "detail": "confidence 0.88, risk high, because the container is critical: approval 7 waits for somebody",
                  "until": "2026-11-29T15:06:40Z"
                }
              ]
            },
            {
              "id": "service-restart:container/web",
              "type": "service-restart",
              "target": "container/web",
              "reason": "its healthcheck says unhealthy: connection refused",
              "confidence": 0.9,
              "confidence_parts": {
                "prediction": 1.0,
                "history": 0.7,
                "impact": 0.95,
                "rollback": 1.0,
                "adjustment": 0.0
              },
              "risk": "low",
              "decision": "notify-execute",
              "gates": [
                {
                  "gate": "mode",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "switch",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "pause",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "hold",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "quarantine",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "backoff",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "dependencies",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "override",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "suppression",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "breaker",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "cooldown",
                  "result": "hold",
                  "detail": "service-restart rests for 5m after it was tried",
                  "until": "2026-11-22T15:11:40Z"
                },
                {
                  "gate": "budget",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "one-in-flight",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "consequence",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "storm",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "freshness",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "maintenance-window",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "approval",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "verdict",
                  "result": "pass",
                  "detail": null,
                  "until": null
                }
              ]
            }
          ],
          "pending_queue": [
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
                "/root/notes"
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
    "#]].assert_eq(&crate::output::json::text(&samples::assessment()).unwrap());
}
