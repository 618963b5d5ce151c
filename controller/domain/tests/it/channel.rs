//! Notification channels: what is wrong with one is said of it, and left to people.

use expect_test::expect;

use crate::told::{acts, look};

const PHONE: &str = "NotificationChannel phone {type: webhook, url: \"https://h/x\"}\n applied";

#[test]
fn a_channel_that_is_well_is_as_declared() {
    expect![[r#"
        MATCH
        nothing to do
    "#]]
    .assert_eq(&look(PHONE));
}

#[test]
fn a_channel_that_refuses_says_so_and_nothing_is_done_about_it() {
    let refused = format!("{PHONE}\n refused the answer was 404");
    expect![[r#"
        WARNING: the answer was 404: nothing arrives until its address or token is mended
        finding warning channel_refused: the answer was 404: nothing arrives until its address or token is mended
        nothing to do
    "#]].assert_eq(&look(&refused));
    assert_eq!(acts(&refused), "nothing to do\n");
}

#[test]
fn a_secret_that_others_may_read_is_told_with_what_to_do() {
    expect![[r#"
        WARNING: others may read its secret: its tokenFile has mode 0644; 0600 is enough
        finding warning secret_exposed: others may read its secret: its tokenFile has mode 0644; 0600 is enough
        nothing to do
    "#]].assert_eq(&look(&format!("{PHONE}\n exposed")));
}

#[test]
fn a_channel_that_was_not_reached_again_and_again_says_why() {
    expect![[r#"
        WARNING: nothing arrived in 3 tries, the last time: no answer: connection refused; it is tried again
        finding warning channel_failing: nothing arrived in 3 tries, the last time: no answer: connection refused; it is tried again
        nothing to do
    "#]].assert_eq(&look(&format!("{PHONE}\n failing 3 no answer: connection refused")));
    assert_eq!(look(&format!("{PHONE}\n failing 2 no answer: connection refused")), look(PHONE));
}

#[test]
fn a_channel_whose_file_cannot_be_read_says_so_before_anything_is_sent() {
    expect![[r#"
        WARNING: nothing can be sent: its urlFile cannot be read: not found
        finding warning channel_failing: nothing can be sent: its urlFile cannot be read: not found
        nothing to do
    "#]]
    .assert_eq(&look(&format!("{PHONE}\n unreadable its urlFile cannot be read: not found")));
}
