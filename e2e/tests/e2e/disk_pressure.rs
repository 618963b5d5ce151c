//! A filesystem that is too full: told while it is, whatever it is short of, and cleaned where something may go.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::disk::{Disk, Filesystem};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{channel, cleaned, files_below};
use podsteward_e2e::receiver::Receiver;
use podsteward_e2e::remediation::LONG_PATIENCE;
use podsteward_e2e::wait::{stays, wait_for, wait_until};
use serde_json::Value;

const DATA: &str = "disk/data";
const CLEANUP: &str = "disk-cleanup";
const PRESSED: &str = "True/OverThreshold";
const RELIEVED: &str = "False/BelowThreshold";

#[test]
fn where_everything_is_protected_nothing_is_touched_and_somebody_is_told_what_takes_most() -> Result<()> {
    let lab = Lab::start()?;
    let receiver = Receiver::listen(9930)?;
    lab.write("phone.yaml", &channel("phone", "type: webhook\nurl: http://127.0.0.1:9930/hook"))?;
    lab.write_container("web", "")?;
    let data = lab.mount("data", Filesystem::Tmpfs, 64)?;
    data.write("junk/young.tmp", 1)?;
    let files = data.fill("films", 90)?;
    let steps = format!(
        "- deleteFiles: {{root: {0}/junk, glob: '*.tmp', olderThan: 1h}}\n\
         - deleteFiles: {{root: {0}/films, glob: '*.tmp', olderThan: 0s}}",
        data.text()
    );
    let controller = watches(&lab, &data, &steps)?;
    lab.requests().forget();
    let finding = controller.wait_finding("cleanup_ineffective", DATA)?;
    let told = format!("{}/films", data.text());
    ensure!(finding.to_string().contains(&told), "{finding:#}");
    let object = controller.json(&["get", "disk", "data"])?;
    let condition = condition(&object, "DiskPressure").context("the condition")?;
    ensure!(condition["status"] == "True", "{condition:#}");
    let since = condition["lastTransitionTime"].as_str().unwrap_or_default();
    ensure!(since.starts_with("20"), "{condition:#}");

    let heard = wait_for("the notification", LONG_PATIENCE, || {
        Ok(receiver
            .taken()
            .into_iter()
            .find(|body| body["object"] == DATA && body.to_string().contains(&told)))
    });
    heard.with_context(|| format!("heard {:#?}", receiver.taken()))?;
    lab.stays_untouched()?;
    ensure!(fs::read_dir(data.path().join("films"))?.count() == files);
    ensure!(data.path().join("junk/young.tmp").exists());
    ensure!(controller.executed(CLEANUP, DATA)?.is_empty());
    Ok(())
}

#[test]
fn a_level_that_falls_by_itself_does_not_flap() -> Result<()> {
    let lab = Lab::start()?;
    let data = lab.mount("data", Filesystem::Tmpfs, 100)?;
    data.fill("films", 86)?;
    let controller = watches(&lab, &data, &junk(&data))?;
    controller.wait_condition(DATA, "DiskPressure", PRESSED)?;
    for film in 0..3 {
        fs::remove_file(data.path().join(format!("films/{film}.bin")))?;
    }
    let below = || Ok(controller.metric("podsteward_disk_used_ratio")? < 0.85);
    wait_until("it to be seen below act", LONG_PATIENCE, &true, below)?;
    let pressed = || Ok(controller.object(DATA)?.and_then(|object| object.condition("DiskPressure")));
    stays("it", Duration::from_secs(8), &Some(PRESSED.to_owned()), pressed)?;
    fs::remove_dir_all(data.path().join("films"))?;
    controller.wait_condition(DATA, "DiskPressure", RELIEVED)?;
    Ok(())
}

#[test]
fn a_btrfs_without_room_for_its_own_records_is_cleaned_while_it_has_space() -> Result<()> {
    let lab = Lab::start()?;
    let data = lab.mount("data", Filesystem::Btrfs, 256)?;
    let controller = watches(&lab, &data, &junk(&data))?;
    // All of the space is given to data, and half of it is free again: what is left of it is of no use to the records.
    data.fill_up("keep");
    for entry in fs::read_dir(data.path().join("keep"))?.step_by(2) {
        fs::remove_file(entry?.path())?;
    }
    tiny_files_until(&data, 200_000, || pressed(&controller, "MetadataPressure"))?;
    ensure!(controller.metric("podsteward_disk_metadata_used_ratio")? > 0.7);
    ensure!(data.level()? < 70, "{} % of its space is used", data.level()?);
    let decision = controller.wait_executed(CLEANUP, DATA, 1)?;
    ensure!(decision["outcome"] == "success", "{decision:#}");
    ensure!(decision.to_string().contains("metadata"), "{decision:#}");
    controller.wait_condition(DATA, "MetadataPressure", RELIEVED)?;
    data.write("keep/again", 1)?;
    Ok(())
}

