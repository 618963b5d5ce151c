//! One answer a situation.

use std::fmt::Write as _;

use expect_test::expect;
use podsteward_domain::action::Action;
use podsteward_domain::decision::{Decision, GateAnswer};
use podsteward_domain::finding::Finding;
use podsteward_domain::risk::Risk;
use podsteward_runtime::listing::Observation;

use super::*;
use crate::commands::why::page::tests::page;
use crate::view::samples::{self, at, background, gates, hold, judgement};

fn restart(gate: Gate, answer: &GateAnswer) -> Decision {
    Decision { gates: gates(gate, answer), ..samples::restart() }
}

fn deny(detail: &str) -> GateAnswer {
    GateAnswer::Deny { detail: detail.to_owned() }
}

fn answer(decision: Decision, running: bool) -> String {
    let page = page(&[decision]);
    sentence(&Situation { known: true, running, unread: false, last: None, page: &page, intent: None })
}

/// Each situation with its answer below it.
fn told(situations: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let mut text = String::new();
    for (situation, answer) in situations {
        writeln!(text, "{situation}:\n    {answer}").unwrap();
    }
    text
}

#[test]
fn what_stops_it_is_told_in_one_sentence() {
    let unsure = Decision {
        verdict: Verdict::AlertOnly,
        ..restart(Gate::Verdict, &deny("only told: confidence 0.62, risk low"))
    };
    let observed =
        GateAnswer::Cap { verdict: Verdict::AlertOnly, detail: "the policy's mode is observe".into() };
    let mut only_observed = unsure.clone();
    only_observed.gates[0].answer = observed;
    let mut two =
        restart(Gate::Cooldown, &hold("service-restart rests for 5m after it was tried", Some(at(300))));
    two.gates[1].answer = deny("stopped by ada: backup");
    let old = restart(Gate::Freshness, &hold("what is known is too old to act on", None));
    let open =
        restart(Gate::Breaker, &hold("service-restart failed too often on this target", Some(at(86_400))));
    let denied = restart(Gate::Override, &deny("autoRestart is false by its manifest"));
    let consequence = restart(Gate::Consequence, &hold("a consequence: db does not run", None));
    expect![[r"
        nothing:
            It should be restarted (its healthcheck says unhealthy: connection refused), and nothing is in the way: it is done now, and you will be told.
        nothing, no controller:
            It should be restarted (its healthcheck says unhealthy: connection refused), and nothing is in the way, but no controller is running: start `podsteward run`.
        only an old look:
            It should be restarted (its healthcheck says unhealthy: connection refused), and nothing is in the way: it is done now, and you will be told.
        cooldown:
            It should be restarted (its healthcheck says unhealthy: connection refused), but not now: service-restart rests for 5m after it was tried (until 2026-11-22T15:11:40Z, 3m20s left). It goes on by itself then. `podsteward execute --action-id service-restart:container/web --force` does not wait for it.
        breaker:
            It should be restarted (its healthcheck says unhealthy: connection refused), but not now: service-restart failed too often on this target (until 2026-11-23T15:06:40Z, 23h left). It goes on by itself then. `podsteward resume container/web` ends that sooner; `podsteward resume`, everywhere.
        override:
            It should be restarted (its healthcheck says unhealthy: connection refused), and is not: autoRestart is false by its manifest.
        dependency:
            It should be restarted (its healthcheck says unhealthy: connection refused), but not now: a consequence: db does not run.
        two gates:
            It should be restarted (its healthcheck says unhealthy: connection refused), and is not: stopped by ada: backup. `podsteward resume` ends that. Also in the way: cooldown.
        not sure enough:
            It should be restarted (its healthcheck says unhealthy: connection refused), and that is left to you: podsteward is not sure enough (confidence 0.90, risk low).
        mode:
            It should be restarted (its healthcheck says unhealthy: connection refused), and that is left to you: the policy's mode is observe.
    "]].assert_eq(&told([
        ("nothing", answer(restart(Gate::Mode, &GateAnswer::Pass), true)),
        ("nothing, no controller", answer(restart(Gate::Mode, &GateAnswer::Pass), false)),
        ("only an old look", answer(old, true)),
        ("cooldown", answer(samples::restart(), true)),
        ("breaker", answer(open, true)),
        ("override", answer(denied, true)),
        ("dependency", answer(consequence, true)),
        ("two gates", answer(two, true)),
        ("not sure enough", answer(unsure, true)),
        ("mode", answer(only_observed, true)),
    ]));
}

#[test]
fn who_must_be_asked_is_told_how_to_answer() {
    let asked = samples::drift();
    let unasked = Decision { digest: "another".to_owned(), ..samples::drift() };
    expect![[r"
        asked:
            It should be put back as declared (spec.resources.limits.memory: 64Mi declared, 128Mi live), and waits for your word: `podsteward approve 7` or `podsteward reject 7`.
        not asked yet:
            It should be put back as declared (spec.resources.limits.memory: 64Mi declared, 128Mi live), and you are about to be asked: see `podsteward approvals`.
        nobody asks:
            It should be put back as declared (spec.resources.limits.memory: 64Mi declared, 128Mi live), and needs your word, but no controller is running that asks for it: start `podsteward run`.
    "]].assert_eq(&told([
        ("asked", answer(asked, true)),
        ("not asked yet", answer(unasked.clone(), true)),
        ("nobody asks", answer(unasked, false)),
    ]));
}

