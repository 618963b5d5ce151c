//! The JSON Schemas of all kinds, generated from the wire types.
//!
//! Owns the published schema and the one that validation walks: they are the same. Never validates by itself.
//! Called by `podsteward schema` and by loading.

use std::sync::OnceLock;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::key::Kind;
use crate::wire::{self, Metadata};

/// The only version of the manifest language so far.
pub const API_VERSION: &str = "podsteward.dev/v1alpha1";

/// The schema of one kind, or of a document of any kind.
pub fn schema(kind: Option<Kind>) -> Value {
    if let Some(kind) = kind {
        return of(kind).clone();
    }
    let mut generator = generator();
    let any: Vec<Value> = Kind::ALL.into_iter().map(|kind| envelope(kind, &mut generator)).collect();
    finish(json!({ "title": "A podsteward manifest", "oneOf": any }), generator)
}

/// The schema of one kind, made when the first document of that kind is met.
pub(crate) fn of(kind: Kind) -> &'static Value {
    static SCHEMAS: [OnceLock<Value>; Kind::ALL.len()] = [const { OnceLock::new() }; Kind::ALL.len()];
    let at = Kind::ALL.iter().position(|known| *known == kind).unwrap_or_default();
    SCHEMAS[at].get_or_init(|| {
        let mut generator = generator();
        let envelope = envelope(kind, &mut generator);
        finish(envelope, generator)
    })
}

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().into_generator()
}

/// The document around one kind's spec.
fn envelope(kind: Kind, generator: &mut SchemaGenerator) -> Value {
    let spec = match kind {
        Kind::Network => reference::<wire::network::Network>(generator),
        Kind::Volume => reference::<wire::volume::Volume>(generator),
        Kind::Container => reference::<wire::container::Container>(generator),
        Kind::RemediationPolicy => reference::<wire::policy::RemediationPolicy>(generator),
        Kind::NotificationChannel => reference::<wire::channel::NotificationChannel>(generator),
        Kind::AlertRoute => reference::<wire::alert::AlertRoute>(generator),
        Kind::Playbook => reference::<wire::playbook::Playbook>(generator),
        Kind::BackupCheck => reference::<wire::backup::BackupCheck>(generator),
        Kind::Disk => reference::<wire::disk::DiskPolicy>(generator),
        // Nobody declares the host.
        Kind::Host => json!(false),
    };
    let mut required = vec!["apiVersion", "kind", "metadata"];
    if !matches!(kind, Kind::Network | Kind::Volume | Kind::RemediationPolicy) {
        // These need nothing but a name; the others say at least one thing that has no default.
        required.push("spec");
    }
    json!({
        "type": "object",
        "title": format!("A {kind}"),
        "additionalProperties": false,
        "required": required,
        "properties": {
            "apiVersion": { "const": API_VERSION, "description": "The version of the manifest language." },
            "kind": { "const": kind.as_str(), "description": "What is declared." },
            "metadata": reference::<Metadata>(generator),
            "spec": spec,
        },
    })
}

fn reference<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// Adds what every schema carries: its dialect and the definitions that it refers to.
fn finish(mut schema: Value, mut generator: SchemaGenerator) -> Value {
    if let Some(fields) = schema.as_object_mut() {
        let definitions: Map<String, Value> = generator.take_definitions(true);
        fields.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        fields.insert("$defs".to_owned(), Value::Object(definitions));
    }
    schema
}

#[cfg(test)]
mod tests;
