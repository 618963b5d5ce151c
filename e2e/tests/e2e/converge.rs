//! From manifests to running containers.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{container, file, network, volume};

#[test]
fn networks_volumes_and_containers_come_up_and_match() -> Result<()> {
    let lab = Lab::start()?;
    let db =
        container("db", "networks: [{name: back}]\nmounts: [{type: volume, source: data, target: /data}]");
    lab.write("all.yaml", &file(&[network("back", ""), volume("data", ""), db]))?;
    let controller = lab.controller().start()?;
    controller.wait_converged(3)?;

    let live = lab.container("db")?;
    ensure!(live.runs());
    ensure!(live.networks() == ["back"], "attached to {:?}", live.networks());
    let labels = &live.json["Config"]["Labels"];
    ensure!(labels["dev.podsteward/object"] == "container/db", "labels {labels}");
    ensure!(labels["dev.podsteward/instance"] == "default", "labels {labels}");
    controller.stop()?;
    ensure!(lab.container("db")?.pid == live.pid, "a controller that ends stops nothing");
    Ok(())
}

#[test]
fn run_once_converges_prints_a_summary_and_ends() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let output = lab.cli(&["run", "--once", "--timeout", "30s", "--listen", "127.0.0.1:9920"])?;
    ensure!(output.code == Some(0), "{output:?}");
    ensure!(lab.container("web")?.runs());
    Ok(())
}
