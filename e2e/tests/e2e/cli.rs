//! What the command line prints, and how it ends.

use anyhow::{Context, Result, ensure};
use podsteward_e2e::lab::Lab;
use serde_json::Value;

#[test]
fn get_lines_up_its_columns_and_prints_no_colour_into_a_pipe() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    lab.write_container("a-rather-long-name", "")?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    let table = controller.cli(&["get"])?.ok()?;
    ensure!(!table.contains('\u{1b}'), "{table:?}");
    let lines: Vec<&str> = table.lines().collect();
    let column =
        lines.first().and_then(|head| head.to_uppercase().find("STATE")).context("a column STATE")?;
    for line in lines.iter().skip(1) {
        ensure!(line.get(column..).is_some_and(|rest| rest.starts_with("MATCH")), "{table}");
    }
    let one = controller.cli(&["get", "container", "web", "-o", "json"])?.ok()?;
    let one: Value = serde_json::from_str(&one)?;
    ensure!(one["objects"].as_array().is_some_and(|objects| objects.len() == 1), "{one}");
    ensure!(controller.cli(&["get", "-o", "yaml"])?.ok()?.contains("container/web"));
    ensure!(controller.cli(&["describe", "container/web"])?.ok()?.contains("MATCH"));
    Ok(())
}

#[test]
fn plan_shows_each_field_and_touches_nothing() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "env: [{name: A, value: one}]")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    controller.stop()?;
    ensure!(lab.cli(&["plan", "--exit-code"])?.code == Some(0), "nothing to do");
    lab.write_container("web", "env: [{name: A, value: two}]")?;
    lab.requests().forget();
    let plan = lab.cli(&["plan"])?.ok()?;
    ensure!(plan.contains("container/web") && plan.contains("one") && plan.contains("two"), "{plan}");
    ensure!(lab.cli(&["plan", "--exit-code"])?.code == Some(2), "something to do");
    ensure!(lab.requests().writes().is_empty(), "wrote {:?}", lab.requests().writes());
    Ok(())
}

#[test]
fn exit_codes_are_as_promised() -> Result<()> {
    let lab = Lab::start()?;
    ensure!(lab.cli(&["no-such-command"])?.code == Some(2));
    ensure!(lab.cli(&["validate"])?.code == Some(0), "an empty directory is sound");
    lab.write("bad.yaml", "kind: Nonsense\n")?;
    ensure!(lab.cli(&["validate"])?.code == Some(1));
    lab.signal_service(rustix::process::Signal::KILL)?;
    ensure!(lab.cli(&["plan"])?.code == Some(4), "Podman is not reachable");
    Ok(())
}

#[test]
fn schema_and_completions_need_no_host() -> Result<()> {
    let lab = Lab::start()?;
    let schema: Value = serde_json::from_str(&lab.cli(&["schema", "Container"])?.ok()?)?;
    ensure!(schema.to_string().contains("restartPolicy"));
    ensure!(lab.cli(&["completions", "bash"])?.ok()?.contains("podsteward"));
    ensure!(lab.requests().all().is_empty());
    Ok(())
}

#[test]
fn run_once_while_paused_does_nothing_and_ends_with_3() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    lab.cli(&["pause"])?.ok()?;
    lab.requests().forget();
    let output = lab.cli(&["run", "--once", "--timeout", "10s"])?;
    ensure!(output.code == Some(3), "{output:?}");
    ensure!(lab.requests().writes().is_empty(), "wrote {:?}", lab.requests().writes());
    Ok(())
}
