//! Worlds out of text.
//!
//! Owns the little language in which every test here says what its World is: one fact a line, and whatever is not
//! said is as it is on a calm host. Never decides or asserts anything. Its words are listed at [`world`].

mod alerts;
pub(crate) mod backup;
pub(crate) mod disk;
pub(crate) mod facts;
pub(crate) mod live;
pub(crate) mod memory;
pub(crate) mod pressure;
pub(crate) mod probe;
pub(crate) mod standing;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::backup::BackupFacts;
use podsteward_domain::channel::ChannelFacts;
use podsteward_domain::engine::EngineInfo;
use podsteward_domain::memory::Memory;
use podsteward_domain::observation::Observation;
use podsteward_domain::standing::Standing;
use podsteward_domain::switch::{Pause, Switch, SwitchState};
use podsteward_domain::time::{BootId, Moment};
use podsteward_domain::world::{
    ContainerFacts, Desired, HostFacts, NetworkFacts, Subject, VolumeFacts, World,
};
use podsteward_specs::document::{Document, Object};
use podsteward_specs::duration;
use podsteward_specs::load::{SourceFile, load};

/// Noon of a day, eleven days after the boot.
pub(crate) const NOW: Moment =
    Moment { wall_ms: 1_795_348_800_000, boot_ms: 1_000_000_000, boot_id: BootId(1) };

/// A moment before now, perhaps of the boot before this one.
pub(crate) fn ago(length: Duration) -> Moment {
    let millis = u64::try_from(length.as_millis()).unwrap();
    let wall_ms = NOW.wall_ms.saturating_sub_unsigned(millis);
    match NOW.boot_ms.checked_sub(millis) {
        Some(boot_ms) => Moment { wall_ms, boot_ms, boot_id: NOW.boot_id },
        None => Moment { wall_ms, boot_ms: 0, boot_id: BootId(0) },
    }
}

/// A span of time as the manifests write it, with milliseconds besides.
pub(crate) fn span(text: &str) -> Duration {
    match text.strip_suffix("ms") {
        Some(millis) => Duration::from_millis(millis.parse().unwrap()),
        None => duration::parse(text).unwrap_or_else(|_| panic!("not a span of time: {text}")),
    }
}

/// A document of one kind, from its spec in YAML flow style.
pub(crate) fn document(kind: &str, name: &str, spec: &str) -> Arc<Document> {
    annotated(kind, name, spec, "")
}

fn annotated(kind: &str, name: &str, spec: &str, annotations: &str) -> Arc<Document> {
    let [spec, annotations] = [spec, annotations].map(|part| if part.is_empty() { "{}" } else { part });
    let yaml = format!(
        "apiVersion: podsteward.dev/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n  annotations: {annotations}\n\
         spec: {spec}\n"
    );
    let loaded = load(&[SourceFile { path: "web.yaml".into(), bytes: yaml.into_bytes() }]);
    let file = &loaded.files[0];
    assert_eq!(file.problems, [], "the manifest of a test is sound");
    Arc::new(file.documents[0].clone())
}

/// A World out of text. The words, each beginning a line:
///
/// - `Container|Network|Volume|DiskPolicy NAME {spec}`: the document, first of all; `annotations {..}`
/// - `desired declared|not-yet|absent|vanishing SPAN READS [GONE ALL]`; `problem TEXT`
/// - `engine VERSION|not-yet|unknown`; `age SPAN` (of every observation); `switch paused|stopped [SPAN]`; `pause [SPAN]`;
///   `remediation-off WHY`
/// - `live STATE|absent|not-yet|unknown` and what follows it, see [`live`]; `kernel`, `end`, `image`, `needs`, `uses`,
///   `config`, `users`, see [`facts`]
/// - `applied [{spec}]`, and what else is remembered, see [`memory`]; `intent ..`
/// - `alert` and what goes with it, see [`alerts`]
/// - `memory`, `memory-pressure`, `used-before`, see [`pressure`]; `probe`, see [`mod@probe`]
/// - of a `DiskPolicy`: see [`disk`]; of backups: see [`backup`]
/// - `policy {spec}`, `track`, `overall`, `approval`, and what the host is about, see [`standing`]
pub(crate) fn world(text: &str) -> World {
    let lines: Vec<(&str, &str)> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| line.split_once(' ').map_or((line, ""), |(word, rest)| (word, rest.trim())))
        .collect();
    let annotations = lines.iter().find(|(word, _)| *word == "annotations").map_or("", |(_, rest)| rest);
    let (kind, rest) = lines[0];
    let (name, spec) = rest.split_once(' ').unwrap_or((rest, ""));
    let mut world = calm(annotated(kind, name, spec, annotations));
    for (word, rest) in &lines[1..] {
        let is_disk = kind == "DiskPolicy";
        let known = is_disk && disk::line(&mut world, word, rest)
            || general(&mut world, word, rest)
            || live::line(&mut world, word, rest)
            || facts::line(&mut world, word, rest)
            || memory::line(&mut world, word, rest)
            || is_disk && disk::line(&mut world, word, rest)
            || alerts::line(&mut world, word, rest)
            || pressure::line(&mut world, word, rest)
            || probe::line(&mut world, word, rest)
            || backup::line(&mut world, word, rest)
            || standing::line(&mut world, word, rest);
        assert!(known, "no such word in a World: {word}");
    }
    memory::same_facts(&mut world);
    standing::same_plan(&mut world);
    world
}

