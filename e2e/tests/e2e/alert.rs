//! Alerts that Alertmanager's webhook sends: who may, what they call for, and what is kept of them.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::http::Answer;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{SICKLY, route};
use podsteward_e2e::wait::{PATIENCE, wait_until};
use serde_json::{Value, json};

const ACTION: &str = "service-restart";
const WEB: &str = "container/web";
const TOKEN: &str = "Bearer a-token-of-a-scenario";
const ROUTE: &str = "match: {alertname: Slow}\naction: service-restart\ntargetLabel: container";

/// A lab with two containers, of which one may not be restarted, and a route; alerts are received.
fn lab() -> Result<Lab> {
    let lab = Lab::start()?;
    lab.write_container("web", SICKLY)?;
    lab.write_container("db", &format!("{SICKLY}\nremediation: {{autoRestart: false}}"))?;
    lab.write("route.yaml", &route("slow", ROUTE))?;
    let file = lab.dir().join("token");
    fs::write(&file, "a-token-of-a-scenario\n")?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
    Ok(lab)
}

fn receiving(lab: &Lab) -> Result<Controller> {
    let file = lab.dir().join("token");
    lab.controller().argument("--token-file").argument(&file.display().to_string()).start()
}

/// What Alertmanager posts about one container.
fn slow(status: &str, container: &str, starts: &str) -> Value {
    json!({
        "version": "4", "groupKey": "{}:{alertname=\"Slow\"}", "truncatedAlerts": 0, "status": status,
        "receiver": "podsteward", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "",
        "alerts": [{
            "status": status, "labels": {"alertname": "Slow", "container": container, "severity": "warning"},
            "annotations": {"summary": "it answers slowly"}, "startsAt": starts, "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "", "fingerprint": format!("slow{container}"),
        }],
    })
}

fn post(controller: &Controller, token: &str, body: &Value) -> Result<Answer> {
    controller.post("/api/v1/alerts", &[("Authorization", token)], &body.to_string())
}

/// Posts what is taken, and answers with its incident.
fn taken(controller: &Controller, body: &Value) -> Result<Value> {
    let answer = post(controller, TOKEN, body)?;
    ensure!(answer.status == 202, "{} {}", answer.status, answer.body);
    let answer: Value = serde_json::from_str(&answer.body)?;
    Ok(answer["incidents"][0].clone())
}

const BEFORE: &str = "2026-01-02T03:04:05Z";

#[test]
fn an_alert_has_the_container_restarted_that_it_names_once_and_over_a_crash() -> Result<()> {
    let lab = lab()?;
    let controller = receiving(&lab)?;
    controller.wait_converged(3)?;
    let firing = slow("firing", "web", BEFORE);
    let incident = taken(&controller, &firing)?;
    ensure!(incident.is_i64(), "{incident}");
    ensure!(taken(&controller, &firing)? == incident, "the same alert again is the same incident");

    let decision = controller.wait_executed(ACTION, WEB, 1)?;
    ensure!(decision["trigger"] == "alert" && decision["outcome"] == "success", "{decision:#}");
    ensure!(decision["reason"] == "alert Slow fires: it answers slowly", "{decision:#}");
    ensure!(decision["confidence"] == json!(0.9), "{decision:#}");
    let finding = controller.wait_finding("alert", WEB)?;
    ensure!(finding["severity"] == "warning", "{finding:#}");
    drop(controller);

    let controller = receiving(&lab)?;
    controller.wait_finding("alert", WEB)?;
    ensure!(taken(&controller, &firing)? == incident, "the controller was killed in between");
    let withheld = controller.wait_withheld(ACTION, WEB, "cooldown")?;
    let limit = withheld["gates"].as_array().into_iter().flatten().find(|it| it["gate"] == "limit");
    let held =
        |gate: &Value| gate["result"] == "hold" && gate["detail"].to_string().contains("this very alert");
    ensure!(limit.is_some_and(held), "{withheld:#}");
    taken(&controller, &slow("resolved", "web", BEFORE))?;
    wait_until("the alert to be over", PATIENCE, &0, || {
        Ok(controller.findings()?.iter().filter(|it| it["finding"] == "alert" && it["target"] == WEB).count())
    })?;
    ensure!(lab.starts("web")? == 2 && controller.executed(ACTION, WEB)?.len() == 1, "it was restarted once");
    ensure!(controller.metric("podsteward_alerts_received_total{status=\"resolved\"}")? > 0.5);
    Ok(())
}

#[test]
fn whoever_may_not_is_turned_away_and_what_may_not_be_touched_is_only_told_of() -> Result<()> {
    let lab = lab()?;
    let closed = lab.controller().start()?;
    let firing = slow("firing", "db", BEFORE);
    ensure!(post(&closed, TOKEN, &firing)?.status == 404, "there is no token file");
    drop(closed);

    let controller = receiving(&lab)?;
    controller.wait_converged(3)?;
    for token in ["Bearer another", "Basic a-token-of-a-scenario", "a-token-of-a-scenario"] {
        let answer = post(&controller, token, &firing)?;
        ensure!((answer.status, answer.body.as_str()) == (401, ""), "{token}: {answer:?}");
    }
    let answer = post(&controller, TOKEN, &json!({"version": "3", "alerts": []}))?;
    ensure!(answer.status == 400 && answer.body.contains("version"), "{answer:?}");

    taken(&controller, &firing)?;
    taken(&controller, &slow("firing", "$(touch /tmp/x)\u{1b}[2J", BEFORE))?;
    let denied = controller.wait_withheld(ACTION, "container/db", "override")?;
    ensure!(denied["details"] == "autoRestart is false by its manifest", "{denied:#}");
    let nowhere = controller.wait_withheld(ACTION, "alertroute/slow", "verdict")?;
    ensure!(nowhere["decision"] == "alert-only", "{nowhere:#}");
    let why = controller.cli(&["why", "alertroute/slow"])?.ok()?;
    ensure!(why.contains("nothing of that name is declared") && !why.contains('\u{1b}'), "{why}");

    let test = json!({"alerts": [{"status": "firing", "startsAt": BEFORE, "labels": {"alertname": "PodstewardTest"}}]});
    ensure!(taken(&controller, &test)?.is_null(), "a test alert is no incident");
    let status = controller.json(&["status"])?;
    let proven = &status["conditions"][0];
    ensure!(proven["type"] == "AlertPathProven" && proven["status"] == "True", "{status:#}");
    ensure!(lab.starts("db")? == 1 && lab.starts("web")? == 1);
    Ok(())
}
