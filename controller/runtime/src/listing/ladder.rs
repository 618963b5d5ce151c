//! Where an action stands on the escalation ladder.
//!
//! Owns the shape of `ladder` in `plan`, `why` and `check`. Never decides which rung it is: the domain does.

use podsteward_domain::ladder::{self, LeftOut, Rung};
use serde::Serialize;

/// Where an action stands on the ladder.
#[derive(Debug, Clone, Serialize)]
pub struct Ladder {
    /// The rung that it is; null: every one was tried.
    pub rung: Option<Rung>,
    /// The one after it, should it fail.
    pub next: Option<Rung>,
    /// What was tried and failed since the container was last well.
    pub tried: Vec<Tried>,
    /// What is left out, and why.
    pub left_out: Vec<LeftOut>,
    /// All of it in one sentence.
    #[serde(skip)]
    pub sentence: String,
}

/// A rung that failed.
#[derive(Debug, Clone, Serialize)]
pub struct Tried {
    /// Which.
    pub rung: Rung,
    /// When it ended.
    pub at: String,
}

impl From<&ladder::Ladder> for Ladder {
    fn from(ladder: &ladder::Ladder) -> Self {
        let tried = ladder.tried.iter().map(|tried| Tried { rung: tried.rung, at: tried.at.to_rfc3339() });
        Self {
            rung: ladder.rung,
            next: ladder.next,
            tried: tried.collect(),
            left_out: ladder.left_out.clone(),
            sentence: ladder.to_string(),
        }
    }
}
