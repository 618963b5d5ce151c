//! A restart of the controller with nothing to do does nothing.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{container, file, network, volume};

#[test]
fn a_restart_on_a_host_that_matches_writes_nothing() -> Result<()> {
    let lab = Lab::start()?;
    let db = "networks: [{name: back}]\nmounts: [{type: volume, source: data, target: /data}]
healthcheck: {command: [\"true\"], interval: 1s}\nresources: {limits: {memory: 64Mi, pids: 50}}
securityContext: {noNewPrivileges: true, capabilities: {drop: [NET_RAW]}}\nulimits: [{name: nofile, soft: 512, hard: 512}]";
    let documents = [network("back", "internal: true"), volume("data", ""), container("db", db)];
    lab.write("all.yaml", &file(&documents))?;
    lab.write_container(
        "web",
        "dependsOn: [{name: db, condition: healthy}]\nstopSignal: SIGTERM\ninit: true",
    )?;
    let controller = lab.controller().start()?;
    controller.wait_converged(4)?;
    let (db, web) = (lab.container("db")?, lab.container("web")?);
    controller.stop()?;
    lab.requests().forget();
    let controller = lab.controller().start()?;
    controller.wait_converged(4)?;
    ensure!(lab.requests().writes().is_empty(), "wrote {:?}", lab.requests().writes());
    lab.stays_untouched()?;
    ensure!(lab.container("db")?.pid == db.pid && lab.container("web")?.pid == web.pid);
    Ok(())
}

#[test]
fn a_killed_controller_returns_and_writes_nothing() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    controller.kill()?;
    let controller = lab.controller().start()?;
    controller.wait_converged(1)?;
    lab.stays_untouched()
}
