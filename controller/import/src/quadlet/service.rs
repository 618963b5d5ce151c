//! `[Unit]`, `[Service]` and `[Install]`: when a container runs, and after whom.
//!
//! Owns what of systemd's own sections a manifest can say. Never asks systemd.

use super::build::Making;
use super::container::unknown;
use super::take::{Take, last, values, yes};
use super::unit::{Kind, Unit, Units};
use crate::value::{bytes, map, number, text};
use crate::warning::At;

/// The keys of `[Unit]` that name other units, and whether a restart of those is followed.
const RELATIONS: [(&str, bool); 8] = [
    ("Requires", true),
    ("BindsTo", true),
    ("PartOf", true),
    ("Requisite", true),
    ("Wants", false),
    ("Upholds", false),
    ("After", false),
    ("Before", false),
];

/// What a host has reached long before podsteward runs.
const REACHED: [&str; 8] = [
    "network-online.target",
    "network.target",
    "nss-lookup.target",
    "local-fs.target",
    "remote-fs.target",
    "time-sync.target",
    "podman.socket",
    "podman-user-wait-network-online.service",
];

/// The keys of `[Unit]` that are read or say nothing to podsteward.
const OF_UNIT: [&str; 13] = [
    "Description",
    "Documentation",
    "SourcePath",
    "RequiresMountsFor",
    "DefaultDependencies",
    "Requires",
    "BindsTo",
    "PartOf",
    "Requisite",
    "Wants",
    "Upholds",
    "After",
    "Before",
];

/// The keys of `[Service]` that are read or say nothing without systemd.
const OF_SERVICE: [&str; 17] = [
    "Restart",
    "TimeoutStartSec",
    "Type",
    "RemainAfterExit",
    "Environment",
    "MemoryMax",
    "MemoryLow",
    "MemorySwapMax",
    "CPUQuota",
    "TasksMax",
    "Slice",
    "Delegate",
    "KillMode",
    "NotifyAccess",
    "SyslogIdentifier",
    "TimeoutSec",
    "TimeoutStopSec",
];

const BACK_OFF: &str = "podsteward starts a container again by its own back-off (10 s doubling to 5 m)";
const HOOK: &str = "nothing is run around a container here: do it in the image, or in a unit of its own";

/// What to do about other keys of `[Service]`.
const LOST_OF_SERVICE: [(&str, &str); 10] = [
    ("RestartSec", BACK_OFF),
    ("RestartSteps", BACK_OFF),
    ("RestartMaxDelaySec", BACK_OFF),
    ("StartLimitBurst", BACK_OFF),
    ("StartLimitIntervalSec", BACK_OFF),
    ("ExecStartPre", HOOK),
    ("ExecStartPost", HOOK),
    ("ExecStop", HOOK),
    ("ExecStopPost", HOOK),
    ("ExecReload", HOOK),
];

/// What to do about other keys of `[Unit]`.
const LOST_OF_UNIT: [(&str, &str); 3] = [
    ("StartLimitBurst", BACK_OFF),
    ("StartLimitIntervalSec", BACK_OFF),
    ("OnFailure", "use a NotificationChannel"),
];

/// `Notify=`: what it says is asked of the unit by whoever depends on it.
pub(super) fn notify(m: &mut Making<'_>, value: &str, at: &At) {
    if yes(value) {
        m.warn(at, "sd_notify is not passed through: declare a readiness probe instead");
    }
}

/// Reads systemd's own sections.
pub(super) fn service(m: &mut Making<'_>) {
    restart(m);
    limits(m);
    dependencies(m);
    installed(m);
    for key in ["Description", "Documentation"] {
        if let Some((value, at)) = last(&m.unit.assignments, "Unit", key) {
            m.draft.entry("metadata.annotations", &key.to_ascii_lowercase(), value, &at);
        }
    }
    unknown(m.unit, "Unit", &OF_UNIT, &LOST_OF_UNIT, m.warnings);
    unknown(m.unit, "Service", &OF_SERVICE, &LOST_OF_SERVICE, m.warnings);
    unknown(m.unit, "Install", &["WantedBy", "RequiredBy", "UpheldBy", "DefaultInstance"], &[], m.warnings);
}

