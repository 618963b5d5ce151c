//! Containers of the fake: states and what moves them.
//!
//! Owns Podman's own rules, as they were measured: what answers "already", what conflicts, what a dead monitor does.
//! Never waits; the process file lets time pass.

use std::time::Duration;

use podsteward_domain::engine::ContainerCreate;
use podsteward_domain::live::{ContainerSummary, EngineState, HealthStatus, LiveContainer};
use podsteward_specs::container::{NetworkAttachment, Networks, Port, Resources};

use super::Release;
use super::inside::Inside;
use super::process::{OnTerm, Process, Script};
use super::render;
use super::things::{conflict, not_found};
use super::world::World;
use crate::api::{EventSubject, Started};
use crate::error::Error;

/// A container.
#[derive(Debug, Clone)]
pub(super) struct FakeContainer {
    /// All that inspect tells, but for addresses.
    pub(super) live: LiveContainer,
    /// Its networks with the addresses that were asked for; `None`: not by networks.
    pub(super) attached: Option<Vec<NetworkAttachment>>,
    /// Its process and its monitor are both gone, so Podman never learns of the death.
    pub(super) orphaned: bool,
    /// A stop was asked for, and its end was not cleaned up yet.
    pub(super) stopping: bool,
    /// What it said and wrote.
    pub(super) inside: Inside,
}

/// What a stop still has to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Nothing: it does not run.
    Done,
    /// The process ends, or is ended, after this long with this code.
    Ends(Dying),
    /// The process is dead, and Podman is about to notice.
    Noticing,
}

/// A process that is going to die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dying {
    pub(super) pid: u32,
    pub(super) after: Duration,
    pub(super) code: i32,
}

/// Whether two published ports cannot be had at the same time.
fn meet(one: &Port, other: &Port) -> bool {
    let all_addresses = one.host_ip.is_none() || other.host_ip.is_none();
    let alike = one.host_port == other.host_port && one.protocol == other.protocol;
    one.host_port.is_some() && alike && (all_addresses || one.host_ip == other.host_ip)
}

/// The error that says what is wrong with a container's state.
fn improper(call: &str, state: EngineState) -> Error {
    Error::Failed { call: call.to_owned(), message: format!("container state improper: {state:?}") }
}

impl World {
    /// The id of a container by name or id.
    pub(super) fn id_of(&self, name: &str) -> Option<String> {
        if self.containers.contains_key(name) {
            return Some(name.to_owned());
        }
        self.containers.values().find(|one| one.live.name == name).map(|one| one.live.id.clone())
    }

    /// A container by name or id.
    pub(super) fn container(&mut self, call: &str, name: &str) -> Result<&mut FakeContainer, Error> {
        let id = self.id_of(name).ok_or_else(|| not_found(call, "container", name))?;
        self.containers.get_mut(&id).ok_or_else(|| not_found(call, "container", name))
    }

    /// An event about a container.
    pub(super) fn log_container(&mut self, id: &str, action: &str, exit_code: Option<i32>) {
        let name = self.containers.get(id).map(|one| one.live.name.clone()).unwrap_or_default();
        self.log(EventSubject::Container { name, id: id.to_owned() }, action, exit_code);
    }

    /// All containers, as the list tells them: times to the second.
    pub(super) fn summaries(&self) -> Vec<ContainerSummary> {
        let second = |millis: i64| millis - millis.rem_euclid(1000);
        let summary = |one: &FakeContainer| ContainerSummary {
            id: one.live.id.clone(),
            name: one.live.name.clone(),
            state: one.live.state,
            pid: one.live.pid,
            started_ms: one.live.started_ms.map(second),
            exited_ms: one.live.finished_ms.map(second),
            exit_code: one.live.exit_code,
            health: one.live.health.as_ref().map(|health| health.status),
            networks: one.attached.iter().flatten().map(|attachment| attachment.name.clone()).collect(),
            labels: one.live.labels.clone(),
            image_id: one.live.image_id.clone(),
            managed_by: one.live.managed_by.clone(),
        };
        self.containers.values().map(summary).collect()
    }

