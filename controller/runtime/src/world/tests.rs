//! The caches: which answer wins, what an end leaves, and who is looked at again.

use std::collections::BTreeMap;
use std::sync::Arc;

use podsteward_domain::action::Action;
use podsteward_domain::disk::inventory::Inventory;
use podsteward_domain::disk::{DiskSample, Gauge};
use podsteward_domain::engine::ContainerCreate;
use podsteward_domain::live::{ContainerSummary, EngineState, INSTANCE_LABEL, LiveContainer, OBJECT_LABEL};
use podsteward_domain::memory::Memory;
use podsteward_domain::time::Moment;
use podsteward_domain::track::Overall;
use podsteward_domain::view::{self, Presence};
use podsteward_domain::world::{EngineWord, ExitFacts, Subject};
use podsteward_podman::Engine as _;
use podsteward_podman::api::{EngineEvent, EventSubject};
use podsteward_podman::fake::{Fake, FakeImage, Options, Release};
use podsteward_specs::document::Document;
use podsteward_specs::key::Key;
use podsteward_specs::load::{SourceFile, load};

use super::{Remembered, WorldStore};
use crate::source::manifests::view::ManifestView;

const WALL_MS: i64 = 1_800_000_000_000;

/// A world in which `app` needs `db`, the network `back` and the volume `data`, over a fake with both containers.
struct House {
    world: WorldStore,
    fake: Fake,
}

impl House {
    fn new() -> Self {
        let fake = Fake::new(Options { seed: 1, release: Release::V5, wall_ms: WALL_MS });
        let world = WorldStore::new("default");
        let documents = documents();
        for document in documents.iter().filter(|document| document.container().is_some()) {
            fake.hand().create(&creation(document)).unwrap();
            fake.hand().start(document.key.name.as_str()).unwrap();
        }
        let documents = documents.into_iter().map(|document| (document.key.clone(), Arc::new(document)));
        world.put_manifests(ManifestView { documents: documents.collect(), ..ManifestView::default() });
        Self { world, fake }
    }

    fn live(&self, name: &str) -> LiveContainer {
        self.fake.hand().look(name).unwrap()
    }

    /// Reads a container, and watches its process.
    fn read(&self, name: &str) -> u32 {
        let live = self.live(name);
        let pid = live.pid.unwrap();
        self.world.put_container(self.world.inspection(), name, Some(live), at(0));
        self.world.process_watched(name, pid, true);
        pid
    }

    fn exit(&self, name: &str) -> Option<ExitFacts> {
        match self.world.world(&key(name), at(0)).subject {
            Subject::Container(facts) => facts.exit,
            Subject::Network(_)
            | Subject::Volume(_)
            | Subject::Disk(_)
            | Subject::Backup(_)
            | Subject::Channel(_)
            | Subject::Setting => None,
        }
    }

    fn is_there(&self, name: &str) -> bool {
        self.world.container(name).0.is_some()
    }

    fn concerned(&self, key: &str) -> Vec<String> {
        let concerned = self.world.concerned(&key.parse().unwrap());
        concerned.iter().map(ToString::to_string).collect()
    }
}

fn documents() -> Vec<Document> {
    let text = |kind: &str, name: &str, spec: &str| {
        format!(
            "apiVersion: podsteward.dev/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n"
        )
    };
    let needs = "image: \"localhost/bb:1\", dependsOn: [db], networks: [{name: back}], \
                 mounts: [{type: volume, source: data, target: /data}]";
    let texts = [
        text("Container", "db", "image: \"localhost/bb:1\", restartPolicy: OnFailure"),
        text("Network", "back", ""),
        text("Volume", "data", ""),
        text("Container", "app", needs),
    ];
    let file = SourceFile { path: "all.yaml".to_owned(), bytes: texts.join("---\n").into_bytes() };
    let file = load(&[file]).files.remove(0);
    assert_eq!(file.problems, []);
    file.documents
}

fn creation(document: &Document) -> ContainerCreate {
    let mut container = document.container().unwrap().clone();
    container.networks = None;
    let labels = [(OBJECT_LABEL, document.key.to_string()), (INSTANCE_LABEL, "default".to_owned())];
    ContainerCreate {
        name: document.key.name.to_string(),
        container: Arc::new(container),
        image: FakeImage::BASE.to_owned(),
        labels: labels.map(|(name, value)| (name.to_owned(), value)).into(),
        anonymous_volumes: std::collections::BTreeMap::new(),
    }
}

fn key(name: &str) -> Key {
    format!("container/{name}").parse().unwrap()
}

