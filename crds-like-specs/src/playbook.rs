//! The validated form of a `Playbook`: steps that are carried out together, with what must hold before and after.
//!
//! Owns what a playbook may say. Never carries one out. Everything in it is carried out, or it is refused at load.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::container::ProbeHandler;

/// Steps that are carried out together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Playbook {
    /// The kinds of findings that call for it, about the object that becomes its target; empty: only alerts and people do.
    pub triggers: Vec<String>,
    /// How much it may break.
    pub risk: PlaybookRisk,
    /// What its steps may be given, with the values that hold when nothing is; `None`: it must be given.
    pub parameters: BTreeMap<String, Option<String>>,
    /// What must hold before the first step; else nothing is done.
    pub pre_checks: Vec<Check>,
    /// The steps, in order.
    pub steps: Vec<PlaybookStep>,
    /// What must hold afterwards: whether it worked.
    pub post_checks: Vec<Check>,
    /// What a step that fails means.
    pub on_failure: OnFailure,
    /// It may take so long as a whole.
    pub timeout: Duration,
    /// How long the checks afterwards may take to hold, and must then go on holding.
    pub stabilise: Duration,
}

/// How much a playbook may break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlaybookRisk {
    /// Nothing that matters.
    Low,
    /// Something that comes back by itself. The default.
    #[default]
    Medium,
    /// Something that does not: it is always asked for.
    High,
}

/// What a step that fails means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// The following steps are carried out all the same.
    Continue,
    /// No further step is carried out. The default.
    #[default]
    Stop,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum PlaybookStep {
    /// Stop and start a container.
    Restart {
        /// Which; `None`: the target.
        container: Option<String>,
    },
    /// Stop a container.
    Stop {
        /// Which; `None`: the target.
        container: Option<String>,
    },
    /// Start a container.
    Start {
        /// Which; `None`: the target.
        container: Option<String>,
    },
    /// Make a container anew.
    Recreate {
        /// Which; `None`: the target.
        container: Option<String>,
    },
    /// Run a command inside a container.
    Exec {
        /// Which; `None`: the target.
        container: Option<String>,
        /// The command with its arguments.
        command: Vec<String>,
        /// It may take so long.
        timeout: Duration,
    },
    /// Ask a container whether it is well, until it is.
    Probe {
        /// Which; `None`: the target.
        container: Option<String>,
        /// What is asked.
        handler: ProbeHandler,
        /// It may take so long.
        timeout: Duration,
    },
    /// Wait.
    Wait {
        /// So long.
        length: Duration,
    },
    /// Tell somebody.
    Notify {
        /// What.
        message: String,
    },
    /// Carry out the cleanup of a disk's policy.
    Cleanup {
        /// Which; `None`: the target.
        disk: Option<String>,
    },
    /// Run a program on the host.
    Command {
        /// The program, which stands in the file of allowed commands, with its arguments.
        argv: Vec<String>,
        /// It may take so long.
        timeout: Duration,
    },
}

/// Something that must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Check {
    /// A container runs, and is well as far as it can tell.
    Well {
        /// Which; `None`: the target.
        container: Option<String>,
    },
    /// A container answers.
    Probe {
        /// Which; `None`: the target.
        container: Option<String>,
        /// What is asked.
        handler: ProbeHandler,
        /// It may take so long.
        timeout: Duration,
    },
    /// A program on the host ends with 0.
    Command {
        /// The program, which stands in the file of allowed commands, with its arguments.
        argv: Vec<String>,
        /// It may take so long.
        timeout: Duration,
    },
}
