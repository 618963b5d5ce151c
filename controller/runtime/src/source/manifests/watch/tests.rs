//! Changes of a real directory, seen through the whole source: each test waits for a state, with one limit.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use podsteward_host::clock::HostClock;
use podsteward_specs::problem::Problem;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::source::manifests::read::DirectoryReader;
use crate::source::manifests::service::{ManifestSource, Options};
use crate::source::manifests::view::ManifestView;

/// Far more than any change may take, far less than a poll: what arrives in time was told by the kernel.
const LIMIT: Duration = Duration::from_secs(10);

/// A running source over a real directory. It never polls while these tests last.
struct House {
    directory: TempDir,
    views: watch::Receiver<ManifestView>,
    /// Every problem that was ever told.
    told: Arc<Mutex<Vec<Problem>>>,
    _shutdown: DropGuard,
}

impl House {
    /// A source over `manifests` in a temporary directory that `prepare` fills.
    fn open(prepare: impl FnOnce(&Path)) -> Self {
        let directory = TempDir::new().unwrap();
        prepare(directory.path());
        let root = directory.path().join("manifests");
        let hour = Duration::from_hours(1);
        // A busy machine may hold up the second half of a write for some time.
        let settle = Duration::from_secs(1);
        let options = Options { watch: Some(root.clone()), poll: hour, poll_unwatched: hour, settle };
        let reader = Arc::new(DirectoryReader::new(root));
        let clock = Arc::new(HostClock::new().unwrap());
        let (_, source) = ManifestSource::new(options, reader, clock, ManifestView::default());
        let (sink, views) = watch::channel(ManifestView::default());
        let shutdown = CancellationToken::new();
        let told = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&told);
        let take = move |view: ManifestView| {
            log.lock().unwrap().extend(view.problems.iter().cloned());
            let _ = sink.send(view);
        };
        tokio::spawn(source.run(take, shutdown.clone()));
        Self { directory, views, told, _shutdown: shutdown.drop_guard() }
    }

    fn with_files(files: &[(&str, &str)]) -> Self {
        Self::open(|directory| {
            fs::create_dir(directory.join("manifests")).unwrap();
            for (file, name) in files {
                fs::write(directory.join("manifests").join(file), document(name)).unwrap();
            }
        })
    }

    fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join("manifests").join(file)
    }

    /// Waits until the view is as wanted, and says how long that took.
    async fn until(&mut self, wanted: impl FnMut(&ManifestView) -> bool) -> Duration {
        let start = Instant::now();
        let seen = timeout(LIMIT, self.views.wait_for(wanted)).await;
        let last = seen.as_ref().err().map(|_| "it never came");
        assert_eq!(last, None);
        start.elapsed()
    }

    async fn until_named(&mut self, wanted: &str) -> Duration {
        self.until(|view| names(view) == wanted).await
    }
}

fn names(view: &ManifestView) -> String {
    view.documents.keys().map(|key| key.name.to_string()).collect::<Vec<_>>().join(" ")
}

/// A document of an object, whose name may carry the tag of its image: `web:2`.
fn document(name: &str) -> String {
    let (name, tag) = name.split_once(':').unwrap_or((name, "1"));
    format!(
        "apiVersion: podsteward.dev/v1alpha1\nkind: Container\nmetadata: {{name: {name}}}\n\
         spec: {{image: \"localhost/{name}:{tag}\"}}\n"
    )
}

fn image(view: &ManifestView, name: &str) -> String {
    let key = format!("container/{name}").parse().unwrap();
    let container = view.documents.get(&key).and_then(|document| document.container());
    container.map_or_else(String::new, |container| container.image.clone())
}

#[tokio::test]
async fn a_file_written_anew_in_place_is_seen() {
    let mut house = House::with_files(&[("a.yaml", "web")]);
    house.until_named("web").await;
    fs::write(house.path("a.yaml"), document("web:2")).unwrap();
    house.until(|view| image(view, "web").ends_with(":2")).await;
}

#[tokio::test]
async fn an_atomic_replacement_is_seen_well_within_the_promise() {
    let mut house = House::with_files(&[("a.yaml", "web")]);
    house.until_named("web").await;
    let mut took = Vec::new();
    for tag in 2..10 {
        fs::write(house.directory.path().join("new"), document(&format!("web:{tag}"))).unwrap();
        fs::rename(house.directory.path().join("new"), house.path("a.yaml")).unwrap();
        took.push(house.until(|view| image(view, "web").ends_with(&format!(":{tag}"))).await);
    }
    // The machine may be busy with other tests now and then, so the quickest one counts.
    assert!(took.iter().min() < Some(&Duration::from_millis(100)), "{took:?}");
}

#[tokio::test]
async fn an_editor_that_renames_writes_and_removes_is_seen_once_it_is_through() {
    let mut house = House::with_files(&[("a.yaml", "web"), ("b.yaml", "db")]);
    house.until_named("db web").await;
    // As vim does it: a swap file, the old file kept aside, the new one written, the old one removed.
    fs::write(house.path(".a.yaml.swp"), "swap").unwrap();
    fs::rename(house.path("a.yaml"), house.path("a.yaml~")).unwrap();
    fs::write(house.path("a.yaml"), document("web:2")).unwrap();
    fs::remove_file(house.path("a.yaml~")).unwrap();
    house.until(|view| image(view, "web").ends_with(":2") && view.vanished.is_empty()).await;
}