#[test]
fn an_ext4_without_inodes_is_cleaned_while_it_has_space() -> Result<()> {
    let lab = Lab::start()?;
    let data = lab.mount("data", Filesystem::Ext4WithInodes(512), 32)?;
    data.write("junk/notes.txt", 1)?;
    let controller = watches(&lab, &data, &junk(&data))?;
    tiny_files_until(&data, 450, || Ok(false))?;
    let decision = controller.wait_executed(CLEANUP, DATA, 1)?;
    ensure!(decision["trigger"] == "inode_pressure" && decision["outcome"] == "success", "{decision:#}");
    controller.wait_condition(DATA, "InodePressure", RELIEVED)?;
    ensure!(data.path().join("junk/notes.txt").exists(), "the notes stay");
    Ok(())
}

#[test]
fn a_filesystem_that_goes_away_is_unknown_until_it_is_back() -> Result<()> {
    let lab = Lab::start()?;
    let data = lab.mount("data", Filesystem::Ext4, 64)?;
    let controller = watches(&lab, &data, &junk(&data))?;
    controller.wait_condition(DATA, "DiskPressure", RELIEVED)?;
    data.unmount()?;
    // What lies where it was mounted is another filesystem's.
    let other = data.write("junk/other.bin", 1)?;
    controller.wait_finding("source_unknown", DATA)?;
    controller.wait_state(DATA, "UNKNOWN")?;
    controller.wait_condition(DATA, "DiskPressure", "Unknown/NotKnown")?;
    ensure!(other.exists() && controller.executed(CLEANUP, DATA)?.is_empty());
    let other = controller.metrics()?;
    ensure!(!other.contains("podsteward_disk_used_ratio{"), "{other}");

    // Who begins to look only now knows what was mounted.
    controller.kill()?;
    let checked = lab.cli(&["check", "-o", "json"])?.ok()?;
    ensure!(checked.contains("nothing is mounted at"), "{checked}");
    let controller = lab.controller().start()?;
    controller.wait_state(DATA, "UNKNOWN")?;
    let used = || Ok(controller.metrics()?.contains("podsteward_disk_used_ratio{"));
    stays("measured", Duration::from_secs(2), &false, used)?;

    data.mount_again()?;
    controller.wait_condition(DATA, "DiskPressure", RELIEVED)?;
    data.fill("junk", 90)?;
    let decision = controller.wait_executed(CLEANUP, DATA, 1)?;
    ensure!(decision["outcome"] == "success", "{decision:#}");
    Ok(())
}

fn watches(lab: &Lab, data: &Disk, cleanup: &str) -> Result<Controller> {
    lab.write("data.yaml", &cleaned(data.text(), cleanup))?;
    let controller = lab.controller().start()?;
    wait_for("the policy to be known", LONG_PATIENCE, || controller.object(DATA))?;
    Ok(controller)
}

/// The step that gives up every file of junk.
fn junk(data: &Disk) -> String {
    files_below(&format!("{}/junk", data.text()))
}

/// Writes files that are small enough to lie in the records themselves.
fn tiny_files_until(data: &Disk, max: usize, over: impl Fn() -> Result<bool>) -> Result<()> {
    let junk = data.path().join("junk");
    fs::create_dir_all(&junk)?;
    for number in 0..max {
        fs::write(junk.join(format!("{number}.bin")), [0x5a; 2000])?;
        if number % 200 == 0 {
            rustix::fs::syncfs(fs::File::open(&junk)?)?;
            if over()? {
                break;
            }
        }
    }
    Ok(())
}

fn pressed(controller: &Controller, kind: &str) -> Result<bool> {
    let object = controller.object(DATA)?;
    Ok(object.and_then(|object| object.condition(kind)).is_some_and(|it| it.starts_with("True")))
}

fn condition(listing: &Value, kind: &str) -> Option<Value> {
    let conditions = listing["objects"][0]["conditions"].as_array()?;
    conditions.iter().find(|condition| condition["type"] == kind).cloned()
}
