//! What each type of channel is sent.

use expect_test::{Expect, expect};
use podsteward_domain::finding::{FindingKind, Severity};
use podsteward_domain::notification::{Notification, digest};
use podsteward_specs::channel::NotificationEvent;
use podsteward_store::OutboxId;
use serde_json::Value;

use super::{Payload, discord, ntfy, webhook};
use crate::outbox::fixtures::{NOON, at, critical, message, warning};
use crate::outbox::{Message, Summed};

fn check(payload: &Payload, expected: &Expect) {
    let headers: Vec<String> =
        payload.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let body: Value = serde_json::from_str(&payload.body).unwrap();
    expected.assert_eq(&format!("{}{body}\n", headers.concat()));
}

fn well() -> Message {
    let event = NotificationEvent::Recovered;
    let about = Some(FindingKind::Unhealthy);
    let well = Notification { event, severity: Severity::Info, about, ..warning("it is over") };
    Message { ends: Some(OutboxId(5)), ..message(well) }
}

fn morning() -> Message {
    let (first, second) = (warning("one"), critical("two"));
    let lines = [("23:10".to_owned(), &first), ("02:00".to_owned(), &second)];
    let summed = |id, minutes, notification: &Notification| Summed {
        id: OutboxId(id),
        at: at(minutes),
        notification: notification.clone(),
    };
    Message { digest: vec![summed(7, 1, &first), summed(9, 2, &second)], ..message(digest(&lines)) }
}