#[tokio::test]
async fn a_swap_of_kubernetes_data_link_is_seen() {
    let mut house = House::open(|directory| {
        let root = directory.join("manifests");
        fs::create_dir_all(root.join("..1")).unwrap();
        fs::write(root.join("..1/a.yaml"), document("web")).unwrap();
        symlink("..1", root.join("..data")).unwrap();
        symlink("..data/a.yaml", root.join("a.yaml")).unwrap();
    });
    house.until_named("web").await;
    fs::create_dir(house.path("..2")).unwrap();
    fs::write(house.path("..2/a.yaml"), document("web:2")).unwrap();
    symlink("..2", house.path("..data_tmp")).unwrap();
    fs::rename(house.path("..data_tmp"), house.path("..data")).unwrap();
    fs::remove_dir_all(house.path("..1")).unwrap();
    house.until(|view| image(view, "web").ends_with(":2")).await;
}

#[tokio::test]
async fn a_file_that_is_written_in_two_halves_is_not_told_to_be_wrong() {
    let mut house = House::with_files(&[("a.yaml", "web"), ("b.yaml", "db")]);
    house.until_named("db web").await;
    let text = document("web:2");
    let (first, second) = text.split_at(text.find("spec").unwrap() + 8);
    let mut file = fs::File::create(house.path("a.yaml")).unwrap();
    file.write_all(first.as_bytes()).unwrap();
    file.flush().unwrap();
    // The other half takes its time, as a slow editor or copy does: this is what is tested, not a wait for a state.
    sleep(Duration::from_millis(400)).await;
    file.write_all(second.as_bytes()).unwrap();
    drop(file);
    house.until(|view| image(view, "web").ends_with(":2")).await;
    assert_eq!(*house.told.lock().unwrap(), Vec::new());
}

#[tokio::test]
async fn a_file_that_stays_wrong_is_told_and_keeps_its_object() {
    let mut house = House::with_files(&[("a.yaml", "web")]);
    house.until_named("web").await;
    fs::write(house.path("a.yaml"), "{ nonsense").unwrap();
    house.until(|view| view.problems.len() == 1 && names(view) == "web").await;
}

#[tokio::test]
async fn a_new_directory_is_watched_with_all_below_it() {
    let mut house = House::with_files(&[("a.yaml", "web")]);
    house.until_named("web").await;
    fs::create_dir_all(house.path("sub/deep")).unwrap();
    fs::write(house.path("sub/deep/b.yaml"), document("db")).unwrap();
    house.until_named("db web").await;
    fs::write(house.path("sub/deep/c.yaml"), document("app")).unwrap();
    house.until_named("app db web").await;
}

#[tokio::test]
async fn a_directory_that_is_removed_and_made_anew_is_watched_again() {
    let mut house = House::with_files(&[("a.yaml", "web")]);
    house.until_named("web").await;
    fs::remove_dir_all(house.path("")).unwrap();
    house.until(|view| view.unwatched.is_some() && names(view) == "web").await;
    fs::create_dir(house.path("")).unwrap();
    house.until(|view| view.unwatched.is_none()).await;
    fs::write(house.path("a.yaml"), document("web")).unwrap();
    fs::write(house.path("b.yaml"), document("db")).unwrap();
    house.until(|view| names(view) == "db web" && view.complete).await;
    fs::write(house.path("b.yaml"), document("db:2")).unwrap();
    house.until(|view| image(view, "db").ends_with(":2")).await;
}

#[tokio::test]
async fn a_directory_that_comes_later_with_those_above_it_is_found() {
    let mut house = House::open(|_| {});
    house.until(|view| view.unwatched.is_some()).await;
    fs::create_dir(house.path("")).unwrap();
    fs::write(house.path("a.yaml"), document("web")).unwrap();
    house.until_named("web").await;
}

#[tokio::test]
async fn a_link_that_is_turned_to_another_directory_is_followed() {
    let mut house = House::open(|directory| {
        for (version, name) in [("one", "web"), ("two", "web:2")] {
            fs::create_dir(directory.join(version)).unwrap();
            fs::write(directory.join(version).join("a.yaml"), document(name)).unwrap();
        }
        symlink("one", directory.join("manifests")).unwrap();
    });
    house.until_named("web").await;
    let link = house.directory.path().join("manifests");
    symlink("two", link.with_extension("new")).unwrap();
    fs::rename(link.with_extension("new"), &link).unwrap();
    house.until(|view| image(view, "web").ends_with(":2")).await;
    fs::write(house.path("b.yaml"), document("db")).unwrap();
    house.until_named("db web").await;
}

#[tokio::test]
async fn a_burst_of_two_thousand_files_is_seen_whole_in_few_reads() {
    let mut house = House::with_files(&[("a.yaml", "web")]);
    house.until_named("web").await;
    for number in 0..2_000 {
        fs::write(house.path(&format!("c{number}.yaml")), document(&format!("c{number}"))).unwrap();
    }
    house.until(|view| view.documents.len() == 2_001).await;
}
