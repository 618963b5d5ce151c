//! The fake's world: everything that exists in it.
//!
//! Owns the collections, the clock and the ids. Never waits: time passes outside, and comes in as changes.

use std::collections::{BTreeMap, BTreeSet};

use podsteward_domain::live::{LiveNetwork, LiveVolume};
use podsteward_specs::container::Healthcheck;
use tokio::time::Instant;

use super::Verb;
use super::containers::FakeContainer;
use super::events::Log;
use super::faults::Plan;
use super::inside::FakeCommand;
use super::process::{Process, Script};
use crate::api::{EngineEvent, EventSubject};

/// Which Podman the fake is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// 4.3.1: limits cannot be changed in place, a container without its monitor cannot be started again.
    V4,
    /// 5.4.2.
    V5,
}

/// What a fake is made from.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where all randomness comes from.
    pub seed: u64,
    /// Which Podman it is like.
    pub release: Release,
    /// The wall clock at the moment of making, in milliseconds since 1970.
    pub wall_ms: i64,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FakeImage {
    /// Podman's id: 64 hexadecimal digits.
    pub id: String,
    /// The digest of its manifest.
    pub digest: String,
    /// Its bytes, what it shares with its parent included.
    pub size: u64,
    /// When it was built, in milliseconds since 1970.
    pub created_ms: i64,
    /// The id of the image that it is built on.
    pub parent_id: Option<String>,
    /// It is a list of images for several machines.
    pub is_manifest_list: bool,
    /// Its entry point.
    pub entrypoint: Vec<String>,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its environment.
    pub env: BTreeMap<String, String>,
    /// Its user.
    pub user: String,
    /// Its working directory; empty is `/`.
    pub working_dir: String,
    /// The signal that asks its process to end.
    pub stop_signal: Option<u8>,
    /// Its healthcheck.
    pub healthcheck: Option<Healthcheck>,
    /// Targets that get a volume of their own when nothing is mounted there.
    pub volumes: BTreeSet<String>,
    /// How its process behaves, where no script is set for the container.
    pub script: Script,
}

impl FakeImage {
    /// The reference of the image that every fresh world has.
    pub const BASE: &'static str = "localhost/bb:1";

    /// A plain image whose id is worked out of a name.
    pub fn named(name: &str) -> Self {
        Self {
            id: hex_of(name),
            digest: format!("sha256:{}", hex_of(&format!("digest of {name}"))),
            size: 2 << 20,
            args: vec!["sleep".to_owned(), "inf".to_owned()],
            env: BTreeMap::from([("PATH".to_owned(), "/bin".to_owned())]),
            stop_signal: Some(9),
            ..Self::default()
        }
    }
}

/// 64 hexadecimal digits that depend on a text only (FNV-1a, four times over).
pub(super) fn hex_of(text: &str) -> String {
    let round = |salt: u64| {
        let start = 0xcbf2_9ce4_8422_2325 ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    };
    format!("{:016x}{:016x}{:016x}{:016x}", round(1), round(2), round(3), round(4))
}

/// Everything.
#[derive(Debug)]
pub(super) struct World {
    pub(super) options: Options,
    began: Instant,
    pub(super) random: fastrand::Rng,
    made: u64,
    last_pid: u32,
    /// By id.
    pub(super) containers: BTreeMap<String, FakeContainer>,
    /// By pid; the dead are gone.
    pub(super) processes: BTreeMap<u32, Process>,
    /// By name.
    pub(super) networks: BTreeMap<String, LiveNetwork>,
    /// By name.
    pub(super) volumes: BTreeMap<String, LiveVolume>,
    /// Local images by id.
    pub(super) images: BTreeMap<String, FakeImage>,
    /// Local references to ids.
    pub(super) tags: BTreeMap<String, String>,
    /// What a pull finds, by reference.
    pub(super) registry: BTreeMap<String, FakeImage>,
    pub(super) secrets: BTreeSet<String>,
    /// The bytes in volumes, by volume.
    pub(super) volume_bytes: BTreeMap<String, u64>,
    /// The bytes that builds keep for further builds.
    pub(super) build_cache: u64,
    /// Host ports that something else listens on.
    pub(super) taken_ports: BTreeSet<u16>,
    /// How the processes of containers behave, by container name.
    pub(super) scripts: BTreeMap<String, Script>,
    /// How commands inside end, by container name and command.
    pub(super) commands: BTreeMap<(String, String), FakeCommand>,
    pub(super) events: Log,
    pub(super) faults: Plan,
    pub(super) calls: BTreeMap<Verb, u64>,
    pub(super) signals: Vec<(String, u8)>,
}

impl World {
    /// A world with the base image and the default network.
    pub(super) fn new(options: Options) -> Self {
        let base = FakeImage::named("base");
        let default_network = LiveNetwork {
            name: super::render::DEFAULT_NETWORK.to_owned(),
            id: hex_of("default network"),
            driver: "bridge".to_owned(),
            ..LiveNetwork::default()
        };
        Self {
            began: Instant::now(),
            random: fastrand::Rng::with_seed(options.seed),
            options,
            made: 0,
            last_pid: 1000,
            containers: BTreeMap::new(),
            processes: BTreeMap::new(),
            networks: BTreeMap::from([(default_network.name.clone(), default_network)]),
            volumes: BTreeMap::new(),
            tags: BTreeMap::from([(FakeImage::BASE.to_owned(), base.id.clone())]),
            images: BTreeMap::from([(base.id.clone(), base)]),
            registry: BTreeMap::new(),
            secrets: BTreeSet::new(),
            volume_bytes: BTreeMap::new(),
            build_cache: 0,
            taken_ports: BTreeSet::new(),
            scripts: BTreeMap::new(),
            commands: BTreeMap::new(),
            events: Log::default(),
            faults: Plan::default(),
            calls: BTreeMap::new(),
            signals: Vec::new(),
        }
    }

    /// The wall clock: it runs with tokio's.
    pub(super) fn now_ms(&self) -> i64 {
        let millis = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.options.wall_ms.saturating_add(millis)
    }

    /// An id that was not given before.
    pub(super) fn fresh_id(&mut self) -> String {
        self.made += 1;
        hex_of(&format!("{} {}", self.options.seed, self.made))
    }

    /// A process id that was not given before.
    pub(super) fn fresh_pid(&mut self) -> u32 {
        self.last_pid += 1;
        self.last_pid
    }

    /// The local image that a reference or id means.
    pub(super) fn image(&self, reference: &str) -> Option<&FakeImage> {
        let id = self.tags.get(reference).map_or(reference, String::as_str);
        self.images.get(id.strip_prefix("sha256:").unwrap_or(id))
    }

    /// Writes an event.
    pub(super) fn log(&mut self, about: EventSubject, action: &str, exit_code: Option<i32>) {
        let attributes = BTreeMap::new();
        self.write(&EngineEvent {
            time_ms: self.now_ms(),
            about,
            action: action.to_owned(),
            exit_code,
            attributes,
        });
    }

    /// Writes an event with attributes.
    pub(super) fn log_with(
        &mut self,
        about: EventSubject,
        action: &str,
        attributes: BTreeMap<String, String>,
    ) {
        let (time_ms, action) = (self.now_ms(), action.to_owned());
        self.write(&EngineEvent { time_ms, about, action, exit_code: None, attributes });
    }

    /// Writes an event that happens now.
    fn write(&mut self, event: &EngineEvent) {
        self.events.write(event, Instant::now(), &self.faults, &mut self.random);
    }
}
