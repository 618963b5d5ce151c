//! "What did it do last night, and why did it not restart X", from the command line and by HTTP alone.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::SICKLY;
use podsteward_e2e::remediation::list;
use rustix::process::Signal;
use serde_json::{Value, json};

const RESTART: &str = "service-restart";
const X: &str = "container/x";

/// The gates, in their order.
const GATES: [&str; 8] =
    ["mode", "switch", "override", "breaker", "cooldown", "budget", "freshness", "verdict"];

const ASSESSMENT: [&str; 6] =
    ["timestamp", "health_score", "unknown", "observations", "recommended_actions", "pending_queue"];
const OBSERVATION: [&str; 6] = ["id", "kind", "target", "severity", "message", "age_seconds"];
const RECOMMENDATION: [&str; 10] = [
    "id",
    "type",
    "target",
    "reason",
    "confidence",
    "confidence_parts",
    "risk",
    "decision",
    "gates",
    "ladder",
];
const DECISION: [&str; 18] = [
    "rung",
    "id",
    "timestamp",
    "action_type",
    "target",
    "trigger",
    "confidence",
    "risk",
    "decision",
    "outcome",
    "withheld_by",
    "verification",
    "confidence_delta",
    "new_confidence",
    "snapshot",
    "rolled_back",
    "details",
    "duration_seconds",
];

#[test]
fn the_story_of_a_night_can_be_told() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy("overrides: [{match: {names: [ask]}, requiresConfirmation: true}]")?;
    lab.write_container("web", SICKLY)?;
    lab.write_container("ask", SICKLY)?;
    lab.write_container("x", &format!("{SICKLY}\nremediation: {{autoRestart: false}}"))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(4)?;
    for name in ["web", "ask", "x"] {
        lab.fall_ill(name)?;
    }
    controller.wait_executed(RESTART, "container/web", 1)?;
    controller.wait_asked(RESTART, "container/ask")?;
    controller.wait_withheld(RESTART, X, "override")?;

    what_did_it_do(&controller)?;
    why_not(&controller)?;
    assessment(&lab, &controller)?;
    by_http(&controller)
}

#[test]
fn the_log_can_be_read_while_podman_and_the_controller_are_gone() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", SICKLY)?;
    let controller = lab.controller().start()?;
    controller.wait_converged(1)?;
    lab.fall_ill("web")?;
    controller.wait_executed(RESTART, "container/web", 1)?;
    lab.signal_service(Signal::KILL)?;
    controller.kill()?;
    ensure!(lab.cli(&["decisions", "--type", RESTART])?.ok()?.contains("container/web"));
    for command in ["status", "approvals", "decisions"] {
        ensure!(lab.cli(&[command])?.code == Some(0), "{command}");
    }
    for command in [&["check"][..], &["why", "container/web"], &["execute"], &["plan"]] {
        ensure!(lab.cli(command)?.code == Some(4), "{command:?}");
    }
    let check: Value = serde_json::from_str(&lab.cli(&["check", "-o", "json"])?.stdout)?;
    ensure!(check["health_score"].is_null() && !list(&check, "unknown")?.is_empty(), "{check:#}");
    let why: Value = serde_json::from_str(&lab.cli(&["why", "container/web", "-o", "json"])?.stdout)?;
    ensure!(why["answer"].as_str().is_some_and(|it| it.contains("Podman cannot be read")), "{why:#}");
    ensure!(list(&why, "decisions")?.iter().any(|it| it["action_type"] == RESTART), "{why:#}");
    ensure!(lab.cli(&["approve", "1"])?.code == Some(1), "there is no such approval");
    ensure!(lab.cli(&["decisions", "--type", "nonsense"])?.code == Some(2));
    Ok(())
}

