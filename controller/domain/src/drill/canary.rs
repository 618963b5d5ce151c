//! The canary: the container that a drill makes, breaks and removes.
//!
//! Owns its document, its image's name and how it is broken. It needs no registry: its image is empty, and it runs the
//! host's own shell, bound read-only. It is broken on a tmpfs, so that a restart mends it.

use std::collections::BTreeMap;

use podsteward_specs::document::{Document, Origin};
use podsteward_specs::key::CANARY;
use podsteward_specs::problem::{Place, Problem};
use serde_json::json;

/// The name of its image.
pub const IMAGE: &str = "localhost/podsteward-canary:1";
/// The directories of the host that its shell may need. Those that there are, are bound.
pub const NEEDS: [&str; 4] = ["/bin", "/lib", "/lib64", "/usr"];
/// What makes it unhealthy.
const BROKEN: &str = "/run/podsteward/broken";

/// Its document. `binds`: the directory inside, and where it really lies on the host.
pub fn document(binds: &BTreeMap<String, String>) -> Result<Document, Vec<Problem>> {
    let bound = binds.iter().map(
        |(target, source)| json!({"type": "bind", "source": source, "target": target, "readOnly": true}),
    );
    let state = json!({"type": "tmpfs", "target": "/run/podsteward", "options": ["size=64k"]});
    let mounts: Vec<_> = bound.chain([state]).collect();
    // The shell ends at once when it is asked to, so that a restart takes no longer than it must.
    let main = "trap 'exit 0' TERM; sleep 2147483647 & wait";
    let document = json!({
        "apiVersion": "podsteward.dev/v1alpha1",
        "kind": "Container",
        "metadata": {"name": CANARY},
        "spec": {
            "image": IMAGE,
            "imagePullPolicy": "Never",
            "command": ["/bin/sh", "-c", main],
            "networks": ["none"],
            "mounts": mounts,
            "healthcheck": {
                "command": ["/bin/sh", "-c", format!("test ! -e {BROKEN}")],
                "interval": "1s",
                "timeout": "10s",
                "retries": 2,
            },
            "stopTimeoutSeconds": 2,
            "securityContext": {
                "readOnlyRootFilesystem": true,
                "noNewPrivileges": true,
                "capabilities": {"drop": ["ALL"]},
                "selinuxLabel": "disable",
            },
        },
    });
    let origin = Origin { file: "the drill".to_owned(), place: Place::START };
    Document::from_canonical(&document.to_string(), origin)
}

/// What is run inside to break it.
pub fn breaking() -> Vec<String> {
    ["/bin/sh", "-c", &format!(": > {BROKEN}")].map(str::to_owned).to_vec()
}
