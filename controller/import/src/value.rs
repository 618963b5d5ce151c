//! The values of a manifest.
//!
//! Owns short ways to make them, and their YAML. Never knows which field they stand in.

use serde_yaml::{Mapping, Value};

/// A map with the fields in this order, those without a value left out.
pub(crate) fn map<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let declared = fields.into_iter().filter_map(|(name, value)| Some((Value::from(name), value?)));
    Value::Mapping(declared.collect::<Mapping>())
}

/// A list of texts.
pub(crate) fn list<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Value {
    texts.into_iter().map(|text| Value::String(text.into())).collect()
}

/// A text.
pub(crate) fn text(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

/// One document as text.
pub(crate) fn yaml(value: &Value) -> String {
    // Only maps whose keys are no text, and numbers that are none, have no YAML; neither is ever made here.
    serde_yaml::to_string(value).unwrap_or_default()
}

/// An amount of bytes as Podman and systemd write it (`512m`, `1G`, in powers of 1024) as manifests write it. What
/// is no such amount stays as it is: the manifest language says what is wrong with it.
pub(crate) fn bytes(text: &str) -> String {
    let lower = text.trim().to_ascii_lowercase();
    let plain = lower.strip_suffix("ib").or_else(|| lower.strip_suffix('b')).unwrap_or(&lower);
    let unit = plain.chars().last().filter(|unit| "kmgtp".contains(*unit));
    match unit {
        Some(unit) => {
            let number = plain.trim_end_matches(unit).trim();
            format!("{number}{}i", unit.to_ascii_uppercase())
        }
        None if plain.bytes().all(|byte| byte.is_ascii_digit()) && !plain.is_empty() => plain.to_owned(),
        None => text.to_owned(),
    }
}

/// A number that is written as one, else the text: the manifest language says what is wrong with it.
pub(crate) fn number(text: &str) -> Value {
    text.trim().parse::<i64>().map_or_else(|_| Value::from(text), Value::from)
}
