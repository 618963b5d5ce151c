//! What carries our labels and nothing declares.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::IMAGE;
use podsteward_e2e::remediation::id;

const ACTION: &str = "orphan-removal";

#[test]
fn an_orphan_is_removed_by_approval_only() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    // Nothing makes it bolder than to ask.
    lab.write_policy("riskTolerance: high\nthresholds: {autoExecute: 0.2, notifyExecute: 0.1, queue: 0}")?;
    for name in ["lost", "kept"] {
        left_behind(&lab, name)?;
    }
    let controller = lab.controller().start()?;
    for name in ["lost", "kept"] {
        controller.wait_finding("orphan", &format!("container/{name}"))?;
    }
    let lost = controller.wait_asked(ACTION, "container/lost")?;
    let kept = controller.wait_asked(ACTION, "container/kept")?;
    ensure!(lost["risk"] == "high", "{lost:#}");
    ensure!(lost["rollback"].as_str().is_some_and(|text| text.contains("lost")), "{lost:#}");
    controller.wait_state("container/web", "MATCH")?;
    lab.stays_untouched()?;

    controller.cli(&["reject", &id(&kept), "--reason", "mine"])?.ok()?;
    controller.cli(&["approve", &id(&lost), "--timeout", "30s"])?.ok()?;
    lab.wait_gone("lost")?;
    let decision = controller.wait_executed(ACTION, "container/lost", 1)?;
    ensure!(decision["decision"] == "queue" && decision["outcome"] == "success", "{decision:#}");
    lab.stays_untouched()?;
    ensure!(lab.container("kept")?.runs());
    Ok(())
}

/// A container of this instance whose manifest nobody knows.
fn left_behind(lab: &Lab, name: &str) -> Result<()> {
    let object = format!("dev.podsteward/object=container/{name}");
    let labels = ["--label", &object, "--label", "dev.podsteward/instance=default"];
    lab.podman(&[&["run", "--detach", "--name", name], &labels[..], &[IMAGE]].concat())?.ok()?;
    Ok(())
}
