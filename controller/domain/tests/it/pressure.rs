//! A container that has nearly used up the memory that it may have.

use expect_test::expect;
use podsteward_domain::action::Action;
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::finding::FindingKind;
use podsteward_domain::observation::Observation;
use podsteward_domain::world::Subject;
use proptest::prelude::*;

use crate::fixture::{ago, span, world};
use crate::random::containers;
use crate::report::told as report;
use crate::told::{acts, decided, finds, shows, verdict, verified};

const ACTION: &str = "resource-pressure";
const FULL: &str = "live running\n applied\n memory 95 over 60s";
const BY_ITSELF: &str = "its manifest does not allow a restart (remediation.autoRestart: true)";

/// A container whose manifest says this about remediation, and this is known.
fn web(remediation: &str, facts: &str) -> String {
    format!("Container web {{image: app:1, remediation: {{{remediation}}}}}\n {facts}")
}

fn allowed(facts: &str) -> String {
    web("autoRestart: true", facts)
}

#[test]
fn it_is_found_after_a_minute_at_the_level_and_says_how_much_of_how_much() {
    expect![[r"
        warning memory_pressure: it uses 95 MiB of the 100 MiB of memory that it may have (95 %); when it wants more, the kernel kills it
    "]]
    .assert_eq(&finds(&web("", FULL)));
    let calm = ["memory 95 over 59s", "memory 89", "memory unlimited", "memory unknown", ""];
    for facts in calm {
        assert_eq!(finds(&web("", &format!("live running\n applied\n {facts}"))), "", "{facts}");
    }
    assert!(shows(&web("", FULL)).contains("Warning=True MemoryPressure: it uses 95 MiB"));
}

#[test]
fn it_is_over_below_eighty_percent_when_it_ends_and_not_because_nobody_knows() {
    let found =
        |facts: &str| finds(&web("", &format!("live running\n applied\n memory-pressure 5m\n {facts}")));
    for facts in ["memory 85", "memory 80", "memory unknown", "memory 10 31s", ""] {
        assert!(found(facts).contains("memory_pressure"), "{facts}");
    }
    assert!(found("memory unknown").contains("when that could last be read"));
    for facts in ["memory 79", "memory unlimited"] {
        assert_eq!(found(facts), "", "{facts}");
    }
    let ended = "live exited\n applied\n exit death 1 5s\n memory-pressure 5m\n memory 95 over 1m";
    assert!(!finds(&web("", ended)).contains("memory_pressure"));
    assert_eq!(evaluate(world(&web("", ended))).memory.memory_pressure, None);
}

#[test]
fn it_is_restarted_where_that_is_allowed_in_so_many_words_and_told() {
    expect![[r"
        resource-pressure because memory_pressure (notify-execute)
          restart: stop container web (grace 10 s), start container web
          expects Lighter for 30s
    "]]
    .assert_eq(&acts(&allowed(FULL)));
    let judgement = decided(&allowed(FULL), ACTION).judgement.unwrap();
    assert_eq!(
        (judgement.confidence.total.to_string(), judgement.risk.to_string()),
        ("0.85".into(), "medium".into())
    );
}

#[test]
fn whoever_allows_or_forbids_it_is_heard() {
    let by_override = |says: &str| format!("policy {{overrides: [{{match: {{names: [web]}}, {says}}}]}}");
    let rows = [
        ("", String::new(), BY_ITSELF),
        ("autoRestart: false", String::new(), "autoRestart is false by its manifest"),
        ("", by_override("autoRestart: false"), "autoRestart is false by an override of the policy"),
        ("", by_override("autoRestart: true"), ""),
        ("autoRestart: false", by_override("autoRestart: true"), "autoRestart is false by its manifest"),
        ("autoRestart: true, deny: [resource-pressure]", String::new(), "resource-pressure is denied by"),
        ("autoRestart: true", by_override("deny: [resource-pressure]"), "resource-pressure is denied by"),
        ("autoRestart: true, requiresConfirmation: true", String::new(), "requiresConfirmation is true"),
    ];
    for (own, policy, expected) in rows {
        let told = verdict(&web(own, &format!("{FULL}\n {policy}")), ACTION);
        let done = expected.is_empty() && told == "notify-execute";
        assert!(done || !expected.is_empty() && told.contains(expected), "{own} {policy}: {told}");
    }
}

#[test]
fn a_critical_one_is_asked_for() {
    let text = allowed(FULL).replace("image: app:1", "image: app:1, criticality: critical");
    assert!(verdict(&text, ACTION).starts_with("queue"), "{}", verdict(&text, ACTION));
}

#[test]
fn it_is_acted_on_only_with_a_sample_of_the_last_ten_seconds() {
    let pressed = |facts: &str| allowed(&format!("live running\n applied\n memory-pressure 5m\n {facts}"));
    assert_eq!(decided(&pressed("memory 95 10s"), ACTION).withheld_by(), None);
    for facts in ["memory 95 10001ms", ""] {
        assert!(decided(&pressed(facts), ACTION).needs_fresh_look(), "{facts}");
    }
    let unknown = decided(&pressed("memory unknown"), ACTION);
    assert!(!unknown.needs_fresh_look(), "a look would not tell");
    assert_eq!(
        verdict(&pressed("memory unknown"), ACTION),
        "notify-execute, held by freshness: how much memory it uses cannot be read"
    );
}

#[test]
fn an_unhealthy_one_is_restarted_for_its_health() {
    let text = allowed(FULL).replace("image: app:1", "image: app:1, healthcheck: {command: curl localhost}");
    let told = acts(&format!("{text}\n health unhealthy refused"));
    assert!(told.starts_with("service-restart because unhealthy"), "{told}");
}

#[test]
fn a_restart_is_verified_by_what_is_used_half_a_minute_later() {
    let told = |facts: &str| {
        allowed(&format!(
            "live running\n applied\n intent restart stabilising SPAN\n expects lighter 30s\n {facts}"
        ))
    };
    let after = |span: &str, facts: &str| {
        let evaluation = evaluate(world(&told(facts).replace("SPAN", span)));
        verified(&evaluation.verification.expect("it stabilises"))
    };
    let rows = [
        ("29s", "used-before 95\n memory 10", "wait 1s"),
        ("30s", "used-before 95\n memory 10", "passed"),
        ("30s", "used-before 100\n memory 94", "passed"),
        ("30s", "used-before 100\n memory 95", "warned: it uses 95 MiB, and used 100 MiB before"),
        ("30s", "used-before 95\n memory 10 31s", "wait 250ms"),
        ("59s", "used-before 95\n memory unknown", "wait 250ms"),
        (
            "60s",
            "used-before 95\n memory unknown",
            "inconclusive: how much memory it uses now cannot be read",
        ),
        ("30s", "memory 10", "inconclusive: how much memory it used before is not known"),
        ("5s", "live exited\n exit death 1 1s", "failed: it ended with 1 within 30s of its start"),
    ];
    for (span, facts, expected) in rows {
        assert_eq!(after(span, facts), expected, "{span} {facts}");
    }
    let checks = report(&told("used-before 100\n memory 95").replace("SPAN", "30s")).to_string();
    assert!(checks.ends_with("it uses less memory than before: almost"), "{checks}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Unknown, never read or stale: nothing is begun because of it, and nothing is remembered but that it ended.
    #[test]
    fn memory_that_is_not_known_restarts_nothing(text in containers(), how in 0..3_u8) {
        let mut world = world(&text);
        let stale = ago(span("31s"));
        let Subject::Container(facts) = &mut world.subject else { unreachable!() };
        facts.memory.usage = match (how, facts.memory.usage) {
            (0, Observation::Known { value, .. }) => Observation::Known { value, at: stale },
            (1, _) => Observation::Unknown { since: stale },
            _ => Observation::NotYet,
        };
        let before = world.memory.memory_pressure;
        let evaluation = evaluate(world);
        let found = evaluation.findings.iter().any(|finding| finding.kind == FindingKind::MemoryPressure);
        prop_assert!(!found || before.is_some());
        prop_assert!(evaluation.memory.memory_pressure.is_none_or(|_| before.is_some()));
        let begun = evaluation.choice.filter(|choice| choice.decision.withheld_by().is_none());
        prop_assert!(begun.is_none_or(|choice| choice.decision.action != Action::ResourcePressure));
    }
}
