//! A filesystem that fills up is brought back below its target before it is full, by what its policy names alone.

use anyhow::{Result, ensure};
use podsteward_e2e::disk::Filesystem;
use podsteward_e2e::lab::Lab;
use podsteward_e2e::manifest::{IMAGE, cleaned, volume};
use podsteward_e2e::remediation::LONG_PATIENCE;
use podsteward_e2e::wait::wait_for;

const DATA: &str = "disk/data";
const CLEANUP: &str = "disk-cleanup";
/// Where a policy that says nothing else begins to act, in percent.
const ACT: u64 = 85;
/// What a policy that says nothing else wants to come down to, in percent; one more for how `df` rounds.
const TARGET: u64 = 71;

#[test]
fn a_btrfs_that_fills_fast_is_brought_back_before_it_is_full() -> Result<()> {
    is_brought_back(Filesystem::Btrfs, 384, 5)
}

#[test]
fn an_ext4_that_fills_fast_is_brought_back_before_it_is_full() -> Result<()> {
    is_brought_back(Filesystem::Ext4, 256, 5)
}

#[test]
fn a_btrfs_that_fills_slowly_is_brought_back_before_it_is_full() -> Result<()> {
    is_brought_back(Filesystem::Btrfs, 256, 1)
}

#[test]
fn an_ext4_that_fills_slowly_is_brought_back_before_it_is_full() -> Result<()> {
    is_brought_back(Filesystem::Ext4, 256, 1)
}

/// Podman itself lives on the filesystem, and nothing was ever learnt: a cold start.
fn is_brought_back(filesystem: Filesystem, mib: usize, mib_per_second: u32) -> Result<()> {
    let (lab, data) = Lab::start_on(filesystem, mib)?;
    let steps = format!(
        "- deleteFiles: {{root: {}/junk, glob: '**/*.bin', olderThan: 1s}}\n\
         - pruneUnusedImages: {{unusedFor: 0s, keepLast: 0}}",
        data.text()
    );
    lab.write("data.yaml", &cleaned(data.text(), &steps))?;
    lab.write("keep.yaml", &volume("keep", ""))?;
    lab.write_container("web", "mounts: [{type: volume, source: keep, target: /keep}]")?;
    let kept = [data.write("keep/database.bin", 2)?, data.write("junk/notes.txt", 1)?];
    let controller = lab.controller().start()?;
    controller.wait_converged(3)?;
    lab.exec("web", &["sh", "-c", "echo mine >/keep/word"])?;
    data.fill("junk/old", if mib_per_second > 1 { 60 } else { 82 })?;
    let filling = data.fill_steadily("junk", mib_per_second)?;
    wait_for("pressure", LONG_PATIENCE, || Ok((data.level()? >= ACT).then_some(())))?;
    // It ends where it has done enough, and what is written meanwhile begins to fill it anew.
    wait_for("room", LONG_PATIENCE, || Ok((data.level()? <= TARGET).then_some(())))?;
    let least = filling.stop()?;
    ensure!(least > 0, "it was full");
    let decision = controller.wait_executed(CLEANUP, DATA, 1)?;

    ensure!(decision["decision"] == "notify-execute" && decision["outcome"] == "success", "{decision:#}");
    ensure!(decision["verification"]["status"] == "verified", "{decision:#}");
    let details = decision["details"].to_string();
    ensure!(details.contains("junk") && details.contains("freed"), "{details}");
    ensure!(data.level()? <= TARGET + 5, "{} %", data.level()?);
    for path in &kept {
        ensure!(path.exists(), "{} is gone", path.display());
    }
    ensure!(lab.exec("web", &["cat", "/keep/word"])?.trim() == "mine");
    ensure!(lab.podman(&["image", "exists", IMAGE])?.code == Some(0), "the image of web is gone");
    ensure!(lab.starts("web")? == 1);
    Ok(())
}
