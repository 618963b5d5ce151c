//! What happens over time on a host that is a model.
//!
//! Owns the loop that the worker has, without its store, clock and engine: look, act, verify, learn, and wake when
//! the last look said so. It looks for nothing else but the events that a story tells, so that a wake-up which is
//! missing shows, and a wake-up that comes at once for ever is a failure.
//!
//! A story is a World, a line of dashes, and lines of:
//! `look`; `wait SPAN`; `dies CODE`; `lives SPAN CODE` (each start from now on); `lives for ever`; `stopped by hand`;
//! `started by hand`; `removed by hand`; `edit {spec}`; `delete`; `config PATH DIGEST`; `image ID`; `refuses NOUN TIMES`;
//! `drifts {spec}` (somebody makes the live container so); `retry`; `forgets updates`; `passing` (errors from now on pass by themselves);
//! `healthy`; `unhealthy`; `heals SPAN`, `sickens SPAN` (each start from now on is `starting` for so long); `approve`; `reject`;
//! `approves` (whatever is asked from now on); `prunes` (images that nothing uses are gone);
//! `resume`; `clock forward|back SPAN`; or a fact in the words of Worlds

mod act;
mod health;
mod people;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::decision::Decision;
use podsteward_domain::evaluate::{Evaluation, evaluate};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::intent::IntentState;
use podsteward_domain::live::{EngineState, HealthStatus};
use podsteward_domain::observation::Observation;
use podsteward_domain::recover::Interruption;
use podsteward_domain::time::Moment;
use podsteward_domain::verify::Verification;
use podsteward_domain::world::{Desired, EngineWord, ExitFacts, World};

use crate::fixture::{self, container_facts, document, span};
use crate::host::Host;
use crate::told::{after_noon, first_stop};

/// How many looks one event may take.
const LOOKS_MAX: u32 = 20;

/// What one look came to.
enum Look {
    /// Something was done: look again at once.
    Again,
    /// Nothing more is to be done now; when to look again.
    Rest(Option<Duration>),
}

/// A story under way.
pub(crate) struct Story {
    world: World,
    host: Host,
    exit: Option<ExitFacts>,
    /// When each start ends, and how.
    lives: Option<(Duration, i32)>,
    dies: Option<(Moment, i32)>,
    wake: Option<Moment>,
    /// The state and the findings that were last told.
    shown: String,
    /// Whether an error is one that trying again does not help.
    permanent: bool,
    intents: i64,
    /// How health turns out after each start.
    turns: Option<(Duration, HealthStatus)>,
    turn: Option<(Moment, HealthStatus)>,
    /// The number of the incident of each finding that is open.
    incidents: BTreeMap<FindingKind, i64>,
    last_incident: i64,
    asked: i64,
    /// Whatever is asked is approved at once.
    approves: bool,
    /// Images that nothing uses are gone.
    pruned: bool,
    told: String,
}

/// Tells a story.
pub(crate) fn story(text: &str) -> String {
    play(text).told
}

/// Plays a story to its end.
pub(crate) fn play(text: &str) -> Story {
    let (world, lines) = text.split_once("---").expect("a World and what happens, with --- between them");
    let mut world = fixture::world(world);
    let name = world.key.name.to_string();
    let mut host = Host::default();
    if let Some(live) = container_facts(&mut world).live.value().and_then(Option::as_deref) {
        host.containers.insert(name, live.clone());
    }
    let mut story = Story {
        world,
        host,
        exit: None,
        lives: None,
        dies: None,
        wake: None,
        shown: String::new(),
        permanent: true,
        intents: 0,
        turns: None,
        turn: None,
        incidents: BTreeMap::new(),
        last_incident: 0,
        asked: 0,
        approves: false,
        pruned: false,
        told: String::new(),
    };
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        story.happen(line);
    }
    story
}

impl Story {
    /// What was told.
    pub(crate) fn told(&self) -> &str {
        &self.told
    }

    /// Whether the container runs, as declared, with nothing found and nothing in flight.
    pub(crate) fn is_well(&self) -> bool {
        let live = self.host.containers.get(&self.name());
        let runs = live.is_some_and(|live| live.state.is_up());
        runs && self.shown == "MATCH " && self.world.intent.is_none() && self.host.containers.len() == 1
    }