/// What was done stands in the log, and so does what was not.
fn what_did_it_do(controller: &Controller) -> Result<()> {
    let page = controller.cli(&["decisions", "--last", "12h"])?.ok()?;
    for word in ["container/web", X, RESTART, "notify-execute", "override"] {
        ensure!(page.contains(word), "{word} is missing in\n{page}");
    }
    let log = controller.json(&["decisions", "--last", "12h"])?;
    for decision in list(&log, "decisions")? {
        has(&decision, &DECISION)?;
    }
    let withheld = controller.json(&["decisions", "--outcome", "withheld", "--target", X])?;
    ensure!(list(&withheld, "decisions")?.iter().all(|it| it["target"] == X), "{withheld:#}");
    let numbers = controller.json(&["decisions", "--type", RESTART, "--stats"])?;
    ensure!(numbers["statistics"]["succeeded"] == 1, "{numbers:#}");
    ensure!(numbers["statistics"]["withheld_by"]["override"] == 1, "{numbers:#}");
    let status = controller.cli(&["status"])?.ok()?;
    ensure!(status.contains("unhealthy") && status.contains(X), "{status}");
    Ok(())
}

/// The chain of gates, with the one that stopped it, and what was decided before.
fn why_not(controller: &Controller) -> Result<()> {
    let why = controller.cli(&["why", X])?.ok()?;
    ensure!(why.contains("autoRestart is false by its manifest"), "{why}");
    let mut rest = why.as_str();
    for gate in GATES {
        let at = rest.find(gate).with_context(|| format!("{gate} is not in its place in\n{why}"))?;
        rest = &rest[at..];
    }
    let plan = controller.cli(&["plan"])?.ok()?;
    ensure!(plan.contains(X) && plan.contains("override"), "{plan}");
    let cooled = controller.cli(&["why", "container/web"])?.ok()?;
    ensure!(cooled.contains(RESTART), "{cooled}");
    ensure!(controller.cli(&["why", "container/nobody"])?.code == Some(1));
    ensure!(controller.cli(&["why"])?.code == Some(2));
    Ok(())
}

fn assessment(lab: &Lab, controller: &Controller) -> Result<()> {
    lab.requests().forget();
    let seen = controller.json(&["check"])?;
    ensure!(lab.requests().writes().is_empty(), "wrote {:?}", lab.requests().writes());
    only(&seen, &ASSESSMENT)?;
    ensure!(seen["health_score"].as_u64().is_some_and(|score| score < 100), "{seen:#}");
    for observation in list(&seen, "observations")? {
        only(&observation, &OBSERVATION)?;
    }
    let actions = list(&seen, "recommended_actions")?;
    for action in &actions {
        only(action, &RECOMMENDATION)?;
        for gate in list(action, "gates")? {
            only(&gate, &["gate", "result", "detail", "until"])?;
        }
    }
    let about_x = actions.iter().find(|it| it["target"] == X).context("x is recommended")?;
    let parts = &about_x["confidence_parts"];
    only(parts, &["prediction", "history", "impact", "rollback", "adjustment"])?;
    ensure!(about_x["type"] == RESTART && parts["prediction"] == json!(1.0), "{about_x:#}");
    ensure!(list(&seen, "pending_queue")?.iter().any(|it| it["target"] == "container/ask"), "{seen:#}");
    Ok(())
}

fn by_http(controller: &Controller) -> Result<()> {
    for (path, key) in [("decisions", "decisions"), ("approvals", "approvals"), ("objects", "objects")] {
        ensure!(!list(&controller.api(path)?, key)?.is_empty(), "{path} is empty");
    }
    only(&controller.api("assessment")?, &ASSESSMENT)?;
    has(&controller.api("status")?, &["switch", "breakers", "budgets", "notifications", "last_drill"])?;
    let of_web = controller.api("decisions?target=container/web&type=service-restart")?;
    ensure!(list(&of_web, "decisions")?.iter().all(|it| it["target"] == "container/web"), "{of_web:#}");
    ensure!(controller.http("/api/v1/decisions?type=nonsense")?.status == 400);
    Ok(())
}

fn has(object: &Value, keys: &[&str]) -> Result<()> {
    let missing: Vec<_> = keys.iter().filter(|key| object.get(key).is_none()).collect();
    ensure!(missing.is_empty(), "{missing:?} missing in {object:#}");
    Ok(())
}

/// Exactly these keys.
fn only(object: &Value, keys: &[&str]) -> Result<()> {
    let map = object.as_object().with_context(|| format!("no object: {object}"))?;
    let found: BTreeSet<&str> = map.keys().map(String::as_str).collect();
    let wanted: BTreeSet<&str> = keys.iter().copied().collect();
    ensure!(found == wanted, "wanted {wanted:?}, found {found:?}");
    Ok(())
}
