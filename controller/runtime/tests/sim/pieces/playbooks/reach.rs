//! How far a playbook reaches: never past a denial or past the budget of another container, and
//! what nobody knows of it counts for nothing.

use std::time::Duration;

use podsteward_domain::decision::Gate;
use podsteward_podman::fake::Verb;
use podsteward_store::LoggedOutcome;
use tokio::time::sleep;

use super::{MEND, ask, decisions, ended, fall_ill, house, open_house, over};
use crate::pieces::health::CHECKED;
use crate::pieces::kill::at_every_place;
use crate::pieces::{House, key};

/// Why the playbook is withheld from `web`, a while after it fell ill.
async fn withheld(house: &House) -> String {
    fall_ill(house);
    house.until("it is decided", |house| !decisions(house, "web").is_empty()).await;
    sleep(Duration::from_mins(1)).await;
    let decision = decisions(house, "web").pop().unwrap();
    assert_eq!(house.host.programs.runs("/bin/mend").len(), 0, "{}", decision.detail);
    format!("{}: {}", decision.withheld_by.map(Gate::as_str).unwrap_or_default(), decision.detail)
}

#[tokio::test(start_paused = true)]
async fn a_probe_runs_no_command_inside_what_forbids_it() {
    let probe = |name: &str| format!("{{probe: {{container: {name}, exec: {{command: [\"true\"]}}}}}}");
    let step = MEND.replace("- stop: {}", &format!("- {}", probe("db")));
    let (before, after) =
        (format!("{MEND}preChecks: [{}]\n", probe("db")), format!("{MEND}postChecks: [{}]\n", probe("db")));
    for playbook in [step, before, after] {
        let house = house(&playbook).await;
        house.policy("overrides: [{match: {names: [db]}, deny: [playbook/mend]}]");
        let read = |house: &House| {
            let policy = house.running.context.world.policy();
            policy.overrides.len() == 1 && policy.cooldowns.is_empty()
        };
        house.until("the policy is read", read).await;
        let said = withheld(&house).await;
        let why =
            "override: playbook/mend is denied on container/db by its manifest or an override of the policy";
        assert_eq!(said, why);
        assert_eq!(house.count(Verb::ExecContainer), 0, "{playbook}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_budget_of_a_container_beside_the_target_holds() {
    let house = open_house(&MEND.replace("- stop: {}", "- restart: {container: db}")).await;
    house.policy("overrides: [{match: {names: [db]}, maxRestartsPerHour: 0}]");
    let read = |house: &House| house.running.context.world.policy().overrides.len() == 1;
    house.until("the policy is read", read).await;
    let said = withheld(&house).await;
    assert_eq!(said, "budget: container/db: 0 of 0 restarts within the hour are spent");
}

#[tokio::test(start_paused = true)]
async fn a_command_of_which_nothing_is_known_is_no_success_even_where_it_goes_on() {
    let slow = MEND.replace("argv: [/bin/mend", "timeout: 5s, argv: [/bin/mend");
    let house = open_house(&format!("{slow}onFailure: continue\nstabilise: 10s\n")).await;
    house.host.programs.ends("/bin/mend", 0, Duration::from_hours(1));
    fall_ill(&house);
    let decision = over(&house).await;
    assert_eq!(decision.outcome, Some(LoggedOutcome::Inconclusive), "{}", decision.detail);
    assert!(decision.detail.contains("/bin/mend did not end in time"), "{}", decision.detail);
    assert_eq!(decision.delta.map(|delta| delta.0).unwrap_or_default(), 0, "nothing is learned of it");
}

#[tokio::test(start_paused = true)]
async fn a_request_is_followed_once_wherever_the_controller_was_killed() {
    let prepared = async || {
        let playbook = MEND.replace("triggers: [unhealthy]\n", "");
        let house = open_house(&format!("{playbook}stabilise: 3s\n")).await;
        house.policy("cooldowns: {playbook/mend: 1m}");
        let read = |house: &House| {
            let policy = house.running.context.world.policy();
            policy.cooldowns.values().any(|rest| *rest == Duration::from_mins(1))
        };
        house.until("the policy is read", read).await;
        house
    };
    at_every_place(prepared, ask, async |house: &House| {
        let settled =
            |house: &House| house.host.store.open_intents().unwrap().is_empty() && ended(house).is_some();
        house.until("it is over", settled).await;
        sleep(Duration::from_mins(5)).await;
        let runs = house.host.programs.runs("/bin/mend");
        assert!(runs.len() <= 1, "{runs:?}");
        assert_eq!(decisions(house, "web").iter().filter(|it| it.intent.is_some()).count(), 1);
    })
    .await;
}

/// A playbook about `web` that restarts `db`, and takes a while.
const BESIDE: &str =
    "risk: low\nstabilise: 30s\nsteps:\n- restart: {container: db}\n- command: {argv: [/bin/mend]}\n";

#[tokio::test(start_paused = true)]
async fn what_is_done_beside_the_target_counts_for_whom_it_was_done_to() {
    let house = open_house(BESIDE).await;
    house.policy(
        "cooldowns: {playbook/mend: 1s}\nriskTolerance: high\n\
         overrides: [{match: {names: [db]}, maxRestartsPerHour: 1}]",
    );
    let read = |house: &House| house.running.context.world.policy().overrides.len() == 1;
    house.until("the policy is read", read).await;
    ask(&house);
    let first = over(&house).await;
    assert_eq!(first.outcome, Some(LoggedOutcome::Success), "{}", first.detail);
    let standing = house.host.store.standing(&key("db")).unwrap();
    let track = &standing.tracks[&first.decision.action];
    assert_eq!((track.restarts.len(), track.record.attempts, track.ended), (1, 0, None));
    assert_eq!(track.disturbed.as_ref().map(|it| it.action), Some(first.decision.action));
    assert_eq!(house.running.context.world.remembered().tracks[&key("db")], standing.tracks);
    assert_eq!(house.host.store.memory(&key("db")).unwrap().restarts.total, 1);
    assert_eq!(house.host.store.memory(&key("web")).unwrap().restarts.total, 0);
    sleep(Duration::from_secs(5)).await;
    ask(&house);
    let held = |house: &House| decisions(house, "web").iter().any(|it| it.withheld_by == Some(Gate::Budget));
    house.until("it is withheld", held).await;
    let decision =
        decisions(&house, "web").into_iter().rfind(|it| it.withheld_by == Some(Gate::Budget)).unwrap();
    assert_eq!(decision.detail, "container/db: 1 of 1 restarts within the hour are spent");
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn what_belongs_together_is_mended_one_at_a_time_whoever_asks() {
    let house = House::with(&[
        ("web", ""),
        ("db", ""),
        ("app", &format!("{CHECKED}\ndependsOn: [{{name: db, condition: started}}]")),
    ])
    .await;
    house.policy("budgets: {concurrentPercent: 100}\nriskTolerance: high\ncooldowns: {playbook/mend: 1s}");
    super::declare(&house, "mend", BESIDE);
    house
        .until("the playbook is declared", |house| !house.running.context.world.playbooks().is_empty())
        .await;
    ask(&house);
    house.until("it is under way", |house| house.intent("web").is_some()).await;
    house.unhealthy(&["app"], true);
    let held = |house: &House| house.log("app").contains("withheld by budget");
    house.until("the other waits", held).await;
    let decision = crate::judged::decisions(&house.host, &key("app")).pop().unwrap();
    assert_eq!(decision.detail, "one at a time among what depends on each other: container/web");
}
