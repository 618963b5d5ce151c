//! The escalation ladder: restart, recreate, previous image, then nothing more, and somebody is told.

use expect_test::expect;
use podsteward_domain::action::Action;
use podsteward_domain::decide::decide;
use podsteward_domain::decision::Decision;
use podsteward_domain::detect::detect;
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::ladder::{self, Ladder, Rung};
use podsteward_domain::plan::Step;
use podsteward_domain::view::View;
use proptest::prelude::*;

use crate::fixture::world;
use crate::story::story;
use crate::told::acts;

/// A container that runs and is not well, of an image that the last edit brought.
const ILL: &str = "Container web {image: app:2, healthcheck: {command: curl localhost}}
    live running
    without-volumes
    applied
    healthy-once
    unwell 1h
    health unhealthy";

/// What it was before.
const BEFORE: &str = "before sha256:old {image: app:1}";

fn decision(text: &str) -> Decision {
    let decisions = evaluate(world(text)).decisions;
    decisions.into_iter().find(|decision| decision.action.as_str() == "service-restart").expect("it is ill")
}

fn ladder(known: &str) -> Ladder {
    decision(&format!("{ILL}\n{known}")).judgement.unwrap().ladder.unwrap()
}

/// The lines of a story that tell what was begun, step by step, learned and told.
fn climbs(known: &str, lines: &str) -> String {
    let text = format!("{ILL}\n{known}\ntrack service-restart successes 30 adjustment 1000\n---\n{lines}");
    let told = story(&text);
    let wanted =
        ["because", "  create", "  start", "closed", "taken back", "rests", "held by", "quarantined"];
    let lines = told.lines().filter(|line| wanted.iter().any(|word| line.contains(word)));
    lines.map(|line| line.to_owned() + "\n").collect()
}

