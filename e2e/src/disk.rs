//! Small real filesystems that a scenario may fill, and what fills them.
//!
//! Owns a file with a filesystem in it, mounted by a loop device, or a tmpfs; both are gone when it goes out of scope.
//! Never cleans anything: that is what is tested. Needs root. A host has few loop devices, so whoever finds none free
//! waits for one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use rustix::fs::statvfs;

use crate::process;
use crate::wait::{PATIENCE, pass, wait_for};

/// A mebibyte.
pub const MIB: usize = 1 << 20;

/// How long other scenarios may keep all loop devices.
const LOOP_PATIENCE: Duration = Duration::from_mins(2);

/// Which filesystem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filesystem {
    /// btrfs, of 114 MiB at least.
    Btrfs,
    /// ext4 without a reserve for root.
    Ext4,
    /// ext4 with so many inodes only.
    Ext4WithInodes(u32),
    /// tmpfs, which needs no loop device.
    Tmpfs,
}

/// A mounted filesystem. It is unmounted when it goes out of scope.
#[derive(Debug)]
pub struct Disk {
    path: PathBuf,
    image: PathBuf,
}

impl Disk {
    /// Makes a filesystem of so many MiB and mounts it at `path`, which is made where there is none.
    pub fn mount(path: &Path, filesystem: Filesystem, mib: usize) -> Result<Self> {
        fs::create_dir_all(path)?;
        let disk = Self { path: path.to_owned(), image: path.with_extension("img") };
        if filesystem != Filesystem::Tmpfs {
            File::create(&disk.image)?.set_len(u64::try_from(mib * MIB)?)?;
        }
        match filesystem {
            Filesystem::Tmpfs => {
                let options = format!("mode=755,size={mib}m");
                run("mount", &["-t", "tmpfs", "-o", &options, "tmpfs", text(path)?])?;
                return Ok(disk);
            }
            Filesystem::Btrfs => run("mkfs.btrfs", &["-q", "-f", text(&disk.image)?])?,
            Filesystem::Ext4 => disk.make_ext4(&[])?,
            Filesystem::Ext4WithInodes(inodes) => disk.make_ext4(&["-N", &inodes.to_string()])?,
        }
        disk.mount_again()?;
        Ok(disk)
    }

    fn make_ext4(&self, more: &[&str]) -> Result<()> {
        let usual = ["-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,nodiscard"];
        run("mkfs.ext4", &[&usual, more, &[text(&self.image)?]].concat())
    }

    /// Mounts it again after [`Self::unmount`].
    pub fn mount_again(&self) -> Result<()> {
        let arguments = ["-o", "loop", text(&self.image)?, text(&self.path)?];
        let mut last = None;
        let mounted = wait_for("a free loop device", LOOP_PATIENCE, || match run("mount", &arguments) {
            Ok(()) => Ok(Some(())),
            Err(error) if error.to_string().contains("loop device") => {
                last = Some(error);
                pass(Duration::from_millis(300));
                Ok(None)
            }
            Err(error) => Err(error),
        });
        mounted.map_err(|error| error.context(format!("{last:?}")))
    }

