//! Snapshots of data on real btrfs and ext4: taken before a change, put back, removed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::disk::{Disk, Filesystem};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::process;
use serde_json::Value;

/// Longer than snapshots are kept, in seconds.
const EIGHT_DAYS: &str = "691200";

/// A world with data on a filesystem of its own, used by the container `db`.
struct World {
    lab: Lab,
    disk: Disk,
    data: PathBuf,
}

impl World {
    fn new(filesystem: Filesystem) -> Result<Self> {
        let lab = Lab::start()?;
        let disk = lab.mount("disk", filesystem, 200)?;
        let data = disk.path().join("db");
        if filesystem == Filesystem::Btrfs {
            let path = data.to_str().context("a path of the lab is text")?;
            process::run(process::command("btrfs").args(["subvolume", "create", path]))?.ok()?;
        } else {
            fs::create_dir(&data)?;
        }
        fs::write(data.join("rows"), "before")?;
        Ok(Self { lab, disk, data })
    }

    /// The lines of a container that keeps its data there.
    fn spec(&self, more: &str) -> String {
        let source = self.data.display();
        format!("dataTier: snapshot\nmounts: [{{type: bind, source: {source}, target: /data}}]\n{more}")
    }

    fn started(&self) -> Result<Controller> {
        self.lab.write_container("db", &self.spec(""))?;
        let controller = self.lab.controller().start()?;
        controller.wait_state("container/db", "MATCH")?;
        Ok(controller)
    }

    /// Changes the container, so that a snapshot is taken, and answers its id.
    fn changed(&self, controller: &Controller) -> Result<String> {
        self.lab.write_container("db", &self.spec("env: [{name: REV, value: two}]"))?;
        self.lab.wait_env("db", "REV", "two")?;
        controller.wait_executed("apply", "container/db", 2)?;
        let [snapshot] = &*snapshots(&self.lab)? else { anyhow::bail!("one snapshot is taken") };
        text(&snapshot["id"])
    }

    fn rows(&self) -> Result<String> {
        Ok(fs::read_to_string(self.data.join("rows"))?)
    }

    /// What lies beside the data.
    fn beside(&self) -> Result<Vec<String>> {
        let entries = fs::read_dir(self.disk.path())?.collect::<Result<Vec<_>, _>>()?;
        let names = entries.iter().map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.filter(|name| name != "lost+found").collect();
        names.sort();
        Ok(names)
    }
}

fn snapshots(lab: &Lab) -> Result<Vec<Value>> {
    let listed = lab.cli(&["snapshots", "list", "-o", "json"])?.ok()?;
    let listed: Value = serde_json::from_str(&listed)?;
    listed["snapshots"].as_array().cloned().context("a listing of snapshots")
}

fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).context("a text")
}

#[test]
fn a_change_keeps_the_data_of_a_btrfs_subvolume() -> Result<()> {
    a_change_keeps_the_data(Filesystem::Btrfs, "btrfs")
}

#[test]
fn a_change_keeps_the_data_of_a_directory_on_ext4() -> Result<()> {
    a_change_keeps_the_data(Filesystem::Ext4, "copy")
}

fn a_change_keeps_the_data(filesystem: Filesystem, provider: &str) -> Result<()> {
    let world = World::new(filesystem)?;
    let controller = world.started()?;
    let id = world.changed(&controller)?;
    let snapshot = &snapshots(&world.lab)?[0];
    ensure!(id.starts_with("autonomous-apply-20"), "{id}");
    ensure!(snapshot["object"] == "container/db" && snapshot["provider"] == provider, "{snapshot}");
    ensure!(snapshot["bytes"] == 6 && snapshot["expired"] == false, "{snapshot}");
    let location = text(&snapshot["location"])?;
    ensure!(fs::read_to_string(Path::new(&location).join("rows"))? == "before");
    let decision = controller.wait_executed("apply", "container/db", 2)?;
    ensure!(decision["snapshot"] == id.as_str(), "{decision}");
    Ok(())
}

