//! The handle: durability, foreign writes, and an end between any two writes.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use podsteward_domain::admit::{Admission, GateFacts, IntentDraft};
use podsteward_domain::decision::Gate;
use podsteward_domain::intent::{IntentState, JournalEntry, Outcome, StepEvent};
use podsteward_domain::memory::Memory;
use podsteward_domain::standing::Standing;
use podsteward_domain::switch::SwitchState;
use podsteward_specs::document::Origin;
use podsteward_specs::problem::Place;

use crate::fixtures::{
    Home, admit, approved, at, begin, closing, controller, draft, key, learned, log, notification, question,
    restart, yes,
};
use crate::{
    Access, Admitted, ControllerLock, Durability, Error, LastGood, LoggedOutcome, Result, Store, Tombstone,
    WriteHook,
};

fn synchronous(store: &Store) -> i64 {
    store.read(|sqlite| Ok(sqlite.query_row("PRAGMA synchronous", [], |row| row.get(0))?)).unwrap()
}

#[test]
fn each_write_is_as_durable_as_it_says_whatever_came_before() {
    const NORMAL: i64 = 1;
    const FULL: i64 = 2;
    let home = Home::new();
    assert_eq!(synchronous(&home.store), NORMAL);
    let during = |durability| {
        home.store.write("test", durability, |sqlite| {
            Ok(sqlite.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0))?)
        })
    };
    assert_eq!(during(Durability::Full).unwrap(), FULL);
    assert_eq!(during(Durability::Normal).unwrap(), NORMAL);
    home.store.set_switch(SwitchState::Paused, None, at(6)).unwrap();
    assert_eq!(synchronous(&home.store), FULL);
    begin(&home.store, "container/web", "web");
    assert_eq!(synchronous(&home.store), NORMAL);
}

#[test]
fn a_failed_write_leaves_nothing_behind_and_the_next_one_works() {
    let home = Home::new();
    let failed: Result<()> = home.store.write("test", Durability::Full, |sqlite| {
        sqlite.execute("INSERT INTO meta VALUES ('a', 'b')", [])?;
        Err(Error::Killed)
    });
    assert!(matches!(failed, Err(Error::Killed)));
    assert_eq!(home.store.meta("a").unwrap(), None);
    home.store.put_meta("a", "c").unwrap();
}

#[test]
fn the_data_version_tells_the_writes_of_others_and_not_our_own() {
    let home = Home::new();
    let cli = home.cli();
    let before = home.store.data_version().unwrap();
    home.store.put_meta("a", "b").unwrap();
    cli.switch().unwrap();
    assert_eq!(home.store.data_version().unwrap(), before);
    cli.set_switch(SwitchState::Paused, None, at(6)).unwrap();
    assert_ne!(home.store.data_version().unwrap(), before);
    assert_eq!(home.store.switch().unwrap().state, SwitchState::Paused);
}

#[test]
fn clones_are_one_store() {
    let home = Home::new();
    let clone = home.store.clone();
    let before = clone.data_version().unwrap();
    home.store.put_meta("a", "b").unwrap();
    assert_eq!(clone.meta("a").unwrap().as_deref(), Some("b"));
    assert_eq!(clone.data_version().unwrap(), before);
}

/// Ends the controller at one of the places where it can end: before a write, or after it and before its caller
/// knows.
struct Killer {
    places_left: AtomicUsize,
}

impl Killer {
    fn pass(&self) -> Result<()> {
        let left =
            self.places_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| Error::Killed)
    }
}

impl WriteHook for Killer {
    fn before(&self, _write: &'static str) -> Result<()> {
        self.pass()
    }

    fn after(&self, _write: &'static str) -> Result<()> {
        self.pass()
    }
}

/// A life with a write of each kind that matters to recovery.
fn live(store: &Store) -> Result<()> {
    let web = key("container/web");
    let origin = Origin { file: "web.yaml".to_owned(), place: Place::START };
    store.replace_last_good(&[LastGood { key: web.clone(), canonical: "{}".to_owned(), origin }])?;
    let held = restart("container/web", 7_500, Some((Gate::Verdict, "it needs approval")));
    let judge = |_: &GateFacts| Admission::Ask(Box::new(question("container/web")), held.clone());
    let asked = store.admit(at(5), Durability::Normal, &web, judge)?;
    let Admitted::Asked { approval, .. } = asked else { panic!("not asked") };
    store.answer_approval(approval.id, approved(false))?;
    let draft = IntentDraft { approval: Some(approval.id), ..draft("container/web", &["web"], &[]) };
    let admitted = store.admit(at(10), Durability::Full, &web, yes(draft))?;
    let Admitted::Begun { intent, .. } = admitted else { panic!("not begun") };
    store.advance(intent.id, &IntentState::Acting, Durability::Normal)?;
    let (noun, text) = ("remove-container".to_owned(), "remove container web".to_owned());
    let line = JournalEntry { intent: intent.id, step: 0, noun, text, event: StepEvent::Begun, at: at(11) };
    store.append(&line, Durability::Full)?;
    store.put_memory(&web, &Memory::default(), Durability::Normal)?;
    let taught = |standing: &Standing| Some(learned(standing, 500));
    store.close(&intent, &closing(Outcome::Success, "", 12), taught, |_| vec![notification("it worked")])?;
    store.put_tombstone(&web, &Tombstone { canonical: "{}".to_owned(), at: at(13) })
}

/// What must be true whenever a controller starts.
fn check(dir: &Path, place: usize) {
    let (_lock, store) = controller(dir);
    let web = key("container/web");
    let open = store.open_intents().unwrap();
    let entries = log(&store);
    let asked = store.approvals(false, 10).unwrap();
    assert_eq!(entries.len(), asked.len(), "place {place}: one entry for the question and its plan");
    let state = asked.first().map_or("none", |approval| approval.state.as_str());
    let begun = entries.first().is_some_and(|entry| entry.intent.is_some());
    assert_eq!(state == "used", begun, "place {place}: used exactly by what was begun");
    let ended = entries.iter().any(|entry| entry.outcome == Some(LoggedOutcome::Success));
    assert_eq!(begun && open.is_empty(), ended, "place {place}: completed exactly when closed");
    assert_eq!(
        store.tracks().unwrap().len(),
        usize::from(ended),
        "place {place}: learned exactly when closed"
    );
    assert_eq!(store.overall().unwrap().len(), usize::from(ended), "place {place}");
    let told = store.undelivered_count().unwrap();
    let due = u64::try_from(asked.len()).unwrap() + u64::from(ended);
    assert_eq!(told, due, "place {place}: told exactly what was written");
    let held = admit(&store, draft("container/web", &["web"], &[])).is_err();
    assert_eq!(held, !open.is_empty(), "place {place}: held exactly while open");
    let tombstoned = store.is_tombstoned(&web).unwrap();
    assert!(!tombstoned || store.last_good().unwrap().is_empty(), "place {place}: buried as a whole");
}

#[test]
fn an_end_between_any_two_writes_leaves_a_consistent_store() {
    let mut place = 0;
    loop {
        let dir = tempfile::tempdir().unwrap();
        let ended = {
            let lock = ControllerLock::take(dir.path()).unwrap();
            let store = Store::open(dir.path(), Access::Controller(&lock)).unwrap();
            live(&store.with_hook(Arc::new(Killer { places_left: AtomicUsize::new(place) })))
        };
        check(dir.path(), place);
        match ended {
            Ok(()) => break,
            Err(error) => assert!(matches!(error, Error::Killed), "{error}"),
        }
        place += 1;
    }
    assert_eq!(place, 18, "before and after each of the nine writes");
}
