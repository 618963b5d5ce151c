//! Memories: what comes back, and what a text of another version does.

use std::collections::BTreeMap;

use podsteward_domain::action::Action;
use podsteward_domain::memory::{Applied, Attempt, Memory, Restarts, Terminal};

use crate::fixtures::{Home, ask, at, key, log, rejected, tripped};
use crate::{Durability, EventType, LoggedOutcome, NewEvent, row};

fn memory() -> Memory {
    let applied = Applied {
        canonical: "{\"kind\":\"Container\"}".to_owned(),
        generation: 3,
        image_id: Some("sha256:1".to_owned()),
        config_digests: BTreeMap::from([("/etc/web.conf".to_owned(), "abc".to_owned())]),
        adopted: false,
        at: at(1),
    };
    let restarts = Restarts { total: 7, streak: 2, recent: vec![at(1), at(2)], ..Restarts::default() };
    let (facts, message) = ("f".to_owned(), "no such image".to_owned());
    let terminal = Terminal { facts, message, attempt: Attempt::Make, at: at(3) };
    Memory { applied: Some(applied), restarts, terminal: Some(terminal), ..Memory::default() }
}

#[test]
fn a_memory_comes_back_as_it_was() {
    let home = Home::new();
    let web = key("container/web");
    assert_eq!(home.store.memory(&web).unwrap(), Memory::default());
    assert!(home.store.put_memory(&web, &memory(), Durability::Normal).unwrap());
    assert_eq!(home.store.memory(&web).unwrap(), memory());
    assert_eq!(home.store.memories().unwrap(), BTreeMap::from([(web, memory())]));
}

#[test]
fn the_same_memory_again_writes_nothing() {
    let home = Home::new();
    let other = home.cli();
    let web = key("container/web");
    home.store.put_memory(&web, &memory(), Durability::Normal).unwrap();
    let version = other.data_version().unwrap();
    assert!(!home.store.put_memory(&web, &memory(), Durability::Normal).unwrap());
    assert_eq!(other.data_version().unwrap(), version);
}

#[test]
fn two_who_change_a_memory_do_not_write_over_each_other() {
    let home = Home::new();
    let web = key("container/web");
    let add = |memory: Memory| {
        let restarts = Restarts { total: memory.restarts.total + 1, ..memory.restarts };
        Memory { restarts, ..memory }
    };
    std::thread::scope(|scope| {
        for store in [home.cli(), home.cli()] {
            let web = &web;
            scope.spawn(move || {
                for _ in 0..20 {
                    store.change_memory(web, Durability::Normal, add).unwrap();
                }
            });
        }
    });
    assert_eq!(home.store.memory(&web).unwrap().restarts.total, 40);
}

#[test]
fn an_older_text_without_a_newer_field_is_read() {
    let home = Home::new();
    let write = "INSERT INTO memory VALUES ('container/web', 1, '{\"restarts\":{\"total\":7}}')";
    home.store.write("test", Durability::Normal, |sqlite| row::run(sqlite, write, [])).unwrap();
    let read = home.store.memory(&key("container/web")).unwrap();
    assert_eq!(read, Memory { restarts: Restarts { total: 7, ..Restarts::default() }, ..Memory::default() });
}

#[test]
fn a_text_of_an_unknown_version_is_an_error_and_not_an_empty_memory() {
    let home = Home::new();
    let write = "INSERT INTO memory VALUES ('container/web', 9, '{}')";
    home.store.write("test", Durability::Normal, |sqlite| row::run(sqlite, write, [])).unwrap();
    let error = home.store.memory(&key("container/web")).unwrap_err();
    assert_eq!(error.to_string(), "store holds a memory that cannot be read: version 9 is not known");
}

#[test]
fn an_object_is_forgotten_and_its_events_stay() {
    let home = Home::new();
    let web = key("container/web");
    home.store.put_memory(&web, &memory(), Durability::Normal).unwrap();
    let event = NewEvent {
        key: web.clone(),
        kind: EventType::Normal,
        reason: "Removed".to_owned(),
        message: "its document was deleted".to_owned(),
        at: at(4),
    };
    home.store.record_event(&event).unwrap();
    home.store.forget(&web).unwrap();
    assert!(home.store.memories().unwrap().is_empty());
    assert_eq!(home.store.events(&web).unwrap().len(), 1);
}

#[test]
fn how_actions_did_and_what_was_rejected_is_forgotten_with_the_object_and_nothing_of_others() {
    let home = Home::new();
    let (web, db) = (key("container/web"), key("container/db"));
    let [waits, refused, other] =
        ["container/web", "container/web", "container/db"].map(|key| ask(&home.store, key));
    for asked in [&refused, &other] {
        home.store.answer_approval(asked.id, rejected("no")).unwrap();
    }
    let put = |sqlite: &rusqlite::Transaction<'_>| {
        crate::tracks::put(sqlite, &web, Action::ServiceRestart, &tripped())?;
        crate::tracks::put(sqlite, &db, Action::ServiceRestart, &tripped())
    };
    home.store.write("test", Durability::Normal, put).unwrap();
    home.store.forget(&web).unwrap();
    assert_eq!(home.store.tracks().unwrap(), [(db, Action::ServiceRestart, tripped())]);
    let open: Vec<_> = home.store.open_approvals().unwrap().iter().map(|approval| approval.id).collect();
    assert_eq!(open, [waits.id, other.id]);
    let refusal = log(&home.store).into_iter().find(|entry| entry.approval == Some(refused.id)).unwrap();
    assert_eq!(refusal.outcome, Some(LoggedOutcome::Rejected));
}

#[test]
fn a_retry_that_came_in_between_is_not_written_over() {
    let home = Home::new();
    let (web, held) = (key("container/web"), Memory { restarts: looping(3), ..Memory::default() });
    home.store.put_memory(&web, &held, Durability::Normal).unwrap();
    let next = Memory { restarts: looping(4), ..Memory::default() };
    let kept = home.store.follow_memory(&web, &held, next.clone(), Durability::Normal).unwrap();
    assert_eq!(kept, next, "nobody came in between");
    let forget = |mut memory: Memory| {
        memory.forget_failures();
        memory
    };
    home.cli().change_memory(&web, Durability::Normal, forget).unwrap();
    let last = Memory { restarts: looping(5), ..Memory::default() };
    let kept = home.store.follow_memory(&web, &next, last, Durability::Normal).unwrap();
    assert_eq!((kept.restarts.streak, kept.restarts.looping), (0, false));
    assert_eq!(home.store.memories().unwrap(), BTreeMap::from([(web, kept)]));
}

fn looping(streak: u32) -> Restarts {
    Restarts { streak, looping: true, ..Restarts::default() }
}
