//! A full state directory, for real: nothing that was written is lost, and what must be done next can be written.
//!
//! Owns what no injected failure can prove. Run by `make test` as root, in a throw-away world: `PODSTEWARD_SMALL_DISK` names
//! a directory on a filesystem of some 100 MiB that nobody else uses. One at a time: each test fills it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the checks in clippy.toml do not know helpers of tests"
)]

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::admit::{Admission, GateFacts, IntentDraft};
use podsteward_domain::decision::{Decision, Verdict};
use podsteward_domain::finding::FindingKind;
use podsteward_domain::intent::{Baseline, Intent, Outcome};
use podsteward_domain::plan::{Expectation, ExpectedState, Shape, Touches};
use podsteward_domain::switch::SwitchState;
use podsteward_domain::time::{BootId, Moment};
use podsteward_domain::track::Basis;
use podsteward_specs::key::Key;
use podsteward_store::{
    Access, Admitted, Closing, ControllerLock, DecisionFilter, Durability, LoggedOutcome, Opening, Reserve,
    Result, Store, marker,
};

/// A state directory on the small disk, and what fills the disk.
struct Disk {
    dir: tempfile::TempDir,
}

impl Disk {
    fn new() -> Self {
        let small = std::env::var_os("PODSTEWARD_SMALL_DISK");
        let small = small.unwrap_or_else(|| panic!("e2e/lab/store.sh names a filesystem"));
        // What the test before left is free only once it is written down that it is.
        rustix::fs::syncfs(File::open(&small).unwrap()).unwrap();
        Self { dir: tempfile::tempdir_in(small).unwrap() }
    }

