//! The objects that workloads refer to: `ConfigMap`, `Secret`.
//!
//! Owns what is known of them. Never keeps the value of a secret: only its keys.

use std::collections::{BTreeMap, BTreeSet};

use super::view::View;
use crate::warning::Warnings;

/// What can be referred to, by name.
#[derive(Debug, Default)]
pub(super) struct Objects {
    /// The texts of each `ConfigMap`.
    pub(super) config_maps: BTreeMap<String, BTreeMap<String, String>>,
    /// The keys of each `Secret`.
    pub(super) secrets: BTreeMap<String, BTreeSet<String>>,
}

impl Objects {
    /// All of them.
    pub(super) fn of(views: &[View<'_>], warnings: &mut Warnings) -> Self {
        let mut objects = Self::default();
        for view in views {
            let name = view.get("metadata").and_then(|metadata| metadata.text("name")).unwrap_or_default();
            match view.text("kind").as_deref() {
                Some("ConfigMap") => {
                    let texts = view.entries("data");
                    let texts = texts.into_iter().filter_map(|(key, value)| Some((key, value.scalar()?)));
                    objects.config_maps.insert(name, texts.collect());
                    if let Some(binary) = view.get("binaryData") {
                        warnings.add(
                            &binary.at(),
                            "is not carried over: write it to a file of the host and mount that",
                        );
                    }
                }
                Some("Secret") => {
                    let keys = view.entries("data").into_iter().chain(view.entries("stringData"));
                    objects.secrets.insert(name, keys.map(|(key, _)| key).collect());
                }
                _ => {}
            }
        }
        objects
    }
}
