//! What probes came to.

use podsteward_domain::probe::ProbeFacts;

use crate::fixtures::{Home, key};

#[test]
fn the_results_of_the_latest_start_are_kept_and_go_with_the_container() {
    let home = Home::new();
    let web = key("container/web");
    assert_eq!(home.store.probe_facts().unwrap(), []);
    home.store.put_probe_facts(&web, "one@1", &ProbeFacts::begin(false)).unwrap();
    home.store.put_probe_facts(&web, "two@2", &ProbeFacts::begin(true)).unwrap();
    let kept = (web.clone(), "two@2".to_owned(), ProbeFacts::begin(true));
    assert_eq!(home.store.probe_facts().unwrap(), [kept]);
    home.store.forget(&web).unwrap();
    assert_eq!(home.store.probe_facts().unwrap(), []);
}
