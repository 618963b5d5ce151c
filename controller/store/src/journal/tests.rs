//! The journal of an intent.

use podsteward_domain::intent::{IntentId, JournalEntry, Outcome, StepEvent};

use crate::fixtures::{Home, at, begin, close, closing};
use crate::{Durability, Error};

fn entry(intent: IntentId, step: u32, event: StepEvent) -> JournalEntry {
    let (noun, text) = ("stop-container".to_owned(), "stop container web (grace 10 s)".to_owned());
    JournalEntry { intent, step, noun, text, event, at: at(11) }
}

#[test]
fn lines_come_back_in_the_order_in_which_they_were_written() {
    let home = Home::new();
    let (web, db) = (begin(&home.store, "container/web", "web"), begin(&home.store, "container/db", "db"));
    let error = || "connection reset".to_owned();
    let events = [
        StepEvent::Begun,
        StepEvent::Done,
        StepEvent::NotDone { error: error() },
        StepEvent::Unknowable { error: error() },
    ];
    let lines = events.map(|event| entry(web.id, 0, event));
    for line in &lines {
        home.store.append(line, Durability::Full).unwrap();
        home.store.append(&entry(db.id, 1, StepEvent::Begun), Durability::Normal).unwrap();
    }
    assert_eq!(home.store.journal(web.id).unwrap(), lines);
    assert_eq!(home.store.journal(db.id).unwrap().len(), 4);
}

#[test]
fn a_closed_intent_has_no_more_steps() {
    let home = Home::new();
    let intent = begin(&home.store, "container/web", "web");
    close(&home.store, &intent, &closing(Outcome::Failure, "", 11)).unwrap();
    let refused = home.store.append(&entry(intent.id, 0, StepEvent::Begun), Durability::Normal);
    assert!(matches!(refused, Err(Error::NotOpen(id)) if id == intent.id));
    assert!(home.store.journal(intent.id).unwrap().is_empty());
}
