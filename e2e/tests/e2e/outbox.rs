//! Notifications reach somebody, also when the receiver was away: once each, and in order.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{SICKLY, channel};
use podsteward_e2e::receiver::{Mood, Received, Receiver};
use podsteward_e2e::remediation::LONG_PATIENCE;
use podsteward_e2e::wait::{PATIENCE, wait_for, wait_until};
use serde_json::Value;

const PORT: u16 = 9930;
const TOKEN: &str = "a-token-that-nobody-may-read";
const PATH: &str = "a-path-that-nobody-may-read";
const TOPIC: &str = "a-topic-that-nobody-may-read";
const WEB: &str = "container/web";
const RESTART: &str = "service-restart";

#[test]
fn what_was_told_while_the_receiver_was_away_arrives_once_and_in_order() -> Result<()> {
    let lab = Lab::start()?;
    let controller = with_channel(&lab)?;
    // Nobody listens, then somebody who cannot take it, then one who never answers.
    lab.fall_ill("web")?;
    wait_until("it to be counted", PATIENCE, &true, || Ok(undelivered(&controller)? > 0))?;
    let receiver = Receiver::listen(PORT)?;
    receiver.be(Mood::Refusing);
    wait_until("a try that is refused", LONG_PATIENCE, &true, || Ok(receiver.was_tried(Mood::Refusing)))?;
    receiver.be(Mood::Hanging);
    wait_until("a try without an answer", LONG_PATIENCE, &true, || Ok(receiver.was_tried(Mood::Hanging)))?;
    controller.wait_executed(RESTART, WEB, 1)?;
    let status = controller.cli(&["status"])?.ok()?;
    ensure!(status.contains("2 did not arrive yet"), "{status}");
    // It outlives the controller, too, and what its end cut off may have arrived.
    controller.kill()?;
    receiver.be(Mood::Well);
    let controller = lab.controller().start()?;
    wait_until("everything to arrive", LONG_PATIENCE, &0, || undelivered(&controller))?;

    let about_web: Vec<Value> = receiver.taken().into_iter().filter(|body| body["object"] == WEB).collect();
    let events: Vec<&Value> = about_web.iter().map(|body| &body["event"]).collect();
    ensure!(events == ["acting", "recovered"], "{about_web:#?}");
    ensure!(about_web[0]["repeated"] == true && about_web[1]["repeated"] == false, "{about_web:#?}");
    ensure!(about_web[1]["ends"] == about_web[0]["id"], "{about_web:#?}");
    let all = receiver.all();
    let first = |received: &&Received| received.body["id"] == about_web[0]["id"];
    let keys: BTreeSet<_> = all.iter().filter(first).map(|received| &received.key).collect();
    ensure!(keys.len() == 1 && !keys.contains(&None), "one key however often it is sent: {keys:?}");
    let bearer = format!("Bearer {TOKEN}");
    ensure!(
        all.iter().all(|received| received.authorization.as_deref() == Some(bearer.as_str())),
        "{all:#?}"
    );
    says_nowhere(&lab, &controller, &[TOKEN])
}

#[test]
fn a_discord_and_an_ntfy_that_fail_slow_down_and_come_back_get_everything_once_and_in_order() -> Result<()> {
    let lab = Lab::start()?;
    let (chat, phone) = (Receiver::discord(PORT)?, Receiver::ntfy(PORT + 1)?);
    chat.be(Mood::Gone);
    phone.be(Mood::Refusing);
    write_secret(&lab, "chat-url", &format!("http://127.0.0.1:{PORT}/api/webhooks/1/{PATH}"))?;
    write_secret(&lab, "phone-url", &format!("http://127.0.0.1:{}/{TOPIC}", PORT + 1))?;
    write_secret(&lab, "phone-token", TOKEN)?;
    let file = |name: &str| lab.dir().join(name).display().to_string();
    let chat_spec = |dedupe: &str| format!("type: discord\nurlFile: {}\ndedupe: {dedupe}", file("chat-url"));
    lab.write("chat.yaml", &channel("chat", &chat_spec("10m")))?;
    let phone_spec =
        format!("type: ntfy\nurlFile: {}\ntokenFile: {}", file("phone-url"), file("phone-token"));
    lab.write("phone.yaml", &channel("phone", &phone_spec))?;
    lab.write_container("web", SICKLY)?;
    let controller = lab.controller().start()?;
    controller.wait_converged(3)?;

    lab.fall_ill("web")?;
    let tried = |receiver: &Receiver, mood| {
        wait_until(&format!("a try while {mood:?}"), LONG_PATIENCE, &true, || Ok(receiver.was_tried(mood)))
    };
    tried(&chat, Mood::Gone)?;
    tried(&phone, Mood::Refusing)?;
    controller.wait_executed(RESTART, WEB, 1)?;
    // Nobody hammers a webhook that is gone; what is mended by another manifest is tried at once.
    controller.wait_state("notificationchannel/chat", "WARNING")?;
    let status = controller.cli(&["status"])?.ok()?;
    ensure!(status.contains("channel_refused") && status.contains("404"), "{status}");
    for (receiver, busy) in [(&phone, Mood::Busy(1)), (&chat, Mood::Busy(1))] {
        receiver.be(busy);
    }
    lab.write("chat.yaml", &channel("chat", &chat_spec("11m")))?;
    for receiver in [&phone, &chat] {
        tried(receiver, Mood::Busy(1))?;
        receiver.be(Mood::Slow(2));
        tried(receiver, Mood::Slow(2))?;
        receiver.be(Mood::Well);
    }
    wait_until("everything to arrive", LONG_PATIENCE, &0, || undelivered(&controller))?;
    controller.wait_state("notificationchannel/chat", "MATCH")?;

    ensure!(
        chat.invalid().is_empty() && phone.invalid().is_empty(),
        "{:?} {:?}",
        chat.invalid(),
        phone.invalid()
    );
    let (begins, worked) =
        (r"container/web\: service\-restart begins", r"container/web\: service\-restart worked");
    let embeds: Vec<Value> = chat.taken().iter().map(|body| body["embeds"][0].clone()).collect();
    ensure!(about_web(&embeds) == [begins, worked], "{embeds:#?}");
    ensure!(embeds[0]["color"] != embeds[1]["color"], "{embeds:#?}");
    let notes = phone.taken();
    ensure!(
        about_web(&notes)
            == ["container/web: service-restart begins", "container/web: service-restart worked"],
        "{notes:#?}"
    );
    let of_web: Vec<&Value> = notes.iter().filter(|note| is_about_web(note)).collect();
    ensure!(of_web[0]["sequence_id"] == of_web[1]["sequence_id"], "one replaces the other: {of_web:#?}");
    ensure!(of_web.iter().all(|note| note["topic"] == TOPIC), "{of_web:#?}");
    let refused = |note: &&Value| note.to_string().contains("channel_refused");
    ensure!(
        notes.iter().filter(refused).count() == 2,
        "the phone hears of the chat, and of the end: {notes:#?}"
    );
    let tested = controller.json(&["notify"])?;
    let arrived = |sent: &Value| sent["arrived"] == true;
    ensure!(
        tested["notifications"].as_array().is_some_and(|all| all.len() == 2 && all.iter().all(arrived)),
        "{tested}"
    );
    says_nowhere(&lab, &controller, &[TOKEN, PATH, TOPIC])
}

