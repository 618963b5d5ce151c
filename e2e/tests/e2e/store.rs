//! The state directory of an older version: taken over by the controller, with a copy, and with nothing lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{IMAGE, SICKLY};
use podsteward_e2e::process;
use podsteward_e2e::remediation::list;
use podsteward_e2e::wait::PATIENCE;

/// What the first version left.
const VERSION_1: &str = include_str!("store/version-1.sql");

#[test]
fn a_state_of_the_first_version_is_migrated_with_a_backup_and_changes_nothing() -> Result<()> {
    let lab = Lab::start()?;
    let made =
        [["--label", "dev.podsteward/object=container/web"], ["--label", "dev.podsteward/instance=default"]];
    let entrypoint = ["--entrypoint", r#"["sleep", "inf"]"#, IMAGE];
    lab.podman(&[&["run", "--detach", "--name", "web"], &made.concat()[..], &entrypoint].concat())?.ok()?;
    let old = lab.wait_running("web")?;
    lab.write_container("web", "")?;
    let database = version_1(&lab)?;

    // A newer command line beside it may pause, and leaves the rest to the controller.
    ensure!(lab.cli(&["status"])?.ok()?.contains("moving house"));
    let refused = lab.cli(&["decisions"])?;
    ensure!(refused.code == Some(1), "{refused:?}");
    lab.cli(&["pause", "container/app", "--reason", "new"])?.ok()?;
    for (command, state) in [("stop", "stopped"), ("resume", "running")] {
        lab.cli(&[command])?.ok()?;
        let written = sql(&database, "SELECT state FROM switch WHERE subject = ''")?;
        ensure!(written == state, "{command} wrote {written}");
    }
    ensure!(sql(&database, "PRAGMA user_version")? == "1", "a command does not migrate");

    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    lab.stays_untouched()?;
    ensure!(lab.container("web")?.pid == old.pid);
    let backup = database.with_extension("db.version-1");
    ensure!(sql(&backup, "PRAGMA user_version")? == "1" && sql(&database, "PRAGMA user_version")? != "1");
    ensure!(sql(&backup, "SELECT count(*) FROM decisions")? == "3");

    let status = controller.cli(&["status"])?.ok()?;
    ensure!(status.contains("moving house") && status.contains("container/app"), "{status}");
    let log = list(&controller.json(&["decisions"])?, "decisions")?;
    let outcomes: Vec<_> = log.iter().rev().take(3).map(|decision| decision["outcome"].clone()).collect();
    ensure!(outcomes == ["failure", "success", "withheld"], "{log:#?}");

    controller.cli(&["resume", "container/web"])?.ok()?;
    old.kill()?;
    lab.wait_restarted("web", &old, PATIENCE)?;
    let restarts = controller.object("container/web")?.map(|object| object.restarts);
    ensure!(restarts >= Some(1), "{restarts:?}");
    Ok(())
}

#[test]
fn a_state_of_a_later_version_is_refused_and_left_as_it_is() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    controller.stop()?;
    let database = lab.dir().join("state/default/podsteward.db");
    sql(&database, "PRAGMA user_version = 4711")?;
    lab.requests().forget();
    let mut refused = lab.controller().spawn()?;
    ensure!(refused.wait_end()?.is_some_and(|code| code != 0), "it began on what it does not understand");
    ensure!(lab.requests().writes().is_empty(), "wrote {:?}", lab.requests().writes());
    lab.cli(&["pause"])?.ok()?;
    ensure!(sql(&database, "PRAGMA user_version")? == "4711");
    Ok(())
}

#[test]
fn a_state_that_cannot_be_read_is_kept_aside_and_only_what_is_declared_goes_on() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_policy("cooldowns: {service-restart: 0s}")?;
    lab.write_container("web", SICKLY)?;
    lab.write_container("app", "")?;
    let controller = lab.controller().start()?;
    controller.wait_converged(3)?;
    controller.stop()?;
    let database = spoil(&lab)?;
    let old = lab.container("app")?;
    old.kill()?;
    let controller = lab.controller().start()?;
    ensure!(database.with_extension("db.corrupt-1").exists(), "it was not kept aside");
    lab.wait_restarted("app", &old, PATIENCE)?;
    ensure!(controller.cli(&["status"])?.ok()?.contains("remediation is off"));
    lab.fall_ill("web")?;
    let withheld = controller.wait_withheld("service-restart", "container/web", "switch")?;
    ensure!(withheld.to_string().contains("remediation is off"), "{withheld:#}");

    controller.cli(&["resume"])?.ok()?;
    let decision = controller.wait_executed("service-restart", "container/web", 1)?;
    ensure!(decision["outcome"] == "success", "{decision:#}");
    Ok(())
}

#[test]
fn a_pause_outlives_the_store_that_it_was_written_to() -> Result<()> {
    let lab = Lab::start()?;
    lab.write_container("web", "")?;
    let controller = lab.controller().start()?;
    controller.wait_state("container/web", "MATCH")?;
    controller.cli(&["pause", "--reason", "moving house"])?.ok()?;
    controller.stop()?;
    spoil(&lab)?;
    lab.container("web")?.kill()?;
    let controller = lab.controller().start()?;
    ensure!(controller.cli(&["status"])?.ok()?.contains("moving house"));
    lab.stays_untouched()?;
    controller.cli(&["resume"])?.ok()?;
    lab.wait_running("web")?;
    Ok(())
}

/// Makes the store unreadable, and answers where it is.
fn spoil(lab: &Lab) -> Result<PathBuf> {
    let database = lab.dir().join("state/default/podsteward.db");
    for suffix in ["", "-wal", "-shm"] {
        let file = database.with_extension(format!("db{suffix}"));
        if file.exists() {
            fs::write(file, "this is no database, and long enough to be taken for one".repeat(200))?;
        }
    }
    Ok(database)
}

/// Puts the state directory of the first version in place.
fn version_1(lab: &Lab) -> Result<PathBuf> {
    let image = lab.podman(&["image", "inspect", "--format", "{{.Id}}", IMAGE])?.ok()?;
    let dir = lab.dir().join("state/default");
    fs::create_dir_all(&dir)?;
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o700))?;
    let script = dir.join("version-1.sql");
    fs::write(&script, VERSION_1.replace("IMAGE", image.trim()))?;
    let database = dir.join("podsteward.db");
    sql(&database, &format!(".read {}", script.display()))?;
    fs::remove_file(script)?;
    Ok(database)
}

fn sql(database: &std::path::Path, command: &str) -> Result<String> {
    let mut sqlite = process::command("sqlite3");
    Ok(process::run(sqlite.args(["-batch", "-bail"]).arg(database).arg(command))?.ok()?.trim().to_owned())
}
