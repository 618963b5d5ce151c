//! Deliveries: what each channel has, what is in doubt, and what each was told is wrong.

use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_specs::channel::NotificationEvent;

use super::{Attempt, Belief, Delivery, Dropped};
use crate::fixtures::{Home, at, controller, key, notification};
use crate::{OutboxId, Store};

fn failed(error: &str, next: Moment, in_doubt: bool) -> Attempt {
    Attempt::Failed { error: error.to_owned(), next, in_doubt }
}

fn deliver(store: &Store, id: OutboxId, channel: &str) {
    store.begin_delivery(&[id], channel, at(2)).unwrap();
    store.note_delivery(&[id], channel, &Attempt::Arrived).unwrap();
}

fn dropped(id: OutboxId, channel: &str) -> Dropped {
    Dropped { id, channel: channel.to_owned(), why: "it says the same".to_owned() }
}

/// A delivery that arrived at the first attempt.
fn arrived(channel: &str) -> Delivery {
    Delivery {
        channel: channel.to_owned(),
        tried: at(2),
        delivered: true,
        in_doubt: false,
        dropped: None,
        attempts: 1,
        last_error: None,
        next: None,
    }
}

#[test]
fn each_channel_has_its_own_attempts_until_it_arrived() {
    let home = Home::new();
    home.store.tell(&[notification("a"), notification("b")], at(1)).unwrap();
    let id = home.store.undelivered(1).unwrap()[0].id;
    for (time, error, next) in [(at(2), "refused", at(60)), (at(60), "timed out", at(120))] {
        home.store.begin_delivery(&[id], "phone", time).unwrap();
        home.store.note_delivery(&[id], "phone", &failed(error, next, false)).unwrap();
    }
    deliver(&home.store, id, "mail");
    let phone = Delivery {
        tried: at(60),
        delivered: false,
        attempts: 2,
        last_error: Some("timed out".to_owned()),
        next: Some(at(120)),
        ..arrived("phone")
    };
    let waiting = home.store.undelivered(10).unwrap();
    assert_eq!(waiting[0].deliveries, [arrived("mail"), phone]);
    assert!(waiting[1].deliveries.is_empty());
    deliver(&home.store, id, "phone");
    let deliveries = home.store.recent(10).unwrap()[1].deliveries.clone();
    assert_eq!(deliveries, [arrived("mail"), Delivery { attempts: 3, ..arrived("phone") }]);
}

#[test]
fn an_attempt_is_in_doubt_until_it_is_known_how_it_went() {
    let home = Home::new();
    let id = home.store.tell_one(&notification("a"), at(1)).unwrap();
    let in_doubt = |store: &Store| store.undelivered(1).unwrap()[0].deliveries[0].in_doubt;
    home.store.begin_delivery(&[id], "phone", at(2)).unwrap();
    let Home { dir, lock, store } = home;
    drop((store, lock));
    let (_lock, store) = controller(dir.path());
    assert!(in_doubt(&store), "killed in the middle");
    store.note_delivery(&[id], "phone", &failed("refused", at(60), false)).unwrap();
    assert!(!in_doubt(&store));
    store.begin_delivery(&[id], "phone", at(60)).unwrap();
    store.note_delivery(&[id], "phone", &failed("it took too long", at(120), true)).unwrap();
    assert!(in_doubt(&store));
}

#[test]
fn a_delivery_of_what_is_no_longer_kept_is_not_written() {
    let home = Home::new();
    deliver(&home.store, OutboxId(77), "phone");
    home.store.drop_deliveries(&[dropped(OutboxId(78), "phone")], at(2)).unwrap();
    home.store.tell(&[notification("a")], at(1)).unwrap();
    assert!(home.store.undelivered(1).unwrap()[0].deliveries.is_empty());
}

#[test]
fn what_is_dropped_is_over_and_says_why() {
    let home = Home::new();
    let id = home.store.tell_one(&notification("a"), at(1)).unwrap();
    home.store.drop_deliveries(&[dropped(id, "phone")], at(2)).unwrap();
    let delivery = home.store.undelivered(1).unwrap()[0].deliveries[0].clone();
    assert!(delivery.is_over() && !delivery.delivered);
    assert_eq!((delivery.attempts, delivery.dropped.as_deref()), (0, Some("it says the same")));
}

fn trouble(severity: Severity) -> Notification {
    Notification { about: Some(FindingKind::Unhealthy), severity, ..notification("a") }
}

fn end() -> Notification {
    Notification { event: NotificationEvent::Recovered, ..trouble(Severity::Info) }
}

#[test]
fn a_channel_believes_what_arrived_there_until_its_end_arrives_or_is_not_wanted() {
    let home = Home::new();
    let tell = |told: Notification| home.store.tell_one(&told, at(1)).unwrap();
    let believed = || {
        let all = home.store.beliefs().unwrap().into_iter();
        all.map(|it| (it.channel, it.outbox.0, it.severity)).collect::<Vec<_>>()
    };
    let (first, worse) = (tell(trouble(Severity::Warning)), tell(trouble(Severity::Critical)));
    deliver(&home.store, first, "phone");
    deliver(&home.store, worse, "phone");
    deliver(&home.store, first, "chat");
    let belief = Belief {
        channel: "chat".to_owned(),
        object: key("container/web"),
        about: FindingKind::Unhealthy,
        outbox: first,
        severity: Severity::Warning,
    };
    assert_eq!(home.store.beliefs().unwrap()[0], belief);
    let chat = ("chat".to_owned(), first.0, Severity::Warning);
    assert_eq!(believed(), [chat, ("phone".to_owned(), worse.0, Severity::Critical)]);

    let end = tell(end());
    deliver(&home.store, end, "phone");
    home.store.drop_deliveries(&[dropped(end, "chat")], at(3)).unwrap();
    assert_eq!(believed(), []);
    deliver(&home.store, tell(trouble(Severity::Warning)), "phone");
    home.store.drop_deliveries(&[dropped(end, "phone")], at(4)).unwrap();
    assert_eq!(believed().len(), 1, "an older end ends nothing that came after it");
}

#[test]
fn what_channels_believe_is_bounded() {
    let home = Home::new();
    home.store
        .write("test", crate::Durability::Normal, |sqlite| {
            for number in 0..10_003 {
                let sql = "INSERT INTO beliefs VALUES ('phone', ?1, 'unhealthy', ?2, 'warning')";
                crate::row::run(sqlite, sql, rusqlite::params![format!("container/c{number}"), number])?;
            }
            super::maintain(sqlite)
        })
        .unwrap();
    let beliefs = home.store.beliefs().unwrap();
    assert_eq!(beliefs.len(), 10_000);
    assert!(beliefs.iter().all(|belief| belief.outbox.0 >= 3));
}