    /// One container, as inspect tells it: addresses only while it runs.
    pub(super) fn inspect(&self, name: &str) -> Option<LiveContainer> {
        let one = self.containers.get(&self.id_of(name)?)?;
        let mut live = one.live.clone();
        if let Some(attached) = &one.attached {
            let ip = |place: usize, asked: &NetworkAttachment| {
                let given = render::given_address(&one.live.id, place);
                live.state.is_up().then(|| asked.ip.unwrap_or(given))
            };
            let told = attached.iter().enumerate();
            let told = told.map(|(place, asked)| NetworkAttachment { ip: ip(place, asked), ..asked.clone() });
            let mut told: Vec<NetworkAttachment> = told.collect();
            told.sort();
            live.config.networks = Some(Networks::Attached(told));
        }
        Some(live)
    }

    /// Makes a container.
    pub(super) fn create(&mut self, call: &str, create: &ContainerCreate) -> Result<String, Error> {
        if self.id_of(&create.name).is_some() {
            return Err(conflict(call, "that name is already in use"));
        }
        let image =
            self.image(&create.image).cloned().ok_or_else(|| not_found(call, "image", &create.image))?;
        if let Some(Networks::Attached(attached)) = &create.container.networks {
            let missing = attached.iter().find(|one| !self.networks.contains_key(&one.name));
            if let Some(missing) = missing {
                return Err(not_found(call, "network", &missing.name));
            }
        }
        let missing =
            render::secrets(&create.container).into_iter().find(|name| !self.secrets.contains(name));
        if let Some(missing) = missing {
            return Err(not_found(call, "secret", &missing));
        }
        let id = self.fresh_id();
        let anonymous = self.anonymous_volumes(create, &image);
        let made_ms = self.now_ms();
        let live = render::live(create, &image, render::Identity { id: id.clone(), made_ms, anonymous });
        for volume in render::volumes(&live) {
            self.ensure_volume(&volume);
        }
        let attached = render::attached(&create.container);
        let (orphaned, stopping, inside) = (false, false, Inside::default());
        self.containers.insert(id.clone(), FakeContainer { live, attached, orphaned, stopping, inside });
        self.log_container(&id, "create", None);
        Ok(id)
    }

    /// Starts a container; the pid is of a new process, if there is one.
    pub(super) fn start(
        &mut self,
        call: &str,
        name: &str,
    ) -> Result<(Started, Option<(u32, Script)>), Error> {
        let (state, id) = self.container(call, name).map(|one| (one.live.state, one.live.id.clone()))?;
        match state {
            // Also while the process is dead and the monitor has not said so yet, or never will.
            EngineState::Running | EngineState::Paused => return Ok((Started::Already, None)),
            EngineState::Stopping | EngineState::Removing => return Err(improper(call, state)),
            _ => {}
        }
        let script = self.script_of(&id);
        if let Some(text) = self.cannot_start(&id, &script) {
            // Podman 4 does not keep what went wrong.
            let kept = Some(text.clone()).filter(|_| self.options.release >= Release::V5);
            self.container(call, name)?.live.error = kept;
            return Err(Error::Refused { call: call.to_owned(), message: text });
        }
        let (pid, now) = (self.fresh_pid(), self.now_ms());
        self.processes
            .insert(pid, Process { container: id.clone(), monitored: true, script: script.clone() });
        if let Some(one) = self.containers.get_mut(&id) {
            one.live.state = EngineState::Running;
            one.live.pid = Some(pid);
            one.live.started_ms = Some(now);
            one.live.exit_code = None;
            one.live.error = None;
            one.live.stopped_by_user = false;
            (one.orphaned, one.stopping) = (false, false);
            if let Some(health) = &mut one.live.health {
                health.status = HealthStatus::Starting;
                health.failing_streak = 0;
            }
        }
        self.log_container(&id, "init", None);
        self.log_container(&id, "start", None);
        Ok((Started::Now, Some((pid, script))))
    }

    /// How the process of a container behaves.
    fn script_of(&self, id: &str) -> Script {
        let Some(one) = self.containers.get(id) else { return Script::default() };
        let of_image = || self.images.get(&one.live.image_id).map(|image| image.script.clone());
        self.scripts.get(&one.live.name).cloned().or_else(of_image).unwrap_or_default()
    }

