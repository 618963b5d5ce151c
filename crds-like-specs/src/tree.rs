//! A document as a tree in which every value knows its place.
//!
//! Owns the tree, the way to a place in it, and its JSON. Never knows what a manifest means.
//! Made by [`parse`] out of text or from stored JSON; walked by `walk`, read by `validate` and by what imports other
//! languages.

pub mod parse;
mod scalar;

use serde_json::{Map, Number, Value};

use crate::problem::Place;

/// One value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it begins.
    pub place: Place,
    /// What it is.
    pub content: Content,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Item>),
    /// A map, in the order of the text.
    Map(Vec<Entry>),
}

/// One item of a list. It keeps the index that the user counts even when an unsound item before it is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The index as the user counts.
    pub index: usize,
    /// The value.
    pub node: Node,
}

/// One field of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub key_place: Place,
    /// The value.
    pub node: Node,
}

impl Node {
    /// The entry of a map, unless it is null: null is "not declared".
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.content {
            Content::Map(entries) => {
                entries.iter().find(|entry| entry.key == key && entry.node.content != Content::Null)
            }
            _ => None,
        }
    }

    /// The value of a map's entry, unless it is null.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as JSON, keys sorted.
    pub fn to_json(&self) -> Value {
        match &self.content {
            Content::Null => Value::Null,
            Content::Bool(value) => Value::Bool(*value),
            Content::Number(number) => Value::Number(number.clone()),
            Content::Text(text) => Value::String(text.clone()),
            Content::List(items) => items.iter().map(|item| item.node.to_json()).collect(),
            Content::Map(entries) => {
                let mut sorted: Vec<&Entry> = entries.iter().collect();
                sorted.sort_by(|a, b| a.key.cmp(&b.key));
                let fields: Map<_, _> =
                    sorted.into_iter().map(|entry| (entry.key.clone(), entry.node.to_json())).collect();
                Value::Object(fields)
            }
        }
    }

    /// A tree out of JSON that has lost its lines: everything stands at one place.
    pub(crate) fn from_json(value: Value, place: Place) -> Self {
        let content = match value {
            Value::Null => Content::Null,
            Value::Bool(value) => Content::Bool(value),
            Value::Number(number) => Content::Number(number),
            Value::String(text) => Content::Text(text),
            Value::Array(values) => {
                let nodes = values.into_iter().map(|value| Self::from_json(value, place));
                Content::List(nodes.enumerate().map(|(index, node)| Item { index, node }).collect())
            }
            Value::Object(fields) => {
                let entries = fields.into_iter().map(|(key, value)| Entry {
                    key,
                    key_place: place,
                    node: Self::from_json(value, place),
                });
                Content::Map(entries.collect())
            }
        };
        Self { place, content }
    }
}

/// The path of a map's entry: `spec.image`, `metadata.labels["a.b/c"]`.
pub fn key_path(parent: &str, key: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if key.is_empty() || !key.chars().all(plain) {
        format!("{parent}[{key:?}]")
    } else if parent.is_empty() {
        key.to_owned()
    } else {
        format!("{parent}.{key}")
    }
}

/// The path of a list's item: `spec.ports[0]`.
pub fn item_path(parent: &str, index: usize) -> String {
    format!("{parent}[{index}]")
}
