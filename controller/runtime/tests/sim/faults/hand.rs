//! What people and processes do behind the controller's back.

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_podman::fake::{FakeImage, OnTerm, Script};
use podsteward_specs::container::{NetworkAttachment, Resources};
use podsteward_specs::quantity::Bytes;

use crate::run::Run;

/// How long a container that a person removed may be missing.
const EXCUSED: Duration = Duration::from_mins(2);

impl Run {
    /// One of them.
    pub(super) fn by_hand(&mut self) {
        let name = self.some_container();
        match self.random.u8(0..16) {
            0..=3 => {
                let code = [0, 1, 137][self.random.usize(0..3)];
                self.tell(&format!("{name} ends with {code}"));
                self.host.fake.hand().end(&name, code);
            }
            4 | 5 => self.hold_still(&name),
            6 | 7 => {
                self.tell(&format!("{name} is removed by hand"));
                self.excuse(&name, EXCUSED);
                self.host.fake.hand().remove(&name);
            }
            8 | 9 => self.reconfigure(&name),
            10 if self.host.sees_processes() => {
                // Where only Podman is asked, nobody can know of such a death.
                self.tell(&format!("{name} loses its monitor and dies"));
                // Podman holds it to be running for ever: it has to go before another one can be made.
                self.excuse(&name, EXCUSED);
                self.host.fake.hand().lose_monitor(&name);
            }
            11 => {
                let number = self.random.u8(0..200);
                self.tell("the image's tag moves");
                let image = FakeImage::named(&format!("moved {number}"));
                self.host.fake.hand().tag_image(FakeImage::BASE, &image);
            }
            12 => self.remove_thing(),
            13 => self.leave_orphan(),
            _ if self.is_job(&name) => self.host.fake.hand().end(&name, 1),
            _ => self.change_script(&name),
        }
    }

    /// `podman stop`, `kill` and `start`, which may be refused.
    fn hold_still(&mut self, name: &str) {
        let what = self.random.u8(0..5);
        let hand = self.host.fake.hand();
        let (verb, done) = match what {
            0 | 1 => ("stop", hand.stop(name)),
            2 => ("kill", hand.kill(name, 9)),
            3 => ("kill -TERM", hand.kill(name, 15)),
            _ => ("start", hand.start(name)),
        };
        self.tell(&format!("{verb} {name} by hand: {done:?}"));
    }

    fn reconfigure(&mut self, name: &str) {
        let what = self.random.u8(0..4);
        let hand = self.host.fake.hand();
        let (verb, done) = match what {
            0 => {
                let resources = Resources { memory: Some(Bytes(32 << 20)), ..Resources::default() };
                ("update", hand.update(name, &resources))
            }
            1 => {
                let tamper = |config: &mut podsteward_domain::live::LiveConfig| {
                    config.env.insert("REV".to_owned(), "tampered".to_owned());
                };
                ("tamper with", hand.reconfigure(name, tamper))
            }
            2 => ("disconnect", hand.disconnect(name, "front")),
            _ => {
                let front =
                    NetworkAttachment { name: "front".to_owned(), ip: None, aliases: BTreeSet::default() };
                ("connect", hand.connect(name, &front))
            }
        };
        self.tell(&format!("{verb} {name} by hand: {done:?}"));
    }

    /// A container with our labels that nothing declares, as an earlier installation may have left it.
    fn leave_orphan(&self) {
        let done = self.host.leave_orphan("orphan");
        self.tell(&format!("an orphan is left behind: {done:?}"));
    }

    fn remove_thing(&mut self) {
        let (network, name) =
            [(true, "front"), (true, "back"), (false, "data"), (false, "cache")][self.random.usize(0..4)];
        let hand = self.host.fake.hand();
        let done = if network { hand.remove_network(name) } else { hand.remove_volume(name) };
        self.tell(&format!("{name} is removed by hand: {done:?}"));
    }

    /// A job must go on ending by itself.
    fn is_job(&self, name: &str) -> bool {
        self.declared.containers().any(|container| container.name == name && container.job)
    }

    /// From its next start on a container behaves otherwise; its checks at once.
    fn change_script(&mut self, name: &str) {
        let plain = Script::default();
        let ends = |millis, code| Some((Duration::from_millis(millis), code));
        let (what, script) = match self.random.u8(0..6) {
            0 => ("crashes", Script { ends: ends(self.random.u64(100..4000), 1), ..plain }),
            1 => ("is unhealthy", Script { unhealthy: true, ..plain }),
            2 => ("cannot start", Script { fails_to_start: Some("exec format error".to_owned()), ..plain }),
            3 => ("ignores SIGTERM", Script { on_term: OnTerm::Ignores, ..plain }),
            _ => ("is well", plain),
        };
        self.tell(&format!("{name} {what} from now on"));
        self.host.fake.hand().script(name, script);
    }
}
