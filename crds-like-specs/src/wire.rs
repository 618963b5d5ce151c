//! The wire form: manifests as they are typed.
//!
//! Owns the fields, their spelling and their documentation; the JSON Schemas are generated from here. Lenient:
//! a value may still make no sense. Never used outside this crate: [`crate::validate`] turns it into the
//! validated form, which is total.

pub(crate) mod alert;
pub(crate) mod backup;
pub(crate) mod channel;
pub(crate) mod connect;
pub(crate) mod container;
pub(crate) mod disk;
pub(crate) mod lifecycle;
pub(crate) mod network;
pub(crate) mod playbook;
pub(crate) mod policy;
pub(crate) mod probe;
pub(crate) mod process;
pub(crate) mod volume;
pub(crate) mod window;

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::key::NAME_RULE;

/// Who the object is.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Metadata {
    /// The name. Unique among the objects of its kind.
    #[schemars(required, title = NAME_RULE)]
    pub(crate) name: Option<String>,
    /// Labels, set on the live object, too.
    pub(crate) labels: Option<BTreeMap<String, String>>,
    /// Annotations, read by podsteward alone. `podsteward.dev/paused: "reason"` leaves the object alone.
    pub(crate) annotations: Option<BTreeMap<String, String>>,
}

/// A field that people write as a number or as text: `2`, `0.5`, `"500m"`.
#[derive(Debug, Deserialize)]
#[serde(from = "RawScalar")]
pub(crate) struct Scalar(pub(crate) String);

impl JsonSchema for Scalar {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scalar".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number"] })
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawScalar {
    Text(String),
    Number(serde_json::Number),
}

impl From<RawScalar> for Scalar {
    fn from(raw: RawScalar) -> Self {
        match raw {
            RawScalar::Text(text) => Self(text),
            RawScalar::Number(number) => Self(number.to_string()),
        }
    }
}

/// One text, or a list of them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    /// One text.
    One(String),
    /// A list.
    Many(Vec<String>),
}

impl OneOrMany {
    /// All texts.
    pub(crate) fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}
