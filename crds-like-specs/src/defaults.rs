//! Every default and every limit of the manifest language, each with its why.
//!
//! Owns the values that hold where a manifest is silent. Never a default of Podman's: those hold by not being
//! declared, and are never drift. Used by validation; the schemas tell them in words.

pub mod backup;
pub mod disk;
pub mod playbook;
pub mod policy;

use std::time::Duration;

/// Time to end before the kill: Podman's own, so that a container moved to podsteward stops as before.
pub const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Time from the start call to running: a slow disk and a large image need longer than any healthy start, and a
/// start that hangs must not hold a worker for ever.
pub const START_TIMEOUT: Duration = Duration::from_mins(2);

/// How long a stop by hand is respected: long enough for a backup or a look inside, short enough that a
/// forgotten one is healed before anybody misses the service.
pub const MANUAL_HOLD: Duration = Duration::from_mins(15);

/// Time between two probes: Kubernetes' own.
pub const PROBE_PERIOD: Duration = Duration::from_secs(10);

/// Time for one answer to a probe: Kubernetes' own.
pub const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// Successes in a row that make a probe well: Kubernetes' own.
pub const PROBE_SUCCESSES: u32 = 1;

/// Failures in a row that make a probe ill: Kubernetes' own.
pub const PROBE_FAILURES: u32 = 3;

/// The path that an HTTP probe asks for: Kubernetes' own.
pub const PROBE_PATH: &str = "/";

/// Time between two healthchecks: Podman's own.
pub const HEALTH_INTERVAL: Duration = Duration::from_secs(30);

/// Time for one healthcheck: Podman's own.
pub const HEALTH_TIMEOUT: Duration = Duration::from_secs(30);

/// Failed healthchecks in a row that make a container unhealthy: Podman's own.
pub const HEALTH_RETRIES: u32 = 3;

/// What a config file's change sends with `onChange: signal`: the signal that means "read your configuration
/// again" to most servers.
pub const CONFIG_SIGNAL: u8 = 1;

/// The permissions of a mounted secret: Podman's own.
pub const SECRET_MODE: u32 = 0o444;

/// What a container may do with a device: Podman's own.
pub const DEVICE_PERMISSIONS: &str = "rwm";

/// How sure an alert is, in basis points: somebody wrote a rule for it, and it holds, so it is an observed fact.
pub const ALERT_CONFIDENCE: u16 = 10_000;

/// The least CPU: Linux hands out no less than a millisecond of every hundred.
pub const CPU_MILLIS_MIN: u64 = 10;

/// The most bytes of one manifest: a hundred times the largest that a person writes, and small enough that a log
/// or an image put there by mistake costs nothing.
pub const FILE_BYTES_MAX: usize = 1 << 20;

/// The deepest nesting of one document: three times what the kinds need, far below what a stack holds.
pub const DEPTH_MAX: usize = 32;

/// The most values in one file, aliases counted each time: more than a mebibyte of real manifests holds, few
/// enough that an alias bomb ends within milliseconds.
pub const VALUES_MAX: usize = 100_000;

/// The longest time in seconds: a day. Whoever writes more has slipped by some digits.
pub const SECONDS_MAX: u64 = 86_400;

/// The longest duration: a hundred years, so that no sum of times overflows.
pub const DURATION_MAX: Duration = Duration::from_hours(100 * 365 * 24);

/// The most tries of anything that is counted: beyond it a count means "never", and that has words of its own.
pub const TRIES_MAX: u32 = 10_000;

/// The largest user or group number of Linux; the one above it means "no change" to the kernel.
pub const ID_MAX: u32 = u32::MAX - 1;

/// The most processes that Linux can count on one host.
pub const PIDS_MAX: i64 = 4_194_304;
