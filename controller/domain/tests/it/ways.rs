//! What an action does on the host: each way is proposed by some World.
//!
//! Owns that no way is dead. What a way is planned as stands where its action is tested.

use std::collections::BTreeMap;

use podsteward_domain::decide::propose::{Way, proposals};
use podsteward_domain::detect::detect;
use podsteward_domain::disk::Measure;
use podsteward_domain::view::View;

use crate::fixture::world;

/// The World that a way is proposed in; a way without one would not compile. A restore is asked for by a person, which
/// no text says: it is proven beside the snapshots.
fn proposed_in(way: &Way) -> Option<String> {
    let web = |spec: &str, facts: &str| format!("Container web {{image: app:2{spec}}}\n {facts}");
    let ill = |facts: &str| {
        let known = "live running\n without-volumes\n applied\n healthy-once\n unwell 1h\n health unhealthy";
        web(", healthcheck: {command: curl}", &format!("{known}\n {facts}"))
    };
    let config = |on_change: &str| {
        let facts = "live running\n applied\n read-before /etc/web one\n config /etc/web two";
        web(&format!(", configFiles: [{{path: /etc/web, {on_change}}}]"), facts)
    };
    Some(match way {
        Way::Create => web("", "live absent"),
        Way::Recreate => web(", args: [a]", "live running\n made-of {image: app:2}\n applied"),
        Way::RecreateApplied => ill("track service-restart tried restart:10m failures 1"),
        Way::TakeBack => {
            ill("before sha256:old {image: app:1}\n track service-restart tried restart:20m,recreate:10m")
        }
        Way::Change => {
            web(", resources: {limits: {memory: 64Mi}}", "live running\n made-of {image: app:2}\n applied")
        }
        Way::Start => web("", "live exited\n applied"),
        Way::Revive => web("", "live running\n applied\n kernel dead 1s\n end 1s running"),
        Way::Restart => ill(""),
        Way::Stop => web(", desiredState: Stopped", "live running\n applied"),
        Way::Signal(_) => config("onChange: signal, signal: USR1"),
        Way::Clean(_) => {
            let delete = "{deleteFiles: {root: /srv/tmp, glob: '*.tmp', olderThan: 0s}}";
            format!(
                "DiskPolicy data {{path: /srv, cleanup: [{delete}]}}\n applied\n used 90\n pressure space 1m\n inventory\n files 0 a.tmp"
            )
        }
        Way::Playbook { .. } => {
            let route = "{match: {alertname: Full}, playbook: tidy, targetLabel: container}";
            web("", &format!("live running\n applied\n alert Full 5m 1m {route}"))
        }
        Way::Remove => web("", "desired vanishing 1m 2\n live running\n applied"),
        Way::Note => web("", "live running"),
        Way::Restore => return None,
    })
}

#[test]
fn every_way_is_proposed_by_some_world() {
    let ways = [
        Way::Create,
        Way::Recreate,
        Way::RecreateApplied,
        Way::TakeBack,
        Way::Change,
        Way::Start,
        Way::Revive,
        Way::Restart,
        Way::Stop,
        Way::Signal(10),
        Way::Clean(Measure::Space),
        Way::Restore,
        Way::Playbook { parameters: BTreeMap::new() },
        Way::Remove,
        Way::Note,
    ];
    for (way, text) in ways.iter().filter_map(|way| Some((way, proposed_in(way)?))) {
        let world = world(&text);
        let view = View::of(&world);
        let proposed = proposals(&view, &detect(&view));
        assert!(proposed.iter().any(|proposal| proposal.way == *way), "{way:?}: {proposed:?}");
    }
}
