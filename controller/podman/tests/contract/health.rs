//! Running healthchecks.

use std::time::Duration;

use podsteward_domain::live::HealthStatus;
use podsteward_podman::Error;
use podsteward_podman::fake::Script;

use super::bench::{Bench, contracts};

contracts!(
    a_check_that_succeeds_makes_a_container_healthy,
    checks_that_fail_make_a_container_unhealthy_after_its_retries,
    a_check_of_what_does_not_run_or_has_none_is_a_conflict,
);

/// Long enough for any check.
const DEADLINE: Duration = Duration::from_secs(20);

async fn a_check_that_succeeds_makes_a_container_healthy(bench: &Bench) {
    let name = bench.run("a", "  healthcheck: {command: \"true\"}\n").await;
    assert_eq!(bench.look(&name).await.health.unwrap().status, HealthStatus::Starting);
    assert_eq!(bench.engine.run_healthcheck(&name, DEADLINE).await.unwrap(), HealthStatus::Healthy);
    let health = bench.look(&name).await.health.unwrap();
    assert_eq!((health.status, health.failing_streak), (HealthStatus::Healthy, 0));
    assert!(health.last_check_ms.is_some());
    let list = bench.engine.list_containers().await.unwrap();
    assert_eq!(list.iter().find(|row| row.name == name).unwrap().health, Some(HealthStatus::Healthy));
}

async fn checks_that_fail_make_a_container_unhealthy_after_its_retries(bench: &Bench) {
    bench.script("a", Script { unhealthy: true, ..Script::default() });
    let name = bench.run("a", "  healthcheck: {command: \"exit 1\", retries: 2}\n").await;
    assert_eq!(bench.engine.run_healthcheck(&name, DEADLINE).await.unwrap(), HealthStatus::Unhealthy);
    let health = bench.look(&name).await.health.unwrap();
    assert_eq!((health.status, health.failing_streak), (HealthStatus::Starting, 1));
    assert_eq!(bench.engine.run_healthcheck(&name, DEADLINE).await.unwrap(), HealthStatus::Unhealthy);
    let health = bench.look(&name).await.health.unwrap();
    assert_eq!((health.status, health.failing_streak), (HealthStatus::Unhealthy, 2));
}

async fn a_check_of_what_does_not_run_or_has_none_is_a_conflict(bench: &Bench) {
    let stopped = bench.create("a", "  healthcheck: {command: \"true\"}\n").await;
    let without = bench.run("b", "").await;
    for name in [stopped, without] {
        let error = bench.engine.run_healthcheck(&name, DEADLINE).await.unwrap_err();
        assert!(matches!(error, Error::Conflict { .. }), "{error}");
    }
    let error = bench.engine.run_healthcheck(&bench.name("missing"), DEADLINE).await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}
