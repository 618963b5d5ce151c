//! `/metrics`, `/healthz` and `/readyz`.

use std::fs;

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::process;
use podsteward_e2e::wait::{PATIENCE, wait_until};

/// What a dashboard may count on, from the first reconcile on.
const FAMILIES: [&str; 12] = [
    "podsteward_reconcile_total{",
    "podsteward_reconcile_duration_seconds_bucket{",
    "podsteward_workqueue_depth",
    "podsteward_workqueue_adds_total",
    "podsteward_workqueue_queue_duration_seconds_bucket{",
    "podsteward_workqueue_work_duration_seconds_bucket{",
    "podsteward_actions_total{",
    "podsteward_objects{",
    "podsteward_podman_api_requests_total",
    "podsteward_podman_api_up",
    "podsteward_switch",
    "podsteward_build_info{",
];

#[test]
fn promtool_finds_nothing_to_complain_about() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    let counted = || Ok(controller.metric("podsteward_objects{")? > 0.5);
    wait_until("the object to be counted", PATIENCE, &true, counted)?;
    ensure!(controller.http("/healthz")?.status == 200);
    ensure!(controller.http("/readyz")?.status == 200);

    let metrics = controller.metrics()?;
    for family in FAMILIES {
        ensure!(metrics.contains(family), "{family} is missing in\n{metrics}");
    }
    let path = lab.dir().join("metrics.txt");
    fs::write(&path, metrics)?;
    let check = format!("promtool check metrics <{}", path.display());
    let output = process::run(process::command("sh").args(["-c", &check]))?;
    ensure!(output.code == Some(0), "promtool says {}{}", output.stdout, output.stderr);
    Ok(())
}