#[test]
fn where_nothing_is_to_be_done_it_says_so() {
    let well = page(&[]);
    let said = |page: &Page, known| {
        sentence(&Situation { known, running: true, unread: false, last: None, page, intent: None })
    };
    let with = |kind: FindingKind, message: &str| {
        let finding = Finding::new(kind, &samples::key("container/web"), message);
        let mut page = page(&[]);
        page.observations = vec![Observation::new(&finding, &background(), at(100))];
        page
    };
    let mut unknown = page(&[]);
    unknown.state = Some(ObjectState::Unknown);
    unknown.message = "podman does not answer".to_owned();
    expect![[r"
        well:
            Nothing is wrong with it, so nothing is to be done.
        moved image:
            Nothing is to be done. Worth knowing: the tag means another image now.
        foreign:
            Nothing that podsteward could do would help: it belongs to the instance 'lab'.
        unknown:
            Nothing is done while it is not known how it is: podman does not answer.
        gone:
            It is neither declared nor there any more; only the log knows it.
    "]]
    .assert_eq(&told([
        ("well", said(&well, true)),
        ("moved image", said(&with(FindingKind::ImageMoved, "the tag means another image now"), true)),
        ("foreign", said(&with(FindingKind::Foreign, "it belongs to the instance 'lab'"), true)),
        ("unknown", said(&unknown, true)),
        ("gone", said(&well, false)),
    ]));
}

#[test]
fn while_podman_cannot_be_read_it_says_what_that_leaves_open() {
    let mut unknown = page(&[]);
    unknown.state = Some(ObjectState::Unknown);
    let old = restart(Gate::Freshness, &hold("what is known is too old to act on", None));
    let old = page(&[old]);
    let said = |page: &Page, known, last, acting: bool| {
        let intent = acting.then(|| Intent {
            id: 5,
            key: samples::key("container/web"),
            action: Action::ServiceRestart,
            state: "acting",
            begun: at(88).to_rfc3339(),
            age_seconds: 12,
        });
        sentence(&Situation { known, running: true, unread: true, last, page, intent })
    };
    let seen = Some((ObjectState::Match, Duration::from_secs(90)));
    expect![[r"
        never seen:
            Podman cannot be read, so how it is now is not known, and nothing is done to it until Podman answers.
        seen before:
            Podman cannot be read, so how it is now is not known, and nothing is done to it until Podman answers. 90s ago it was MATCH.
        acting:
            Service-restart is under way for 12s: its steps are being carried out. Podman cannot be read: until it answers, no step of it can be done.
        undeclared:
            It is not declared, and whether it is there is not known: Podman cannot be read.
        an old look:
            It should be restarted (its healthcheck says unhealthy: connection refused), but not now: what is known is too old to act on.
    "]].assert_eq(&told([
        ("never seen", said(&unknown, true, None, false)),
        ("seen before", said(&unknown, true, seen, false)),
        ("acting", said(&unknown, true, seen, true)),
        ("undeclared", said(&unknown, false, None, false)),
        ("an old look", said(&old, true, None, false)),
    ]));
}

#[test]
fn what_is_left_as_it_is_says_so_and_what_a_person_can_do() {
    let said = |page: &Page| {
        sentence(&Situation { known: true, running: true, unread: false, last: None, page, intent: None })
    };
    let mut ended = page(&[]);
    ended.state = Some(ObjectState::Warning);
    ended.message = "it ended with 1, and is left so".to_owned();
    let message = "its liveness probe failed; it was stopped for that";
    let finding = Finding::new(FindingKind::LivenessFailed, &samples::key("container/web"), message);
    let mut by_probe = page(&[]);
    by_probe.observations = vec![Observation::new(&finding, &background(), at(100))];
    let paused = restart(Gate::Pause, &hold("paused by annotation: moving house", None));
    expect![[r"
        ended:
            Nothing is to be done: it ended with 1, and is left so. `podman start web` starts it again.
        by its probe:
            It is left as it is: its liveness probe failed; it was stopped for that.
        paused:
            It should be restarted (its healthcheck says unhealthy: connection refused), but not now: paused by annotation: moving house. To end that, remove the annotation podsteward.dev/paused from its manifest.
    "]]
    .assert_eq(&told([
        ("ended", said(&ended)),
        ("by its probe", said(&by_probe)),
        ("paused", answer(paused, true)),
    ]));
}

#[test]
fn a_plan_in_progress_is_told_before_anything_else() {
    let page = page(&[samples::restart()]);
    let intent = |state| Intent {
        id: 5,
        key: samples::key("container/web"),
        action: Action::ServiceRestart,
        state,
        begun: at(88).to_rfc3339(),
        age_seconds: 12,
    };
    let said = |state, running| {
        sentence(&Situation {
            known: true,
            running,
            unread: false,
            last: None,
            page: &page,
            intent: Some(intent(state)),
        })
    };
    expect![[r"
        acting:
            Service-restart is under way for 12s: its steps are being carried out.
        stabilising:
            Service-restart is under way for 12s: its steps are done, and it must hold before that counts.
        rolling back:
            Service-restart is under way for 12s: it failed and is being taken back.
        left over:
            Service-restart is under way for 12s: its steps are being carried out. No controller is running; `podsteward run` finishes it.
    "]].assert_eq(&told([
        ("acting", said("acting", true)),
        ("stabilising", said("stabilising", true)),
        ("rolling back", said("rolling-back", true)),
        ("left over", said("acting", false)),
    ]));
}

#[test]
fn the_numbers_of_an_answer_are_those_of_the_decision() {
    let mut judged = judgement();
    judged.risk = Risk::Medium;
    let decision = Decision {
        verdict: Verdict::AlertOnly,
        judgement: Some(judged),
        ..restart(Gate::Verdict, &deny("only told"))
    };
    assert!(
        answer(decision, true).ends_with("podsteward is not sure enough (confidence 0.90, risk medium).")
    );
}
