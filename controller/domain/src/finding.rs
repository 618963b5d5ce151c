//! A typed fact that something is not as it should be, with the sentence a person reads.
//!
//! Owns the closed list of findings and their severities. Never what is done about one.
//! Made by the detector of the same name; the name is a metric label, and the word for it in the docs.

use std::fmt;

use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Somebody should look.
    Warning,
    /// Something does not work.
    Critical,
}

impl Severity {
    /// All severities.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];

    /// The name in logs and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

macro_rules! finding_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $severity:ident;)+) => {
        /// The kinds of findings. Each has its detector: the function of its name in `detect`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum FindingKind {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)+
        }

        impl FindingKind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in logs, metrics and docs.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }
        }
    };
}

finding_kinds! {
    /// Declared, and not there.
    Missing = "missing", Warning;
    /// The document differs from the last one applied.
    Edited = "edited", Info;
    /// A declared field of the live object differs.
    Drift = "drift", Warning;
    /// A difference that is harmless or cannot be mended.
    Unfixable = "unfixable", Info;
    /// It should run and does not.
    NotRunning = "not_running", Warning;
    /// It keeps ending.
    CrashLoop = "crash_loop", Critical;
    /// Somebody stopped it by hand; it is held.
    HandStopped = "hand_stopped", Info;
    /// It runs and should not.
    NotStopped = "not_stopped", Info;
    /// Its healthcheck says unhealthy, and said otherwise before.
    Unhealthy = "unhealthy", Warning;
    /// It was never seen healthy or ready since it was made.
    NeverHealthy = "never_healthy", Warning;
    /// Its readiness probe fails, and succeeded before.
    NotReady = "not_ready", Warning;
    /// Its liveness probe fails.
    LivenessFailed = "liveness_failed", Warning;
    /// Its startup probe used up its budget.
    StartupFailed = "startup_failed", Warning;
    /// A probe of it cannot run, so that what it would say is not known.
    ProbeCannotRun = "probe_cannot_run", Warning;
    /// The monitoring says that something is wrong with it.
    Alert = "alert", Warning;
    /// A route of alerts may never do what it says.
    AlertRouteUnsound = "alert_route_unsound", Warning;
    /// No test alert came in for long.
    AlertPathUnproven = "alert_path_unproven", Warning;
    /// A config file's content changed since it was last started.
    ConfigChanged = "config_changed", Info;
    /// A dependency that it follows was restarted.
    DependencyRestarted = "dependency_restarted", Info;
    /// It waits for something that is not there yet.
    Waiting = "waiting", Info;
    /// A person wants a snapshot put back.
    RestoreRequested = "restore_requested", Info;
    /// A person wants a playbook carried out.
    PlaybookRequested = "playbook_requested", Info;
    /// A playbook would run a program that it may not.
    CommandNotAllowed = "command_not_allowed", Warning;
    /// Its document was deleted.
    Deleted = "deleted", Info;
    /// So many documents vanished together that a person must say it was meant.
    MassDeletion = "mass_deletion", Critical;
    /// It carries our labels, and nothing declares it.
    Orphan = "orphan", Warning;
    /// Its name is taken by something that is not ours.
    Foreign = "foreign", Warning;
    /// The image's tag means another image now.
    ImageMoved = "image_moved", Info;
    /// A permanent error: trying again soon cannot help.
    Terminal = "terminal", Critical;
    /// Its document failed verification and was taken back, or its drift does not converge.
    Quarantined = "quarantined", Critical;
    /// Its file does not parse, or its document is not valid; the last good one holds, where there is one.
    ManifestInvalid = "manifest_invalid", Warning;
    /// What must be known is not.
    SourceUnknown = "source_unknown", Critical;
    /// A declared field is accepted and not acted on.
    NotSupported = "not_supported", Info;
    /// A filesystem is at its `warn` threshold.
    DiskWarning = "disk_warning", Warning;
    /// A filesystem is at its `act` threshold.
    DiskPressure = "disk_pressure", Warning;
    /// A filesystem is at its `critical` threshold.
    DiskCritical = "disk_critical", Critical;
    /// A filesystem has few inodes left.
    InodePressure = "inode_pressure", Warning;
    /// A btrfs has little room left for its own records.
    MetadataPressure = "metadata_pressure", Warning;
    /// A filesystem will be at its `act` threshold soon.
    DiskForecast = "disk_forecast", Warning;
    /// A cleanup freed too little, or what it freed is full again.
    CleanupIneffective = "cleanup_ineffective", Critical;
    /// A backup that should be there is not.
    BackupMissing = "backup_missing", Warning;
    /// The last backup is too old.
    BackupStale = "backup_stale", Warning;
    /// The last attempt to make a backup, or to prove one, failed.
    BackupFailed = "backup_failed", Warning;
    /// Nothing proves lately enough that a backup can be restored.
    BackupUnproven = "backup_unproven", Warning;
    /// A container uses nearly all the memory that it may have.
    MemoryPressure = "memory_pressure", Warning;
    /// The host stalls for want of memory, CPU or I/O.
    ResourcePressure = "resource_pressure", Warning;
    /// So much goes wrong at once that the containers are not the cause.
    Storm = "storm", Critical;
    /// An action failed so often that it is not tried for a while.
    BreakerOpen = "breaker_open", Warning;
    /// Notifications do not reach anybody.
    OutboxStuck = "outbox_stuck", Warning;
    /// A channel refuses notifications, and will until somebody mends its address or token.
    ChannelRefused = "channel_refused", Warning;
    /// A channel does not get what it is sent: it cannot be reached, or a file that it needs cannot be read.
    ChannelFailing = "channel_failing", Warning;
    /// Others may read the file that holds a channel's address or token.
    SecretExposed = "secret_exposed", Warning;
    /// The last drill did not pass: podsteward does not do what it is there for, or would not.
    DrillFailed = "drill_failed", Warning;
    /// No drill has passed for too long.
    DrillOverdue = "drill_overdue", Warning;
}

impl FindingKind {
    /// Whether it says that a container that runs is not well, for whatever reason.
    pub fn is_of_health(self) -> bool {
        matches!(self, Self::Unhealthy | Self::NeverHealthy)
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What kind of fact.
    pub kind: FindingKind,
    /// About which object.
    pub target: Key,
    /// How bad.
    pub severity: Severity,
    /// The sentence a person reads.
    pub message: String,
    /// The fields that differ, where it is about fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diffs: Vec<FieldDiff>,
}

impl Finding {
    /// A finding with the severity of its kind.
    pub fn new(kind: FindingKind, target: &Key, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, target: target.clone(), severity: kind.severity(), message, diffs: Vec::new() }
    }
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FieldDiff {
    /// The field as the manifest names it, for example `spec.resources.limits.memory`.
    pub field: String,
    /// What is declared.
    pub desired: String,
    /// What is live.
    pub live: String,
    /// How it can be mended.
    pub remedy: Remedy,
}

/// How a difference can be mended, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// Nothing to do on the host: podsteward alone acts on the field.
    None,
    /// On the live object.
    InPlace,
    /// By making the object anew.
    Recreate,
    /// Not at all.
    Impossible,
}
