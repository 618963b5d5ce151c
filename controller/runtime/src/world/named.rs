//! What manifests name on the host, and so no cleanup deletes.
//!
//! Owns which fields name a file or a directory. Never looks at the host: `podsteward-host` does.

use podsteward_domain::disk::inventory::NamedPath;
use podsteward_specs::backup::Proof;
use podsteward_specs::channel::Url;
use podsteward_specs::container::MountSource;
use podsteward_specs::document::{Document, Object};

use super::{WorldStore, disks};

impl WorldStore {
    /// Every path that a manifest in force or one that was last applied names; of one with problems, every word that could
    /// be one.
    pub fn named_paths(&self) -> Vec<NamedPath> {
        let caches = self.lock();
        let mut named: Vec<NamedPath> = disks::needed_documents(&caches).flat_map(paths).collect();
        let words = caches.manifests.iter().flat_map(|view| &view.unsound);
        named.extend(words.filter(|word| word.starts_with('/')).map(|word| NamedPath {
            path: word.clone(),
            is_glob: false,
            by: "in a manifest with problems".to_owned(),
        }));
        named.sort();
        named.dedup();
        named
    }
}

/// What one document names.
fn paths(document: &Document) -> Vec<NamedPath> {
    let of = |what: &str, path: &String| NamedPath {
        path: path.clone(),
        is_glob: false,
        by: format!("{what} of {}", document.key),
    };
    match &document.object {
        Object::Container(container) => {
            let binds = container.mounts.values().filter_map(|mount| match &mount.source {
                MountSource::Bind(path) => Some(of("a bind mount", path)),
                MountSource::Volume(_) | MountSource::Tmpfs => None,
            });
            binds.chain(container.config_files.keys().map(|path| of("configFiles", path))).collect()
        }
        Object::NotificationChannel(channel) => {
            let url = match &channel.url {
                Url::File(path) => Some(of("urlFile", path)),
                Url::Literal(_) => None,
            };
            url.into_iter().chain(channel.token_file.as_ref().map(|path| of("tokenFile", path))).collect()
        }
        Object::BackupCheck(check) => {
            let restore = check.restore.as_ref().map(|restore| &restore.proof);
            let proofs = std::iter::once(&check.proof).chain(restore);
            proofs.filter_map(|proof| proved_by(proof, &of)).collect()
        }
        _ => Vec::new(),
    }
}

fn proved_by(proof: &Proof, of: &dyn Fn(&str, &String) -> NamedPath) -> Option<NamedPath> {
    match proof {
        Proof::Files { glob, .. } => Some(NamedPath { is_glob: true, ..of("a proof", glob) }),
        Proof::MetricFile { path, .. } => Some(of("a proof", path)),
        Proof::Command { argv, .. } => argv.first().map(|program| of("the program", program)),
    }
}

#[cfg(test)]
mod tests;
