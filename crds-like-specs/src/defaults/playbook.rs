//! What holds where a `Playbook` is silent, each value with its why.
//!
//! Owns the values. Called by validation.

use std::time::Duration;

/// A playbook that takes longer than this does something that nobody watches.
pub const TIMEOUT: Duration = Duration::from_mins(10);
/// Nothing that a playbook does takes longer: a worker is busy with it meanwhile.
pub const TIMEOUT_MAX: Duration = Duration::from_hours(1);
/// As long as a restart must hold.
pub const STABILISE: Duration = Duration::from_secs(30);
/// Most commands end within seconds; one that hangs should not hold a plan for long.
pub const STEP_TIMEOUT: Duration = Duration::from_mins(1);
/// A check only looks.
pub const CHECK_TIMEOUT: Duration = Duration::from_secs(5);
/// A check is repeated, so it must end soon.
pub const CHECK_TIMEOUT_MAX: Duration = Duration::from_mins(1);
/// Whoever must wait longer wants a probe, which goes on as soon as it can.
pub const WAIT_MAX: Duration = Duration::from_mins(10);
/// So many steps: more are a program, which belongs in one command.
pub const STEPS_MAX: usize = 50;
/// A message that a phone shows.
pub const MESSAGE_MAX: usize = 1000;
