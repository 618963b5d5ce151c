//! The checks of a playbook's steps and of what must hold before and after them.
//!
//! Owns one function a step. A step that makes no sense is a problem; none is left out silently.

use std::collections::BTreeMap;
use std::time::Duration;

use super::up_to;
use crate::defaults::playbook as defaults;
use crate::key::Name;
use crate::playbook::{Argv, Check, Error, HostCommand, PlaybookStep, ProbeCheck, TARGET, Word};
use crate::validate::cleanup;
use crate::validate::field::Field;
use crate::validate::probe::{self, Handlers};
use crate::validate::text;
use crate::wire::playbook as wire;

/// How long something may take: when nothing is said, and at most.
type Bounds = (Duration, Duration);

const OF_STEP: Bounds = (defaults::STEP_TIMEOUT, defaults::TIMEOUT_MAX);
const OF_CHECK: Bounds = (defaults::CHECK_TIMEOUT, defaults::CHECK_TIMEOUT_MAX);

/// Reads steps and checks, knowing the parameters that are declared.
pub(super) struct Reader<'a> {
    /// The parameters, with their defaults.
    pub(super) parameters: &'a BTreeMap<String, Option<String>>,
}

impl Reader<'_> {
    /// Checks the steps, in order.
    pub(super) fn steps(&self, wire: Vec<wire::Step>, field: &Field<'_>) -> Vec<PlaybookStep> {
        if wire.is_empty() || wire.len() > defaults::STEPS_MAX {
            field.problem(format!("has {} steps (1 to {})", wire.len(), defaults::STEPS_MAX));
        }
        let steps = wire.into_iter().enumerate();
        let steps: Vec<PlaybookStep> =
            steps.filter_map(|(position, wire)| self.step(wire, &field.item(position))).collect();
        for (position, step) in steps.iter().enumerate() {
            let again = steps.get(..position).is_some_and(|before| before.contains(step));
            if matches!(step, PlaybookStep::Recreate { .. }) && again {
                field.item(position).problem("makes the same container anew a second time (once)");
            }
        }
        steps
    }

    /// Checks what must hold.
    pub(super) fn checks(&self, wire: Vec<wire::Check>, field: &Field<'_>) -> Vec<Check> {
        let checks = wire.into_iter().enumerate();
        checks.filter_map(|(position, wire)| self.check(wire, &field.item(position))).collect()
    }

    /// The schema lets exactly one be declared.
    fn step(&self, wire: wire::Step, field: &Field<'_>) -> Option<PlaybookStep> {
        let on = |wire: Option<wire::OnContainer>, key: &str| {
            wire.map(|wire| container(wire.container.as_deref(), &field.key(key)))
        };
        let whole = [
            on(wire.restart, "restart").map(|container| PlaybookStep::Restart { container }),
            on(wire.stop, "stop").map(|container| PlaybookStep::Stop { container }),
            on(wire.start, "start").map(|container| PlaybookStep::Start { container }),
            on(wire.recreate, "recreate").map(|container| PlaybookStep::Recreate { container }),
            wire.exec.and_then(|wire| self.exec(&wire, &field.key("exec"))),
            wire.probe
                .and_then(|wire| probe_check(wire, OF_STEP, &field.key("probe")))
                .map(PlaybookStep::Probe),
            wire.wait.and_then(|wire| wait(&wire, &field.key("wait"))),
            wire.notify.and_then(|wire| self.notify(&wire, &field.key("notify"))),
            wire.cleanup.map(|wire| clean(&wire, &field.key("cleanup"))),
            wire.command
                .and_then(|wire| self.command(&wire, OF_STEP, &field.key("command")))
                .map(PlaybookStep::Command),
        ];
        whole.into_iter().flatten().next()
    }

    fn check(&self, wire: wire::Check, field: &Field<'_>) -> Option<Check> {
        let well = wire.well.map(|wire| container(wire.container.as_deref(), &field.key("well")));
        let whole = [
            well.map(|container| Check::Well { container }),
            wire.probe.and_then(|wire| probe_check(wire, OF_CHECK, &field.key("probe"))).map(Check::Probe),
            wire.command
                .and_then(|wire| self.command(&wire, OF_CHECK, &field.key("command")))
                .map(Check::Command),
        ];
        whole.into_iter().flatten().next()
    }

    fn exec(&self, wire: &wire::InContainer, field: &Field<'_>) -> Option<PlaybookStep> {
        let command = self.argv(wire.command.as_deref()?, &field.key("command"), |program| {
            if program.is_empty() { Err("is empty (a program)".to_owned()) } else { Ok(program.to_owned()) }
        });
        let container = container(wire.container.as_deref(), field);
        let timeout = timeout(wire.timeout.as_deref(), OF_STEP, field);
        Some(PlaybookStep::Exec { container, command: command?, timeout })
    }

    fn command(&self, wire: &wire::HostCommand, bounds: Bounds, field: &Field<'_>) -> Option<HostCommand> {
        let timeout = timeout(wire.timeout.as_deref(), bounds, field);
        let absolute = |program: &str| match cleanup::plain_path(program) {
            Ok(path) if path == program && path != "/" => Ok(path),
            Ok(_) => Err(format!("'{program}' is a directory (the absolute path of a program)")),
            Err(error) => Err(error),
        };
        let argv = self.argv(wire.argv.as_deref()?, &field.key("argv"), absolute);
        Some(HostCommand { argv: argv?, timeout })
    }

    fn argv(
        &self,
        words: &[String],
        field: &Field<'_>,
        program: impl Fn(&str) -> Result<String, String>,
    ) -> Option<Argv> {
        let Some((first, rest)) = words.split_first() else {
            field.problem("is empty (a program with its arguments)");
            return None;
        };
        let first = field.item(0).take(program(first).and_then(|first| {
            if first.contains("$(") {
                Err("is a parameter (a program by its name)".to_owned())
            } else {
                text::no_nul(&first)
            }
        }));
        let read = |(position, text): (usize, &String)| {
            let field = field.item(position + 1);
            field.take(text::no_nul(text))?;
            field.take(self.word(text))
        };
        let arguments: Vec<_> = rest.iter().enumerate().map(read).collect();
        Some(Argv { program: first?, arguments: arguments.into_iter().collect::<Option<_>>()? })
    }

    fn notify(&self, wire: &wire::Notify, field: &Field<'_>) -> Option<PlaybookStep> {
        let field = field.key("message");
        let text = wire.message.as_deref()?;
        if text.trim().is_empty() || text.len() > defaults::MESSAGE_MAX {
            field.problem(format!("is empty or too long (1 to {} bytes)", defaults::MESSAGE_MAX));
        }
        field.take(self.word(text)).map(|message| PlaybookStep::Notify { message })
    }

    /// Reads a word. A parameter in it is declared.
    fn word(&self, text: &str) -> Result<Word, Error> {
        let word = Word::parse(text)?;
        match word.parameter() {
            Some(name) if name != TARGET && !self.parameters.contains_key(name) => {
                Err(Error::Undeclared(name.to_owned()))
            }
            _ => Ok(word),
        }
    }
}

