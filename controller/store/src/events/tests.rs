//! Events: counted in a row, bounded for each object.

use super::{EventType, KEPT, NewEvent};
use crate::fixtures::{Home, at, key};

fn event(target: &str, message: &str, second: u32) -> NewEvent {
    NewEvent {
        key: key(target),
        kind: EventType::Warning,
        reason: "Died".to_owned(),
        message: message.to_owned(),
        at: at(second),
    }
}

fn told(home: &Home, target: &str) -> Vec<String> {
    let events = home.store.events(&key(target)).unwrap();
    events.iter().map(|event| format!("{} {}x", event.message, event.count)).collect()
}

#[test]
fn the_same_event_in_a_row_is_counted() {
    let home = Home::new();
    for (message, second) in [("exit 1", 1), ("exit 1", 2), ("exit 2", 3), ("exit 1", 4)] {
        home.store.record_event(&event("container/web", message, second)).unwrap();
        home.store.record_event(&event("container/db", "other", second)).unwrap();
    }
    assert_eq!(told(&home, "container/web"), ["exit 1 2x", "exit 2 1x", "exit 1 1x"]);
    assert_eq!(told(&home, "container/db"), ["other 4x"]);
    let first = home.store.events(&key("container/web")).unwrap().remove(0);
    assert_eq!((first.kind, first.first, first.last), (EventType::Warning, at(1), at(2)));
}

#[test]
fn each_object_keeps_its_latest_events() {
    let home = Home::new();
    home.store.record_event(&event("container/db", "old", 0)).unwrap();
    for number in 0..KEPT + 5 {
        home.store.record_event(&event("container/web", &number.to_string(), number)).unwrap();
    }
    let kept = told(&home, "container/web");
    assert_eq!(kept.len(), usize::try_from(KEPT).unwrap());
    assert_eq!(kept[0], "5 1x");
    assert_eq!(told(&home, "container/db"), ["old 1x"]);
}
