//! The schemas: what they accept is what loading accepts, and the walk knows every keyword in them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::schema;
use crate::document::Document;
use crate::key::Kind;
use crate::load::{SourceFile, load};
use crate::problem::{Place, Problem};
use crate::tree::Node;
use crate::walk::walk;

/// The keywords that the walk acts on, and those that tell a person something.
const KNOWN: [&str; 22] = [
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
    "minProperties",
    "maxProperties",
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
    assert_eq!(loaded.files[0].documents.len(), 18, "{:#?}", loaded.files[0].problems);
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

/// Every document that differs from a good one by one value.
fn neighbours(good: &Value) -> Vec<Value> {
    let odd = serde_json::json!([0, -1, 7, 0.5, 1.5, 101, true, "", "x", [], ["x"], {}, {"a": "b"}]);
    let odd = odd.as_array().unwrap();
    match good {
        Value::Array(items) => {
            let within = items.iter().enumerate().flat_map(|(at, item)| {
                neighbours(item).into_iter().map(move |new| {
                    let mut items = items.clone();
                    items[at] = new;
                    Value::Array(items)
                })
            });
            within.chain(odd.iter().cloned()).collect()
        }
        Value::Object(fields) => {
            let with = |field: &str, new: Value| {
                let mut fields = fields.clone();
                fields.insert(field.to_owned(), new);
                Value::Object(fields)
            };
            let within = fields.iter().flat_map(|(field, value)| {
                neighbours(value).into_iter().map(move |new| (field.as_str(), new))
            });
            let without = fields.keys().map(|field| {
                let mut fields = fields.clone();
                fields.remove(field);
                Value::Object(fields)
            });
            let more = [("unknown", Value::Bool(true))];
            within
                .chain(more)
                .map(|(field, new)| with(field, new))
                .chain(without)
                .chain(odd.iter().cloned())
                .collect()
        }
        _ => odd.clone(),
    }
}

#[test]
fn loading_accepts_by_the_schema_what_a_validator_accepts_and_it_fits_its_type() {
    let bytes = include_bytes!("../../tests/every-field.yaml").to_vec();
    let loaded = load(&[SourceFile { path: "every-field.yaml".to_owned(), bytes }]);
    let mut counts = [0, 0];
    for document in &loaded.files[0].documents {
        let schema = super::of(document.key.kind);
        let validator = jsonschema::validator_for(schema).unwrap();
        for value in neighbours(&serde_json::from_str(&document.canonical).unwrap()) {
            let mut problems = Vec::new();
            walk("f.yaml", schema, &Node::from_json(value.clone(), Place::START), &mut problems);
            let sound = problems.is_empty();
            assert_eq!(validator.is_valid(&value), sound, "{value} {problems:?}");
            if sound {
                let again = Document::from_canonical(&value.to_string(), document.origin.clone());
                // A deserialiser that is stricter than its schema tells a problem without its place.
                let misfit = |problem: &Problem| problem.message.contains("does not fit its type");
                assert!(!again.is_err_and(|problems| problems.iter().any(misfit)), "{value}");
            }
            counts[usize::from(sound)] += 1;
        }
    }
    assert!(counts.iter().all(|count| *count > 300), "{counts:?}");
}
