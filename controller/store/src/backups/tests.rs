//! What proofs last said.

use podsteward_domain::backup::{Look, ProofOf, Told};
use podsteward_specs::backup::Proof;
use podsteward_specs::quantity::Bytes;

use crate::fixtures::{Home, at, key};

fn proof(glob: &str) -> Proof {
    Proof::Files { glob: glob.to_owned(), min_size: Bytes(1) }
}

fn look(ms: i64, second: u32) -> Look {
    Look::after(None, Told::Done { ms, by: "a file".to_owned() }, at(second))
}

#[test]
fn the_last_word_of_each_proof_is_kept_over_a_restart() {
    let home = Home::new();
    let (nightly, one) = (key("backupcheck/nightly"), proof("/b/*"));
    assert_eq!(home.store.backup_look(&nightly, ProofOf::Backup, &one).unwrap(), None);
    home.store.put_backup_look(&nightly, ProofOf::Backup, &one, &look(5, 1)).unwrap();
    home.store.put_backup_look(&nightly, ProofOf::Backup, &one, &look(6, 2)).unwrap();
    home.store.put_backup_look(&nightly, ProofOf::Restore, &one, &look(7, 3)).unwrap();
    let kept = |of| home.store.backup_look(&nightly, of, &one).unwrap();
    assert_eq!((kept(ProofOf::Backup), kept(ProofOf::Restore)), (Some(look(6, 2)), Some(look(7, 3))));
}

#[test]
fn what_another_proof_said_counts_no_more() {
    let home = Home::new();
    let nightly = key("backupcheck/nightly");
    home.store.put_backup_look(&nightly, ProofOf::Backup, &proof("/b/*"), &look(5, 1)).unwrap();
    assert_eq!(home.store.backup_look(&nightly, ProofOf::Backup, &proof("/c/*")).unwrap(), None);
}

#[test]
fn a_check_that_is_forgotten_leaves_nothing() {
    let home = Home::new();
    let nightly = key("backupcheck/nightly");
    home.store.put_backup_look(&nightly, ProofOf::Backup, &proof("/b/*"), &look(5, 1)).unwrap();
    home.store.forget(&nightly).unwrap();
    assert_eq!(home.store.backup_look(&nightly, ProofOf::Backup, &proof("/b/*")).unwrap(), None);
}
