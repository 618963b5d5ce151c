//! Playbooks: called by findings and people, all of their steps or none, verified by their checks, held by everything that
//! holds for what they touch.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use expect_test::{Expect, expect};
use podsteward_domain::decision::Gate;
use podsteward_domain::finding::FindingKind;
use podsteward_domain::playbook::Request;
use podsteward_domain::risk::Risk;
use podsteward_domain::switch::Pause;
use podsteward_podman::fake::Verb;
use podsteward_runtime::clock::Clock as _;
use podsteward_specs::key::{Key, Name};
use podsteward_store::{LoggedDecision, LoggedOutcome};
use tokio::time::sleep;

mod asked;
mod reach;

use super::health::CHECKED;
use super::kill::at_every_place;
use super::{House, key};
use crate::judged;

/// Mends an unhealthy container: what the tests put after it are further fields.
const MEND: &str = "triggers: [unhealthy]\nrisk: low\nparameters: {how: \"gently; 'now' $HOME\"}\n\
                    steps:\n- stop: {}\n- command: {argv: [/bin/mend, $(target), $(how)]}\n- start: {}\n";

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn declare(house: &House, playbook: &str, spec: &str) {
    let spec = spec.lines().fold(String::new(), |lines, line| lines + "  " + line + "\n");
    let head = "apiVersion: podsteward.dev/v1alpha1\nkind: Playbook\nmetadata";
    let text = format!("{head}: {{name: {playbook}}}\nspec:\n{spec}");
    house.host.directory.write(&format!("playbook-{playbook}.yaml"), &text);
    house.running.context.manifests.rescan();
}

/// A house in which `web` is checked and `db` runs, with the playbook `mend`.
async fn house(playbook: &str) -> House {
    let house = House::with(&[("web", CHECKED), ("db", "")]).await;
    declare(&house, "mend", playbook);
    let mend = Key { kind: podsteward_specs::key::Kind::Playbook, name: name("mend") };
    let declared = |house: &House| {
        house.running.context.world.manifests().is_some_and(|view| view.documents.contains_key(&mend))
    };
    house.until("the playbook is declared", declared).await;
    house.policy(
        "cooldowns: {service-restart: 1d}\noverrides: [{match: {names: [web]}, deny: [service-restart]}]",
    );
    house
}

/// As [`house`], where a restart is allowed to the playbook, too.
async fn open_house(playbook: &str) -> House {
    let house = house(playbook).await;
    house.policy("cooldowns: {playbook/mend: 1h}");
    let read = |house: &House| house.running.context.world.policy().overrides.is_empty();
    house.until("the policy is read", read).await;
    house
}

/// Ill until it is restarted.
fn fall_ill(house: &House) {
    house.unhealthy(&["web"], true);
    house.host.heals("web", true);
}

/// The decisions about the playbook that were carried out or withheld, the oldest first.
fn decisions(house: &House, target: &str) -> Vec<LoggedDecision> {
    let mut all = judged::decisions(&house.host, &key(target));
    all.retain(|it| it.decision.action.as_str().starts_with("playbook/"));
    all
}

/// The last that was carried out and is over.
fn ended(house: &House) -> Option<LoggedDecision> {
    decisions(house, "web").into_iter().rfind(|it| it.intent.is_some() && it.outcome.is_some())
}

async fn over(house: &House) -> LoggedDecision {
    house.until("the playbook is over", |house| ended(house).is_some()).await;
    ended(house).unwrap()
}

/// The steps that were taken, each with what became of it.
fn steps(house: &House, decision: &LoggedDecision) -> String {
    let mut text = String::new();
    for entry in house.host.store.journal(decision.intent.unwrap()).unwrap() {
        let event = serde_json::to_value(&entry.event).unwrap()["event"].clone();
        if event != "begun" {
            let _ = writeln!(text, "{} {}", entry.text, event.as_str().unwrap());
        }
    }
    text
}

fn check(house: &House, decision: &LoggedDecision, expect: &Expect) {
    let outcome = decision.outcome.map_or("in progress", LoggedOutcome::as_str);
    let gate = decision.withheld_by.map(|gate| format!(" by {gate}")).unwrap_or_default();
    expect.assert_eq(&format!("{outcome}{gate}: {}\n{}", decision.detail, steps(house, decision)));
}

