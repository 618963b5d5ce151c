//! A playbook that a person names, before it is asked for.
//!
//! Owns whether it is there, has the target that it needs and is given what it needs. Never asks for it.

use std::collections::BTreeMap;

use podsteward_specs::key::{Key, Kind, Name};
use podsteward_specs::playbook::Playbook;

use crate::exit::Error;
use crate::look::{Asked, Look};

/// `NAME=VALUE`.
pub(super) fn parameter(text: &str) -> Result<(String, String), String> {
    let given = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = given.ok_or("NAME=VALUE, such as older-than=7d")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// What the parameters are set to, each once.
pub(super) fn parameters(
    given: &[(String, String)],
    of_playbook: bool,
) -> Result<BTreeMap<String, String>, Error> {
    let mut parameters = BTreeMap::new();
    for (name, value) in given {
        if parameters.insert(name.clone(), value.clone()).is_some() {
            let next = "--parameter says each once".to_owned();
            return Err(Error::Usage { what: format!("parameter {name} is set twice"), next });
        }
    }
    if of_playbook || parameters.is_empty() {
        return Ok(parameters);
    }
    let next = "--action-id playbook/NAME:KIND/NAME names a playbook and its target".to_owned();
    Err(Error::Usage { what: "only a playbook has parameters".to_owned(), next })
}

/// Whether it can be carried out as it is named.
pub(super) fn check((target, name, request): &Asked, seen: &Look) -> Result<(), Error> {
    let Some(playbook) = seen.playbooks.get(name).and_then(|document| document.playbook()) else {
        let known = seen.playbooks.keys().map(ToString::to_string).collect();
        return Err(Error::NoPlaybook { name: name.to_string(), known });
    };
    aimed(playbook, name, target)?;
    if seen.of(target).is_none() {
        return Err(Error::NoObject(target.to_string()));
    }
    let misgiven = playbook.misgiven(&Key::playbook(name.clone()), &request.parameters);
    if misgiven.is_empty() {
        return Ok(());
    }
    let next = "--parameter NAME=VALUE sets one".to_owned();
    Err(Error::Usage { what: misgiven.join("; "), next })
}

/// Whether the target is of the kind that its steps are about.
fn aimed(playbook: &Playbook, name: &Name, target: &Key) -> Result<(), Error> {
    let wrong = |what: String, target: &str| {
        Err(Error::Usage { what, next: format!("name it with --action-id playbook/{name}:{target}") })
    };
    match playbook.needs() {
        Some(kind) if kind != target.kind => {
            let noun = kind.lower();
            wrong(
                format!("playbook/{name} needs a {noun} as its target, and {target} is none"),
                &format!("{noun}/NAME"),
            )
        }
        None if target.kind == Kind::Playbook && target.name != *name => {
            wrong(format!("playbook/{name} has no other playbook as its target"), &format!("playbook/{name}"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
