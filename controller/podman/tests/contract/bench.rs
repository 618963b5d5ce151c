//! Where a contract test runs: an engine, names that nobody else uses, and a hand for what no verb can do.
//!
//! Owns the two kinds of bench and their cleaning. Never asserts anything about the engine.

mod storage;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use podsteward_domain::engine::{ContainerCreate, NetworkCreate, VolumeCreate};
use podsteward_domain::live::{EngineState, LiveContainer};
use podsteward_podman::fake::{Fake, FakeCommand, FakeImage, Options, Release, Script};
use podsteward_podman::{Engine, Podman};
use podsteward_specs::container::Container;
use podsteward_specs::document::{Document, Object};
use podsteward_specs::load::{SourceFile, load};

/// The variable that names the socket of a real Podman.
const SOCKET: &str = "PODSTEWARD_CONTRACT_SOCKET";

/// The variable that names the image there: a busybox that sleeps, with `PATH=/bin` and `STOPSIGNAL SIGKILL`.
const IMAGE: &str = "PODSTEWARD_CONTRACT_IMAGE";

/// A deadline that no sound start reaches.
pub(crate) const START: Duration = Duration::from_mins(1);

/// The wall clock of every fake: a moment in 2026.
const WALL_MS: i64 = 1_790_000_000_000;

/// Where a test runs.
pub(crate) struct Bench {
    /// The engine under test.
    pub(crate) engine: Arc<dyn Engine>,
    /// The fake, if it is one.
    pub(crate) fake: Option<Fake>,
    /// The image that it has.
    pub(crate) image: String,
    /// The socket of the real one.
    socket: String,
    prefix: String,
}

impl Bench {
    /// A bench with a fresh fake.
    pub(crate) fn fake(test: &str, release: Release) -> Self {
        let fake = Fake::new(Options { seed: 7, release, wall_ms: WALL_MS });
        let image = FakeImage::BASE.to_owned();
        Self {
            engine: Arc::new(fake.clone()),
            fake: Some(fake),
            image,
            socket: String::new(),
            prefix: prefix(test),
        }
    }

    /// A bench with real Podman, cleaned of what an earlier run of the same test left; `None` without one.
    pub(crate) async fn podman(test: &str) -> Option<Self> {
        let Ok(socket) = std::env::var(SOCKET) else {
            skipped(test);
            return None;
        };
        let engine = Arc::new(Podman::connect(&socket).expect("a socket"));
        let image = std::env::var(IMAGE).unwrap_or_else(|_| FakeImage::BASE.to_owned());
        let bench = Self { engine, fake: None, image, socket, prefix: prefix(test) };
        bench.clear().await;
        Some(bench)
    }

    /// A name that only this test uses.
    pub(crate) fn name(&self, short: &str) -> String {
        format!("{}-{short}", self.prefix)
    }

    /// Whether limits can be changed in place.
    pub(crate) async fn updates_in_place(&self) -> bool {
        self.engine.info().await.expect("info").updates_in_place
    }

    /// The request for a container with this `spec`.
    pub(crate) fn request(&self, short: &str, spec: &str) -> ContainerCreate {
        ContainerCreate {
            name: self.name(short),
            container: container(&self.document(spec)),
            image: self.image.clone(),
            labels: BTreeMap::from([("contract".to_owned(), self.prefix.clone())]),
            anonymous_volumes: BTreeMap::new(),
        }
    }

    /// The document of a container of the bench's image with these further fields.
    pub(crate) fn document(&self, spec: &str) -> Document {
        document("Container", &format!("  image: {}\n{spec}", self.image))
    }

    /// Makes a container and returns its name.
    pub(crate) async fn create(&self, short: &str, spec: &str) -> String {
        let request = self.request(short, spec);
        self.engine.create_container(&request).await.expect("create");
        request.name
    }

    /// Makes and starts a container and returns its name.
    pub(crate) async fn run(&self, short: &str, spec: &str) -> String {
        let name = self.create(short, spec).await;
        self.engine.start_container(&name, START).await.expect("start");
        name
    }

    /// The container, which must exist.
    pub(crate) async fn look(&self, name: &str) -> LiveContainer {
        self.engine.inspect_container(name).await.expect("inspect").expect("the container exists")
    }

