//! The facts that a plan was decided on, as one digest.
//!
//! Owns what counts as a new fact: the document, a config file, the image, a dependency. Never what follows.
//! Quarantine and permanent errors hold exactly as long as the digest stays the same.

use sha2::{Digest, Sha256};

use crate::view::View;

/// The digest of the facts, as 16 hex digits.
pub fn digest(view: &View<'_>) -> String {
    let mut hasher = Sha256::new();
    let mut add = |part: &str| {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    };
    add(view.document.map_or("", |document| &document.canonical));
    if let Some(container) = &view.container {
        for (path, observation) in &container.facts.config_files {
            add(path);
            add(observation.value().map_or("", String::as_str));
        }
        add(container.facts.image.value().and_then(Option::as_ref).map_or("", |image| &image.id));
        for (name, dependency) in &container.facts.dependencies {
            add(name.as_str());
            add(dependency.start.as_deref().unwrap_or(""));
        }
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
