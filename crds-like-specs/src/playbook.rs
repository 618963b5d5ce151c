//! The validated form of a `Playbook`: steps that are carried out together, with what must hold before and after.
//!
//! Owns what a playbook may say. Never carries one out. Everything in it is carried out, or it is refused at load.

pub(crate) mod word;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::container::ProbeHandler;
use crate::key::{Key, Kind, Name};

use word::may_be_given;
pub use word::{Argv, Error, TARGET, Word};

/// Steps that are carried out together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Playbook {
    /// The findings that call for it, about the object that becomes its target; empty: only alerts and people do.
    pub triggers: Vec<Trigger>,
    /// How much it may break.
    pub risk: PlaybookRisk,
    /// What its steps may be given, with the values that hold when nothing is; `None`: it must be given.
    pub parameters: BTreeMap<String, Option<String>>,
    /// What must hold before the first step; else nothing is done.
    pub pre_checks: Vec<Check>,
    /// The steps, in order.
    pub steps: Vec<PlaybookStep>,
    /// What must hold afterwards: whether it worked. Empty: every container that it touched is well.
    pub post_checks: Vec<Check>,
    /// What a step that fails means.
    pub on_failure: OnFailure,
    /// It may take so long as a whole.
    pub timeout: Duration,
    /// How long the checks afterwards may take to hold, and must then go on holding.
    pub stabilise: Duration,
}

/// A finding that calls for a playbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trigger {
    /// The kind of finding.
    pub finding: String,
    /// Only about these objects; empty: about any.
    pub objects: BTreeSet<Key>,
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
        container: Option<Name>,
    },
    /// Stop a container.
    Stop {
        /// Which; `None`: the target.
        container: Option<Name>,
    },
    /// Start a container.
    Start {
        /// Which; `None`: the target.
        container: Option<Name>,
    },
    /// Make a container anew.
    Recreate {
        /// Which; `None`: the target.
        container: Option<Name>,
    },
    /// Run a command inside a container.
    Exec {
        /// Which; `None`: the target.
        container: Option<Name>,
        /// The command with its arguments.
        command: Argv,
        /// It may take so long.
        timeout: Duration,
    },
    /// Ask a container whether it is well, until it is.
    Probe(ProbeCheck),
    /// Wait.
    Wait {
        /// So long.
        length: Duration,
    },
    /// Tell somebody.
    Notify {
        /// What.
        message: Word,
    },
    /// Carry out the cleanup of a disk's policy.
    Cleanup {
        /// Which; `None`: the target.
        disk: Option<Name>,
    },
    /// Run a program on the host.
    Command(HostCommand),
}

/// A container that is asked whether it is well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProbeCheck {
    /// Which; `None`: the target.
    pub container: Option<Name>,
    /// What is asked.
    pub handler: ProbeHandler,
    /// It may take so long.
    pub timeout: Duration,
}

/// A program on the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostCommand {
    /// The program, which stands in the file of allowed commands, with its arguments.
    pub argv: Argv,
    /// It may take so long.
    pub timeout: Duration,
}

/// Something that must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Check {
    /// A container runs, and is well as far as it can tell.
    Well {
        /// Which; `None`: the target.
        container: Option<Name>,
    },
    /// A container answers.
    Probe(ProbeCheck),
    /// A program on the host ends with 0.
    Command(HostCommand),
}

impl Playbook {
    /// The containers and disks that it names.
    pub fn named(&self) -> BTreeSet<Key> {
        let steps = self.steps.iter().filter_map(PlaybookStep::named);
        let checks = self.pre_checks.iter().chain(&self.post_checks).filter_map(Check::named);
        steps.chain(checks).collect()
    }

    /// The programs on the host that it runs.
    pub fn programs(&self) -> BTreeSet<&str> {
        let steps = self.steps.iter().filter_map(|step| match step {
            PlaybookStep::Command(command) => Some(command),
            _ => None,
        });
        let checks = self.pre_checks.iter().chain(&self.post_checks).filter_map(|check| match check {
            Check::Command(command) => Some(command),
            _ => None,
        });
        steps.chain(checks).map(|command| command.argv.program.as_str()).collect()
    }

