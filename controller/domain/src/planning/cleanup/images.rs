//! Which images may go.
//!
//! Owns the rule. An image that is in doubt stays.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::disk::inventory::{EngineParts, Needed, StoredImage};
use crate::plan::Step;
use crate::time::Moment;

/// What a `pruneUnusedImages` step says.
pub(super) struct Rule<'a> {
    pub(super) unused_for: Duration,
    pub(super) keep_last: u32,
    pub(super) protect: &'a BTreeSet<String>,
}

/// Images without a name that nothing uses.
pub(super) fn dangling(engine: &EngineParts, needed: &Needed) -> Vec<Step> {
    let images = engine.images.iter().filter(|image| image.names.is_empty() && is_free(image, needed));
    images.map(|image| removal(image, None)).collect()
}

/// Images that nothing used for long enough, the longest unused first.
pub(super) fn unused(engine: &EngineParts, needed: &Needed, rule: &Rule<'_>, now: Moment) -> Vec<Step> {
    let kept = newest(&engine.images, rule.keep_last);
    let unused_for = |image: &StoredImage| Some(now.since(image.last_used?));
    let may_go = |image: &&StoredImage| {
        is_free(image, needed)
            && unused_for(image).is_some_and(|length| length >= rule.unused_for)
            && !kept.contains(image.id.as_str())
            && !image.names.iter().any(|name| rule.protect.iter().any(|pattern| is_meant(pattern, name)))
    };
    let mut images: Vec<&StoredImage> = engine.images.iter().filter(may_go).collect();
    images.sort_by_key(|image| std::cmp::Reverse(unused_for(image)));
    images.into_iter().map(|image| removal(image, unused_for(image))).collect()
}

/// Whether nothing that is declared, under way, or there needs it.
fn is_free(image: &StoredImage, needed: &Needed) -> bool {
    let declared = |name: &String| needed.references.iter().any(|reference| may_mean(reference, name));
    !needed.images_unknown
        && image.containers == 0
        && !image.has_children
        && !needed.images.contains(&image.id)
        && !image.names.iter().any(declared)
}

/// The newest images of each repository. Podman tells their age by the second: of two that are as old as each other neither is
/// the newer one, so both stay.
fn newest(images: &[StoredImage], keep_last: u32) -> BTreeSet<&str> {
    let mut by_repository: BTreeMap<&str, BTreeSet<(i64, &str)>> = BTreeMap::new();
    for image in images {
        for name in &image.names {
            by_repository.entry(repository(name)).or_default().insert((image.created_ms, &image.id));
        }
    }
    by_repository.into_values().flat_map(|images| no_older_than_last_kept(images, keep_last)).collect()
}

fn no_older_than_last_kept(images: BTreeSet<(i64, &str)>, keep_last: u32) -> impl Iterator<Item = &str> {
    let last = usize::try_from(keep_last).unwrap_or(usize::MAX).min(images.len()).checked_sub(1);
    let oldest = last.and_then(|last| images.iter().rev().nth(last)).map(|(created, _)| *created);
    images
        .into_iter()
        .filter(move |(created, _)| oldest.is_some_and(|oldest| *created >= oldest))
        .map(|(_, id)| id)
}

fn removal(image: &StoredImage, unused_for: Option<Duration>) -> Step {
    let id = image.id.strip_prefix("sha256:").unwrap_or(&image.id);
    let short = || id.get(..12).unwrap_or(id).to_owned();
    let name = image.names.first().cloned().unwrap_or_else(short);
    Step::RemoveImage { id: image.id.clone(), name, size: image.size, unused_for }
}

/// A name without its tag and digest.
fn repository(name: &str) -> &str {
    let name = name.split_once('@').map_or(name, |(name, _)| name);
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

/// Whether a reference of a manifest may mean the image of this name: Podman completes short names by rules of the host's, so
/// the same end counts. One by digest keeps all of its repository.
fn may_mean(reference: &str, name: &str) -> bool {
    let same_end = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    if reference.contains('@') {
        return same_end(repository(name), repository(reference));
    }
    let tagged =
        if repository(reference) == reference { format!("{reference}:latest") } else { reference.to_owned() };
    same_end(name, &tagged)
}

/// Whether a pattern of `protect` means a name: as a whole, without its tag, or without what stands before the last slash.
fn is_meant(pattern: &str, name: &str) -> bool {
    let last = |name: &str| name.rsplit_once('/').map_or(name, |(_, last)| last).to_owned();
    let forms = [name.to_owned(), repository(name).to_owned(), last(name), last(repository(name))];
    forms.iter().any(|form| is_like(pattern, form))
}

/// Whether a text is like a pattern in which `*` stands for anything.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = pattern.contains('*').then(|| pattern.rsplit('*').next()).flatten() else {
        return rest.is_empty();
    };
    let middle: Vec<&str> = parts.collect();
    for part in middle.iter().take(middle.len().saturating_sub(1)) {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests;
