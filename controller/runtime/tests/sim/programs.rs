//! The programs of one run: what each does on the host, as a test says it.
//!
//! Owns what was run. A program that is told nothing of ends with 0 at once.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use podsteward_domain::playbook::Allowed;
use podsteward_runtime::commands::{Commands, Failed, Ran};

/// The programs that may be run.
const ALLOWED: [&str; 3] = ["/bin/look", "/bin/mend", "/bin/other"];

/// The programs.
#[derive(Debug, Default)]
pub(crate) struct Programs {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    ends: BTreeMap<String, (i32, Duration)>,
    runs: Vec<Vec<String>>,
}

impl Programs {
    /// The file of allowed commands.
    pub(crate) fn allowed() -> Allowed {
        Allowed::These(ALLOWED.map(str::to_owned).into())
    }

    /// How a program ends from now on, and after how long.
    pub(crate) fn ends(&self, program: &str, code: i32, after: Duration) {
        self.lock().ends.insert(program.to_owned(), (code, after));
    }

    /// What was run of a program, each with its arguments.
    pub(crate) fn runs(&self, program: &str) -> Vec<Vec<String>> {
        self.lock().runs.iter().filter(|argv| argv[0] == program).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Commands for Programs {
    async fn run(&self, argv: &[String], deadline: Duration) -> Result<Ran, Failed> {
        let (code, after) = {
            let mut state = self.lock();
            state.runs.push(argv.to_vec());
            state.ends.get(&argv[0]).copied().unwrap_or_default()
        };
        tokio::time::sleep(after.min(deadline)).await;
        if after > deadline {
            return Err(Failed::TimedOut(format!("{} did not end in time", argv[0])));
        }
        Ok(Ran { code: Some(code), output: format!("{} is done", argv[0]) })
    }
}
