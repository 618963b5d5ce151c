//! A container that nears the limit of its memory: it is told, and restarted only where its manifest allows that.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::channel;
use podsteward_e2e::receiver::Receiver;
use podsteward_e2e::wait::{PATIENCE, wait_for, wait_until};

const ACTION: &str = "resource-pressure";
const PORT: u16 = 9931;
/// What is found has lasted for a minute.
const HELD: Duration = Duration::from_mins(2);
/// A container that may have 100 MiB, and can fill them: what lies in its shared memory is its own until it ends.
const LIMITED: &str = "resources: {limits: {memory: 100Mi}}\nshmSize: 128Mi";

#[test]
fn one_that_nears_its_limit_is_restarted_and_verified_where_its_manifest_allows_and_else_only_told()
-> Result<()> {
    let lab = Lab::start()?;
    let receiver = Receiver::listen(PORT)?;
    lab.write("ops.yaml", &channel("ops", &format!("type: webhook\nurl: http://127.0.0.1:{PORT}/hook")))?;
    lab.write_container("web", &format!("{LIMITED}\nremediation: {{autoRestart: true}}"))?;
    lab.write_container("db", LIMITED)?;
    let controller = lab.controller().start()?;
    controller.wait_converged(3)?;
    if lab.container("web")?.json["HostConfig"]["Memory"].as_i64() == Some(0) {
        // On version 1 of control groups an ordinary user's containers have no limits.
        return Ok(());
    }
    let (web, db) = (lab.container("web")?, lab.container("db")?);
    for name in ["web", "db"] {
        lab.exec(name, &["dd", "if=/dev/zero", "of=/dev/shm/full", "bs=1M", "count=94"])?;
    }

    let message = wait_found(&controller, "container/web")?;
    ensure!(message.contains("of the 100 MiB of memory that it may have"), "{message}");
    let decision = controller.wait_executed(ACTION, "container/web", 1)?;
    ensure!(decision["decision"] == "notify-execute" && decision["risk"] == "medium", "{decision:#}");
    ensure!(decision["confidence"] == 0.85 && decision["outcome"] == "success", "{decision:#}");
    let report = decision["verification"]["report"].to_string();
    ensure!(report.contains("it uses less memory than before: yes"), "{report}");
    ensure!(lab.container("web")?.pid != web.pid);
    wait_until("it to be over", PATIENCE, &false, || is_found(&controller, "container/web"))?;

    wait_found(&controller, "container/db")?;
    let withheld = controller.wait_withheld(ACTION, "container/db", "override")?;
    ensure!(withheld["outcome"] == "withheld", "{withheld:#}");
    let why = controller.cli(&["why", "container/db"])?.ok()?;
    ensure!(why.contains("its manifest does not allow a restart (remediation.autoRestart: true)"), "{why}");
    let told = || {
        let taken = receiver.taken();
        let told = taken.iter().find(|body| body["object"] == "container/db");
        Ok(told.map(|body| body["title"].to_string()))
    };
    let title = wait_for("somebody to be told", PATIENCE, told)?;
    ensure!(title.contains("memory_pressure"), "{title}");
    ensure!(lab.container("db")?.pid == db.pid && lab.starts("db")? == 1);
    Ok(())
}

fn is_found(controller: &Controller, target: &str) -> Result<bool> {
    let findings = controller.findings()?;
    Ok(findings.iter().any(|it| it["finding"] == "memory_pressure" && it["target"] == target))
}

/// Waits until a container is found to be short of memory, and answers with what is said of it.
fn wait_found(controller: &Controller, target: &str) -> Result<String> {
    wait_until(&format!("memory_pressure of {target}"), HELD, &true, || is_found(controller, target))?;
    let found = controller.wait_finding("memory_pressure", target)?;
    Ok(found["message"].as_str().context("a finding says something")?.to_owned())
}
