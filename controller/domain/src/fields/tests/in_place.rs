//! The steps of a change in place: only what differs, limits first.

use super::super::in_place_steps;
use super::{FULL, compared, document, full_with, live_from};
use crate::live::LiveContainer;
use crate::plan::Step;

fn steps(from: &str, to: &str, change: fn(&mut LiveContainer)) -> Vec<Step> {
    let (before, now) = (document(FULL), full_with(from, to));
    let mut live = live_from(&before);
    change(&mut live);
    let diffs = compared(&now, Some(&before), &live);
    in_place_steps(now.container().unwrap(), &live, &diffs)
}

fn words(steps: &[Step]) -> Vec<String> {
    steps.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_is_done_where_nothing_differs_or_a_new_container_is_needed() {
    assert_eq!(steps("hostname: web", "hostname: other", |_| {}), []);
}

#[test]
fn an_altered_attachment_is_made_again_and_the_others_stay() {
    let steps = steps("{name: front, ip: 10.89.1.5}", "{name: front, ip: 10.89.1.9}", |_| {});
    let expected = ["disconnect container web from network front", "connect container web to network front"];
    assert_eq!(words(&steps), expected);
    let Step::ConnectNetwork { attachment, .. } = &steps[1] else { panic!("it is connected") };
    assert_eq!(attachment.ip, "10.89.1.9".parse().ok());
}

#[test]
fn limits_come_first_then_declared_networks_then_the_rest_is_taken_off() {
    let steps = steps("    - {name: front, ip: 10.89.1.5}\n", "    - zoo\n    - bar\n", |live| {
        live.config.resources.cpu = None;
    });
    let expected = [
        "update limits of container web",
        "connect container web to network zoo",
        "connect container web to network bar",
        "disconnect container web from network front",
    ];
    assert_eq!(words(&steps), expected);
}

#[test]
fn all_declared_limits_are_set() {
    let steps = steps("memory: 256Mi", "memory: 300Mi", |_| {});
    let now = full_with("memory: 256Mi", "memory: 300Mi");
    let resources = now.container().unwrap().resources.clone();
    assert_eq!(steps, [Step::UpdateContainer { name: "web".into(), resources }]);
}
