//! Mounts, by their path inside.
//!
//! Owns their row of the table. Never looks at anonymous volumes: nobody declares those.

use podsteward_specs::container::{Mount, MountSource};

use super::difference::{Entries, Seen};
use super::table::{Row, Side};
use super::text;

/// The rows.
pub(super) const ROWS: &[Row] = &[Row::each("spec.mounts", declared, live)];

/// Options that are work done once, when a container is made: no engine tells them.
const UNTOLD: [&str; 3] = ["z", "Z", "U"];

fn declared(side: &Side<'_>) -> Entries {
    side.spec().mounts.iter().map(|(target, mount)| (text::path(target).to_owned(), shown(mount))).collect()
}

/// A mount as text: its source and every option that says something.
fn shown(mount: &Mount) -> String {
    let canonical = mount.canonical();
    let once = UNTOLD.into_iter().filter(|option| mount.options.contains(*option));
    let options = canonical.options.iter().map(String::as_str).chain(once);
    let options = text::list(canonical.read_only.then_some("ro").into_iter().chain(options));
    let source = match &canonical.source {
        MountSource::Volume(name) => format!("volume {name}"),
        MountSource::Bind(path) => format!("bind {}", text::path(path)),
        MountSource::Tmpfs => "tmpfs".to_owned(),
    };
    options.map_or_else(|| source.clone(), |options| format!("{source} ({options})"))
}

/// The live mount. Options beyond the declared ones are Podman's own; those that it does not tell show as declared.
fn live(side: &Side<'_>, target: &str) -> Seen {
    let at = |(path, _): &(&String, &Mount)| text::path(path) == target;
    let Some((_, live)) = side.live().mounts.iter().find(at) else { return Seen::Absent };
    let Some((_, here)) = side.spec().mounts.iter().find(at) else { return Seen::Value(shown(live)) };
    let told = live.canonical();
    let options = here.options.iter().filter(|option| {
        let option = option.as_str();
        told.options.contains(option) || UNTOLD.contains(&option)
    });
    Seen::Partly(shown(&Mount { options: options.cloned().collect(), ..told }))
}
