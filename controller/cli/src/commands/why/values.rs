//! What each gate saw that let it pass.
//!
//! Owns these few words: a chain in which most lines say nothing would leave a person guessing. Never asks a gate.

use std::collections::BTreeMap;
use std::sync::Arc;

use podsteward_domain::action::Action;
use podsteward_domain::decision::Gate;
use podsteward_domain::limits;
use podsteward_domain::standing::Standing;
use podsteward_domain::time::Moment;
use podsteward_domain::track::RESTART_WINDOW;
use podsteward_specs::backup::BackupCheck;
use podsteward_specs::container::MountSource;
use podsteward_specs::document::Document;
use podsteward_specs::key::{Key, Kind};

use crate::look::Look;
use crate::output::age;

/// What the words are made of.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// How long ago each action was last tried.
    pub(super) tried: BTreeMap<Action, String>,
    /// Restarts within the hour, of so many.
    pub(super) restarts: Option<(usize, u32)>,
    /// The policy's mode.
    pub(super) mode: String,
    /// The checks of backups that cover it, each with the word on it.
    pub(super) backups: Vec<String>,
}

impl Values {
    /// What is known of an object.
    pub(super) fn new(key: &Key, seen: &Look, standing: &Standing) -> Self {
        let (now, policy) = (seen.now, &seen.background.policy);
        let tried = standing.tracks.iter().filter_map(|(action, track)| {
            Some((*action, format!("last tried {} ago", age::short(now.since(track.ended?)))))
        });
        let within = |at: &&Moment| !now.left_of(**at, RESTART_WINDOW).is_zero();
        let restarts = standing.tracks.values().flat_map(|track| &track.restarts).filter(within).count();
        let document = seen.background.documents.get(key).map(|document| &**document);
        let limits = limits::limits(policy, key.name.as_str(), document);
        Self {
            tried: tried.collect(),
            restarts: Some((restarts, limits.restarts_per_hour)),
            mode: format!("{:?}", policy.mode).to_lowercase(),
            backups: backups(key, seen),
        }
    }

    /// What a gate saw that let an action pass.
    pub(super) fn of(&self, gate: Gate, action: Action) -> String {
        if action.is_declared() && gate.is_of_remediation() {
            return "not asked: declared work".to_owned();
        }
        let fixed = match gate {
            Gate::Mode => return format!("the policy's mode is {}", self.mode),
            Gate::Cooldown => {
                let never = || "never tried on it".to_owned();
                return self.tried.get(&action).cloned().unwrap_or_else(never);
            }
            Gate::Budget => return self.budget(),
            Gate::Switch => "podsteward may act",
            Gate::Pause => "it is not paused",
            Gate::Hold => "nobody stopped it by hand",
            Gate::Quarantine => "nothing was given up",
            Gate::Backoff => "it does not wait after a failure",
            Gate::Dependencies => "what it needs is there",
            Gate::Override => "nothing forbids it or wants it confirmed",
            Gate::Suppression => "the finding is not suppressed",
            Gate::Breaker => "all closed",
            Gate::Limit => "no route of an alert limits it",
            Gate::OneInFlight => "nothing else is under way",
            Gate::Consequence => "what it depends on is well",
            Gate::Storm => "no storm",
            Gate::Freshness => "what is known is fresh",
            Gate::MaintenanceWindow => "it may run at this time",
            Gate::Backup => return self.backups(),
            Gate::Approval => "no approval is needed, or it was given",
            Gate::Verdict => "it may go by itself, or was approved",
        };
        fixed.to_owned()
    }

    fn backups(&self) -> String {
        if self.backups.is_empty() {
            return "no BackupCheck covers it".to_owned();
        }
        format!("it loses no data, or that is backed up: {}", self.backups.join("; "))
    }

    fn budget(&self) -> String {
        match self.restarts {
            Some((spent, limit)) => format!("{spent} of {limit} restarts within the hour are spent"),
            None => "enough is left".to_owned(),
        }
    }
}

/// The checks of backups that cover an object, each with what is shown of it.
fn backups(key: &Key, seen: &Look) -> Vec<String> {
    let documents = &seen.background.documents;
    let checks = documents.values().filter_map(|document| Some((&document.key, document.backup_check()?)));
    let covering = checks.filter(|(_, check)| covers(check, key, documents));
    let shown = seen.store.as_ref().and_then(|store| store.statuses().ok()).unwrap_or_default();
    let told = covering.map(|(check, _)| match shown.iter().find(|status| status.key == *check) {
        Some(status) if !status.message.is_empty() => format!("{check}: {}", status.message),
        _ => check.to_string(),
    });
    told.collect()
}

/// A container's data is that of its volumes; a cleanup may throw any volume away.
fn covers(check: &BackupCheck, key: &Key, documents: &BTreeMap<Key, Arc<Document>>) -> bool {
    let volumes = |key: &Key| -> Vec<String> {
        let container = documents.get(key).and_then(|document| document.container());
        let sources = container.into_iter().flat_map(|it| it.mounts.values()).map(|mount| &mount.source);
        let named = sources.filter_map(|source| match source {
            MountSource::Volume(name) => Some(name.clone()),
            MountSource::Bind(_) | MountSource::Tmpfs => None,
        });
        named.collect()
    };
    let own = volumes(key);
    let shares = |object: &Key| match (key.kind, object.kind) {
        (Kind::Container, Kind::Volume) => own.iter().any(|name| name == object.name.as_str()),
        (Kind::Volume, Kind::Container) => volumes(object).iter().any(|name| name == key.name.as_str()),
        (Kind::Container, Kind::Container) => volumes(object).iter().any(|name| own.contains(name)),
        _ => false,
    };
    match key.kind {
        Kind::Disk => true,
        Kind::Container | Kind::Volume => {
            check.objects.is_empty() || check.objects.contains(key) || check.objects.iter().any(shares)
        }
        _ => false,
    }
}
