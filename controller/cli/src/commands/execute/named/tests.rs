//! What is said of a playbook that cannot be carried out as it is named.

use std::sync::Arc;

use podsteward_domain::playbook::Request;
use podsteward_specs::load::{SourceFile, load};

use super::*;
use crate::view::samples::{at, key, look, restart};

const PLAYBOOKS: &str = "apiVersion: podsteward.dev/v1alpha1
kind: Playbook
metadata: {name: need}
spec: {parameters: {p: , q: one}, steps: [{exec: {command: [echo, $(p), $(q)]}}]}
---
apiVersion: podsteward.dev/v1alpha1
kind: Playbook
metadata: {name: free}
spec: {steps: [{notify: {message: hello}}]}
";

fn told(playbook: &str, target: &str, given: &[(&str, &str)]) -> String {
    let file = SourceFile { path: "p.yaml".to_owned(), bytes: PLAYBOOKS.as_bytes().to_vec() };
    let loaded = load(&[file]).files.into_iter().flat_map(|file| file.documents);
    let playbooks = loaded.map(|document| (document.key.name.clone(), Arc::new(document))).collect();
    let seen = Look { playbooks: Arc::new(playbooks), ..look(&[restart()]) };
    let given: Vec<_> = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let asked = parameters(&given, true).and_then(|parameters| {
        let request = Request { by: "me".to_owned(), at: at(0), parameters };
        check(&(key(target), Name::new(playbook).unwrap(), request), &seen)
    });
    asked.map_or_else(|error| error.to_string(), |()| "fine".to_owned())
}

#[test]
fn what_is_wrong_with_a_playbook_that_is_named_is_said_before_it_is_asked_for() {
    let web = "container/web";
    for (playbook, target, given, expected) in [
        ("need", web, &[("p", "a b")][..], "fine"),
        ("need", web, &[("p", "a"), ("q", "")], "fine"),
        ("need", web, &[], "'p' is missing, which playbook/need needs"),
        ("need", web, &[("p", "a"), ("x", "b")], "'x' is no parameter of playbook/need (p, q)"),
        ("need", web, &[("p", "a"), ("p", "b")], "parameter p is set twice"),
        (
            "need",
            web,
            &[("p", "-rf")],
            "parameter p is '-rf', which would be taken for an option (a word -- before it, or no '-' first)",
        ),
        ("nope", web, &[], "there is no playbook nope"),
        ("need", "container/nope", &[("p", "a")], "there is no object container/nope"),
        (
            "need",
            "playbook/need",
            &[],
            "playbook/need needs a container as its target, and playbook/need is none",
        ),
        ("free", "playbook/need", &[], "playbook/free has no other playbook as its target"),
        ("free", web, &[], "fine"),
    ] {
        assert_eq!(told(playbook, target, given), expected, "{playbook} {target} {given:?}");
    }
}

#[test]
fn only_a_playbook_has_parameters_and_each_has_a_value() {
    let given = parameter("older-than=a=b").unwrap();
    assert_eq!(given, ("older-than".to_owned(), "a=b".to_owned()));
    assert_eq!(parameters(&[given], false).unwrap_err().to_string(), "only a playbook has parameters");
    for wrong in ["older-than", "=b"] {
        assert_eq!(parameter(wrong).unwrap_err(), "NAME=VALUE, such as older-than=7d");
    }
}
