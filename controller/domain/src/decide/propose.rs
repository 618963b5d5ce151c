//! Which finding is acted on, and with which kind of plan.
//!
//! Owns the order of urgency among findings. Never asks a gate.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use podsteward_specs::container::{OnChange, RestartPolicy};
use podsteward_specs::document::{Document, Object};
use podsteward_specs::key::{Kind, Name};
use podsteward_specs::playbook::Trigger;
use podsteward_specs::volume::DeletionPolicy;

use crate::action::{Action, PlaybookName};
use crate::alert::{self, Call, say};
use crate::detect::container;
use crate::detect::probe::failing_healthcheck;
use crate::disk::Measure;
use crate::fields;
use crate::finding::{Finding, FindingKind, Remedy};
use crate::ladder::{self, Rung};
use crate::liveness::Liveness;
use crate::memory::Attempt;
use crate::playbook::{self, Request};
use crate::view::{ContainerView, Presence, View};
use crate::world::{Desired, KernelLiveness};

/// What could be done about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The action.
    pub action: Action,
    /// The finding that calls for it.
    pub trigger: FindingKind,
    /// Why, for people.
    pub reason: String,
    /// The way it is done.
    pub way: Way,
    /// What alerts call for, where they do.
    pub call: Option<Arc<Call>>,
}

/// The way an action is done. Each becomes a plan in [`crate::planning`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Make it, and start it where it should run.
    Create,
    /// Make it anew.
    Recreate,
    /// Make it anew from the document that was applied last: a rung of the ladder.
    RecreateApplied,
    /// Make it anew from the document before that: a rung of the ladder.
    TakeBack,
    /// Change the live object.
    Change,
    /// Start the container.
    Start,
    /// Bring back a container of which Podman believes for ever that it runs, because its monitor died with it.
    Revive,
    /// Stop and start the container.
    Restart,
    /// Stop the container.
    Stop,
    /// Send its main process a signal.
    Signal(u8),
    /// Throw away what the policy names, until this measure of the filesystem is at its target.
    Clean(Measure),
    /// Put back the snapshot that a person asks for.
    Restore,
    /// Carry out a playbook on the object, which is its target; on `playbook/NAME` itself it has none. Which playbook is
    /// said by the action.
    Playbook {
        /// What its parameters are set to; the others have their defaults.
        parameters: BTreeMap<String, String>,
    },
    /// Remove it.
    Remove,
    /// Take note; the host needs no change.
    Note,
}

impl Way {
    /// Whether a container is started by it, so that what it needs must be there.
    pub fn starts(&self) -> bool {
        self.makes_anew() || matches!(self, Self::Create | Self::Start | Self::Revive | Self::Restart)
    }

    /// Whether a container takes the place of the one that is there.
    pub fn makes_anew(&self) -> bool {
        matches!(self, Self::Recreate | Self::RecreateApplied | Self::TakeBack)
    }

    /// Whether it is a rung of the ladder above a restart.
    pub fn escalates(&self) -> bool {
        matches!(self, Self::RecreateApplied | Self::TakeBack)
    }

    /// What it tries, as a permanent error remembers it; `None`: it touches nothing, and cannot fail.
    pub fn attempt(&self) -> Option<Attempt> {
        match self {
            Self::Create | Self::Recreate | Self::RecreateApplied | Self::TakeBack => Some(Attempt::Make),
            Self::Start | Self::Revive | Self::Restart => Some(Attempt::Start),
            Self::Change | Self::Stop | Self::Signal(_) | Self::Remove | Self::Clean(_) => {
                Some(Attempt::Other)
            }
            Self::Restore | Self::Playbook { .. } | Self::Note => None,
        }
    }
}

/// How long Podman may go on saying that a dead container runs before that is taken to be for ever.
pub const NOTICE_PATIENCE: Duration = Duration::from_secs(1);

/// What is acted on first when several findings call for something.
const URGENCY: [FindingKind; 23] = [
    FindingKind::RestoreRequested,
    FindingKind::MassDeletion,
    FindingKind::Deleted,
    FindingKind::Missing,
    FindingKind::Edited,
    FindingKind::NotStopped,
    FindingKind::NotRunning,
    FindingKind::HandStopped,
    FindingKind::ConfigChanged,
    FindingKind::DependencyRestarted,
    FindingKind::PlaybookRequested,
    FindingKind::StartupFailed,
    FindingKind::LivenessFailed,
    FindingKind::Drift,
    FindingKind::Unhealthy,
    FindingKind::NeverHealthy,
    FindingKind::MemoryPressure,
    FindingKind::DiskCritical,
    FindingKind::DiskPressure,
    FindingKind::MetadataPressure,
    FindingKind::InodePressure,
    FindingKind::DiskForecast,
    FindingKind::Orphan,
];

