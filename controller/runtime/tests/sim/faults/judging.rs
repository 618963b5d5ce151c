//! What calls for remediation and what a person says about it: ill health, failing probes, memory that fills up, storms, answers, words to
//! act, settings.

use std::time::Duration;

use podsteward_domain::approval::ApprovalId;
use podsteward_domain::probe::ProbeResult;
use podsteward_podman::fake::{FakeCommand, Script};
use podsteward_specs::key::Key;

use crate::receiver::Answers;
use crate::run::Run;

impl Run {
    /// One of them.
    pub(super) async fn in_judging(&mut self) {
        match self.random.u8(0..26) {
            0..=4 => self.fall_ill(),
            5 | 6 => self.fill_up(),
            7 | 8 => self.storm(),
            9..=13 => self.answer(),
            14 => self.answer_nonsense(),
            15 | 16 => {
                let key = self.some_key();
                self.tell(&format!("execute --force on {key}"));
                self.host.force(&key);
            }
            17 => {
                let key = self.some_key();
                self.tell(&format!("resume {key}"));
                self.host.resume(&key);
            }
            18 => {
                self.tell("resume");
                self.host.resume_all();
            }
            19 => self.stop_for_a_while().await,
            20..=22 => self.edit_settings(),
            23 | 24 => self.fail_probes(),
            _ => self.change_receiver(),
        }
    }

    /// A container's checks fail: until it is restarted, or until somebody mends it, or for good.
    fn fall_ill(&mut self) {
        let checked: Vec<String> =
            self.declared.containers().filter(|it| it.checked).map(|it| it.name.clone()).collect();
        if checked.is_empty() {
            return;
        }
        let name = checked[self.random.usize(0..checked.len())].clone();
        let (until_restarted, ill) = (self.random.bool(), self.random.u8(0..4) > 0);
        self.tell(&format!("{name} is unhealthy: {ill}, until it is restarted: {until_restarted}"));
        self.make_ill(&name, ill, until_restarted);
    }

    /// A container nears the limit of its memory, or gives some back: in this start, or in each; or nobody can tell.
    fn fill_up(&mut self) {
        let limited: Vec<String> =
            self.declared.containers().filter(|it| it.memory.is_some()).map(|it| it.name.clone()).collect();
        if limited.is_empty() {
            return;
        }
        let name = &limited[self.random.usize(0..limited.len())];
        let (percent, always) = ([50, 85, 95, 99][self.random.usize(0..4)], self.random.bool());
        let unreadable = self.random.u8(0..4) == 0;
        self.tell(&format!("{name} uses {percent} %, always: {always}, unreadable: {unreadable}"));
        self.host.pressures.fill(name, percent, always);
        self.host.pressures.unreadable(unreadable);
    }

    /// The probes of a container fail from now on, cannot run, or succeed.
    fn fail_probes(&mut self) {
        let probed: Vec<String> =
            self.declared.containers().filter(|it| it.probed()).map(|it| it.name.clone()).collect();
        if probed.is_empty() {
            return;
        }
        let name = probed[self.random.usize(0..probed.len())].clone();
        let (code, ready) = ([0, 1, 1, 127][self.random.usize(0..4)], self.random.bool());
        self.tell(&format!("the liveness probe of {name} ends with {code}, it is ready: {ready}"));
        self.probe(&name, code, ready);
    }

    fn probe(&self, name: &str, code: i32, ready: bool) {
        self.host.fake.hand().command(name, "alive", FakeCommand { code, ..FakeCommand::default() });
        let result = if ready { ProbeResult::Well } else { ProbeResult::Ill("nobody listens".to_owned()) };
        self.host.probers.answer(name, 80, result);
    }

    fn make_ill(&self, name: &str, ill: bool, until_restarted: bool) {
        self.host.fake.hand().script(name, Script { unhealthy: ill, ..Script::default() });
        self.host.heals(name, ill && until_restarted);
    }

    /// Many containers go bad at once.
    fn storm(&mut self) {
        let (until_restarted, drift) = (self.random.bool(), self.random.bool());
        self.tell(&format!("everything goes bad at once, by drift: {drift}"));
        let names: Vec<(String, bool)> =
            self.declared.containers().filter(|it| !it.job).map(|it| (it.name.clone(), it.checked)).collect();
        for (name, checked) in names {
            if drift {
                let tamper = |config: &mut podsteward_domain::live::LiveConfig| {
                    config.env.insert("REV".to_owned(), "blown away".to_owned());
                };
                // One that does not exist cannot be tampered with.
                let _ = self.host.fake.hand().reconfigure(&name, tamper);
            } else if checked {
                self.make_ill(&name, true, until_restarted);
            }
        }
    }

    /// A person answers something that waits, mostly with yes.
    fn answer(&mut self) {
        let pending = self.host.pending();
        if pending.is_empty() {
            return;
        }
        let approval = &pending[self.random.usize(0..pending.len())];
        let (yes, force) = (self.random.u8(0..4) > 0, self.random.u8(0..4) == 0);
        let done = if yes { self.host.approve(approval.id, force) } else { self.host.reject(approval.id) };
        self.tell(&format!("approval {} is answered with {yes}, force {force}: {done}", approval.id));
    }