/// A declared object of which nothing was read yet, on a host that is well otherwise.
fn calm(document: Arc<Document>) -> World {
    let known = |value| Observation::Known { value, at: NOW };
    let subject = match &document.object {
        Object::Container(_) => Subject::Container(Box::new(ContainerFacts {
            image: known(Some(live::image("sha256:one"))),
            ..ContainerFacts::default()
        })),
        Object::Network(_) => Subject::Network(NetworkFacts::default()),
        Object::Volume(_) => Subject::Volume(VolumeFacts::default()),
        Object::DiskPolicy(_) => Subject::Disk(Box::default()),
        Object::NotificationChannel(_) => Subject::Channel(ChannelFacts::default()),
        Object::BackupCheck(_) => Subject::Backup(BackupFacts::default()),
        Object::RemediationPolicy(_) | Object::AlertRoute(_) | Object::Playbook(_) => Subject::Setting,
    };
    let key = document.key.clone();
    World {
        now: NOW,
        instance: "default".into(),
        key: key.clone(),
        desired: Desired::Declared(document),
        manifest_problems: Vec::new(),
        engine: Observation::Known { value: engine("5.4.2"), at: NOW },
        subject,
        memory: Memory { healthy_once: Some("c1".to_owned()), ..Memory::default() },
        applied: None,
        previous: None,
        intent: None,
        switch: Switch::default(),
        remediation_off: None,
        policy: Arc::default(),
        standing: Standing::default(),
        snapshots: Vec::new(),
        restore: None,
        alerts: Vec::new(),
        lint: Vec::new(),
        others: std::collections::BTreeMap::new(),
        playbooks_asked: podsteward_domain::playbook::Requests::default(),
        checks: None,
        host: HostFacts {
            group: BTreeSet::from([key]),
            containers: 20,
            ready: Some(ago(Duration::from_hours(1))),
            ..HostFacts::default()
        },
    }
}

fn engine(version: &str) -> EngineInfo {
    EngineInfo {
        version: version.to_owned(),
        updates_in_place: version.starts_with('5'),
        rootless: true,
        ..EngineInfo::default()
    }
}

/// Takes in one line about the World at large.
pub(crate) fn general(world: &mut World, noun: &str, rest: &str) -> bool {
    let words: Vec<&str> = rest.split_whitespace().collect();
    match noun {
        "annotations" => {}
        "problem" => world.manifest_problems.push(rest.to_owned()),
        "desired" => world.desired = desired(world, &words),
        "engine" => {
            world.engine = match rest {
                "not-yet" => Observation::NotYet,
                "unknown" => Observation::Unknown { since: NOW },
                version => Observation::Known { value: engine(version), at: NOW },
            };
        }
        "remediation-off" => world.remediation_off = Some(rest.to_owned()),
        "age" => live::aged(world, ago(span(rest))),
        "switch" => {
            let state = if words[0] == "paused" { SwitchState::Paused } else { SwitchState::Stopped };
            world.switch.state = state;
            world.switch.pause = Some(pause(words.get(1)));
        }
        "pause" => {
            world.switch.objects.insert(world.key.clone(), pause(words.first()));
        }
        _ => return false,
    }
    true
}

/// A pause of a minute ago, for a time or for ever.
fn pause(length: Option<&&str>) -> Pause {
    Pause {
        reason: "a look inside".into(),
        by: "ada".into(),
        since: ago(Duration::from_mins(1)),
        length: length.map(|length| span(length)),
    }
}

fn desired(world: &World, words: &[&str]) -> Desired {
    let last = Arc::clone(world.desired.document().expect("`desired` stands once"));
    match words {
        ["declared"] => Desired::Declared(last),
        ["not-yet"] => Desired::NotYet,
        ["absent"] => Desired::Absent,
        ["vanishing", since, reads, mass @ ..] => Desired::Vanishing {
            last,
            since: ago(span(since)),
            reads: reads.parse().unwrap(),
            mass: mass.first().map(|gone| (gone.parse().unwrap(), mass[1].parse().unwrap())),
        },
        _ => panic!("no such word of `desired`: {words:?}"),
    }
}

/// The container's facts.
pub(crate) fn container_facts(world: &mut World) -> &mut ContainerFacts {
    match &mut world.subject {
        Subject::Container(facts) => facts,
        _ => panic!("{} is not a container", world.key),
    }
}
