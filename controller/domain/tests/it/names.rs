//! Names that manifests may use must be those that the domain knows.

use podsteward_domain::action::Action;
use podsteward_domain::finding::FindingKind;
use podsteward_specs::policy::{ACTIONS, DECLARED_ACTIONS, KNOWN_FINDINGS};

#[test]
fn a_policy_may_suppress_every_kind_of_finding_and_nothing_else() {
    let kinds: Vec<&str> = FindingKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(KNOWN_FINDINGS, kinds);
}

#[test]
fn a_policy_may_name_every_action_of_remediation_and_no_declared_one() {
    for action in Action::ALL {
        let listed = if action.is_declared() { &DECLARED_ACTIONS[..] } else { &ACTIONS[..] };
        assert!(listed.contains(&action.as_str()), "{action}");
        assert_eq!(Action::from_name(action.as_str()), Some(action));
    }
}

#[test]
fn an_action_is_written_as_it_is_named() {
    for action in Action::ALL {
        assert_eq!(serde_json::to_string(&action).unwrap(), format!("\"{action}\""));
    }
}
