//! The wire form of a `Playbook`.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Scalar;
use super::probe::{Exec, HttpGet, TcpSocket};
use crate::duration;
use crate::key::NAME_RULE;
use crate::playbook::{OnFailure, PlaybookRisk};

/// Steps that are carried out together on a target: the object of the finding or of the alert that calls for it.
///
/// In the words of a command (but the first) and in a message, `$(NAME)` stands for a parameter, always as a whole word;
/// `$(target)` is the name of the target, and `$$(` is a plain `$(`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookSpec")]
pub(crate) struct Playbook {
    /// The findings that call for it. Default: none; only alerts and people do.
    pub(crate) triggers: Option<Vec<Trigger>>,
    /// How much it may break. Default `medium`; `high` is always asked for.
    pub(crate) risk: Option<PlaybookRisk>,
    /// What its steps may be given: a name with its default, or with nothing where it must be given.
    pub(crate) parameters: Option<BTreeMap<String, Option<Scalar>>>,
    /// What must hold before the first step; else nothing is done.
    pub(crate) pre_checks: Option<Vec<Check>>,
    /// The steps, in order.
    #[schemars(required)]
    pub(crate) steps: Option<Vec<Step>>,
    /// What must hold afterwards. Default: every container that it touched is well.
    pub(crate) post_checks: Option<Vec<Check>>,
    /// What a step that fails means. Default `stop`.
    pub(crate) on_failure: Option<OnFailure>,
    /// It may take so long as a whole, at most 1h. Default `10m`.
    #[schemars(title = duration::RULE)]
    pub(crate) timeout: Option<String>,
    /// How long the checks afterwards may take to hold, and must then go on holding, at most 1h. Default `30s`.
    #[schemars(title = duration::RULE)]
    pub(crate) stabilise: Option<String>,
}

/// A finding that calls for a playbook.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
pub(crate) enum Trigger {
    /// A kind of finding, about any object.
    Any(String),
    /// A kind of finding, about some objects.
    Of(TriggerOf),
}

/// A finding about some objects.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookTrigger")]
pub(crate) struct TriggerOf {
    /// The kind of finding.
    #[schemars(required, title = "a kind of finding such as unhealthy")]
    pub(crate) finding: Option<String>,
    /// Only about these, each KIND/NAME. Default: about any.
    pub(crate) objects: Option<Vec<String>>,
}

/// One step: exactly one of its fields. The step without fields may be written with nothing behind it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookStep", extend("minProperties" = 1, "maxProperties" = 1))]
pub(crate) struct Step {
    /// Stop and start a container.
    pub(crate) restart: Option<OnContainer>,
    /// Stop a container. It is started again when the playbook is over, unless its manifest wants it stopped.
    pub(crate) stop: Option<OnContainer>,
    /// Start a container.
    pub(crate) start: Option<OnContainer>,
    /// Make a container anew as its manifest says; the old one comes back if that fails.
    pub(crate) recreate: Option<OnContainer>,
    /// Run a command inside a container; it must end with 0.
    pub(crate) exec: Option<InContainer>,
    /// Ask a container until it answers well.
    pub(crate) probe: Option<Probe>,
    /// Wait.
    pub(crate) wait: Option<Wait>,
    /// Tell the channels.
    pub(crate) notify: Option<Notify>,
    /// Carry out the cleanup of a disk's policy, down to its target.
    pub(crate) cleanup: Option<OnDisk>,
    /// Run a program on the host; it must end with 0.
    pub(crate) command: Option<HostCommand>,
}

/// Something that must hold: exactly one of its fields.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookCheck", extend("minProperties" = 1, "maxProperties" = 1))]
pub(crate) struct Check {
    /// A container runs, and is not unhealthy.
    pub(crate) well: Option<OnContainer>,
    /// A container answers well.
    pub(crate) probe: Option<Probe>,
    /// A program on the host ends with 0. It is run again and again, so it only looks.
    pub(crate) command: Option<HostCommand>,
}

/// A container.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookContainer")]
pub(crate) struct OnContainer {
    /// Which. Default: the target.
    #[schemars(title = NAME_RULE)]
    pub(crate) container: Option<String>,
}

/// A command inside a container.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookExec")]
pub(crate) struct InContainer {
    /// Which. Default: the target.
    #[schemars(title = NAME_RULE)]
    pub(crate) container: Option<String>,
    /// The program with its arguments; no shell reads them.
    #[schemars(required)]
    pub(crate) command: Option<Vec<String>>,
    /// It may take so long, at most 1h. Default `1m`.
    #[schemars(title = duration::RULE)]
    pub(crate) timeout: Option<String>,
}

/// A container that is asked: exactly one of `exec`, `httpGet` and `tcpSocket`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookProbe")]
pub(crate) struct Probe {
    /// Which. Default: the target.
    #[schemars(title = NAME_RULE)]
    pub(crate) container: Option<String>,
    /// Runs a command inside; 0 is well.
    pub(crate) exec: Option<Exec>,
    /// Asks by HTTP; 200 to 399 is well.
    pub(crate) http_get: Option<HttpGet>,
    /// Opens a TCP connection; accepted is well.
    pub(crate) tcp_socket: Option<TcpSocket>,
    /// A step asks for so long until it is well, at most 1h, default `1m`; a check asks once, at most 1m, default `5s`.
    #[schemars(title = duration::RULE)]
    pub(crate) timeout: Option<String>,
}

/// A wait.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookWait")]
pub(crate) struct Wait {
    /// So long, at most 10m.
    #[serde(rename = "for")]
    #[schemars(required, title = duration::RULE)]
    pub(crate) length: Option<String>,
}

/// Something that is told.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookNotify")]
pub(crate) struct Notify {
    /// What: plain text, or one parameter.
    #[schemars(required)]
    pub(crate) message: Option<String>,
}

/// A watched disk.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookDisk")]
pub(crate) struct OnDisk {
    /// The name of its policy. Default: the target.
    #[schemars(title = NAME_RULE)]
    pub(crate) disk: Option<String>,
}

/// A program on the host.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookCommand")]
pub(crate) struct HostCommand {
    /// The program by its absolute path, which must stand in the file of `--allow-commands`, and its arguments; no shell
    /// reads them.
    #[schemars(required)]
    pub(crate) argv: Option<Vec<String>>,
    /// It may take so long: a step at most 1h, default `1m`; a check at most 1m, default `5s`.
    #[schemars(title = duration::RULE)]
    pub(crate) timeout: Option<String>,
}
