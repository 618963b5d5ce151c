//! What systemd's specifiers stand for on this host, for whoever runs the import.
//!
//! Owns the letters that do not depend on the unit. Never asks systemd. As root they are those of the system's own
//! manager, else those of the user's.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::args::surroundings;

/// The letters with what they stand for, those left out that cannot be known.
pub(super) fn specifiers() -> BTreeMap<char, String> {
    let surroundings = surroundings();
    let var = |name: &str| (surroundings.var)(name);
    let root = surroundings.is_root();
    let home = var("HOME").or_else(|| root.then(|| "/root".to_owned()));
    let base = |system: &str, name: &str, below: &str| {
        let of_user = || var(name).or_else(|| home.as_ref().map(|home| format!("{home}/{below}")));
        if root { Some(system.to_owned()) } else { of_user() }
    };
    let uname = rustix::system::uname();
    let host = uname.nodename().to_string_lossy().into_owned();
    let short = host.split('.').next().unwrap_or_default().to_owned();
    let runtime = surroundings.user_runtime_dir().unwrap_or_else(|| PathBuf::from("/run"));
    let state = base("/var/lib", "XDG_STATE_HOME", ".local/state");
    let log =
        if root { Some("/var/log".to_owned()) } else { state.as_ref().map(|state| format!("{state}/log")) };
    let user = if root { Some("root".to_owned()) } else { var("USER") };
    let meanings = [
        ('h', home.clone()),
        ('u', user),
        ('U', Some(surroundings.uid.to_string())),
        ('G', Some(rustix::process::getegid().as_raw().to_string())),
        ('H', Some(host)),
        ('l', Some(short)),
        ('t', Some(runtime.display().to_string())),
        ('S', state),
        ('C', base("/var/cache", "XDG_CACHE_HOME", ".cache")),
        ('L', log),
        ('E', base("/etc", "XDG_CONFIG_HOME", ".config")),
        ('D', base("/usr/share", "XDG_DATA_HOME", ".local/share")),
        ('T', Some("/tmp".to_owned())),
        ('V', Some("/var/tmp".to_owned())),
        ('s', var("SHELL")),
    ];
    meanings.into_iter().filter_map(|(letter, meaning)| Some((letter, meaning?))).collect()
}
