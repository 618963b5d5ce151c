//! A drill: it goes the whole way and leaves nothing behind, is refused where podsteward would not act, and is over
//! when its controller is.

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::process::Output;
use podsteward_e2e::wait::{PATIENCE, wait_for, wait_until};
use serde_json::Value;

const CANARY: &str = "podsteward-canary";

#[test]
fn a_drill_goes_the_whole_way_counts_nowhere_and_leaves_nothing_behind() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_converged(1)?;
    ensure!(controller.json(&["report"])?["last_drill"].is_null(), "none was tried yet");

    let (code, drill) = drill(&controller)?;
    ensure!(code == Some(0) && drill["result"] == "passed", "{code:?} {drill:#}");
    for phase in ["prepare", "detect", "decide", "act", "verify"] {
        ensure!(drill["phase_seconds"][phase].is_number(), "{phase}: {drill:#}");
    }
    let restarted = controller.executed("service-restart", "container/podsteward-canary")?;
    let [restart] = restarted.as_slice() else { anyhow::bail!("{restarted:#?}") };
    ensure!(restart["decision"] == "notify-execute" && restart["outcome"] == "success", "{restart:#}");
    gone(&lab)?;

    let report = controller.json(&["report"])?;
    ensure!(report["last_drill"]["result"] == "passed", "{report:#}");
    let counted = report["actions"].as_array().context("a list")?;
    ensure!(counted.iter().all(|it| it["action"] != "service-restart"), "{counted:#?}");
    ensure!(report["time_to_repair"].is_null() || report["time_to_repair"]["repairs"] == 1, "{report:#}");
    ensure!(controller.api("report")?["all"] == report["all"], "HTTP tells the same");
    ensure!(controller.json(&["status"])?["last_drill"]["result"] == "passed");
    ensure!((controller.metric(r#"podsteward_drills_total{result="passed"}"#)? - 1.0).abs() < 0.5);
    ensure!(controller.metric("podsteward_last_successful_drill_timestamp_seconds")? > 0.0);
    ensure!(controller.objects()?.len() == 1, "{:?}", controller.objects()?);
    ensure!(controller.findings()?.is_empty(), "{:#?}", controller.findings()?);
    ensure!(lab.starts("web")? == 1, "what is well was not touched");
    killed_in_the_middle(&lab, controller)
}

/// The controller is killed while the canary is there: the next one clears away, and says that the drill failed.
fn killed_in_the_middle(lab: &Lab, controller: Controller) -> Result<()> {
    controller.cli(&["drill"])?.ok()?;
    lab.wait_running(CANARY)?;
    controller.kill()?;
    let controller = lab.controller().start()?;
    gone(lab)?;
    let finding = controller.wait_finding("drill_failed", "host/local")?;
    ensure!(finding["message"].as_str().is_some_and(|it| it.contains("ended meanwhile")), "{finding:#}");
    let last = &controller.json(&["status"])?["last_drill"];
    ensure!(last["result"] == "failed", "{last:#}");
    controller.stop()?;
    let alone = lab.cli(&["drill", "--wait"])?;
    ensure!(alone.code == Some(4), "{alone:?}");
    Ok(())
}

#[test]
fn a_drill_is_refused_by_what_would_hold_podsteward_back() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_converged(1)?;

    controller.cli(&["pause", "--reason", "moving house"])?.ok()?;
    let (code, refused) = drill(&controller)?;
    ensure!(code == Some(3) && refused["gate"] == "switch", "{code:?} {refused:#}");
    ensure!(refused["detail"].as_str().is_some_and(|it| it.contains("moving house")), "{refused:#}");
    ensure!(lab.inspect(CANARY)?.is_none(), "a pause begins nothing");
    ensure!(controller.findings()?.is_empty(), "whoever paused it knows: {:#?}", controller.findings()?);
    controller.cli(&["resume"])?.ok()?;

    lab.write_policy("mode: observe")?;
    controller.wait_state("remediationpolicy/default", "MATCH")?;
    let (code, refused) = drill(&controller)?;
    ensure!(code == Some(3) && refused["result"] == "refused", "{code:?} {refused:#}");
    ensure!(refused["detail"].as_str().is_some_and(|it| it.contains("observe")), "{refused:#}");
    controller.wait_finding("drill_failed", "host/local")?;
    gone(&lab)?;
    ensure!(controller.approvals()?.is_empty(), "nobody is asked about it");
    Ok(())
}

/// Drills and waits: the exit code, and the drill.
fn drill(controller: &Controller) -> Result<(Option<i32>, Value)> {
    let Output { code, stdout, stderr } = controller.cli(&["drill", "--wait", "-o", "json"])?;
    let json: Value = serde_json::from_str(&stdout).with_context(|| format!("{code:?} {stdout} {stderr}"))?;
    Ok((code, json["drill"].clone()))
}

/// Waits until neither the canary nor its image is there.
fn gone(lab: &Lab) -> Result<()> {
    lab.wait_gone(CANARY)?;
    wait_until("the image of the canary to be gone", PATIENCE, &false, || {
        // Podman 4.3 cannot list images while one of them is being removed.
        let listed = lab.podman(&["images", "--format", "{{.Repository}}"])?;
        Ok(listed.code != Some(0) || listed.stdout.contains(CANARY))
    })?;
    wait_for("the canary to be forgotten", PATIENCE, || {
        let listed = lab.cli(&["get", "containers"])?.ok()?;
        Ok((!listed.contains(CANARY)).then_some(()))
    })
}
