//! The admission: what the judge sees, and that it is all or nothing.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::admit::{Admission, GateFacts, IntentDraft};
use podsteward_domain::approval::ApprovalState;
use podsteward_domain::decision::{Gate, Verdict};
use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::intent::Outcome;
use podsteward_domain::standing::{Forced, Standing};
use podsteward_domain::switch::SwitchState;

use crate::fixtures::{
    Home, admit, approved, ask, at, begin, close, closing, decision, draft, key, log, notification, pause,
    restart, tripped, yes,
};
use crate::{Admitted, Durability, Error, LoggedOutcome, Store};

#[test]
fn an_admission_writes_intent_decision_and_leases() {
    let home = Home::new();
    let draft = draft("container/web", &["web"], &["sha256:1"]);
    let admitted = home.store.admit(at(10), Durability::Full, &draft.key, yes(draft.clone())).unwrap();
    let Admitted::Begun { intent, id, .. } = admitted else { panic!("withheld") };
    assert_eq!(*intent, draft.numbered(intent.id));
    assert_eq!(home.store.open_intents().unwrap(), [*intent.clone()]);
    let logged = log(&home.store).remove(0);
    assert_eq!((logged.id, logged.intent, logged.outcome), (id, Some(intent.id), None));
}

#[test]
fn the_judge_sees_the_switch_the_time_and_what_others_hold() {
    let home = Home::new();
    let web = begin(&home.store, "container/web", "web");
    let switch = home.cli().set_switch(SwitchState::Paused, Some(&pause("backup")), at(6)).unwrap();
    home.store
        .admit(at(20), Durability::Normal, &key("container/db"), |facts| {
            assert_eq!((facts.now, &facts.switch), (at(20), &switch));
            assert_eq!(facts.leases.len(), 1);
            let lease = &facts.leases[0];
            assert_eq!((lease.intent, &lease.key, lease.action), (web.id, &web.key, Action::Start));
            assert!(lease.touches.objects.contains(&web.key) && lease.touches.containers.contains("web"));
            Admission::Withhold(decision("container/db", Some((Gate::Switch, "paused"))), None)
        })
        .unwrap();
}