#[test]
fn a_snapshot_is_put_back_under_a_running_container_on_btrfs() -> Result<()> {
    is_put_back(Filesystem::Btrfs)
}

#[test]
fn a_snapshot_is_put_back_under_a_running_container_on_ext4() -> Result<()> {
    is_put_back(Filesystem::Ext4)
}

/// Exactly the users are stopped: what else runs, runs on.
fn is_put_back(filesystem: Filesystem) -> Result<()> {
    let world = World::new(filesystem)?;
    world.lab.write_container("apart", "")?;
    let controller = world.started()?;
    let id = world.changed(&controller)?;
    let (db, apart) = (world.lab.container("db")?, world.lab.wait_running("apart")?);
    world.lab.exec("db", &["sh", "-c", "echo damaged >/data/rows; touch /data/junk"])?;

    controller.cli(&["snapshots", "restore", &id])?.ok()?;
    ensure!(world.rows()? == "before", "{}", world.rows()?);
    ensure!(!world.data.join("junk").exists());
    let again = world.lab.wait_running("db")?;
    ensure!(again.id == db.id && again.pid != db.pid, "it was stopped and started again");
    ensure!(world.lab.container("apart")?.pid == apart.pid, "nobody else was stopped");
    ensure!(
        world.lab.exec("db", &["cat", "/data/rows"])? == "before",
        "the container sees what was put back"
    );
    ensure!(world.beside()? == [".podsteward-snapshots", "db"], "{:?}", world.beside()?);
    let decision = controller.wait_executed("snapshot-restore", "container/db", 1)?;
    ensure!(decision["outcome"] == "success" && decision["snapshot"] == id.as_str(), "{decision}");
    controller.wait_state("container/db", "MATCH")?;
    world.lab.stays_untouched()
}

#[test]
fn a_snapshot_is_put_back_without_a_controller_too() -> Result<()> {
    let world = World::new(Filesystem::Ext4)?;
    let controller = world.started()?;
    let id = world.changed(&controller)?;
    controller.stop()?;
    fs::write(world.data.join("rows"), "damaged")?;
    world.lab.cli(&["snapshots", "restore", &id])?.ok()?;
    ensure!(world.rows()? == "before", "{}", world.rows()?);
    ensure!(world.lab.container("db")?.runs());
    Ok(())
}

#[test]
fn a_pause_and_an_unknown_name_refuse_a_restore() -> Result<()> {
    let world = World::new(Filesystem::Ext4)?;
    let controller = world.started()?;
    let id = world.changed(&controller)?;
    fs::write(world.data.join("rows"), "damaged")?;
    let unknown = controller.cli(&["snapshots", "restore", "autonomous-apply-nothing"])?;
    ensure!(unknown.code == Some(1) && unknown.stderr.contains(&id), "{unknown:?}");
    controller.cli(&["pause"])?.ok()?;
    let paused = controller.cli(&["snapshots", "restore", &id])?;
    ensure!(paused.code == Some(3) && paused.stderr.contains("resume"), "{paused:?}");
    controller.cli(&["resume"])?.ok()?;
    world.lab.stays_untouched()?;
    ensure!(world.rows()? == "damaged", "a refused restore is not made up for later");
    Ok(())
}

#[test]
fn after_a_failed_change_of_the_image_the_old_container_has_the_old_data_on_btrfs() -> Result<()> {
    has_the_old_data(Filesystem::Btrfs)
}

#[test]
fn after_a_failed_change_of_the_image_the_old_container_has_the_old_data_on_ext4() -> Result<()> {
    has_the_old_data(Filesystem::Ext4)
}

