//! A cleanup that is cut short: by a pause between two of its sections, and by a death before or after any of its steps.

use std::fs;

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::disk::{Disk, Filesystem};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{IMAGE, cleaned, disk, files_below};
use podsteward_e2e::remediation::LONG_PATIENCE;
use podsteward_e2e::wait::{wait_for, wait_until};

const DATA: &str = "disk/data";
const CLEANUP: &str = "disk-cleanup";

#[test]
fn a_pause_during_a_cleanup_lets_the_begun_section_end_and_nothing_more_begin() -> Result<()> {
    let (lab, data) = Lab::start_on(Filesystem::Ext4, 192)?;
    for number in 0..12 {
        let name = format!("job-{number}");
        lab.podman(&["run", "--name", &name, "--label", "job=nightly", IMAGE, "true"])?.ok()?;
    }
    let thresholds = "thresholds: {warn: 5, act: 10, target: 1}";
    let containers = "- pruneContainers: {exitedFor: 0s, labels: {job: nightly}}";
    let files = files_below(&format!("{}/junk", data.text()));
    let spec = format!("path: {}\n{thresholds}\ncleanup:\n{containers}\n{files}", data.text());
    lab.write("data.yaml", &disk("data", &spec))?;
    data.write("junk/first.bin", 60)?;
    let controller = lab.controller().start()?;
    let left = || -> Result<usize> { Ok(lab.containers()?.len()) };
    let begun = || Ok((left()? < 12).then_some(()));
    wait_for("the first container to go", LONG_PATIENCE, begun)?;
    controller.cli(&["pause"])?.ok()?;
    ensure!(left()? > 0, "it was too fast to be paused");

    let decision = controller.wait_executed(CLEANUP, DATA, 1)?;
    ensure!(left()? == 0, "the begun section did not end: {decision:#}");
    lab.stays_untouched()?;
    ensure!(data.path().join("junk/first.bin").exists(), "another section was begun: {decision:#}");
    Ok(())
}

#[test]
fn a_cleanup_is_closed_and_the_disk_cleaned_when_the_controller_dies_at_any_step() -> Result<()> {
    let (lab, data) = Lab::start_on(Filesystem::Ext4, 96)?;
    lab.write_policy("cooldowns: {disk-cleanup: 0s}\nbreaker: {failures: 100}")?;
    let containers = "- pruneContainers: {exitedFor: 0s, labels: {job: nightly}}";
    let files = files_below(&format!("{}/junk", data.text()));
    lab.write("data.yaml", &cleaned(data.text(), &format!("{containers}\n{files}")))?;
    lab.write_container("web", "")?;
    let kept = data.write("kept/mine.bin", 1)?;
    let controller = lab.controller().start()?;
    controller.wait_converged(3)?;
    controller.stop()?;
    for at in
        ["before:remove-container", "after:remove-container", "before:delete-files", "after:delete-files"]
    {
        lab.podman(&["run", "--name", "job", "--label", "job=nightly", IMAGE, "true"])?.ok()?;
        data.fill("junk", 97)?;
        let mut doomed = lab.controller().env("PODSTEWARD_CRASH_AT", at).spawn()?;
        let code = doomed.wait_end().with_context(|| format!("it was to die {at}"))?;
        ensure!(code.is_none(), "{at}: it ended with {code:?} instead of dying");
        let controller = lab.controller().start()?;
        settles(&controller, &data).context(at)?;
        // No more went than had to.
        fs::remove_dir_all(data.path().join("junk"))?;
        ensure!(kept.exists() && lab.containers()? == ["web"], "{at}: {:?}", lab.containers()?);
        controller.stop()?;
    }
    ensure!(lab.starts("web")? == 1);
    Ok(())
}

/// It is below its target, and every decision that was carried out has an outcome.
fn settles(controller: &Controller, data: &Disk) -> Result<()> {
    let settled = || {
        let decisions = controller.executed(CLEANUP, DATA)?;
        let ended = decisions.iter().all(|decision| !decision["outcome"].is_null());
        Ok(ended && !decisions.is_empty() && data.level()? < 70)
    };
    wait_until("it to settle", LONG_PATIENCE, &true, settled).map_err(|error| {
        error.context(format!("{:#?}", controller.executed(CLEANUP, DATA).unwrap_or_default()))
    })
}
