//! What each type of channel is sent.

use expect_test::{Expect, expect};
use podsteward_domain::notification::Notification;
use podsteward_specs::channel::ChannelType;

use super::of;
use crate::outbox::fixtures::{critical, message, warning};

fn check(kind: ChannelType, notification: Notification, expected: &Expect) {
    let payload = of(kind, &message(notification));
    let headers: Vec<String> =
        payload.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    expected.assert_eq(&format!("{}\n{}\n", headers.concat(), payload.body));
}

#[test]
fn a_webhook_is_sent_json_with_a_key_that_is_the_same_each_time() {
    check(
        ChannelType::Webhook,
        warning("container/web: unhealthy"),
        &expect![[r#"
            Content-Type: application/json
            Idempotency-Key: default-7

            {"body":"It says so.","event":"alert","id":7,"instance":"default","object":"container/web","severity":"warning","timestamp":"2026-11-22T12:00:00Z","title":"container/web: unhealthy"}
        "#]],
    );
}

#[test]
fn ntfy_is_sent_text_with_title_priority_and_tags() {
    check(
        ChannelType::Ntfy,
        critical("container/web: unhealthy"),
        &expect![[r"
            Content-Type: text/plain; charset=utf-8
            Priority: 5
            Tags: critical,alert
            Title: container/web: unhealthy

            It says so.
        "]],
    );
}

#[test]
fn discord_is_sent_text_that_calls_nobody() {
    check(
        ChannelType::Discord,
        warning("@everyone"),
        &expect![[r#"
            Content-Type: application/json

            {"allowed_mentions":{"parse":[]},"content":"**@everyone**\nIt says so."}
        "#]],
    );
}

#[test]
fn a_title_never_ends_its_header() {
    check(
        ChannelType::Ntfy,
        warning("\r\nX-Evil: 1\n\tand\0more\r\n"),
        &expect![[r"
            Content-Type: text/plain; charset=utf-8
            Priority: 4
            Tags: warning,alert
            Title: X-Evil: 1  and more

            It says so.
        "]],
    );
}

#[test]
fn a_title_beyond_ascii_heads_the_body() {
    check(
        ChannelType::Ntfy,
        warning("kalte Füße"),
        &expect![[r"
            Content-Type: text/plain; charset=utf-8
            Priority: 4
            Tags: warning,alert

            kalte Füße
            It says so.
        "]],
    );
}

#[test]
fn nothing_is_longer_than_a_channel_takes() {
    let long = |letter: &str| Notification {
        title: letter.repeat(5_000),
        body: letter.repeat(50_000),
        ..warning("")
    };
    for letter in ["a", "ä", "🙂"] {
        let discord = of(ChannelType::Discord, &message(long(letter))).body;
        let discord: serde_json::Value = serde_json::from_str(&discord).unwrap();
        let content = discord["content"].as_str().unwrap();
        assert_eq!((content.chars().count(), content.chars().last()), (2000, Some('…')));
        let ntfy = of(ChannelType::Ntfy, &message(long(letter)));
        assert!((4090..=4096).contains(&ntfy.body.len()), "{}", ntfy.body.len());
        assert!(ntfy.headers.iter().all(|(_, value)| value.len() <= 256), "{:?}", ntfy.headers);
        let webhook = of(ChannelType::Webhook, &message(long(letter))).body;
        assert!(webhook.len() < 33_000, "{}", webhook.len());
    }
}

#[test]
fn what_just_fits_is_not_cut() {
    let notification = Notification { title: "t".repeat(100), body: "b".repeat(1895), ..warning("") };
    let discord = of(ChannelType::Discord, &message(notification)).body;
    assert!(!discord.contains('…'));
}
