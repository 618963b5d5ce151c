//! One question a gate, asked of a remediation that has begun: had it to be held back?
//!
//! Owns the questions. Each answers with what is wrong, or nothing.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::approval::ApprovalState;
use podsteward_domain::decision::Verdict;
use podsteward_domain::finding::FindingKind;
use podsteward_domain::risk::Risk;
use podsteward_domain::time::Moment;
use podsteward_specs::container::Remediation;
use podsteward_specs::document::{Document, Origin};
use podsteward_specs::key::{Key, Kind};
use podsteward_specs::policy::{Mode, Override};
use podsteward_specs::problem::Place;

use super::{Answer, Case};

/// What is wrong with a remediation that begins.
pub(super) fn broken(case: &Case<'_>) -> Vec<String> {
    let questions: [fn(&Case<'_>) -> Option<String>; 11] =
        [mode, denial, suppression, window, breaker, cooldown, restarts, at_once, storm, approval, verdict];
    let wrong = questions.iter().filter_map(|question| question(case));
    wrong.map(|wrong| format!("{} began {wrong}", case.name())).collect()
}

fn mode(case: &Case<'_>) -> Option<String> {
    (case.policy.mode == Mode::Observe).then(|| "in mode observe".to_owned())
}

/// The overrides of the policy that are about the object.
fn overrides<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Override> {
    let key = &case.intent.key;
    let labels = case.documents.get(key).map(|document| document.labels.clone()).unwrap_or_default();
    case.policy.overrides.iter().filter(move |it| it.matching.matches(key.name.as_str(), &labels))
}

/// What its manifest says of it. While a mass deletion waits for a word the last document holds, which the plan was made
/// from.
fn remediation(case: &Case<'_>) -> Option<Remediation> {
    let origin = Origin { file: String::new(), place: Place::START };
    let last = || Document::from_canonical(case.intent.document.as_deref()?, origin).ok().map(Arc::new);
    let document = case.documents.get(&case.intent.key).cloned().or_else(last)?;
    Some(document.container()?.remediation.clone())
}

fn denial(case: &Case<'_>) -> Option<String> {
    let action = case.intent.action.as_str();
    let own = remediation(case);
    let own = own.as_ref();
    let denied = own.is_some_and(|own| own.deny.iter().any(|denied| denied == action))
        || overrides(case).any(|it| it.deny.iter().any(|denied| denied == action));
    if denied {
        return Some("although it is denied".to_owned());
    }
    let said = own.and_then(|own| own.auto_restart);
    let said = said.or_else(|| overrides(case).filter_map(|it| it.auto_restart).last());
    match (action, said) {
        ("service-restart" | "resource-pressure", Some(false)) => {
            Some("although autoRestart is false".to_owned())
        }
        ("resource-pressure", None) => Some("although nobody allows it".to_owned()),
        _ => None,
    }
}

fn suppression(case: &Case<'_>) -> Option<String> {
    let trigger = case.decision.trigger.as_str();
    let about = |object: &Option<Key>| object.as_ref().is_none_or(|key| *key == case.intent.key);
    let ahead = |until: Option<i64>| until.is_none_or(|until| until > case.now.wall_ms);
    let mut known = case.policy.suppress.iter();
    let known = known.any(|it| it.finding == trigger && about(&it.object) && ahead(it.until_ms));
    known.then(|| format!("although {trigger} is suppressed"))
}

fn window(case: &Case<'_>) -> Option<String> {
    let named = case.policy.maintenance_windows.iter();
    let mut named = named.filter(|it| it.actions.contains(case.intent.action.as_str())).peekable();
    let closed = named.peek().is_some() && !named.any(|it| it.window.is_open(case.now.wall_ms));
    closed.then(|| "outside of its maintenance window".to_owned())
}

fn breaker(case: &Case<'_>) -> Option<String> {
    let (intent, policy) = (case.intent, &case.policy.breaker);
    let open =
        |opened: Option<Moment>| opened.is_some_and(|opened| case.now.since(opened) < policy.half_open_after);
    let track = case.standing.tracks.get(&intent.action).filter(|track| track.basis == intent.basis);
    if open(track.and_then(|track| track.opened)) {
        return Some("with the breaker of its pair open".to_owned());
    }
    let anywhere = case.standing.overall.get(&intent.action).and_then(|overall| overall.opened);
    if open(anywhere) {
        return Some("with the breaker of its action open".to_owned());
    }
    if anywhere.is_some() && case.others.iter().any(|other| other.action == intent.action) {
        return Some("beside the one trial of its action".to_owned());
    }
    let mut opened: Vec<Moment> = case.standing.overall.values().filter_map(|it| it.opened).collect();
    opened.sort_by_key(|opened| case.now.since(*opened));
    let all = opened.first().copied().filter(|_| opened.len() >= policy.actions as usize);
    if open(all) {
        return Some("with the breaker of all remediation open".to_owned());
    }
    (all.is_some() && !case.others.is_empty()).then(|| "beside the one trial of all remediation".to_owned())
}

fn cooldown(case: &Case<'_>) -> Option<String> {
    let intent = case.intent;
    let rest = case.policy.cooldowns.get(intent.action.as_str()).copied();
    let rest = rest.or_else(|| Some(intent.action.profile()?.cooldown)).unwrap_or_default();
    let forced = case.standing.forced.get(&intent.action);
    let forced = forced.is_some_and(|forced| case.now.since(forced.at) < Duration::from_mins(2))
        || case.answer == Some(Answer::Yes { force: true });
    let ended = case.standing.tracks.get(&intent.action).and_then(|track| track.ended)?;
    let ago = case.now.since(ended);
    (ago < rest && !forced).then(|| format!("{ago:?} after it was last tried"))
}

fn restarts(case: &Case<'_>) -> Option<String> {
    let key = &case.intent.key;
    let own = case.documents.get(key).and_then(|document| document.container());
    let limit = own.and_then(|own| own.remediation.max_restarts_per_hour);
    let limit = limit.or_else(|| overrides(case).filter_map(|it| it.max_restarts_per_hour).last());
    let limit = limit.unwrap_or(case.policy.budgets.restarts_per_hour) as usize;
    let hour = Duration::from_hours(1);
    let spent = case.restarts.iter().filter(|at| case.now.since(**at) < hour).count();
    (case.intent.restarts && spent >= limit).then(|| format!("after {spent} restarts within the hour"))
}

/// The containers that depend on each other, the object among them.
fn group(case: &Case<'_>) -> BTreeSet<Key> {
    let containers = case.documents.iter().filter(|(key, _)| key.kind == Kind::Container);
    let needs = containers.filter_map(|(key, document)| Some((key, document.container()?)));
    let pairs: Vec<(Key, Key)> = needs
        .flat_map(|(key, spec)| {
            spec.depends_on.keys().map(|name| (key.clone(), Key::container(name.clone())))
        })
        .collect();
    let mut group = BTreeSet::from([case.intent.key.clone()]);
    for _ in 0..pairs.len() {
        for (one, other) in &pairs {
            if group.contains(one) || group.contains(other) {
                group.extend([one.clone(), other.clone()]);
            }
        }
    }
    group
}

fn at_once(case: &Case<'_>) -> Option<String> {
    let budgets = &case.policy.budgets;
    let most = (case.containers() * budgets.concurrent_percent as usize / 100).max(1);
    let under_way = case.others.len();
    if under_way >= most {
        return Some(format!("beside {under_way} others, and {most} may be under way at once"));
    }
    let group = group(case);
    let near = case.others.iter().filter(|other| group.contains(&other.key)).count();
    (near >= budgets.concurrent_per_group as usize).then(|| format!("beside {near} of its own group"))
}

/// What was opened within a minute, by the incidents in the store.
fn storm(case: &Case<'_>) -> Option<String> {
    let (policy, ready) = (&case.policy.storm, case.ready?);
    let containers = case.documents.keys().filter(|key| key.kind == Kind::Container);
    let incidents = containers.flat_map(|key| case.host.store.incidents(key, 20).unwrap());
    let counts = |kind| matches!(kind, FindingKind::Unhealthy | FindingKind::Drift);
    let settled = |at: Moment| at.boot_id == ready.boot_id && at.since(ready) >= policy.grace;
    let opened: Vec<(Moment, Key)> = incidents
        .filter(|incident| counts(incident.kind) && settled(incident.opened))
        .map(|incident| (incident.opened, incident.target))
        .collect();
    let stormy = opened.iter().map(|(at, _)| *at).find(|at| {
        let within = |other: Moment| other.boot_ms <= at.boot_ms && at.since(other) <= policy.within;
        let bad: BTreeSet<&Key> =
            opened.iter().filter(|(other, _)| within(*other)).map(|(_, key)| key).collect();
        let many = bad.len() * 100 > policy.percent as usize * case.containers();
        many && bad.len() >= policy.containers as usize && case.now.since(*at) < policy.hold
    })?;
    Some(format!("{:?} into a storm", case.now.since(stormy)))
}

/// An approval is a yes, is used once, and is about this very plan.
fn approval(case: &Case<'_>) -> Option<String> {
    let id = case.intent.approval?;
    let Some(approval) = case.host.store.approval(id).unwrap() else {
        return Some(format!("by approval {id}, which does not exist"));
    };
    let question = &approval.question;
    let same = question.target == case.intent.key && question.action == case.intent.action;
    match case.answer {
        None => Some(format!("by approval {id}, which nobody gave")),
        Some(Answer::No) => Some(format!("by approval {id}, which was rejected")),
        _ if case.used_by.is_some() => Some(format!("by approval {id}, which was used before")),
        _ if !same || question.digest != case.decision.digest => {
            Some(format!("by approval {id} of another plan"))
        }
        _ => (approval.state != ApprovalState::Used).then(|| format!("by approval {id} and left it open")),
    }
}

/// What goes by itself is sure enough, not too risky, and needs nobody's word.
fn verdict(case: &Case<'_>) -> Option<String> {
    // Whoever asks for a playbook gives the word with it.
    if case.intent.approval.is_some() || case.decision.trigger == FindingKind::PlaybookRequested {
        return None;
    }
    let own = case.documents.get(&case.intent.key).and_then(|document| document.container());
    let said = own.and_then(|own| own.remediation.requires_confirmation);
    let said = said.or_else(|| overrides(case).filter_map(|it| it.requires_confirmation).last());
    if said == Some(true) || case.policy.mode == Mode::Ask {
        return Some("without the word that it wants".to_owned());
    }
    let Some(judgement) = &case.intent.judgement else { return Some("without being judged".to_owned()) };
    if judgement.risk == Risk::High {
        return Some("at high risk without approval".to_owned());
    }
    let by_itself = matches!(case.intent.verdict, Some(Verdict::AutoExecute | Verdict::NotifyExecute));
    (!by_itself).then(|| format!("with the verdict {:?}", case.intent.verdict))
}
