//! The rounds over a real store, with a clock that follows virtual time, and receivers that keep what arrives.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use podsteward_domain::channel::ChannelFacts;
use podsteward_domain::notification::Notification;
use podsteward_domain::time::Moment;
use podsteward_metrics::{Format, Telemetry};
use podsteward_specs::key::Name;
use podsteward_specs::window::Window;
use podsteward_store::{Access, Store, WriteHook};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::super::{Declared, Rounds};
use crate::clock::{Clock as _, SimClock};
use crate::outbox::fixtures::{NOON, name};
use crate::outbox::{Channel, Error, Message, Sender, Standing};

/// How a receiver fails.
#[derive(Debug, Clone, Copy)]
pub(super) enum Down {
    /// It refuses, with this status, and asks to wait so long.
    Refuses(u16, Option<Duration>),
    /// It takes so long to fail.
    Dead(Duration),
    /// It takes so long to answer, and has the message then.
    Slow(Duration),
    /// It has the message, and its answer is lost.
    Cut,
    /// It refuses the message with this title as such.
    RefusesOne(&'static str),
}

/// All receivers.
#[derive(Default)]
pub(super) struct Receivers(Mutex<BTreeMap<String, Receiver>>);

#[derive(Debug, Clone, Default)]
struct Receiver {
    down: Option<Down>,
    arrived: Vec<String>,
    tried: Vec<Instant>,
    at_once: usize,
    most_at_once: usize,
}

impl Receiver {
    fn take(&mut self, message: &Message) {
        let again = if message.in_doubt { " again" } else { "" };
        let ends = message.ends.map(|ends| format!(" ends {}", ends.0)).unwrap_or_default();
        self.arrived.push(format!("{}{ends}{again}", message.notification.title));
    }
}

impl Receivers {
    fn with<T>(&self, name: &str, act: impl FnOnce(&mut Receiver) -> T) -> T {
        act(self.0.lock().unwrap().entry(name.to_owned()).or_default())
    }

    /// A receiver fails from now on.
    pub(super) fn put(&self, name: &str, down: Down) {
        self.with(name, |receiver| receiver.down = Some(down));
    }

    /// A receiver is well from now on.
    pub(super) fn mend(&self, name: &str) {
        self.with(name, |receiver| receiver.down = None);
    }

    /// How often a receiver was tried.
    pub(super) fn attempts(&self, name: &str) -> usize {
        self.with(name, |receiver| receiver.tried.len())
    }

    /// The whole seconds between two attempts.
    pub(super) fn pauses(&self, name: &str) -> Vec<u64> {
        let tried = self.with(name, |receiver| receiver.tried.clone());
        tried.windows(2).map(|pair| (pair[1] - pair[0]).as_secs()).collect()
    }

    /// How many messages were under way to a receiver at once.
    pub(super) fn most_at_once(&self, name: &str) -> usize {
        self.with(name, |receiver| receiver.most_at_once)
    }
}

#[async_trait]
impl Sender for Receivers {
    async fn send(&self, channel: &Channel, message: &Message) -> Result<(), Error> {
        let (name, of) = (channel.name.as_str(), channel.name.clone());
        let down = self.with(name, |receiver| {
            receiver.tried.push(Instant::now());
            receiver.at_once += 1;
            receiver.most_at_once = receiver.most_at_once.max(receiver.at_once);
            receiver.down
        });
        if let Some(Down::Dead(pause) | Down::Slow(pause)) = down {
            sleep(pause).await;
        }
        self.with(name, |receiver| {
            receiver.at_once -= 1;
            match down {
                Some(Down::Refuses(status, retry_after)) => {
                    Err(Error::Refused { channel: of, status, retry_after })
                }
                Some(Down::Dead(_)) => {
                    Err(Error::NoAnswer { channel: of, why: "dead".to_owned(), in_doubt: false })
                }
                Some(Down::Cut) => {
                    receiver.take(message);
                    Err(Error::NoAnswer { channel: of, why: "reset".to_owned(), in_doubt: true })
                }
                Some(Down::RefusesOne(title)) if title == message.notification.title => {
                    Err(Error::Refused { channel: of, status: 400, retry_after: None })
                }
                None | Some(Down::Slow(_) | Down::RefusesOne(_)) => {
                    receiver.take(message);
                    Ok(())
                }
            }
        })
    }
}

/// A store that fails to write while it is told to.
#[derive(Default)]
pub(super) struct Disk(AtomicBool);

impl Disk {
    /// Whether it fails from now on.
    pub(super) fn fail(&self, fails: bool) {
        self.0.store(fails, Ordering::Relaxed);
    }
}

impl WriteHook for Disk {
    fn before(&self, _: &'static str) -> podsteward_store::Result<()> {
        if self.0.load(Ordering::Relaxed) { Err(podsteward_store::Error::Killed) } else { Ok(()) }
    }

