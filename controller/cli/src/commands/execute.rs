//! `execute`: act now on what is approved or due.
//!
//! Owns which actions are meant and what a person's word lifts. Never carries out a step itself.

mod named;
mod page;

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::approval::{Approval, ApprovalId, ApprovalState};
use podsteward_domain::decision::{Decision, Gate, GateAnswer, GateResult};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::playbook::Request;
use podsteward_domain::standing::Forced;
use podsteward_domain::time::Moment;
use podsteward_runtime::listing::wanted;
use podsteward_specs::key::Key;
use podsteward_store::{Answered, Store};

use super::Context;
use super::act::{self, Wish, Word, question};
use crate::exit::{Error, Exit};
use crate::look::{self, Look};
use crate::output;
use page::Page;

/// Acts now on what is approved or due
///
/// Without --action-id everything that is approved or due is done now. An ID is the number of an approval, which is
/// given by this, or ACTION:KIND/NAME as `podsteward check` lists it. A playbook is done because you say so, on the object
/// behind the colon, which is the playbook itself where it needs no target; what is of high risk is asked for first.
/// Every gate still holds; --force skips the cooldown and nothing else.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  podsteward execute --dry-run
  podsteward execute --action-id 7
  podsteward execute --action-id service-restart:container/web --force
  podsteward execute --action-id playbook/clear-cache:container/web --parameter older-than=7d

Ends with 0 when everything meant was done and verified, 1 when something failed, and 3 when a gate refuses it or a
person is asked first.

JSON: {decisions: [as `decisions`]}; with --dry-run {actions: [{id, type, target, reason, confidence,
       confidence_parts, risk, decision, gates: [], would_execute}]}")]
pub(crate) struct Args {
    /// Only this: the number of an approval, or ACTION:KIND/NAME
    #[arg(long, value_name = "ID", value_parser = action_id)]
    action_id: Option<ActionId>,
    /// What a parameter of the playbook is set to; may be said again for others
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = named::parameter)]
    parameters: Vec<(String, String)>,
    /// Print what would be done, and why not; touch nothing
    #[arg(long)]
    dry_run: bool,
    /// Skip the cooldown
    #[arg(long)]
    force: bool,
    /// How long to wait, for example 10m
    #[arg(long, value_name = "D", default_value = "5m", value_parser = crate::args::duration)]
    timeout: Duration,
}

/// What is meant.
#[derive(Debug, Clone)]
enum ActionId {
    Approval(i64),
    Named(Action, Key),
}

/// `7` or `service-restart:container/web`.
fn action_id(text: &str) -> Result<ActionId, String> {
    if let Ok(number) = text.parse() {
        return Ok(ActionId::Approval(number));
    }
    let Some((action, key)) = text.split_once(':') else {
        return Err(
            "the number of an approval, or ACTION:KIND/NAME such as service-restart:container/web".into()
        );
    };
    let action = wanted::action(action).map_err(|error| error.to_string())?;
    let key = crate::args::key(key).map_err(|error| error.to_string())?;
    Ok(ActionId::Named(action, key))
}

/// One thing that is meant, as it stands now.
pub(super) struct Meant {
    /// What is decided about it.
    pub(super) decision: Decision,
    /// The open approval of its very plan.
    pub(super) approval: Option<Approval>,
    /// What the person's word lifts.
    pub(super) word: Word,
}

impl Meant {
    /// What stops it all the same.
    pub(super) fn in_the_way(&self) -> Option<&GateResult> {
        act::in_the_way(&self.decision, self.word)
    }

    /// Whether nothing but a person's answer is missing, and nobody was asked for it yet.
    fn is_to_be_asked(&self) -> bool {
        let answered = Word { approves: true, ..self.word };
        self.approval.is_none() && act::in_the_way(&self.decision, answered).is_none()
    }

    fn is_approved(&self) -> bool {
        let state = self.approval.as_ref().map(|approval| &approval.state);
        state.is_some_and(|state| matches!(state, ApprovalState::Approved { .. }))
    }
}

/// Acts, waits, and prints what came of it.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let asked = asked(args, context)?;
    let playbook = playbook(args, context)?;
    let seen = match &playbook {
        Some(playbook) => look::look_asked(context, playbook.clone())?,
        None => look::look(context)?,
    };
    if let Some(playbook) = &playbook {
        named::check(playbook, &seen)?;
    }
    let meant = meant(args, asked, &seen)?;
    if args.dry_run {
        output::show(&Page::new(&meant, &seen), context.global.output)?;
    }
    let asks = playbook.is_some() && !args.dry_run;
    let is_due = |it: &Meant| it.in_the_way().is_none() || asks && it.is_to_be_asked();
    let (due, held): (Vec<_>, Vec<_>) = meant.into_iter().partition(is_due);
    if let (Some(_), [one]) = (&args.action_id, held.as_slice())
        && let Some(gate) = one.in_the_way()
    {
        return Err(refusal(one, gate, seen.now).into());
    }
    if args.dry_run {
        return Ok(Exit::Done);
    }
    if due.is_empty() {
        return Ok(nothing(&held));
    }
    if let Some((target, name, request)) = &playbook {
        context.state()?.write()?.put_playbook_request(target, name, request)?;
    }
    let wishes = speak(&due, args.force, context)?;
    act::carry_out(&wishes, args.timeout, context)
}

/// The playbook that is asked for on a target. Nothing needs to call for it but the person.
fn playbook(args: &Args, context: &Context) -> Result<Option<look::Asked>, Error> {
    let named = match &args.action_id {
        Some(ActionId::Named(Action::Playbook(name), target)) => name.key().map(|key| (key.name, target)),
        _ => None,
    };
    let parameters = named::parameters(&args.parameters, named.is_some())?;
    let (by, at) = (crate::args::surroundings().user(), context.now());
    Ok(named.map(|(name, target)| (target.clone(), name, Request { by, at, parameters })))
}

