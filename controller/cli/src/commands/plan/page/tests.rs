//! The page of `plan` from fixed evaluations.

use std::collections::BTreeSet;
use std::time::Duration;

use expect_test::expect;
use podsteward_domain::decision::Decision;
use podsteward_domain::evaluate::Choice;
use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::memory::Memory;
use podsteward_domain::plan::{Expectation, ExpectedState, Plan, Section, Shape, Step, Touches};
use podsteward_domain::status::ObjectStatus;
use podsteward_domain::time::BootId;

use super::*;
use crate::output::json;

fn diff(field: &str, live: &str, desired: &str, remedy: Remedy) -> FieldDiff {
    FieldDiff { field: field.to_owned(), desired: desired.to_owned(), live: live.to_owned(), remedy }
}

fn evaluation(key: &str, state: ObjectState, message: &str) -> Evaluation {
    let status = ObjectStatus {
        key: key.parse().unwrap(),
        state,
        message: message.to_owned(),
        conditions: Vec::new(),
        restarts: 0,
        container_id: None,
        image: None,
        created_ms: None,
        observed: Moment::default(),
    };
    Evaluation {
        findings: Vec::new(),
        status,
        memory: Memory::default(),
        verification: None,
        choice: None,
        again: None,
    }
}

fn gates() -> Vec<GateResult> {
    let until = Moment { wall_ms: 1_795_360_000_000, boot_ms: 0, boot_id: BootId(1) };
    vec![
        GateResult { gate: Gate::Switch, answer: GateAnswer::Pass },
        GateResult {
            gate: Gate::Hold,
            answer: GateAnswer::Hold { detail: "stopped by hand".to_owned(), until: Some(until) },
        },
    ]
}

/// A container whose memory limit was changed by hand, and that is held.
fn drifted() -> Evaluation {
    let mut evaluation = evaluation("container/web", ObjectState::Drift, "memory differs");
    let target = evaluation.status.key.clone();
    let mut finding = Finding::new(FindingKind::Drift, &target, "memory differs");
    finding.diffs = vec![diff("spec.resources.limits.memory", "128Mi", "64Mi", Remedy::InPlace)];
    evaluation.findings = vec![finding];
    let steps = vec![
        Step::StopContainer { name: "web".to_owned(), grace: Duration::from_secs(10) },
        Step::StartContainer { name: "web".to_owned(), deadline: Duration::from_mins(2) },
    ];
    evaluation.choice = Some(Choice {
        decision: Decision {
            action: Action::DriftReconciliation,
            target,
            trigger: FindingKind::Drift,
            reason: "memory was changed by hand".to_owned(),
            verdict: Verdict::NotifyExecute,
            gates: gates(),
        },
        plan: Plan {
            shape: Shape::Restart,
            sections: vec![Section { title: "replace", steps }],
            settle: None,
            touches: Touches { objects: BTreeSet::new(), ..Touches::default() },
            expectation: Expectation { state: ExpectedState::Running, stabilise: Duration::from_secs(20) },
        },
        facts: String::new(),
        mends: Vec::new(),
    });
    evaluation
}

fn page() -> Page {
    let matching = evaluation("network/front", ObjectState::Match, "");
    Page { objects: vec![matching.into(), drifted().into()], problems: Vec::new() }
}

#[test]
fn the_text_tells_the_difference_the_steps_and_the_gate() {
    expect![[r"
        container/web DRIFT: drift-reconciliation (notify-execute)
            memory was changed by hand
            spec.resources.limits.memory: 128Mi -> 64Mi (in place)
            1. stop container web (grace 10 s)
            2. start container web
            withheld by hold: stopped by hand (until 2026-11-22T15:06:40Z)
    "]]
    .assert_eq(&page().text(Screen::default()));
}

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
              "reason": "",
              "diffs": [],
              "steps": [],
              "gates": []
            },
            {
              "key": "container/web",
              "state": "DRIFT",
              "action": "drift-reconciliation",
              "verdict": "notify-execute",
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
              "gates": [
                {
                  "gate": "switch",
                  "result": "pass",
                  "detail": null,
                  "until": null
                },
                {
                  "gate": "hold",
                  "result": "hold",
                  "detail": "stopped by hand",
                  "until": "2026-11-22T15:06:40Z"
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
