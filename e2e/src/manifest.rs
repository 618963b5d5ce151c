//! The text of manifests that scenarios write.
//!
//! Owns the shortest document of each kind. Never checks it: that is what is tested.

use std::path::Path;

/// The image that the lab puts into each Podman.
pub const IMAGE: &str = "localhost/podsteward-example:1";

/// The lines of a container whose health is a file: it falls ill without it, and a start brings it back.
pub const SICKLY: &str = r#"command: [sh, -c, "touch /tmp/well; exec sleep inf"]
healthcheck: {command: [test, -e, /tmp/well], interval: 1s, timeout: 10s, retries: 1}"#;

/// The lines of a container like [`SICKLY`] that cannot be cured where `flags/bad` is there and what `also` says holds:
/// the next start in each layer of its own ends at once, and from then on it runs and is ill. It keeps no data.
pub fn incurable(flags: &Path, also: &str) -> String {
    let bad = format!("[ -e /flags/bad ]{also}");
    let script = "[ -e /tmp/once ] || { touch /tmp/once; exit 3; }";
    format!(
        "command: [sh, -c, \"if {bad}; then {script}; else touch /tmp/well; fi; exec sleep inf\"]\n\
         healthcheck: {{command: [test, -e, /tmp/well], interval: 1s, timeout: 10s, retries: 1}}\n\
         mounts: [{{type: bind, source: {}, target: /flags, readOnly: true}}]",
        flags.display()
    )
}

/// A container that runs for ever, with further lines of its `spec`.
///
/// A line that declares `image` or `command` replaces the usual one.
pub fn container(name: &str, spec: &str) -> String {
    let mut text = document("Container", name);
    text.push_str("spec:\n");
    for (field, value) in [("image:", IMAGE), ("command:", r#"["sleep", "inf"]"#)] {
        if !spec.lines().any(|line| line.starts_with(field)) {
            push(&mut text, &format!("{field} {value}"));
        }
    }
    push(&mut text, spec);
    text
}

/// A network, with the lines of its `spec`.
pub fn network(name: &str, spec: &str) -> String {
    with_spec("Network", name, spec)
}

/// A volume, with the lines of its `spec`.
pub fn volume(name: &str, spec: &str) -> String {
    with_spec("Volume", name, spec)
}

/// The policy, with the lines of its `spec`.
pub fn policy(spec: &str) -> String {
    with_spec("RemediationPolicy", "default", spec)
}

/// A playbook, with the lines of its `spec`.
pub fn playbook(name: &str, spec: &str) -> String {
    with_spec("Playbook", name, spec)
}

/// A channel of notifications, with the lines of its `spec`.
pub fn channel(name: &str, spec: &str) -> String {
    with_spec("NotificationChannel", name, spec)
}

/// A filesystem that is watched, with the lines of its `spec`.
pub fn disk(name: &str, spec: &str) -> String {
    with_spec("DiskPolicy", name, spec)
}

/// A check of a backup, with the lines of its `spec`.
pub fn backup(name: &str, spec: &str) -> String {
    with_spec("BackupCheck", name, spec)
}

/// A route of alerts, with the lines of its `spec`.
pub fn route(name: &str, spec: &str) -> String {
    with_spec("AlertRoute", name, spec)
}

/// The filesystem `data`, of which the lines of `steps` may be thrown away.
pub fn cleaned(path: &str, steps: &str) -> String {
    disk("data", &format!("path: {path}\ncleanup:\n{steps}"))
}

/// The step that gives up each `*.bin` below a directory, however young.
pub fn files_below(root: &str) -> String {
    format!("- deleteFiles: {{root: {root}, glob: '**/*.bin', olderThan: 0s}}")
}

/// A document with a line of metadata below its name.
pub fn with_metadata(document: &str, line: &str) -> String {
    document.replacen("spec:\n", &format!("  {line}\nspec:\n"), 1)
}

/// Several documents in one file.
pub fn file(documents: &[String]) -> String {
    documents.join("---\n")
}

fn with_spec(kind: &str, name: &str, spec: &str) -> String {
    let mut text = document(kind, name);
    text.push_str(if spec.is_empty() { "spec: {}\n" } else { "spec:\n" });
    push(&mut text, spec);
    text
}

fn document(kind: &str, name: &str) -> String {
    format!("apiVersion: podsteward.dev/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n")
}

fn push(text: &mut String, spec: &str) {
    for line in spec.lines() {
        text.push_str("  ");
        text.push_str(line);
        text.push('\n');
    }
}
