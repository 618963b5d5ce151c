//! What is meant by an ID, and by none.

use podsteward_domain::decision::GateAnswer;

use super::*;
use crate::view::samples::{self, gates, look};

fn args(id: Option<&str>, force: bool) -> Args {
    let action_id = id.map(|id| action_id(id).unwrap());
    Args { action_id, parameters: Vec::new(), dry_run: false, force, timeout: Duration::from_secs(1) }
}

/// Each thing that is meant, with the gate that is in the way.
fn told(args: &Args, asked: Option<Approval>) -> Vec<String> {
    let free = Decision { gates: gates(Gate::Mode, &GateAnswer::Pass), ..samples::restart() };
    let free = Decision { target: samples::key("container/app"), ..free };
    let seen = look(&[samples::restart(), samples::drift(), free]);
    let meant = match meant(args, asked, &seen) {
        Ok(meant) => meant,
        Err(error) => return vec![error.to_string()],
    };
    let tell = |it: &Meant| {
        let gate = it.in_the_way().map_or("free", |gate| gate.gate.as_str());
        format!("{} of {}: {gate}", it.decision.action, it.decision.target)
    };
    meant.iter().map(tell).collect()
}

#[test]
fn without_an_id_everything_is_meant_and_what_waits_still_waits() {
    assert_eq!(
        told(&args(None, false), None),
        [
            "service-restart of container/web: cooldown",
            "drift-reconciliation of container/db: verdict",
            "service-restart of container/app: free",
        ]
    );
}

#[test]
fn force_frees_what_rests_and_not_what_waits_for_a_word() {
    assert_eq!(
        told(&args(None, true), None),
        [
            "service-restart of container/web: free",
            "drift-reconciliation of container/db: verdict",
            "service-restart of container/app: free",
        ]
    );
}

#[test]
fn the_number_of_an_approval_says_yes_and_a_name_does_not() {
    assert_eq!(
        told(&args(Some("7"), false), Some(samples::approval())),
        ["drift-reconciliation of container/db: free"]
    );
    assert_eq!(
        told(&args(Some("drift-reconciliation:container/db"), false), None),
        ["drift-reconciliation of container/db: verdict"]
    );
    assert_eq!(
        told(&args(Some("orphan-removal:container/db"), false), None),
        ["nothing calls for orphan-removal of container/db"]
    );
}

#[test]
fn an_id_is_a_number_or_an_action_on_an_object() {
    for (id, told) in [
        ("web", "the number of an approval, or ACTION:KIND/NAME"),
        (
            "reboot:container/web",
            "'reboot' is no action (allowed: apply, start, liveness-restart, snapshot-restore, service-restart",
        ),
        ("start:web", "KIND/NAME"),
    ] {
        let error = action_id(id).unwrap_err();
        assert!(error.contains(told), "{id}: {error}");
    }
}

#[test]
fn a_refusal_for_want_of_a_word_says_how_to_give_it() {
    let seen = look(&[samples::drift()]);
    let meant = meant(&args(Some("drift-reconciliation:container/db"), false), None, &seen).unwrap();
    let refused = refusal(&meant[0], meant[0].in_the_way().unwrap(), seen.now);
    assert!(matches!(refused, Error::Refused { next, .. } if next == "`podsteward approve 7` says yes"));
}

#[test]
fn that_nothing_is_due_is_a_refusal_only_where_a_gate_holds_it() {
    let held = |decision: Decision| meant(&args(None, false), None, &look(&[decision])).unwrap();
    assert_eq!(nothing(&[]), Exit::Done);
    assert_eq!(nothing(&held(samples::drift())), Exit::Done);
    assert_eq!(nothing(&held(samples::restart())), Exit::Refused);
}
