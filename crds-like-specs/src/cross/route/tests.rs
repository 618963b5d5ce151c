//! Routes and the playbooks that they name.

use expect_test::{Expect, expect};

use crate::cross::cross_check;
use crate::load::{SourceFile, load};

fn check(playbook: &str, route: &str, expected: &Expect) {
    let head = |kind, name| {
        format!("apiVersion: podsteward.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\n")
    };
    let text = format!(
        "{}spec: {{{playbook}steps: [restart: {{}}]}}\n---\n{}spec:\n  match: {{alertname: Slow}}\n  {route}\n",
        head("Playbook", "tidy"),
        head("AlertRoute", "slow"),
    );
    let loaded = load(&[SourceFile { path: "f.yaml".to_owned(), bytes: text.into_bytes() }]);
    assert_eq!(loaded.files[0].problems, []);
    let documents: Vec<_> = loaded.files.into_iter().flat_map(|file| file.documents).collect();
    let line = |found: crate::cross::CrossProblem| {
        let missing = found.missing.map_or_else(String::new, |key| format!(" [missing {key}]"));
        format!("{}{missing}\n", found.problem)
    };
    let found: String = cross_check(&documents).into_iter().map(line).collect();
    expected.assert_eq(&found);
}

#[test]
fn a_route_to_a_declared_playbook_is_sound() {
    check("", "playbook: tidy", &expect![""]);
}

#[test]
fn a_route_to_a_playbook_that_nothing_declares_is_told_where_it_names_it() {
    check(
        "",
        "playbook: clean",
        &expect![[r"
        f.yaml:11:13: spec.playbook: playbook/clean is not declared (a playbook of the manifests) [missing playbook/clean]
    "]],
    );
}

#[test]
fn a_parameter_that_the_playbook_does_not_have_is_told() {
    check(
        "",
        "playbook: tidy\n  parameters: {path: /tmp}",
        &expect![[r"
        f.yaml:12:15: spec.parameters: 'path' is no parameter of playbook/tidy (it has none)
    "]],
    );
}
