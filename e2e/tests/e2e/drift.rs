//! What a hand changed on the live container is set right, in place where Podman keeps it.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{container, file, network};
use podsteward_e2e::wait::{PATIENCE, wait_until};

const MIB: i64 = 1024 * 1024;

#[test]
fn a_live_update_of_a_limit_is_taken_back_in_place() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "resources: {limits: {memory: 64Mi}}")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    let old = lab.container("web")?;
    if memory(&lab)? == 0 {
        // Control groups v1 give an ordinary user no limits: there is nothing to set right, again and again.
        return lab.stays_untouched();
    }
    lab.podman(&["update", "--memory", "96m", "web"])?.ok()?;
    if lab.is_podman_5() {
        ensure!(memory(&lab)? == 96 * MIB);
        wait_until("the limit to be set right", PATIENCE, &(64 * MIB), || memory(&lab))?;
        ensure!(lab.container("web")?.pid == old.pid, "a limit needs no new process");
    } else {
        // Podman 4.3 changes the control group and forgets the limit: what it says stays as declared.
        lab.stays_untouched()?;
    }
    controller.wait_state("container/web", "MATCH")?;
    Ok(())
}

#[test]
fn a_disconnected_network_is_connected_again_in_place() -> Result<()> {
    let lab = Lab::start()?;
    let web = container("web", "networks: [{name: front}, {name: back}]");
    lab.write("all.yaml", &file(&[network("front", ""), network("back", ""), web]))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(3)?;
    let old = lab.container("web")?;
    lab.podman(&["network", "disconnect", "back", "web"])?.ok()?;
    let both = vec!["back".to_owned(), "front".to_owned()];
    wait_until("both networks", PATIENCE, &both, || Ok(lab.container("web")?.networks()))?;
    ensure!(lab.container("web")?.pid == old.pid, "a network needs no new process");
    controller.wait_converged(3)
}

fn memory(lab: &Lab) -> Result<i64> {
    Ok(lab.container("web")?.json["HostConfig"]["Memory"].as_i64().unwrap_or_default())
}
