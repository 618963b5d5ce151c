//! What the queue is asked, and what a run answers.
//!
//! Owns the closed list of reasons and the priority of each. Never decides anything by a reason: it says when an
//! object is looked at, is shown in logs and metrics, and changes nothing of what is decided.

use std::fmt;
use std::time::Duration;

use podsteward_specs::key::Key;

/// How much a request matters, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Looking again, in case something was missed.
    Resync,
    /// Something differs from the manifest.
    Drift,
    /// Something does not run, or not well.
    Health,
    /// A person waits for it.
    UserEdit,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $priority:ident, new_fact: $fact:literal;)+) => {
        /// Why an object is to be looked at.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $($(#[$doc])* $variant,)+
        }

        impl Reason {
            /// All reasons.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in logs and metrics.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// How much it matters.
            pub fn priority(self) -> Priority {
                match self { $(Self::$variant => Priority::$priority,)+ }
            }

            /// Whether it brings something that a failing object has not been tried with.
            pub fn is_new_fact(self) -> bool {
                match self { $(Self::$variant => $fact,)+ }
            }
        }
    };
}

reasons! {
    /// Its document is new, changed or gone.
    ManifestEdited = "manifest_edited", UserEdit, new_fact: true;
    /// A person asked for it: `retry`, `resume`, an approval.
    Asked = "asked", UserEdit, new_fact: true;
    /// The monitoring said something of it.
    Alerted = "alerted", Health, new_fact: true;
    /// A config file that it reads changed.
    ConfigFileChanged = "config_file_changed", UserEdit, new_fact: true;
    /// Its main process ended, or its container is gone.
    Died = "died", Health, new_fact: false;
    /// Its health changed.
    HealthChanged = "health_changed", Health, new_fact: false;
    /// Something that it depends on changed.
    DependencyChanged = "dependency_changed", Health, new_fact: true;
    /// What all objects share may have changed: a budget, a trial or a turn became free, a breaker opened.
    HostChanged = "host_changed", Health, new_fact: false;
    /// The run before asked to look again at this time.
    Due = "due", Health, new_fact: false;
    /// The run before failed.
    Retry = "retry", Health, new_fact: false;
    /// The live object changed.
    LiveChanged = "live_changed", Drift, new_fact: false;
    /// The controller began, or a source was away.
    Resync = "resync", Resync, new_fact: false;
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A wish to have one object looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which object.
    pub key: Key,
    /// Why.
    pub reason: Reason,
    /// How much it matters.
    pub priority: Priority,
    /// How long it may wait first.
    pub delay: Duration,
}

impl Request {
    /// A request for now, with the reason's own priority.
    pub fn new(key: Key, reason: Reason) -> Self {
        Self { key, reason, priority: reason.priority(), delay: Duration::ZERO }
    }

    /// The same request for later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The same request with another priority.
    #[must_use]
    pub fn with_priority(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    /// Whether it runs although its key backs off.
    pub fn breaks_backoff(&self) -> bool {
        self.priority == Priority::UserEdit || self.reason.is_new_fact()
    }
}

/// What came of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunResult {
    /// It went through. `again` says when to look again without being asked.
    Done {
        /// After how long.
        again: Option<Duration>,
    },
    /// It did not; the queue backs off.
    Failed,
}