#[test]
fn a_withheld_admission_writes_the_decision_alone() {
    let home = Home::new();
    let withheld = decision("container/web", Some((Gate::Switch, "paused: backup")));
    let judge = |_: &GateFacts| Admission::Withhold(withheld.clone(), None);
    let admitted = home.store.admit(at(10), Durability::Normal, &withheld.target, judge);
    assert!(matches!(admitted.unwrap(), Admitted::Withheld { .. }));
    assert!(home.store.open_intents().unwrap().is_empty());
    let logged = log(&home.store).remove(0);
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
        .admit(at(10), Durability::Normal, &key("container/web"), |facts| {
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
        let refused = admit(&home.store, draft(target, &[container], &[]));
        assert_eq!(refused.unwrap_err().to_string(), expected);
    };
    check("container/web", "other", &format!("object container/web is held by intent {}", web.id));
    check("container/db", "web", &format!("container web is held by intent {}", web.id));
    assert_eq!(home.store.open_intents().unwrap().len(), 1);
    assert_eq!(log(&home.store).len(), 1, "nothing of it was written");
}

#[test]
fn an_image_is_held_by_many_plans_at_once() {
    let home = Home::new();
    for name in ["a", "b"] {
        admit(&home.store, draft(&format!("container/{name}"), &[name], &["sha256:1"])).unwrap();
    }
    home.store
        .admit(at(11), Durability::Normal, &key("container/c"), |facts| {
            let holders = facts.leases.iter().filter(|lease| lease.touches.images.contains("sha256:1"));
            assert_eq!(holders.count(), 2);
            Admission::Withhold(decision("container/c", None), None)
        })
        .unwrap();
}

#[test]
fn an_error_inside_the_transaction_is_told_as_it_is() {
    let home = Home::new();
    begin(&home.store, "container/web", "web");
    let refused = admit(&home.store, draft("container/web", &[], &[]));
    assert!(matches!(refused, Err(Error::Leased { .. })));
}

#[test]
fn the_judge_sees_what_is_remembered_of_the_target_and_of_nothing_else() {
    let home = Home::new();
    let (web, db) = (key("container/web"), key("container/db"));
    let forced = Forced { by: "alice".to_owned(), at: at(9) };
    home.store.force(&web, Action::ServiceRestart, &forced).unwrap();
    home.store
        .write("test", Durability::Normal, |sqlite| {
            crate::tracks::put(sqlite, &web, Action::ServiceRestart, &tripped())
        })
        .unwrap();
    let approval = ask(&home.store, "container/web");
    let seen = |target| {
        let mut seen = None;
        let judge = |facts: &GateFacts| {
            seen = Some(facts.standing.clone());
            Admission::Withhold(decision("container/x", None), None)
        };
        home.store.admit(at(10), Durability::Normal, target, judge).unwrap();
        seen.unwrap()
    };
    let forced = [(Action::ServiceRestart, forced)].into();
    let standing = seen(&web);
    assert_eq!(standing, home.store.standing(&web).unwrap());
    assert_eq!((standing.tracks[&Action::ServiceRestart].failures, standing.forced), (3, forced));
    assert_eq!(standing.approvals, [approval]);
    assert_eq!(seen(&db), Standing::default());
}

#[test]
fn a_plan_knows_the_incident_that_called_for_it() {
    let home = Home::new();
    let web = key("container/web");
    assert_eq!(begin(&home.store, "container/db", "db").incident, None);
    let finding = |kind| Finding::new(kind, &web, "");
    let findings = [finding(FindingKind::Drift), finding(FindingKind::NotRunning)];
    let opened = home.store.sync_incidents(&web, &findings, at(1)).unwrap().opened;
    let intent = begin(&home.store, "container/web", "web");
    assert_eq!(intent.incident, Some(opened[1].id.0));
    assert_eq!(home.store.intent(&web).unwrap(), Some(intent));
}

#[test]
fn a_question_is_written_with_its_decision_and_told_with_its_number() {
    let home = Home::new();
    let approval = ask(&home.store, "container/web");
    assert_eq!((&approval.state, approval.asked), (&ApprovalState::Pending, at(20)));
    assert_eq!(home.store.open_approvals().unwrap(), std::slice::from_ref(&approval));
    let entry = log(&home.store).remove(0);
    assert_eq!((entry.approval, entry.outcome), (Some(approval.id), Some(LoggedOutcome::Queued)));
    assert_eq!((entry.intent, entry.detail.as_str()), (None, "it needs approval"));
    let told = home.store.undelivered(10).unwrap();
    assert_eq!(told[0].notification.title, "container/web: service-restart needs approval 1");
    assert!(home.store.open_intents().unwrap().is_empty());
}

fn begin_approved(store: &Store) -> Admitted {
    let asked = ask(store, "container/web");
    store.answer_approval(asked.id, approved(false)).unwrap();
    let draft = IntentDraft { approval: Some(asked.id), ..draft("container/web", &["web"], &[]) };
    let judge = |_: &GateFacts| {
        Admission::Admit(Box::new(draft.clone()), restart("container/web", 7_600, None), None)
    };
    store.admit(at(50), Durability::Full, &key("container/web"), judge).unwrap()
}

#[test]
fn the_question_and_the_plan_that_its_answer_allows_are_one_entry() {
    let home = Home::new();
    let Admitted::Begun { intent, id, .. } = begin_approved(&home.store) else { panic!("not begun") };
    let mut entries = log(&home.store);
    assert_eq!(entries.len(), 1);
    let entry = entries.remove(0);
    assert_eq!((entry.id, entry.intent, entry.approval), (id, Some(intent.id), intent.approval));
    assert_eq!((entry.at, entry.last, entry.count), (at(20), at(50), 1));
    assert_eq!((entry.outcome, entry.withheld_by, entry.detail.as_str()), (None, None, ""));
    assert_eq!(entry.decision, restart("container/web", 7_600, None));
    assert_eq!(entry.decision.verdict, Verdict::Queue);
    close(&home.store, &intent, &closing(Outcome::Success, "verified", 60)).unwrap();
    let entry = log(&home.store).remove(0);
    assert_eq!((entry.id, entry.outcome), (id, Some(LoggedOutcome::Success)));
}

#[test]
fn an_approval_is_used_once() {
    let home = Home::new();
    let Admitted::Begun { intent, .. } = begin_approved(&home.store) else { panic!("not begun") };
    let used = home.store.approval(intent.approval.unwrap()).unwrap().unwrap();
    assert_eq!(used.state, ApprovalState::Used);
    assert!(home.store.standing(&intent.key).unwrap().approvals.is_empty());
}

#[test]
fn an_approval_whose_entry_is_gone_still_has_its_plan_in_the_log() {
    let home = Home::new();
    let asked = ask(&home.store, "container/web");
    home.store
        .write("test", Durability::Normal, |sqlite| crate::row::run(sqlite, "DELETE FROM decisions", []))
        .unwrap();
    let draft = IntentDraft { approval: Some(asked.id), ..draft("container/web", &["web"], &[]) };
    let intent = admit(&home.store, draft).unwrap();
    let entry = log(&home.store).remove(0);
    assert_eq!((entry.intent, entry.approval), (Some(intent.id), Some(asked.id)));
}

#[test]
fn an_admission_that_fails_asks_uses_and_tells_nothing() {
    let home = Home::new();
    begin(&home.store, "container/web", "web");
    let asked = ask(&home.store, "container/web");
    let told = home.store.undelivered_count().unwrap();
    let draft = IntentDraft { approval: Some(asked.id), ..draft("container/web", &[], &[]) };
    let judge = |_: &GateFacts| {
        let told = Some(notification("it begins"));
        Admission::Admit(Box::new(draft.clone()), restart("container/web", 7_600, None), told)
    };
    home.store.admit(at(50), Durability::Full, &key("container/web"), judge).unwrap_err();
    assert_eq!(home.store.open_approvals().unwrap(), [asked]);
    assert_eq!(home.store.undelivered_count().unwrap(), told);
    assert_eq!(log(&home.store)[0].outcome, Some(LoggedOutcome::Queued));
}

#[test]
fn what_must_be_heard_of_a_plan_or_a_withholding_is_told_with_it() {
    let home = Home::new();
    let target = key("container/web");
    let held = || restart("container/web", 6_000, Some((Gate::Verdict, "alert-only")));
    for _ in 0..2 {
        let judge = |_: &GateFacts| Admission::Withhold(held(), Some(notification("left to you")));
        home.store.admit(at(10), Durability::Normal, &target, judge).unwrap();
    }
    let draft = draft("container/web", &["web"], &[]);
    let judge = |_: &GateFacts| {
        Admission::Admit(
            Box::new(draft.clone()),
            restart("container/web", 8_500, None),
            Some(notification("it begins")),
        )
    };
    home.store.admit(at(11), Durability::Normal, &target, judge).unwrap();
    let told = home.store.undelivered(10).unwrap();
    let titles: Vec<&str> = told.iter().map(|entry| entry.notification.title.as_str()).collect();
    assert_eq!(titles, ["left to you", "it begins"]);
}

#[test]
fn a_cleanup_holds_all_the_images_that_it_removes_and_hinders_no_plan_that_needs_one() {
    let home = Home::new();
    let names: Vec<String> = (0..500).map(|number| format!("sha256:{number:064x}")).collect();
    let images: Vec<&str> = names.iter().map(String::as_str).collect();
    let web = admit(&home.store, draft("container/web", &["web"], &images[..1])).unwrap();
    let cleanup = admit(&home.store, draft("disk/root", &[], &images)).unwrap();
    let mut held = Vec::new();
    let judge = |facts: &GateFacts| {
        held = facts.leases.iter().map(|lease| (lease.intent, lease.touches.images.len())).collect();
        Admission::Withhold(decision("container/x", None), None)
    };
    home.store.admit(at(20), Durability::Normal, &key("container/x"), judge).unwrap();
    assert_eq!(held, [(web.id, 1), (cleanup.id, 500)]);
    let second = admit(&home.store, draft("disk/root", &[], &images[..1]));
    assert!(matches!(second, Err(Error::Leased { holder, .. }) if holder == cleanup.id));
    close(&home.store, &cleanup, &closing(Outcome::Success, "", 21)).unwrap();
    admit(&home.store, draft("disk/root", &[], &images)).unwrap();
}
