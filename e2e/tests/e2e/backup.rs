//! Backups on real files and by real programs: found stale and fresh again, refused, remembered, and waited for.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Result, ensure};
use podsteward_e2e::controller::{Controller, Options};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{backup, container, file, playbook, volume};
use podsteward_e2e::wait::{PATIENCE, wait_for, wall_seconds};

const NIGHTLY: &str = "backupcheck/nightly";
const RUN: &str = "backupcheck/run";
const REFUSED: &str = "backupcheck/refused";
const METRICS: &str = "backupcheck/metrics";
/// Somebody asks for a playbook of high risk.
const TIDY: [&str; 3] = ["execute", "--action-id", "playbook/tidy:container/db"];
/// With it a file is looked at every 3 s, and is whole when nobody wrote to it for as long.
const MAX_AGE: &str = "maxAge: 24s";

#[test]
fn a_dangerous_playbook_waits_for_a_fresh_backup_and_every_proof_says_what_it_knows() -> Result<()> {
    let lab = Lab::start()?;
    let backups = Backups::new(&lab)?;
    backups.write_dump(5)?;
    lab.write("data.yaml", &volume("data", ""))?;
    lab.write_container("db", "mounts: [{type: volume, source: data, target: /data}]")?;
    lab.write("tidy.yaml", &playbook("tidy", "risk: high\nsteps: [{restart: {}}]"))?;
    lab.write("checks.yaml", &backups.checks())?;
    let controller = backups.controller(&lab).start()?;
    controller.wait_state("container/db", "MATCH")?;
    backups.wait_fresh(&controller, || backups.write_dump(5))?;
    each_proof_says_what_it_knows(&controller)?;

    backups.write_dump(3_600)?;
    controller.wait_condition(NIGHTLY, "Fresh", "False/Stale")?;
    controller.wait_finding("backup_stale", NIGHTLY)?;
    ensure!(controller.metric("podsteward_backup_fresh{object=\"backupcheck/nightly\"}")? < 0.5);
    let before = lab.starts("db")?;
    let held = controller.cli(&TIDY)?;
    ensure!(held.code == Some(3) && held.stderr.contains("backupcheck/nightly is stale"), "{}", held.stderr);

    let told = opened(&controller)?;
    controller.kill()?;
    let controller = backups.controller(&lab).start()?;
    controller.wait_condition(NIGHTLY, "Fresh", "False/Stale")?;
    ensure!(opened(&controller)? == told, "it was told anew");
    ensure!(lab.starts("db")? == before, "it did not wait");
    backups.wait(&controller, "the restart", || {
        backups.write_dump(5)?;
        controller.cli(&TIDY)?;
        controller.cli(&["approve", "1"])?;
        Ok(lab.starts("db")? > before)
    })?;
    ensure!(lab.starts("db")? == before + 1, "it was done more than once");
    controller.wait_state("container/db", "MATCH").map(drop)
}

/// A program that is allowed, one that is not, and a sample.
fn each_proof_says_what_it_knows(controller: &Controller) -> Result<()> {
    controller.wait_condition(RUN, "Fresh", "True/Proven")?;
    controller.wait_condition(RUN, "Restorable", "False/Failed")?;
    let unproven = controller.wait_finding("backup_unproven", RUN)?;
    ensure!(unproven["message"].to_string().contains("no key"), "{unproven}");
    controller.wait_condition(METRICS, "Fresh", "True/Proven")?;
    let refused = controller.wait_condition(REFUSED, "Fresh", "Unknown/NotKnown")?;
    let message = refused.conditions.iter().find(|it| it.kind == "Fresh").map(|it| it.message.clone());
    ensure!(message.unwrap_or_default().contains("may not be run"), "{refused:?}");
    let metrics = controller.metrics()?;
    ensure!(!metrics.contains("podsteward_backup_fresh{object=\"backupcheck/refused\"}"), "{metrics}");
    ensure!(metrics.contains("podsteward_backup_last_success_timestamp_seconds{object=\"backupcheck/run\"}"));
    Ok(())
}

