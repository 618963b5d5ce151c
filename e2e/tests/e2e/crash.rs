//! A controller killed before and after every step of a remediation: finished or taken back, and never done twice.

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{IMAGE, SICKLY};
use podsteward_e2e::remediation::{LONG_PATIENCE, id};
use podsteward_e2e::wait::{PATIENCE, wait_until};

const WEB: &str = "container/web";
const RESTART: &str = "service-restart";
const DRIFT: &str = "drift-reconciliation";
const ORPHAN: &str = "orphan-removal";

/// Failures of the harness's own making must open no breaker and spend no budget.
const PATIENT: &str = "cooldowns: {service-restart: 0s, drift-reconciliation: 0s}
thresholds: {autoExecute: 0.3, notifyExecute: 0.2, queue: 0.1}
breaker: {failures: 100}\nbudgets: {restartsPerHour: 100}";

#[test]
fn a_restart_is_finished_and_not_done_twice() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy(PATIENT)?;
    lab.write_container("web", SICKLY)?;
    let mut controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    for step in ["stop-container", "start-container"] {
        for side in ["before", "after"] {
            let at = format!("{side}:{step}");
            controller.stop()?;
            let starts = lab.starts("web")?;
            controller = dies_at(&lab, &at, || lab.fall_ill("web"))?;
            settles(&controller, RESTART).context(at.clone())?;
            ensure!(lab.starts("web")? == starts + 1, "{at}: {} starts", lab.starts("web")? - starts);
        }
    }
    Ok(())
}

#[test]
fn a_recreate_because_of_drift_is_finished_when_the_controller_dies_before_any_step() -> Result<()> {
    recreates("before")
}

#[test]
fn a_recreate_because_of_drift_is_finished_when_the_controller_dies_after_any_step() -> Result<()> {
    recreates("after")
}

fn recreates(side: &str) -> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy(PATIENT)?;
    lab.write_container("web", &format!("{SICKLY}\nenv: [{{name: A, value: declared}}]"))?;
    let mut controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    for step in
        ["stop-container", "rename-container", "create-container", "start-container", "remove-container"]
    {
        let at = format!("{side}:{step}");
        controller.stop()?;
        replace_by_hand(&lab, step)?;
        controller = dies_at(&lab, &at, || Ok(()))?;
        lab.wait_env("web", "A", "declared").context(at.clone())?;
        settles(&controller, DRIFT).context(at.clone())?;
        let alone = || Ok(lab.containers()? == ["web"]);
        wait_until("nothing else", PATIENCE, &true, alone).context(at)?;
    }
    Ok(())
}

#[test]
fn an_approved_removal_of_an_orphan_is_finished_or_asked_for_again() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    for at in
        ["before:stop-container", "after:stop-container", "before:remove-container", "after:remove-container"]
    {
        run_by_hand(&lab, "lost", &[IMAGE])?;
        let mut doomed = lab.controller().env("PODSTEWARD_CRASH_AT", at).start()?;
        let approval = doomed.wait_asked(ORPHAN, "container/lost")?;
        doomed.cli(&["approve", &id(&approval), "--no-wait"])?.ok()?;
        ensure!(doomed.wait_end()?.is_none(), "{at}: it was to die");
        let controller = lab.controller().start()?;
        if at == "before:stop-container" {
            // Nothing was touched, and the word was used.
            let again = controller.wait_asked(ORPHAN, "container/lost")?;
            ensure!(again["id"] != approval["id"] && lab.container("lost")?.runs(), "{again:#}");
            controller.cli(&["approve", &id(&again)])?.ok()?;
        }
        lab.wait_gone("lost").context(at)?;
        let executed = || controller.executed(ORPHAN, "container/lost");
        let ended = || Ok(executed()?.iter().all(|decision| !decision["outcome"].is_null()));
        wait_until("every decision to have an outcome", PATIENCE, &true, ended).context(at)?;
        controller.stop()?;
    }
    Ok(())
}

/// Lets a controller die there because of what `breaks`, and starts another one.
fn dies_at(lab: &Lab, at: &str, breaks: impl FnOnce() -> Result<()>) -> Result<Controller> {
    let mut doomed = lab.controller().env("PODSTEWARD_CRASH_AT", at).spawn()?;
    breaks()?;
    let code = doomed.wait_end().with_context(|| format!("it was to die {at}"))?;
    ensure!(code.is_none(), "{at}: it ended with {code:?} instead of dying");
    lab.controller().start()
}

/// It matches, is well, and every decision that was carried out has an outcome; the latest is no failure.
fn settles(controller: &Controller, action: &str) -> Result<()> {
    let settled = || {
        let object = controller.object(WEB)?;
        let decisions = controller.executed(action, WEB)?;
        let ended = decisions.iter().all(|decision| !decision["outcome"].is_null());
        let good = decisions.last().is_some_and(|it| it["outcome"] != "failure");
        let ill = controller.findings()?.iter().any(|finding| finding["target"] == WEB);
        Ok(object.is_some_and(|object| object.state == "MATCH") && ended && good && !ill)
    };
    wait_until("it to settle", LONG_PATIENCE, &true, settled).map_err(|error| {
        error.context(format!("{:#?}", controller.executed(action, WEB).unwrap_or_default()))
    })
}

/// Somebody makes the container anew with another environment, and keeps its labels. The very same drift again and
/// again would be given up.
fn replace_by_hand(lab: &Lab, value: &str) -> Result<()> {
    lab.podman(&["rm", "--force", "--time", "0", "web"])?.ok()?;
    let entrypoint = r#"["sh", "-c", "touch /tmp/well; exec sleep inf"]"#;
    let health = ["--health-cmd", r#"["test", "-e", "/tmp/well"]"#, "--health-interval", "1s"];
    let limits = ["--health-timeout", "10s", "--health-retries", "1", "--env", &format!("A={value}")];
    run_by_hand(lab, "web", &[&health[..], &limits[..], &["--entrypoint", entrypoint, IMAGE]].concat())
}

fn run_by_hand(lab: &Lab, name: &str, rest: &[&str]) -> Result<()> {
    let object = format!("dev.podsteward/object=container/{name}");
    let labels = ["--label", &object, "--label", "dev.podsteward/instance=default"];
    lab.podman(&[&["run", "--detach", "--name", name], &labels[..], rest].concat())?.ok()?;
    Ok(())
}
