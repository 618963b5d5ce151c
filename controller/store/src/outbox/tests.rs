//! The outbox: what is told stays until it arrived.

use podsteward_domain::finding::FindingKind;
use podsteward_domain::notification::{self, Notification};
use podsteward_specs::channel::NotificationEvent;

use crate::fixtures::{Home, at, controller, key, notification};
use crate::{Attempt, Dropped};

fn titles(entries: &[super::OutboxEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.notification.title.as_str()).collect()
}

#[test]
fn what_is_told_comes_back_after_a_restart_the_oldest_first() {
    let home = Home::new();
    home.store.tell(&[notification("a"), notification("b")], at(1)).unwrap();
    home.store.tell(&[notification("c")], at(2)).unwrap();
    let Home { dir, lock, store } = home;
    drop((store, lock));
    let (_lock, store) = controller(dir.path());
    let waiting = store.undelivered(10).unwrap();
    assert_eq!(titles(&waiting), ["a", "b", "c"]);
    assert_eq!((&waiting[0].notification, waiting[0].at, waiting[2].at), (&notification("a"), at(1), at(2)));
    assert_eq!(titles(&store.undelivered(2).unwrap()), ["a", "b"]);
    assert_eq!(titles(&store.recent(2).unwrap()), ["c", "b"]);
}

#[test]
fn what_is_settled_is_not_undelivered_any_more_and_is_still_recent() {
    let home = Home::new();
    home.store.tell(&[notification("a"), notification("b")], at(1)).unwrap();
    let first = home.store.undelivered(1).unwrap().remove(0);
    home.store.settle(first.id).unwrap();
    assert_eq!(titles(&home.store.undelivered(10).unwrap()), ["b"]);
    assert_eq!(home.store.undelivered_count().unwrap(), 1);
    assert_eq!(titles(&home.store.recent(10).unwrap()), ["b", "a"]);
}

#[test]
fn telling_nothing_writes_nothing() {
    let home = Home::new();
    let other = home.cli();
    let version = other.data_version().unwrap();
    home.store.tell(&[], at(1)).unwrap();
    assert_eq!(other.data_version().unwrap(), version);
}

fn trouble(title: &str) -> Notification {
    Notification { about: Some(FindingKind::Unhealthy), ..notification(title) }
}

fn end(title: &str) -> Notification {
    Notification { event: NotificationEvent::Recovered, ..trouble(title) }
}

#[test]
fn the_end_of_what_nobody_was_told_of_is_no_news() {
    let home = Home::new();
    let told = |notifications: &[Notification]| {
        home.store.tell(notifications, at(1)).unwrap();
        let waiting = home.store.undelivered(10).unwrap();
        waiting.iter().map(|entry| entry.notification.title.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(told(&[end("e1")]), "");
    assert_eq!(told(&[trouble("t1"), end("e1"), end("e2")]), "t1 e1");
    let other = Notification { object: key("container/db"), ..end("e3") };
    assert_eq!(told(&[other]), "t1 e1", "another object");
    assert_eq!(told(&[trouble("t2"), end("e4")]), "t1 e1 t2 e4");
    let lasting = Notification { about: None, ..end("e5") };
    assert_eq!(told(&[lasting]), "t1 e1 t2 e4 e5", "it is about nothing that it could end");
}

#[test]
fn the_end_of_what_a_channel_was_told_long_ago_is_news_and_of_what_none_wanted_is_not() {
    let home = Home::new();
    let settled = |title: &str, wanted: bool| {
        let id = home.store.tell_one(&trouble(title), at(1)).unwrap();
        if wanted {
            home.store.begin_delivery(&[id], "phone", at(1)).unwrap();
            home.store.note_delivery(&[id], "phone", &Attempt::Arrived).unwrap();
        } else {
            let (channel, why) = ("phone".to_owned(), "muted".to_owned());
            home.store.drop_deliveries(&[Dropped { id, channel, why }], at(1)).unwrap();
        }
        home.store.settle(id).unwrap();
    };
    settled("muted", false);
    home.store.tell(&[end("e1")], at(2)).unwrap();
    assert_eq!(home.store.undelivered_count().unwrap(), 0);
    settled("told", true);
    home.store.tell(&[end("e2")], at(3)).unwrap();
    assert_eq!(titles(&home.store.undelivered(10).unwrap()), ["e2"]);
}

#[test]
fn one_notification_is_found_by_its_number() {
    let home = Home::new();
    let id = home.store.tell_one(&notification::test("default"), at(1)).unwrap();
    let found = home.store.notification(id).unwrap().unwrap();
    assert_eq!((found.id, found.notification), (id, notification::test("default")));
    assert_eq!(home.store.notification(super::OutboxId(77)).unwrap(), None);
}
