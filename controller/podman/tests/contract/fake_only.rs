//! What the fake offers beyond an engine: faults, deaths, counting, replay.

use std::fmt::Write as _;
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use podsteward_domain::live::EngineState;
use podsteward_podman::fake::{Fake, FakeImage, Fault, Options, Release, Script, Verb};
use podsteward_podman::{Engine, Error};
use tokio::time::Instant;

use super::bench::{Bench, START};

/// A bench and its fake.
fn bench(test: &str) -> (Bench, Fake) {
    let bench = Bench::fake(test, Release::V5);
    let fake = bench.fake.clone().expect("a fake");
    (bench, fake)
}

#[tokio::test(start_paused = true)]
async fn a_death_is_known_to_the_kernel_before_podman_knows() {
    let (bench, fake) = bench("death");
    bench.script("a", Script { ends: Some((Duration::from_secs(5), 1)), ..Script::default() });
    let name = bench.run("a", "").await;
    let pid = bench.look(&name).await.pid.unwrap();
    let began = Instant::now();
    assert!(fake.is_alive(pid));
    fake.process(pid).await;
    assert_eq!(began.elapsed().as_secs(), 5);
    assert!(!fake.is_alive(pid));
    assert_eq!(bench.look(&name).await.state, EngineState::Running, "the monitor has not told yet");
    assert_eq!(bench.until_exited(&name).await.exit_code, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_process_that_was_never_there_is_dead_at_once() {
    let (_, fake) = bench("never");
    assert!(fake.process(4242).now_or_never().is_some());
}

#[tokio::test(start_paused = true)]
async fn planned_faults_strike_the_named_verb_in_order() {
    let (bench, fake) = bench("faults");
    fake.faults().next(Verb::ListContainers, Fault::Fail("disk".to_owned()));
    fake.faults().next(Verb::ListContainers, Fault::Unreachable);
    fake.faults().next(Verb::ListContainers, Fault::Hang);
    bench.engine.ping().await.unwrap();
    assert!(matches!(bench.engine.list_containers().await, Err(Error::Failed { .. })));
    assert!(matches!(bench.engine.list_containers().await, Err(Error::Unreachable { .. })));
    let began = Instant::now();
    assert!(matches!(bench.engine.list_containers().await, Err(Error::Timeout { .. })));
    assert_eq!(began.elapsed().as_secs(), 20);
    bench.engine.list_containers().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_leaves_the_work_done() {
    let (bench, fake) = bench("lost");
    for (fault, short) in [(Fault::AnswerLost, "a"), (Fault::AnswerLate, "b")] {
        fake.faults().next(Verb::CreateContainer, fault);
        let answer = bench.engine.create_container(&bench.request(short, "")).await;
        assert!(matches!(answer, Err(Error::Unreachable { .. } | Error::Timeout { .. })), "{answer:?}");
        assert!(fake.hand().look(&bench.name(short)).is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn a_verb_that_hangs_goes_on_when_it_is_released() {
    let (bench, fake) = bench("hang");
    let name = bench.create("a", "").await;
    fake.faults().hang(Verb::StartContainer, true);
    let (engine, to_start) = (bench.engine.clone(), name.clone());
    let start = tokio::spawn(async move { engine.start_container(&to_start, START).await });
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(bench.look(&name).await.state, EngineState::Created);
    fake.faults().hang(Verb::StartContainer, false);
    start.await.unwrap().unwrap();
    assert_eq!(bench.look(&name).await.state, EngineState::Running);
}

#[tokio::test(start_paused = true)]
async fn a_frozen_podman_answers_nothing_and_tells_nothing() {
    let (bench, fake) = bench("frozen");
    let mut events = bench.engine.events(None).await.unwrap();
    fake.faults().freeze(true);
    assert!(matches!(bench.engine.ping().await, Err(Error::Timeout { .. })));
    fake.hand().create(&bench.request("a", "")).unwrap();
    assert!(tokio::time::timeout(Duration::from_mins(1), events.next()).await.is_err());
    fake.faults().freeze(false);
    assert_eq!(events.next().await.unwrap().unwrap().action, "create");
}

#[tokio::test(start_paused = true)]
async fn streams_end_with_an_error_when_they_are_cut() {
    let (bench, fake) = bench("cut");
    let mut events = bench.engine.events(None).await.unwrap();
    fake.faults().cut_streams();
    assert!(matches!(events.next().await, Some(Err(Error::Unreachable { .. }))));
    assert!(events.next().await.is_none());
    fake.faults().unreachable(true);
    let mut events = bench.engine.events(None).await.unwrap();
    assert!(matches!(events.next().await, Some(Err(Error::Unreachable { .. }))));
}

/// The words of all events that come within a minute.
async fn words(fake: &Fake) -> Vec<String> {
    let mut events = fake.events(Some(0)).await.unwrap();
    let mut words = Vec::new();
    while let Ok(Some(event)) = tokio::time::timeout(Duration::from_mins(1), events.next()).await {
        words.push(event.unwrap().action);
    }
    words
}

#[tokio::test(start_paused = true)]
async fn events_are_lost_and_doubled_as_told() {
    let (bench, fake) = bench("events");
    fake.faults().events(1000, 0, 0);
    fake.hand().create(&bench.request("a", "")).unwrap();
    assert_eq!(words(&fake).await, [""; 0]);
    fake.faults().events(0, 1000, 0);
    fake.hand().create(&bench.request("b", "")).unwrap();
    assert_eq!(words(&fake).await, ["create", "create"]);
    fake.faults().stop();
    fake.hand().create(&bench.request("c", "")).unwrap();
    assert_eq!(words(&fake).await, ["create", "create", "create"]);
}

#[tokio::test(start_paused = true)]
async fn calls_are_counted_by_verb_and_class() {
    let (bench, fake) = bench("count");
    let name = bench.run("a", "").await;
    bench.look(&name).await;
    fake.hand().stop(&name).unwrap();
    assert_eq!((fake.reads(), fake.writes()), (1, 2));
    assert_eq!(fake.calls().get(&Verb::StartContainer), Some(&1));
    fake.forget_calls();
    assert_eq!((fake.reads(), fake.writes()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_tag_that_moves_leaves_containers_alone() {
    let (bench, fake) = bench("tag");
    let name = bench.run("a", "").await;
    let newer = FakeImage::named("newer");
    fake.hand().tag_image(FakeImage::BASE, &newer);
    assert_eq!(bench.engine.inspect_image(FakeImage::BASE).await.unwrap().unwrap().id, newer.id);
    assert_ne!(bench.look(&name).await.image_id, newer.id);
    fake.hand().publish_image("registry.example/new:1", &newer);
    bench.engine.pull_image("registry.example/new:1", START).await.unwrap();
    assert!(bench.engine.inspect_image("registry.example/new:1").await.unwrap().is_some());
}

/// A busy hour under random faults, as text.
async fn hour(seed: u64) -> String {
    let fake = Fake::new(Options { seed, release: Release::V4, wall_ms: 0 });
    fake.faults().calls(200);
    fake.faults().latency(Duration::from_millis(1), Duration::from_millis(900));
    let bench = Bench::fake("hour", Release::V4);
    let mut told = String::new();
    for round in 0..60 {
        let request = bench.request(&format!("c{}", round % 7), "");
        let made = fake.create_container(&request).await.is_ok();
        let started = fake.start_container(&request.name, START).await.is_ok();
        let removed = round % 3 == 0 && fake.remove_container(&request.name, true).await.is_ok();
        let elapsed = Instant::now();
        writeln!(told, "{made} {started} {removed} {:?}", fake.hand().names()).unwrap();
        tokio::time::sleep_until(elapsed + Duration::from_secs(1)).await;
    }
    fake.faults().stop();
    format!("{told}{:?}", words(&fake).await)
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_replays_the_same_hour() {
    let first = hour(11).await;
    assert_eq!(first, hour(11).await);
    assert_ne!(first, hour(12).await);
}

#[tokio::test(start_paused = true)]
async fn what_is_stored_is_the_sum_of_what_is_kept_and_shrinks_with_it() {
    let (bench, fake) = bench("stored");
    let hand = fake.hand();
    let empty = hand.stored_bytes();
    let image = bench.build("one", None).await;
    assert_eq!(hand.stored_bytes() - empty, 1 << 20, "what it shares with its parent counts once");
    let volume = bench.volume("v").await;
    let name = bench.run("a", "").await;
    bench.fills(&name, 100, (&volume, 1000));
    hand.fill_build_cache(10_000);
    hand.say(&name, "123456789").unwrap();
    assert_eq!(hand.stored_bytes() - empty, (1 << 20) + 11_110);
    let path = bench.look(&name).await.log_path.unwrap();
    assert_eq!((hand.log_bytes(&path), hand.log_bytes("/elsewhere")), (Some(10), None));
    hand.truncate_log(&path);
    bench.engine.remove_container(&name, true).await.unwrap();
    bench.engine.remove_volume(&volume).await.unwrap();
    bench.engine.prune_build_cache().await.unwrap();
    bench.engine.remove_image(&image).await.unwrap();
    assert_eq!(hand.stored_bytes(), empty);
}
