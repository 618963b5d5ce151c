//! A filesystem that will be full: foreseen days before, and cleaned then, while its level is still far from any threshold.

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::disk::{Disk, Filesystem};
use podsteward_e2e::history::grow;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{cleaned, files_below};
use podsteward_e2e::remediation::{id, list};
use serde_json::Value;

const DATA: &str = "disk/data";
const PREDICTIVE: &str = "predictive-maintenance";

#[test]
fn what_will_be_full_in_days_is_foreseen_and_cleaned_before() -> Result<()> {
    let (lab, data) = growing()?;
    lab.write_policy("mode: observe")?;
    let controller = lab.controller().start()?;
    controller.wait_state(DATA, "WARNING")?;
    let young = forecast(&controller)?;
    ensure!(young["outlook"] == "unknown" && young["reason"].is_string(), "{young:#}");
    controller.stop()?;

    grow(&lab, 5)?;
    let controller = lab.controller().start()?;
    let finding = controller.wait_finding("disk_forecast", DATA)?;
    ensure!(finding["severity"] == "critical", "it is full within a week: {finding:#}");
    is_told(&controller)?;
    ensure!(data.path().join("junk/old.bin").exists(), "it only observes");

    lab.write_policy("mode: full")?;
    let decision = controller.wait_executed(PREDICTIVE, DATA, 1)?;
    ensure!(decision["trigger"] == "disk_forecast" && decision["outcome"] == "success", "{decision:#}");
    ensure!(decision["decision"] == "notify-execute", "{decision:#}");
    is_cleaned(&data)?;
    ensure!(controller.executed("disk-cleanup", DATA)?.is_empty(), "the level never called for it");
    Ok(())
}

#[test]
fn what_is_foreseen_less_surely_is_asked_for() -> Result<()> {
    let (lab, data) = growing()?;
    let controller = lab.controller().start()?;
    controller.wait_state(DATA, "WARNING")?;
    controller.stop()?;
    // Earlier looks ahead were off by two percent.
    grow(&lab, 200)?;
    let controller = lab.controller().start()?;
    let asked = controller.wait_asked(PREDICTIVE, DATA)?;
    ensure!(asked.to_string().contains("junk"), "{asked:#}");
    ensure!(data.path().join("junk/old.bin").exists(), "{asked:#}");
    controller.cli(&["approve", &id(&asked)])?.ok()?;
    let decision = controller.wait_executed(PREDICTIVE, DATA, 1)?;
    ensure!(decision["decision"] == "queue" && decision["outcome"] == "success", "{decision:#}");
    is_cleaned(&data)
}

/// A filesystem that is used to 80 %, more than half of it by what may go.
fn growing() -> Result<(Lab, Disk)> {
    let lab = Lab::start()?;
    let data = lab.mount("data", Filesystem::Tmpfs, 100)?;
    data.write("junk/old.bin", 45)?;
    data.write("films/one.bin", 35)?;
    lab.write("data.yaml", &cleaned(data.text(), &files_below(&format!("{}/junk", data.text()))))?;
    Ok((lab, data))
}

fn forecast(controller: &Controller) -> Result<Value> {
    let listing = controller.json(&["forecast"])?;
    list(&listing, "forecasts")?.pop().context("a forecast")
}

/// Every way of asking says how many days are left.
fn is_told(controller: &Controller) -> Result<()> {
    let ahead = forecast(controller)?;
    let days = ahead["days_left"].as_f64().context("days left")?;
    // 5 MiB are left until `act`, of which 1 goes each day.
    ensure!((4.5..5.6).contains(&days), "{ahead:#}");
    let interval = list(&ahead, "days_left_interval")?;
    let interval: Vec<f64> = interval.iter().filter_map(Value::as_f64).collect();
    ensure!(interval.len() == 2 && interval[0] <= days && days <= interval[1], "{ahead:#}");
    ensure!(ahead["past_error_ratio"].is_number(), "{ahead:#}");
    let page = controller.cli(&["forecast"])?.ok()?;
    ensure!(page.contains("1 MiB") && page.contains(&days.to_string()), "{page}");
    ensure!(list(&controller.api("forecast")?, "forecasts")?.len() == 1);
    let seconds = controller.metric("podsteward_disk_forecast_seconds")?;
    ensure!((390_000.0..490_000.0).contains(&seconds), "{seconds} s");
    Ok(())
}

fn is_cleaned(data: &Disk) -> Result<()> {
    ensure!(data.level()? < 40 && data.path().join("films/one.bin").exists(), "{} %", data.level()?);
    Ok(())
}
