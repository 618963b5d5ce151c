//! The gate of backups: remediation that could lose data waits until the backup that should hold it is fresh.
//!
//! Owns which plans could lose data, and the sentence. Never asked of declared work. A plan that no check covers
//! passes: nobody said that there should be a backup. So does one whose backup is not expected now.

use super::held;
use crate::decide::Asked;
use crate::decision::GateAnswer;
use crate::orient;
use crate::plan::Step;
use crate::risk::Risk;
use crate::view::View;

/// Whether the backup of what a plan could lose is fresh.
pub(super) fn backup(view: &View<'_>, asked: &Asked<'_>) -> GateAnswer {
    if !could_lose_data(view, asked) {
        return GateAnswer::Pass;
    }
    let now = view.world.now;
    // What a dangerous command on the host gets at, nobody knows.
    let anything = is_dangerous(view, asked) && asked.plan.steps().any(runs_on_host);
    let guards = view.world.host.guards.iter().filter(|guard| guard.check.expected);
    let guards = guards.filter(|guard| anything || guard.covers(asked.plan));
    let words = guards.map(|guard| (&guard.key, guard.word(now))).filter(|(_, word)| !word.is_fresh());
    let stops: Vec<String> =
        words.map(|(key, word)| format!("{key} is {}: {}", word.as_str(), word.detail())).collect();
    if stops.is_empty() {
        return GateAnswer::Pass;
    }
    held(format!("it could lose data, and {}", stops.join("; ")), None)
}

/// Whether a volume goes, another image gets at what the old one wrote, or somebody wrote down steps that they think
/// dangerous.
fn could_lose_data(view: &View<'_>, asked: &Asked<'_>) -> bool {
    is_dangerous(view, asked) || orient::touches_data(view, asked.plan)
}

/// By its own word: that it touches many containers makes it riskier, and endangers no data.
fn is_dangerous(view: &View<'_>, asked: &Asked<'_>) -> bool {
    orient::own_risk(view, asked.proposal.action) == Some(Risk::High)
}

fn runs_on_host(step: &Step) -> bool {
    matches!(step, Step::RunCommand { .. })
}
