//! The schemas: what they accept is what loading accepts, and the walk knows every keyword in them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::schema;
use crate::key::Kind;
use crate::load::{SourceFile, load};

/// The keywords that the walk acts on, and those that tell a person something.
const KNOWN: [&str; 20] = [
    "$defs",
    "$ref",
    "$schema",
    "additionalProperties",
    "anyOf",
    "const",
    "default",
    "description",
    "enum",
    "format",
    "items",
    "maximum",
    "minimum",
    "oneOf",
    "properties",
    "required",
    "title",
    "type",
    "minItems",
    "maxItems",
];

fn keywords(schema: &Value, found: &mut BTreeSet<String>) {
    let Some(fields) = schema.as_object() else {
        return schema.as_array().into_iter().flatten().for_each(|item| keywords(item, found));
    };
    for (keyword, value) in fields {
        found.insert(keyword.clone());
        if matches!(keyword.as_str(), "properties" | "$defs") {
            value.as_object().into_iter().flatten().for_each(|(_, schema)| keywords(schema, found));
        } else if keyword != "const" && keyword != "default" {
            keywords(value, found);
        }
    }
}

#[test]
fn the_walk_knows_every_keyword_of_every_schema() {
    let mut found = BTreeSet::new();
    keywords(&schema(None), &mut found);
    let unknown: Vec<&String> = found.iter().filter(|keyword| !KNOWN.contains(&keyword.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_schemas_accept_the_manifest_with_every_field() {
    let bytes = include_bytes!("../../tests/every-field.yaml").to_vec();
    let loaded = load(&[SourceFile { path: "every-field.yaml".to_owned(), bytes }]);
    let any = jsonschema::validator_for(&schema(None)).unwrap();
    for document in &loaded.files[0].documents {
        let value: Value = serde_json::from_str(&document.canonical).unwrap();
        let own = jsonschema::validator_for(&schema(Some(document.key.kind))).unwrap();
        assert!(any.is_valid(&value), "{}", document.key);
        assert!(own.is_valid(&value), "{}", document.key);
    }
    assert_eq!(loaded.files[0].documents.len(), 7, "{:#?}", loaded.files[0].problems);
}

#[test]
fn each_schema_refuses_another_kind_and_an_unknown_field() {
    for kind in Kind::ALL {
        let own = jsonschema::validator_for(&schema(Some(kind))).unwrap();
        let document = serde_json::json!({
            "apiVersion": super::API_VERSION, "kind": kind.as_str(), "metadata": {"name": "x"}, "spec": {"image": "x"},
        });
        assert_eq!(own.is_valid(&document), kind == Kind::Container, "{kind}");
        assert!(!own.is_valid(&serde_json::json!({"kind": "Other"})));
    }
}

#[test]
fn every_field_is_documented() {
    let schema = schema(None);
    let definitions = schema["$defs"].as_object().unwrap();
    for (name, definition) in definitions {
        let fields = definition["properties"].as_object().into_iter().flatten();
        for (field, rule) in fields {
            assert!(rule.get("description").is_some(), "{name}.{field}");
        }
    }
}

/// A number beyond what its type holds would otherwise be told without its place.
#[test]
fn every_whole_number_has_bounds() {
    let schema = schema(None);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        for (field, rule) in definition["properties"].as_object().into_iter().flatten() {
            let whole = rule["type"] == "integer" || rule["type"][0] == "integer";
            let bounded = rule.get("minimum").is_some() && rule.get("maximum").is_some();
            assert!(!whole || bounded, "{name}.{field}");
        }
    }
}
