//! The steps that only playbooks take: commands inside and on the host, probes, checks, waits, words to the channels.
//!
//! Owns how long each may take, and what is kept of what it says. A command that did not end in time may have done
//! anything: that is said, and it is never repeated. Never decides which programs may be run; it asks once more right before.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::finding::Severity;
use podsteward_domain::intent::Intent;
use podsteward_domain::notification::Notification;
use podsteward_domain::plan::{Shape, Step};
use podsteward_domain::planning::playbook::runs_inside;
use podsteward_domain::playbook::{self, PlannedCheck, Unmet};
use podsteward_domain::probe::ProbeResult;
use podsteward_domain::probe::route::ProbeTarget;
use podsteward_domain::view::{self, Presence, View};
use podsteward_domain::words;
use podsteward_podman::api::Executed;
use podsteward_specs::channel::NotificationEvent;
use podsteward_specs::container::ProbeHandler;
use podsteward_specs::key::{Key, Name};
use tokio::time::{sleep, timeout};

use super::step::Error;
use crate::commands::{Failed, Ran};
use crate::context::Context;
use crate::queue::Reason;

/// So many characters are kept of what a command said.
const KEPT_CHARS: usize = 2000;
/// A container that does not answer well is asked again after this.
const ASK_AGAIN: Duration = Duration::from_millis(500);
/// One answer may take so long, where it is waited for.
const ANSWER: Duration = Duration::from_secs(5);

/// What a step said, if anything.
pub(super) type Said = Option<String>;

/// Carries out one of these steps. What takes time ends with the controller, and with the time of the whole playbook.
pub(super) async fn carry_out(context: &Arc<Context>, intent: &Intent, step: &Step) -> Result<Said, Error> {
    let left = left(context, intent);
    let acting = async {
        match step {
            Step::ExecContainer { name, command, deadline } => {
                exec(context, name, command, (*deadline).min(left)).await
            }
            Step::RunCommand { argv, deadline } => run(context, argv, (*deadline).min(left)).await,
            Step::Probe { name, handler, deadline } => {
                until_well(context, name, handler, (*deadline).min(left)).await
            }
            Step::Check(check) => match holds(context, check).await {
                Ok(()) => Ok(None),
                Err(why) => Err(Error::Unmet { message: why }),
            },
            Step::Wait { length } => {
                sleep((*length).min(left)).await;
                Ok(None)
            }
            Step::Notify { message } => tell(context, intent, message),
            _ => Ok(None),
        }
    };
    tokio::select! {
        biased;
        () = context.shutdown.cancelled() => Err(Error::Stopping),
        result = acting => result,
    }
}

/// How much is left of the time of the whole playbook.
pub(super) fn left(context: &Context, intent: &Intent) -> Duration {
    match &intent.shape {
        Shape::Playbook(course) => course.timeout.saturating_sub(context.now().since(intent.begun)),
        _ => Duration::MAX,
    }
}

async fn exec(
    context: &Arc<Context>,
    name: &str,
    command: &[String],
    deadline: Duration,
) -> Result<Said, Error> {
    context.observe_container(name, Reason::LiveChanged).await?;
    let target = of_ours(context, name).map_err(|message| Error::Command { message })?;
    match context.engine.exec_container(&target.container, command, deadline).await? {
        Executed::Ended { code, output } => ended(Some(code), &output.join("\n")),
        Executed::StillRuns { pid } => {
            let is_ended = pid.is_some_and(|pid| context.prober.end_stray(&target, pid).is_ok());
            let how = if is_ended { "; it was ended" } else { "" };
            Err(Error::InDoubt {
                message: format!("it did not end within {}{how}", words::duration(deadline)),
            })
        }
    }
}

/// A container of ours that runs, as it is known now. It is entered by its id: one that took its name meanwhile is left alone.
fn of_ours(context: &Context, name: &str) -> Result<ProbeTarget, String> {
    let is_ours = |name: Name| {
        let world = context.world.world(&Key::container(name), context.now());
        view::presence(&world) == Presence::Ours
    };
    if !Name::new(name).is_ok_and(is_ours) {
        return Err(format!("container {name} is not one of podsteward's"));
    }
    context.world.probe_target(name).ok_or_else(|| format!("container {name} does not run"))
}

