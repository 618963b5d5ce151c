//! `kill -9` at every place of a plan: around each write of the store, before and after each step.
//!
//! Owns the whole of it, one place after the other; the seeds meet these places by chance, and among other faults.

use std::time::Duration;

use podsteward_podman::fake::Verb;
use tokio::time::{sleep, timeout};

use super::{House, key};
use crate::host::BROKEN_IMAGE;
use crate::life::{KillAt, Running};

/// More places than any of these plans has.
const PLACES_MAX: u32 = 60;
/// How long a plan may take until its place is reached.
const REACHED_WITHIN: Duration = Duration::from_secs(30);

/// A house before the plan.
async fn plain() -> House {
    House::with(&[("web", "env: [{name: REV, value: \"1\"}]")]).await
}

/// Kills the controller at one place of the plan that follows `begin`, and starts it again. Answers the house, and
/// whether the place was reached.
async fn kill(house: House, begin: impl Fn(&House), at: KillAt) -> (House, bool) {
    house.host.invariants.check_standing(&house.host, ["web".to_owned()]);
    house.running.life.end_at(at);
    begin(&house);
    let reached = timeout(REACHED_WITHIN, house.running.life.ended()).await.is_ok();
    let House { host, running } = house;
    running.kill().await;
    host.invariants.check_standing(&host, ["web".to_owned()]);
    sleep(Duration::from_secs(1)).await;
    (House { running: Running::start(&host), host }, reached)
}

/// Kills at each write, then at each step, on both sides of it, until there is no further place.
pub(super) async fn at_every_place(
    prepared: impl AsyncFn() -> House,
    begin: impl Fn(&House),
    after: impl AsyncFn(&House),
) {
    for write in [true, false] {
        for done in [false, true] {
            for place in 0..=PLACES_MAX {
                assert!(place < PLACES_MAX, "the plan has no end");
                let at = if write {
                    KillAt::Write { after: place, done }
                } else {
                    KillAt::Step { after: place, done }
                };
                let (house, reached) = kill(prepared().await, &begin, at).await;
                after(&house).await;
                house.is_remembered();
                house.running.kill().await;
                if !reached {
                    assert!(place > 0, "the plan has places");
                    break;
                }
            }
        }
    }
}

fn rev(house: &House) -> Option<String> {
    house.host.fake.hand().look("web")?.config.env.get("REV").cloned()
}

/// The containers beside the one that is not ours.
fn names(house: &House) -> Vec<String> {
    house.host.fake.hand().names().into_iter().filter(|name| name != crate::host::FOREIGN).collect()
}

#[tokio::test(start_paused = true)]
async fn an_edit_is_carried_out_wherever_the_controller_was_killed() {
    let edit = |house: &House| house.edit("web", "env: [{name: REV, value: \"2\"}]");
    at_every_place(plain, edit, async |house: &House| {
        let done = |house: &House| house.is_well("web") && rev(house).as_deref() == Some("2");
        house.until("the edit is there", done).await;
        house.until("nothing is left over", |house| names(house) == ["web"]).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_bad_edit_is_taken_back_wherever_the_controller_was_killed() {
    let edit = |house: &House| house.edit("web", &format!("image: {BROKEN_IMAGE}"));
    at_every_place(plain, edit, async |house: &House| {
        let old = |house: &House| {
            let live = house.host.fake.hand().look("web");
            live.is_some_and(|live| live.image_name != BROKEN_IMAGE && live.state.is_up())
        };
        let memory = |house: &House| house.host.store.memory(&key("web")).unwrap();
        let given_up = |house: &House| memory(house).quarantine.is_some() && house.intent("web").is_none();
        house.until("it is in quarantine", given_up).await;
        assert!(old(house), "the old one runs");
        assert_eq!(names(house), ["web"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_container_that_ended_is_started_wherever_the_controller_was_killed() {
    let end = |house: &House| house.host.fake.hand().end("web", 1);
    at_every_place(plain, end, async |house: &House| {
        house.until("it runs", |house| house.is_well("web")).await;
        assert_eq!(house.count(Verb::CreateContainer), 0);
    })
    .await;
}
