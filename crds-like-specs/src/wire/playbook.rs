//! The wire form of a `Playbook`.
//!
//! Owns the fields. Never checks one; see [`crate::validate`].

use schemars::JsonSchema;
use serde::Deserialize;

use crate::playbook::{OnFailure, PlaybookRisk};

/// Steps that are carried out together.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookSpec")]
pub(crate) struct Playbook {
    /// How much it may break. Default `medium`; `high` is always asked for.
    pub(crate) risk: Option<PlaybookRisk>,
    /// The steps, in order.
    #[schemars(required)]
    pub(crate) steps: Option<Vec<Step>>,
    /// What a step that fails means. Default `stop`.
    pub(crate) on_failure: Option<OnFailure>,
}

/// One step: exactly one of its fields.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "PlaybookStep", extend("minProperties" = 1, "maxProperties" = 1))]
pub(crate) struct Step {
    /// Stop and start a container.
    pub(crate) restart: Option<OnContainer>,
}

/// A container.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct OnContainer {
    /// Which. Default: the target.
    pub(crate) container: Option<String>,
}
