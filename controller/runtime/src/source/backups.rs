//! Backups: what their proofs say, asked bounded times.
//!
//! Owns when each proof is looked at, and that what it said is kept. Never decides what that means: the domain reads it, and
//! looks are asked for. A program is not run again after a restart before its time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt as _};
use podsteward_domain::backup::evidence::{self, Evidence};
use podsteward_domain::backup::{Look, ProofOf, cadence};
use podsteward_metrics::BackupEvent;
use podsteward_specs::backup::Proof;
use podsteward_specs::key::Key;
use tokio::time::{Instant, sleep_until};

use crate::context::Context;
use crate::queue::Reason;

/// So many proofs are looked at at once.
const LOOKS_MAX: usize = 4;

/// Which proof of which check.
type Which = (Key, ProofOf);

/// A proof that is looked at again and again.
struct Watched {
    proof: Proof,
    max_age: Duration,
    /// What it said in another life of the controller.
    before: Option<Look>,
    due: Instant,
    under_way: bool,
}

/// What a look came to.
struct Looked {
    which: Which,
    proof: Proof,
    evidence: Evidence,
}

/// Looks at proofs, until the controller ends.
pub async fn run(context: Arc<Context>) {
    let mut watched: BTreeMap<Which, Watched> = BTreeMap::new();
    let mut looks: FuturesUnordered<BoxFuture<'static, Looked>> = FuturesUnordered::new();
    loop {
        follow(&context, &mut watched);
        let now = Instant::now();
        let due = watched.iter_mut().filter(|(_, it)| !it.under_way && it.due <= now);
        for (which, it) in due.take(LOOKS_MAX.saturating_sub(looks.len())) {
            it.under_way = true;
            looks.push(look(&context, which.clone(), it.proof.clone()));
        }
        let resting = watched.values().filter(|it| !it.under_way).map(|it| it.due);
        let next = resting.min().filter(|_| looks.len() < LOOKS_MAX);
        let changes = grows_old(&context);
        let wait = async {
            match next.into_iter().chain(changes).min() {
                Some(next) => sleep_until(next).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = context.shutdown.cancelled() => return,
            () = context.backups_changed.notified() => {}
            Some(looked) = looks.next(), if !looks.is_empty() => take_in(&context, &mut watched, looked),
            () = wait => sample(&context),
        }
    }
}

/// Follows what is declared: a proof that is new, or another one, is looked at at once unless it was a short while ago.
fn follow(context: &Context, watched: &mut BTreeMap<Which, Watched>) {
    let checks = context.world.backup_checks();
    let declared = |(key, of): &Which, it: &Watched| {
        let check = checks.iter().find(|(known, _)| known == key).map(|(_, check)| check);
        check.and_then(|check| of.declared(check)) == Some((&it.proof, it.max_age))
    };
    let gone: Vec<Which> =
        watched.iter().filter(|(which, it)| !declared(which, it)).map(|(which, _)| which.clone()).collect();
    for which in gone {
        watched.remove(&which);
        if which.1 == ProofOf::Backup && checks.iter().all(|(key, _)| *key != which.0) {
            context.telemetry.emit(BackupEvent::Forgotten { key: &which.0 });
        }
    }
    for (key, check) in &checks {
        for of in ProofOf::ALL {
            let Some((proof, max_age)) = of.declared(check) else { continue };
            let which = (key.clone(), of);
            if !watched.contains_key(&which) {
                watched.insert(which.clone(), begin(context, &which, proof, max_age));
            }
        }
    }
}

/// What a program said counts also after a restart; everything else is cheap to look at anew.
fn begin(context: &Context, which: &Which, proof: &Proof, max_age: Duration) -> Watched {
    let (key, of) = which;
    let kept = context.survive(context.keeper.store().backup_look(key, *of, proof)).flatten();
    let mut it = Watched {
        proof: proof.clone(),
        max_age,
        before: kept.clone(),
        due: Instant::now(),
        under_way: false,
    };
    if let (Proof::Command { .. }, Some(look)) = (proof, kept) {
        let left = context.now().left_of(look.at, cadence::every(proof, max_age));
        if !left.is_zero() {
            it.due += left;
            let concerned = context.world.put_backup_look((key, *of, proof), look, context.now());
            context.request(concerned, Reason::LiveChanged);
            sample_one(context, key);
        }
    }
    it
}

fn look(context: &Arc<Context>, which: Which, proof: Proof) -> BoxFuture<'static, Looked> {
    let backups = Arc::clone(&context.backups);
    Box::pin(async move {
        let evidence = backups.look(&proof).await;
        Looked { which, proof, evidence }
    })
}

/// Takes in what a proof says. Of one that is not declared any more that means nothing.
fn take_in(context: &Context, watched: &mut BTreeMap<Which, Watched>, looked: Looked) {
    let Looked { which, proof, evidence } = looked;
    let Some(it) = watched.get_mut(&which).filter(|it| it.under_way && it.proof == proof) else { return };
    let ((key, of), now) = (&which, context.now());
    let told = evidence::read(&proof, it.max_age, &evidence, now);
    context.telemetry.emit(BackupEvent::Looked { key, of: *of, told: &told });
    let look = Look::after(it.before.as_ref(), told, now);
    let news = it.before.as_ref().is_none_or(|before| before.told != look.told);
    if news || matches!(proof, Proof::Command { .. }) {
        context.survive(context.keeper.store().put_backup_look(key, *of, &proof, &look));
    }
    it.before = Some(look.clone());
    it.under_way = false;
    it.due = Instant::now() + cadence::every(&proof, it.max_age);
    let concerned = context.world.put_backup_look((key, *of, &proof), look, now);
    context.request(concerned, Reason::LiveChanged);
    sample_one(context, key);
}

/// When the word on any backup changes by itself.
fn grows_old(context: &Context) -> Option<Instant> {
    let left = context.world.backups_again(context.now());
    left.map(|left| Instant::now() + left)
}

/// What grew old is looked at, with whoever waits for it.
fn sample(context: &Context) {
    for (key, _) in context.world.backup_checks() {
        sample_one(context, &key);
    }
}

fn sample_one(context: &Context, key: &Key) {
    if let Some((word, facts)) = context.world.backup_word(key, context.now()) {
        context.telemetry.emit(BackupEvent::Sampled { key, word: &word, facts: &facts });
    }
}
