//! A drill: how it stands, or what came of it.
//!
//! Owns the shape of `drill` and of `last_drill`.

use std::collections::BTreeMap;

use podsteward_domain::decision::Gate;
use podsteward_domain::drill::{self, DrillResult, Phase};
use podsteward_domain::time::Moment;
use podsteward_store::DrillId;
use serde::Serialize;

/// A drill.
#[derive(Debug, Clone, Serialize)]
pub struct Drill {
    /// Its number.
    pub id: i64,
    /// When it was asked for.
    pub asked: String,
    /// By whom; `schedule`: it was due.
    pub by: String,
    /// Where it stands, or stood when it ended.
    pub phase: Phase,
    /// How it ended; null: it has not.
    pub result: Option<DrillResult>,
    /// The gate that refused it.
    pub gate: Option<Gate>,
    /// Why it did not pass.
    pub detail: String,
    /// When it ended.
    pub ended: Option<String>,
    /// From the break to the verification, of one that passed.
    pub seconds: Option<f64>,
    /// How long each phase took that came to its end.
    pub phase_seconds: BTreeMap<Phase, f64>,
    /// All of it for people: what follows "the drill".
    pub sentence: String,
}

impl Drill {
    /// A drill as it is kept.
    pub fn new((id, drill): &(DrillId, drill::Drill)) -> Self {
        let ended = drill.ended.as_ref();
        let seconds = |ms: &u64| std::time::Duration::from_millis(*ms).as_secs_f64();
        Self {
            id: id.0,
            asked: drill.asked.to_rfc3339(),
            by: drill.by.clone(),
            phase: drill.phase,
            result: ended.map(|ended| ended.result),
            gate: ended.and_then(|ended| ended.gate),
            detail: ended.map(|ended| ended.detail.clone()).unwrap_or_default(),
            ended: ended.map(|ended| Moment::to_rfc3339(ended.at)),
            seconds: drill.took().map(|took| took.as_secs_f64()),
            phase_seconds: drill.took_ms.iter().map(|(phase, ms)| (*phase, seconds(ms))).collect(),
            sentence: drill::sentence(drill),
        }
    }
}
