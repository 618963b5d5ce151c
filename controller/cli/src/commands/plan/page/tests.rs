//! The page of `plan` from fixed evaluations.

use expect_test::expect;
use podsteward_domain::decision::{Decision, Gate};
use podsteward_domain::finding::Remedy;
use podsteward_domain::memory::Memory;
use podsteward_domain::status::ObjectStatus;

use super::*;
use crate::output::json;
use crate::view::samples::{self, at, gates, hold};

fn diff(field: &str, live: &str, desired: &str, remedy: Remedy) -> FieldDiff {
    FieldDiff { field: field.to_owned(), desired: desired.to_owned(), live: live.to_owned(), remedy }
}

fn evaluation(key: &str, state: ObjectState) -> Evaluation {
    let status = ObjectStatus {
        key: key.parse().unwrap(),
        state,
        message: String::new(),
        conditions: Vec::new(),
        restarts: 0,
        container_id: None,
        image: None,
        created_ms: None,
        observed: at(0),
    };
    Evaluation {
        findings: Vec::new(),
        status,
        memory: Memory::default(),
        verification: None,
        choice: None,
        decisions: Vec::new(),
        approvals: Vec::new(),
        again: None,
    }
}

/// A container whose memory limit was changed by hand, and that is held.
fn drifted() -> Evaluation {
    let held = hold("stopped by hand", Some(at(160)));
    let decision = Decision {
        target: "container/web".parse().unwrap(),
        reason: "memory was changed by hand".to_owned(),
        gates: gates(Gate::Hold, &held)[..4].to_vec(),
        ..samples::drift()
    };
    let (_, mut evaluation) = samples::evaluation(&decision, ObjectState::Drift);
    evaluation.findings[0].diffs =
        vec![diff("spec.resources.limits.memory", "128Mi", "64Mi", Remedy::InPlace)];
    evaluation
}

fn page() -> Page {
    let objects = [evaluation("network/front", ObjectState::Match), drifted()];
    let objects = objects.into_iter().map(|evaluation| ObjectPlan::new(evaluation, at(100)));
    Page { objects: objects.collect(), problems: Vec::new() }
}

#[test]
fn the_text_tells_the_difference_the_steps_and_the_gate() {
    expect![[r"
        container/web DRIFT: drift-reconciliation (queue, confidence 0.88, risk high)
            memory was changed by hand
            spec.resources.limits.memory: 128Mi -> 64Mi (in place)
            1. stop container web (grace 10 s)
            2. start container web
            withheld by hold: stopped by hand (until 2026-11-22T15:09:20Z, 60s left)
    "]]
    .assert_eq(&page().text(Screen::default()));
}

#[expect(clippy::too_many_lines, reason = "one whole page")]
#[test]
fn json_has_the_promised_keys() {
    expect![[r#"
        {
          "objects": [
            {
              "key": "network/front",
              "state": "MATCH",
              "action": null,
              "verdict": null,
              "confidence": null,
              "risk": null,
              "reason": "",
              "diffs": [],
              "steps": [],
              "items": [],
              "expected_effect": null,
              "ladder": null,
              "gates": []
            },
            {
              "key": "container/web",
              "state": "DRIFT",
              "action": "drift-reconciliation",
              "verdict": "queue",
              "confidence": 0.88,
              "risk": "high",
              "reason": "memory was changed by hand",
              "diffs": [
                {
                  "field": "spec.resources.limits.memory",
                  "desired": "64Mi",
                  "live": "128Mi",
                  "remedy": "in-place"
                }
              ],
              "steps": [
                "stop container web (grace 10 s)",
                "start container web"
              ],
              "items": [],
              "expected_effect": "",
              "ladder": null,
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
                  "result": "hold",
                  "detail": "stopped by hand",
                  "until": "2026-11-22T15:09:20Z"
                }
              ]
            }
          ],
          "problems": []
        }
    "#]]
    .assert_eq(&json::text(&page()).unwrap());
}

#[test]
fn a_plan_without_steps_changes_nothing() {
    let page = page();
    let changes: Vec<_> =
        page.objects.iter().map(|object| (object.changes(), object.is_withheld())).collect();
    assert_eq!(changes, [(false, false), (true, true)]);
}
