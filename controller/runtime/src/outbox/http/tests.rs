//! Messages over real sockets.

mod secrets;
mod server;

use std::time::Duration;

use expect_test::expect;
use podsteward_metrics::chain;

use super::HttpSender;
use crate::outbox::fixtures::{channel_at, message, warning};
use crate::outbox::retry::Pace;
use crate::outbox::{Channel, Error, Message, Sender as _};
use server::Server;

/// Longer than any answer over loopback takes, so that only what never answers runs into it.
const PATIENT: Duration = Duration::from_secs(30);

/// Sends one message with this title.
async fn send(channel: &Channel, title: &str) -> Result<(), Error> {
    HttpSender::with_patience(PATIENT).send(channel, &message(warning(title))).await
}

fn webhook(server: &Server) -> Channel {
    channel_at("phone", &format!("url: {:?}", server.url("/hook")), "")
}

#[tokio::test]
async fn a_webhook_gets_one_post_with_its_token() {
    let dir = tempfile::tempdir().unwrap();
    let token = dir.path().join("token");
    std::fs::write(&token, "t0ken\n").unwrap();
    let server = Server::answering(&["HTTP/1.1 204 No Content\r\n\r\n"]).await;
    let fields = format!("tokenFile: {:?}", token.display().to_string());
    let channel = channel_at("phone", &format!("url: {:?}", server.url("/hook?x=1")), &fields);
    send(&channel, "a").await.unwrap();
    expect![[r#"
        POST /hook?x=1 HTTP/1.1
        accept: */*
        authorization: Bearer t0ken
        content-length: 213
        content-type: application/json
        host: SERVER
        idempotency-key: default-7
        user-agent: podsteward/VERSION

        {"about":null,"body":"It says so.","ends":null,"event":"alert","id":7,"instance":"default","object":"container/web","repeated":false,"severity":"warning","timestamp":"2026-11-22T12:00:00Z","title":"a","version":1}
    "#]]
    .assert_eq(&server.requests().concat());
}

#[tokio::test]
async fn ntfy_gets_json_at_its_root_with_the_topic_within() {
    let server = Server::answering(&["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]).await;
    let channel = channel_at("phone", &format!("url: {:?}", server.url("/push/topic?auth=1")), "type: ntfy");
    send(&channel, "container/web: unhealthy").await.unwrap();
    expect![[r#"
        POST /push/?auth=1 HTTP/1.1
        accept: */*
        content-length: 142
        content-type: application/json
        host: SERVER
        user-agent: podsteward/VERSION

        {"message":"It says so.","priority":4,"sequence_id":"default-7","tags":["warning","alert"],"title":"container/web: unhealthy","topic":"topic"}
    "#]].assert_eq(&server.requests().concat());
}

#[tokio::test]
async fn discord_gets_json_and_answers_without_a_body() {
    let server = Server::answering(&["HTTP/1.1 204 No Content\r\n\r\n"]).await;
    let channel = channel_at("chat", &format!("url: {:?}", server.url("/api/webhooks/1/x")), "type: discord");
    send(&channel, "container/web: unhealthy").await.unwrap();
    expect![[r#"
        POST /api/webhooks/1/x HTTP/1.1
        accept: */*
        content-length: 371
        content-type: application/json
        host: SERVER
        user-agent: podsteward/VERSION

        {"allowed_mentions":{"parse":[]},"embeds":[{"color":15844367,"description":"It says so.","fields":[{"inline":true,"name":"Object","value":"container/web"},{"inline":true,"name":"Event","value":"alert"},{"inline":true,"name":"Severity","value":"warning"}],"footer":{"text":"podsteward default #7"},"timestamp":"2026-11-22T12:00:00Z","title":"container/web\\: unhealthy"}]}
    "#]].assert_eq(&server.requests().concat());
}

#[tokio::test]
async fn an_error_of_the_server_passes_and_the_next_try_arrives() {
    let server = Server::answering(&["HTTP/1.1 500 Oops\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"]).await;
    let error = send(&webhook(&server), "a").await.unwrap_err();
    assert_eq!((error.pace(), chain(&error).as_str()), (Pace::Usual, "channel phone: the answer was 500"));
    send(&webhook(&server), "a").await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_receiver_that_has_enough_says_for_how_long() {
    let json = "Content-Type: application/json\r\n";
    let in_body = format!(
        "HTTP/1.1 429 Enough\r\n{json}Content-Length: 46\r\n\r\n{{\"message\":\"enough\",\"retry_after\":64.57,\"x\":1}}"
    );
    let both = format!(
        "HTTP/1.1 429 Enough\r\nRetry-After: 65\r\n{json}Content-Length: 20\r\n\r\n{{\"retry_after\":0.25}}"
    );
    let answers = [
        "HTTP/1.1 429 Enough\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 429 Enough\r\nRetry-After: Sun, 22 Nov 2026 12:00:00 GMT\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 429 Enough\r\nRetry-After: -1\r\nContent-Length: 4\r\n\r\nnull",
        &in_body,
        &both,
    ];
    let server = Server::answering(&answers).await;
    for secs in [Some(120.0), None, Some(60.0), None, Some(64.57), Some(65.0)] {
        let expected = secs.map_or(Pace::Usual, |secs| Pace::NotBefore(Duration::from_secs_f64(secs)));
        assert_eq!(send(&webhook(&server), "a").await.unwrap_err().pace(), expected);
    }
}

#[tokio::test]
async fn a_refusal_is_tried_again_slowly_and_no_redirect_is_followed() {
    let elsewhere = Server::answering(&["HTTP/1.1 200 OK\r\n\r\n"]).await;
    for status in ["301", "302", "307", "308", "400", "401", "403", "404"] {
        let answer = format!("HTTP/1.1 {status} No\r\nLocation: {}\r\n\r\n", elsewhere.url("/"));
        let server = Server::answering(&[&answer]).await;
        let error = send(&webhook(&server), "a").await.unwrap_err();
        assert_eq!((error.pace(), server.requests().len()), (Pace::Slow, 1), "{error}");
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_left_after_the_deadline() {
    let server = Server::answering(&[""]).await;
    let sender = HttpSender::with_patience(Duration::from_millis(300));
    let error = sender.send(&webhook(&server), &message(warning("a"))).await.unwrap_err();
    assert_eq!(chain(&error), "channel phone: no answer: it took too long");
    assert!(error.in_doubt(), "it has the message");
    assert_eq!((error.pace(), server.requests().len()), (Pace::Usual, 1));
}

#[tokio::test]
async fn what_follows_the_head_of_an_answer_is_not_waited_for() {
    let server = Server::answering(&["HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nbegun"]).await;
    send(&webhook(&server), "a").await.unwrap();
}

#[tokio::test]
async fn what_was_cut_off_is_in_doubt_and_what_never_began_is_not() {
    let cut = Server::cutting().await;
    let error = send(&webhook(&cut), "a").await.unwrap_err();
    assert!(error.in_doubt(), "{error:?}");
    let nobody = channel_at("phone", "url: \"http://127.0.0.1:1/\"", "");
    let error = send(&nobody, "a").await.unwrap_err();
    assert!(!error.in_doubt(), "{error:?}");
    let nowhere = channel_at("phone", "url: \"http://no-such-host.invalid/\"", "");
    let error = send(&nowhere, "a").await.unwrap_err();
    assert!(!error.in_doubt(), "{error:?}");
}

#[tokio::test]
async fn no_text_can_end_a_header() {
    let server = Server::answering(&["HTTP/1.1 200 OK\r\n\r\n"]).await;
    let evil =
        Message { instance: "a\r\nX-Evil: 1".to_owned(), ..message(warning("b\r\nX-Evil: 1\r\n\r\n")) };
    for kind in ["type: ntfy", "type: discord", "type: webhook"] {
        let channel = channel_at("phone", &format!("url: {:?}", server.url("/topic")), kind);
        HttpSender::with_patience(PATIENT).send(&channel, &evil).await.unwrap();
    }
    let requests = server.requests().concat().to_lowercase();
    assert!(!requests.contains("\nx-evil"), "{requests}");
}
