//! Starting, stopping, killing, dying.

use std::time::Duration;

use podsteward_domain::live::EngineState;
use podsteward_podman::Error;
use podsteward_podman::api::Started;
use podsteward_podman::fake::{OnTerm, Script};
use tokio::time::Instant;

use super::bench::{Bench, START, contracts, eventually};

contracts!(
    a_second_start_says_already,
    starting_what_is_not_there_is_not_found,
    a_program_that_is_not_there_is_refused,
    a_taken_port_is_refused,
    a_stop_waits_no_longer_than_its_grace,
    a_stop_lets_a_process_end_by_itself,
    stopping_what_does_not_run_is_fine,
    stopping_what_is_not_there_is_not_found,
    killing_what_does_not_run_is_a_conflict,
    a_signal_reaches_the_process,
    a_process_that_ends_leaves_its_code,
    a_death_is_told_and_a_new_start_makes_a_new_process,
    a_stop_by_the_user_is_told_where_the_engine_can,
    a_container_without_its_monitor_runs_for_ever_by_podmans_word,
    a_stop_heals_a_container_without_its_monitor_on_podman_5_only,
    a_forced_removal_heals_a_container_without_its_monitor,
);

/// A process that does not end when it is asked to.
const STUBBORN: &str = "  command: [sleep]\n  args: [\"1000\"]\n  stopSignal: SIGTERM\n";

/// A process that ends with 0 when it is asked to.
const POLITE: &str =
    "  command: [sh, -c, 'trap \"exit 0\" TERM; while :; do sleep 0.05; done']\n  stopSignal: SIGTERM\n";

async fn a_second_start_says_already(bench: &Bench) {
    let name = bench.create("a", "").await;
    assert_eq!(bench.engine.start_container(&name, START).await.unwrap(), Started::Now);
    assert_eq!(bench.engine.start_container(&name, START).await.unwrap(), Started::Already);
    let live = bench.look(&name).await;
    assert!(live.state == EngineState::Running && live.pid.is_some() && live.started_ms.is_some());
    let list = bench.engine.list_containers().await.unwrap();
    let row = list.iter().find(|row| row.name == name).unwrap();
    assert_eq!((row.state, row.pid), (EngineState::Running, live.pid));
    assert_eq!(row.started_ms.map(|millis| millis / 1000), live.started_ms.map(|millis| millis / 1000));
}

async fn starting_what_is_not_there_is_not_found(bench: &Bench) {
    let error = bench.engine.start_container(&bench.name("missing"), START).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

async fn a_program_that_is_not_there_is_refused(bench: &Bench) {
    let text = "executable file not found in $PATH".to_owned();
    bench.script("a", Script { fails_to_start: Some(text), ..Script::default() });
    let name = bench.create("a", "  command: [/no/such/program]\n").await;
    let error = bench.engine.start_container(&name, START).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
    let live = bench.look(&name).await;
    assert_eq!((live.pid, live.exit_code), (None, None));
    assert_eq!(live.error.is_some(), bench.updates_in_place().await);
}

async fn a_taken_port_is_refused(bench: &Bench) {
    let ports = "  ports: [{containerPort: 80, hostPort: 18181, hostIP: 127.0.0.1}]\n";
    bench.run("a", ports).await;
    bench.run("c", "  ports: [{containerPort: 80, hostPort: 18181, hostIP: 127.0.0.2}]\n").await;
    bench
        .run("d", "  ports: [{containerPort: 80, hostPort: 18181, hostIP: 127.0.0.1, protocol: udp}]\n")
        .await;
    let other = bench.create("b", ports).await;
    let error = bench.engine.start_container(&other, START).await.unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "{error}");
}

async fn a_stop_waits_no_longer_than_its_grace(bench: &Bench) {
    bench.script("a", Script { on_term: OnTerm::Ignores, ..Script::default() });
    let name = bench.run("a", STUBBORN).await;
    let began = Instant::now();
    bench.engine.stop_container(&name, Duration::from_secs(1)).await.unwrap();
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(900) && took < Duration::from_secs(6), "{took:?}");
    assert_eq!(bench.until_exited(&name).await.exit_code, Some(137));
}

async fn a_stop_lets_a_process_end_by_itself(bench: &Bench) {
    let name = bench.run("a", POLITE).await;
    let began = Instant::now();
    bench.engine.stop_container(&name, Duration::from_secs(30)).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(10));
    let live = bench.until_exited(&name).await;
    assert_eq!((live.exit_code, live.pid), (Some(0), None));
}

async fn stopping_what_does_not_run_is_fine(bench: &Bench) {
    let name = bench.create("a", "").await;
    bench.engine.stop_container(&name, Duration::from_secs(1)).await.unwrap();
    bench.engine.start_container(&name, START).await.unwrap();
    bench.engine.stop_container(&name, Duration::ZERO).await.unwrap();
    bench.engine.stop_container(&name, Duration::ZERO).await.unwrap();
    assert!(!bench.look(&name).await.state.is_up());
}