/// The approval that is named by its number, if it still waits or was given and not used.
fn asked(args: &Args, context: &Context) -> anyhow::Result<Option<Approval>> {
    let Some(ActionId::Approval(id)) = args.action_id else { return Ok(None) };
    let store = context.state()?.read()?.ok_or(Error::NoApproval(id))?;
    let approval = question::known(&store, ApprovalId(id))?;
    if !matches!(approval.state, ApprovalState::Approved { .. }) {
        question::refuse_while_stopped(&store, context.now())?;
        question::may_be_approved(&approval, context.now())?;
    }
    Ok(Some(approval))
}

fn meant(args: &Args, asked: Option<Approval>, seen: &Look) -> anyhow::Result<Vec<Meant>> {
    let waits = matches!(&args.action_id, Some(ActionId::Named(Action::Playbook(_), _)));
    let word = |approves| Word { approves, forces: args.force, waits };
    let open = |decision: &Decision| seen.background.approval_of(decision).cloned();
    let all = |decision: &Decision| Meant {
        approval: open(decision),
        decision: decision.clone(),
        word: word(false),
    };
    match (&args.action_id, asked) {
        (_, Some(approval)) => {
            let decision = question::revalidated(&approval, seen)?.clone();
            Ok(vec![Meant { decision, approval: Some(approval), word: word(true) }])
        }
        (Some(ActionId::Named(action, key)), None) => {
            let decisions = seen.of(key).map(|evaluation| evaluation.decisions.as_slice());
            let of_action =
                decisions.unwrap_or_default().iter().filter(|decision| decision.action == *action);
            // A person's own word for a playbook counts more than what else calls for it.
            let found = of_action.min_by_key(|decision| decision.trigger != FindingKind::PlaybookRequested);
            let found = found.ok_or_else(|| match decisions {
                Some(_) => Error::NotCalledFor { action: *action, target: key.clone() },
                None => Error::NoObject(key.to_string()),
            })?;
            Ok(vec![all(found)])
        }
        (_, None) => {
            let choices = seen.objects.iter().filter_map(|(_, evaluation)| evaluation.choice.as_ref());
            Ok(choices.map(|choice| all(&choice.decision)).collect())
        }
    }
}

/// A gate that waits for somebody's word says whose answer is missing.
fn refusal(one: &Meant, gate: &GateResult, now: Moment) -> Error {
    let waits = matches!(gate.answer, GateAnswer::Hold { .. });
    let question = matches!(gate.gate, Gate::Verdict | Gate::Approval) && waits;
    let error = act::refused(&one.decision, gate, now);
    match (error, one.approval.as_ref().filter(|_| question)) {
        (Error::Refused { what, .. }, Some(approval)) => {
            Error::Refused { what, next: format!("`podsteward approve {}` says yes", approval.id) }
        }
        (Error::Refused { what, .. }, None)
            if question && one.decision.trigger == FindingKind::PlaybookRequested =>
        {
            Error::Refused { what, next: "the same without --dry-run asks for approval".to_owned() }
        }
        (error, _) => error,
    }
}

/// Nothing can be done now. Waiting for somebody's word is as it should be; being held by anything else is a refusal.
fn nothing(held: &[Meant]) -> Exit {
    let asks = held.iter().filter(|it| it.decision.asks()).count();
    let withheld = held.len() - asks;
    let mut parts = Vec::new();
    if asks > 0 {
        parts.push(format!("{} for approval (`podsteward approvals`)", waits(asks)));
    }
    if withheld > 0 {
        parts.push(format!("{} withheld (`podsteward execute --dry-run` tells why)", be(withheld)));
    }
    if parts.is_empty() {
        output::note("nothing is to be done");
    } else {
        output::note(&format!("nothing is approved or due: {}", parts.join(", ")));
    }
    if withheld > 0 { Exit::Refused } else { Exit::Done }
}

fn waits(number: usize) -> String {
    if number == 1 { "1 action waits".to_owned() } else { format!("{number} actions wait") }
}

fn be(number: usize) -> String {
    if number == 1 { "1 is".to_owned() } else { format!("{number} are") }
}

/// Writes the person's word down.
fn speak(due: &[Meant], force: bool, context: &Context) -> anyhow::Result<Vec<Wish>> {
    let store = context.state()?.write()?;
    let since = context.now();
    let by = crate::args::surroundings().user();
    for meant in due {
        say(meant, &store, Forced { by: by.clone(), at: since }, force)?;
    }
    let wish = |meant: &Meant| Wish {
        target: meant.decision.target.clone(),
        action: meant.decision.action,
        approval: meant.approval.as_ref().map(|approval| approval.id),
        since,
    };
    Ok(due.iter().map(wish).collect())
}

fn say(meant: &Meant, store: &Store, word: Forced, force: bool) -> anyhow::Result<()> {
    if let Some(approval) = meant.approval.as_ref().filter(|_| meant.word.approves && !meant.is_approved()) {
        let yes = ApprovalState::Approved { by: word.by, at: word.at, force };
        return match store.answer_approval(approval.id, yes)? {
            Answered::Done(_) => Ok(()),
            Answered::NotPending(approval) => Err(question::is_over(&approval, word.at).into()),
            Answered::Unknown => Err(Error::NoApproval(approval.id.0).into()),
        };
    }
    if force {
        store.force(&meant.decision.target, meant.decision.action, &word)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