    /// Why a container cannot start: its runtime says no, or a host port is taken.
    fn cannot_start(&self, id: &str, script: &Script) -> Option<String> {
        if let Some(text) = &script.fails_to_start {
            return Some(text.clone());
        }
        let mine = &self.containers.get(id)?.live.config.ports;
        let others = self.containers.values().filter(|one| one.live.id != id && one.live.state.is_up());
        let published: Vec<&Port> = others.flat_map(|one| &one.live.config.ports).collect();
        let is_taken = |port: &&Port| {
            port.host_port.is_some_and(|number| self.taken_ports.contains(&number))
                || published.iter().any(|other| meet(port, other))
        };
        let clash = mine.iter().find(is_taken)?.host_port?;
        Some(format!("listen tcp :{clash}: bind: address already in use"))
    }

    /// Begins a stop.
    pub(super) fn begin_stop(&mut self, call: &str, name: &str, grace: Duration) -> Result<Stop, Error> {
        let one = self.container(call, name)?;
        let (id, pid) = (one.live.id.clone(), one.live.pid);
        if !matches!(one.live.state, EngineState::Running | EngineState::Paused | EngineState::Stopping) {
            return Ok(Stop::Done);
        }
        let Some(process) = pid.and_then(|pid| self.processes.get(&pid)) else {
            return Ok(self.stop_without_process(&id));
        };
        let ends = match process.script.on_term {
            OnTerm::Ends(after) if after < grace => (after, 0),
            _ => (grace, 137),
        };
        let signal = self.containers.get(&id).and_then(|one| one.live.config.stop_signal);
        let (after, code) = if signal == Some(9) { (Duration::ZERO, 137) } else { ends };
        if let Some(one) = self.containers.get_mut(&id) {
            one.live.state = EngineState::Stopping;
            one.live.stopped_by_user = self.options.release >= Release::V5;
            one.stopping = true;
        }
        Ok(Stop::Ends(Dying { pid: pid.unwrap_or_default(), after, code }))
    }

    /// A stop of a container whose process is dead. Without its monitor Podman 4 stays in "stopping" for ever, while
    /// Podman 5 notices and is "exited".
    fn stop_without_process(&mut self, id: &str) -> Stop {
        let Some(one) = self.containers.get_mut(id) else { return Stop::Done };
        if !one.orphaned {
            return Stop::Noticing;
        }
        if self.options.release < Release::V5 {
            one.live.state = EngineState::Stopping;
        } else {
            let now = self.now_ms();
            self.record_end(id, EngineState::Exited, -1, now);
        }
        Stop::Done
    }

    /// Sends a signal; the pid and code are of a process that dies of it, and when.
    pub(super) fn kill(&mut self, call: &str, name: &str, signal: u8) -> Result<Option<Dying>, Error> {
        let one = self.container(call, name)?;
        let (id, pid, state) = (one.live.id.clone(), one.live.pid, one.live.state);
        let process =
            pid.filter(|_| state.is_up()).and_then(|pid| self.processes.get(&pid).map(|one| (pid, one)));
        let Some((pid, process)) = process else {
            return Err(conflict(call, "can only kill running containers: container state improper"));
        };
        let dies = match (signal, process.script.on_term) {
            (9, _) => Some(Dying { pid, after: Duration::ZERO, code: 137 }),
            (2 | 3 | 15, OnTerm::Ends(after)) => Some(Dying { pid, after, code: 0 }),
            _ => None,
        };
        let name = self.containers.get(&id).map(|one| one.live.name.clone()).unwrap_or_default();
        self.signals.push((name, signal));
        if let Some(one) = self.containers.get_mut(&id) {
            one.live.stopped_by_user = self.options.release >= Release::V5;
        }
        self.log_container(&id, "kill", None);
        Ok(dies)
    }

