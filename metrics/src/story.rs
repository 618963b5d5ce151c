//! One of each event, in an order in which they could happen: what the tests of logs and metrics tell.
//!
//! Owns the data of those tests. Every variant of every event stands here, so that no line and no count goes unseen.

mod backup;
mod disk;
mod drill;
mod look;

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::approval::{Approval, ApprovalId, ApprovalState, Question};
use podsteward_domain::breaker::BreakerState;
use podsteward_domain::confidence::{Confidence, Parts};
use podsteward_domain::decision::{Decision, Gate, GateAnswer, GateResult, Judgement, Verdict};
use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::intent::{IntentId, Outcome};
use podsteward_domain::notification;
use podsteward_domain::pressure::host::{Averages, Psi, Stall};
use podsteward_domain::probe::{ProbeKind, ProbeResult, ProbeWord};
use podsteward_domain::risk::Risk;
use podsteward_domain::score::{Points, Score};
use podsteward_domain::status::ObjectState;
use podsteward_domain::switch::{Pause, SwitchState};
use podsteward_domain::time::Moment;
use podsteward_specs::channel::{ChannelType, NotificationEvent};
use podsteward_specs::key::{Key, Name};
use podsteward_specs::problem::{Place, Problem};

use crate::action::About;
use crate::label::{
    CallResult, Change, HealthcheckResult, Intervention, ReconcileResult, RemediationMode, StepResult,
    VerificationStatus, Witness,
};
use crate::{
    ActionEvent, ApprovalEvent, BreakerEvent, ControllerEvent, DecisionEvent, HostEvent, InterventionEvent,
    LearnEvent, ManifestEvent, NotifyEvent, ObjectEvent, PodmanEvent, ProbeEvent, QueueEvent, ReconcileEvent,
    RepairEvent, Telemetry,
};