    /// Waits until a look at the container answers yes.
    pub(crate) async fn until(
        &self,
        name: &str,
        what: &str,
        yes: impl Fn(&LiveContainer) -> bool,
    ) -> LiveContainer {
        eventually(what, || async {
            let live = self.look(name).await;
            yes(&live).then_some(live)
        })
        .await
    }

    /// Waits until the container has ended and is cleaned up.
    pub(crate) async fn until_exited(&self, name: &str) -> LiveContainer {
        self.until(name, "exited", |live| live.state == EngineState::Exited).await
    }

    /// Makes a network and returns its name.
    pub(crate) async fn network(&self, short: &str, spec: &str) -> String {
        let request =
            NetworkCreate { name: self.name(short), network: network(spec), labels: BTreeMap::new() };
        self.engine.create_network(&request).await.expect("create network");
        request.name
    }

    /// Makes a volume and returns its name.
    pub(crate) async fn volume(&self, short: &str) -> String {
        let name = self.name(short);
        let request = VolumeCreate { name: name.clone(), volume: volume(""), labels: BTreeMap::new() };
        self.engine.create_volume(&request).await.expect("create volume");
        name
    }

    /// Makes a secret that holds these bytes.
    pub(crate) async fn secret(&self, name: &str, bytes: &str) {
        if let Some(fake) = &self.fake {
            fake.hand().create_secret(name);
        } else {
            send(&self.socket, ("POST", &format!("/secrets/create?name={name}")), bytes).await;
        }
    }

    /// Tells the fake how the process of a container behaves: it cannot read the commands that real ones run.
    pub(crate) fn script(&self, short: &str, script: Script) {
        if let Some(fake) = &self.fake {
            fake.hand().script(&self.name(short), script);
        }
    }

    /// Tells the fake how a command inside a container ends: it cannot read the commands that real ones run.
    pub(crate) fn command(&self, name: &str, command: &str, comes_to: FakeCommand) {
        if let Some(fake) = &self.fake {
            fake.hand().command(name, command, comes_to);
        }
    }

    /// Has a container of the fake say these lines: real ones say them by their command.
    pub(crate) fn says(&self, name: &str, lines: &[&str]) {
        let Some(fake) = &self.fake else { return };
        for line in lines {
            fake.hand().say(name, line).expect("it exists");
        }
    }

    /// Has a container of the fake change these paths: real ones change them by their command.
    pub(crate) fn writes(&self, name: &str, changes: &[&str]) {
        let Some(fake) = &self.fake else { return };
        for change in changes {
            let (letter, path) = change.split_once(' ').expect("a letter and a path");
            let letter = letter.chars().next().expect("a letter");
            fake.hand().write(name, letter, path).expect("it exists");
        }
    }

    /// Lets the fake's time pass; real time passes by itself.
    pub(crate) async fn pass(&self, time: Duration) {
        if self.fake.is_some() {
            tokio::time::advance(time).await;
        }
    }

    /// Ends the process of a container behind Podman's back, with signal 9.
    pub(crate) fn end_process(&self, live: &LiveContainer) {
        match &self.fake {
            Some(fake) => fake.hand().end(&live.name, 137),
            None => kill_9(live.pid.expect("it runs")),
        }
    }

    /// Ends the monitor of a container, then its process.
    pub(crate) fn lose_monitor(&self, live: &LiveContainer) {
        if let Some(fake) = &self.fake {
            return fake.hand().lose_monitor(&live.name);
        }
        let pid = live.pid.expect("it runs");
        kill_9(parent(pid));
        kill_9(pid);
    }

    /// Removes everything whose name begins with this test's prefix.
    pub(crate) async fn clear(&self) {
        let ours = |name: &str| name.starts_with(&self.prefix);
        for one in self.engine.list_containers().await.expect("list") {
            if ours(&one.name) {
                self.engine.remove_container(&one.name, true).await.expect("remove");
            }
        }
        self.clear_images().await;
        for one in self.engine.list_networks().await.expect("list") {
            if ours(&one.name) {
                self.engine.remove_network(&one.name).await.expect("remove");
            }
        }
        for one in self.engine.list_volumes().await.expect("list") {
            if ours(&one.name) {
                self.engine.remove_volume(&one.name).await.expect("remove");
            }
        }
    }
}