fn restart(m: &mut Making<'_>) {
    let (value, at) =
        last(&m.unit.assignments, "Service", "Restart").unwrap_or(("no".to_owned(), m.draft.at.clone()));
    let policy = match value.as_str() {
        "no" => "Never",
        "always" => "Always",
        "on-failure" => "OnFailure",
        "on-success" => {
            m.warn(&at, "on-success becomes Always: a failure is followed by a start, too");
            "Always"
        }
        "on-abnormal" | "on-abort" | "on-watchdog" => {
            m.warn(&at, format!("{value} becomes OnFailure: any failure is followed by a start"));
            "OnFailure"
        }
        other => return m.warn(&at, format!("'{other}' is no policy: Always holds")),
    };
    m.draft.field("spec.restartPolicy", policy, &at);
    let timeout = last(&m.unit.assignments, "Service", "TimeoutStartSec");
    let timeout = timeout.or_else(|| last(&m.unit.assignments, "Service", "TimeoutSec"));
    if let Some((time, at)) = timeout {
        match seconds(&time) {
            Some(seconds) if seconds > 0 => m.draft.field("spec.startTimeoutSeconds", seconds, &at),
            _ => m.warn(&at, format!("'{time}': a start has a limit here; left out, 120 seconds hold")),
        }
    }
}

/// The limits of the unit become those of the container.
fn limits(m: &mut Making<'_>) {
    let service =
        |key: &str| last(&m.unit.assignments, "Service", key).filter(|(value, _)| value != "infinity");
    let (memory, low, swap) = (service("MemoryMax"), service("MemoryLow"), service("MemorySwapMax"));
    let (quota, tasks, slice) = (service("CPUQuota"), service("TasksMax"), service("Slice"));
    let limits = "spec.resources.limits";
    if let Some((memory, at)) = &memory {
        m.draft.field(&format!("{limits}.memory"), bytes(memory), at);
    }
    if let (Some((swap, at)), Some((memory, _))) = (&swap, &memory) {
        match (amount(memory), amount(swap)) {
            (Some(memory), Some(swap)) => {
                m.draft.field(&format!("{limits}.memorySwap"), (memory + swap).to_string(), at);
            }
            _ => m.warn(at, "is no amount of bytes: left out"),
        }
    } else if let Some((_, at)) = &swap {
        m.warn(at, "says nothing without MemoryMax= here: left out");
    }
    if let Some((low, at)) = &low {
        m.draft.field("spec.resources.requests.memory", bytes(low), at);
    }
    if let Some((quota, at)) = &quota {
        match quota.strip_suffix('%').and_then(|percent| percent.trim().parse::<u64>().ok()) {
            Some(percent) => m.draft.field(&format!("{limits}.cpu"), format!("{}m", percent * 10), at),
            None => m.warn(at, format!("'{quota}' is no share of a CPU such as 50%: left out")),
        }
    }
    if let Some((tasks, at)) = &tasks {
        m.draft.field(&format!("{limits}.pids"), number(tasks), at);
    }
    if let Some((slice, at)) = &slice {
        m.draft.field("spec.cgroupParent", slice.as_str(), at);
    }
}

/// An amount of bytes as systemd writes it.
fn amount(text: &str) -> Option<u64> {
    bytes(text).parse::<podsteward_specs::quantity::Bytes>().ok().map(|bytes| bytes.0)
}

