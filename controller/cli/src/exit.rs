//! How a command ends: the table of exit codes, and errors that say what to do next.
//!
//! Owns the meaning of each code and the last line of every error. Never decides whether something is an error:
//! the commands do. Called by `main` for the code and by every command for the errors it can name.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_podman::Error as Podman;
use podsteward_specs::key::Key;
use podsteward_store::{ControllerLock, Error as Store};

use crate::args::surroundings;
use crate::output::{age, colour};

/// The exit codes. Findings are not among them: `get` on a host full of trouble ends with 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// The command line cannot be understood.
    Usage,
    /// `plan --exit-code` found something to do.
    Changes,
    /// A gate refuses it.
    Refused,
    /// Podman or the controller cannot be reached.
    Unreachable,
}

impl Exit {
    /// The number that the shell sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage | Self::Changes => 2,
            Self::Refused => 3,
            Self::Unreachable => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// An error that a command knows by name. Everything else is `Failed` and has no advice.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// An option or environment variable holds something that cannot be used.
    #[error("{what}")]
    Usage {
        /// What is wrong, with where the value came from.
        what: String,
        /// What is allowed.
        next: String,
    },
    /// A default path cannot be told, because the environment does not name a home.
    #[error("no directory for the {what}: {missing} is not set")]
    NoHome {
        /// What the directory is for.
        what: &'static str,
        /// The environment variable.
        missing: &'static str,
        /// The option that names the directory.
        option: &'static str,
    },
    /// There is no manifests directory.
    #[error("there is no manifests directory {}", .0.display())]
    NoManifests(PathBuf),
    /// A file that was named cannot be used.
    #[error("{what}")]
    File {
        /// What is wrong with it.
        what: String,
        /// What makes it right.
        next: String,
    },
    /// Nothing of that key is declared or exists.
    #[error("there is no object {0}")]
    NoObject(String),
    /// Nothing of that key is declared or exists, so that a pause would hold nothing.
    #[error("there is no object {key} to pause")]
    NothingToPause {
        /// What was named.
        key: Key,
        /// What there is of that kind.
        known: Vec<Key>,
    },
    /// No playbook of that name is in force.
    #[error("there is no playbook {name}")]
    NoPlaybook {
        /// What was named.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// There is no approval of that number.
    #[error("there is no approval {0}")]
    NoApproval(i64),
    /// There is no snapshot of that name.
    #[error("there is no snapshot {name}{}", if *gone { " any more" } else { "" })]
    NoSnapshot {
        /// What was named.
        name: String,
        /// It was there.
        gone: bool,
        /// What there is.
        known: Vec<String>,
    },
    /// Nothing is wrong that the action would mend.
    #[error("nothing calls for {action} of {target}")]
    NotCalledFor {
        /// The action.
        action: Action,
        /// On what.
        target: Key,
    },
    /// A gate refuses it.
    #[error("{what}")]
    Refused {
        /// What is refused, and by which gate.
        what: String,
        /// How the gate opens.
        next: String,
    },
    /// Podman does not answer, or not as it should.
    #[error("podman at {url} cannot be used")]
    Podman {
        /// The socket.
        url: String,
        /// The cause.
        #[source]
        source: Podman,
    },
    /// No controller runs that could do it.
    #[error("no controller is running")]
    NoController,
    /// A controller runs and does not take up what it was asked.
    #[error(
        "the controller{} does not answer: what it was asked has not begun within {}",
        of_pid(*pid),
        age::short(*waited)
    )]
    Silent {
        /// The process.
        pid: Option<u32>,
        /// How long it was waited for.
        waited: Duration,
    },
    /// A pause would loosen a stop.
    #[error("podsteward is stopped, which is more than paused")]
    Stopped,
    /// Another controller has the state directory.
    #[error("a controller runs with the state directory {} already{}", dir.display(), of_pid(*pid))]
    AlreadyRunning {
        /// The state directory.
        dir: PathBuf,
        /// The process.
        pid: Option<u32>,
    },
    /// The store cannot be used.
    #[error("the store in {} cannot be used", dir.display())]
    Store {
        /// The state directory.
        dir: PathBuf,
        /// The controller that runs there.
        running: Option<u32>,
        /// The cause.
        #[source]
        source: podsteward_store::Error,
    },
}

impl Error {
    /// The store of a state directory refuses.
    pub(crate) fn store(dir: &Path, source: Store) -> Self {
        if let Store::AlreadyRunning { pid } = source {
            return Self::AlreadyRunning { dir: dir.to_owned(), pid };
        }
        let running = ControllerLock::holder(dir).and_then(|holder| holder.pid);
        Self::Store { dir: dir.to_owned(), running, source }
    }

    /// Podman at a URL refuses.
    pub(crate) fn podman(url: &str, source: Podman) -> Self {
        Self::Podman { url: url.to_owned(), source }
    }

