//! A drill: the whole way under a fake Podman, cut off anywhere, with an engine that never says unhealthy, and by itself.

use std::time::Duration;

use podsteward_domain::drill::{Drill, DrillResult, Phase, SCHEDULE};
use podsteward_domain::track::Overall;
use podsteward_podman::Engine as _;
use podsteward_runtime::clock::Clock as _;
use podsteward_specs::channel::NotificationEvent;
use podsteward_specs::key::{CANARY, Key};
use tokio::time::sleep;

use super::{House, assessed};

/// The canary's image.
const IMAGE: &str = podsteward_domain::drill::canary::IMAGE;
const DAY: Duration = Duration::from_hours(24);

impl House {
    /// A person asks for a drill.
    fn ask_drill(&self) {
        self.host.store.ask_drill("alice", self.host.clock.now()).unwrap();
    }

    /// The drill that is under way.
    fn drill(&self) -> Option<Drill> {
        self.host.store.open_drill().unwrap().map(|(_, drill)| drill)
    }

    /// The last drill that ended.
    fn last_drill(&self) -> Option<Drill> {
        self.host.store.last_drill().unwrap().map(|(_, drill)| drill)
    }

    async fn until_phase(&self, phase: Phase) {
        let reached = |drill: Drill| drill.phase >= phase;
        self.until(&format!("the drill is in {phase:?}"), |house| house.drill().is_some_and(reached)).await;
    }

    /// Plays the canary: broken as soon as it was broken, and mended by its restart.
    async fn play_canary(&self) {
        self.until_phase(Phase::Detect).await;
        self.unhealthy(&[CANARY], true);
        self.until_phase(Phase::Act).await;
        self.unhealthy(&[CANARY], false);
    }

    /// Waits until nothing is left of a drill.
    async fn until_cleared(&self) {
        self.until("the canary is gone", |house| house.host.fake.hand().look(CANARY).is_none()).await;
        self.until("it is forgotten", |house| !house.running.context.world.canary_is_left()).await;
        while self.host.fake.inspect_image(IMAGE).await.unwrap().is_some() {
            sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_drill_passes_is_told_once_and_teaches_nobody_anything() {
    let house = House::with(&[("web", "")]).await;
    house.ask_drill();
    house.play_canary().await;
    house.until("it is over", |house| house.last_drill().is_some()).await;
    let drill = house.last_drill().unwrap();
    assert!(drill.passed(), "{drill:?}");
    house.until_cleared().await;
    assert_eq!(
        house.log(CANARY),
        "apply declared success\nservice-restart notify-execute success\napply declared success\n"
    );
    let overall = house.host.store.overall().unwrap();
    assert!(overall.values().all(|it| *it == Overall::default()), "{overall:?}");
    let told: Vec<NotificationEvent> =
        house.host.store.recent(100).unwrap().into_iter().map(|it| it.notification.event).collect();
    assert_eq!(told, [NotificationEvent::Drill]);
    assert_eq!(house.running.context.world.storm_until(house.host.clock.now()), None);
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn whoever_looks_beside_a_drill_does_not_take_its_canary_for_a_leftover() {
    let house = House::with(&[("web", "")]).await;
    house.ask_drill();
    house.until_phase(Phase::Detect).await;
    let seen = assessed(&house.host, &[("web", "")]).await;
    assert!(!seen.iter().any(|(key, _)| key.is_canary()), "{seen:?}");
    house.play_canary().await;
    house.until("it is over", |house| house.last_drill().is_some()).await;
}

#[tokio::test(start_paused = true)]
async fn where_nothing_is_ever_found_unhealthy_the_drill_fails_and_says_so() {
    let house = House::with(&[("web", "")]).await;
    house.ask_drill();
    house.until_phase(Phase::Detect).await;
    house.until("it is over", |house| house.last_drill().is_some()).await;
    let drill = house.last_drill().unwrap();
    assert_eq!((drill.phase, drill.ended.unwrap().result), (Phase::Detect, DrillResult::Failed));
    house.until_cleared().await;
    let open = house.host.store.open_incidents().unwrap();
    assert!(open.iter().any(|it| it.kind.as_str() == "drill_failed"), "{open:?}");

    house.ask_drill();
    house.play_canary().await;
    house.until("the next one passes", |house| house.last_drill().is_some_and(|drill| drill.passed())).await;
    let is_over = |house: &House| {
        house.host.store.open_incidents().unwrap().iter().all(|it| it.kind.as_str() != "drill_failed")
    };
    house.until("that ends the finding", is_over).await;
}

#[tokio::test(start_paused = true)]
async fn a_drill_that_is_cut_off_in_any_phase_is_over_and_leaves_nothing() {
    let mut house = House::with(&[("web", "")]).await;
    for phase in [Phase::Prepare, Phase::Detect, Phase::Act, Phase::Verify] {
        house.ask_drill();
        house.until_phase(Phase::Prepare).await;
        if phase >= Phase::Act {
            house.until_phase(Phase::Detect).await;
            house.unhealthy(&[CANARY], true);
        }
        house.until_phase(phase).await;
        house = house.restart(phase == Phase::Act).await;
        house.until("it is over", |house| house.drill().is_none()).await;
        assert_eq!(house.last_drill().unwrap().ended.unwrap().result, DrillResult::Failed, "{phase:?}");
        house.unhealthy(&[CANARY], false);
        house.until_cleared().await;
        assert!(house.is_well("web"));
    }
    house.is_remembered();
}

#[tokio::test(start_paused = true)]
async fn the_first_drill_by_itself_comes_a_week_after_the_first_start_whatever_restarts() {
    let mut house = House::with(&[("web", "")]).await;
    house.policy("drill: {}");
    for _ in 0..3 {
        house.pass(2 * DAY).await;
        house = house.restart(true).await;
    }
    house.until("it is well", |house| house.is_well("web")).await;
    assert_eq!((house.drill(), house.last_drill()), (None, None));
    house.pass(DAY).await;
    // A start has enough to do: what is due waits until it is over.
    house.until("it is due", |house| house.drill().is_some()).await;
    assert_eq!(house.drill().unwrap().by, SCHEDULE);
    house.play_canary().await;
    house.until("it is over", |house| house.last_drill().is_some()).await;
    let house = house.restart(false).await;
    house.pass(DAY).await;
    assert_eq!(house.drill(), None);
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_says_never_is_obeyed() {
    let house = House::with(&[("web", "")]).await;
    house.policy("drill: {every: 0s}\nreport: {every: 0s}");
    house.pass(30 * DAY).await;
    sleep(Duration::from_mins(20)).await;
    assert_eq!((house.drill(), house.last_drill()), (None, None));
    assert_eq!(house.host.store.reports().unwrap(), []);
    assert_eq!(house.host.store.status(&Key::canary()).unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_report_is_made_each_week_and_told() {
    let house = House::with(&[("web", "")]).await;
    house.policy("report: {}");
    house.pass(8 * DAY).await;
    // What is due by the boot's clock is noticed a little later.
    sleep(Duration::from_mins(5)).await;
    house.until("it is made", |house| house.host.store.reports().unwrap().len() == 1).await;
    let house = house.restart(false).await;
    sleep(Duration::from_mins(10)).await;
    assert_eq!(house.host.store.reports().unwrap().len(), 1);
    let told = house.host.store.recent(100).unwrap();
    let reports = told.iter().filter(|it| it.notification.event == NotificationEvent::Report);
    assert_eq!(reports.count(), 1);
}
