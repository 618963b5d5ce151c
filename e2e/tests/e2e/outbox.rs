//! Notifications reach somebody, also when the receiver was away: once each, and in order.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{SICKLY, channel};
use podsteward_e2e::receiver::{Mood, Receiver};
use podsteward_e2e::remediation::LONG_PATIENCE;
use podsteward_e2e::wait::{PATIENCE, wait_for, wait_until};
use serde_json::Value;

const PORT: u16 = 9930;
const TOKEN: &str = "a-token-that-nobody-may-read";
const WEB: &str = "container/web";
const RESTART: &str = "service-restart";

#[test]
fn what_was_told_while_the_receiver_was_away_arrives_once_and_in_order() -> Result<()> {
    let lab = Lab::start()?;
    let controller = with_channel(&lab)?;
    // Nobody listens.
    lab.fall_ill("web")?;
    controller.wait_executed(RESTART, WEB, 1)?;
    wait_until("it to be counted", PATIENCE, &true, || Ok(undelivered(&controller)? > 0))?;
    let status = controller.cli(&["status"])?.ok()?;
    ensure!(status.contains("2 did not arrive yet"), "{status}");

    // Somebody listens who never answers, then one who cannot take it.
    let receiver = Receiver::listen(PORT)?;
    for mood in [Mood::Hanging, Mood::Refusing] {
        receiver.be(mood);
        let tried = || Ok(receiver.all().iter().any(|received| received.mood == mood));
        wait_until(&format!("a try against {mood:?}"), LONG_PATIENCE, &true, tried)?;
        ensure!(undelivered(&controller)? > 0);
    }
    // It outlives the controller, too.
    controller.stop()?;
    let controller = lab.controller().start()?;
    receiver.be(Mood::Well);
    wait_until("everything to arrive", LONG_PATIENCE, &0, || undelivered(&controller))?;

    let about_web: Vec<Value> = receiver.taken().into_iter().filter(|body| body["object"] == WEB).collect();
    let events: Vec<&Value> = about_web.iter().map(|body| &body["event"]).collect();
    ensure!(events == ["acting", "recovered"], "{about_web:#?}");
    let all = receiver.all();
    let bearer = format!("Bearer {TOKEN}");
    ensure!(
        all.iter().all(|received| received.authorization.as_deref() == Some(bearer.as_str())),
        "{all:#?}"
    );
    says_no_token(&lab, &controller)
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
    let token = lab.dir().join("token");
    fs::write(&token, TOKEN)?;
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600))?;
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

fn says_no_token(lab: &Lab, controller: &Controller) -> Result<()> {
    let log = fs::read_to_string(lab.dir().join("controller.log"))?;
    ensure!(!log.contains(TOKEN), "the log holds the token");
    for page in [&["status"][..], &["get", "-o", "yaml"], &["describe", "notificationchannel/phone"]] {
        ensure!(!controller.cli(page)?.ok()?.contains(TOKEN), "{page:?} holds the token");
    }
    Ok(())
}