async fn run(context: &Context, argv: &[String], deadline: Duration) -> Result<Said, Error> {
    let program = argv.first().map(String::as_str).unwrap_or_default();
    if let Some(why) = context.world.refuses_program(program) {
        return Err(Error::Command { message: why });
    }
    match context.commands.run(argv, deadline).await {
        Ok(Ran { code, output }) => ended(code, &output),
        Err(Failed::NotBegun(why)) => Err(Error::Command { message: why }),
        Err(Failed::TimedOut(why)) => Err(Error::InDoubt { message: why }),
    }
}

fn ended(code: Option<i32>, output: &str) -> Result<Said, Error> {
    let said = kept(output);
    let also = if said.is_empty() { String::new() } else { format!(": {said}") };
    match code {
        Some(0) => Ok((!said.is_empty()).then_some(said)),
        Some(code) => Err(Error::Command { message: format!("it ended with {code}{also}") }),
        None => Err(Error::Command { message: format!("a signal ended it{also}") }),
    }
}

/// The end of what a program said, in one line that no terminal obeys.
fn kept(output: &str) -> String {
    let line: String = output.trim().chars().map(|c| if c == '\n' { ' ' } else { c }).collect();
    let shown: String = line.chars().filter(|c| !c.is_control()).collect();
    let count = shown.chars().count();
    if count <= KEPT_CHARS {
        shown
    } else {
        format!("…{}", shown.chars().skip(count - KEPT_CHARS).collect::<String>())
    }
}

async fn until_well(
    context: &Arc<Context>,
    name: &str,
    handler: &ProbeHandler,
    deadline: Duration,
) -> Result<Said, Error> {
    let mut last = "it was not asked".to_owned();
    let asking = async {
        loop {
            match ask(context, name, handler, ANSWER.min(deadline)).await {
                Ok(()) => return,
                Err(why) => last = why,
            }
            sleep(ASK_AGAIN).await;
        }
    };
    let answered = timeout(deadline, asking).await;
    answered.map(|()| None).map_err(|_| Error::Command {
        message: format!("no good answer within {}: {last}", words::duration(deadline)),
    })
}

/// Asks a container once, as it is now.
async fn ask(
    context: &Arc<Context>,
    name: &str,
    handler: &ProbeHandler,
    within: Duration,
) -> Result<(), String> {
    // One that cannot be read now gives no answer, either.
    drop(context.observe_container(name, Reason::LiveChanged).await);
    let result = if runs_inside(handler) {
        context.probe_target(&of_ours(context, name)?, handler, within).await
    } else {
        context.probe(name, handler, within).await
    };
    match result {
        ProbeResult::Well => Ok(()),
        ProbeResult::Ill(why) | ProbeResult::NoAnswer(why) | ProbeResult::CannotRun(why) => Err(why),
    }
}

/// Whether a check holds now; else why not.
pub(crate) async fn holds(context: &Arc<Context>, check: &PlannedCheck) -> Result<(), String> {
    match check {
        PlannedCheck::Well { container } => {
            drop(context.observe_container(container.name.as_str(), Reason::LiveChanged).await);
            let world = context.world.world(container, context.now());
            playbook::is_well(&View::of(&world))
        }
        PlannedCheck::Probe { container, handler, timeout } => {
            ask(context, container.name.as_str(), handler, *timeout).await
        }
        PlannedCheck::Command { argv, timeout } => {
            run(context, argv, *timeout).await.map(drop).map_err(|error| error.to_string())
        }
    }
}

/// The first of some checks that does not hold.
pub(crate) async fn first_unmet(context: &Arc<Context>, checks: &[PlannedCheck]) -> Option<Unmet> {
    for (index, check) in checks.iter().enumerate() {
        if let Err(why) = holds(context, check).await {
            return Some(Unmet { index, why: format!("{check}: {why}") });
        }
    }
    None
}

fn tell(context: &Context, intent: &Intent, message: &str) -> Result<Said, Error> {
    let notification = Notification {
        event: NotificationEvent::Acting,
        severity: Severity::Info,
        object: intent.key.clone(),
        title: format!("{}: {} says", intent.key, intent.action),
        body: message.to_owned(),
        about: None,
    };
    let told = context.keeper.store().tell(&[notification], context.now());
    told.map_err(Error::Store)?;
    context.outbox.notify_one();
    Ok(None)
}