fn has_the_old_data(filesystem: Filesystem) -> Result<()> {
    let world = World::new(filesystem)?;
    let controller = world.started()?;
    let old = world.lab.container("db")?;
    world.lab.podman(&["commit", "--quiet", "db", "localhost/worse:1"])?.ok()?;
    let damages = r#"command: [sh, -c, "echo damaged >/data/rows; sleep 1; exit 3"]"#;
    world.lab.write_container("db", &world.spec(&format!("image: localhost/worse:1\n{damages}")))?;
    controller.wait_condition("container/db", "Applied", "False/RolledBack")?;
    ensure!(world.lab.wait_running("db")?.id == old.id, "the old container is back");
    ensure!(world.rows()? == "before", "{}", world.rows()?);
    ensure!(world.lab.exec("db", &["cat", "/data/rows"])? == "before");
    ensure!(world.beside()? == [".podsteward-snapshots", "db"], "{:?}", world.beside()?);
    Ok(())
}

#[test]
fn a_snapshot_that_cannot_be_taken_stops_the_change() -> Result<()> {
    let world = World::new(Filesystem::Ext4)?;
    let controller = world.started()?;
    let old = world.lab.container("db")?;
    // Within what is to be kept, something else is mounted: whatever that holds would be lost.
    let within = Disk::mount(&world.data.join("more"), Filesystem::Tmpfs, 1)?;
    world.lab.write_container("db", &world.spec("env: [{name: REV, value: two}]"))?;
    let held = controller.wait_condition("container/db", "Applied", "False/RolledBack")?;
    let again = world.lab.wait_running("db")?;
    ensure!(again.id == old.id, "the old container is still the one, and runs");
    let told = format!("{held:?}");
    ensure!(told.contains("another filesystem is mounted within it"), "{told}");
    ensure!(snapshots(&world.lab)?.is_empty());
    world.lab.stays_untouched()?;
    within.unmount()?;
    controller.cli(&["retry", "container/db"])?.ok()?;
    world.lab.wait_env("db", "REV", "two")?;
    Ok(())
}

#[test]
fn a_volume_that_asks_for_it_is_kept_too() -> Result<()> {
    let lab = Lab::start()?;
    let volume = podsteward_e2e::manifest::volume("rows", "dataTier: snapshot");
    lab.write("rows.yaml", &volume)?;
    let mounts = "mounts: [{type: volume, source: rows, target: /data}]";
    lab.write_container("db", mounts)?;
    let controller = lab.controller().start()?;
    controller.wait_converged(2)?;
    lab.exec("db", &["sh", "-c", "echo before >/data/rows"])?;
    lab.write_container("db", &format!("{mounts}\nenv: [{{name: REV, value: two}}]"))?;
    lab.wait_env("db", "REV", "two")?;
    controller.wait_converged(2)?;
    let [snapshot] = &*snapshots(&lab)? else { anyhow::bail!("one snapshot is taken") };
    ensure!(snapshot["volume"] == "rows", "{snapshot}");
    lab.exec("db", &["sh", "-c", "echo damaged >/data/rows"])?;
    controller.cli(&["snapshots", "restore", &text(&snapshot["id"])?])?.ok()?;
    lab.wait_running("db")?;
    ensure!(lab.exec("db", &["cat", "/data/rows"])?.trim() == "before");
    Ok(())
}

#[test]
fn a_snapshot_on_btrfs_is_removed_after_a_week_and_not_before() -> Result<()> {
    is_removed_after_a_week(Filesystem::Btrfs)
}

#[test]
fn a_snapshot_on_ext4_is_removed_after_a_week_and_not_before() -> Result<()> {
    is_removed_after_a_week(Filesystem::Ext4)
}

fn is_removed_after_a_week(filesystem: Filesystem) -> Result<()> {
    let world = World::new(filesystem)?;
    let controller = world.started()?;
    let id = world.changed(&controller)?;
    controller.cli(&["snapshots", "prune"])?.ok()?;
    ensure!(snapshots(&world.lab)?.len() == 1, "it is kept");
    controller.stop()?;
    let pruned = world.lab.controller().run_after(EIGHT_DAYS, &["snapshots", "prune"])?.ok()?;
    ensure!(pruned.contains(&id), "{pruned}");
    ensure!(world.beside()? == ["db"], "{:?}", world.beside()?);
    ensure!(snapshots(&world.lab)?.is_empty());
    Ok(())
}
