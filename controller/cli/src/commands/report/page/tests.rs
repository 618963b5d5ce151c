//! The page where nothing is known, and where something is.

use expect_test::expect;
use podsteward_domain::report::{Facts, Pending, Span, Watch, report};
use podsteward_domain::time::Moment;

use super::Page;
use crate::output::{Screen, View as _};

fn nothing() -> Facts {
    let now = Moment { wall_ms: 1_800_000_000_000, ..Moment::default() };
    Facts { now, window_secs: 7 * 24 * 3600, ..Facts::default() }
}

#[test]
fn nothing_known_reads_as_no_data() {
    expect![[r"
        # podsteward, 2027-01-08T08:00:00Z to 2027-01-15T08:00:00Z

        Nothing needs you. It did nothing, and held nothing back. How much of the time it ran is not known.

        ## What was done

        Nothing.

        ## What was held back

        No gate held anything back.

        No approval waits.

        All breakers are closed.

        ## How well

        - health score: not known
        - success rate: no data
        - proactive ratio: no data
        - time to repair: no data
        - manual interventions: none

        ## Disks

        No filesystem is watched.

        ## Backups

        No backup is declared.

        ## What was not well

        Every container was well while podsteward ran.

        ## Findings by time open

        Nothing was wrong.

        ## podsteward itself

        - ran: not known
        - switch: not known
        - last drill: never
        - last drill that passed: never
        - notifications that did not arrive: 0
    "]]
    .assert_eq(&Page(report(&nothing())).text(Screen::default()));
}

#[test]
fn what_stands_in_a_table_cannot_break_it() {
    let target = "container/old".parse().unwrap();
    let action = podsteward_domain::action::Action::OrphanRemoval;
    let pending = vec![Pending { id: 7, action, target }];
    let spans = vec![Span { watch: Watch::Paused, from_ms: 0, to_ms: 1_800_000_000_000 }];
    let facts = Facts { pending, spans, watched_since_ms: Some(0), ..nothing() };
    let text = Page(report(&facts)).text(Screen::default());
    assert!(text.contains("| 7 | orphan-removal | container/old |\n"), "{text}");
    assert!(text.contains("- ran: 100.0 % of the time\n- switch: paused 7d\n"), "{text}");
    assert_eq!(super::table(&["A"], &[vec!["x|y\nz".to_owned()]], ""), "| A |\n| --- |\n| x\\|y z |\n");
}
