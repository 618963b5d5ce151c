//! The filesystems of the world that the tests run in.
//!
//! Owns where they are, what fills them, and mounts between them. Never leaves anything on them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use rustix::mount::{UnmountFlags, mount_bind, unmount};

/// A directory on one of the filesystems, which goes with everything in it.
pub(crate) struct Stage {
    dir: PathBuf,
    mounts: Vec<PathBuf>,
}

impl Stage {
    /// A new directory on the filesystem of this kind.
    pub(crate) fn on(kind: &str) -> Self {
        let top = std::env::var_os("PODSTEWARD_FILESYSTEMS").expect("the world names its filesystems");
        let dir = PathBuf::from(top).join(kind).join("stage");
        fs::create_dir(&dir).unwrap();
        Self { dir, mounts: Vec::new() }
    }

    /// A path in it.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.dir.join(below)
    }

    /// The directory.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes a small file, with the directories that lead to it.
    pub(crate) fn file(&self, below: &str) -> PathBuf {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        path
    }

    /// Mounts one path over another of the same kind.
    pub(crate) fn bind(&mut self, from: &Path, to: &Path) {
        mount_bind(from, to).unwrap();
        self.mounts.push(to.to_owned());
    }

    /// Writes files of this size until there is no space for more, and tells how many fitted.
    pub(crate) fn fill(&self, name: &str, bytes: usize) -> usize {
        let content = vec![b'x'; bytes];
        let write = |number: usize| {
            let mut file = fs::File::create(self.path(&format!("{name}{number}")))?;
            file.write_all(&content)
        };
        (0..1_000_000).take_while(|number| write(*number).is_ok()).count()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for mount in self.mounts.drain(..).rev() {
            unmount(mount, UnmountFlags::DETACH).unwrap();
        }
        fs::remove_dir_all(&self.dir).unwrap();
        // A btrfs gives back what was deleted when it has written that down.
        podsteward_host::disk::settled(self.dir.parent().unwrap()).unwrap();
    }
}
