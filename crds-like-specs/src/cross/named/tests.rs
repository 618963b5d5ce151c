//! Which names are told as a warning.

use super::undeclared;
use crate::load::{SourceFile, load};

#[test]
fn what_a_rule_names_and_nothing_declares_is_told_where_it_stands() {
    let text = "\
apiVersion: podsteward.dev/v1alpha1
kind: Container
metadata: {name: web}
spec: {image: a:1}
---
apiVersion: podsteward.dev/v1alpha1
kind: Playbook
metadata: {name: mend}
spec:
  triggers: [unhealthy, {finding: unhealthy, objects: [container/web, container/ghost]}]
  steps: [{notify: {message: hello}}]
---
apiVersion: podsteward.dev/v1alpha1
kind: RemediationPolicy
metadata: {name: default}
spec:
  overrides: [{match: {names: [web, wbe]}, autoRestart: false}, {match: {labels: {a: b}}, autoRestart: false}]
  suppress: [{finding: drift, object: container/gone, reason: known}, {finding: storm, reason: known}]
";
    let file = SourceFile { path: "a.yaml".to_owned(), bytes: text.as_bytes().to_vec() };
    let loaded = load(&[file]).files.remove(0);
    assert_eq!(loaded.problems, []);
    let told: Vec<_> = undeclared(&loaded.documents).iter().map(|found| found.warning.to_string()).collect();
    assert_eq!(
        told,
        [
            "a.yaml:6:1: spec.triggers[1].objects: container/ghost is not declared, so that it concerns nothing",
            "a.yaml:13:1: spec.overrides[0].match.names: container/wbe is not declared, so that it concerns nothing",
            "a.yaml:13:1: spec.suppress[0].object: container/gone is not declared, so that it concerns nothing",
        ]
    );
}
