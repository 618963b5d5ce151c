//! A file that stops parsing keeps its last good objects in force.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, wait_for};

#[test]
fn a_broken_file_removes_nothing_also_over_a_restart_and_the_rest_goes_on() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    lab.write_container("app", "")?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;

    lab.write("web.yaml", "apiVersion: podsteward.dev/v1alpha1\nkind: [Container\n")?;
    wait_for("ManifestValid to be False", PATIENCE, || {
        let object = controller.object("container/web")?;
        Ok(object
            .and_then(|object| object.condition("ManifestValid"))
            .filter(|text| text.starts_with("False/")))
    })?;
    lab.stays_untouched()?;
    controller.stop()?;
    let controller = lab.controller().start()?;
    lab.stays_untouched()?;
    let old = lab.container("web")?;
    old.kill()?;
    lab.wait_restarted("web", &old, PATIENCE)?;

    lab.write_container("app", "env: [{name: A, value: new}]")?;
    lab.wait_env("app", "A", "new")?;

    let validated = controller.cli(&["validate"])?;
    ensure!(validated.code == Some(1), "{validated:?}");
    ensure!(format!("{}{}", validated.stdout, validated.stderr).contains("web.yaml:"), "{validated:?}");
    Ok(())
}