    /// Takes it away, as soon as nobody looks into it. The directory that it was mounted at stays, and its loop device is free
    /// again.
    pub fn unmount(&self) -> Result<()> {
        let path = text(&self.path)?;
        wait_for("the filesystem to be unmounted", PATIENCE, || Ok(run("umount", &[path]).ok()))
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same, as manifests and commands take it.
    pub fn text(&self) -> &str {
        self.path.to_str().unwrap_or_default()
    }

    /// How full it is, in percent, by what `df` goes by.
    pub fn level(&self) -> Result<u64> {
        let stat = statvfs(&self.path)?;
        let used = stat.f_blocks - stat.f_bfree;
        Ok((used * 100).checked_div(used + stat.f_bavail).unwrap_or(100))
    }

    /// Writes a file of so many MiB, and makes its directory.
    pub fn write(&self, file: &str, mib: usize) -> Result<PathBuf> {
        let path = self.path.join(file);
        fs::create_dir_all(path.parent().context("a file stands in a directory")?)?;
        write(&path, mib).with_context(|| format!("writing {}", path.display()))?;
        Ok(path)
    }

    /// Writes one file after the other below `directory` until it is so full, in percent, and answers how many.
    pub fn fill(&self, directory: &str, percent: u64) -> Result<usize> {
        let mut files = 0;
        while self.level()? < percent {
            self.write(&format!("{directory}/{files}.bin"), 1)?;
            files += 1;
        }
        Ok(files)
    }

    /// The same, until a write is refused.
    pub fn fill_up(&self, directory: &str) {
        let mut files = 0;
        while self.write(&format!("{directory}/{files}.bin"), 1).is_ok() {
            files += 1;
        }
    }

    /// Writes files of a MiB below `directory`, so many MiB a second, until it is told to stop.
    pub fn fill_steadily(&self, directory: &str, mib_per_second: u32) -> Result<Filling> {
        let directory = self.path.join(directory);
        fs::create_dir_all(&directory)?;
        let disk = self.path.clone();
        let shared = Arc::new(Shared::default());
        let noted = Arc::clone(&shared);
        let pause = Duration::from_secs(1) / mib_per_second;
        let thread = thread::spawn(move || {
            for number in 0_u32.. {
                if noted.over.load(Ordering::Relaxed) {
                    return Ok(());
                }
                write(&directory.join(format!("{number}.bin")), 1)?;
                let stat = statvfs(&disk)?;
                noted.least.fetch_min(stat.f_bavail * stat.f_frsize, Ordering::Relaxed);
                noted.files.fetch_add(1, Ordering::Relaxed);
                pass(pause);
            }
            Ok(())
        });
        Ok(Filling { shared, thread: Some(thread) })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Whatever still uses it keeps its hold; the loop device is free when the last one is gone.
        run("umount", &["--lazy", self.text()]).ok();
        fs::remove_file(&self.image).ok();
    }
}

/// Somebody who fills a filesystem. It stops when it goes out of scope.
#[derive(Debug)]
pub struct Filling {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

#[derive(Debug)]
struct Shared {
    over: AtomicBool,
    files: AtomicU64,
    /// The least room that was ever left, in bytes.
    least: AtomicU64,
}

impl Default for Shared {
    fn default() -> Self {
        Self { over: AtomicBool::new(false), files: AtomicU64::new(0), least: AtomicU64::new(u64::MAX) }
    }
}

impl Filling {
    /// How many files were written so far.
    pub fn files(&self) -> u64 {
        self.shared.files.load(Ordering::Relaxed)
    }

    /// Stops it, and answers with the least room that was ever left, in bytes; an error if a write was refused.
    pub fn stop(mut self) -> Result<u64> {
        self.end()?;
        Ok(self.shared.least.load(Ordering::Relaxed))
    }

    fn end(&mut self) -> Result<()> {
        self.shared.over.store(true, Ordering::Relaxed);
        let Some(thread) = self.thread.take() else { return Ok(()) };
        let ended = thread.join().map_err(|_| anyhow!("whoever filled the disk panicked"))?;
        ended.context("a write was refused")
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        self.end().ok();
    }
}

/// A file of random bytes would be no better: none of these filesystems compresses or shares what it holds.
fn write(path: &Path, mib: usize) -> io::Result<()> {
    let mut file = File::create(path)?;
    let block = vec![0x5a; MIB];
    for _ in 0..mib {
        file.write_all(&block)?;
    }
    // Only what was written out is counted by btrfs.
    file.sync_all()
}

fn run(program: &str, arguments: &[&str]) -> Result<()> {
    let output = process::run(process::command(program).args(arguments))?;
    ensure!(output.code == Some(0), "{program} {arguments:?}: {}", output.stderr);
    Ok(())
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path of the lab is text")
}
