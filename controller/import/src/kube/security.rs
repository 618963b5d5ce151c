//! Privileges: what the pod says, and what the container says over it.
//!
//! Owns the merging of both. Never grants what neither says.

use super::Gathered;
use super::view::View;
use crate::draft::Draft;
use crate::value::text;

/// What to do about other fields.
const LOST: [(&str, &str); 7] = [
    ("fsGroup", "nobody changes who owns a volume here: use `podman unshare chown`, or the mount option U"),
    ("fsGroupChangePolicy", "nobody changes who owns a volume here"),
    ("runAsNonRoot", "nothing checks it here: declare user"),
    ("seccompProfile", "the default profile holds, or the one of containers.conf"),
    ("appArmorProfile", "the default profile holds, or the one of containers.conf"),
    ("procMount", "the default masks hold"),
    ("windowsOptions", "this is Linux"),
];

const CONTEXT: &str = "spec.securityContext";

/// Reads both `securityContext`s.
pub(super) fn security(pod: &View<'_>, container: &View<'_>, draft: &mut Draft, gathered: &mut Gathered<'_>) {
    let contexts: Vec<View<'_>> =
        [pod.get("securityContext"), container.get("securityContext")].into_iter().flatten().collect();
    let (mut user, mut group) = (None, None);
    for context in &contexts {
        user = context.text("runAsUser").or(user);
        group = context.text("runAsGroup").or(group);
        one(context, draft);
        let default = context.get("seccompProfile").and_then(|profile| profile.text("type"));
        let mut lost: Vec<(&str, &str)> = LOST.to_vec();
        if default.as_deref() != Some("RuntimeDefault") && default.is_some() {
            gathered
                .warnings
                .add(&context.at_of("seccompProfile"), "is not carried over: the default profile holds");
        }
        lost.retain(|(key, _)| *key != "seccompProfile");
        context.tell_rest(&lost, gathered.warnings);
    }
    let at = contexts.last().map_or_else(|| container.at(), View::at);
    match (user, group) {
        (Some(user), Some(group)) => draft.field("spec.user", format!("{user}:{group}"), &at),
        (Some(user), None) => draft.field("spec.user", user, &at),
        (None, Some(group)) => draft.field("spec.user", format!("0:{group}"), &at),
        (None, None) => {}
    }
}

fn one(context: &View<'_>, draft: &mut Draft) {
    let at = context.at();
    for (key, field) in [("privileged", "privileged"), ("readOnlyRootFilesystem", "readOnlyRootFilesystem")] {
        if let Some(yes) = context.yes(key) {
            draft.field(&format!("{CONTEXT}.{field}"), yes, &at);
        }
    }
    if let Some(escalation) = context.yes("allowPrivilegeEscalation") {
        draft.field(&format!("{CONTEXT}.noNewPrivileges"), !escalation, &at);
    }
    if let Some(capabilities) = context.get("capabilities") {
        for key in ["add", "drop"] {
            for name in capabilities.texts(key) {
                draft.identified(
                    &format!("{CONTEXT}.capabilities.{key}"),
                    &name,
                    text(name.as_str()),
                    &capabilities.at(),
                );
            }
        }
    }
    if let Some(options) = context.get("seLinuxOptions") {
        for key in ["user", "role", "type", "level"] {
            if let Some(value) = options.text(key) {
                draft.item(&format!("{CONTEXT}.selinuxLabel"), format!("{key}:{value}"), &options.at());
            }
        }
    }
    for group in context.texts("supplementalGroups") {
        draft.identified("spec.groupAdd", &group, text(group.as_str()), &at);
    }
    for sysctl in context.items("sysctls") {
        if let (Some(name), Some(value)) = (sysctl.text("name"), sysctl.text("value")) {
            draft.entry("spec.sysctls", &name, value, &sysctl.at());
        }
    }
}
