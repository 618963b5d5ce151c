//! The facts that a plan was decided on, as one digest.
//!
//! Owns what counts as a new fact: the document, a config file, a dependency, the image. Never what follows.
//! Quarantine and permanent errors hold exactly as long as the facts stay the same.

use sha2::{Digest, Sha256};

use crate::view::{ContainerView, View};

/// The facts in three digests of 16 hex digits: the document, what the container is given (config files and
/// dependencies), the image.
pub fn digest(view: &View<'_>) -> String {
    let document = view.document.map_or("", |document| &document.canonical);
    let given = view.container.as_ref().map(given).unwrap_or_default();
    let given: Vec<&str> = given.iter().map(|part| part.unwrap_or_default()).collect();
    format!("{}-{}-{}", hex(&[document]), hex(&given), hex(&[image(view).unwrap_or_default()]))
}

/// Whether the facts are still these. What is not known is not new.
pub fn are_still(view: &View<'_>, facts: &str) -> bool {
    let now = digest(view);
    let given_known = view.container.as_ref().is_none_or(|container| !given(container).contains(&None));
    let known = [true, given_known, image(view).is_some()];
    now.split('-').count() == facts.split('-').count()
        && now
            .split('-')
            .zip(facts.split('-'))
            .zip(known)
            .all(|((now, before), known)| !known || now == before)
}

/// The same facts with the image that the reference means now: the plan may have fetched it.
pub fn with_image(view: &View<'_>, facts: &str) -> String {
    match (facts.rsplit_once('-'), image(view)) {
        (Some((rest, _)), Some(image)) => format!("{rest}-{}", hex(&[image])),
        _ => facts.to_owned(),
    }
}

/// The image that the declared reference means; empty: there is none.
fn image<'v>(view: &'v View<'_>) -> Option<&'v str> {
    let Some(container) = &view.container else { return Some("") };
    Some(container.facts.image.value()?.as_ref().map_or("", |image| &image.id))
}

/// What the container is given, part by part; `None` where it is not known.
fn given<'v>(container: &'v ContainerView<'_>) -> Vec<Option<&'v str>> {
    let files = container.facts.config_files.iter();
    let files = files.flat_map(|(path, digest)| [Some(path.as_str()), digest.value().map(String::as_str)]);
    let dependencies = container.facts.dependencies.iter().flat_map(|(name, facts)| {
        let start = facts.running.value().map(|_| facts.start.as_deref().unwrap_or(""));
        [Some(name.as_str()), start]
    });
    files.chain(dependencies).collect()
}

/// Some texts as one digest of 16 hex digits.
pub fn hex(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let digest = hasher.finalize();
    format!("{:016x}", digest.iter().take(8).fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)))
}
