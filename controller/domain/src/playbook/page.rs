//! A playbook line by line, as people read it.
//!
//! Owns these sentences. What it becomes on a target, `podsteward plan` and `execute --dry-run` say.

use podsteward_specs::key::Name;
use podsteward_specs::playbook::{Argv, Check, HostCommand, Playbook, PlaybookStep, ProbeCheck, Word};

use super::{asked, in_words};
use crate::words::{self, quoted};

/// What must hold before, the steps, and what must hold afterwards. Parameters are filled in with their defaults.
pub fn lines(playbook: &Playbook) -> Vec<String> {
    let before =
        playbook.pre_checks.iter().map(|check| format!("go on only if {}", of_check(playbook, check)));
    let steps = playbook.steps.iter().map(|step| of_step(playbook, step));
    let after =
        playbook.post_checks.iter().map(|check| format!("it worked if {}", of_check(playbook, check)));
    before.chain(steps).chain(after).collect()
}

fn container(name: Option<&Name>) -> String {
    name.map_or_else(|| "the target".to_owned(), |name| format!("container {name}"))
}

fn word(playbook: &Playbook, word: &Word) -> String {
    match word {
        Word::Text(text) => text.clone(),
        Word::Parameter(name) => {
            let default = playbook.parameters.get(name).and_then(Option::as_ref);
            default.cloned().unwrap_or_else(|| format!("$({name})"))
        }
    }
}

fn command(playbook: &Playbook, argv: &Argv) -> String {
    let arguments = argv.arguments.iter().map(|argument| word(playbook, argument));
    in_words(&[argv.program.clone()].into_iter().chain(arguments).collect::<Vec<_>>())
}

fn of_step(playbook: &Playbook, step: &PlaybookStep) -> String {
    match step {
        PlaybookStep::Restart { container: name } => format!("restart {}", container(name.as_ref())),
        PlaybookStep::Stop { container: name } => format!("stop {}", container(name.as_ref())),
        PlaybookStep::Start { container: name } => format!("start {}", container(name.as_ref())),
        PlaybookStep::Recreate { container: name } => format!("make {} anew", container(name.as_ref())),
        PlaybookStep::Exec { container: name, command: argv, timeout } => {
            let (argv, within) = (command(playbook, argv), words::duration(*timeout));
            format!("run {argv} in {} (within {within})", container(name.as_ref()))
        }
        PlaybookStep::Probe(ProbeCheck { container: name, handler, timeout }) => {
            let (asked, within) = (asked(handler), words::duration(*timeout));
            format!("wait until {} answers {asked} (within {within})", container(name.as_ref()))
        }
        PlaybookStep::Wait { length } => format!("wait {}", words::duration(*length)),
        PlaybookStep::Notify { message } => format!("tell: {}", quoted(&word(playbook, message))),
        PlaybookStep::Cleanup { disk: None } => "clean the target".to_owned(),
        PlaybookStep::Cleanup { disk: Some(disk) } => format!("clean disk {disk}"),
        PlaybookStep::Command(HostCommand { argv, timeout }) => {
            let (argv, within) = (command(playbook, argv), words::duration(*timeout));
            format!("run {argv} on the host (within {within})")
        }
    }
}

fn of_check(playbook: &Playbook, check: &Check) -> String {
    match check {
        Check::Well { container: name } => format!("{} is well", container(name.as_ref())),
        Check::Probe(ProbeCheck { container: name, handler, .. }) => {
            format!("{} answers {}", container(name.as_ref()), asked(handler))
        }
        Check::Command(HostCommand { argv, .. }) => format!("{} ends with 0", command(playbook, argv)),
    }
}
