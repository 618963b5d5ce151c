//! The series of breakers come and go with the breakers.

use podsteward_domain::action::Action;
use podsteward_domain::breaker::BreakerState;
use podsteward_specs::key::{Key, Name};

use crate::{BreakerEvent, Format, Telemetry};

fn series(telemetry: &Telemetry) -> Vec<String> {
    let text = telemetry.render(Format::Classic);
    text.lines().filter_map(|line| line.strip_prefix("podsteward_breaker_state")).map(str::to_owned).collect()
}

const CLOSED: [&str; 7] = [
    r#"{action="all",object=""} 0"#,
    r#"{action="disk-cleanup",object=""} 0"#,
    r#"{action="drift-reconciliation",object=""} 0"#,
    r#"{action="orphan-removal",object=""} 0"#,
    r#"{action="predictive-maintenance",object=""} 0"#,
    r#"{action="resource-pressure",object=""} 0"#,
    r#"{action="service-restart",object=""} 0"#,
];

#[test]
fn a_breaker_of_a_pair_has_a_series_until_it_closes() {
    let telemetry = Telemetry::new();
    assert_eq!(series(&telemetry), CLOSED);
    let key = Key::container(Name::new("web").unwrap());
    let (action, key) = (Action::ServiceRestart, Some(&key));
    telemetry.emit(BreakerEvent::Opened { action, key });
    let open = r#"{action="service-restart",object="container/web"} 2"#.to_owned();
    assert!(series(&telemetry).contains(&open));
    telemetry.emit(BreakerEvent::Closed { action, key });
    assert_eq!(series(&telemetry), CLOSED);
}

#[test]
fn an_action_anywhere_keeps_its_series_when_it_closes() {
    let telemetry = Telemetry::new();
    let (action, key) = (Action::ServiceRestart, None);
    telemetry.emit(BreakerEvent::Opened { action, key });
    assert!(series(&telemetry).contains(&r#"{action="service-restart",object=""} 2"#.to_owned()));
    telemetry.emit(BreakerEvent::Closed { action, key });
    assert_eq!(series(&telemetry), CLOSED);
}

#[test]
fn what_is_not_sampled_any_more_is_closed() {
    let telemetry = Telemetry::new();
    let state = |action: &str, object: &str, state| (action.to_owned(), object.to_owned(), state);
    telemetry.emit(BreakerEvent::Sampled {
        states: &[
            state("all", "", BreakerState::Open),
            state("service-restart", "container/web", BreakerState::HalfOpen),
            state("service-restart", "container/db", BreakerState::Closed),
        ],
    });
    let told = series(&telemetry);
    let wanted = [r#"{action="all",object=""} 2"#, r#"{action="service-restart",object="container/web"} 1"#];
    assert!(wanted.iter().all(|line| told.iter().any(|told| told == line)), "{told:#?}");
    assert_eq!(told.len(), CLOSED.len() + 1, "{told:#?}");
    telemetry.emit(BreakerEvent::Sampled { states: &[] });
    assert_eq!(series(&telemetry), CLOSED);
}
