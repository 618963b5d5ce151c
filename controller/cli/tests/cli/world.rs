//! A world of its own for each test, and the binary run in it.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// A world of its own: manifests, state, and a socket on which nobody listens.
pub(crate) struct World {
    dir: TempDir,
}

/// What a command did.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl World {
    pub(crate) fn new() -> Self {
        let world = Self { dir: tempfile::tempdir().unwrap() };
        fs::create_dir(world.path("manifests")).unwrap();
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn manifest(&self, name: &str, text: &str) {
        fs::write(self.path("manifests").join(name), text).unwrap();
    }

    pub(crate) fn run(&self, args: &[&str]) -> Done {
        let output = self.command(args).output().unwrap();
        Done {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("podsteward"));
        command
            .env_clear()
            .env("USER", "ada")
            .env("PODSTEWARD_MANIFESTS", self.path("manifests"))
            .env("PODSTEWARD_STATE", self.path("state"))
            .env("PODSTEWARD_PODMAN", format!("unix://{}", self.path("podman.sock").display()))
            .args(args);
        command
    }
}

impl Done {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The error in one line each, with the place of this world taken out.
    pub(crate) fn told(&self, world: &World) -> String {
        self.stderr.replace(&world.dir.path().display().to_string(), "DIR")
    }
}
