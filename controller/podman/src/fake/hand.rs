//! What people and other programs do behind the controller's back.
//!
//! Owns the operations of a test's hand on the fake's world. Each takes effect at once, is not counted as a call and
//! never meets a fault. What names nothing does nothing.

use std::time::Duration;

use podsteward_domain::engine::{ContainerCreate, NetworkCreate, VolumeCreate};
use podsteward_domain::live::{ForeignManager, LiveConfig, LiveContainer};
use podsteward_specs::container::{NetworkAttachment, Resources};

use super::containers::{Dying, Stop};
use super::inside::FakeCommand;
use super::process::Script;
use super::world::{FakeImage, World};
use super::{Fake, Verb};
use crate::error::Error;

/// What a call by hand is called in errors.
const BY_HAND: &str = "by hand";

/// The hand.
#[derive(Debug)]
pub struct Hand<'a> {
    pub(super) fake: &'a Fake,
}

impl<'a> Hand<'a> {
    /// The hand on a fake.
    pub(super) fn new(fake: &'a Fake) -> Self {
        Self { fake }
    }

    /// Looks at a container without a call.
    pub fn look(&self, name: &str) -> Option<LiveContainer> {
        self.fake.world().inspect(name)
    }

    /// The names of all containers.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.fake.world().containers.values().map(|one| one.live.name.clone()).collect();
        names.sort();
        names
    }

    /// `podman create`: a container of somebody else, or of a predecessor.
    pub fn create(&self, create: &ContainerCreate) -> Result<String, Error> {
        self.fake.change(|world| world.create(BY_HAND, create))
    }

    /// `podman start`.
    pub fn start(&self, name: &str) -> Result<(), Error> {
        let (_, process) = self.fake.change(|world| world.start(BY_HAND, name))?;
        if let Some((pid, script)) = process {
            self.fake.live(pid, &script);
        }
        Ok(())
    }

    /// `podman stop` with the container's own stop time.
    pub fn stop(&self, name: &str) -> Result<(), Error> {
        let stop = self.fake.change(|world| {
            let grace = world.inspect(name).map_or(Duration::ZERO, |live| live.config.stop_timeout);
            world.begin_stop(BY_HAND, name, grace)
        })?;
        if let Stop::Ends(dying) = stop {
            self.fake.die(dying);
        }
        Ok(())
    }

    /// `podman kill -s SIGNAL`.
    pub fn kill(&self, name: &str, signal: u8) -> Result<(), Error> {
        let dying = self.fake.change(|world| world.kill(BY_HAND, name, signal))?;
        if let Some(dying) = dying {
            self.fake.die(dying);
        }
        Ok(())
    }

    /// `podman rm -f`.
    pub fn remove(&self, name: &str) {
        if let Ok(Some(pid)) = self.fake.change(|world| world.remove(BY_HAND, name, true)) {
            self.fake.end(pid, 137);
        }
    }

    /// `podman rename`.
    pub fn rename(&self, name: &str, to: &str) -> Result<(), Error> {
        self.fake.change(|world| world.rename(BY_HAND, name, to))
    }

    /// `podman update`.
    pub fn update(&self, name: &str, resources: &Resources) -> Result<(), Error> {
        self.fake.change(|world| world.update(BY_HAND, name, resources))
    }

    /// Any other change of a live container's configuration.
    pub fn reconfigure(&self, name: &str, work: impl FnOnce(&mut LiveConfig)) -> Result<(), Error> {
        self.fake.change(|world| {
            let one = world.container(BY_HAND, name)?;
            work(&mut one.live.config);
            let id = one.live.id.clone();
            world.log_container(&id, "update", None);
            Ok(())
        })
    }

    /// Somebody else manages the container.
    pub fn manage(&self, name: &str, manager: ForeignManager) -> Result<(), Error> {
        self.fake
            .change(|world| world.container(BY_HAND, name).map(|one| one.live.managed_by = Some(manager)))
    }

    /// `podman network disconnect`.
    pub fn disconnect(&self, container: &str, network: &str) -> Result<(), Error> {
        self.fake.change(|world| world.disconnect(BY_HAND, container, network))
    }

    /// `podman network connect`.
    pub fn connect(&self, container: &str, attachment: &NetworkAttachment) -> Result<(), Error> {
        self.fake.change(|world| world.connect(BY_HAND, container, attachment))
    }

    /// `podman network create`.
    pub fn create_network(&self, create: &NetworkCreate) -> Result<(), Error> {
        self.fake.change(|world| world.create_network(BY_HAND, create))
    }

    /// `podman network rm`.
    pub fn remove_network(&self, name: &str) -> Result<(), Error> {
        self.fake.change(|world| world.remove_network(BY_HAND, name))
    }

    /// `podman volume create`.
    pub fn create_volume(&self, create: &VolumeCreate) -> Result<(), Error> {
        self.fake.change(|world| world.create_volume(BY_HAND, create))
    }

    /// `podman volume rm`.
    pub fn remove_volume(&self, name: &str) -> Result<(), Error> {
        self.fake.change(|world| world.remove_volume(BY_HAND, name))
    }

    /// A container says a line, now.
    pub fn say(&self, name: &str, line: &str) -> Result<(), Error> {
        self.fake.change(|world| world.say(BY_HAND, name, line))
    }

    /// A container adds (`A`), changes (`C`) or deletes (`D`) a path of its own layer.
    pub fn write(&self, name: &str, letter: char, path: &str) -> Result<(), Error> {
        self.fake.change(|world| {
            world.container(BY_HAND, name)?.inside.layer.insert(path.to_owned(), letter);
            Ok(())
        })
    }

    /// The main process ends by itself, now, with this code.
    pub fn end(&self, name: &str, code: i32) {
        if let Some(pid) = self.pid(name) {
            self.fake.end(pid, code);
        }
    }

    /// `kill -9` of the monitor and then of the main process: Podman goes on saying "running".
    pub fn lose_monitor(&self, name: &str) {
        let Some(pid) = self.pid(name) else { return };
        self.fake.change(|world| {
            if let Some(process) = world.processes.get_mut(&pid) {
                process.monitored = false;
            }
            if let Ok(one) = world.container(BY_HAND, name) {
                one.orphaned = true;
            }
        });
        self.fake.die(Dying { pid, after: Duration::ZERO, code: 137 });
    }

    /// The machine boots: every process is gone without a word, and what ran is "exited" without an exit code.
    pub fn reboot(&self) {
        self.fake.change(World::reboot);
    }

    /// Sets the wall clock forward or back.
    pub fn jump_wall(&self, by_ms: i64) {
        self.set(|world| world.options.wall_ms += by_ms);
    }

    /// How the processes of a container of this name behave; the checks at once, the rest from its next start on.
    pub fn script(&self, name: &str, script: Script) {
        self.set(|world| world.scripts.insert(name.to_owned(), script));
    }

    /// How a command inside a container of this name ends, from now on.
    pub fn command(&self, name: &str, command: &str, comes_to: FakeCommand) {
        self.set(|world| world.commands.insert((name.to_owned(), command.to_owned()), comes_to));
    }

    /// Puts an image into local storage under a reference; a reference that meant another image means this one now.
    pub fn tag_image(&self, reference: &str, image: &FakeImage) {
        self.set(|world| {
            world.images.insert(image.id.clone(), image.clone());
            world.tags.insert(reference.to_owned(), image.id.clone())
        });
    }

    /// `podman tag`: a further reference to the image that one means.
    pub fn alias_image(&self, reference: &str, further: &str) {
        self.set(|world| {
            let id = world.tags.get(reference).cloned();
            id.map(|id| world.tags.insert(further.to_owned(), id))
        });
    }

    /// Takes a reference out of local storage; the image stays for whoever uses it by id.
    pub fn untag_image(&self, reference: &str) {
        self.set(|world| world.tags.remove(reference));
    }

    /// Puts an image into the registry.
    pub fn publish_image(&self, reference: &str, image: &FakeImage) {
        self.set(|world| world.registry.insert(reference.to_owned(), image.clone()));
    }

    /// `podman secret create`.
    pub fn create_secret(&self, name: &str) {
        self.set(|world| world.secrets.insert(name.to_owned()));
    }

    /// Something outside Podman listens on a host port, or no longer does.
    pub fn take_port(&self, port: u16, taken: bool) {
        self.set(
            |world| if taken { world.taken_ports.insert(port) } else { world.taken_ports.remove(&port) },
        );
    }

    /// How often a verb was called.
    pub fn count(&self, verb: Verb) -> u64 {
        self.fake.world().calls.get(&verb).copied().unwrap_or_default()
    }

    /// The main process of a container, dead or alive.
    fn pid(&self, name: &str) -> Option<u32> {
        self.look(name)?.pid
    }

    /// Changes the world.
    fn set<T>(&self, work: impl FnOnce(&mut World) -> T) {
        self.fake.change(|world| {
            work(world);
        });
    }
}