async fn stopping_what_is_not_there_is_not_found(bench: &Bench) {
    let error = bench.engine.stop_container(&bench.name("missing"), Duration::ZERO).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

async fn killing_what_does_not_run_is_a_conflict(bench: &Bench) {
    let name = bench.create("a", "").await;
    let error = bench.engine.kill_container(&name, 15).await.unwrap_err();
    assert!(matches!(error, Error::Conflict { .. }), "{error}");
    let error = bench.engine.kill_container(&bench.name("missing"), 15).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

async fn a_signal_reaches_the_process(bench: &Bench) {
    let name = bench.run("a", POLITE).await;
    // The shell needs a moment to set its trap; a signal before that is ignored by pid 1.
    let exited = eventually("exited", || async {
        let sent = bench.engine.kill_container(&name, 15).await;
        assert!(matches!(sent, Ok(()) | Err(Error::Conflict { .. })), "{sent:?}");
        let live = bench.look(&name).await;
        (live.state == EngineState::Exited).then_some(live)
    });
    assert_eq!(exited.await.exit_code, Some(0));
}

async fn a_process_that_ends_leaves_its_code(bench: &Bench) {
    bench.script("a", Script { ends: Some((Duration::from_millis(300), 3)), ..Script::default() });
    let name = bench.run("a", "  command: [sh, -c, 'sleep 0.3; exit 3']\n").await;
    let live = bench.until_exited(&name).await;
    assert_eq!((live.exit_code, live.pid, live.stopped_by_user), (Some(3), None, false));
    assert!(live.finished_ms > live.started_ms);
    let list = bench.engine.list_containers().await.unwrap();
    let row = list.iter().find(|row| row.name == name).unwrap();
    assert_eq!((row.exit_code, row.pid), (Some(3), None));
    assert_eq!(row.exited_ms.map(|millis| millis / 1000), live.finished_ms.map(|millis| millis / 1000));
}

async fn a_death_is_told_and_a_new_start_makes_a_new_process(bench: &Bench) {
    let name = bench.run("a", "").await;
    let before = bench.look(&name).await;
    bench.end_process(&before);
    // Right after the death Podman may still say that it runs; asked again it starts anew.
    eventually("started anew", || async {
        let started = bench.engine.start_container(&name, START).await.unwrap();
        (started == Started::Now).then_some(())
    })
    .await;
    let after = bench.until(&name, "running", |live| live.state == EngineState::Running).await;
    assert_eq!(after.id, before.id);
    assert!(after.pid.is_some() && after.pid != before.pid && after.started_ms > before.started_ms);
    assert_eq!(after.exit_code, None, "it has not ended since");
}

async fn a_stop_by_the_user_is_told_where_the_engine_can(bench: &Bench) {
    let name = bench.run("a", "").await;
    bench.engine.stop_container(&name, Duration::ZERO).await.unwrap();
    let told = bench.until_exited(&name).await.stopped_by_user;
    assert_eq!(told, bench.updates_in_place().await);
    bench.engine.start_container(&name, START).await.unwrap();
    assert!(!bench.look(&name).await.stopped_by_user);
}

/// A container whose monitor and process are dead.
async fn orphan(bench: &Bench) -> String {
    let name = bench.run("a", "  stopSignal: SIGTERM\n").await;
    bench.lose_monitor(&bench.look(&name).await);
    name
}

async fn a_container_without_its_monitor_runs_for_ever_by_podmans_word(bench: &Bench) {
    let name = orphan(bench).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(bench.look(&name).await.state, EngineState::Running);
    assert_eq!(bench.engine.start_container(&name, START).await.unwrap(), Started::Already);
    assert_eq!(bench.look(&name).await.state, EngineState::Running);
}

async fn a_stop_heals_a_container_without_its_monitor_on_podman_5_only(bench: &Bench) {
    let name = orphan(bench).await;
    bench.engine.stop_container(&name, Duration::ZERO).await.unwrap();
    let started = bench.engine.start_container(&name, START).await;
    if bench.updates_in_place().await {
        assert_eq!(started.unwrap(), Started::Now);
        assert_eq!(bench.look(&name).await.state, EngineState::Running);
    } else {
        assert!(matches!(started, Err(Error::Failed { .. })), "{started:?}");
        assert_eq!(bench.look(&name).await.state, EngineState::Stopping);
    }
}

async fn a_forced_removal_heals_a_container_without_its_monitor(bench: &Bench) {
    let name = orphan(bench).await;
    bench.engine.remove_container(&name, true).await.unwrap();
    bench.run("a", "").await;
    assert_eq!(bench.look(&name).await.state, EngineState::Running);
}