    fn name(&self) -> String {
        self.world.key.name.to_string()
    }

    fn tell(&mut self, what: &str) {
        let _ = writeln!(self.told, "{} {what}", after_noon(self.world.now));
    }

    fn happen(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (word, rest) {
            ("look", _) => {}
            ("wait", _) => return self.wait(span(rest)),
            ("dies", code) => self.die(code.parse().unwrap()),
            ("lives", "for ever") => return self.lives = None,
            ("lives", _) => {
                let (length, code) = rest.split_once(' ').unwrap();
                return self.lives = Some((span(length), code.parse().unwrap()));
            }
            ("stopped", _) => self.end(0, EngineState::Exited, true),
            ("started", _) => self.start_by_hand(),
            ("removed", _) => drop(self.host.containers.remove(&self.name())),
            ("edit", spec) => {
                self.world.desired = Desired::Declared(document("Container", &self.name(), spec));
            }
            ("delete", _) => self.delete(),
            ("refuses", _) => {
                let (noun, times) = rest.split_once(' ').unwrap();
                return self.host.refuses = Some((noun.to_owned(), times.parse().unwrap()));
            }
            ("forgets", _) => return self.host.forgets_updates = true,
            ("passing", _) => return self.permanent = false,
            ("drifts", spec) => self.drift(spec),
            ("retry", _) => drop(self.world.memory.forget_failures()),
            ("approves", _) => return self.approves = true,
            ("prunes", _) => return self.pruned = true,
            ("approve", _) => self.answer(true),
            ("reject", _) => self.answer(false),
            ("resume", _) => self.resume(),
            ("clock", _) => self.put_clock(rest),
            ("healthy", _) => self.turn_to(HealthStatus::Healthy),
            ("unhealthy", _) => self.turn_to(HealthStatus::Unhealthy),
            ("heals", _) => return self.turns = Some((span(rest), HealthStatus::Healthy)),
            ("sickens", _) => return self.turns = Some((span(rest), HealthStatus::Unhealthy)),
            _ => self.fact(line),
        }
        self.tell(&format!("-- {line}"));
        self.look();
    }

    /// A fact of the World, in the words of Worlds.
    fn fact(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        assert!(
            fixture::facts::line(&mut self.world, word, rest)
                || fixture::general(&mut self.world, word, rest)
                || fixture::standing::line(&mut self.world, word, rest),
            "no such line in a story: {line}"
        );
    }

    fn delete(&mut self) {
        let last = Arc::clone(self.world.desired.document().expect("a document"));
        self.world.desired = Desired::Vanishing { last, since: self.world.now, reads: 2, mass: None };
    }

    fn drift(&mut self, spec: &str) {
        let document = document("Container", &self.name(), spec);
        let name = self.name();
        let Some(live) = self.host.containers.get_mut(&name) else { return };
        live.config =
            fixture::live::container(&name, document.container().unwrap(), live.labels.clone()).config;
    }

    fn start_by_hand(&mut self) {
        let name = self.name();
        let step = podsteward_domain::plan::Step::StartContainer { name, deadline: Duration::ZERO };
        if self.host.carry_out(&step, self.world.now).is_ok() {
            self.age();
        }
    }

    /// From now on the process lives as long as the story says.
    fn age(&mut self) {
        self.dies = self.lives.map(|(length, code)| (self.world.now.after(length), code));
        self.turn = self.turns.map(|(length, status)| (self.world.now.after(length), status));
    }

    fn die(&mut self, code: i32) {
        self.dies = None;
        self.end(code, EngineState::Running, false);
    }

    /// The main process ends, and Podman says this when it is asked.
    fn end(&mut self, code: i32, state: EngineState, stopped: bool) {
        let name = self.name();
        if self.host.containers.get(&name).is_some_and(|live| live.state.is_up()) {
            self.exit = self.end_of(state, stopped);
            self.host.end(&name, code, self.world.now).unwrap();
        }
    }

    /// What is seen of an end of the container's latest start.
    fn end_of(&self, state: EngineState, stopped: bool) -> Option<ExitFacts> {
        let live = self.host.containers.get(&self.name())?;
        Some(ExitFacts {
            container: live.id.clone(),
            started_ms: live.started_ms,
            at: self.world.now,
            engine: EngineWord::Said { state, by_user: None },
            killed: false,
            stopped,
            cleanups: None,
            ours: false,
        })
    }

