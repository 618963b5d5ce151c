//! The schedule: what goes wrong, when, and how it is put right in the end.
//!
//! Owns the choice among all faults and the rest between two of them. What a fault does is told in the file of its
//! noun. All of it follows from the seed.

mod controller;
mod hand;
mod judging;
mod manifests;
mod podman;

use std::time::Duration;

use podsteward_domain::switch::SwitchState;
use podsteward_runtime::clock::Clock as _;

use crate::run::Run;

/// How many faults a run has.
const COUNT: std::ops::Range<usize> = 10..30;

impl Run {
    /// Lets the host go through its faults.
    pub(crate) async fn go_through_faults(&mut self) -> Result<(), String> {
        for _ in 0..self.random.usize(COUNT) {
            let rest = self.rest();
            self.wait(rest).await;
            self.strike().await;
            self.sound()?;
        }
        Ok(())
    }

    /// The time between two faults: often so short that one meets the middle of what another one began.
    fn rest(&mut self) -> Duration {
        let often = [20, 400, 6_000, 60_000];
        let seldom = [400, 20_000, 60_000, 240_000];
        let most = if self.sickly { seldom } else { often }[self.random.usize(0..4)];
        Duration::from_millis(self.random.u64(0..most))
    }

    async fn strike(&mut self) {
        let most = if self.sickly { 30 } else { 12 };
        match self.random.u8(0..most) {
            0..=2 => self.by_hand(),
            3..=5 => self.in_the_manifests().await,
            6 | 7 => self.with_podman().await,
            8 | 9 => self.with_the_controller().await,
            _ => self.in_judging().await,
        }
    }

    /// Everything works again, and the manifests say what they should. What was done is done.
    pub(crate) fn calm(&mut self) {
        self.host.trace.add("the faults stop");
        self.host.fake.faults().stop();
        self.frozen = false;
        self.calm_judging();
        self.mend_declared();
        self.furnish();
        self.host.directory.set_unreadable(false);
        for port in 8000..8010 {
            self.host.fake.hand().take_port(port, false);
        }
        let store = &self.host.store;
        let switch = store.set_switch(SwitchState::Running, None, self.host.clock.now()).unwrap();
        for key in switch.objects.keys() {
            store.resume_object(key).unwrap();
        }
        self.rescan();
    }

    /// A name of a declared container.
    fn some_container(&mut self) -> String {
        let count = self.declared.containers().count();
        let place = self.random.usize(0..count.max(1));
        self.declared.containers().nth(place).map(|container| container.name.clone()).unwrap_or_default()
    }

    fn tell(&self, what: &str) {
        self.host.trace.add(&format!("* {what}"));
    }

    /// The controller is told that the manifests changed; without it, it finds out by itself.
    fn rescan(&self) {
        if let Some(running) = &self.running {
            running.context.manifests.rescan();
        }
    }
}