/// When the finding of the stale backup was opened.
fn opened(controller: &Controller) -> Result<String> {
    let found = controller.wait_finding("backup_stale", NIGHTLY)?;
    Ok(found["opened"].to_string())
}

/// What proves backups.
struct Backups {
    dir: PathBuf,
}

impl Backups {
    fn new(lab: &Lab) -> Result<Self> {
        let backups = Self { dir: lab.dir().join("backup") };
        fs::create_dir_all(backups.dir.join("db"))?;
        backups.program("made", &format!("echo checking; echo {}", wall_seconds() - 60))?;
        backups.program("restored", "echo no key >&2; exit 2")?;
        backups.program("other", "exit 0")?;
        let sample = format!("backup_ok 1\nbackup_last{{repo=\"home\"}} {}\n", wall_seconds() - 60);
        fs::write(backups.dir.join("backup.prom"), sample)?;
        let allowed = backups.dir.join("allowed");
        let [made, restored] = ["made", "restored"].map(|name| backups.path(name));
        fs::write(&allowed, format!("# For proofs of backups.\n{made}\n{restored}\n"))?;
        fs::set_permissions(&allowed, fs::Permissions::from_mode(0o600))?;
        Ok(backups)
    }

    fn path(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    fn program(&self, name: &str, script: &str) -> Result<()> {
        let path = self.dir.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n"))?;
        Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o700))?)
    }

    fn checks(&self) -> String {
        let [dumps, sample] = ["*/*.dump", "backup.prom"].map(|name| self.path(name));
        let [made, restored, other] = ["made", "restored", "other"].map(|name| self.path(name));
        let nightly = format!("path: \"{dumps}\"\nminSize: 4\n{MAX_AGE}\nobjects: [container/db]");
        let run = format!(
            "command: [{made}]\nmaxAge: 1h\nobjects: [volume/data]\nrestore: {{command: [{restored}]}}"
        );
        let metrics = format!(
            "metricFile: {{path: {sample}, metric: 'backup_last{{repo=\"home\"}}', success: backup_ok}}\nmaxAge: 1h"
        );
        let refused = format!("command: [{other}]\nmaxAge: 1h\nobjects: [container/web]");
        file(&[
            backup("nightly", &nightly),
            backup("run", &run),
            backup("metrics", &metrics),
            backup("refused", &refused),
            container("web", ""),
        ])
    }

    fn controller(&self, lab: &Lab) -> Options {
        lab.controller().argument("--allow-commands").argument(&self.path("allowed"))
    }

    /// Writes the dump as if somebody had done so a number of seconds ago.
    fn write_dump(&self, seconds_ago: u64) -> Result<()> {
        let path: &Path = &self.dir.join("db/nightly.dump");
        fs::write(path, "a dump")?;
        let now = Duration::from_secs(u64::try_from(wall_seconds())?);
        let written = UNIX_EPOCH + now.saturating_sub(Duration::from_secs(seconds_ago));
        Ok(File::options().write(true).open(path)?.set_modified(written)?)
    }

    /// Waits for the backup to be fresh, while `again` keeps it so.
    fn wait_fresh(&self, controller: &Controller, again: impl Fn() -> Result<()>) -> Result<()> {
        self.wait(controller, "a fresh backup", || {
            again()?;
            let object = controller.object(NIGHTLY)?;
            Ok(object.is_some_and(|object| object.condition("Fresh").as_deref() == Some("True/Proven")))
        })
    }

    fn wait(&self, controller: &Controller, what: &str, holds: impl Fn() -> Result<bool>) -> Result<()> {
        let waited = wait_for(what, PATIENCE, || Ok(holds()?.then_some(())));
        waited
            .map_err(|error| error.context(format!("{:#?} of {}", controller.objects(), self.dir.display())))
    }
}
