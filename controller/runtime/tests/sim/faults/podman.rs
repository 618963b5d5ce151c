//! What goes wrong between the controller and Podman: errors, hangs, lost answers, late events, a service that is gone.

use std::time::Duration;

use podsteward_podman::fake::{Fault, Verb};

use crate::run::Run;

/// Verbs whose next calls may go wrong.
const VERBS: [Verb; 16] = [
    Verb::Ping,
    Verb::ListContainers,
    Verb::InspectContainer,
    Verb::InspectImage,
    Verb::ListNetworks,
    Verb::Events,
    Verb::RunHealthcheck,
    Verb::CreateContainer,
    Verb::StartContainer,
    Verb::StopContainer,
    Verb::RenameContainer,
    Verb::RemoveContainer,
    Verb::UpdateContainer,
    Verb::PullImage,
    Verb::CreateNetwork,
    Verb::ConnectNetwork,
];

impl Run {
    /// One of them.
    pub(super) async fn with_podman(&mut self) {
        match self.random.u8(0..12) {
            0..=3 => self.next_call_fails(),
            4 => {
                let most = Duration::from_millis(self.random.u64(0..300));
                self.tell(&format!("calls take up to {most:?}"));
                self.host.fake.faults().latency(Duration::ZERO, most);
            }
            5 => {
                let per_mille = self.random.u32(50..300);
                self.tell(&format!("{per_mille} of a thousand calls fail"));
                self.host.fake.faults().calls(per_mille);
                self.a_while().await;
                self.host.fake.faults().calls(0);
            }
            6 => {
                self.tell("events are lost, late and repeated");
                self.host.fake.faults().events(150, 150, 150);
                self.a_while().await;
                self.host.fake.faults().events(0, 0, 0);
            }
            7 => {
                self.tell("the event streams break");
                self.host.fake.faults().cut_streams();
            }
            8 => {
                let verb = VERBS[self.random.usize(0..VERBS.len())];
                self.tell(&format!("{verb:?} hangs"));
                self.frozen = true;
                self.host.fake.faults().hang(verb, true);
                self.a_while().await;
                self.host.fake.faults().hang(verb, false);
                self.frozen = false;
            }
            9 => {
                let port = 8000 + self.random.u16(0..4);
                let taken = self.random.bool();
                self.tell(&format!("port {port} is taken: {taken}"));
                self.host.fake.hand().take_port(port, taken);
            }
            10 => self.service_freezes().await,
            _ => self.service_goes().await,
        }
    }

    async fn a_while(&mut self) {
        let length = Duration::from_millis(self.random.u64(100..40_000));
        self.wait(length).await;
    }

    fn next_call_fails(&mut self) {
        let verb = VERBS[self.random.usize(0..VERBS.len())];
        let fault = match self.random.u8(0..6) {
            0 => Fault::Fail("storage is locked".to_owned()),
            1 => Fault::Refuse("invalid argument".to_owned()),
            2 => Fault::Unreachable,
            3 => Fault::Hang,
            4 => Fault::AnswerLost,
            _ => Fault::AnswerLate,
        };
        self.tell(&format!("the next {verb:?} meets {fault:?}"));
        self.host.fake.faults().next(verb, fault);
    }

    async fn service_freezes(&mut self) {
        self.tell("Podman's service freezes");
        self.frozen = true;
        self.host.fake.faults().freeze(true);
        self.a_while().await;
        self.tell("Podman's service goes on");
        self.host.fake.faults().freeze(false);
        self.frozen = false;
    }

    async fn service_goes(&mut self) {
        self.tell("Podman's service is gone");
        self.host.fake.faults().unreachable(true);
        self.a_while().await;
        self.tell("Podman's service is back");
        self.host.fake.faults().unreachable(false);
    }
}
