//! Words of commands as they are shown, which programs are allowed, and how checks go on.

use std::time::Duration;

use expect_test::expect;

use super::{Allowed, Checked, in_words};
use crate::time::{BootId, Moment};

#[test]
fn each_word_of_a_command_is_seen_to_be_one() {
    let argv =
        ["/bin/tool", "plain", "two words", "", "a;b", "--x=1", "it's", "new\nline"].map(str::to_owned);
    expect![[r"/bin/tool plain 'two words' '' 'a;b' --x=1 'it's' 'new\u{a}line'"]]
        .assert_eq(&in_words(&argv));
}

#[test]
fn only_what_is_listed_may_be_run() {
    let these = Allowed::These(["/bin/a".to_owned()].into());
    let useless = Allowed::Useless { why: "its mode is 644".to_owned() };
    let said = [Allowed::NoFile.refuses("/bin/a"), useless.refuses("/bin/a"), these.refuses("/bin/b")];
    expect![[r"
        /bin/a may not be run: no program of the host is allowed (`podsteward run --allow-commands FILE`)
        /bin/a may not be run: no program of the host is allowed, because its mode is 644
        /bin/b may not be run: it does not stand in the file of allowed commands
    "]]
    .assert_eq(&said.map(|why| format!("{}\n", why.unwrap())).concat());
    assert_eq!(these.refuses("/bin/a"), None);
}

fn at(second: u64) -> Moment {
    Moment { wall_ms: i64::try_from(second * 1000).unwrap(), boot_ms: second * 1000, boot_id: BootId(1) }
}

#[test]
fn checks_that_held_and_do_not_any_more_are_lost() {
    let fails = || Some("container web is well: it does not run".to_owned());
    let first = Checked::after(None, fails(), at(1));
    assert_eq!((first.held_since, first.lost), (None, false));
    let held = Checked::after(Some(&first), None, at(2));
    assert_eq!((held.held_since, held.lost), (Some(at(2)), false));
    let still = Checked::after(Some(&held), None, at(3));
    assert_eq!((still.held_since, still.at), (Some(at(2)), at(3)));
    let lost = Checked::after(Some(&still), fails(), at(4));
    assert_eq!((lost.held_since, lost.lost), (None, true));
    assert!(Checked::after(Some(&lost), None, at(5)).lost, "what was lost once stays so");
}

#[test]
fn checks_are_asked_often_enough_and_not_all_the_time() {
    let periods = [1, 30, 3600].map(|secs| Checked::period(Duration::from_secs(secs)).as_secs());
    assert_eq!(periods, [1, 6, 30]);
}
