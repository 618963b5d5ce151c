//! The invariants of remediation: each of them notices a plan that should not have begun, and an end that is told or
//! learned wrongly.
//!
//! Owns a judge that lets everything begin, and what is said of what it lets begin.

use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::admit::{Admission, IntentDraft};
use podsteward_domain::approval::{ApprovalId, Question};
use podsteward_domain::decision::{Decision, Gate, GateAnswer, GateResult, Verdict};
use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::intent::{Intent, Outcome};
use podsteward_domain::learn::track::Learned;
use podsteward_domain::risk::Risk;
use podsteward_domain::score::Points;
use podsteward_domain::standing::Standing;
use podsteward_domain::track::{Overall, Track};
use podsteward_runtime::clock::Clock as _;
use podsteward_runtime::outbox::{Channel, Message, Sender as _};
use podsteward_specs::policy::RemediationPolicy;
use podsteward_store::{Admitted, Attempt, Closing, Durability};

use super::health::CHECKED;
use super::{House, key};
use crate::judged::log;
use crate::receiver::Carrier;

/// A house in which a container was restarted a while ago, with the plan and the decision to do it again.
struct Rogue {
    house: House,
    draft: IntentDraft,
    decision: Decision,
}

impl Rogue {
    /// Under a policy.
    async fn under(policy: &str) -> Self {
        Self::with(policy, CHECKED, Duration::from_mins(6)).await
    }

    /// With what is declared of the container in the end, and so long after its restart.
    async fn with(policy: &str, spec: &str, later: Duration) -> Self {
        let needs = format!("{CHECKED}\ndependsOn: [{{name: web, condition: started}}]");
        let house = House::with(&[("web", CHECKED), ("db", &needs), ("app", "")]).await;
        // What is found soon after the start makes no storm.
        house.pass(Duration::from_mins(3)).await;
        house.unhealthy(&["web"], true);
        house.until("it is restarted", |house| house.intent("web").is_some()).await;
        let draft = house.intent("web").unwrap().draft;
        house.unhealthy(&["web"], false);
        house.until("that is verified", |house| house.intent("web").is_none()).await;
        house.policy(policy);
        if spec != CHECKED {
            house.edit("web", spec);
        }
        house.pass(later).await;
        let decision = house.remediations("web").remove(0).decision;
        Self { house, draft, decision }
    }

    /// Lets a plan begin, whatever the gates would say.
    fn begin(&self, change: impl FnOnce(&mut IntentDraft, &mut Decision)) -> Intent {
        let now = self.house.host.clock.now();
        let (mut draft, mut decision) = (self.draft.clone(), self.decision.clone());
        draft.begun = now;
        change(&mut draft, &mut decision);
        let target = draft.key.clone();
        let judge = |_: &_| Admission::Admit(Box::new(draft.clone()), decision.clone(), None);
        match self.house.host.store.admit(now, Durability::Normal, &target, judge).unwrap() {
            Admitted::Begun { intent, .. } => *intent,
            other => panic!("{other:?}"),
        }
    }

    /// The same for another container.
    fn begin_for(&self, name: &str) -> Intent {
        self.begin(|draft, decision| {
            (draft.key, decision.target) = (key(name), key(name));
            draft.touches.objects = [key(name)].into();
            draft.touches.containers = [name.to_owned()].into();
        })
    }

    /// What is said now.
    fn said(&self) -> String {
        self.house.host.judged.admitted(&self.house.host);
        self.house.host.judged.closed(&self.house.host);
        self.house.host.invariants.broken().unwrap_or_default()
    }

    /// Closes a plan as verified, with what it teaches.
    fn close(&self, intent: &Intent, change: impl Fn(&mut Track, &mut Overall)) {
        let now = self.house.host.clock.now();
        let logged = log::of(&self.house.host.store, &self.first()).unwrap();
        let (outcome, detail, durability) = (Outcome::Success, "", Durability::Normal);
        let (report, rolled_back, snapshot) = (logged.report.as_ref(), false, None);
        let closing = Closing { outcome, detail, report, rolled_back, snapshot, at: now, durability };
        let learn = |standing: &Standing| {
            let mut track = standing.tracks.get(&intent.action).cloned().unwrap_or_default();
            let mut overall = standing.overall.get(&intent.action).cloned().unwrap_or_default();
            track.basis = intent.basis.clone();
            change(&mut track, &mut overall);
            let (delta, pair_opened, action_opened) = (Points(0), false, false);
            Some(Learned { track, overall, delta, confidence: None, pair_opened, action_opened })
        };
        self.house.host.store.close(intent, &closing, learn, |_| Vec::new()).unwrap();
    }

