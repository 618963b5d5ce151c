//! A deleted document removes its object, late and carefully; an accident removes nothing.

use std::fs;
use std::time::Duration;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::remediation::id;
use podsteward_e2e::wait::stays;

#[test]
fn a_deleted_file_removes_its_container_after_ten_seconds() -> Result<()> {
    let (lab, controller) = several(2)?;
    lab.delete("web1.yaml")?;
    stays("running", Duration::from_secs(8), &true, || Ok(lab.container("web1")?.runs()))?;
    lab.wait_gone("web1")?;
    ensure!(lab.container("web2")?.runs());
    controller.wait_converged(1)
}

#[test]
fn a_deletion_taken_back_in_time_removes_nothing() -> Result<()> {
    let (lab, _controller) = several(2)?;
    lab.delete("web1.yaml")?;
    stays("running", Duration::from_secs(4), &true, || Ok(lab.container("web1")?.runs()))?;
    lab.write_container("web1", "")?;
    lab.stays_untouched()
}

#[test]
fn a_mass_deletion_waits_for_a_person() -> Result<()> {
    let (lab, controller) = several(6)?;
    for number in 1..=4 {
        lab.delete(&format!("web{number}.yaml"))?;
    }
    lab.stays_untouched()?;
    ensure!(lab.containers()?.len() == 6);
    for number in 1..=4 {
        let approval = controller.wait_asked("apply", &format!("container/web{number}"))?;
        ensure!(approval["trigger"] == "mass_deletion", "{approval:#}");
        controller.cli(&["approve", &id(&approval)])?.ok()?;
        lab.wait_gone(&format!("web{number}"))?;
    }
    lab.stays_untouched()?;
    ensure!(lab.containers()? == ["web5", "web6"]);
    Ok(())
}

#[test]
fn an_emptied_directory_removes_nothing() -> Result<()> {
    let (lab, controller) = several(2)?;
    lab.delete("web1.yaml")?;
    lab.delete("web2.yaml")?;
    lab.stays_untouched()?;
    // What was last declared stays in force, over a restart as well.
    controller.stop()?;
    let _controller = lab.controller().start()?;
    let old = lab.container("web1")?;
    old.kill()?;
    lab.wait_restarted("web1", &old, Duration::from_secs(10))?;
    Ok(())
}

#[test]
fn a_directory_that_is_not_there_removes_nothing() -> Result<()> {
    let (lab, _controller) = several(2)?;
    let aside = lab.dir().join("aside");
    fs::rename(lab.manifests(), &aside)?;
    lab.stays_untouched()?;
    fs::rename(aside, lab.manifests())?;
    lab.stays_untouched()
}

fn several(count: usize) -> Result<(Lab, Controller)> {
    let lab = Lab::start()?;
    for number in 1..=count {
        lab.write_container(&format!("web{number}"), "")?;
    }
    let controller = lab.controller().start()?;
    controller.wait_converged(count)?;
    Ok((lab, controller))
}