    /// The exit code.
    fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } | Self::NoHome { .. } => Exit::Usage,
            Self::Stopped | Self::Refused { .. } => Exit::Refused,
            Self::Podman { source: Podman::Unreachable { .. } | Podman::Timeout { .. }, .. } => {
                Exit::Unreachable
            }
            Self::NoController | Self::Silent { .. } => Exit::Unreachable,
            Self::NoManifests(_)
            | Self::File { .. }
            | Self::NoObject(_)
            | Self::NothingToPause { .. }
            | Self::NoPlaybook { .. }
            | Self::NoApproval(_)
            | Self::NoSnapshot { .. }
            | Self::NotCalledFor { .. }
            | Self::Podman { .. }
            | Self::AlreadyRunning { .. }
            | Self::Store { .. } => Exit::Failed,
        }
    }

    /// What to do next.
    fn next(&self) -> String {
        match self {
            Self::Usage { next, .. } | Self::File { next, .. } | Self::Refused { next, .. } => next.clone(),
            Self::NoHome { option, .. } => format!("pass {option} DIR"),
            Self::NoManifests(dir) => {
                format!("create it with `mkdir -p {}`, or name another with --manifests DIR", dir.display())
            }
            Self::NoController => "start it with `podsteward run`".to_owned(),
            Self::Silent { .. } => {
                "look at its log and at `podsteward status`; it begins once the controller goes on".to_owned()
            }
            Self::NoObject(_) => "`podsteward get` lists all objects".to_owned(),
            Self::NothingToPause { key, known } => next_for_pause(key, known),
            Self::NoPlaybook { known, .. } => next_for_playbook(known),
            Self::NoApproval(_) => "`podsteward approvals --all` lists all approvals".to_owned(),
            Self::NoSnapshot { known, .. } => next_for_restore(known),
            Self::NotCalledFor { target, .. } => format!("`podsteward why {target}` tells how it is"),
            Self::Stopped => "end the stop first with `podsteward resume`".to_owned(),
            Self::AlreadyRunning { .. } => {
                "look at it with `podsteward status`, or name another state directory with --state DIR"
                    .to_owned()
            }
            Self::Store { dir, running, source } => next_for_store(source, dir, *running),
            Self::Podman { .. } => {
                let user = if surroundings().is_root() { "" } else { " --user" };
                format!(
                    "start it with `systemctl{user} start podman.socket`, or name another with --podman URL"
                )
            }
        }
    }
}

/// Names what there is; where that is much, whoever shares most of the beginning of the name.
fn next_for_pause(key: &Key, known: &[Key]) -> String {
    let shared = |known: &&Key| {
        let both = key.name.as_str().chars().zip(known.name.as_str().chars());
        both.take_while(|(one, other)| one == other).count()
    };
    let mut alike: Vec<&Key> = known.iter().collect();
    alike.sort_by_key(|known| std::cmp::Reverse(shared(known)));
    let names: Vec<String> = alike.iter().take(NAMED_MAX).map(ToString::to_string).collect();
    match (names.is_empty(), known.len().saturating_sub(names.len())) {
        (true, _) => "there is none of that kind; `podsteward get` lists all objects".to_owned(),
        (_, 0) => format!("there is {}", names.join(", ")),
        (_, more) => format!("there is {} and {more} more, which `podsteward get` lists", names.join(", ")),
    }
}

/// How many objects an error names.
const NAMED_MAX: usize = 5;

/// Names the playbooks.
fn next_for_playbook(known: &[String]) -> String {
    let names = known.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
    match (known.len(), known.len().saturating_sub(NAMED_MAX)) {
        (0, _) => "none is in force; `podsteward validate` tells what is wrong with one".to_owned(),
        (_, 0) => format!("there is {names}"),
        (_, more) => format!("there is {names} and {more} more, which `podsteward get playbook` lists"),
    }
}

/// Names the latest snapshots.
fn next_for_restore(known: &[String]) -> String {
    let names = known.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
    match (known.len(), known.len().saturating_sub(NAMED_MAX)) {
        (0, _) => "there is none; one is taken before a change where a manifest says `dataTier: snapshot`"
            .to_owned(),
        (_, 0) => format!("there is {names}"),
        (_, more) => format!("there is {names} and {more} more, which `podsteward snapshots list` lists"),
    }
}

fn of_pid(pid: Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (pid {pid})"))
}

fn next_for_store(error: &Store, dir: &Path, running: Option<u32>) -> String {
    match error {
        Store::Absent(_) => "`podsteward run` makes one; another one is named with --state DIR".to_owned(),
        Store::File { .. } => format!("look at who owns {}, or name another with --state DIR", dir.display()),
        Store::Locked(_) => {
            let whom = running.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
            format!("{whom} writes to it: try again")
        }
        Store::Damaged(_) => "start the controller: it keeps the file aside and begins a new one".to_owned(),
        Store::Full(_) => format!("make room on the filesystem of {}", dir.display()),
        _ => "look at `podsteward status`".to_owned(),
    }
}

/// Prints how the command ended, if it ended badly, and returns its code.
pub(crate) fn finish(result: anyhow::Result<Exit>) -> ExitCode {
    let error = match result {
        Ok(exit) => return exit.into(),
        Err(error) => error,
    };
    let known = error.downcast_ref::<Error>();
    let label = colour::paint("error:", colour::BAD, colour::on_stderr());
    // When even this cannot be printed, the code is all that is left.
    let _ = writeln!(std::io::stderr(), "{label} {error:#}");
    if let Some(known) = known {
        let _ = writeln!(std::io::stderr(), "  next: {}", known.next());
    }
    known.map_or(Exit::Failed, Error::exit).into()
}
