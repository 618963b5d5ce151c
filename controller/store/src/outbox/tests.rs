//! The outbox: what is told stays until it arrived.

use podsteward_domain::time::Moment;

use super::{Delivery, OutboxId};
use crate::fixtures::{Home, at, controller, notification};

fn titles(entries: &[super::OutboxEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.notification.title.as_str()).collect()
}

fn failed(error: &str, next: Moment) -> crate::Result<(), (String, Moment)> {
    Err((error.to_owned(), next))
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
fn each_channel_has_its_own_attempts_until_it_arrived() {
    let home = Home::new();
    home.store.tell(&[notification("a"), notification("b")], at(1)).unwrap();
    let id = home.store.undelivered(1).unwrap()[0].id;
    home.store.note_delivery(id, "phone", failed("refused", at(60)), at(2)).unwrap();
    home.store.note_delivery(id, "phone", failed("timed out", at(120)), at(60)).unwrap();
    home.store.note_delivery(id, "mail", Ok(()), at(2)).unwrap();
    let mail = Delivery {
        channel: "mail".to_owned(),
        tried: at(2),
        delivered: true,
        attempts: 1,
        last_error: None,
        next: None,
    };
    let phone = Delivery {
        channel: "phone".to_owned(),
        tried: at(60),
        delivered: false,
        attempts: 2,
        last_error: Some("timed out".to_owned()),
        next: Some(at(120)),
    };
    let waiting = home.store.undelivered(10).unwrap();
    assert_eq!(waiting[0].deliveries, [mail.clone(), phone.clone()]);
    assert!(waiting[1].deliveries.is_empty());
    home.store.note_delivery(id, "phone", Ok(()), at(120)).unwrap();
    let arrived =
        Delivery { tried: at(120), delivered: true, attempts: 3, last_error: None, next: None, ..phone };
    assert_eq!(home.store.recent(10).unwrap()[1].deliveries, [mail, arrived]);
}

#[test]
fn a_delivery_of_what_is_no_longer_kept_is_not_written() {
    let home = Home::new();
    home.store.note_delivery(OutboxId(77), "phone", Ok(()), at(2)).unwrap();
    home.store.tell(&[notification("a")], at(1)).unwrap();
    assert!(home.store.undelivered(1).unwrap()[0].deliveries.is_empty());
}

#[test]
fn telling_nothing_writes_nothing() {
    let home = Home::new();
    let other = home.cli();
    let version = other.data_version().unwrap();
    home.store.tell(&[], at(1)).unwrap();
    assert_eq!(other.data_version().unwrap(), version);
}
