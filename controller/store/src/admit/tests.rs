//! The admission: what the judge sees, and that it is all or nothing.

use std::time::Duration;

use podsteward_domain::admit::Admission;
use podsteward_domain::decision::Gate;
use podsteward_domain::switch::SwitchState;

use crate::fixtures::{Home, at, begin, decision, draft, pause, yes};
use crate::{Admitted, DecisionFilter, Durability, Error};

#[test]
fn an_admission_writes_intent_decision_and_leases() {
    let home = Home::new();
    let draft = draft("container/web", &["web"], &["sha256:1"]);
    let admitted = home.store.admit(at(10), Durability::Full, yes(draft.clone())).unwrap();
    let Admitted::Begun { intent, id, .. } = admitted else { panic!("withheld") };
    assert_eq!(*intent, draft.numbered(intent.id));
    assert_eq!(home.store.open_intents().unwrap(), [*intent.clone()]);
    let logged = home.store.decisions(&DecisionFilter::default()).unwrap().remove(0);
    assert_eq!((logged.id, logged.intent, logged.outcome), (id, Some(intent.id), None));
}

#[test]
fn the_judge_sees_the_switch_the_time_and_what_others_hold() {
    let home = Home::new();
    let web = begin(&home.store, "container/web", "web");
    let switch = home.cli().set_switch(SwitchState::Paused, Some(&pause("backup"))).unwrap();
    home.store
        .admit(at(20), Durability::Normal, |facts| {
            assert_eq!((facts.now, &facts.switch), (at(20), &switch));
            assert_eq!(facts.leases.len(), 1);
            let lease = &facts.leases[0];
            assert_eq!((lease.intent, &lease.key), (web.id, &web.key));
            assert!(lease.touches.objects.contains(&web.key) && lease.touches.containers.contains("web"));
            Admission::Withhold(decision("container/db", Some((Gate::Switch, "paused"))))
        })
        .unwrap();
}

#[test]
fn a_withheld_admission_writes_the_decision_alone() {
    let home = Home::new();
    let withheld = decision("container/web", Some((Gate::Switch, "paused: backup")));
    let admitted = home.store.admit(at(10), Durability::Normal, |_| Admission::Withhold(withheld.clone()));
    assert!(matches!(admitted.unwrap(), Admitted::Withheld { .. }));
    assert!(home.store.open_intents().unwrap().is_empty());
    let logged = home.store.decisions(&DecisionFilter::default()).unwrap().remove(0);
    assert_eq!((logged.decision, logged.withheld_by), (withheld, Some(Gate::Switch)));
    assert_eq!(logged.detail, "paused: backup");
}

#[test]
fn a_pause_cannot_slip_in_between_the_judge_and_the_intent() {
    let home = Home::new();
    let impatient = rusqlite::Connection::open(home.dir.path().join("podsteward.db")).unwrap();
    impatient.busy_timeout(Duration::ZERO).unwrap();
    let pause = "INSERT INTO switch (subject, state) VALUES ('', 'paused')";
    home.store
        .admit(at(10), Durability::Normal, |facts| {
            let refused = impatient.execute(pause, []).unwrap_err();
            assert_eq!(refused.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
            yes(draft("container/web", &["web"], &[]))(facts)
        })
        .unwrap();
    impatient.execute(pause, []).unwrap();
    assert_eq!(home.store.switch().unwrap().state, SwitchState::Paused);
    assert_eq!(home.store.open_intents().unwrap().len(), 1);
}

#[test]
fn what_a_plan_holds_exclusively_no_other_plan_gets() {
    let home = Home::new();
    let web = begin(&home.store, "container/web", "web");
    let check = |target: &str, container: &str, expected: &str| {
        let refused = home.store.admit(at(11), Durability::Normal, yes(draft(target, &[container], &[])));
        assert_eq!(refused.unwrap_err().to_string(), expected);
    };
    check("container/web", "other", &format!("object container/web is held by intent {}", web.id));
    check("container/db", "web", &format!("container web is held by intent {}", web.id));
    assert_eq!(home.store.open_intents().unwrap().len(), 1);
    assert_eq!(
        home.store.decisions(&DecisionFilter::default()).unwrap().len(),
        1,
        "nothing of it was written"
    );
}

#[test]
fn an_image_is_held_by_many_plans_at_once() {
    let home = Home::new();
    for name in ["a", "b"] {
        let draft = draft(&format!("container/{name}"), &[name], &["sha256:1"]);
        home.store.admit(at(10), Durability::Normal, yes(draft)).unwrap();
    }
    home.store
        .admit(at(11), Durability::Normal, |facts| {
            let holders = facts.leases.iter().filter(|lease| lease.touches.images.contains("sha256:1"));
            assert_eq!(holders.count(), 2);
            Admission::Withhold(decision("container/c", None))
        })
        .unwrap();
}

#[test]
fn an_error_inside_the_transaction_is_told_as_it_is() {
    let home = Home::new();
    begin(&home.store, "container/web", "web");
    let refused = home.store.admit(at(11), Durability::Normal, yes(draft("container/web", &[], &[])));
    assert!(matches!(refused, Err(Error::Leased { .. })));
}