    /// The plan that was rightly carried out.
    fn first(&self) -> Intent {
        let id = self.house.remediations("web")[0].intent.unwrap();
        self.draft.clone().numbered(id)
    }
}

#[track_caller]
fn check(said: &str, wanted: &str) {
    assert!(said.contains(wanted), "said '{said}', wanted '{wanted}'");
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_every_gate_lets_pass_is_not_noticed() {
    let rogue = Rogue::under("").await;
    rogue.begin(|_, _| {});
    assert_eq!(rogue.said(), "");
}

#[tokio::test(start_paused = true)]
async fn a_plan_against_the_policy_is_noticed() {
    let policies = [
        ("mode: observe", "in mode observe"),
        ("mode: ask", "without the word that it wants"),
        ("overrides: [{match: {names: [web]}, deny: [service-restart]}]", "although it is denied"),
        ("overrides: [{match: {names: [web]}, autoRestart: false}]", "although autoRestart is false"),
        ("overrides: [{match: {names: [web]}, requiresConfirmation: true}]", "without the word"),
        ("suppress: [{finding: unhealthy, reason: known}]", "although unhealthy is suppressed"),
        (
            "maintenanceWindows: [{actions: [service-restart], zone: UTC, from: \"01:00\", to: \"01:01\"}]",
            "outside of its maintenance window",
        ),
        ("budgets: {restartsPerHour: 1}", "after 1 restarts within the hour"),
    ];
    for (policy, wanted) in policies {
        let rogue = Rogue::under(policy).await;
        rogue.begin(|_, _| {});
        check(&rogue.said(), wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_against_the_manifest_is_noticed() {
    let manifests = [
        ("remediation: {autoRestart: false}", "although autoRestart is false"),
        ("remediation: {deny: [service-restart]}", "although it is denied"),
        ("remediation: {requiresConfirmation: true}", "without the word"),
        ("remediation: {maxRestartsPerHour: 1}", "after 1 restarts within the hour"),
    ];
    for (manifest, wanted) in manifests {
        let rogue = Rogue::with("", &format!("{CHECKED}\n{manifest}"), Duration::from_mins(6)).await;
        rogue.begin(|_, _| {});
        check(&rogue.said(), wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_within_its_cooldown_is_noticed_unless_somebody_forced_it() {
    let rogue = Rogue::with("", CHECKED, Duration::from_mins(1)).await;
    rogue.house.host.force(&key("web"));
    let forced = rogue.begin(|_, _| {});
    assert_eq!(rogue.said(), "");
    rogue.close(&forced, |track, _| {
        track.record = track.record.with(true, forced.begun, &RemediationPolicy::default().learning);
        track.adjustment = track.adjustment.with(500, forced.begun, &RemediationPolicy::default().learning);
    });
    assert_eq!(rogue.said(), "");
    rogue.house.pass(Duration::from_mins(3)).await;
    rogue.begin(|_, _| {});
    check(&rogue.said(), "after it was last tried");
}

#[tokio::test(start_paused = true)]
async fn more_at_once_than_the_budgets_allow_is_noticed() {
    let rogue = Rogue::under("").await;
    rogue.begin(|_, _| {});
    rogue.begin_for("app");
    check(&rogue.said(), "beside 1 others, and 1 may be under way at once");
    let rogue = Rogue::under("budgets: {concurrentPercent: 100}").await;
    rogue.begin(|_, _| {});
    rogue.begin_for("app");
    assert_eq!(rogue.said(), "");
    rogue.begin_for("db");
    check(&rogue.said(), "beside 1 of its own group");
}

#[tokio::test(start_paused = true)]
async fn a_plan_with_an_open_breaker_is_noticed() {
    for (wide, wanted) in [(false, "with the breaker of its pair open"), (true, "of its action open")] {
        let rogue = Rogue::under("cooldowns: {service-restart: 0s}").await;
        let first = rogue.begin(|_, _| {});
        assert_eq!(rogue.said(), "");
        let opened = Some(rogue.house.host.clock.now());
        rogue.close(&first, |track, overall| {
            track.record = track.record.with(true, first.begun, &RemediationPolicy::default().learning);
            track.adjustment = track.adjustment.with(1, first.begun, &RemediationPolicy::default().learning);
            *(if wide { &mut overall.opened } else { &mut track.opened }) = opened;
        });
        assert_eq!(rogue.said(), "");
        rogue.begin(|_, _| {});
        check(&rogue.said(), wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_in_a_storm_is_noticed() {
    let rogue = Rogue::under("").await;
    for name in ["web", "db", "app"] {
        let finding = Finding::new(FindingKind::Unhealthy, &key(name), "a test".to_owned());
        let now = rogue.house.host.clock.now();
        rogue.house.host.store.sync_incidents(&key(name), &[finding], now).unwrap();
    }
    rogue.begin(|_, _| {});
    check(&rogue.said(), "into a storm");
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_goes_further_than_its_verdict_is_noticed() {
    let rogue = Rogue::under("").await;
    rogue.begin(|draft, _| draft.verdict = Some(Verdict::Queue));
    check(&rogue.said(), "with the verdict Some(Queue)");
    let rogue = Rogue::under("").await;
    rogue.begin(|draft, _| draft.judgement.as_mut().unwrap().risk = Risk::High);
    check(&rogue.said(), "at high risk without approval");
}

/// Asks a person, as the store does it.
fn ask(rogue: &Rogue, digest: &str) -> ApprovalId {
    let decision = rogue.decision.clone();
    let question = Question {
        action: decision.action,
        target: decision.target.clone(),
        trigger: decision.trigger,
        reason: String::new(),
        why_asked: String::new(),
        digest: digest.to_owned(),
        confidence: None,
        risk: None,
        diffs: Vec::new(),
        steps: Vec::new(),
        loses: Vec::new(),
        effect: String::new(),
        rollback: String::new(),
    };
    let (store, now) = (&rogue.house.host.store, rogue.house.host.clock.now());
    let judge = |_: &_| Admission::Ask(Box::new(question.clone()), decision.clone());
    match store.admit(now, Durability::Normal, &rogue.draft.key, judge).unwrap() {
        Admitted::Asked { approval, .. } => approval.id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn an_approval_that_was_not_given_to_this_very_plan_is_noticed() {
    let rogue = Rogue::under("").await;
    let id = ask(&rogue, &rogue.decision.digest);
    rogue.begin(|draft, _| draft.approval = Some(id));
    check(&rogue.said(), "which nobody gave");
    let rogue = Rogue::under("").await;
    let id = ask(&rogue, &rogue.decision.digest);
    rogue.house.host.reject(id);
    rogue.begin(|draft, _| draft.approval = Some(id));
    check(&rogue.said(), "which was rejected");
    let rogue = Rogue::under("").await;
    let id = ask(&rogue, "another one");
    rogue.house.host.approve(id, false);
    rogue.begin(|draft, _| draft.approval = Some(id));
    check(&rogue.said(), "of another plan");
    let rogue = Rogue::under("budgets: {concurrentPercent: 100}").await;
    let id = ask(&rogue, &rogue.decision.digest);
    rogue.house.host.approve(id, false);
    rogue.begin(|draft, _| draft.approval = Some(id));
    assert_eq!(rogue.said(), "");
    rogue.begin(|draft, decision| {
        (draft.key, decision.target) = (key("app"), key("app"));
        draft.touches.objects = [key("app")].into();
        draft.touches.containers = ["app".to_owned()].into();
        draft.approval = Some(id);
    });
    check(&rogue.said(), "which was used before");
}

#[tokio::test(start_paused = true)]
async fn a_decision_that_is_carried_out_and_was_withheld_is_noticed() {
    let rogue = Rogue::under("").await;
    rogue.begin(|_, decision| {
        let answer = GateAnswer::Deny { detail: "a test".to_owned() };
        decision.gates = vec![GateResult { gate: Gate::Override, answer }];
    });
    check(&rogue.said(), "is carried out and has an outcome");
}

#[tokio::test(start_paused = true)]
async fn a_lesson_too_many_or_too_few_is_noticed() {
    let learning = RemediationPolicy::default().learning;
    let lessons: [(u32, &[i32], &str); 4] = [
        (0, &[], "was learned 0 times"),
        (2, &[500], "was learned 2 times"),
        (1, &[], "teaches nothing of its incident"),
        (1, &[9000], "the adjustment of service-restart on container/web is 9"),
    ];
    for (times, points, wanted) in lessons {
        let rogue = Rogue::under("").await;
        let next = rogue.begin(|_, _| {});
        assert_eq!(rogue.said(), "");
        let wide = podsteward_specs::policy::Learning { ceiling: 10_000, ..learning };
        rogue.close(&next, |track, _| {
            for _ in 0..times {
                track.record = track.record.with(true, next.begun, &learning);
            }
            for points in points {
                track.adjustment = track.adjustment.with(*points, next.begun, &wide);
            }
        });
        check(&rogue.said(), wanted);
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_lesson_of_one_incident_is_noticed() {
    let learning = RemediationPolicy::default().learning;
    let rogue = Rogue::under("").await;
    let finding = Finding::new(FindingKind::Unhealthy, &key("web"), "a test".to_owned());
    let now = rogue.house.host.clock.now();
    rogue.house.host.store.sync_incidents(&key("web"), &[finding], now).unwrap();
    for points in [1, 2] {
        let next = rogue.begin(|_, _| {});
        rogue.house.host.judged.admitted(&rogue.house.host);
        rogue.close(&next, |track, _| {
            track.record = track.record.with(true, next.begun, &learning);
            track.adjustment = track.adjustment.with(points, next.begun, &learning);
        });
        rogue.house.host.judged.closed(&rogue.house.host);
        rogue.house.host.force(&key("web"));
    }
    check(&rogue.said(), "teaches a second time of one incident");
}

#[tokio::test(start_paused = true)]
async fn what_is_forgotten_is_noticed_unless_somebody_asked_for_it() {
    let rogue = Rogue::under("").await;
    rogue.house.host.resume(&key("web"));
    rogue.house.host.judged.check_standing(&rogue.house.host);
    assert_eq!(rogue.said(), "");
    let rogue = Rogue::under("").await;
    rogue.house.host.store.forget_tracks(&key("web")).unwrap();
    rogue.house.host.judged.check_standing(&rogue.house.host);
    check(&rogue.said(), "service-restart on container/web is remembered as");
}

#[tokio::test(start_paused = true)]
async fn a_log_and_an_outbox_that_keep_silent_are_noticed() {
    let rogue = Rogue::under("").await;
    let store = &rogue.house.host.store;
    assert_eq!((log::silent(store), log::untold(store)), (None, None));
    rogue.begin(|_, _| {});
    check(&log::untold(store).unwrap_or_default(), "service-restart begins' was told 1 times and not 2");
    let mut decision = rogue.decision.clone();
    decision.gates.clear();
    store.record_decision(&decision, None, rogue.house.host.clock.now()).unwrap();
    check(&log::silent(store).unwrap_or_default(), "the log does not tell what came of");
}

#[tokio::test(start_paused = true)]
async fn a_notification_that_arrives_twice_or_too_late_is_noticed() {
    let house = House::with(&[("web", CHECKED)]).await;
    house.host.declare_channel("phone", true);
    house.running.context.manifests.rescan();
    house.unhealthy(&["web"], true);
    house.until("two are told", |house| house.host.receiver.arrived().len() >= 2).await;
    assert_eq!(house.host.receiver.disorder(), None);
    let (name, spec) = house.running.context.world.channels().remove(0);
    let oldest = house.host.store.recent(100).unwrap().pop().unwrap();
    let message = Message::of(oldest.id, "default", oldest.at, oldest.notification);
    let carrier = Carrier { host: Arc::clone(&house.host), life: Arc::clone(&house.running.life) };
    carrier.send(&Channel { name, spec }, &message).await.unwrap();
    check(&house.host.receiver.disorder().unwrap_or_default(), "reached phone after");
    let store = &house.host.store;
    assert_eq!(house.host.receiver.missing(store), None);
    store.begin_delivery(&[oldest.id], "pager", house.host.clock.now()).unwrap();
    store.note_delivery(&[oldest.id], "pager", &Attempt::Arrived).unwrap();
    check(&house.host.receiver.missing(store).unwrap_or_default(), "never arrived at pager");
}
