//! The units of one import, with their drop-ins, names and what they are called elsewhere.
//!
//! Owns templates, and the way from `db.volume` to Podman's name of it. Never knows what a key becomes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::drop_in;
use super::resolve::Meanings;
use super::syntax::{Assignment, parse};
use super::take::{Take, last, values};
use crate::warning::{At, Warnings};
use crate::{Source, Surroundings};

/// What a unit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Container,
    Network,
    Volume,
    Pod,
    Kube,
    Image,
    Build,
    Artifact,
}

impl Kind {
    /// By the extension of a file's name.
    pub(super) fn of(path: &Path) -> Option<Self> {
        path.extension().and_then(|extension| extension.to_str()).and_then(Self::from_extension)
    }

    /// By the extension.
    pub(super) fn from_extension(extension: &str) -> Option<Self> {
        Some(match extension {
            "container" => Self::Container,
            "network" => Self::Network,
            "volume" => Self::Volume,
            "pod" => Self::Pod,
            "kube" => Self::Kube,
            "image" => Self::Image,
            "build" => Self::Build,
            "artifact" => Self::Artifact,
            _ => return None,
        })
    }

    /// Its own section, and the key that says Podman's name of it.
    fn named_by(self) -> (&'static str, &'static str) {
        match self {
            Self::Container => ("Container", "ContainerName"),
            Self::Network => ("Network", "NetworkName"),
            Self::Volume => ("Volume", "VolumeName"),
            Self::Pod => ("Pod", "PodName"),
            Self::Image => ("Image", "Image"),
            Self::Build => ("Build", "ImageTag"),
            Self::Artifact => ("Artifact", "Artifact"),
            Self::Kube => ("Kube", ""),
        }
    }

    /// The section of its own.
    pub(super) fn section(self) -> &'static str {
        self.named_by().0
    }

    /// What quadlet puts behind the name of the unit that it makes.
    fn service_suffix(self) -> &'static str {
        match self {
            Self::Container | Self::Kube => "",
            Self::Network => "-network",
            Self::Volume => "-volume",
            Self::Pod => "-pod",
            Self::Image => "-image",
            Self::Build => "-build",
            Self::Artifact => "-artifact",
        }
    }
}

/// One unit with its drop-ins, specifiers and variables resolved.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) kind: Kind,
    /// The name of the file, for an instance with its instance: `web.container`.
    pub(super) file: String,
    /// The file as the user named it.
    pub(super) source: String,
    /// The directory in which it stands.
    pub(super) dir: PathBuf,
    /// All assignments in the order in which they count.
    pub(super) assignments: Vec<Assignment>,
    /// Podman's name of what it makes.
    pub(super) resource: String,
    /// The unit that quadlet makes of it: `web.service`.
    pub(super) service: String,
}

/// All units of an import.
#[derive(Debug, Default)]
pub(super) struct Units {
    pub(super) all: Vec<Unit>,
}

impl Units {
    /// Reads every unit with its drop-ins.
    pub(super) fn read(sources: &[Source], surroundings: &Surroundings<'_>, warnings: &mut Warnings) -> Self {
        let mut units = Self::default();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for source in sources {
            let Some(kind) = Kind::of(&source.path) else { continue };
            let Some(unit) = read(kind, source, sources, surroundings, warnings) else { continue };
            if seen.insert(unit.file.clone()) {
                units.all.push(unit);
            } else {
                warnings.add(&At::file(&source.name), format!("{} was read already: skipped", unit.file));
            }
        }
        units
    }

    /// A unit by its file name.
    pub(super) fn file(&self, file: &str) -> Option<&Unit> {
        self.all.iter().find(|unit| unit.file == file)
    }

    /// A unit by the name under which systemd, or quadlet, knows it.
    pub(super) fn named(&self, name: &str) -> Option<&Unit> {
        self.all.iter().find(|unit| unit.file == name || unit.service == name)
    }
}