#[tokio::test(start_paused = true)]
async fn a_finding_calls_for_a_playbook_before_what_is_done_otherwise() {
    let house = open_house(MEND).await;
    fall_ill(&house);
    let decision = over(&house).await;
    check(
        &house,
        &decision,
        &expect![[r"
            success: run /bin/mend web 'gently; 'now' $HOME' on the host (within 1m): /bin/mend is done
            stop container web (grace 2 s) done
            run /bin/mend web 'gently; 'now' $HOME' on the host (within 1m) said
            run /bin/mend web 'gently; 'now' $HOME' on the host (within 1m) done
            start container web done
        "]],
    );
    assert_eq!(house.host.programs.runs("/bin/mend"), [["/bin/mend", "web", "gently; 'now' $HOME"]]);
    let judgement = decision.decision.judgement.unwrap();
    assert_eq!((judgement.confidence.total.to_string().as_str(), judgement.risk.as_str()), ("0.81", "low"));
    assert_eq!(house.count(Verb::StopContainer), 1, "it was not restarted besides");
    house.until("it is well", |house| house.is_well("web")).await;
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn what_must_hold_before_keeps_every_step_from_being_taken() {
    let house = open_house(&format!("{MEND}preChecks: [{{command: {{argv: [/bin/look, a]}}}}]\n")).await;
    house.host.programs.ends("/bin/look", 3, Duration::ZERO);
    fall_ill(&house);
    let decision = over(&house).await;
    check(
        &house,
        &decision,
        &expect![[r"
            withheld by dependencies: go on only if /bin/look a ends with 0: it ended with 3: /bin/look is done
            go on only if /bin/look a ends with 0 not-done
        "]],
    );
    assert_eq!(house.host.programs.runs("/bin/mend").len(), 0);
    // What podsteward does by itself follows.
    house.until("it is restarted", |house| house.count(Verb::StopContainer) == 1).await;
    assert_eq!(decision.delta.map(|delta| delta.0).unwrap_or_default(), 0, "nothing is learned of it");
    sleep(Duration::from_mins(10)).await;
    assert_eq!(house.host.programs.runs("/bin/look").len(), 1, "it rests");
}

#[tokio::test(start_paused = true)]
async fn checks_that_never_hold_are_a_failure_that_is_learned_from() {
    let playbook = format!("{MEND}postChecks: [{{command: {{argv: [/bin/look]}}}}]\nstabilise: 20s\n");
    let house = open_house(&playbook).await;
    house.host.programs.ends("/bin/look", 1, Duration::ZERO);
    fall_ill(&house);
    let decision = over(&house).await;
    assert_eq!(decision.outcome, Some(LoggedOutcome::Failure));
    assert!(decision.detail.starts_with("/bin/look ends with 0: it ended with 1"), "{}", decision.detail);
    assert_eq!(decision.delta.map(|delta| delta.0), Some(-1000), "what a failure teaches");
    assert!(house.host.programs.runs("/bin/look").len() >= 5, "it was looked again and again");
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn what_held_and_does_not_last_is_a_failure() {
    let playbook = format!("{MEND}postChecks: [{{well: {{container: db}}}}]\nstabilise: 5m\n");
    let house = open_house(&playbook).await;
    fall_ill(&house);
    house.until("the steps are over", |house| house.host.programs.runs("/bin/mend").len() == 1).await;
    sleep(Duration::from_mins(1)).await;
    house.host.fake.hand().script(
        "db",
        podsteward_podman::fake::Script { ends: Some((Duration::ZERO, 1)), ..Default::default() },
    );
    house.host.fake.hand().end("db", 1);
    let decision = over(&house).await;
    assert_eq!(decision.outcome, Some(LoggedOutcome::Failure));
    assert!(decision.detail.starts_with("it did not last: container db is well"), "{}", decision.detail);
}

#[tokio::test(start_paused = true)]
async fn a_denial_of_anything_that_is_touched_wins() {
    let touches_db = MEND.replace("- stop: {}", "- restart: {container: db}");
    let denials = [
        (MEND, "match: {names: [web]}, deny: [service-restart]"),
        (MEND, "match: {names: [web]}, deny: [playbook/mend]"),
        (MEND, "match: {names: [web]}, autoRestart: false"),
        (&*touches_db, "match: {names: [db]}, deny: [service-restart]"),
        (&*touches_db, "match: {names: [db]}, deny: [playbook/mend]"),
        (&*touches_db, "match: {names: [db]}, autoRestart: false"),
    ];
    let mut said = String::new();
    for (playbook, denial) in denials {
        let house = house(playbook).await;
        house.policy(&format!("cooldowns: {{service-restart: 1d}}\noverrides: [{{{denial}}}]"));
        let read = |house: &House| house.running.context.world.policy().overrides.len() == 1;
        house.until("the policy is read", read).await;
        fall_ill(&house);
        house.until("it is decided", |house| !decisions(house, "web").is_empty()).await;
        sleep(Duration::from_mins(1)).await;
        let decision = decisions(&house, "web").pop().unwrap();
        let gate = decision.withheld_by.map(Gate::as_str).unwrap_or_default();
        let _ = writeln!(said, "{gate}: {}", decision.detail);
        assert_eq!(house.host.programs.runs("/bin/mend").len(), 0, "{denial}");
    }
    expect![[r"
        override: service-restart is denied on container/web by its manifest or an override of the policy
        override: playbook/mend is denied on container/web by its manifest or an override of the policy
        override: autoRestart is false for container/web by an override of the policy
        override: service-restart is denied on container/db by its manifest or an override of the policy
        override: playbook/mend is denied on container/db by its manifest or an override of the policy
        override: autoRestart is false for container/db by an override of the policy
    "]]
    .assert_eq(&said);
}

#[tokio::test(start_paused = true)]
async fn a_pause_or_a_wish_to_be_asked_of_what_is_touched_holds() {
    let steps = "- restart: {container: db}\n- exec: {command: [\"true\"]}\n- command: {argv: [/bin/mend]}\n";
    let house = house(&format!("triggers: [unhealthy]\nrisk: low\nsteps:\n{steps}")).await;
    let (reason, by) = ("later".to_owned(), "tester".to_owned());
    let pause = Pause { reason, by, since: house.host.clock.now(), length: None };
    house.host.store.pause_object(&key("db"), &pause).unwrap();
    fall_ill(&house);
    house.until("it is decided", |house| !decisions(house, "web").is_empty()).await;
    sleep(Duration::from_secs(30)).await;
    let decision = decisions(&house, "web").pop().unwrap();
    assert_eq!(decision.withheld_by.map(Gate::as_str), Some("pause"), "{}", decision.detail);
    assert_eq!(decision.detail, "container/db is paused by tester: later");
    house.policy(
        "overrides: [{match: {names: [web]}, deny: [service-restart]}, \
         {match: {names: [db]}, requiresConfirmation: true}]",
    );
    let read = |house: &House| house.running.context.world.policy().overrides.len() == 2;
    house.until("the policy is read", read).await;
    house.host.store.resume_object(&key("db")).unwrap();
    house.until("somebody is asked", |house| !house.host.pending().is_empty()).await;
    let question = house.host.pending().remove(0).question;
    assert!(question.why_asked.starts_with("requiresConfirmation is true for container/db"), "{question:?}");
    assert_eq!(question.risk.map(Risk::as_str), Some("medium"), "it touches two containers");
    assert_eq!(house.host.programs.runs("/bin/mend").len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_program_that_is_not_allowed_is_told_and_never_run() {
    let house = open_house(&MEND.replace("/bin/mend", "/bin/sh")).await;
    let mend: Key = "playbook/mend".parse().unwrap();
    let told = |house: &House| {
        let open = house.host.store.open_incidents().unwrap();
        open.iter().any(|it| it.target == mend && it.kind == FindingKind::CommandNotAllowed)
    };
    house.until("it is found", told).await;
    fall_ill(&house);
    house.until("it is decided", |house| !decisions(house, "web").is_empty()).await;
    let decision = decisions(&house, "web").pop().unwrap();
    let said = (decision.withheld_by.map(Gate::as_str), decision.detail.as_str());
    let why = "/bin/sh may not be run: it does not stand in the file of allowed commands";
    assert_eq!(said, (Some("override"), why));
}

#[tokio::test(start_paused = true)]
async fn a_step_that_fails_ends_it_or_not_and_what_was_stopped_runs_again() {
    for (on_failure, outcome) in [("stop", LoggedOutcome::Failure), ("continue", LoggedOutcome::Warning)] {
        let house = open_house(&format!("{MEND}onFailure: {on_failure}\nstabilise: 10s\n")).await;
        house.host.programs.ends("/bin/mend", 4, Duration::ZERO);
        fall_ill(&house);
        let decision = over(&house).await;
        assert_eq!(decision.outcome, Some(outcome), "{}", decision.detail);
        assert!(decision.detail.contains("it ended with 4: /bin/mend is done"), "{}", decision.detail);
        house.until("it runs", |house| house.is_well("web")).await;
        house.is_remembered();
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_that_does_not_end_is_in_doubt_and_a_playbook_has_its_time() {
    let slow = MEND.replace("argv: [/bin/mend", "timeout: 40s, argv: [/bin/mend");
    let house = open_house(&format!("{slow}timeout: 30s\n")).await;
    house.host.programs.ends("/bin/mend", 0, Duration::from_hours(1));
    fall_ill(&house);
    let decision = over(&house).await;
    check(
        &house,
        &decision,
        &expect![[r"
            inconclusive: run /bin/mend web 'gently; 'now' $HOME' on the host (within 40s): /bin/mend did not end in time
            stop container web (grace 2 s) done
            run /bin/mend web 'gently; 'now' $HOME' on the host (within 40s) unknowable
            start container web done
        "]],
    );
    assert!(decision.duration.unwrap() < Duration::from_secs(35), "{:?}", decision.duration);
    assert_eq!(decision.delta.map(|delta| delta.0).unwrap_or_default(), 0, "nothing is learned of it");
}

#[tokio::test(start_paused = true)]
async fn what_was_made_anew_comes_back_when_the_checks_do_not_hold() {
    let playbook = "triggers: [unhealthy]\nrisk: low\nsteps: [{recreate: {}}, {wait: {for: 5s}}, {notify: {message: made anew}}]\n\
                    postChecks: [{command: {argv: [/bin/look]}}]\nstabilise: 10s\n";
    let house = open_house(playbook).await;
    let old = house.host.fake.hand().look("web").unwrap().id;
    house.host.programs.ends("/bin/look", 1, Duration::ZERO);
    fall_ill(&house);
    let decision = over(&house).await;
    assert_eq!(decision.outcome, Some(LoggedOutcome::RolledBack), "{}", decision.detail);
    assert_eq!(house.host.fake.hand().look("web").unwrap().id, old);
    assert_eq!(
        house.host.store.memory(&key("web")).unwrap().quarantine,
        None,
        "its document is not to blame"
    );
    house.is_remembered();
}

fn ask(house: &House) {
    let request =
        Request { by: "tester".to_owned(), at: house.host.clock.now(), parameters: BTreeMap::new() };
    house.host.store.put_playbook_request(&key("web"), &name("mend"), &request).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_person_asks_once_and_is_not_asked_back() {
    let house = open_house(&MEND.replace("triggers: [unhealthy]\nrisk: low", "risk: medium")).await;
    ask(&house);
    let decision = over(&house).await;
    assert_eq!(decision.outcome, Some(LoggedOutcome::Success), "{}", decision.detail);
    assert_eq!(decision.decision.trigger, FindingKind::PlaybookRequested);
    assert!(house.host.store.playbook_requests().unwrap().is_empty(), "the word is used up");
    assert_eq!(house.host.store.approvals(false, 10).unwrap(), []);
    sleep(Duration::from_hours(2)).await;
    assert_eq!(house.host.programs.runs("/bin/mend").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_command_is_repeated_and_what_was_stopped_runs_wherever_the_controller_was_killed() {
    let prepared = async || {
        let playbook = MEND
            .replace("triggers: [unhealthy]", "triggers: [{finding: unhealthy, objects: [container/web]}]");
        open_house(&format!("{playbook}stabilise: 3s\n")).await
    };
    at_every_place(prepared, fall_ill, async |house: &House| {
        let settled =
            |house: &House| house.host.store.open_intents().unwrap().is_empty() && ended(house).is_some();
        house.until("it is over", settled).await;
        house.until("it runs", |house| house.is_well("web")).await;
        assert!(
            house.host.programs.runs("/bin/mend").len() <= 1,
            "{:?}",
            house.host.programs.runs("/bin/mend")
        );
        let outcome = ended(house).unwrap().outcome.unwrap();
        assert!(matches!(outcome, LoggedOutcome::Success | LoggedOutcome::Inconclusive), "{outcome:?}");
    })
    .await;
}
