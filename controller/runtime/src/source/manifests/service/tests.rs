//! When the source reads, and what it hands out, under virtual time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use podsteward_domain::time::{BootId, Moment};
use tokio::time::{Instant, advance};
use tokio_util::sync::CancellationToken;

use super::{ManifestHandle, ManifestSource, Options};
use crate::clock::SimClock;
use crate::source::manifests::read::MemoryDirectory;
use crate::source::manifests::view::{ManifestView, Vanishing};

/// A running source over a directory in memory.
struct House {
    directory: Arc<MemoryDirectory>,
    handle: ManifestHandle,
    views: Arc<Mutex<Vec<ManifestView>>>,
    _shutdown: tokio_util::sync::DropGuard,
}

impl House {
    async fn open(files: &[&str]) -> Self {
        Self::open_after(ManifestView::default(), files).await
    }

    async fn open_after(last: ManifestView, files: &[&str]) -> Self {
        let directory = Arc::new(MemoryDirectory::default());
        for name in files {
            directory.write(&format!("{name}.yaml"), &document(name));
        }
        let start = Moment { wall_ms: 1_000, boot_ms: 1_000, boot_id: BootId(1) };
        let clock = Arc::new(SimClock::new(start));
        let (handle, source) = ManifestSource::new(Options::default(), directory.clone(), clock, last);
        let views = Arc::new(Mutex::new(Vec::new()));
        let (sink, shutdown) = (Arc::clone(&views), CancellationToken::new());
        tokio::spawn(source.run(move |view| sink.lock().unwrap().push(view), shutdown.clone()));
        let house = Self { directory, handle, views, _shutdown: shutdown.drop_guard() };
        house.settle().await;
        house
    }

    /// Lets every task that can go on go on.
    async fn settle(&self) {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    async fn rescan(&self) {
        self.handle.rescan();
        self.settle().await;
    }

    async fn pass(&self, time: Duration) {
        advance(time).await;
        self.settle().await;
    }

    fn count(&self) -> usize {
        self.views.lock().unwrap().len()
    }

    /// The newest view: names in force, problems, and names that are gone with their reads.
    fn now(&self) -> String {
        let views = self.views.lock().unwrap();
        let view = views.last().unwrap();
        let names = view.documents.keys().map(|key| key.name.to_string()).collect::<Vec<_>>().join(" ");
        let mass = |gone: &Vanishing| if gone.mass.is_some() { "!" } else { "" };
        let gone = view.vanished.iter();
        let gone = gone.map(|(key, gone)| format!(" -{}:{}{}", key.name, gone.reads, mass(gone)));
        format!("{names}{} ({} problems)", gone.collect::<String>(), view.problems.len())
    }
}

fn document(name: &str) -> String {
    format!(
        "apiVersion: podsteward.dev/v1alpha1\nkind: Container\nmetadata: {{name: {name}}}\n\
         spec: {{image: \"localhost/{name}:1\"}}\n"
    )
}

#[tokio::test(start_paused = true)]
async fn the_first_view_comes_at_once_and_the_same_view_comes_once() {
    let house = House::open(&["db", "web"]).await;
    assert_eq!(house.now(), "db web (0 problems)");
    house.rescan().await;
    house.pass(Duration::from_secs(40)).await;
    assert_eq!(house.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_nobody_told_is_found_after_the_poll() {
    let house = House::open(&["web"]).await;
    house.directory.write("db.yaml", &document("db"));
    house.pass(Duration::from_secs(29)).await;
    assert_eq!(house.now(), "web (0 problems)");
    house.pass(Duration::from_secs(1)).await;
    assert_eq!(house.now(), "db web (0 problems)");
}

#[tokio::test(start_paused = true)]
async fn a_deletion_is_confirmed_by_a_second_read_after_ten_seconds() {
    let house = House::open(&["db", "web"]).await;
    house.directory.remove("db.yaml");
    house.rescan().await;
    assert_eq!(house.now(), "web -db:1 (0 problems)");
    house.pass(Duration::from_millis(9_900)).await;
    assert_eq!(house.now(), "web -db:1 (0 problems)");
    house.pass(Duration::from_millis(100)).await;
    assert_eq!(house.now(), "web -db:2 (0 problems)");
    let count = house.count();
    house.pass(Duration::from_secs(25)).await;
    assert_eq!(house.count(), count, "what is certain is not confirmed again and again");
    house.handle.forget("container/db".parse().unwrap());
    house.settle().await;
    assert_eq!(house.now(), "web (0 problems)");
}

#[tokio::test(start_paused = true)]
async fn that_too_many_went_together_outlives_the_controller_and_the_count_of_reads_does_not() {
    let all = ["a", "b", "c", "d", "e", "f"];
    let before = House::open(&all).await;
    all.iter().take(4).for_each(|name| before.directory.remove(&format!("{name}.yaml")));
    before.rescan().await;
    before.pass(Duration::from_secs(10)).await;
    assert_eq!(before.now(), "e f -a:2! -b:2! -c:2! -d:2! (0 problems)");
    before.handle.forget("container/a".parse().unwrap());
    before.settle().await;

    let last = before.views.lock().unwrap().last().unwrap().clone();
    let after = House::open_after(last, &["e", "f"]).await;
    assert_eq!(after.now(), "e f -b:1! -c:1! -d:1! (0 problems)");
}

#[tokio::test(start_paused = true)]
async fn a_new_problem_is_told_after_it_lasted_and_good_edits_go_at_once() {
    let house = House::open(&["web"]).await;
    house.directory.write("web.yaml", "{ half");
    house.directory.write("db.yaml", &document("db"));
    house.rescan().await;
    assert_eq!(house.now(), "db web (0 problems)");
    let start = Instant::now();
    while house.now() == "db web (0 problems)" {
        house.pass(Duration::from_millis(10)).await;
    }
    assert_eq!(house.now(), "db web (1 problems)");
    assert_eq!(start.elapsed(), Duration::from_millis(300));
}