#[test]
fn each_failure_leads_to_the_next_rung_and_the_earlier_image_helps() {
    expect![[r#"
        +0.0s service-restart because unhealthy (auto-execute, 1.00)
        +0.0s   start container web
        +30.0s closed: failure
        +30.0s    service-restart held by cooldown: service-restart rests for 5m after it was tried
        +330.0s service-restart because unhealthy (notify-execute, 0.9732)
        +330.0s   create container web from app:2
        +330.0s   start container web
        +360.0s   start container web
        +360.0s closed: rolled-back
        +360.0s   Failed: container/web: service-restart failed and was taken back
        +380.0s    service-restart held by cooldown: service-restart rests for 5m after it was tried
        +660.0s service-restart because unhealthy (notify-execute, 0.8652)
        +660.0s   create container web from sha256:old
        +660.0s   start container web
        +665.0s closed: success
        +665.0s DRIFT edited quarantined
        +665.0s    apply held by quarantine: the document was taken back: it was unhealthy, and no restart helped
    "#]]
    .assert_eq(&climbs(BEFORE, "sickens 20s\n look\n wait 6m\n heals 5s\n wait 20m"));
}

#[test]
fn when_no_rung_helps_the_breaker_opens_and_somebody_hears_what_was_tried() {
    expect![[r#"
        +0.0s service-restart because unhealthy (auto-execute, 1.00)
        +0.0s   start container web
        +30.0s closed: failure
        +30.0s    service-restart held by cooldown: service-restart rests for 5m after it was tried
        +330.0s service-restart because unhealthy (notify-execute, 0.9732)
        +330.0s   create container web from app:2
        +330.0s   start container web
        +360.0s   start container web
        +360.0s closed: rolled-back
        +360.0s   Failed: container/web: service-restart failed and was taken back
        +380.0s    service-restart held by cooldown: service-restart rests for 5m after it was tried
        +660.0s service-restart because unhealthy (notify-execute, 0.8652)
        +660.0s   create container web from sha256:old
        +660.0s   start container web
        +690.0s   start container web
        +690.0s closed: rolled-back
        +690.0s   BreakerOpened: service-restart rests on container/web: it failed too often
        +690.0s   Failed: container/web: service-restart failed and was taken back
        +710.0s    service-restart held by breaker: service-restart failed too often on this target
    "#]]
    .assert_eq(&climbs(BEFORE, "sickens 20s\n look\n wait 1h"));
}

#[test]
fn an_image_that_is_gone_meanwhile_is_told_and_left_out() {
    let told = climbs(BEFORE, "prunes\n sickens 20s\n look\n wait 1h");
    assert_eq!(told.matches("service-restart because").count(), 2, "{told}");
    assert!(told.contains("held by breaker"), "{told}");
}

#[test]
fn a_rung_says_which_it_is_what_was_tried_and_what_comes_next() {
    let tried = "track service-restart tried restart:10m failures 1";
    expect![[r#"
        rung restart of the ladder; next, if it does not help: recreate; previous-image is left out: no document was applied before the last one
        rung recreate of the ladder, tried and failed: restart (2026-11-22T11:50:00Z); nothing is left to try after it; previous-image is left out: no document was applied before the last one
        rung restart of the ladder; next, if it does not help: recreate
        rung recreate of the ladder, tried and failed: restart (2026-11-22T11:50:00Z); next, if it does not help: previous-image
    "#]]
    .assert_eq(&format!(
        "{}\n{}\n{}\n{}\n",
        ladder(""),
        ladder(tried),
        ladder(BEFORE),
        ladder(&format!("{BEFORE}\n{tried}"))
    ));
}

#[test]
fn what_keeps_the_earlier_image_from_being_taken_back_is_told() {
    let left_out = |known: &str, spec: &str| {
        let text = ILL.replace("{image: app:2,", &format!("{{image: app:2, {spec}"));
        let ladder = decision(&format!("{text}\n{known}")).judgement.unwrap().ladder.unwrap();
        ladder.left_out.first().map_or_else(String::new, |it| format!("{}: {}", it.rung, it.why))
    };
    let mount = "mounts: [{type: bind, source: /srv/web, target: /data}],";
    expect![[r#"
        previous-image: no document was applied before the last one

        previous-image: the last edit did not change the image
        previous-image: the last edit did not change the image
        previous-image: the newer image may have rewritten the data that it keeps
        previous-image: the newer image may have rewritten the data that it keeps

        previous-image: the earlier image is not there any more
        previous-image: whether the earlier image is still there is not known"#]]
    .assert_eq(
        &[
            left_out("", ""),
            left_out(BEFORE, ""),
            left_out("before sha256:old {image: app:2}", ""),
            left_out("before sha256:one {image: app:1}", ""),
            left_out(BEFORE, mount),
            left_out(&BEFORE.replace("app:1", &format!("app:1, {}", mount.trim_end_matches(','))), ""),
            left_out(BEFORE, &mount.replace("target: /data", "target: /data, readOnly: true")),
            left_out(&format!("{BEFORE}\nimage-before absent"), ""),
            left_out(&format!("{BEFORE}\nimage-before unknown"), ""),
        ]
        .join("\n"),
    );
}

#[test]
fn whether_the_earlier_image_is_there_is_read_before_anything_is_tried() {
    let told = acts(&format!("{ILL}\n{BEFORE}\nimage-before not-yet"));
    assert!(told.contains("held by freshness"), "{told}");
}

#[test]
fn one_that_is_well_and_restarted_for_another_reason_does_not_wait_for_that() {
    let text = ILL.replace("unwell 1h", "").replace("unhealthy", "healthy");
    let world = world(&format!("{text}\n{BEFORE}\nimage-before not-yet"));
    assert!(ladder::is_read(&View::of(&world)));
}

#[test]
fn data_in_a_volume_without_a_name_keeps_the_earlier_image_away_too() {
    let text = ILL.replace("without-volumes", "");
    let ladder = decision(&format!("{text}\n{BEFORE}")).judgement.unwrap().ladder.unwrap();
    assert!(ladder.to_string().contains("previous-image is left out"), "{ladder}");
}

#[test]
fn a_rung_makes_what_was_applied_and_not_a_document_in_quarantine() {
    let applied = "applied {image: app:1, healthcheck: {command: curl localhost}}";
    let text = ILL.replace("applied", applied);
    let text =
        format!("{text}\nquarantined rolled-back same\ntrack service-restart tried restart:10m failures 1");
    let world = world(&text);
    let view = View::of(&world);
    let considered = decide(&view, &detect(&view));
    let mut of_ladder = considered.iter().filter(|it| it.decision.action == Action::ServiceRestart);
    let plan = &of_ladder.next().expect("it is ill").plan;
    let made = plan.steps().find_map(|step| match step {
        Step::CreateContainer(create) => Some((create.container.image.as_str(), create.image.as_str())),
        _ => None,
    });
    assert_eq!(made, Some(("app:1", "sha256:one")));
}

#[test]
fn a_failure_before_the_container_was_well_again_says_nothing() {
    let tried = ladder("track service-restart tried restart:2h failures 1");
    assert_eq!((tried.rung, tried.tried.len()), (Some(Rung::Restart), 0));
}

#[test]
fn a_failure_on_another_document_says_nothing() {
    let tried = ladder("track service-restart tried restart:10m failures 1 basis other");
    assert_eq!(tried.rung, Some(Rung::Restart));
}

#[test]
fn a_trial_of_an_open_breaker_begins_with_the_mildest() {
    let track = "track service-restart tried restart:30h,recreate:29h failures 2 opened 25h";
    let tried = ladder(&format!("unwell 40h\n{track}"));
    assert_eq!(tried.rung, Some(Rung::Restart));
}

#[test]
fn with_every_rung_tried_the_breaker_holds_it_though_it_is_closed() {
    let track = "track service-restart tried restart:30m,recreate:20m,previous-image:10m failures 2";
    let told = acts(&format!("{ILL}\n{BEFORE}\n{track}"));
    assert!(told.contains("held by breaker: every rung of the ladder was tried"), "{told}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A rung is taken only after every milder one that could be taken failed, and one at a time.
    #[test]
    fn no_rung_is_taken_before_the_milder_ones_failed(
        restart in any::<bool>(),
        recreate in any::<bool>(),
        taken_back in any::<bool>(),
        unwell in 1u32..120,
        before in any::<bool>(),
        opened in any::<bool>(),
    ) {
        let tried = [(restart, "restart:50m"), (recreate, "recreate:40m"), (taken_back, "previous-image:30m")];
        let tried: Vec<&str> = tried.into_iter().filter_map(|(tried, word)| tried.then_some(word)).collect();
        let tried = if tried.is_empty() { String::new() } else { format!(" tried {}", tried.join(",")) };
        let open = if opened { " opened 20m" } else { "" };
        let known = format!(
            "unwell {unwell}m\n{}\ntrack service-restart failures 1{tried}{open}",
            if before { BEFORE } else { "" }
        );
        let decision = decision(&format!("{ILL}\n{known}"));
        let ladder = decision.judgement.unwrap().ladder.unwrap();
        let counts = |rung: Rung| ladder.tried.iter().any(|tried| tried.rung == rung);
        if let Some(rung) = ladder.rung {
            prop_assert!(!counts(rung) && ladder.next.is_none_or(|next| next > rung));
            let milder = Rung::ALL.into_iter().filter(|milder| *milder < rung);
            for milder in milder {
                let left_out = ladder.left_out.iter().any(|it| it.rung == milder);
                let passed_over = ladder.tried.iter().any(|tried| tried.rung > milder);
                prop_assert!(counts(milder) || left_out || passed_over, "{ladder}");
            }
        }
        prop_assert!(ladder.rung != Some(Rung::PreviousImage) || before);
        prop_assert!(!opened || ladder.rung == Some(Rung::Restart));
    }
}
