//! Which programs of the host a playbook may run.
//!
//! Owns the answer for one program. Never reads the file: the runtime does.

use std::collections::BTreeSet;

/// The programs that may be run, by their absolute paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Allowed {
    /// No file was named: none.
    #[default]
    NoFile,
    /// The file that was named is of no use: none.
    Useless {
        /// Why, for people.
        why: String,
    },
    /// These, and no others.
    These(BTreeSet<String>),
}

impl Allowed {
    /// Why a program may not be run, if it may not.
    pub fn refuses(&self, program: &str) -> Option<String> {
        let none = "no program of the host is allowed";
        match self {
            Self::NoFile => {
                Some(format!("{program} may not be run: {none} (`podsteward run --allow-commands FILE`)"))
            }
            Self::Useless { why } => Some(format!("{program} may not be run: {none}, because {why}")),
            Self::These(programs) if programs.contains(program) => None,
            Self::These(_) => {
                Some(format!("{program} may not be run: it does not stand in the file of allowed commands"))
            }
        }
    }
}