#[test]
fn a_webhook_is_sent_json_with_a_key_that_is_the_same_each_time() {
    let bad = Notification { about: Some(FindingKind::Unhealthy), ..warning("container/web: unhealthy") };
    check(
        &webhook(&message(bad.clone())),
        &expect![[r#"
        Idempotency-Key: default-7
        {"about":"unhealthy","body":"It says so.","ends":null,"event":"alert","id":7,"instance":"default","object":"container/web","repeated":false,"severity":"warning","timestamp":"2026-11-22T12:00:00Z","title":"container/web: unhealthy","version":1}
    "#]],
    );
    let again = webhook(&Message { in_doubt: true, ..message(bad.clone()) });
    assert_eq!(again.headers, webhook(&message(bad)).headers);
    assert!(again.body.contains("\"repeated\":true"), "{}", again.body);
}

#[test]
fn a_webhook_is_told_what_a_recovery_ends_and_what_a_digest_sums_up() {
    check(
        &webhook(&well()),
        &expect![[r#"
        Idempotency-Key: default-7
        {"about":"unhealthy","body":"It says so.","ends":5,"event":"recovered","id":7,"instance":"default","object":"container/web","repeated":false,"severity":"info","timestamp":"2026-11-22T12:00:00Z","title":"it is over","version":1}
    "#]],
    );
    check(
        &webhook(&morning()),
        &expect![[r#"
        Idempotency-Key: default-7-9
        {"about":null,"body":"23:10 one\n02:00 two","ends":null,"event":"digest","id":7,"instance":"default","notifications":[{"about":null,"body":"It says so.","event":"alert","id":7,"object":"container/web","severity":"warning","timestamp":"2026-11-22T12:01:00Z","title":"one"},{"about":null,"body":"It says so.","event":"alert","id":9,"object":"container/web","severity":"critical","timestamp":"2026-11-22T12:02:00Z","title":"two"}],"object":"host/local","repeated":false,"severity":"critical","timestamp":"2026-11-22T12:00:00Z","title":"2 notifications waited through the quiet hours","version":1}
    "#]],
    );
}

#[test]
fn ntfy_is_sent_json_that_a_recovery_replaces() {
    check(
        &ntfy(&message(critical("container/web: unhealthy")), "mine"),
        &expect![[r#"
        {"message":"It says so.","priority":5,"sequence_id":"default-7","tags":["rotating_light","alert"],"title":"container/web: unhealthy","topic":"mine"}
    "#]],
    );
    check(
        &ntfy(&well(), "mine"),
        &expect![[r#"
        {"message":"It says so.","priority":2,"sequence_id":"default-5","tags":["white_check_mark","recovered"],"title":"it is over","topic":"mine"}
    "#]],
    );
    check(
        &ntfy(&morning(), "mine"),
        &expect![[r#"
        {"message":"23:10 one\n02:00 two","priority":5,"sequence_id":"default-7","tags":["rotating_light","digest"],"title":"2 notifications waited through the quiet hours","topic":"mine"}
    "#]],
    );
    let odd = Message { instance: "a b/ä".repeat(20), ..well() };
    let identity = serde_json::from_str::<Value>(&ntfy(&odd, "mine").body).unwrap();
    let identity = identity["sequence_id"].as_str().unwrap().to_owned();
    assert!(
        identity.len() <= 64 && identity.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
        "{identity}"
    );
}

#[test]
fn discord_is_sent_an_embed_of_which_nothing_is_markup_and_nobody_is_called() {
    let evil = Notification {
        body: "@everyone <@1> **bold** `code` [click](https://evil)\n# head\n- item".to_owned(),
        ..warning("one\r\ntwo @here _x_")
    };
    check(
        &discord(&message(evil)),
        &expect![[r#"
        {"allowed_mentions":{"parse":[]},"embeds":[{"color":15844367,"description":"\\@everyone \\<\\@1\\> \\*\\*bold\\*\\* \\`code\\` \\[click\\]\\(https\\://evil\\)\n\\# head\n\\- item","fields":[{"inline":true,"name":"Object","value":"container/web"},{"inline":true,"name":"Event","value":"alert"},{"inline":true,"name":"Severity","value":"warning"}],"footer":{"text":"podsteward default #7"},"timestamp":"2026-11-22T12:00:00Z","title":"one  two \\@here \\_x\\_"}]}
    "#]],
    );
    check(
        &discord(&Message { in_doubt: true, ..well() }),
        &expect![[r#"
        {"allowed_mentions":{"parse":[]},"embeds":[{"color":3066993,"description":"It says so.","fields":[{"inline":true,"name":"Object","value":"container/web"},{"inline":true,"name":"Event","value":"recovered"},{"inline":true,"name":"Severity","value":"info"}],"footer":{"text":"podsteward default #7, perhaps for the second time"},"timestamp":"2026-11-22T12:00:00Z","title":"it is over"}]}
    "#]],
    );
}

#[test]
fn nothing_is_longer_than_a_channel_takes() {
    for letter in ["a", "ä", "🙂", "\"", "*", "\n", "\u{0}"] {
        let long = Notification {
            title: format!("a{}", letter.repeat(5_000)),
            body: format!("a{}", letter.repeat(50_000)),
            ..warning("")
        };
        let embed: Value = serde_json::from_str(&discord(&message(long.clone())).body).unwrap();
        let units = |text: &Value| text.as_str().unwrap().encode_utf16().count();
        let (title, description) = (&embed["embeds"][0]["title"], &embed["embeds"][0]["description"]);
        assert!(units(title) <= 256 && (4090..=4096).contains(&units(description)), "{letter:?}");
        assert!(description.as_str().unwrap().ends_with('…'), "{letter:?}");

        let publish = ntfy(&message(long.clone()), "mine").body;
        let read: Value = serde_json::from_str(&publish).unwrap();
        let (title, text) = (read["title"].as_str().unwrap(), read["message"].as_str().unwrap());
        assert!(title.len() <= 250 && text.len() <= 4096 && publish.len() <= 8192, "{letter:?}");
        assert!(text.len() > 3000 && text.ends_with('…'), "{letter:?} {}", text.len());

        let hook: Value = serde_json::from_str(&webhook(&message(long)).body).unwrap();
        assert!(hook["body"].as_str().unwrap().len() <= 16 << 10, "{letter:?}");
    }
}

#[test]
fn what_just_fits_is_not_cut() {
    let notification = Notification { title: "t".repeat(250), body: "b".repeat(4096), ..warning("") };
    let message = message(notification);
    for body in [discord(&message).body, ntfy(&message, "mine").body, webhook(&message).body] {
        assert!(!body.contains('…'));
    }
}

#[test]
fn a_digest_names_thirty_and_counts_the_rest() {
    let one = warning("one");
    let lines: Vec<_> = (0..40).map(|_| ("23:10".to_owned(), &one)).collect();
    let digest = digest(&lines);
    assert_eq!(digest.title, "40 notifications waited through the quiet hours");
    assert_eq!(digest.body.lines().count(), 31);
    assert!(digest.body.ends_with("\nand 10 more: `podsteward status`"), "{}", digest.body);
    let summed = Summed { id: OutboxId(7), at: NOON, notification: one };
    let many = Message { digest: vec![summed; 60], ..message(digest) };
    let hook: Value = serde_json::from_str(&webhook(&many).body).unwrap();
    assert_eq!(hook["notifications"].as_array().unwrap().len(), 50);
}
