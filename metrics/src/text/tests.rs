//! Both text formats of the metrics.

use expect_test::expect_file;

use super::Format;
use crate::{HostEvent, Telemetry, story};

/// The metrics that users count on, as Prometheus stores them.
const PROMISED: [&str; 40] = [
    "podsteward_reconcile_total{kind=\"container\",result=\"failed\"}",
    "podsteward_reconcile_duration_seconds_bucket{le=\"0.001\"}",
    "podsteward_reconcile_errors_total",
    "podsteward_workqueue_depth",
    "podsteward_workqueue_adds_total",
    "podsteward_workqueue_retries_total",
    "podsteward_workqueue_queue_duration_seconds_count",
    "podsteward_workqueue_work_duration_seconds_count",
    "podsteward_workqueue_longest_running_processor_seconds",
    "podsteward_findings{finding=\"crash_loop\",severity=\"critical\"}",
    "podsteward_decisions_total{action=\"apply\",decision=\"declared\"}",
    "podsteward_withheld_total{gate=\"switch\"}",
    "podsteward_actions_total{action=\"start\",outcome=\"success\"}",
    "podsteward_action_duration_seconds_count",
    "podsteward_verifications_total{status=\"verified\"}",
    "podsteward_rollbacks_total",
    "podsteward_objects{kind=\"volume\",state=\"MATCH\"}",
    "podsteward_podman_api_requests_total{verb=\"ping\",result=\"unreachable\"}",
    "podsteward_podman_api_duration_seconds_count{verb=\"ping\"}",
    "podsteward_podman_api_up",
    "podsteward_events_lag_seconds_count",
    "podsteward_build_info{version=",
    "podsteward_switch{state=\"running\"}",
    "podsteward_switch{state=\"paused\"}",
    "podsteward_switch{state=\"stopped\"}",
    "podsteward_ready",
    "podsteward_manifest_problems",
    "podsteward_confidence{action=\"service-restart\"} 0.9",
    "podsteward_breaker_state{action=\"service-restart\",object=\"container/web\"} 1",
    "podsteward_breaker_state{action=\"all\",object=\"\"} 0",
    "podsteward_approvals_pending",
    "podsteward_disk_used_ratio{object=\"disk/root\"} 0.68",
    "podsteward_disk_forecast_seconds{object=\"disk/root\"} 1209600.0",
    "podsteward_disk_reclaimed_bytes_total 21474836480",
    "podsteward_health_score 95",
    "podsteward_proactive_ratio 0.75",
    "podsteward_time_to_repair_seconds_count",
    "podsteward_manual_interventions_total",
    "podsteward_notifications_undelivered",
    "podsteward_last_successful_drill_timestamp_seconds",
];

fn told() -> Telemetry {
    let telemetry = Telemetry::new();
    story::tell(&telemetry);
    telemetry
}

#[test]
fn every_promised_metric_is_there_under_its_name() {
    let text = told().render(Format::Classic);
    let missing: Vec<_> =
        PROMISED.into_iter().filter(|name| !text.lines().any(|line| line.starts_with(name))).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_story_is_counted_as_it_was_told() {
    let text = told().render(Format::Classic).replace(env!("CARGO_PKG_VERSION"), "VERSION");
    expect_file!["../../tests/golden/metrics.prom"].assert_eq(&text);
}

#[test]
fn two_processes_that_saw_the_same_render_the_same() {
    assert_eq!(told().render(Format::Classic), told().render(Format::Classic));
}

#[test]
fn closed_sets_are_counted_from_zero() {
    let text = Telemetry::new().render(Format::Classic);
    for line in [
        "podsteward_reconcile_total{kind=\"network\",result=\"acted\"} 0",
        "podsteward_withheld_total{gate=\"hold\"} 0",
        "podsteward_objects{kind=\"container\",state=\"CrashLoopBackOff\"} 0",
        "podsteward_switch{state=\"running\"} 0",
        "podsteward_podman_api_up 0",
    ] {
        assert!(text.lines().any(|is| is == line), "{line}\n{text}");
    }
}

#[test]
fn what_nobody_knows_yet_is_absent() {
    let telemetry = Telemetry::new();
    let names = [
        "podsteward_health_score",
        "podsteward_proactive_ratio",
        "podsteward_confidence",
        "podsteward_pressure_ratio",
    ];
    for name in names {
        assert!(!telemetry.render(Format::Classic).contains(name), "{name}");
        assert!(telemetry.document().contains(name), "{name}");
    }
    telemetry.emit(HostEvent::HealthScore { score: Some(100) });
    assert!(telemetry.render(Format::Classic).contains("podsteward_health_score 100\n"));
    telemetry.emit(HostEvent::HealthScore { score: None });
    assert!(!telemetry.render(Format::Classic).contains("podsteward_health_score"));
    telemetry.emit(HostEvent::Stalled { psi: Some(podsteward_domain::pressure::host::Psi::default()) });
    assert!(telemetry.render(Format::Classic).contains("podsteward_pressure_ratio{resource=\"cpu\"} 0"));
    telemetry.emit(HostEvent::Stalled { psi: None });
    assert!(!telemetry.render(Format::Classic).contains("podsteward_pressure_ratio"));
}

#[test]
fn in_the_classic_format_help_and_type_of_a_counter_carry_its_full_name() {
    let text = told().render(Format::Classic);
    assert!(
        text.contains("# TYPE podsteward_rollbacks_total counter\npodsteward_rollbacks_total 1\n"),
        "{text}"
    );
    assert!(text.contains("# HELP podsteward_rollbacks_total Plans that were taken back.\n"), "{text}");
    assert!(!text.contains("# UNIT") && !text.contains("# EOF"), "{text}");
}

#[test]
fn openmetrics_has_units_and_an_end() {
    let text = told().render(Format::OpenMetrics);
    assert!(text.contains("# TYPE podsteward_rollbacks counter\npodsteward_rollbacks_total 1\n"), "{text}");
    assert!(text.contains("# UNIT podsteward_events_lag_seconds seconds\n"), "{text}");
    assert!(text.ends_with("# EOF\n"), "{text}");
}