    /// The monitor tells how a process ended.
    pub(super) fn notice_death(&mut self, id: &str, pid: u32, code: i32) {
        let now = self.now_ms();
        if self.containers.get(id).is_some_and(|one| one.live.pid == Some(pid)) {
            self.record_end(id, EngineState::Stopped, code, now);
            self.log_container(id, "died", Some(code));
        }
    }

    /// Podman's clean-up after a death has run. Podman 4 cleans up twice after a stop, and says so.
    pub(super) fn clean_up(&mut self, id: &str) {
        let Some(one) = self.containers.get_mut(id) else { return };
        if one.live.state == EngineState::Stopped {
            one.live.state = EngineState::Exited;
            let times = if one.stopping && self.options.release < Release::V5 { 2 } else { 1 };
            for _ in 0..times {
                self.log_container(id, "cleanup", None);
            }
        }
    }

    /// Writes down that the main process has ended.
    fn record_end(&mut self, id: &str, state: EngineState, code: i32, now_ms: i64) {
        if let Some(one) = self.containers.get_mut(id) {
            one.live.state = state;
            one.live.pid = None;
            one.live.exit_code = Some(code);
            one.live.finished_ms = Some(now_ms);
        }
    }

    /// Gives a container another name.
    pub(super) fn rename(&mut self, call: &str, name: &str, to: &str) -> Result<(), Error> {
        let id = self.container(call, name)?.live.id.clone();
        if self.id_of(to).is_some() {
            return Err(conflict(call, "that name is already in use"));
        }
        to.clone_into(&mut self.container(call, name)?.live.name);
        self.log_container(&id, "rename", None);
        Ok(())
    }

    /// Removes a container, not its volumes; the pid is of a process that dies with it.
    pub(super) fn remove(&mut self, call: &str, name: &str, force: bool) -> Result<Option<u32>, Error> {
        let Some(id) = self.id_of(name) else { return Ok(None) };
        let busy = self.containers.get(&id).is_some_and(|one| {
            matches!(one.live.state, EngineState::Running | EngineState::Paused | EngineState::Stopping)
        });
        if busy && !force {
            return Err(conflict(call, "cannot remove a running container without force"));
        }
        self.log_container(&id, "remove", None);
        let gone = self.containers.remove(&id);
        Ok(gone.and_then(|one| one.live.pid))
    }

    /// Changes limits. Podman 4 says yes, changes the kernel's limits, and goes on telling the old ones.
    pub(super) fn update(&mut self, call: &str, name: &str, resources: &Resources) -> Result<(), Error> {
        let release = self.options.release;
        let one = self.container(call, name)?;
        if release < Release::V5 {
            return Ok(());
        }
        let id = one.live.id.clone();
        let told = &mut one.live.config.resources;
        told.memory = resources.memory.or(told.memory);
        told.memory_swap = resources.memory_swap.or(told.memory_swap);
        told.cpu = resources.cpu.or(told.cpu);
        told.pids = resources.pids.or(told.pids);
        told.memory_reservation = resources.memory_reservation.or(told.memory_reservation);
        told.cpu_shares = resources.cpu_shares.or(told.cpu_shares);
        self.log_container(&id, "update", None);
        Ok(())
    }

    /// Runs a healthcheck: the answer is this run's, inspect tells what it adds up to.
    pub(super) fn check_health(&mut self, call: &str, name: &str) -> Result<HealthStatus, Error> {
        let id = self.container(call, name)?.live.id.clone();
        let (fails, now) = (self.script_of(&id).unhealthy, self.now_ms());
        let one = self.container(call, name)?;
        let check = one.live.config.healthcheck.clone();
        let (Some(health), Some(check), true) = (&mut one.live.health, check, one.live.state.is_up()) else {
            return Err(conflict(call, "container is not running or has no defined healthcheck"));
        };
        health.last_check_ms = Some(now);
        health.failing_streak = if fails { health.failing_streak + 1 } else { 0 };
        if !fails {
            health.status = HealthStatus::Healthy;
        } else if health.failing_streak >= check.retries {
            health.status = HealthStatus::Unhealthy;
        }
        self.log_container(&id, "health_status", None);
        Ok(if fails { HealthStatus::Unhealthy } else { HealthStatus::Healthy })
    }
}
