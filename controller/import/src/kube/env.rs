//! The environment of a container: values, references, whole maps.
//!
//! Owns how a reference is followed. Never writes the value of a secret: it becomes a Podman secret.

use std::collections::BTreeMap;

use super::Gathered;
use super::container::Place;
use super::view::View;
use crate::draft::Draft;
use crate::secret;
use crate::value::{map, text};
use crate::warning::At;

/// Reads `envFrom` and `env`; answers with the values that are known, for `$(NAME)`.
pub(super) fn env(
    place: &Place<'_>,
    view: &View<'_>,
    draft: &mut Draft,
    gathered: &mut Gathered<'_>,
) -> BTreeMap<String, String> {
    let mut known = BTreeMap::new();
    let mut variables: Vec<(String, Value, At)> = Vec::new();
    for from in view.items("envFrom") {
        all_of(&from, &mut variables, gathered);
    }
    for variable in view.items("env") {
        let Some(name) = variable.text("name") else { continue };
        let value = match (variable.get("valueFrom"), variable.text("value")) {
            (Some(from), _) => reference(place, &from, gathered),
            (None, value) => Some(Value::Text(value.unwrap_or_default())),
        };
        variables.extend(value.map(|value| (name, value, variable.at())));
    }
    for (name, value, at) in variables {
        let item = match value {
            Value::Copied(value) => {
                known.insert(name.clone(), value.clone());
                map([("name", Some(text(&name))), ("value", Some(text(value)))])
            }
            Value::Text(value) => {
                let value = expand(&value, &known);
                if value.contains("$(") {
                    let message =
                        format!("{name} refers to a variable whose value is not known here: write it out");
                    gathered.warnings.add(&at, message);
                }
                known.insert(name.clone(), value.clone());
                map([("name", Some(text(&name))), ("value", Some(text(value)))])
            }
            Value::Secret(named) => secret::env(&name, &named),
        };
        draft.identified("spec.env", &name, item, &at);
    }
    known
}

enum Value {
    /// A text of a `ConfigMap` as a whole, in which nothing is put in.
    Copied(String),
    /// A text, in which `$(NAME)` stands for a variable.
    Text(String),
    /// The content of this Podman secret.
    Secret(String),
}

/// The name of the Podman secret that takes one key of a `Secret`, with the advice to make it.
pub(super) fn podman_secret(owner: &str, key: &str, at: &At, gathered: &mut Gathered<'_>) -> String {
    let named = secret::named(owner, key);
    let message = format!(
        "the key {key} of the secret {owner} becomes the Podman secret {named}: {}",
        secret::how_to(&named)
    );
    gathered.warnings.add(at, message);
    named
}

fn all_of(from: &View<'_>, variables: &mut Vec<(String, Value, At)>, gathered: &mut Gathered<'_>) {
    let prefix = from.text("prefix").unwrap_or_default();
    if let Some(reference) = from.get("configMapRef") {
        let (name, at) = (reference.text("name").unwrap_or_default(), reference.at());
        match gathered.objects.config_maps.get(&name) {
            Some(texts) => variables.extend(
                texts
                    .iter()
                    .map(|(key, value)| (format!("{prefix}{key}"), Value::Copied(value.clone()), at.clone())),
            ),
            None => missing(&reference, "ConfigMap", &name, gathered),
        }
    }
    if let Some(reference) = from.get("secretRef") {
        let (name, at) = (reference.text("name").unwrap_or_default(), reference.at());
        match gathered.objects.secrets.get(&name).cloned() {
            Some(keys) => {
                for key in keys {
                    let named = podman_secret(&name, &key, &at, gathered);
                    variables.push((format!("{prefix}{key}"), Value::Secret(named), at.clone()));
                }
            }
            None => missing(&reference, "Secret", &name, gathered),
        }
    }
}

fn reference(place: &Place<'_>, from: &View<'_>, gathered: &mut Gathered<'_>) -> Option<Value> {
    if let Some(reference) = from.get("secretKeyRef") {
        let (name, key) = (reference.text("name")?, reference.text("key")?);
        return Some(Value::Secret(podman_secret(&name, &key, &reference.at(), gathered)));
    }
    if let Some(reference) = from.get("configMapKeyRef") {
        let (name, key) = (reference.text("name")?, reference.text("key")?);
        let found = gathered.objects.config_maps.get(&name).and_then(|texts| texts.get(&key)).cloned();
        if found.is_none() {
            missing(&reference, "ConfigMap", &format!("{name} with the key {key}"), gathered);
        }
        return found.map(Value::Copied);
    }
    let field = from.get("fieldRef").and_then(|field| field.text("fieldPath"));
    match field.as_deref() {
        Some("metadata.name") => Some(Value::Text(place.name.to_owned())),
        Some("metadata.namespace") => Some(Value::Text(place.pod.namespace.clone())),
        _ => {
            gathered.warnings.add(&from.at(), "only a cluster knows this value: left out; write it out");
            None
        }
    }
}

fn missing(reference: &View<'_>, kind: &str, name: &str, gathered: &mut Gathered<'_>) {
    if reference.yes("optional") != Some(true) {
        let message = format!(
            "{kind} {name} is not part of this import: its variables are left out; write them under env"
        );
        gathered.warnings.add(&reference.at(), message);
    }
}

/// Puts the values of variables in for `$(NAME)`; what is not known stays, and `$$` is a plain `$`.
pub(super) fn expand(value: &str, known: &BTreeMap<String, String>) -> String {
    let mut expanded = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('$') {
        expanded.push_str(before);
        let named = after.strip_prefix('(').and_then(|after| after.split_once(')'));
        if let Some(after) = after.strip_prefix('$') {
            expanded.push('$');
            rest = after;
        } else if let Some((value, after)) = named.and_then(|(name, after)| Some((known.get(name)?, after))) {
            expanded.push_str(value);
            rest = after;
        } else {
            expanded.push('$');
            rest = after;
        }
    }
    expanded.push_str(rest);
    expanded
}