/// Asks again until there is an answer, for at most twenty seconds.
pub(crate) async fn eventually<T, F>(what: &str, look: impl Fn() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let asked = async {
        loop {
            if let Some(value) = look().await {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asked).await.unwrap_or_else(|_| panic!("never {what}"))
}

/// A document of this kind with this `spec`, which stands indented by two.
pub(crate) fn document(kind: &str, spec: &str) -> Document {
    let text =
        format!("apiVersion: podsteward.dev/v1alpha1\nkind: {kind}\nmetadata:\n  name: x\nspec:\n{spec}");
    let loaded = load(&[SourceFile { path: "x.yaml".to_owned(), bytes: text.into_bytes() }]);
    let file = loaded.files.into_iter().next().expect("one file");
    assert!(file.is_sound(), "{:?}", file.problems);
    file.documents.into_iter().next().expect("one document")
}

/// The container that a document declares.
fn container(document: &Document) -> Arc<Container> {
    match &document.object {
        Object::Container(container) => Arc::new((**container).clone()),
        other => panic!("{other:?}"),
    }
}

/// A network.
pub(crate) fn network(spec: &str) -> podsteward_specs::network::Network {
    let spec = if spec.is_empty() { "  {}" } else { spec };
    match document("Network", spec).object {
        Object::Network(network) => network,
        other => panic!("{other:?}"),
    }
}

/// A volume.
pub(crate) fn volume(spec: &str) -> podsteward_specs::volume::Volume {
    let spec = if spec.is_empty() { "  {}" } else { spec };
    match document("Volume", spec).object {
        Object::Volume(volume) => volume,
        other => panic!("{other:?}"),
    }
}

/// The prefix of all names of a test: short, so that names stay names.
fn prefix(test: &str) -> String {
    let sum = test.bytes().fold(5381u32, |sum, byte| sum.wrapping_mul(33) ^ u32::from(byte));
    format!("ct{sum:08x}")
}

/// Says in the test's output that real Podman was not asked.
#[expect(clippy::print_stderr, reason = "the output of a test is where a person looks for a skipped one")]
fn skipped(test: &str) {
    eprintln!("{test}: not run against real Podman, because {SOCKET} is not set");
}

/// Kills a process.
fn kill_9(pid: u32) {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw).expect("a pid");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("kill");
}

/// The parent of a process: a container's monitor.
fn parent(pid: u32) -> u32 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process lives");
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:")).expect("it has a parent");
    line.trim().parse().expect("a number")
}

/// A request with a body of plain bytes; what comes back.
async fn send(socket: &str, (method, path): (&str, &str), body: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let path_of_socket = socket.strip_prefix("unix://").unwrap_or(socket);
    let mut stream = tokio::net::UnixStream::connect(path_of_socket).await.expect("connect");
    let head = format!(
        "{method} /v4.3.1/libpod{path} HTTP/1.0\r\nHost: d\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("write");
    stream.write_all(body.as_bytes()).await.expect("write");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("read");
    let (head, told) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let sound = head.split(' ').nth(1).is_some_and(|code| code.starts_with('2'));
    assert!(sound || told.contains("secret name in use"), "{path}: {answer}");
    told.to_owned()
}

/// Runs each named contract against the fake of both releases and against real Podman.
macro_rules! contracts {
    ($($name:ident),+ $(,)?) => {
        mod on_the_fake_of_podman_4 {
            $(#[tokio::test(start_paused = true)]
            async fn $name() {
                let bench = crate::contract::bench::Bench::fake(stringify!($name), podsteward_podman::fake::Release::V4);
                super::$name(&bench).await;
            })+
        }
        mod on_the_fake_of_podman_5 {
            $(#[tokio::test(start_paused = true)]
            async fn $name() {
                let bench = crate::contract::bench::Bench::fake(stringify!($name), podsteward_podman::fake::Release::V5);
                super::$name(&bench).await;
            })+
        }
        mod on_podman {
            $(#[tokio::test]
            async fn $name() {
                if let Some(bench) = crate::contract::bench::Bench::podman(stringify!($name)).await {
                    super::$name(&bench).await;
                    bench.clear().await;
                }
            })+
        }
    };
}
pub(crate) use contracts;
