//! The way in: manifests out of quadlet units and Kubernetes objects.
//!
//! Owns what each of their keys becomes, and the warning for everything that becomes nothing. Never reads a file by
//! itself, never asks Podman and never changes anything: bytes come in, manifests and warnings go out. What comes
//! out passes `validate`: what the manifest language refuses is left out with its reason ([`sound`]).
//! Called by the command `import`.

mod draft;
mod env_file;
pub mod kube;
mod name;
mod port;
pub mod quadlet;
mod secret;
mod sound;
mod value;
mod warning;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde_yaml::Value;

pub use warning::Warning;
use warning::Warnings;

/// One file as it was read.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file as the user named it: what warnings name.
    pub name: String,
    /// The absolute path.
    pub path: PathBuf,
    /// The whole content.
    pub bytes: Vec<u8>,
}

/// What an import knows of the host.
pub struct Surroundings<'a> {
    /// What systemd's specifiers stand for that do not depend on the unit: `h` for `%h`.
    pub specifiers: BTreeMap<char, String>,
    /// Reads a file that a unit names.
    pub read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
}

/// What came of an import.
#[derive(Debug)]
pub struct Imported {
    /// The manifests, in the order of their keys.
    pub documents: Vec<Value>,
    /// What was not carried over, by place.
    pub warnings: Vec<Warning>,
    /// How many files could not be read as what they are said to be.
    pub unreadable: usize,
}

impl Imported {
    fn new(documents: Vec<Value>, warnings: Warnings) -> Self {
        let (warnings, unreadable) = warnings.finish();
        Self { documents, warnings, unreadable }
    }

    /// The manifests as one text.
    pub fn yaml(&self) -> String {
        let texts: Vec<String> = self.documents.iter().map(value::yaml).collect();
        texts.join("---\n")
    }
}