fn container(name: Option<&str>, field: &Field<'_>) -> Option<Name> {
    field.key("container").read(name, |name| Name::new(name))
}

fn timeout(wire: Option<&str>, (default, most): Bounds, field: &Field<'_>) -> Duration {
    field.key("timeout").read(wire, up_to(most)).unwrap_or(default)
}

fn probe_check(wire: wire::Probe, bounds: Bounds, field: &Field<'_>) -> Option<ProbeCheck> {
    let container = container(wire.container.as_deref(), field);
    let timeout = timeout(wire.timeout.as_deref(), bounds, field);
    let words = wire.exec.iter().flat_map(|exec| &exec.command).flatten();
    if words.filter_map(|text| Word::parse(text).ok()).any(|word| word.parameter().is_some()) {
        field.key("exec").key("command").problem("has a parameter, and a probe takes none (a plain command)");
    }
    let handlers = Handlers { exec: wire.exec, http: wire.http_get, tcp: wire.tcp_socket };
    Some(ProbeCheck { container, handler: probe::handler(handlers, field)?, timeout })
}

fn wait(wire: &wire::Wait, field: &Field<'_>) -> Option<PlaybookStep> {
    let length = field.key("for").read(wire.length.as_deref(), up_to(defaults::WAIT_MAX))?;
    Some(PlaybookStep::Wait { length })
}

fn clean(wire: &wire::OnDisk, field: &Field<'_>) -> PlaybookStep {
    PlaybookStep::Cleanup { disk: field.key("disk").read(wire.disk.as_deref(), |name| Name::new(name)) }
}
