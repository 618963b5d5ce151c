//! What happens to the controller, to its clock and to the machine; and what a person tells it through the store.

use std::time::Duration;

use podsteward_domain::switch::{Pause, SwitchState};
use podsteward_runtime::clock::Clock as _;
use podsteward_specs::key::{Key, Name};
use podsteward_store::Durability;
use tokio::time::sleep;

use crate::life::KillAt;
use crate::run::Run;

impl Run {
    /// One of them.
    pub(super) async fn with_the_controller(&mut self) {
        match self.random.u8(0..16) {
            0..=2 => self.kill_at_write(),
            3..=5 => self.kill_at_step(),
            6 => {
                self.tell("kill -9");
                self.revive().await;
            }
            7 => self.restart().await,
            8 => self.reboot().await,
            9 => {
                let hours = [-50, -1, 1, 50][self.random.usize(0..4)];
                self.tell(&format!("the clock jumps by {hours} h"));
                self.host.jump_wall(hours * 3_600_000);
            }
            10..=12 => self.turn_switch(),
            13 | 14 => self.pause_object(),
            _ => {
                let key = self.some_key();
                self.retry(&key);
            }
        }
    }

    fn kill_at_write(&mut self) {
        let kill_at = KillAt::Write { after: self.random.u32(0..20), done: self.random.bool() };
        self.kill_at(kill_at);
    }

    fn kill_at_step(&mut self) {
        let kill_at = KillAt::Step { after: self.random.u32(0..6), done: self.random.bool() };
        self.kill_at(kill_at);
    }

    fn kill_at(&self, kill_at: KillAt) {
        self.tell(&format!("kill -9 at {kill_at:?}"));
        if let Some(running) = &self.running {
            running.life.end_at(kill_at);
        }
    }

    async fn restart(&mut self) {
        self.tell("SIGTERM");
        if let Some(running) = self.running.take() {
            running.drain().await;
        }
        self.check_standing();
        sleep(Duration::from_millis(self.random.u64(100..5_000))).await;
        self.start();
    }

    async fn reboot(&mut self) {
        self.tell("the machine boots");
        self.kill().await;
        self.host.lose_calls();
        self.boot += 1;
        self.host.reboot(self.boot);
        sleep(Duration::from_millis(self.random.u64(1_000..20_000))).await;
        self.start();
    }

    fn pause(&mut self) -> Pause {
        let length = self.random.bool().then(|| Duration::from_secs(self.random.u64(1..120)));
        Pause { reason: "a test".to_owned(), by: "somebody".to_owned(), since: self.host.clock.now(), length }
    }

    fn turn_switch(&mut self) {
        let state = SwitchState::ALL[self.random.usize(0..3)];
        let pause = self.pause();
        self.tell(&format!("the switch is turned to {}", state.as_str()));
        self.host.store.set_switch(state, Some(&pause), self.host.clock.now()).unwrap();
    }

    fn pause_object(&mut self) {
        let (key, pause) = (self.some_key(), self.pause());
        if self.random.bool() {
            self.tell(&format!("{key} is paused"));
            self.host.store.pause_object(&key, &pause).unwrap();
        } else {
            self.tell(&format!("{key} is resumed"));
            self.host.store.resume_object(&key).unwrap();
        }
    }

    pub(super) fn some_key(&mut self) -> Key {
        let name = self.some_container();
        Key::container(Name::new(name).unwrap())
    }

    /// `podsteward retry KEY`.
    pub(crate) fn retry(&self, key: &Key) {
        self.tell(&format!("retry {key}"));
        let forget = |mut memory: podsteward_domain::memory::Memory| {
            memory.forget_failures();
            memory
        };
        self.host.store.change_memory(key, Durability::Full, forget).unwrap();
    }
}
