//! What must stand in the decision log and in the outbox.
//!
//! Owns the comparison of both with what was begun and asked. Never looks at Podman.

use podsteward_domain::approval::Approval;
use podsteward_domain::decision::Verdict;
use podsteward_domain::intent::Intent;
use podsteward_specs::channel::NotificationEvent;
use podsteward_store::{DecisionFilter, LoggedDecision, LoggedOutcome, OutboxEntry, Store};

/// More than any run writes.
const ALL: u32 = 100_000;

/// The decision that an intent carries out.
pub(crate) fn of(store: &Store, intent: &Intent) -> Option<LoggedDecision> {
    let filter = DecisionFilter {
        target: Some(intent.key.clone()),
        action: Some(intent.action),
        limit: 50,
        ..DecisionFilter::default()
    };
    store.decisions(&filter).unwrap().into_iter().find(|logged| logged.intent == Some(intent.id))
}

/// What is wrong with the decision of a plan that begins.
pub(super) fn in_progress(logged: &LoggedDecision) -> Option<String> {
    let wrong = logged.outcome.is_some() || logged.withheld_by.is_some();
    wrong.then(|| format!("decision {:?} is carried out and has an outcome: {:?}", logged.id, logged.outcome))
}

/// What is wrong with the decision of a plan that was closed.
pub(super) fn ended(intent: &Intent, logged: &LoggedDecision) -> Option<String> {
    let name = format!("plan {}, {} of {},", intent.id, intent.action, intent.key);
    let verified = matches!(logged.outcome, Some(LoggedOutcome::Success | LoggedOutcome::Warning));
    if logged.outcome.is_none() {
        return Some(format!("{name} was closed and has no outcome"));
    }
    (verified && logged.report.is_none()).then(|| format!("{name} worked and has no verification"))
}

/// What the decision log of a whole run does not tell: every decision that was carried out tells what came of it, every
/// other one which gate withheld it, and is in progress only while its plan is.
pub(crate) fn silent(store: &Store) -> Option<String> {
    let filter = DecisionFilter { limit: ALL, ..DecisionFilter::default() };
    let decisions = store.decisions(&filter).unwrap();
    let open = store.open_intents().unwrap();
    let told = |decision: &&LoggedDecision| match decision.intent {
        Some(intent) if decision.outcome.is_none() => open.iter().any(|open| open.id == intent),
        Some(_) => decision.withheld_by.is_none(),
        None => decision.outcome.is_some() && decision.withheld_by.is_some(),
    };
    let silent = decisions.iter().find(|decision| !told(decision));
    silent.map(|decision| format!("the log does not tell what came of {decision:?}"))
}

/// What the outbox of a whole run does not tell, or tells twice.
pub(crate) fn untold(store: &Store) -> Option<String> {
    let filter = DecisionFilter { limit: ALL, ..DecisionFilter::default() };
    let decisions = store.decisions(&filter).unwrap();
    let outbox = store.recent(ALL).unwrap();
    let told = |event: NotificationEvent, title: &str| {
        let said =
            |entry: &&OutboxEntry| entry.notification.event == event && entry.notification.title == title;
        outbox.iter().filter(said).count()
    };
    let acting = |decision: &LoggedDecision| {
        let wanted = begun_aloud(&decisions, decision);
        let title = format!("{}: {} begins", decision.decision.target, decision.decision.action);
        (told(NotificationEvent::Acting, &title), wanted, title)
    };
    let left = |decision: &LoggedDecision| {
        let wanted = decisions.iter().filter(|it| same(it, decision) && is_left(it)).count();
        let title = format!("{}: {} is left to you", decision.decision.target, decision.decision.action);
        (told(NotificationEvent::Alert, &title), wanted, title)
    };
    let asked = |approval: &Approval| {
        let (target, action) = (&approval.question.target, approval.question.action);
        let title = format!("{target}: {action} needs approval {}", approval.id);
        (told(NotificationEvent::ApprovalNeeded, &title), 1, title)
    };
    // Of a drill only its end is told.
    let approvals = store.approvals(false, ALL).unwrap();
    let approvals = approvals.iter().filter(|it| !it.question.target.is_canary());
    let judged = decisions.iter().filter(|it| it.decision.judgement.is_some());
    let judged = judged.filter(|it| !it.decision.target.is_canary());
    let counts = judged.flat_map(|it| [acting(it), left(it)]).chain(approvals.map(asked));
    let wrong = counts.into_iter().find(|(told, wanted, _)| told != wanted);
    wrong.map(|(told, wanted, title)| format!("'{title}' was told {told} times and not {wanted}"))
}

fn same(one: &LoggedDecision, other: &LoggedDecision) -> bool {
    one.decision.target == other.decision.target && one.decision.action == other.decision.action
}

fn begun_aloud(decisions: &[LoggedDecision], of: &LoggedDecision) -> usize {
    let aloud = |it: &&LoggedDecision| it.intent.is_some() && it.decision.verdict == Verdict::NotifyExecute;
    decisions.iter().filter(|it| same(it, of)).filter(aloud).count()
}

/// Whether nothing but the verdict withheld it, and nobody is asked.
fn is_left(it: &LoggedDecision) -> bool {
    let by_verdict = it.withheld_by.is_some_and(|gate| gate.as_str() == "verdict");
    it.intent.is_none() && it.decision.verdict == Verdict::AlertOnly && by_verdict
}
