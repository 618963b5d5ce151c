//! What a container waits for before it is started.

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::wait::{PATIENCE, wait_until};

#[test]
fn healthy_waits_for_the_first_success_of_the_healthcheck() -> Result<()> {
    let lab = Lab::start()?;
    let check = "healthcheck: {command: [test, -e, /ready], interval: 1s, timeout: 1s, retries: 100}";
    lab.write_container("db", check)?;
    lab.write_container("app", "dependsOn: [{name: db, condition: healthy}]")?;
    let _controller = lab.controller().start()?;
    lab.wait_running("db")?;
    lab.stays_without("app")?;
    lab.podman(&["exec", "db", "touch", "/ready"])?.ok()?;
    lab.wait_running("app")?;
    Ok(())
}

#[test]
fn completed_waits_for_an_end_with_zero() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("migrate", "command: [sh, -c, \"sleep 2\"]\nrestartPolicy: Never")?;
    lab.write_container("app", "dependsOn: [{name: migrate, condition: completed}]")?;
    let controller = lab.controller().start()?;
    lab.wait_running("migrate")?;
    ensure!(!lab.inspect("app")?.is_some_and(|live| live.runs()), "started too early");
    lab.wait_running("app")?;
    ensure!(!lab.container("migrate")?.runs(), "started before the end");
    controller.wait_state("container/migrate", "COMPLETED")?;
    Ok(())
}

#[test]
fn restart_true_follows_the_restart_of_the_other_one() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("db", "")?;
    lab.write_container("follower", "dependsOn: [{name: db, condition: started, restart: true}]")?;
    lab.write_container("other", "dependsOn: [{name: db, condition: started}]")?;
    let controller = lab.controller().start()?;
    controller.wait_converged(3)?;
    let (db, follower, other) = (lab.container("db")?, lab.container("follower")?, lab.container("other")?);
    db.kill()?;
    lab.wait_restarted("db", &db, PATIENCE)?;
    lab.wait_restarted("follower", &follower, PATIENCE)?;
    let pid = || Ok(lab.container("other")?.pid);
    wait_until("the other one to be untouched", PATIENCE, &other.pid, pid)
}