fn secs(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

fn web() -> Key {
    Key::container(Name::new("web").unwrap())
}

fn pause() -> Pause {
    let (reason, by) = ("upgrade of the host".to_owned(), "ada".to_owned());
    Pause { reason, by, since: Moment::default(), length: None }
}

fn decision(action: Action, verdict: Verdict) -> Decision {
    let reason = "container/web does not run".to_owned();
    let (trigger, digest) = (FindingKind::NotRunning, String::new());
    Decision { action, target: web(), trigger, reason, verdict, judgement: None, digest, gates: Vec::new() }
}

/// How a first restart is judged: 0.90.
fn judgement() -> Judgement {
    let (history, impact, rollback) = (Score::new(7000), Score::new(9500), Score::ONE);
    let parts = Parts { prediction: Score::ONE, history, impact, rollback, adjustment: Points(0) };
    Judgement { confidence: Confidence::of(parts), risk: Risk::Low, ladder: None, escalated: None }
}

fn approval(state: ApprovalState) -> Approval {
    let text = str::to_owned;
    let question = Question {
        action: Action::OrphanRemoval,
        target: Key::container(Name::new("old").unwrap()),
        trigger: FindingKind::Orphan,
        reason: text("nothing declares container/old"),
        why_asked: text("risk high is never done unasked"),
        digest: text("0123456789abcdef"),
        confidence: None,
        risk: Some(Risk::High),
        diffs: Vec::new(),
        steps: vec![text("remove container old")],
        loses: Vec::new(),
        effect: text("container/old is gone"),
        rollback: text("none"),
    };
    let asked = Moment::default();
    Approval { id: ApprovalId(7), question, asked, state, stood_still: Duration::ZERO, stopped: None }
}

/// Tells the whole story.
pub(crate) fn tell(telemetry: &Telemetry) {
    begin(telemetry);
    follow_an_edit(telemetry);
    heal_a_death(telemetry);
    take_a_bad_edit_back(telemetry);
    restart_what_is_unhealthy(telemetry);
    look::look(telemetry);
    ask_before_a_removal(telemetry);
    probe(telemetry);
    trip(telemetry);
    disk::clean_a_disk(telemetry);
    disk::keep_data(telemetry);
    backup::tell(telemetry);
    drill::tell(telemetry);
    lose_podman(telemetry);
    end(telemetry);
}

fn begin(telemetry: &Telemetry) {
    let (manifests, state) = ("/etc/podsteward/manifests", "/var/lib/podsteward");
    let podman = "unix:///run/podman/podman.sock";
    let at = Moment { wall_ms: 1_790_000_000_000, ..Moment::default() };
    telemetry.emit(ControllerEvent::Started { instance: "default", manifests, state, podman, at });
    let (switch, mode) = (SwitchState::Running, RemediationMode::Full);
    telemetry.emit(ControllerEvent::Sampled { switch, mode });
    telemetry.emit(ControllerEvent::SwitchRead { state: SwitchState::Running });
    telemetry.emit(ControllerEvent::Listening { address: "127.0.0.1:9920" });
    telemetry.emit(PodmanEvent::Up { version: "4.3.1" });
    telemetry.emit(PodmanEvent::StreamOpened);
    telemetry.emit(PodmanEvent::CallDone {
        verb: "list_containers",
        result: CallResult::Ok,
        took: secs(0.004),
    });
    telemetry.emit(PodmanEvent::RelistDone { containers: 1, changed: 1, took: secs(0.02) });
    telemetry.emit(ManifestEvent::Read { files: 2, objects: 1, problems: 1 });
    let (file, place) = ("db.yaml".to_owned(), Place { line: 7, column: 3 });
    let (path, message) = ("spec.imgae".to_owned(), "unknown field (did you mean image?)".to_owned());
    telemetry.emit(ManifestEvent::Rejected { problem: &Problem { file, place, path, message } });
    telemetry.emit(ControllerEvent::Ready { after: secs(0.061) });
    let message = "as declared";
    telemetry.emit(ObjectEvent::StateChanged { key: &web(), from: None, to: ObjectState::Match, message });
    let kept = Finding::new(FindingKind::ImageMoved, &web(), "the tag means another image now");
    telemetry.emit(ObjectEvent::FindingKept { finding: &kept });
}

fn follow_an_edit(telemetry: &Telemetry) {
    let key = &web();
    telemetry.emit(ManifestEvent::Changed { key, change: Change::Edited });
    telemetry.emit(ManifestEvent::ConfigFileChanged { key, path: "/srv/web/nginx.conf" });
    telemetry.emit(QueueEvent::Added { key, reason: "edit", depth: 1 });
    telemetry.emit(QueueEvent::Taken { key, waited: secs(0.0004), depth: 0 });
    let about = About { intent: IntentId(1), key, action: Action::Apply };
    let decision = &decision(Action::Apply, Verdict::Declared);
    telemetry.emit(DecisionEvent::Made { decision });
    telemetry.emit(ActionEvent::IntentBegun { about, steps: 2 });
    telemetry.emit(ActionEvent::StepDone { about, noun: "create-container", took: secs(0.12) });
    telemetry.emit(ActionEvent::StepDone { about, noun: "start-container", took: secs(0.2) });
    let (reason, result, took) = ("edit", ReconcileResult::Acted, secs(0.33));
    telemetry.emit(ReconcileEvent::Finished { key, reason, result, took });
    telemetry.emit(QueueEvent::Done { key, worked: secs(0.33) });
    let (status, detail) = (VerificationStatus::Verified, "running for 10 s");
    telemetry.emit(ActionEvent::VerificationDone { about, status, detail });
    let (outcome, took) = (Outcome::Success, secs(10.4));
    telemetry.emit(ActionEvent::IntentClosed { about, outcome, detail, took });
}

fn heal_a_death(telemetry: &Telemetry) {
    let key = &web();
    telemetry.emit(ObjectEvent::ProcessDied { key, pid: 4711, witness: Witness::Pidfd });
    telemetry.emit(PodmanEvent::EventReceived { action: "died", lag: secs(0.13) });
    let finding = &Finding::new(FindingKind::CrashLoop, key, "ended 3 times within 10 m");
    telemetry.emit(ObjectEvent::FindingOpened { finding });
    let not_running = &Finding::new(FindingKind::NotRunning, key, "its process ended with 1");
    telemetry.emit(ObjectEvent::FindingOpened { finding: not_running });
    let (from, to) = (Some(ObjectState::Match), ObjectState::CrashLoop);
    telemetry.emit(ObjectEvent::StateChanged { key, from, to, message: "the next start waits 20 s" });
    let decision = &decision(Action::Start, Verdict::Declared);
    let answer = GateAnswer::Hold { detail: "20 s after the third end".to_owned(), until: None };
    telemetry.emit(DecisionEvent::Withheld { decision, gate: &GateResult { gate: Gate::Backoff, answer } });
    telemetry.emit(ObjectEvent::FindingClosed { key, kind: FindingKind::NotRunning, open: secs(20.5) });
    telemetry.emit(ObjectEvent::HandStopSeen { key, hold: secs(900.0) });
    telemetry.emit(ObjectEvent::ProcessUnwatched {
        key,
        pid: 4712,
        error: "process 4712 is not visible here",
    });
    let (result, took) = (HealthcheckResult::Timeout, secs(30.0));
    telemetry.emit(ObjectEvent::HealthcheckRun { key, result, took });
}

fn take_a_bad_edit_back(telemetry: &Telemetry) {
    let key = &web();
    let about = About { intent: IntentId(2), key, action: Action::Apply };
    let error = "start container web: refused: port 80 is taken";
    let (noun, result, took) = ("start-container", StepResult::NotDone, secs(0.05));
    telemetry.emit(ActionEvent::StepFailed { about, noun, result, took, error });
    telemetry.emit(ActionEvent::RolledBack { about, detail: "the old container runs again" });
    let (outcome, detail, took) = (Outcome::RolledBack, "port 80 is taken", secs(0.9));
    telemetry.emit(ActionEvent::IntentClosed { about, outcome, detail, took });
    telemetry.emit(ActionEvent::IntentRecovered { about, state: "rolling-back" });
}

fn restart_what_is_unhealthy(telemetry: &Telemetry) {
    let (key, action) = (&web(), Action::ServiceRestart);
    let decision = &Decision { judgement: Some(judgement()), ..decision(action, Verdict::NotifyExecute) };
    telemetry.emit(DecisionEvent::Made { decision });
    let (delta, confidence) = (Points(500), Some(Score::new(9500)));
    telemetry.emit(LearnEvent::Learned { key, action, delta, confidence });
    telemetry.emit(RepairEvent::Repaired { key, kind: FindingKind::Unhealthy, took: secs(34.5) });
    telemetry.emit(RepairEvent::Sampled { proactive: Some(Score::new(7500)) });
    telemetry.emit(HostEvent::HealthScore { score: Some(95) });
    let minute = |avg60| Averages { avg10: 0, avg60 };
    let stall = |some, full| Stall { some: minute(some), full: minute(full) };
    let psi = Psi { cpu: stall(2500, 0), memory: stall(900, 125), io: stall(700, 300) };
    telemetry.emit(HostEvent::Stalled { psi: Some(psi) });
}

fn ask_before_a_removal(telemetry: &Telemetry) {
    let pending = &approval(ApprovalState::Pending);
    telemetry.emit(ApprovalEvent::Asked { approval: pending });
    telemetry.emit(ApprovalEvent::Pending { count: 1 });
    let notification = &notification::asked(pending.id, &pending.question);
    telemetry.emit(NotifyEvent::Told { notification });
    let (channel, kind, event) = ("phone", ChannelType::Ntfy, NotificationEvent::ApprovalNeeded);
    let error = "channel phone: the answer was 502";
    telemetry.emit(NotifyEvent::NotDelivered { channel, kind, event, error, attempts: 1 });
    telemetry.emit(NotifyEvent::Undelivered { count: 1, waiting: 2 });
    telemetry.emit(NotifyEvent::Delivered { channel, kind, event, took: secs(0.2) });
    let (kind, error) = (Some(kind), "given up after 7 days: channel phone: the answer was 404");
    telemetry.emit(NotifyEvent::GivenUp { channel, kind, event, error });
    let (by, at) = ("ada".to_owned(), Moment::default());
    let approved = &approval(ApprovalState::Approved { by: by.clone(), at, force: false });
    telemetry.emit(ApprovalEvent::Answered { approval: approved });
    telemetry.emit(InterventionEvent::Seen { what: Intervention::Approval });
    telemetry.emit(ApprovalEvent::Ended { approval: &approval(ApprovalState::Used) });
    let reason = "I still need it".to_owned();
    telemetry
        .emit(ApprovalEvent::Answered { approval: &approval(ApprovalState::Rejected { by, reason, at }) });
    let why = "container/old is gone".to_owned();
    telemetry.emit(ApprovalEvent::Ended { approval: &approval(ApprovalState::Closed { why }) });
}

fn probe(telemetry: &Telemetry) {
    let (key, probe) = (&web(), ProbeKind::Readiness);
    let results = [
        (ProbeResult::Well, Some(ProbeWord::Well)),
        (ProbeResult::Well, None),
        (ProbeResult::Ill("http://10.88.0.7:80/ answered 503".to_owned()), Some(ProbeWord::Ill)),
        (ProbeResult::NoAnswer("podman is not reachable".to_owned()), None),
    ];
    for (result, became) in results {
        telemetry.emit(ProbeEvent::Ran { key, probe, result: &result, became });
    }
}

fn trip(telemetry: &Telemetry) {
    let (key, action) = (&web(), Action::ServiceRestart);
    telemetry.emit(BreakerEvent::Opened { action, key: Some(key) });
    telemetry.emit(BreakerEvent::Opened { action, key: None });
    telemetry.emit(BreakerEvent::Closed { action, key: None });
    let half_open = (action.to_string(), key.to_string(), BreakerState::HalfOpen);
    telemetry.emit(BreakerEvent::Sampled { states: &[half_open] });
    telemetry.emit(HostEvent::StormBegan { bad: 4, all: 10 });
    telemetry.emit(HostEvent::StormOver);
}

fn lose_podman(telemetry: &Telemetry) {
    let (key, error) = (&web(), "ping: podman is not reachable: connection refused");
    telemetry.emit(PodmanEvent::StreamLost { error });
    telemetry.emit(PodmanEvent::StreamSilent { silent: secs(30.0) });
    telemetry.emit(PodmanEvent::CallDone {
        verb: "ping",
        result: CallResult::Unreachable,
        took: secs(0.001),
    });
    telemetry.emit(PodmanEvent::Down { error });
    telemetry.emit(PodmanEvent::RelistFailed { error });
    telemetry.emit(ReconcileEvent::Failed { key, reason: "resync", error, took: secs(0.001) });
    telemetry.emit(QueueEvent::Retried { key, after: secs(1.0) });
    telemetry.emit(QueueEvent::Sampled { depth: 1, longest_running: secs(2.5) });
    telemetry.emit(ManifestEvent::ReadFailed { error: "cannot read /etc/podsteward/manifests: denied" });
}

fn end(telemetry: &Telemetry) {
    let (key, pause) = (&web(), &pause());
    telemetry.emit(ControllerEvent::ForeignWriteSeen);
    let (from, to) = (SwitchState::Running, SwitchState::Paused);
    telemetry.emit(ControllerEvent::SwitchChanged { from, to, pause: Some(pause) });
    telemetry.emit(ControllerEvent::ObjectPaused { key, pause });
    telemetry.emit(ControllerEvent::ObjectResumed { key });
    telemetry.emit(ControllerEvent::StoreFailed { error: "cannot write: disk full" });
    let kept = "/var/lib/podsteward/store.db.unreadable";
    telemetry.emit(ControllerEvent::StoreReplaced { kept, error: "file is not a database" });
    let orphan = &Key::network(Name::new("old").unwrap());
    let (from, to) = (Some(ObjectState::Match), ObjectState::Orphan);
    telemetry.emit(ObjectEvent::StateChanged { key: orphan, from, to, message: "nothing declares it" });
    telemetry.emit(ObjectEvent::Forgotten { key: orphan });
    telemetry.emit(ControllerEvent::Stopping { reason: "SIGTERM" });
    telemetry.emit(ControllerEvent::DrainBegun { in_flight: 1 });
    telemetry.emit(ControllerEvent::DrainFinished { left: 0, took: secs(0.4) });
}
