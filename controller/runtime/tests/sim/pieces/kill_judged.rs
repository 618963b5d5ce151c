//! `kill -9` at every place of a remediation, and of an answer that allows one: it is finished or compensated, learned
//! once, and told once.

use podsteward_domain::live::LiveConfig;
use podsteward_podman::fake::Verb;
use podsteward_specs::container::Resources;
use podsteward_specs::quantity::Bytes;

use super::House;
use super::health::CHECKED;
use super::kill::at_every_place;

const LIMIT: Bytes = Bytes(64 << 20);

/// A house that tells of what it does.
async fn told(spec: &str) -> House {
    let house = House::with(&[("web", spec)]).await;
    house.host.declare_channel("phone", true);
    house.running.context.manifests.rescan();
    house.until("the channel is read", |house| house.running.context.world.channels().len() == 1).await;
    house
}

/// A house that rests after no restart, so that what was interrupted is soon done again.
async fn restless(mode: &str) -> House {
    let house = told(CHECKED).await;
    house.policy(&format!("mode: {mode}\ncooldowns: {{service-restart: 0s}}"));
    let read = |house: &House| !house.running.context.world.policy().cooldowns.is_empty();
    house.until("the policy is read", read).await;
    house
}

/// Ill until it is restarted.
fn fall_ill(house: &House) {
    house.unhealthy(&["web"], true);
    house.host.heals("web", true);
}

/// Says yes to whatever is asked until a state holds.
async fn with_every_yes(house: &House, what: &str, holds: impl Fn(&House) -> bool) {
    house
        .until(what, |house| {
            for approval in house.host.pending() {
                house.host.approve(approval.id, false);
            }
            holds(house)
        })
        .await;
}

/// Everything is told, and no plan is open.
async fn is_over(house: &House) {
    house.until("no plan is open", |house| house.host.store.open_intents().unwrap().is_empty()).await;
    house.until("everything is told", |house| house.host.store.undelivered_count().unwrap() == 0).await;
}

fn is_healthy(house: &House) -> bool {
    let live = house.host.fake.hand().look("web");
    let health = live.and_then(|live| live.health);
    health.is_some_and(|health| health.failing_streak == 0 && health.last_check_ms.is_some())
        && house.is_well("web")
}

#[tokio::test(start_paused = true)]
async fn an_unhealthy_container_is_restarted_wherever_the_controller_was_killed() {
    at_every_place(
        async || restless("full").await,
        fall_ill,
        async |house: &House| {
            house.until("it is healthy", is_healthy).await;
            is_over(house).await;
            assert!(
                (1..=2).contains(&house.count(Verb::StopContainer)),
                "{}",
                house.count(Verb::StopContainer)
            );
        },
    )
    .await;
}

/// A house in which somebody was asked to have an unhealthy container restarted.
async fn asked() -> House {
    let house = restless("ask").await;
    fall_ill(&house);
    house.until("somebody is asked", |house| !house.host.pending().is_empty()).await;
    house
}

fn say_yes(house: &House) {
    let pending = house.host.pending();
    assert!(house.host.approve(pending[0].id, false));
}

#[tokio::test(start_paused = true)]
async fn what_was_approved_is_done_once_wherever_the_controller_was_killed() {
    at_every_place(asked, say_yes, async |house: &House| {
        with_every_yes(house, "it is healthy", is_healthy).await;
        is_over(house).await;
        assert!((1..=2).contains(&house.count(Verb::StopContainer)), "{}", house.count(Verb::StopContainer));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn drift_that_needs_a_recreate_is_mended_wherever_the_controller_was_killed() {
    let rev = |house: &House| house.host.fake.hand().look("web")?.config.env.get("REV").cloned();
    let prepared = async || {
        let house = told("env: [{name: REV, value: \"1\"}]").await;
        house.policy("cooldowns: {drift-reconciliation: 0s}");
        let read = |house: &House| !house.running.context.world.policy().cooldowns.is_empty();
        house.until("the policy is read", read).await;
        house
    };
    let tamper = |house: &House| {
        let change = |config: &mut LiveConfig| {
            config.env.insert("REV".to_owned(), "other".to_owned());
        };
        house.host.fake.hand().reconfigure("web", change).unwrap();
    };
    at_every_place(prepared, tamper, async |house: &House| {
        let mended = |house: &House| house.is_well("web") && rev(house).as_deref() == Some("1");
        house.until("it is as declared", mended).await;
        is_over(house).await;
        assert_eq!(house.host.fake.hand().names().len(), 2, "the foreign one and this");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn drift_that_is_mended_in_place_is_mended_wherever_the_controller_was_killed() {
    let prepared = async || {
        let house = told("resources: {limits: {memory: 64Mi}}").await;
        house.policy("cooldowns: {drift-reconciliation: 0s}");
        let read = |house: &House| !house.running.context.world.policy().cooldowns.is_empty();
        house.until("the policy is read", read).await;
        house
    };
    let change = |house: &House| {
        let resources = Resources { memory: Some(Bytes(32 << 20)), ..Resources::default() };
        house.host.fake.hand().update("web", &resources).unwrap();
    };
    let limit = |house: &House| house.host.fake.hand().look("web")?.config.resources.memory;
    at_every_place(prepared, change, async |house: &House| {
        let mended = |house: &House| house.is_well("web") && limit(house) == Some(LIMIT);
        house.until("it is as declared", mended).await;
        is_over(house).await;
        assert_eq!((house.count(Verb::StopContainer), house.count(Verb::CreateContainer)), (0, 0));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_orphan_goes_by_approval_wherever_the_controller_was_killed() {
    let prepared = async || {
        let house = told("").await;
        house.host.leave_orphan("stray").unwrap();
        house.until("somebody is asked", |house| !house.host.pending().is_empty()).await;
        house
    };
    at_every_place(prepared, say_yes, async |house: &House| {
        let gone = |house: &House| house.host.fake.hand().look("stray").is_none();
        with_every_yes(house, "it is gone", gone).await;
        is_over(house).await;
        let removals = house.host.store.approvals(false, 10).unwrap();
        assert!(removals.len() <= 2, "{removals:?}");
    })
    .await;
}