/// Who must be there first: those that the unit names, and those that name it with `Before=`.
fn dependencies(m: &mut Making<'_>) {
    let (me, units) = (m.unit, m.units);
    for (key, follows) in RELATIONS {
        for (name, at) in values(&me.assignments, "Unit", key, Take::Words) {
            match units.named(&name) {
                Some(other) if other.kind == Kind::Container && key != "Before" => {
                    // An order alone says nothing of a unit that nobody starts.
                    if key != "After" || is_started(other, units) {
                        depend(m, other, follows, &at);
                    }
                }
                Some(_) => {}
                None if REACHED.contains(&name.as_str()) => {}
                None => {
                    m.warn(
                        &at,
                        format!("{name} is not part of this import: order podsteward's own unit by it"),
                    );
                }
            }
        }
    }
    for other in units.all.iter().filter(|other| other.kind == Kind::Container && is_started(other, units)) {
        let before = values(&other.assignments, "Unit", "Before", Take::Words);
        if before.iter().any(|(name, _)| *name == me.service || *name == me.file) {
            depend(m, other, false, &At::file(&me.source).key("Before"));
        }
    }
}

fn depend(m: &mut Making<'_>, other: &Unit, follows: bool, at: &At) {
    let Some(name) = crate::name::sound(&other.resource) else { return };
    let said = |section: &str, key: &str, word: &str| {
        last(&other.assignments, section, key).is_some_and(|(value, _)| value.eq_ignore_ascii_case(word))
    };
    let condition = if said("Service", "Type", "oneshot") && !said("Service", "Restart", "always") {
        Some("completed")
    } else if said("Container", "Notify", "healthy") {
        Some("healthy")
    } else {
        None
    };
    let identity = name.as_str();
    // `Requires=` with `After=` name the same unit twice; the first word says more.
    if m.draft.holds("spec.dependsOn", identity) {
        return;
    }
    let restart = follows.then_some(true.into());
    let item = if condition.is_none() && restart.is_none() {
        text(identity)
    } else {
        map([("name", Some(text(identity))), ("condition", condition.map(text)), ("restart", restart)])
    };
    m.draft.identified("spec.dependsOn", identity, item, at);
}

/// A unit that nothing starts is declared and stopped.
fn installed(m: &mut Making<'_>) {
    if is_started(m.unit, m.units) {
        return;
    }
    let at = m.draft.at.clone();
    m.draft.field("spec.desiredState", "Stopped", &at);
    let why = "nothing starts the unit ([Install] has no WantedBy=): it is declared as Stopped";
    m.warn(&at, format!("{why}; where a timer starts it, keep the unit"));
}

/// Whether a unit is started by itself, or by another one of the import.
fn is_started(unit: &Unit, units: &Units) -> bool {
    let wanted = ["WantedBy", "RequiredBy", "UpheldBy"];
    let named_by = |other: &Unit| {
        let named = |key: &&str| values(&other.assignments, "Unit", key, Take::Words);
        let mut pulled_in = ["Requires", "BindsTo", "Wants", "Upholds"].iter().flat_map(named);
        pulled_in.any(|(name, _)| name == unit.service || name == unit.file)
    };
    wanted.iter().any(|key| last(&unit.assignments, "Install", key).is_some())
        || units.all.iter().any(named_by)
}

/// A time as systemd and Podman write it: `90`, `1min 30s`, `1m30s`, `1.5h`; in whole seconds, rounded up.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let units: [(&[&str], u64); 5] = [
        (&["ms", "msec"], 1),
        (&["", "s", "sec", "second", "seconds"], 1_000),
        (&["m", "min", "minute", "minutes"], 60_000),
        (&["h", "hr", "hour", "hours"], 3_600_000),
        (&["d", "day", "days"], 86_400_000),
    ];
    let mut rest = text.trim();
    let mut millis = 0u64;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at_checked(end)?;
        let after = after.trim_start();
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end)?;
        let unit = units.iter().find(|(names, _)| names.contains(&unit)).map(|(_, millis)| *millis)?;
        millis = millis.checked_add(digits.parse::<u64>().ok()?.checked_mul(unit)?)?;
        rest = after.trim_start();
    }
    (!text.trim().is_empty()).then(|| millis.div_ceil(1_000))
}
