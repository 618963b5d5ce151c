//! The decision log in numbers.
//!
//! Owns what is counted, and what no numbers mean. Called by `status` and `decisions --stats`.

use std::collections::BTreeMap;

use podsteward_domain::action::Action;
use podsteward_domain::decision::{Gate, Verdict};
use podsteward_domain::score::{ONE, Score};
use podsteward_store::{DecisionCount, LoggedDecision, LoggedOutcome};
use serde::Serialize;

/// The log in numbers. A decision that was made again and again is one decision.
#[derive(Debug, Clone, Serialize)]
pub struct Numbers {
    /// All decisions.
    pub decisions: u64,
    /// How often they were made, those again and again included.
    pub times: u64,
    /// By action.
    pub by_action: BTreeMap<Action, u64>,
    /// By outcome; those in progress have none.
    pub by_outcome: BTreeMap<&'static str, u64>,
    /// By verdict.
    pub by_decision: BTreeMap<Verdict, u64>,
    /// By the gate that withheld them.
    pub withheld_by: BTreeMap<Gate, u64>,
    /// Carried out, and worked or failed.
    pub attempted: u64,
    /// Of those, verified.
    pub succeeded: u64,
    /// Succeeded of attempted; null without any: zero attempts are no data.
    pub success_rate: Option<Score>,
    /// The average confidence of what was judged; null where nothing was.
    pub average_confidence: Option<Score>,
}

impl Numbers {
    /// The numbers of a log that was counted.
    pub fn of(counts: &[DecisionCount]) -> Self {
        let mut numbers = Self::nothing();
        let (mut sum, mut judged) = (0, 0);
        for count in counts {
            numbers.decisions += count.rows;
            numbers.times += count.times;
            *numbers.by_action.entry(count.action).or_default() += count.rows;
            *numbers.by_decision.entry(count.verdict).or_default() += count.rows;
            if let Some(outcome) = count.outcome {
                *numbers.by_outcome.entry(outcome.as_str()).or_default() += count.rows;
                numbers.attempted += if was_attempted(outcome) { count.rows } else { 0 };
                numbers.succeeded += if is_good(outcome) { count.rows } else { 0 };
            }
            // What waits for a person, or waited, was asked for and not withheld.
            let withheld = count.outcome == Some(LoggedOutcome::Withheld);
            if let Some(gate) = count.withheld_by.filter(|_| withheld) {
                *numbers.withheld_by.entry(gate).or_default() += count.rows;
            }
            sum += count.confidence_sum_bp;
            judged += count.judged;
        }
        numbers.success_rate = share(numbers.succeeded * u64::from(ONE), numbers.attempted);
        numbers.average_confidence = share(sum, judged);
        numbers
    }

    fn nothing() -> Self {
        Self {
            decisions: 0,
            times: 0,
            by_action: BTreeMap::new(),
            by_outcome: BTreeMap::new(),
            by_decision: BTreeMap::new(),
            withheld_by: BTreeMap::new(),
            attempted: 0,
            succeeded: 0,
            success_rate: None,
            average_confidence: None,
        }
    }
}

/// One decision, counted.
pub fn counted(logged: &LoggedDecision) -> DecisionCount {
    let judgement = logged.decision.judgement.as_ref();
    DecisionCount {
        action: logged.decision.action,
        verdict: logged.decision.verdict,
        outcome: logged.outcome,
        withheld_by: logged.withheld_by,
        rows: 1,
        times: logged.count,
        confidence_sum_bp: judgement.map_or(0, |judgement| judgement.confidence.total.basis_points().into()),
        judged: judgement.is_some().into(),
    }
}

fn is_good(outcome: LoggedOutcome) -> bool {
    matches!(outcome, LoggedOutcome::Success | LoggedOutcome::Warning)
}

fn was_attempted(outcome: LoggedOutcome) -> bool {
    is_good(outcome) || matches!(outcome, LoggedOutcome::Failure | LoggedOutcome::RolledBack)
}

/// Basis points shared among so many, rounded; nothing among none.
fn share(basis_points: u64, among: u64) -> Option<Score> {
    let each = basis_points.saturating_add(among / 2).checked_div(among)?;
    Some(Score::clamped(i64::try_from(each).unwrap_or(i64::MAX)))
}
