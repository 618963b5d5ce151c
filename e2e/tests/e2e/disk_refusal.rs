//! Files that no cleanup deletes: what a root must not be, and what a root does not reach.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::{Result, ensure};
use podsteward_e2e::controller::Controller;
use podsteward_e2e::disk::{Disk, Filesystem};
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{cleaned, disk, files_below};
use podsteward_e2e::process;
use podsteward_e2e::wait::{PATIENCE, wait_until};

const DATA: &str = "disk/data";
const CLEANUP: &str = "disk-cleanup";

#[test]
fn symlinks_are_not_followed_and_mounts_not_entered() -> Result<()> {
    let lab = Lab::start()?;
    let data = lab.mount("data", Filesystem::Tmpfs, 64)?;
    data.fill("junk/deep", 90)?;
    let mine = [data.write("mine/one.bin", 1)?, data.write("mine/two.bin", 1)?];
    let junk = data.path().join("junk");
    symlink(data.path().join("mine"), junk.join("linked"))?;
    symlink(&mine[0], junk.join("linked.bin"))?;
    let bound = junk.join("bound");
    fs::create_dir(&bound)?;
    let bind =
        process::run(process::command("mount").arg("--bind").arg(data.path().join("mine")).arg(&bound))?;
    ensure!(bind.code == Some(0), "{bind:?}");
    // All that may go must go.
    let cleaned = cleaned(data.text(), &files_below(text(&junk)));
    let controller = watches(&lab, &cleaned.replace("cleanup:", "thresholds: {target: 10}\n  cleanup:"))?;

    let decision = controller.wait_executed(CLEANUP, DATA, 1)?;
    ensure!(decision["outcome"] == "success" && data.level()? < 10, "{decision:#}");
    ensure!(mine.iter().all(|file| file.exists()), "{decision:#}");
    ensure!(bound.join("two.bin").exists() && junk.join("linked.bin").is_symlink());
    ensure!(junk.join("deep").is_dir(), "only files go");
    process::run(process::command("umount").arg(&bound))?.ok()?;
    Ok(())
}

#[test]
fn a_root_that_is_somebody_elses_is_refused_and_said_to_be() -> Result<()> {
    let (lab, data) = Lab::start_on(Filesystem::Ext4, 96)?;
    data.fill("films", 90)?;
    data.write("real/one.bin", 1)?;
    symlink(data.path().join("real"), data.path().join("linked"))?;
    // The controller's own directories lie on the same filesystem here.
    let manifests = data.path().join("manifests");
    let refused =
        [("linked", "symlink"), ("manifests", "needs"), ("root", "needs"), ("root/overlay", "needs")];
    fs::create_dir_all(&manifests)?;
    for (root, word) in refused {
        let text = cleaned(data.text(), &files_below(&format!("{}/{root}", data.text())));
        fs::write(manifests.join("data.yaml"), text)?;
        let controller = lab.controller().manifests(manifests.clone()).start()?;
        is_refused(&controller, &data, word)?;
        controller.stop()?;
    }
    ensure!(manifests.join("data.yaml").exists() && data.path().join("real/one.bin").exists());
    ensure!(data.level()? >= 89, "something went");
    Ok(())
}

#[test]
fn a_root_that_nobody_may_name_is_no_valid_manifest() -> Result<()> {
    let lab = Lab::start()?;
    for root in ["/", "/etc", "/etc/ssl", "/proc", "relative", "/srv/../etc", "/root", "/home"] {
        lab.write("data.yaml", &disk("data", &format!("path: /\ncleanup:\n{}", files_below(root))))?;
        let validated = lab.cli(&["validate"])?;
        let told = format!("{}{}", validated.stdout, validated.stderr);
        ensure!(validated.code == Some(1) && told.contains("root"), "{root}: {validated:?}");
    }
    Ok(())
}

fn watches(lab: &Lab, text: &str) -> Result<Controller> {
    lab.write("data.yaml", text)?;
    lab.controller().start()
}

/// Nothing is done, and both commands say why.
fn is_refused(controller: &Controller, data: &Disk, word: &str) -> Result<()> {
    let level = data.level()?;
    // The finding may stand there already from the root before.
    let told = || Ok(controller.wait_finding("cleanup_ineffective", DATA)?.to_string().contains(word));
    wait_until("the reason to be told", PATIENCE, &true, told)?;
    for command in [&["why", DATA][..], &["check"]] {
        let page = controller.cli(command)?.ok()?;
        ensure!(page.contains(word), "{word} is not in\n{page}");
    }
    ensure!(data.level()? >= level && controller.executed(CLEANUP, DATA)?.is_empty());
    Ok(())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}
