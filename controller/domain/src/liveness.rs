//! Whether a container's main process lives: two witnesses, kept apart.
//!
//! Owns the rule that the kernel wins for death. Never asks either witness.

use crate::live::{EngineState, LiveContainer};
use crate::world::KernelLiveness;

/// Whether the main process lives, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveness {
    /// It lives, by every witness there is.
    Up,
    /// It is gone.
    Down,
    /// It is gone by the kernel's word, while Podman goes on saying that it runs.
    DownUnnoticed,
}

impl Liveness {
    /// Weighs the two witnesses. The kernel's word counts only for the very process that Podman names. A container
    /// that is being stopped lives until its process is gone.
    pub fn of(live: &LiveContainer, kernel: KernelLiveness) -> Self {
        let dead = matches!(kernel, KernelLiveness::Dead { pid, .. } if live.pid == Some(pid));
        match live.state {
            EngineState::Running | EngineState::Paused if dead => Self::DownUnnoticed,
            EngineState::Stopping if dead => Self::Down,
            EngineState::Running | EngineState::Paused | EngineState::Stopping => Self::Up,
            _ => Self::Down,
        }
    }

    /// Whether it lives.
    pub fn is_up(self) -> bool {
        self == Self::Up
    }
}
