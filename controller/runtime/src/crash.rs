//! Places at which tests end the controller as `kill -9` would.
//!
//! Owns the hook. In a released binary it does nothing: only the feature `crash-points` reads the environment.

/// Called between two steps of a plan.
pub trait CrashPoint: Send + Sync {
    /// The step of this kind is about to be carried out (`before`), or was.
    fn reached(&self, step: &'static str, before: bool);
}

/// Never ends anything.
#[derive(Debug, Clone, Copy)]
pub struct NoCrash;

impl CrashPoint for NoCrash {
    fn reached(&self, _step: &'static str, _before: bool) {}
}

/// Aborts the process at the step that `PODSTEWARD_CRASH_AT` names: `before:STEP` or `after:STEP`.
#[cfg(feature = "crash-points")]
#[derive(Debug, Clone)]
pub struct CrashFromEnvironment(Option<String>);

#[cfg(feature = "crash-points")]
impl CrashFromEnvironment {
    /// Reads the environment.
    pub fn new() -> Self {
        Self(std::env::var("PODSTEWARD_CRASH_AT").ok())
    }
}

#[cfg(feature = "crash-points")]
impl Default for CrashFromEnvironment {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(feature = "crash-points")]
impl CrashPoint for CrashFromEnvironment {
    fn reached(&self, step: &'static str, before: bool) {
        let here = format!("{}:{step}", if before { "before" } else { "after" });
        if self.0.as_deref() == Some(&here) {
            std::process::abort();
        }
    }
}
