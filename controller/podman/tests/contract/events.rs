//! The event stream.

use std::time::Duration;

use futures::StreamExt;
use podsteward_podman::api::{EngineEvent, EventSubject};
use podsteward_podman::fake::Script;

use super::bench::{Bench, START, contracts};

contracts!(
    a_life_is_told_in_order,
    a_stop_is_told_from_a_death,
    history_comes_first_and_then_what_is_new,
    a_stream_without_a_moment_tells_only_what_is_new,
    attachments_name_the_container_and_where_the_engine_can_the_network,
);

/// The actions on a container up to and including `last`.
async fn actions(bench: &Bench, name: &str, since_ms: i64, last: &str) -> Vec<EngineEvent> {
    let mut events = bench.engine.events(Some(since_ms)).await.unwrap();
    let mut seen = Vec::new();
    let reading = async {
        while let Some(event) = events.next().await {
            let event = event.unwrap();
            if matches!(&event.about, EventSubject::Container { name: told, .. } if told == name) {
                let done = event.action == last;
                seen.push(event);
                if done {
                    return;
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), reading)
        .await
        .unwrap_or_else(|_| panic!("no {last} event"));
    seen
}

/// The words of events.
fn words(events: &[EngineEvent]) -> Vec<&str> {
    events.iter().map(|event| event.action.as_str()).collect()
}

async fn a_life_is_told_in_order(bench: &Bench) {
    bench.script("a", Script { ends: Some((Duration::from_millis(200), 3)), ..Script::default() });
    let name = bench.run("a", "  command: [sh, -c, 'sleep 0.2; exit 3']\n").await;
    let live = bench.until_exited(&name).await;
    let events = actions(bench, &name, live.created_ms - 1000, "cleanup").await;
    assert_eq!(words(&events), ["create", "init", "start", "died", "cleanup"]);
    let codes: Vec<Option<i32>> = events.iter().map(|event| event.exit_code).collect();
    assert_eq!(codes, [None, None, None, Some(3), None], "only a death has a code");
    assert!(events.iter().all(|event| (event.time_ms - live.created_ms).abs() < 30_000));
    assert!(
        events
            .iter()
            .all(|event| matches!(&event.about, EventSubject::Container { id, .. } if *id == live.id))
    );
}

/// How a stop by hand is told from a death: by inspect on Podman 5, by a second clean-up on Podman 4.
async fn a_stop_is_told_from_a_death(bench: &Bench) {
    let name = bench.run("a", "").await;
    let created_ms = bench.look(&name).await.created_ms;
    bench.engine.stop_container(&name, Duration::ZERO).await.unwrap();
    bench.until_exited(&name).await;
    bench.engine.start_container(&name, START).await.unwrap();
    bench.end_process(&bench.look(&name).await);
    bench.until_exited(&name).await;
    bench.engine.start_container(&name, START).await.unwrap();
    bench.engine.kill_container(&name, 9).await.unwrap();
    bench.until_exited(&name).await;
    bench.engine.rename_container(&name, &bench.name("b")).await.unwrap();
    let events = actions(bench, &bench.name("b"), created_ms - 1000, "rename").await;
    assert_eq!(words(&events), ["rename"]);
    let events = actions_before_rename(bench, &name, created_ms - 1000).await;
    let lives: Vec<String> = events.split(|word| word == "start").map(|life| life.join(" ")).collect();
    let expected = if bench.updates_in_place().await {
        ["create init", "died cleanup init", "died cleanup init", "kill died cleanup"]
    } else {
        ["create init", "died cleanup cleanup init", "died cleanup init", "kill died cleanup"]
    };
    assert_eq!(lives, expected);
}

/// All words about a container but "stop", which comes or not with the weather.
async fn actions_before_rename(bench: &Bench, name: &str, since_ms: i64) -> Vec<String> {
    let mut events = bench.engine.events(Some(since_ms)).await.unwrap();
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        match &event.about {
            EventSubject::Container { name: told, .. } if told == name && event.action != "stop" => {
                seen.push(event.action);
            }
            EventSubject::Container { name: told, .. } if *told == bench.name("b") => return seen,
            _ => {}
        }
    }
    seen
}

async fn history_comes_first_and_then_what_is_new(bench: &Bench) {
    let name = bench.create("a", "").await;
    let created_ms = bench.look(&name).await.created_ms;
    let mut events = bench.engine.events(Some(created_ms - 1000)).await.unwrap();
    let mut next = async |action: &str| {
        let reading = async {
            while let Some(event) = events.next().await {
                let event = event.unwrap();
                let about =
                    matches!(&event.about, EventSubject::Container { name: told, .. } if *told == name);
                if about && event.action == action {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(10), reading)
            .await
            .unwrap_or_else(|_| panic!("no {action}"));
    };
    next("create").await;
    bench.engine.start_container(&name, START).await.unwrap();
    next("start").await;
}

async fn a_stream_without_a_moment_tells_only_what_is_new(bench: &Bench) {
    let old = bench.create("a", "").await;
    let mut events = bench.engine.events(None).await.unwrap();
    // The request goes out when the stream is first read; reading for a while settles where "new" begins.
    while let Ok(Some(_)) = tokio::time::timeout(Duration::from_secs(1), events.next()).await {}
    let new = bench.create("b", "").await;
    let reading = async {
        while let Some(event) = events.next().await {
            if let EventSubject::Container { name, .. } = event.unwrap().about {
                assert_ne!(name, old);
                if name == new {
                    return;
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.expect("the new one is told");
}

async fn attachments_name_the_container_and_where_the_engine_can_the_network(bench: &Bench) {
    let network = bench.network("n", "").await;
    let name = bench.run("a", &format!("  networks: [{network}]\n")).await;
    let since_ms = bench.look(&name).await.created_ms - 1000;
    bench.engine.disconnect_network(&name, &network).await.unwrap();
    let mut events = bench.engine.events(Some(since_ms)).await.unwrap();
    let reading = async {
        while let Some(event) = events.next().await {
            let event = event.unwrap();
            if event.action == "disconnect" && event.attributes.get("name") == Some(&name) {
                return Some(event.about);
            }
        }
        None
    };
    let about = tokio::time::timeout(Duration::from_secs(10), reading).await.expect("an event");
    let told = if bench.updates_in_place().await { network } else { String::new() };
    assert_eq!(about, Some(EventSubject::Network(told)));
}
