//! Words of commands as they are shown, which programs are allowed, and how checks go on.

use std::time::Duration;

use expect_test::expect;
use podsteward_specs::load::{SourceFile, load};

use super::{Allowed, Checked, Unmet, in_words};
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
    let fails = || Some(Unmet { index: 0, why: "container web is well: it does not run".to_owned() });
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

#[test]
fn a_playbook_is_read_line_by_line() {
    let spec = "{parameters: {how: gently, needed: ~}, preChecks: [{well: {container: db}}], steps: [{restart: {}}, \
                {stop: {container: db}}, {exec: {command: [touch, \"/tmp/a b\"]}}, {wait: {for: 90s}}, \
                {command: {argv: [/bin/mend, $(how), $(needed), $(target)]}}, {probe: {tcpSocket: {port: 80}}}, \
                {notify: {message: done}}, {cleanup: {disk: root}}, {recreate: {container: db}}, {start: {}}], \
                postChecks: [{command: {argv: [/bin/look]}}]}";
    let text =
        format!("apiVersion: podsteward.dev/v1alpha1\nkind: Playbook\nmetadata: {{name: a}}\nspec: {spec}\n");
    let file = SourceFile { path: "a.yaml".to_owned(), bytes: text.into_bytes() };
    let loaded = load(&[file]).files.remove(0);
    assert_eq!(loaded.problems, []);
    expect![[r"
        go on only if container db is well
        restart the target
        stop container db
        run touch '/tmp/a b' in the target (within 1m)
        wait 1m30s
        run /bin/mend gently '$(needed)' '$(target)' on the host (within 1m)
        wait until the target answers tcp :80 (within 1m)
        tell: done
        clean disk root
        make container db anew
        start the target
        it worked if /bin/look ends with 0"]]
    .assert_eq(&super::lines(loaded.documents[0].playbook().unwrap()).join("\n"));
}
