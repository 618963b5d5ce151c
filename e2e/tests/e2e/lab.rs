//! The lab itself: what the other scenarios rely on, without podsteward.

use anyhow::{Result, ensure};
use podsteward_e2e::http;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::IMAGE;
use podsteward_e2e::wait::{PATIENCE, wait_until};

#[test]
fn the_proxy_tells_reads_from_writes() -> Result<()> {
    let lab = Lab::start()?;
    lab.podman(&["run", "--detach", "--name", "one", IMAGE])?.ok()?;
    let proxy = lab.dir().join("proxy.sock");
    ensure!(http::over_unix(&proxy, "GET", "/v4.0.0/libpod/containers/one/json")?.status == 200);
    ensure!(lab.requests().writes().is_empty());
    let write = "/v4.0.0/libpod/containers/one/rename?name=two";
    ensure!(http::over_unix(&proxy, "POST", write)?.status == 204);
    ensure!(lab.requests().writes() == [format!("POST {write}")]);
    ensure!(lab.requests().all().len() == 2);
    Ok(())
}

#[test]
fn a_process_killed_with_its_monitor_still_runs_by_podmans_word() -> Result<()> {
    let lab = Lab::start()?;
    lab.podman(&["run", "--detach", "--name", "one", IMAGE])?.ok()?;
    let live = lab.wait_running("one")?;
    live.kill_with_monitor()?;
    let process = format!("/proc/{}/root", live.pid);
    wait_until("the process to be gone", PATIENCE, &false, || Ok(std::fs::exists(&process)?))?;
    ensure!(lab.container("one")?.status == "running");
    Ok(())
}