    /// A person answers what was never asked, or is over.
    fn answer_nonsense(&mut self) {
        let known = self.host.store.approvals(false, 1000).unwrap();
        let over: Vec<ApprovalId> = known.iter().filter(|it| !it.state.is_open()).map(|it| it.id).collect();
        let id = if over.is_empty() || self.random.bool() {
            ApprovalId(self.random.i64(1000..2000))
        } else {
            over[self.random.usize(0..over.len())]
        };
        let done = if self.random.bool() { self.host.approve(id, true) } else { self.host.reject(id) };
        self.tell(&format!("approval {id} is answered, which is over or was never asked: {done}"));
        if done {
            self.host
                .invariants
                .report(format!("approval {id} was answered, which is over or was never asked"));
        }
    }

    async fn stop_for_a_while(&mut self) {
        self.tell("stop");
        self.host.stop();
        let length = Duration::from_secs(self.random.u64(1..120));
        self.wait(length).await;
        self.tell("resume");
        self.host.resume_all();
    }

    /// The policy or the channels are edited, or taken away.
    fn edit_settings(&mut self) {
        let name = self.some_container();
        let policies = [
            String::new(),
            "mode: ask".to_owned(),
            "mode: observe".to_owned(),
            "mode: full\nriskTolerance: high\ncooldowns: {service-restart: 0s, drift-reconciliation: 0s}".to_owned(),
            "riskTolerance: low".to_owned(),
            "cooldowns: {service-restart: 20s}\nbudgets: {restartsPerHour: 1}".to_owned(),
            "breaker: {failures: 1, targets: 1, actions: 1, halfOpenAfter: 2m}\ncooldowns: {service-restart: 5s}".to_owned(),
            format!("overrides: [{{match: {{names: [{name}]}}, deny: [drift-reconciliation], autoRestart: false}}]"),
            format!("overrides: [{{match: {{names: [{name}]}}, requiresConfirmation: true}}]"),
            "budgets: {concurrentPercent: 100, concurrentPerGroup: 1}".to_owned(),
            "approvals: {ttl: 1m, runWithin: 20s}\nmode: ask".to_owned(),
            format!("suppress: [{{finding: unhealthy, object: container/{name}, reason: a test}}]"),
            "maintenanceWindows: [{actions: [drift-reconciliation], zone: UTC, from: \"01:00\", to: \"01:30\"}]"
                .to_owned(),
        ];
        if self.random.u8(0..4) == 0 {
            let second = self.random.bool();
            self.tell(&format!("a second channel is declared: {second}"));
            self.host.declare_channel("pager", second);
        } else {
            let policy = &policies[self.random.usize(0..policies.len())];
            self.tell(&format!("the policy says: {policy}"));
            self.host.declare_policy(policy);
        }
        self.rescan();
    }

    fn change_receiver(&mut self) {
        let answers =
            [Answers::Takes, Answers::Takes, Answers::Fails, Answers::Hangs][self.random.usize(0..4)];
        self.tell(&format!("the other end of the channels: {answers:?}"));
        self.host.receiver.answers(answers);
    }

    /// Everything that people said or set ends, as somebody would end it who puts the host in order.
    pub(super) fn calm_judging(&mut self) {
        self.host.receiver.answers(Answers::Takes);
        let quick =
            "cooldowns: {service-restart: 1m, drift-reconciliation: 1m}\nbudgets: {restartsPerHour: 100}";
        self.host.declare_policy(quick);
        self.host.declare_channel("pager", false);
        self.host.resume_all();
        let keys: Vec<Key> = self.host.store.tracks().unwrap().into_iter().map(|(key, ..)| key).collect();
        for key in &keys {
            self.host.resume(key);
        }
        self.host.pressures.unreadable(false);
        let names: Vec<String> = self.declared.containers().map(|it| it.name.clone()).collect();
        for name in &names {
            self.host.heals(name, false);
            self.probe(name, 0, true);
            self.host.pressures.fill(name, 10, true);
        }
        let rejected = self.host.store.open_approvals().unwrap();
        for approval in &rejected {
            let name = approval.question.target.name.as_str();
            if !names.iter().any(|declared| declared == name) {
                // Whoever does not want it removed by podsteward sees to it.
                self.host.fake.hand().remove(name);
            }
        }
        for place in 0..names.len() {
            let Some((_, container)) = self.declared.container_mut(place) else { continue };
            // A no holds until the plan changes, and so somebody changes it.
            if rejected.iter().any(|it| it.question.target.name.as_str() == container.name) {
                container.rev += 1;
            }
        }
    }

    /// Whatever waits for a word gets it.
    pub(crate) fn say_yes(&self) {
        for approval in self.host.pending() {
            self.tell(&format!("approve {}", approval.id));
            self.host.approve(approval.id, false);
        }
    }
}
