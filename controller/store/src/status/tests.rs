//! Statuses: what is shown, and that an unchanged one is not written.

use podsteward_domain::status::{Condition, ConditionStatus, ConditionType, ObjectState, ObjectStatus};

use crate::fixtures::{Home, at, key};

fn status(target: &str, state: ObjectState, observed: u32) -> ObjectStatus {
    let condition = Condition {
        kind: ConditionType::Running,
        status: ConditionStatus::True,
        reason: "Started".to_owned(),
        message: "it runs".to_owned(),
        last_transition_time: at(1),
    };
    ObjectStatus {
        key: key(target),
        state,
        message: "as declared".to_owned(),
        conditions: vec![condition],
        restarts: 2,
        container_id: Some("abc".to_owned()),
        image: Some("localhost/web:1".to_owned()),
        created_ms: Some(1_790_000_000_000),
        observed: at(observed),
    }
}

#[test]
fn statuses_come_back_in_the_order_of_their_keys() {
    let home = Home::new();
    let web = status("container/web", ObjectState::Match, 1);
    let net = status("network/front", ObjectState::Missing, 1);
    assert!(home.store.put_status(&web).unwrap());
    assert!(home.store.put_status(&net).unwrap());
    assert_eq!(home.store.statuses().unwrap(), [net.clone(), web.clone()]);
    assert_eq!(home.store.status(&web.key).unwrap(), Some(web.clone()));
    home.store.remove_status(&web.key).unwrap();
    assert_eq!(home.store.statuses().unwrap(), [net]);
}

#[test]
fn a_status_that_was_only_looked_at_again_is_not_written() {
    let home = Home::new();
    let other = home.cli();
    home.store.put_status(&status("container/web", ObjectState::Match, 1)).unwrap();
    let version = other.data_version().unwrap();
    assert!(!home.store.put_status(&status("container/web", ObjectState::Match, 2)).unwrap());
    assert_eq!(other.data_version().unwrap(), version);
    assert!(home.store.put_status(&status("container/web", ObjectState::Drift, 2)).unwrap());
    assert_ne!(other.data_version().unwrap(), version);
}