/// The proposals that follow from the findings, the most urgent first. A playbook that somebody wrote for a finding comes
/// before what podsteward would do by itself, but never before declared work.
pub fn proposals(view: &View<'_>, findings: &[Finding]) -> Vec<Proposal> {
    let of_alerts = alert::calls(view.world).into_iter().filter_map(|call| of_call(view, call));
    let urgent = URGENCY.iter().filter_map(|kind| findings.iter().find(|finding| finding.kind == *kind));
    let others = findings.iter().filter(|finding| !URGENCY.contains(&finding.kind));
    urgent.chain(others).flat_map(|finding| of_finding(view, finding)).chain(of_alerts).collect()
}

fn of_finding(view: &View<'_>, finding: &Finding) -> Vec<Proposal> {
    if finding.kind == FindingKind::PlaybookRequested {
        return playbook::asked_for(view.world).map(|(name, request)| of_request(name, request)).collect();
    }
    let propose = |(action, way)| Proposal {
        action,
        trigger: finding.kind,
        reason: finding.message.clone(),
        way,
        call: None,
    };
    let answer = answer(view, finding).filter(|(action, _)| !(action.cleans() && is_given_up(view)));
    let (declared, judged) = match answer {
        Some(answer) if answer.0.is_declared() => (Some(answer), None),
        answer => (None, answer),
    };
    let playbooks = playbooks(view, finding.kind);
    declared.into_iter().chain(playbooks).chain(judged).map(propose).collect()
}

fn of_request(name: &Name, request: &Request) -> Proposal {
    Proposal {
        action: Action::Playbook(PlaybookName::new(name)),
        trigger: FindingKind::PlaybookRequested,
        reason: request.wants(name),
        way: Way::Playbook { parameters: request.parameters.clone() },
        call: None,
    }
}

/// The playbooks that a finding calls for, by name.
fn playbooks(view: &View<'_>, kind: FindingKind) -> Vec<(Action, Way)> {
    let (world, key) = (view.world, &view.world.key);
    let triggers = |trigger: &Trigger| {
        trigger.finding == kind.as_str() && (trigger.objects.is_empty() || trigger.objects.contains(key))
    };
    let is_called = |(_, document): &(&Name, &Arc<Document>)| {
        document.playbook().is_some_and(|playbook| playbook.triggers.iter().any(triggers))
    };
    let called = world.host.playbooks.iter().filter(is_called);
    let way = || Way::Playbook { parameters: BTreeMap::new() };
    called.map(|(name, _)| (Action::Playbook(PlaybookName::new(name)), way())).collect()
}

/// What the alerts of one route call for. What does not run is started first, which needs no alert.
fn of_call(view: &View<'_>, call: Call) -> Option<Proposal> {
    let runs = || view.container.as_ref().is_some_and(ContainerView::is_up);
    let way = match call.action {
        _ if call.nowhere.is_some() => Way::Note,
        Action::ServiceRestart if runs() => climb(view),
        Action::ResourcePressure if runs() => Way::Restart,
        Action::DiskCleanup if !is_given_up(view) => Way::Clean(Measure::Space),
        Action::Playbook(_) => Way::Playbook { parameters: call.parameters.clone() },
        _ => return None,
    };
    let reason = call.alerts.first().map(|alert| say::fires(alert)).unwrap_or_default();
    Some(Proposal {
        action: call.action,
        trigger: FindingKind::Alert,
        reason,
        way,
        call: Some(Arc::new(call)),
    })
}

/// Nothing is thrown away any more by a policy that somebody removed, even before its removal is certain.
fn is_given_up(view: &View<'_>) -> bool {
    matches!(view.world.desired, Desired::Vanishing { mass: None, .. })
}