fn read(
    kind: Kind,
    source: &Source,
    sources: &[Source],
    surroundings: &Surroundings<'_>,
    warnings: &mut Warnings,
) -> Option<Unit> {
    let whole = At::file(&source.name);
    let mut file = source.path.file_name()?.to_str()?.to_owned();
    let mut assignments = match parse(source, warnings) {
        Ok(assignments) => assignments,
        Err(why) => {
            warnings.unreadable(&source.name, &why);
            return None;
        }
    };
    for drop_in in drop_in::of_unit(&file, sources) {
        match parse(drop_in, warnings) {
            Ok(more) => assignments.extend(more),
            Err(why) => warnings.unreadable(&drop_in.name, &why),
        }
    }
    let (mut stem, extension) = file.rsplit_once('.')?;
    let instance = last(&assignments, "Install", "DefaultInstance").map(|(instance, _)| instance);
    let whole_stem = stem.strip_suffix('@').and_then(|prefix| Some(format!("{prefix}@{}", instance?)));
    if stem.ends_with('@') && whole_stem.is_none() {
        let message = "is a template: import an instance, a file or link such as web@one.container; skipped";
        warnings.add(&whole, message);
        return None;
    }
    stem = whole_stem.as_deref().unwrap_or(stem);
    let service = last(&assignments, kind.section(), "ServiceName").map(|(name, _)| name);
    let service = service.unwrap_or_else(|| format!("{stem}{}", kind.service_suffix()));
    let meanings = meanings(stem, &service, &assignments, surroundings);
    let assignments = resolved(assignments, &meanings, warnings);
    let (section, key) = kind.named_by();
    let name = last(&assignments, section, key).map(|(name, _)| name);
    let resource = name.unwrap_or_else(|| default_resource(kind, stem, &service));
    let dir = source.path.parent().map(Path::to_owned).unwrap_or_default();
    file = format!("{stem}.{extension}");
    let service = format!("{service}.service");
    Some(Unit { kind, file, source: source.name.clone(), dir, assignments, resource, service })
}

fn default_resource(kind: Kind, stem: &str, service: &str) -> String {
    match (kind, stem.split_once('@')) {
        (Kind::Container, Some((prefix, instance))) => format!("systemd-{prefix}_{instance}"),
        (Kind::Container, None) => format!("systemd-{service}"),
        _ => format!("systemd-{stem}"),
    }
}

fn meanings(
    stem: &str,
    service: &str,
    assignments: &[Assignment],
    surroundings: &Surroundings<'_>,
) -> Meanings {
    let mut specifiers = surroundings.specifiers.clone();
    let (prefix, instance) = stem.split_once('@').unwrap_or((service, ""));
    let own = [
        ('n', format!("{service}.service")),
        ('N', service.to_owned()),
        ('p', prefix.to_owned()),
        ('P', prefix.replace('-', "/")),
        ('i', instance.to_owned()),
        ('I', instance.replace('-', "/")),
        ('j', prefix.rsplit('-').next().unwrap_or(prefix).to_owned()),
    ];
    specifiers.extend(own);
    let mut meanings = Meanings { specifiers, variables: std::collections::BTreeMap::new() };
    let home = meanings.specifiers.get(&'h').map(|home| ("HOME".to_owned(), home.clone()));
    let declared = values(assignments, "Service", "Environment", Take::Pairs);
    let declared = declared.into_iter().filter_map(|(pair, _)| {
        let (name, value) = pair.split_once('=')?;
        Some((name.to_owned(), meanings.specifiers(value).ok()?))
    });
    meanings.variables = home.into_iter().chain(declared).collect();
    meanings
}

/// The assignments with what systemd puts in. What only systemd can know is left out and told.
fn resolved(assignments: Vec<Assignment>, meanings: &Meanings, warnings: &mut Warnings) -> Vec<Assignment> {
    let mut resolved = Vec::with_capacity(assignments.len());
    for assignment in assignments {
        let of_systemd = matches!(assignment.section.as_str(), "Unit" | "Service" | "Install");
        let value = meanings.specifiers(&assignment.value);
        let value = if of_systemd { value } else { value.and_then(|value| meanings.variables(&value)) };
        match value {
            Ok(value) => resolved.push(Assignment { value, ..assignment }),
            Err(why) => {
                warnings.add(&assignment.at, format!("{why}: left out; write out what it stands for"));
            }
        }
    }
    resolved
}
