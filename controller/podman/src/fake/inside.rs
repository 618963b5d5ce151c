//! What happens inside a container of the fake: what it says and what it writes.
//!
//! Owns its log, its own layer and how commands in it end. Never reads a command: what is inside is told by the hand.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_domain::live::EngineState;

use super::things::not_found;
use super::world::World;
use crate::error::Error;
use crate::tail::Tail;

/// Log drivers whose log Podman cannot read.
const KEEP_NOTHING: [&str; 2] = ["none", "passthrough"];

/// What a container said and wrote.
#[derive(Debug, Clone, Default)]
pub(super) struct Inside {
    /// Each line with its time.
    pub(super) log: Vec<(i64, String)>,
    /// Each path with what happened to it: `A`, `C` or `D`.
    pub(super) layer: BTreeMap<String, char>,
    /// The bytes of its own layer.
    pub(super) bytes: u64,
}

/// What a command inside a container of the fake comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FakeCommand {
    /// How long it takes.
    pub takes: Duration,
    /// Its exit code.
    pub code: i32,
    /// What it says.
    pub output: Vec<String>,
}

/// A command that was begun.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) takes: Duration,
    pub(super) code: i32,
    pub(super) output: Vec<String>,
    pub(super) pid: u32,
}

impl World {
    /// A command begins in a container. One that the hand told nothing of succeeds at once.
    pub(super) fn command_in(&mut self, call: &str, name: &str, command: &[String]) -> Result<Begun, Error> {
        let one = self.container(call, name)?;
        if one.live.state != EngineState::Running {
            let message = "can only create exec sessions on running containers".to_owned();
            return Err(Error::Conflict { call: call.to_owned(), message });
        }
        let name = one.live.name.clone();
        let told = self.commands.get(&(name, command.join(" "))).cloned().unwrap_or_default();
        Ok(Begun { takes: told.takes, code: told.code, output: told.output, pid: self.fresh_pid() })
    }

    /// The end of a container's log since a time.
    pub(super) fn log_of(
        &mut self,
        call: &str,
        name: &str,
        (since_ms, lines_max): (i64, usize),
    ) -> Result<Vec<String>, Error> {
        let one = self.container(call, name)?;
        let mut tail = Tail::default();
        if !KEEP_NOTHING.contains(&one.live.config.log_driver.as_str()) {
            for (_, line) in one.inside.log.iter().filter(|(time, _)| *time >= since_ms) {
                tail.push(line.as_bytes());
                tail.push(b"\n");
            }
        }
        Ok(tail.lines(lines_max))
    }

    /// What differs from the image, by path.
    pub(super) fn layer_of(&self, call: &str, name: &str, max: usize) -> Result<Vec<String>, Error> {
        let one = self.id_of(name).and_then(|id| self.containers.get(&id));
        let one = one.ok_or_else(|| not_found(call, "container", name))?;
        Ok(one.inside.layer.iter().take(max).map(|(path, letter)| format!("{letter} {path}")).collect())
    }

    /// A container says a line.
    pub(super) fn say(&mut self, call: &str, name: &str, line: &str) -> Result<(), Error> {
        let now = self.now_ms();
        self.container(call, name)?.inside.log.push((now, line.to_owned()));
        Ok(())
    }
}