    fn wait(&mut self, length: Duration) {
        let end = self.world.now.after(length);
        loop {
            let dies = self.dies.map(|(at, _)| at);
            let turns = self.turn.map(|(at, _)| at);
            let due = [self.wake, dies, turns].into_iter().flatten().filter(|due| !due.is_after(end));
            let due = due.reduce(Moment::earlier);
            let Some(due) = due else { break };
            assert!(!self.world.now.is_after(due), "time does not run back");
            self.world.now = due;
            if let Some((_, code)) = self.dies.filter(|(at, _)| *at == due) {
                self.tell(&format!("-- it ends with {code}"));
                self.die(code);
            }
            if let Some((_, status)) = self.turn.filter(|(at, _)| *at == due) {
                self.turn_to(status);
                self.tell(&format!("-- {}", format!("{status:?}").to_lowercase()));
            }
            self.look();
            assert!(self.wake.is_none_or(|wake| wake.is_after(due)), "it looks for ever:\n{}", self.told);
        }
        self.world.now = end;
    }

    /// One reconcile: looks until nothing more follows.
    fn look(&mut self) {
        for _ in 0..LOOKS_MAX {
            match self.look_once() {
                Look::Again => {}
                Look::Rest(again) => {
                    self.wake = again.map(|again| self.world.now.after(again));
                    return;
                }
            }
        }
        panic!("it never comes to rest:\n{}", self.told);
    }

    /// The World as it is now.
    fn see(&mut self) {
        let (now, name) = (self.world.now, self.name());
        self.check_health();
        let live = self.host.containers.get(&name).cloned().map(Arc::new);
        let (previous, exit) = (self.host.previous(&name), self.exit.clone());
        let facts = container_facts(&mut self.world);
        self.host.image = facts.image.value().and_then(Clone::clone).map(|image| image.id);
        facts.live = Observation::Known { value: live, at: now };
        facts.previous = previous;
        facts.exit = exit;
        if let Observation::Known { at, .. } = &mut facts.image {
            *at = now;
        }
        let previous = self.world.memory.previous.as_ref();
        let previous = previous.and_then(|previous| previous.image_id.clone()).filter(|_| !self.pruned);
        container_facts(&mut self.world).previous_image =
            Observation::Known { value: previous.map(|id| fixture::live::image(&id)), at: now };
    }

    /// One look.
    fn look_once(&mut self) -> Look {
        self.see();
        let interrupted = self.world.intent.clone();
        let interrupted =
            interrupted.filter(|intent| !matches!(intent.state, IntentState::Stabilising { .. }));
        if let Some(intent) = interrupted {
            self.recover(&intent, Interruption::Crash, "");
            return Look::Again;
        }
        let evaluation = evaluate(self.world.clone());
        self.world.memory = evaluation.memory.clone();
        self.show(&evaluation);
        self.number_incidents(&evaluation.findings);
        self.end_approvals(&evaluation);
        match (self.world.intent.clone(), evaluation.verification, evaluation.choice) {
            (Some(_), Some(Verification::Wait { .. }), _) | (_, None, None) => Look::Rest(evaluation.again),
            (Some(intent), Some(verification), _) => {
                self.conclude(&intent, &verification);
                Look::Again
            }
            (_, _, Some(choice)) => {
                if self.act(choice) {
                    Look::Again
                } else {
                    Look::Rest(evaluation.again)
                }
            }
            (None, Some(_), None) => panic!("only what is in flight is verified"),
        }
    }

    /// Tells what keeps a decision from being carried out; whether that is news.
    fn tell_withheld(&mut self, decision: &Decision) -> bool {
        let line = format!("   {} {}", decision.action, first_stop(decision));
        let news = !self.told.trim_end().ends_with(line.trim());
        if news {
            self.tell(&line);
        }
        news
    }

    fn show(&mut self, evaluation: &Evaluation) {
        let kinds: Vec<&str> = evaluation.findings.iter().map(|finding| finding.kind.as_str()).collect();
        let shown = format!("{} {}", evaluation.status.state, kinds.join(" "));
        if self.shown != shown {
            self.tell(shown.trim());
            self.shown = shown;
        }
    }
}
