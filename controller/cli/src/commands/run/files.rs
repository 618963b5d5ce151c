//! The files that `run` is handed and that must be private.
//!
//! Owns the check of their mode, owner and place, and which list of programs counts for whoever acts beside a controller.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use podsteward_domain::playbook::Allowed;
use podsteward_runtime::real::allowed;
use podsteward_runtime::service::ALLOW_COMMANDS;

use crate::args::surroundings;
use crate::commands::Context;
use crate::exit::Error;

/// Refuses a file that others could read or write, or that belongs to somebody else.
pub(super) fn check_private(path: &Path, option: &str, uid: u32) -> Result<(), Error> {
    let name = path.display();
    let metadata = fs::metadata(path).map_err(|error| Error::File {
        what: format!("{option}: cannot read {name}: {error}"),
        next: format!("create it with `install -m 600 /dev/null {name}` and fill it"),
    })?;
    if !metadata.is_file() {
        return Err(Error::File {
            what: format!("{option}: {name} is not a file"),
            next: "name a regular file".to_owned(),
        });
    }
    if metadata.mode() & 0o177 != 0 {
        return Err(Error::File {
            what: format!("{option}: {name} has mode {:04o}, and 0600 is the most", metadata.mode() & 0o7777),
            next: format!("chmod 600 {name}"),
        });
    }
    if metadata.uid() != 0 && metadata.uid() != uid {
        return Err(Error::File {
            what: format!("{option}: {name} belongs to uid {}, neither to root nor to you", metadata.uid()),
            next: format!("chown it to uid {uid}"),
        });
    }
    Ok(())
}

/// Refuses a file in a directory whose content others are meant to edit.
pub(super) fn check_outside(path: &Path, option: &str, manifests: &Path) -> Result<(), Error> {
    let inside = match (path.canonicalize(), manifests.canonicalize()) {
        (Ok(path), Ok(manifests)) => path.starts_with(manifests),
        _ => false,
    };
    if !inside {
        return Ok(());
    }
    Err(Error::File {
        what: format!("{option}: {} lies inside the manifests directory", path.display()),
        next: "move it out: whoever may edit manifests must not allow commands".to_owned(),
    })
}

/// The programs that the last controller of everything was allowed to run, by its file as it is now: whoever looks or acts
/// beside it is allowed the same.
pub(crate) fn allowed_last(context: &Context) -> anyhow::Result<Allowed> {
    let store = context.state()?.read()?;
    let kept = store.map(|store| store.meta(ALLOW_COMMANDS)).transpose()?.flatten();
    let Some(path) = kept.filter(|path| !path.is_empty()).map(PathBuf::from) else {
        return Ok(Allowed::NoFile);
    };
    Ok(match check_private(&path, "--allow-commands", surroundings().uid) {
        Ok(()) => allowed::read(&path),
        Err(error) => Allowed::Useless { why: error.to_string() },
    })
}

#[cfg(test)]
mod tests;