    fn after(&self, _: &'static str) -> podsteward_store::Result<()> {
        Ok(())
    }
}

/// The rounds with everything around them.
pub(super) struct Office {
    pub(super) receivers: Arc<Receivers>,
    pub(super) clock: Arc<SimClock>,
    pub(super) disk: Arc<Disk>,
    store: Store,
    telemetry: Arc<Telemetry>,
    declared: Arc<Mutex<Declared>>,
    found: Arc<Mutex<BTreeMap<Name, ChannelFacts>>>,
    wake: Arc<Notify>,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
    _dir: TempDir,
}

impl Office {
    /// Rounds to these channels, begun at noon.
    pub(super) fn with(channels: &[Channel]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let disk = Arc::new(Disk::default());
        let store = Store::open(dir.path(), Access::Cli).unwrap();
        let mut office = Self {
            receivers: Arc::default(),
            clock: Arc::new(SimClock::new(NOON)),
            store: store.with_hook(Arc::clone(&disk) as Arc<dyn WriteHook>),
            disk,
            telemetry: Arc::default(),
            declared: Arc::default(),
            found: Arc::default(),
            wake: Arc::default(),
            shutdown: CancellationToken::new(),
            task: tokio::spawn(async {}),
            _dir: dir,
        };
        office.declare(channels);
        office.begin();
        office
    }

    fn begin(&mut self) {
        let (declared, found) = (Arc::clone(&self.declared), Arc::clone(&self.found));
        self.shutdown = CancellationToken::new();
        let rounds = Rounds {
            store: self.store.clone(),
            sender: Arc::clone(&self.receivers) as Arc<dyn Sender>,
            clock: Arc::clone(&self.clock) as Arc<dyn crate::clock::Clock>,
            telemetry: Arc::clone(&self.telemetry),
            wake: Arc::clone(&self.wake),
            shutdown: self.shutdown.clone(),
            instance: "default".to_owned(),
            declared: Box::new(move || declared.lock().unwrap().clone()),
            found: Box::new(move |facts| found.lock().unwrap().clone_from(facts)),
        };
        self.task = tokio::spawn(rounds.run());
    }

    /// The controller is stopped and started again.
    pub(super) async fn restart(&mut self) {
        self.shutdown.cancel();
        (&mut self.task).await.unwrap();
        self.begin();
    }

    /// The controller is killed and started again.
    pub(super) async fn kill(&mut self) {
        self.task.abort();
        assert!((&mut self.task).await.unwrap_err().is_cancelled());
        self.begin();
    }

    /// What is known to be wrong with a channel.
    pub(super) fn found(&self, of: &str) -> ChannelFacts {
        self.found.lock().unwrap().get(&name(of)).cloned().unwrap_or_default()
    }

    /// These are the channels from now on.
    pub(super) fn declare(&self, channels: &[Channel]) {
        self.declared.lock().unwrap().channels = channels.to_vec();
        self.wake.notify_one();
    }

    /// These are the policy's quiet hours from now on.
    pub(super) fn declare_quiet_hours(&self, window: Option<Window>) {
        self.declared.lock().unwrap().quiet_hours = window;
        self.wake.notify_one();
    }

    /// Something is to be told.
    pub(super) fn tell(&self, notifications: &[Notification]) {
        self.store.tell(notifications, self.now()).unwrap();
        self.wake.notify_one();
    }

    /// Lets time pass.
    pub(super) async fn pass(&self, time: Duration) {
        sleep(time).await;
    }

    /// Waits until everything is settled.
    pub(super) async fn delivered(&self) {
        // A turn for the rounds before time passes.
        tokio::task::yield_now().await;
        while self.undelivered() > 0 {
            sleep(Duration::from_secs(1)).await;
        }
    }

    /// How much is not settled.
    pub(super) fn undelivered(&self) -> u64 {
        self.store.undelivered_count().unwrap()
    }

    /// How the deliveries stand by what the store holds, for whoever has no controller to ask.
    pub(super) fn standing(&self) -> Standing {
        let declared = self.declared.lock().unwrap().clone();
        let quiet_hours = declared.quiet_hours.as_ref();
        Standing::at(&self.store, &declared.channels, quiet_hours, self.now()).unwrap()
    }

    /// What arrived at a receiver, by title.
    pub(super) fn arrived(&self, name: &str) -> Vec<String> {
        self.receivers.with(name, |receiver| receiver.arrived.clone())
    }

    /// Now.
    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The whole minutes since the beginning.
    pub(super) fn minutes_passed(&self) -> u64 {
        self.now().since(NOON).as_secs() / 60
    }

    /// All metrics.
    pub(super) fn metrics(&self) -> String {
        self.telemetry.render(Format::Classic)
    }
}
