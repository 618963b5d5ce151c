//! The state directory on a full disk: podsteward goes on, cleans that very disk, and loses no record.

use std::fs;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::disk::{Disk, Filesystem};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{cleaned, files_below};
use podsteward_e2e::process;
use podsteward_e2e::wait::PATIENCE;

const DATA: &str = "disk/data";
const CLEANUP: &str = "disk-cleanup";

#[test]
fn a_full_tmpfs_that_holds_the_state_is_cleaned_and_that_is_logged() -> Result<()> {
    is_cleaned(Filesystem::Tmpfs, 64)
}

#[test]
fn a_full_btrfs_that_holds_the_state_is_cleaned_and_that_is_logged() -> Result<()> {
    is_cleaned(Filesystem::Btrfs, 192)
}

#[test]
fn a_state_directory_that_is_full_for_good_loses_no_record_and_goes_on_as_soon_as_there_is_room() -> Result<()>
{
    let (lab, data, controller) = with_state_on(Filesystem::Tmpfs, 48, "films")?;
    data.fill_up("films");
    goes_on(&lab, &controller)?;
    // What was given up for that is eaten, too: nothing can be written down, so nothing is begun.
    data.fill_up("films/more");
    answers(&controller)?;
    let old = lab.container("web")?;
    old.kill()?;
    answers(&controller)?;
    fs::remove_dir_all(data.path().join("films"))?;
    lab.wait_restarted("web", &old, PATIENCE)?;
    controller.stop()?;
    is_whole(&data)
}

fn is_cleaned(filesystem: Filesystem, mib: usize) -> Result<()> {
    let (lab, data, controller) = with_state_on(filesystem, mib, "junk")?;
    controller.cli(&["pause", DATA, "--reason", "let it fill"])?.ok()?;
    data.fill_up("junk");
    goes_on(&lab, &controller)?;
    controller.cli(&["resume", DATA])?.ok()?;
    let decision = controller.wait_executed(CLEANUP, DATA, 1)?;
    ensure!(decision["outcome"] == "success", "{decision:#}");
    ensure!(decision["details"].to_string().contains("freed"), "{decision:#}");
    // What was given up for the cleanup is kept again.
    ensure!(data.level()? < 85, "{} %", data.level()?);
    goes_on(&lab, &controller)?;
    controller.stop()?;
    is_whole(&data)
}

/// The state directory lies on a filesystem of its own, of which `directory` is watched.
fn with_state_on(filesystem: Filesystem, mib: usize, directory: &str) -> Result<(Lab, Disk, Controller)> {
    let lab = Lab::start()?;
    let data = lab.mount("state", filesystem, mib)?;
    lab.write_container("web", "")?;
    let steps = files_below(&format!("{}/junk", data.text()));
    fs::create_dir_all(data.path().join(directory))?;
    lab.write("data.yaml", &cleaned(data.text(), &steps))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    Ok((lab, data, controller))
}

/// What is declared is done, and everything is answered.
fn goes_on(lab: &Lab, controller: &Controller) -> Result<()> {
    let old = lab.container("web")?;
    old.kill()?;
    lab.wait_restarted("web", &old, PATIENCE)?;
    answers(controller)
}

fn answers(controller: &Controller) -> Result<()> {
    for command in [&["status"][..], &["why", DATA], &["decisions"], &["get"], &["forecast"]] {
        let answer = controller.cli(command)?;
        ensure!(answer.code == Some(0), "{command:?}: {answer:?}");
    }
    ensure!(controller.http("/healthz")?.status == 200, "it is not healthy");
    Ok(())
}

/// No record is torn.
fn is_whole(data: &Disk) -> Result<()> {
    let mut sqlite = process::command("sqlite3");
    sqlite.arg("-batch").arg(data.path().join("default/podsteward.db")).arg("PRAGMA integrity_check");
    let checked = process::run(&mut sqlite)?.ok()?;
    ensure!(checked.trim() == "ok", "{checked}");
    Ok(())
}
