//! Taking over a container that podsteward did not make.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::IMAGE;
use podsteward_e2e::remediation::id;
use podsteward_e2e::wait::PATIENCE;

#[test]
fn a_container_of_that_name_is_never_touched_without_adopt() -> Result<()> {
    let lab = Lab::start()?;
    let old = made_by_hand(&lab)?;
    lab.write_container("web", "env: [{name: A, value: other}]")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "FOREIGN")?;
    lab.stays_untouched()?;
    old.kill()?;
    lab.stays_untouched()
}

#[test]
fn adoption_changes_nothing_by_itself_and_heals_from_then_on() -> Result<()> {
    let lab = Lab::start()?;
    let old = made_by_hand(&lab)?;
    lab.write_container("web", "adopt: true")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    ensure!(lab.requests().writes().is_empty(), "wrote {:?}", lab.requests().writes());
    old.kill()?;
    let new = lab.wait_restarted("web", &old, PATIENCE)?;
    ensure!(new.id == old.id, "a start needs no new container");
    Ok(())
}

#[test]
fn the_first_recreate_lists_what_would_be_lost_and_waits_for_a_person() -> Result<()> {
    let lab = Lab::start()?;
    let old = made_by_hand(&lab)?;
    lab.exec("web", &["sh", "-c", "echo precious >/etc/precious"])?;
    let differs = "adopt: true\nenv: [{name: A, value: new}]";
    lab.write_container("web", differs)?;
    let controller = lab.controller().start()?;
    let approval = controller.wait_asked("drift-reconciliation", "container/web")?;
    let loses = approval["loses"].to_string();
    ensure!(loses.contains("/etc/precious"), "{approval:#}");
    ensure!(approval["diffs"].to_string().contains("spec.env"), "{approval:#}");
    let adoption = controller.wait_executed("apply", "container/web", 1)?;
    ensure!(adoption["outcome"] == "success", "it is taken note of: {adoption:#}");
    lab.stays_untouched()?;
    ensure!(lab.container("web")?.pid == old.pid);

    controller.cli(&["approve", &id(&approval)])?.ok()?;
    lab.wait_env("web", "A", "new")?;
    controller.wait_state("container/web", "MATCH")?;
    // From now on it is like any other.
    lab.write_container("web", &differs.replace("new", "newer"))?;
    lab.wait_env("web", "A", "newer")?;
    Ok(())
}

#[test]
fn a_container_of_a_systemd_unit_is_refused() -> Result<()> {
    let lab = Lab::start()?;
    let label = "PODMAN_SYSTEMD_UNIT=web.service";
    lab.podman(&["run", "--detach", "--name", "web", "--label", label, IMAGE, "sleep", "inf"])?.ok()?;
    lab.write_container("web", "adopt: true")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "FOREIGN")?;
    lab.stays_untouched()
}

fn made_by_hand(lab: &Lab) -> Result<podsteward_e2e::lab::Live> {
    // As the manifest has it: `command` is the entry point.
    let entrypoint = r#"["sleep", "inf"]"#;
    lab.podman(&["run", "--detach", "--name", "web", "--entrypoint", entrypoint, IMAGE])?.ok()?;
    lab.wait_running("web")
}