fn answer(view: &View<'_>, finding: &Finding) -> Option<(Action, Way)> {
    match finding.kind {
        FindingKind::MassDeletion | FindingKind::Deleted => Some((Action::Apply, removal(view))),
        FindingKind::RestoreRequested => Some((Action::SnapshotRestore, Way::Restore)),
        FindingKind::Missing => Some((Action::Apply, Way::Create)),
        FindingKind::Edited => Some((Action::Apply, edit(view, finding))),
        FindingKind::NotStopped => Some((Action::Apply, Way::Stop)),
        FindingKind::NotRunning if is_unnoticed(view) => Some((Action::Start, Way::Revive)),
        FindingKind::NotRunning => Some((Action::Start, Way::Start)),
        FindingKind::HandStopped => Some((Action::DriftReconciliation, Way::Start)),
        FindingKind::ConfigChanged => Some((Action::Apply, config_change(view))),
        FindingKind::DependencyRestarted => Some((Action::Apply, Way::Restart)),
        FindingKind::Drift => Some((Action::DriftReconciliation, by_remedy(fields::remedy(&finding.diffs))?)),
        FindingKind::StartupFailed | FindingKind::LivenessFailed => {
            // One that was ended for it is over.
            let runs = view.container.as_ref().is_some_and(ContainerView::is_up);
            runs.then(|| (Action::LivenessRestart, end(view)))
        }
        FindingKind::Unhealthy => Some((Action::ServiceRestart, climb(view))),
        // That a readiness probe fails is told, and whoever needs the container waits; nobody is restarted for it.
        FindingKind::NeverHealthy => failing_healthcheck(view).map(|_| (Action::ServiceRestart, climb(view))),
        FindingKind::MemoryPressure => Some((Action::ResourcePressure, Way::Restart)),
        FindingKind::DiskCritical | FindingKind::DiskPressure => {
            Some((Action::DiskCleanup, Way::Clean(Measure::Space)))
        }
        FindingKind::MetadataPressure => Some((Action::DiskCleanup, Way::Clean(Measure::Metadata))),
        FindingKind::InodePressure => Some((Action::DiskCleanup, Way::Clean(Measure::Inodes))),
        FindingKind::DiskForecast => Some((Action::PredictiveMaintenance, Way::Clean(Measure::Space))),
        // Data is never removed that no document gives up.
        FindingKind::Orphan if view.world.key.kind != Kind::Volume => {
            Some((Action::OrphanRemoval, Way::Remove))
        }
        _ => None,
    }
}

/// Whether Podman should have noticed the death by now. Its monitor takes 2 to 25 ms.
fn is_unnoticed(view: &View<'_>) -> bool {
    let Some(container) = &view.container else { return false };
    let unnoticed = container.liveness == Some(Liveness::DownUnnoticed);
    let dead_for = match container.facts.kernel {
        KernelLiveness::Dead { at, .. } => view.world.now.since(at),
        KernelLiveness::Alive { .. } | KernelLiveness::Unwatched => Duration::ZERO,
    };
    unnoticed && dead_for >= NOTICE_PATIENCE
}

/// The way of the next rung. Where every one was tried, the breaker holds the mildest.
fn climb(view: &View<'_>) -> Way {
    match ladder::stand(view).rung {
        Some(Rung::Restart) | None => Way::Restart,
        Some(Rung::Recreate) => Way::RecreateApplied,
        Some(Rung::PreviousImage) => Way::TakeBack,
    }
}

/// What a failed probe ends is started again where its restart policy wants that: the end is none by itself with 0.
fn end(view: &View<'_>) -> Way {
    let spec = view.container.as_ref().and_then(|container| container.spec);
    let never = spec.is_some_and(|spec| spec.restart_policy == RestartPolicy::Never);
    if never { Way::Stop } else { Way::Restart }
}

fn by_remedy(remedy: Remedy) -> Option<Way> {
    match remedy {
        Remedy::InPlace => Some(Way::Change),
        Remedy::Recreate => Some(Way::Recreate),
        Remedy::None | Remedy::Impossible => None,
    }
}

/// Nothing is removed that is not ours, that is not there, or that holds data somebody did not give up.
fn removal(view: &View<'_>) -> Way {
    let retained = view.document.is_some_and(|document| match &document.object {
        Object::Volume(volume) => volume.deletion_policy == DeletionPolicy::Retain,
        _ => false,
    });
    if view.presence.is_ours() && !retained { Way::Remove } else { Way::Note }
}

fn edit(view: &View<'_>, finding: &Finding) -> Way {
    if view.presence == Presence::Adoptable {
        return Way::Note;
    }
    by_remedy(fields::remedy(&finding.diffs)).unwrap_or(Way::Note)
}

/// The strongest of what the changed files ask for.
fn config_change(view: &View<'_>) -> Way {
    let Some(spec) = view.container.as_ref().and_then(|container| container.spec) else {
        return Way::Restart;
    };
    let changed = container::changed_config_files(view);
    let asked =
        changed.iter().filter_map(|path| spec.config_files.get(*path)).map(|file| match file.on_change {
            OnChange::Signal(signal) => Way::Signal(signal),
            OnChange::Restart => Way::Restart,
            OnChange::Recreate => Way::Recreate,
        });
    let strength = |way: &Way| match way {
        Way::Recreate => 2,
        Way::Restart => 1,
        _ => 0,
    };
    asked.max_by_key(strength).unwrap_or(Way::Restart)
}
