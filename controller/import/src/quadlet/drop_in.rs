//! Drop-ins: `web.container.d/10-more.conf`.
//!
//! Owns which of them belong to a unit, and their order. Never reads one.

use std::collections::BTreeMap;
use std::path::Path;

use super::unit::Kind;
use crate::Source;

/// What a drop-in is for: `web.container`, `web-.container`, `web@.container` or `container`.
pub(super) fn unit_of(path: &Path) -> Option<&str> {
    let directory = path.parent()?.file_name()?.to_str()?.strip_suffix(".d")?;
    let conf = path.extension().is_some_and(|extension| extension == "conf");
    let unit = Kind::of(Path::new(directory)).is_some() || Kind::from_extension(directory).is_some();
    (conf && unit).then_some(directory)
}

/// The drop-ins of a unit, in the order in which they count: by file name, of one name the most specific one alone.
pub(super) fn of_unit<'a>(file: &str, sources: &'a [Source]) -> Vec<&'a Source> {
    let mut by_name: BTreeMap<&str, &Source> = BTreeMap::new();
    for unit in names(file) {
        for source in sources.iter().filter(|source| unit_of(&source.path) == Some(&unit)) {
            if let Some(name) = source.path.file_name().and_then(|name| name.to_str()) {
                by_name.entry(name).or_insert(source);
            }
        }
    }
    by_name.into_values().collect()
}

/// The names under which drop-ins of a unit may stand, the most specific one first.
fn names(file: &str) -> Vec<String> {
    let Some((stem, extension)) = file.rsplit_once('.') else { return Vec::new() };
    let mut names = vec![file.to_owned()];
    let template = stem.split_once('@').filter(|(_, instance)| !instance.is_empty());
    names.extend(template.map(|(prefix, _)| format!("{prefix}@.{extension}")));
    let mut prefix = stem.split_once('@').map_or(stem, |(prefix, _)| prefix);
    let at = if stem.contains('@') { "@" } else { "" };
    while let Some((shorter, _)) = prefix.rsplit_once('-') {
        names.push(format!("{shorter}-{at}.{extension}"));
        prefix = shorter;
    }
    names.push(extension.to_owned());
    names
}