    fn state(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    fn open(&self) -> Result<(ControllerLock, Store)> {
        let lock = ControllerLock::take(&self.state())?;
        let store = Store::open(&self.state(), Access::Controller(&lock))?;
        Ok((lock, store))
    }

    /// Fills the disk to the last block.
    fn fill(&self) {
        for (size, name) in [(1 << 20, "large"), (4 << 10, "small"), (1, "rest")] {
            let path = self.dir.path().join(name);
            // A filesystem may still find something once it looked at what it has.
            while append(&path, size) {}
        }
    }

    fn free(&self) {
        for name in ["large", "small", "rest"] {
            // Where not even a name had room there is nothing to remove.
            let _removed = fs::remove_file(self.dir.path().join(name));
        }
        rustix::fs::syncfs(File::open(self.dir.path()).unwrap()).unwrap();
    }
}

/// Appends until there is no room; answers whether anything could be appended.
fn append(path: &Path, size: usize) -> bool {
    let Ok(mut file) = OpenOptions::new().append(true).create(true).open(path) else { return false };
    let before = file.metadata().unwrap().len();
    let block = vec![b'x'; size];
    while file.write_all(&block).is_ok() {}
    let _full = file.sync_all();
    file.metadata().unwrap().len() > before
}

fn at(second: u32) -> Moment {
    let boot_ms = u64::from(second) * 1_000;
    Moment { wall_ms: 1_790_000_000_000 + i64::from(second) * 1_000, boot_ms, boot_id: BootId(7) }
}

fn root() -> Key {
    "disk/root".parse().unwrap()
}

fn admit(store: &Store) -> Result<Intent> {
    let draft = IntentDraft {
        key: root(),
        action: Action::DiskCleanup,
        shape: Shape::Start,
        document: None,
        facts: String::new(),
        image_id: None,
        mends: Vec::new(),
        touches: Touches::default(),
        expectation: Expectation { state: ExpectedState::Running, stabilise: Duration::from_secs(10) },
        begun: at(1),
        verdict: Some(Verdict::NotifyExecute),
        judgement: None,
        basis: Basis::default(),
        restarts: false,
        repairs: true,
        before: Baseline::default(),
        approval: None,
        answers: None,
        incident: None,
    };
    let decision = Decision {
        action: Action::DiskCleanup,
        target: root(),
        trigger: FindingKind::DiskPressure,
        reason: "the disk is full".to_owned(),
        verdict: Verdict::NotifyExecute,
        judgement: None,
        digest: String::new(),
        gates: Vec::new(),
    };
    let judge = |_: &GateFacts| Admission::Admit(Box::new(draft.clone()), decision.clone(), None);
    match store.admit(at(1), Durability::Full, &root(), judge)? {
        Admitted::Begun { intent, .. } => Ok(*intent),
        other => panic!("{other:?}"),
    }
}

fn close(store: &Store, intent: &Intent) -> Result<()> {
    let closing = Closing {
        outcome: Outcome::Success,
        detail: "freed 2 GiB",
        report: None,
        rolled_back: false,
        snapshot: None,
        at: at(2),
        durability: Durability::Full,
    };
    store.close(intent, &closing, |_| None, |_| Vec::new()).map(|_| ())
}

/// Cleans up once: as it is admitted, carried out and logged.
fn clean(store: &Store) -> Result<()> {
    let open = store.intent(&root())?;
    let intent = open.map_or_else(|| admit(store), Ok)?;
    close(store, &intent)
}

/// How many cleanups the log holds, all of which were successful.
fn cleaned(store: &Store) -> usize {
    let entries = store.decisions(&DecisionFilter { limit: 100_000, ..DecisionFilter::default() }).unwrap();
    let ended = |entry: &&podsteward_store::LoggedDecision| entry.outcome == Some(LoggedOutcome::Success);
    entries.iter().filter(ended).count()
}

#[test]
#[ignore = "needs a filesystem of the lab"]
fn the_next_plan_works_thanks_to_the_reserve() {
    let disk = Disk::new();
    let (_lock, store) = disk.open().unwrap();
    assert_eq!(store.reserve_state(), Reserve::Kept);
    for _ in 0..10 {
        clean(&store).unwrap();
    }
    disk.fill();
    for _ in 0..100 {
        clean(&store).unwrap();
    }
    assert_eq!(store.reserve_state(), Reserve::GivenUp);
    assert_eq!(cleaned(&store), 110);
    assert_eq!(store.restore_reserve().unwrap(), Reserve::GivenUp, "there is no room for it");
    disk.free();
    assert_eq!(store.restore_reserve().unwrap(), Reserve::Kept);
}

#[test]
#[ignore = "needs a filesystem of the lab"]
fn a_controller_starts_on_a_full_disk_and_cleans_up() {
    let disk = Disk::new();
    let (lock, store) = disk.open().unwrap();
    clean(&store).unwrap();
    assert_eq!(store.reserve_state(), Reserve::Kept);
    drop((lock, store));
    disk.fill();
    let (_lock, store) = disk.open().unwrap();
    assert_eq!(store.opening(), &Opening::Existing);
    for _ in 0..100 {
        clean(&store).unwrap();
    }
    assert_eq!(cleaned(&store), 101);
}

#[test]
#[ignore = "needs a filesystem of the lab"]
fn a_command_pauses_and_reads_on_a_full_disk_whose_controller_is_dead() {
    let disk = Disk::new();
    let (lock, store) = disk.open().unwrap();
    clean(&store).unwrap();
    drop((lock, store));
    disk.fill();
    assert_eq!(cleaned(&Store::open(&disk.state(), Access::ReadOnly).unwrap()), 1);
    let cli = Store::open(&disk.state(), Access::Cli).unwrap();
    cli.set_switch(SwitchState::Paused, None, at(3)).unwrap();
    assert_eq!(marker::read(&disk.state()).state, SwitchState::Paused);
    drop(cli);
    let (_lock, store) = disk.open().unwrap();
    assert_eq!(store.switch().unwrap().state, SwitchState::Paused);
}

#[test]
#[ignore = "needs a filesystem of the lab"]
fn with_the_reserve_gone_too_nothing_is_lost_and_all_works_once_there_is_room() {
    let disk = Disk::new();
    let (lock, store) = disk.open().unwrap();
    disk.fill();
    let mut written = 0;
    let error = loop {
        // Whatever room the log gives back is taken again at once.
        disk.fill();
        match clean(&store) {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 50_000, "the disk is not full");
    };
    assert!(error.is_full(), "{error:?}");
    assert!(written > 0, "the reserve was of no use");
    assert_eq!(store.reserve_state(), Reserve::GivenUp);
    assert_eq!(cleaned(&store), written, "what is there can be read");
    drop((lock, store));
    match disk.open() {
        Ok((_lock, store)) => assert_eq!(cleaned(&store), written),
        Err(error) => assert!(error.is_full(), "{error:?}"),
    }
    disk.free();
    let (_lock, store) = disk.open().unwrap();
    assert_eq!((store.opening(), store.reserve_state()), (&Opening::Existing, Reserve::Kept));
    assert_eq!(cleaned(&store), written);
    clean(&store).unwrap();
    assert_eq!(cleaned(&store), written + 1);
}

#[test]
#[ignore = "needs a filesystem of the lab"]
fn a_first_start_on_a_full_disk_says_so_and_is_none_the_worse_for_it() {
    let disk = Disk::new();
    disk.fill();
    match disk.open() {
        // A filesystem may keep room for small files where there is none for large ones.
        Ok((_lock, store)) => assert_eq!(store.reserve_state(), Reserve::GivenUp),
        Err(error) => assert!(error.is_full(), "{error:?}"),
    }
    disk.free();
    let (_lock, store) = disk.open().unwrap();
    clean(&store).unwrap();
    assert_eq!((cleaned(&store), store.reserve_state()), (1, Reserve::Kept));
}