fn at(millis: i64) -> Moment {
    Moment { wall_ms: WALL_MS + millis, boot_ms: millis.unsigned_abs(), ..Moment::default() }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_asked_for_earlier_never_overwrites_a_later_one() {
    let house = House::new();
    let (earlier, later) = (house.world.inspection(), house.world.inspection());
    house.world.put_container(later, "app", Some(house.live("app")), at(1));
    let change = house.world.put_container(earlier, "app", None, at(2));
    assert_eq!((change.concerned.len(), change.watch), (0, None));
    assert!(house.is_there("app"));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_was_asked_for_earlier_takes_away_nothing_that_was_read_later() {
    let house = House::new();
    let list = house.world.inspection();
    house.world.put_container(house.world.inspection(), "app", Some(house.live("app")), at(1));
    house.world.put_list(list, Vec::new(), at(2));
    assert!(house.is_there("app"));
}

#[tokio::test(start_paused = true)]
async fn a_list_asks_for_an_inspection_of_what_is_new_or_changed_and_of_nothing_else() {
    let house = House::new();
    let list = async || house.fake.list_containers().await.unwrap();
    let names = |list: Vec<ContainerSummary>| {
        house.world.put_list(house.world.inspection(), list, at(0)).into_iter().collect::<Vec<String>>()
    };
    assert_eq!(names(list().await), ["app", "db"]);
    house.read("app");
    house.read("db");
    assert_eq!(names(list().await), [""; 0]);
    house.fake.hand().disconnect("db", "podman").unwrap();
    assert_eq!(names(list().await), ["db"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_neither_declared_nor_ours_is_never_inspected() {
    let house = House::new();
    let mut foreign = house.fake.list_containers().await.unwrap().remove(0);
    (foreign.name, foreign.labels) = ("other".to_owned(), std::collections::BTreeMap::new());
    assert!(house.world.put_list(house.world.inspection(), vec![foreign], at(0)).is_empty());
    assert!(!house.world.is_wanted("other"));
}

#[tokio::test(start_paused = true)]
async fn an_end_waits_for_the_engines_word_and_then_keeps_it() {
    let house = House::new();
    let pid = house.read("app");
    assert!(house.world.process_ended("app", pid, at(5)));
    assert_eq!(house.exit("app").map(|exit| exit.engine), Some(EngineWord::Asked));
    house.world.put_end("app", None);
    assert_eq!(house.exit("app").map(|exit| exit.engine), Some(EngineWord::NotAsked));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_an_earlier_process_is_no_end_of_the_container() {
    let house = House::new();
    let pid = house.read("app");
    assert!(!house.world.process_ended("app", pid + 1, at(5)));
    assert_eq!(house.exit("app"), None);
}

#[tokio::test(start_paused = true)]
async fn a_kill_belongs_to_the_end_beside_it_and_to_no_other() {
    for (millis, killed) in [(-9_000, true), (200, true), (-11_000, false), (3_600_000, false)] {
        let house = House::new();
        let live = house.live("app");
        let live = LiveContainer { started_ms: Some(WALL_MS - 60_000), ..live };
        assert_eq!(killed_by(&house, &live, &live.id, millis), Some(killed), "{millis} ms apart");
    }
}

#[tokio::test(start_paused = true)]
async fn a_kill_of_an_earlier_start_or_of_an_earlier_container_of_that_name_says_nothing() {
    let house = House::new();
    let live = LiveContainer { started_ms: Some(WALL_MS - 1_000), ..house.live("app") };
    assert_eq!(killed_by(&house, &live, &live.id, -2_000), Some(false), "before the start");
    assert_eq!(killed_by(&house, &live, "another", -500), Some(false), "of another container");
    assert_eq!(killed_by(&house, &live, &live.id, -500), Some(true), "of this very start");
}

/// Whether an end of `live` counts as killed after Podman told of a kill of `id` so long after (or before) it.
fn killed_by(house: &House, live: &LiveContainer, id: &str, millis: i64) -> Option<bool> {
    let pid = live.pid.unwrap();
    house.world.put_container(house.world.inspection(), "app", Some(live.clone()), at(0));
    house.world.process_watched("app", pid, true);
    let event = EngineEvent {
        time_ms: WALL_MS + millis,
        about: EventSubject::Container { name: "app".to_owned(), id: id.to_owned() },
        action: "kill".to_owned(),
        exit_code: None,
        attributes: BTreeMap::new(),
    };
    house.world.put_event("app", id, &event, at(0));
    house.world.process_ended("app", pid, at(0));
    house.exit("app").map(|exit| exit.killed)
}

#[tokio::test(start_paused = true)]
async fn a_change_concerns_the_object_and_whoever_needs_it() {
    let house = House::new();
    assert_eq!(house.concerned("container/db"), ["container/app", "container/db"]);
    assert_eq!(house.concerned("container/app"), ["container/app"]);
    assert_eq!(house.concerned("network/back"), ["network/back", "container/app"]);
    assert_eq!(house.concerned("volume/data"), ["volume/data", "container/app"]);
}

#[tokio::test(start_paused = true)]
async fn a_container_that_waits_under_another_name_concerns_its_object_and_itself() {
    let house = House::new();
    let waiting = "db-podsteward-previous-0123456789ab";
    let live = LiveContainer { name: waiting.to_owned(), ..house.live("db") };
    let change = house.world.put_container(house.world.inspection(), waiting, Some(live), at(0));
    let concerned: Vec<String> = change.concerned.iter().map(ToString::to_string).collect();
    assert_eq!(concerned, ["container/app", "container/db", &format!("container/{waiting}")]);
}

#[tokio::test(start_paused = true)]
async fn the_same_answer_again_concerns_nobody() {
    let house = House::new();
    house.read("app");
    let again = house.world.put_container(house.world.inspection(), "app", Some(house.live("app")), at(9));
    assert!(again.concerned.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_remembered_and_was_removed_by_hand_is_known_to_be_gone() {
    let house = House::new();
    let left = key("db-podsteward-previous-0123456789ab");
    house.world.put_memory(&left, Memory { hand_stopped: Some(at(0)), ..Memory::default() });
    house.world.put_list(house.world.inspection(), Vec::new(), at(0));
    let presence = || view::presence(&house.world.world(&left, at(1)));
    assert_eq!(presence(), Presence::NotYet);
    house.world.put_container(house.world.inspection(), left.name.as_str(), None, at(1));
    assert_eq!(presence(), Presence::Absent);
    house.world.forget(&left);
    house.world.put_list(house.world.inspection(), Vec::new(), at(2));
    assert_eq!(presence(), Presence::NotYet, "what is forgotten leaves nothing behind");
}

#[tokio::test(start_paused = true)]
async fn how_an_action_did_anywhere_concerns_also_what_it_was_never_tried_on() {
    let house = House::new();
    let tripped = Overall { opened: Some(at(0)), ..Overall::default() };
    let overall = BTreeMap::from([(Action::ServiceRestart, tripped)]);
    let remembered = Remembered { overall, ..Remembered::default() };
    assert_eq!(house.world.put_remembered(remembered.clone()), house.world.keys());
    assert!(house.world.put_remembered(remembered).is_empty());
    assert_eq!(house.world.put_remembered(Remembered::default()), house.world.keys());
}

#[tokio::test]
async fn what_was_measured_at_another_path_or_found_by_other_steps_says_nothing() {
    let (world, key): (_, Key) = (WorldStore::new("default"), "disk/data".parse().unwrap());
    let declare = |spec: &str| {
        let text = format!(
            "apiVersion: podsteward.dev/v1alpha1\nkind: DiskPolicy\nmetadata: {{name: data}}\nspec: {{{spec}}}\n"
        );
        let loaded = load(&[SourceFile { path: "data.yaml".into(), bytes: text.into_bytes() }]);
        let document = Arc::new(loaded.files[0].documents[0].clone());
        let documents = [(key.clone(), document)].into();
        world.put_manifests(ManifestView { documents, ..ManifestView::default() });
    };
    let known = || match world.world(&key, at(0)).subject {
        Subject::Disk(facts) => (facts.sample.value().is_some(), facts.inventory.value().is_some()),
        _ => panic!("it is a filesystem"),
    };
    declare("path: /srv");
    let space = Gauge { used: 96, total: 100 };
    world.put_disk_sample(&key, DiskSample { space, inodes: None, metadata: None }, at(0));
    world.put_inventory(&key, Inventory::default(), Vec::new(), at(0));
    declare("path: /srv, thresholds: {warn: 70}");
    assert_eq!(known(), (true, true));
    declare("path: /srv, cleanup: [{pruneBuildCache: {}}]");
    assert_eq!(known(), (true, false));
    declare("path: /data, cleanup: [{pruneBuildCache: {}}]");
    assert_eq!(known(), (false, false));
}

/// Podman notes a start when its call returns: what ends at once has ended before.
#[tokio::test]
async fn what_ended_at_once_has_completed_though_its_start_was_noted_later() {
    let house = House::new();
    let started_ms = house.live("db").started_ms.unwrap();
    let completed = |earlier: i64| {
        let (state, pid, exit_code) = (EngineState::Exited, None, Some(0));
        let finished_ms = Some(started_ms - earlier);
        let ended = LiveContainer { state, pid, exit_code, finished_ms, ..house.live("db") };
        house.world.put_container(house.world.inspection(), "db", Some(ended), at(0));
        let Subject::Container(facts) = house.world.world(&key("app"), at(0)).subject else { return None };
        facts.dependencies.values().next().map(|db| db.completed)
    };
    assert_eq!(completed(40), Some(true));
    assert_eq!(completed(60_000), Some(false), "that is the end before a loss of power");
}