fn is_about_web(sent: &Value) -> bool {
    sent["title"].as_str().is_some_and(|title| title.starts_with(WEB))
}

fn about_web(sent: &[Value]) -> Vec<&str> {
    sent.iter().filter(|sent| is_about_web(sent)).filter_map(|sent| sent["title"].as_str()).collect()
}

#[test]
fn a_question_and_a_mere_alert_reach_it() -> Result<()> {
    let lab = Lab::start()?;
    let receiver = Receiver::listen(PORT)?;
    let controller = with_channel(&lab)?;
    lab.write_policy("mode: ask")?;
    controller.wait_state("remediationpolicy/default", "MATCH")?;
    lab.fall_ill("web")?;
    let approval = controller.wait_asked(RESTART, WEB)?;
    let asked = heard(&receiver, "approval-needed")?;
    ensure!(
        asked["object"] == WEB && asked.to_string().contains(&format!("approve {}", approval["id"])),
        "{asked:#}"
    );

    lab.write_policy("mode: observe")?;
    let told = heard(&receiver, "alert")?;
    ensure!(told["object"] == WEB && told["severity"] == "warning", "{told:#}");
    ensure!(controller.executed(RESTART, WEB)?.is_empty());
    Ok(())
}

fn with_channel(lab: &Lab) -> Result<Controller> {
    write_secret(lab, "token", TOKEN)?;
    let token = lab.dir().join("token");
    let spec = format!("type: webhook\nurl: http://127.0.0.1:{PORT}/hook\ntokenFile: {}", token.display());
    lab.write("phone.yaml", &channel("phone", &spec))?;
    lab.write_container("web", SICKLY)?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    Ok(controller)
}

fn undelivered(controller: &Controller) -> Result<u64> {
    Ok(controller.json(&["status"])?["notifications"]["undelivered"].as_u64().unwrap_or_default())
}

fn heard(receiver: &Receiver, event: &str) -> Result<Value> {
    let waited = wait_for(&format!("the notification {event}"), PATIENCE, || {
        Ok(receiver.taken().into_iter().find(|body| body["event"] == event))
    });
    waited.map_err(|error| error.context(format!("heard {:#?}", receiver.all())))
}

/// A file that only its owner may read.
fn write_secret(lab: &Lab, name: &str, secret: &str) -> Result<()> {
    let path = lab.dir().join(name);
    fs::write(&path, secret)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
    Ok(())
}

/// Looks for secrets in everything that the controller wrote or shows.
fn says_nowhere(lab: &Lab, controller: &Controller, secrets: &[&str]) -> Result<()> {
    let mut said: Vec<(String, Vec<u8>)> = Vec::new();
    for file in fs::read_dir(lab.dir().join("state/default"))?.chain(fs::read_dir(lab.manifests())?) {
        let path = file?.path();
        if path.is_file() {
            said.push((path.display().to_string(), fs::read(&path)?));
        }
    }
    said.push(("the log".to_owned(), fs::read(lab.dir().join("controller.log"))?));
    let pages = [
        &["status", "-o", "json"][..],
        &["get", "-o", "yaml"],
        &["describe", "notificationchannel/phone", "-o", "json"],
        &["decisions", "-o", "json"],
        &["check", "-o", "json"],
        &["plan", "-o", "json"],
    ];
    for page in pages {
        said.push((format!("{page:?}"), controller.cli(page)?.ok()?.into_bytes()));
    }
    for path in ["/metrics", "/api/v1/objects", "/api/v1/status", "/api/v1/assessment"] {
        said.push((path.to_owned(), controller.http(path)?.body.into_bytes()));
    }
    for (place, bytes) in said {
        let text = String::from_utf8_lossy(&bytes);
        let found = secrets.iter().find(|secret| text.contains(**secret));
        ensure!(found.is_none(), "{place} holds the secret {found:?}");
    }
    Ok(())
}