    /// The values of its parameters: what is given, over the defaults; or the names of those that have none.
    pub fn values(&self, given: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Vec<String>> {
        let value = |(name, default): (&String, &Option<String>)| {
            let value = given.get(name).or(default.as_ref());
            value.map(|value| (name.clone(), value.clone())).ok_or_else(|| name.clone())
        };
        let (mut values, mut missing) = (BTreeMap::new(), Vec::new());
        for result in self.parameters.iter().map(value) {
            match result {
                Ok((name, value)) => drop(values.insert(name, value)),
                Err(name) => missing.push(name),
            }
        }
        if missing.is_empty() { Ok(values) } else { Err(missing) }
    }

    /// Why these values cannot be filled in where they are meant to stand, by the name of the parameter.
    pub fn unfit(&self, given: &BTreeMap<String, String>) -> BTreeMap<String, Error> {
        let used = self.argvs().flat_map(Argv::parameters).map(|name| (name.to_owned(), String::new()));
        let mut values: BTreeMap<String, String> = used.collect();
        values.extend(given.clone());
        let errors = self.argvs().filter_map(|argv| argv.filled(&values).err());
        errors.filter_map(|error| Some((error.parameter()?.to_owned(), error))).collect()
    }

    /// What is wrong with these values as those of its parameters.
    pub fn misgiven(&self, key: &Key, given: &BTreeMap<String, String>) -> Vec<String> {
        let known: Vec<&str> = self.parameters.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "it has none".to_owned() } else { known.join(", ") };
        let unknown = given.keys().filter(|name| !self.parameters.contains_key(*name));
        let unknown = unknown.map(|name| format!("'{name}' is no parameter of {key} ({known})"));
        let needed = self.parameters.iter().filter(|(_, default)| default.is_none()).map(|(name, _)| name);
        let missing = needed.filter(|name| !given.contains_key(*name));
        let missing = missing.map(|name| format!("'{name}' is missing, which {key} needs"));
        let told =
            given.iter().filter_map(|(name, value)| Some((name.clone(), may_be_given(name, value).err()?)));
        let mut unfit: BTreeMap<String, Error> = told.collect();
        unfit.extend(self.unfit(given));
        unknown.chain(missing).chain(unfit.values().map(ToString::to_string)).collect()
    }

    /// The kind of the target without which a step or check is about nothing; `None`: any will do.
    pub fn needs(&self) -> Option<Kind> {
        let of_step = |step: &PlaybookStep| match step {
            PlaybookStep::Cleanup { disk: None } => Some(Kind::Disk),
            PlaybookStep::Restart { container: None }
            | PlaybookStep::Stop { container: None }
            | PlaybookStep::Start { container: None }
            | PlaybookStep::Recreate { container: None }
            | PlaybookStep::Exec { container: None, .. }
            | PlaybookStep::Probe(ProbeCheck { container: None, .. }) => Some(Kind::Container),
            _ => None,
        };
        let of_check = |check: &Check| match check {
            Check::Well { container: None } | Check::Probe(ProbeCheck { container: None, .. }) => {
                Some(Kind::Container)
            }
            _ => None,
        };
        let mut checks = self.pre_checks.iter().chain(&self.post_checks);
        self.steps.iter().find_map(of_step).or_else(|| checks.find_map(of_check))
    }

    /// Every list of words that parameters are filled into.
    pub fn argvs(&self) -> impl Iterator<Item = &Argv> {
        let steps = self.steps.iter().filter_map(|step| match step {
            PlaybookStep::Exec { command, .. } => Some(command),
            PlaybookStep::Command(command) => Some(&command.argv),
            _ => None,
        });
        let checks = self.pre_checks.iter().chain(&self.post_checks).filter_map(|check| match check {
            Check::Command(command) => Some(&command.argv),
            _ => None,
        });
        steps.chain(checks)
    }
}

impl PlaybookStep {
    /// The object that it names.
    pub fn named(&self) -> Option<Key> {
        match self {
            Self::Restart { container }
            | Self::Stop { container }
            | Self::Start { container }
            | Self::Recreate { container }
            | Self::Exec { container, .. }
            | Self::Probe(ProbeCheck { container, .. }) => container.clone().map(Key::container),
            Self::Cleanup { disk } => disk.clone().map(Key::disk),
            Self::Wait { .. } | Self::Notify { .. } | Self::Command(_) => None,
        }
    }

    /// Its key in a manifest.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Restart { .. } => "restart",
            Self::Stop { .. } => "stop",
            Self::Start { .. } => "start",
            Self::Recreate { .. } => "recreate",
            Self::Exec { .. } => "exec",
            Self::Probe(_) => "probe",
            Self::Wait { .. } => "wait",
            Self::Notify { .. } => "notify",
            Self::Cleanup { .. } => "cleanup",
            Self::Command(_) => "command",
        }
    }
}

impl Check {
    /// The object that it names.
    pub fn named(&self) -> Option<Key> {
        match self {
            Self::Well { container } | Self::Probe(ProbeCheck { container, .. }) => {
                container.clone().map(Key::container)
            }
            Self::Command(_) => None,
        }
    }
}
