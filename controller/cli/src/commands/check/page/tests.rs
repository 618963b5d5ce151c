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
fn json_has_the_keys_of_the_contract() {
    let mut json = serde_json::to_value(samples::assessment()).unwrap();
    let actions = json["recommended_actions"].as_array_mut().unwrap();
    actions.truncate(1);
    actions[0]["gates"].as_array_mut().unwrap().retain(|gate| gate["result"] != "pass");
    json["observations"].as_array_mut().unwrap().truncate(1);
    let waits = json["pending_queue"].as_array_mut().unwrap();
    let waits: Vec<_> = waits.drain(..).map(|approval| approval["id"].clone()).collect();
    assert_eq!(waits, [7]);
    expect![[r#"
        {
          "health_score": 90,
          "observations": [
            {
              "age_seconds": 0,
              "id": "drift:container/db",
              "kind": "drift",
              "message": "spec.resources.limits.memory: 64Mi declared, 128Mi live",
              "severity": "warning",
              "target": "container/db"
            }
          ],
          "pending_queue": [],
          "recommended_actions": [
            {
              "confidence": 0.88,
              "confidence_parts": {
                "adjustment": 0.0,
                "history": 0.7,
                "impact": 0.85,
                "prediction": 1.0,
                "rollback": 1.0
              },
              "decision": "queue",
              "gates": [
                {
                  "detail": "confidence 0.88, risk high, because the container is critical: approval 7 waits for somebody",
                  "gate": "verdict",
                  "result": "hold",
                  "until": "2026-11-29T15:06:40Z"
                }
              ],
              "id": "7",
              "ladder": null,
              "reason": "spec.resources.limits.memory: 64Mi declared, 128Mi live",
              "risk": "high",
              "target": "container/db",
              "type": "drift-reconciliation"
            }
          ],
          "timestamp": "2026-11-22T15:08:20Z",
          "unknown": []
        }
    "#]].assert_eq(&crate::output::json::text(&json).unwrap());
}
