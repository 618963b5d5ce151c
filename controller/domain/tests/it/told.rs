//! What follows from a World, as text.
//!
//! Owns how an evaluation is written down in the tests. Never leaves anything out that a person would see.

use std::fmt::Write;

use podsteward_domain::decision::{Decision, GateAnswer};
use podsteward_domain::evaluate::{Choice, Evaluation, evaluate};
use podsteward_domain::finding::Finding;
use podsteward_domain::plan::Step;
use podsteward_domain::status::Condition;
use podsteward_domain::time::Moment;
use podsteward_domain::verify::Verification;
use podsteward_domain::words;

use crate::fixture::{NOW, world};

/// Everything that follows from a World.
pub(crate) fn look(text: &str) -> String {
    let evaluation = evaluate(world(text));
    let mut told = state(&evaluation);
    for each in &evaluation.findings {
        let _ = writeln!(told, "finding {}", finding(each));
    }
    told + &follows(&evaluation)
}

/// What follows from a World, without what is shown.
pub(crate) fn acts(text: &str) -> String {
    follows(&evaluate(world(text)))
}

/// What is decided about one action.
pub(crate) fn decided(text: &str, action: &str) -> Decision {
    let decisions = evaluate(world(text)).decisions;
    let decision = decisions.into_iter().find(|decision| decision.action.as_str() == action);
    decision.unwrap_or_else(|| panic!("nothing calls for {action}:\n{text}"))
}

/// The verdict on one action, and the first gate that stops it, if one does.
pub(crate) fn verdict(text: &str, action: &str) -> String {
    let decision = decided(text, action);
    let stop = first_stop(&decision);
    if stop.is_empty() { decision.verdict.to_string() } else { format!("{}, {stop}", decision.verdict) }
}

/// The state with its sentence, and the conditions.
pub(crate) fn shows(text: &str) -> String {
    let evaluation = evaluate(world(text));
    let mut told = state(&evaluation);
    for each in &evaluation.status.conditions {
        let _ = writeln!(told, "{}", condition(each));
    }
    told
}

/// The findings alone.
pub(crate) fn finds(text: &str) -> String {
    let evaluation = evaluate(world(text));
    evaluation.findings.iter().map(|each| finding(each) + "\n").collect()
}

fn state(evaluation: &Evaluation) -> String {
    let status = &evaluation.status;
    let message = if status.message.is_empty() { String::new() } else { format!(": {}", status.message) };
    format!("{}{message}\n", status.state)
}

fn finding(finding: &Finding) -> String {
    format!("{} {}: {}", finding.severity.as_str(), finding.kind, finding.message)
}

fn condition(condition: &Condition) -> String {
    let Condition { kind, status, reason, message, .. } = condition;
    let message = if message.is_empty() { String::new() } else { format!(": {message}") };
    format!("{kind:?}={status:?} {reason}{message}")
}

fn follows(evaluation: &Evaluation) -> String {
    let mut told = String::new();
    if let Some(verification) = &evaluation.verification {
        let _ = writeln!(told, "verification: {}", verified(verification));
    }
    if let Some(choice) = &evaluation.choice {
        told += &chosen(choice);
    }
    if let Some(again) = evaluation.again {
        let _ = writeln!(told, "look again in {again:?}");
    }
    if told.is_empty() { "nothing to do\n".to_owned() } else { told }
}

fn chosen(choice: &Choice) -> String {
    let decision = &choice.decision;
    let mut told = format!("{} because {} ({})\n", decision.action, decision.trigger, decision.verdict);
    if decision.withheld_by().is_some() {
        for line in stops(decision) {
            let _ = writeln!(told, "  {line}");
        }
        return told;
    }
    for section in &choice.plan.sections {
        let _ = writeln!(told, "  {}: {}", section.title, steps(&section.steps));
    }
    if let Some(settle) = &choice.plan.settle {
        let _ = writeln!(told, "  then {}: {}", settle.title, steps(&settle.steps));
    }
    let expectation = choice.plan.expectation;
    let _ =
        writeln!(told, "  expects {:?} for {}", expectation.state, words::duration(expectation.stabilise));
    told
}

/// The gates that stop a decision, each with what it says.
pub(crate) fn stops(decision: &Decision) -> Vec<String> {
    let stopping = decision.gates.iter().filter(|result| result.answer.stops());
    let line = |gate, answer: &GateAnswer| match answer {
        GateAnswer::Hold { detail, until: Some(until) } => {
            format!("held by {gate}: {detail}, for {:?}", until.since(NOW))
        }
        GateAnswer::Hold { detail, until: None } => format!("held by {gate}: {detail}"),
        other => format!("denied by {gate}: {}", other.detail().unwrap_or_default()),
    };
    stopping.map(|result| line(result.gate, &result.answer)).collect()
}

/// The first gate that stops a decision.
pub(crate) fn first_stop(decision: &Decision) -> String {
    let stop = decision.withheld_by().map(|result| (result.gate, result.answer.detail().unwrap_or_default()));
    stop.map_or_else(String::new, |(gate, detail)| format!("held by {gate}: {detail}"))
}

/// Steps in one line.
pub(crate) fn steps<'a>(steps: impl IntoIterator<Item = &'a Step>) -> String {
    steps.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A verification in words.
pub(crate) fn verified(verification: &Verification) -> String {
    match verification {
        Verification::Wait { again } => format!("wait {again:?}"),
        Verification::Passed => "passed".to_owned(),
        Verification::Warned(why) => format!("warned: {why}"),
        Verification::Failed(why) => format!("failed: {why}"),
        Verification::Inconclusive(why) => format!("inconclusive: {why}"),
        Verification::Superseded => "superseded".to_owned(),
    }
}

/// How long after noon a moment is.
pub(crate) fn after_noon(moment: Moment) -> String {
    let millis = moment.since(NOW).as_millis();
    format!("+{}.{}s", millis / 1000, millis % 1000 / 100)
}
