//! The checks of a `BackupCheck`.
//!
//! Owns the rule of exactly one proof, and what each proof needs. Never looks at a backup, and never knows which objects
//! there are; see [`crate::cross`].

use std::collections::BTreeSet;
use std::time::Duration;

use super::cleanup::plain_path;
use super::container::scalar;
use super::field::Field;
use super::text;
use crate::backup::{BackupCheck, Proof, RestoreProof, Selector};
use crate::defaults::backup as defaults;
use crate::disk;
use crate::document::Spots;
use crate::key::{Key, Kind};
use crate::quantity::Bytes;
use crate::wire::Scalar;
use crate::wire::backup as wire;

/// Checks one check of a backup, and remembers where its objects stand. `None` after a problem with what it cannot be
/// without.
pub(super) fn check(wire: wire::BackupCheck, field: &Field<'_>, spots: &mut Spots) -> Option<BackupCheck> {
    let wire::BackupCheck { path, min_size, command, timeout, metric_file, .. } = wire;
    let proof = proof(Written { path, min_size, command, timeout, metric_file }, field);
    let max_age = field.key("maxAge").read(wire.max_age.as_deref(), age);
    let objects = objects(&wire.objects.unwrap_or_default(), &field.key("objects"), spots);
    let restore = wire.restore.map(|wire| restore(wire, &field.key("restore")));
    let restore = match restore {
        Some(None) => return None,
        Some(restore) => restore,
        None => None,
    };
    Some(BackupCheck {
        proof: proof?,
        max_age: max_age?,
        expected: wire.expected.unwrap_or(true),
        objects,
        restore,
    })
}

fn restore(wire: wire::RestoreProof, field: &Field<'_>) -> Option<RestoreProof> {
    let wire::RestoreProof { path, min_size, command, timeout, metric_file, max_age } = wire;
    let max_age = field.key("maxAge").read(max_age.as_deref(), age).unwrap_or(defaults::RESTORE_MAX_AGE);
    let proof = proof(Written { path, min_size, command, timeout, metric_file }, field)?;
    Some(RestoreProof { proof, max_age })
}

/// A proof as it is typed.
struct Written {
    path: Option<String>,
    min_size: Option<Scalar>,
    command: Option<Vec<String>>,
    timeout: Option<String>,
    metric_file: Option<wire::MetricFile>,
}

fn proof(written: Written, field: &Field<'_>) -> Option<Proof> {
    let Written { path, min_size, command, timeout, metric_file } = written;
    let given =
        [(path.is_some(), "path"), (command.is_some(), "command"), (metric_file.is_some(), "metricFile")];
    let given: Vec<&str> = given.into_iter().filter(|(given, _)| *given).map(|(_, name)| name).collect();
    if given.len() != 1 {
        let has =
            if given.is_empty() { "has no proof".to_owned() } else { format!("has {}", given.join(" and ")) };
        let message = format!("{has} (exactly one of path, command, metricFile)");
        field.problem_among(&["path", "command", "metricFile"], message);
    }
    if min_size.is_some() && path.is_none() && !given.is_empty() {
        field.key("minSize").problem("is of no use here (beside path only)");
    }
    if timeout.is_some() && command.is_none() && !given.is_empty() {
        field.key("timeout").problem("is of no use here (beside command only)");
    }
    let min_size = scalar(min_size.as_ref(), &field.key("minSize"), str::parse::<Bytes>);
    let timeout = field.key("timeout").read(timeout.as_deref(), self::timeout).unwrap_or(defaults::TIMEOUT);
    // Each that is given is checked: whoever takes one away again is to know what is wrong with the other.
    let metrics = metric_file.and_then(|metrics| metric_file_proof(&metrics, &field.key("metricFile")));
    let argv = command.and_then(|argv| argv_of(&argv, &field.key("command")));
    let glob = field.key("path").read(path.as_deref(), glob);
    let files = glob.map(|glob| Proof::Files { glob, min_size: min_size.unwrap_or(defaults::MIN_SIZE) });
    metrics.or(argv.map(|argv| Proof::Command { argv, timeout })).or(files)
}

fn metric_file_proof(wire: &wire::MetricFile, field: &Field<'_>) -> Option<Proof> {
    let path = field.key("path").read(wire.path.as_deref(), plain_path);
    let metric = field.key("metric").read(wire.metric.as_deref(), str::parse::<Selector>);
    let success = field.key("success").read(wire.success.as_deref(), str::parse::<Selector>);
    Some(Proof::MetricFile { path: path?, metric: metric?, success })
}

/// Where a program lies is said in full, so that no search path decides which one runs.
fn argv_of(argv: &[String], field: &Field<'_>) -> Option<Vec<String>> {
    let Some(program) = argv.first() else {
        field.problem("is empty (a program by its absolute path, with its arguments)");
        return None;
    };
    let program = field.item(0).take(plain_path(program));
    let words = argv.iter().enumerate().map(|(position, word)| field.item(position).take(text::no_nul(word)));
    let words: Vec<Option<String>> = words.collect();
    program.and_then(|_| words.into_iter().collect())
}

/// A glob that says where to begin: one that begins with a wildcard would look through the whole host.
fn glob(text: &str) -> Result<String, String> {
    let rule = wire::PATH_RULE;
    let mut parts = text.split('/').skip(1);
    let odd = |part: &str| matches!(part, "" | "." | "..") || part.contains(char::is_control);
    let begins = parts.clone().count() > 1 && parts.clone().next().is_some_and(|part| !has_wildcard(part));
    if !text.starts_with('/') || parts.any(odd) || !begins {
        return Err(format!("'{text}' does not say where to look ({rule})"));
    }
    let wrong = |error: &globset::Error| format!("'{text}' is not a glob: {} ({rule})", error.kind());
    disk::glob(text).map(|_| text.to_owned()).map_err(|error| wrong(&error))
}

fn has_wildcard(part: &str) -> bool {
    part.contains(['*', '?', '[', '{', '\\'])
}

fn age(text: &str) -> Result<Duration, String> {
    match text::positive_duration(text)? {
        age if age < defaults::MAX_AGE_MIN => Err(format!("'{text}' is too short (at least 10s)")),
        age => Ok(age),
    }
}

fn timeout(text: &str) -> Result<Duration, String> {
    match text::positive_duration(text)? {
        timeout if timeout > defaults::TIMEOUT_MAX => Err(format!("'{text}' is too long (at most 1h)")),
        timeout => Ok(timeout),
    }
}

fn objects(wire: &[String], field: &Field<'_>, spots: &mut Spots) -> BTreeSet<Key> {
    let mut objects = BTreeSet::new();
    for (position, written) in wire.iter().enumerate() {
        let field = field.item(position);
        let Some(key) = field.take(written.parse::<Key>()) else { continue };
        if !matches!(key.kind, Kind::Container | Kind::Volume) {
            field.problem(format!("{key} holds no data that is backed up (a container or a volume)"));
        } else if objects.contains(&key) {
            field.problem(format!("declares {key} a second time"));
        } else {
            spots.objects.insert(key.clone(), field.spot());
            objects.insert(key);
        }
    }
    objects
}
