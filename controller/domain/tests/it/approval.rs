//! What people are asked, and how long their word holds.

use std::time::Duration;

use podsteward_domain::admit::{Admission, GateFacts, judge};
use podsteward_domain::approval::{Approval, ApprovalState};
use podsteward_domain::decision::{Decision, Gate, GateAnswer};
use podsteward_domain::evaluate::evaluate;
use podsteward_domain::risk::Risk;
use podsteward_domain::time::{BootId, Moment};
use podsteward_domain::world::World;
use podsteward_specs::policy::RemediationPolicy;

use crate::confidence::{ORPHANED, SICK};
use crate::fixture::{NOW, memory, world};
use crate::told::{decided, first_stop, verdict};

/// An unhealthy container of which podsteward is not sure enough.
const UNSURE: &str = "Container web {image: app:1, healthcheck: {command: curl localhost}}
    live running
    applied
    health unhealthy refused
    overall service-restart failures 3";
const RESTART: &str = "service-restart";

/// What the judge of a World answers, and the decision that it is asked about.
pub(crate) fn admission(world: &World) -> (Admission, Decision) {
    let choice = evaluate(world.clone()).choice.expect("something could be done");
    let draft = memory::draft(world, &choice);
    let facts = GateFacts {
        now: world.now,
        switch: world.switch.clone(),
        leases: world.host.leases.clone(),
        standing: world.standing.clone(),
    };
    (judge(choice.decision.clone(), draft, &choice.case, &facts), choice.decision)
}

fn answer(text: &str) -> &'static str {
    match admission(&world(text)).0 {
        Admission::Admit(draft, ..) if draft.approval.is_some() => "admit by approval",
        Admission::Admit(..) => "admit",
        Admission::Ask(..) => "ask",
        Admission::Withhold(..) => "withhold",
    }
}

/// What becomes of the approvals of a World.
fn over(world: World) -> Vec<String> {
    let over = evaluate(world).approvals;
    over.into_iter().map(|(id, state)| format!("{id} {state:?}")).collect()
}

#[test]
fn what_lacks_a_word_is_asked_once_and_again_when_its_time_is_over() {
    let rows = [
        ("", "ask"),
        ("approval service-restart pending 1m", "withhold"),
        ("approval service-restart pending 1m other", "ask"),
        ("approval drift-reconciliation pending 1m other", "ask"),
        ("approval service-restart pending 7d", "ask"),
        ("approval service-restart approved 14m", "admit by approval"),
        ("approval service-restart approved 15m", "ask"),
        ("approval service-restart approved 1m other", "ask"),
        ("approval service-restart used 1m", "ask"),
        ("approval service-restart rejected 1m", "withhold"),
        ("approval service-restart rejected 30d", "withhold"),
        ("approval service-restart rejected 1m other", "ask"),
    ];
    for (known, expected) in rows {
        assert_eq!(answer(&format!("{UNSURE}\n {known}")), expected, "{known}");
    }
}

#[test]
fn nobody_is_asked_about_what_is_done_or_only_told_or_held_by_something_else() {
    assert_eq!(answer(SICK), "admit");
    let told = format!("{UNSURE}\n track service-restart adjustment -1000");
    assert_eq!(verdict(&told, RESTART), "alert-only, held by verdict: only told: confidence 0.695, risk low");
    assert_eq!(answer(&told), "withhold");
    for held in ["track service-restart ended 1m", "switch paused", "switch stopped", "pause", "storm 1s"] {
        assert_eq!(answer(&format!("{UNSURE}\n {held}")), "withhold", "{held}");
    }
    let stale = format!("{UNSURE}\n age 3s");
    assert_eq!(answer(&stale), "withhold", "first it is looked at afresh");
    assert!(decided(&stale, RESTART).needs_fresh_look());
}

#[test]
fn only_a_missing_word_asks() {
    assert!(decided(UNSURE, RESTART).asks());
    assert!(decided(ORPHANED, "orphan-removal").asks());
    let no = ["approval service-restart rejected 1m", "track service-restart ended 1m", "age 3s"];
    for held in no {
        assert!(!decided(&format!("{UNSURE}\n {held}"), RESTART).asks(), "{held}");
    }
    assert!(!decided(SICK, RESTART).asks(), "nothing is missing");
}

#[test]
fn a_question_says_what_would_be_done_why_it_is_asked_and_how_it_could_be_taken_back() {
    let Admission::Ask(question, _) = admission(&world(ORPHANED)).0 else { panic!("it is asked") };
    assert_eq!(question.why_asked, "confidence 0.79, risk high");
    assert_eq!(question.steps, ["stop container web (grace 10 s)", "remove container web"]);
    assert_eq!(question.effect, "container web is removed");
    assert_eq!(
        question.rollback,
        "not by itself: it can be made again from the image sha256:one, which stays; what it wrote outside of its volumes is lost"
    );
    assert_eq!((question.confidence.is_some(), question.risk.map(Risk::as_str)), (true, Some("high")));
}

#[test]
fn a_question_about_drift_shows_the_difference() {
    let drifted = world(&format!("{}\n policy {{mode: ask}}", crate::confidence::DRIFTED));
    let Admission::Ask(question, _) = admission(&drifted).0 else { panic!("it is asked") };
    let diffs: Vec<String> = question
        .diffs
        .iter()
        .map(|diff| format!("{}: {} is {}", diff.field, diff.desired, diff.live))
        .collect();
    assert_eq!(diffs, ["spec.args: one is two"]);
    assert_eq!(question.why_asked, "the policy's mode is ask; confidence 0.88, risk medium");
    let waits = "the container that is there now waits as web-podsteward-previous-c1 until the new one is verified, and comes back if that fails";
    assert_eq!(question.rollback, waits);
}

#[test]
fn another_difference_is_another_question_and_a_container_that_went_down_is_not() {
    let digest = |live: &str| {
        let drifted = crate::confidence::DRIFTED.replace("args: [two]", live);
        decided(&drifted, "drift-reconciliation").digest
    };
    assert_eq!(digest("args: [two]"), digest("args: [two]"));
    assert_ne!(digest("args: [two]"), digest("args: [three]"));
    let orphan = |state: &str| decided(&ORPHANED.replace("running", state), "orphan-removal").digest;
    assert_eq!(orphan("running"), orphan("exited"));
}

#[test]
fn an_approval_is_over_when_its_time_is_its_trigger_is_gone_or_its_plan_is_another_one() {
    let healthy = "Container web {image: app:1}\n live running\n applied";
    let gone = "41 Closed { why: \"what called for it is gone\" }";
    let another = "41 Closed { why: \"the plan is another one now\" }";
    let rows = [
        (UNSURE, "approval service-restart pending 6d", ""),
        (UNSURE, "approval service-restart pending 7d", "41 Expired"),
        (UNSURE, "approval service-restart pending 7d stood-still 1d", ""),
        (UNSURE, "approval service-restart approved 14m", ""),
        (UNSURE, "approval service-restart approved 15m", "41 Lapsed"),
        (UNSURE, "approval service-restart approved 15m stood-still 1m", ""),
        (UNSURE, "approval service-restart rejected 30d", ""),
        (UNSURE, "approval service-restart pending 1m other", another),
        (UNSURE, "approval service-restart approved 1m other", another),
        (UNSURE, "approval service-restart rejected 1m other", another),
        (ORPHANED, "image not-yet\n approval orphan-removal pending 7d", "41 Expired"),
        (healthy, "approval service-restart pending 1m other", gone),
        (healthy, "approval service-restart approved 1m other", gone),
        (healthy, "approval service-restart rejected 1m other", ""),
    ];
    for (text, approval, expected) in rows {
        assert_eq!(over(world(&format!("{text}\n {approval}"))).join(""), expected, "{approval}");
    }
}

#[test]
fn nothing_is_over_while_podsteward_is_stopped_or_does_not_know_what_there_is() {
    let healthy =
        "Container web {image: app:1}\n live running\n applied\n approval service-restart pending 8d other";
    assert_eq!(over(world(healthy)).len(), 1);
    let unknown = [
        "switch stopped",
        "desired not-yet",
        "live unknown",
        "live not-yet",
        "engine unknown",
        "image unknown",
        "intent restart stabilising",
        "engine-assumed",
    ];
    for line in unknown {
        assert_eq!(over(world(&format!("{healthy}\n {line}"))), [""; 0], "{line}");
    }
    assert_eq!(over(world(&format!("{healthy}\n switch paused"))).len(), 1, "a pause stops no clock");
    let pending = world(&format!("{UNSURE}\n approval service-restart pending 1d"));
    assert_eq!(evaluate(pending).again, Some(Duration::from_hours(6 * 24)), "it is looked at when it ends");
    let approved = world(&format!("{UNSURE}\n approval service-restart approved 1m\n pause"));
    assert_eq!(evaluate(approved).again, Some(Duration::from_mins(14)), "also while something else holds");
}

#[test]
fn what_nobody_was_asked_about_yet_is_asked_before_what_waits_for_an_answer() {
    let both = "Container web {image: app:1, args: [one], healthcheck: {command: curl localhost}}
        live running
        made-of {image: app:1, args: [two], healthcheck: {command: curl localhost}}
        applied
        health unhealthy refused
        policy {mode: ask}";
    let chosen = |approvals: &str| {
        let choice = evaluate(world(&format!("{both}\n {approvals}"))).choice.unwrap().decision;
        format!(
            "{}, {}",
            choice.action,
            if choice.waits_for_answer() { "asked already" } else { "to be asked" }
        )
    };
    let (drift, restart) = ("approval drift-reconciliation", "approval service-restart");
    let rows = [
        (String::new(), "drift-reconciliation, to be asked"),
        (format!("{drift} pending 1m"), "service-restart, to be asked"),
        (format!("{restart} pending 1m"), "drift-reconciliation, to be asked"),
        (format!("{drift} pending 1m\n {restart} pending 1m"), "drift-reconciliation, asked already"),
        (format!("{drift} pending 7d\n {restart} pending 1m"), "drift-reconciliation, to be asked"),
    ];
    for (approvals, expected) in rows {
        assert_eq!(chosen(&approvals), expected, "{approvals}");
    }
}

#[test]
fn a_word_lifts_the_verdict_and_nothing_else() {
    let approved = format!("{UNSURE}\n approval service-restart approved 1m");
    let rows = [
        ("", "queue"),
        ("track service-restart adjustment -1000", "alert-only"),
        ("storm 1s", "queue, held by storm: so much went wrong at once that nothing is touched"),
        (
            "track service-restart ended 1m",
            "queue, held by cooldown: service-restart rests for 5m after it was tried",
        ),
        (
            "track service-restart opened 1m",
            "queue, held by breaker: service-restart failed too often on this target",
        ),
        ("pause", "queue, held by pause: paused by ada: a look inside"),
    ];
    for (held, expected) in rows {
        assert_eq!(verdict(&format!("{approved}\n {held}"), RESTART), expected, "{held}");
    }
    let asking = format!("{UNSURE}\n policy {{mode: ask}}\n track service-restart adjustment -1000");
    let only_told = "alert-only, held by verdict: only told: confidence 0.695, risk low";
    assert_eq!(verdict(&asking, RESTART), only_told, "it is not the mode that limits it");
    assert_eq!(verdict(&format!("{asking}\n approval service-restart approved 1m"), RESTART), "alert-only");
    let observing = verdict(&format!("{approved}\n policy {{mode: observe}}"), RESTART);
    assert!(
        observing.starts_with("alert-only, held by verdict: only told: the policy's mode is observe"),
        "{observing}"
    );
}

#[test]
fn force_skips_the_cooldown_and_nothing_else() {
    let rested = "track service-restart ended 3m";
    let rows = [
        (format!("{SICK}\n {rested}\n forced"), "notify-execute"),
        (format!("{SICK}\n {rested}\n forced 119s"), "notify-execute"),
        // What was tried since has used the word.
        (
            format!("{SICK}\n track service-restart ended 1m\n forced 119s"),
            "notify-execute, held by cooldown: service-restart rests for 5m after it was tried",
        ),
        (
            format!("{SICK}\n {rested}\n forced 2m"),
            "notify-execute, held by cooldown: service-restart rests for 5m after it was tried",
        ),
        (format!("{UNSURE}\n {rested}\n approval service-restart forced 1m"), "queue"),
        (
            format!("{SICK}\n {rested}\n approval service-restart forced 16m"),
            "notify-execute, held by cooldown: service-restart rests for 5m after it was tried",
        ),
        (
            format!("{SICK}\n {rested}\n storm 1s\n forced"),
            "notify-execute, held by storm: so much went wrong at once that nothing is touched",
        ),
        // A word about something else.
        (
            format!("{SICK}\n {rested}\n forced 1m drift-reconciliation"),
            "notify-execute, held by cooldown: service-restart rests for 5m after it was tried",
        ),
        (
            format!("{SICK}\n track service-restart opened 1m\n forced"),
            "notify-execute, held by breaker: service-restart failed too often on this target",
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(verdict(&text, RESTART), expected, "{text}");
    }
    assert!(verdict(&format!("{UNSURE}\n forced"), RESTART).ends_with("it waits for approval"));
}

#[test]
fn a_forced_hand_counts_once_also_right_after_a_boot() {
    let mut sick = world(&format!("{SICK}\n track service-restart ended 1m\n forced"));
    sick.now = Moment { boot_ms: 30_000, boot_id: BootId(2), ..NOW };
    crate::fixture::live::fresh(&mut sick);
    let now = sick.now;
    sick.standing.forced.values_mut().for_each(|forced| forced.at = now);
    let restart = evaluate(sick).choice.unwrap().decision;
    assert_eq!(restart.withheld_by(), None);
}

#[test]
fn a_no_holds_however_sure_podsteward_is_by_now() {
    let sure = decided(&format!("{SICK}\n approval service-restart rejected 1m"), RESTART);
    assert!(first_stop(&sure).starts_with("held by verdict: approval 41 was rejected by ada"), "{sure:?}");
    let another = decided(&format!("{SICK}\n approval service-restart rejected 1m other"), RESTART);
    assert_eq!(another.withheld_by(), None, "a no to another plan says nothing about this one");
}

#[test]
fn while_podsteward_is_stopped_the_time_of_an_approval_stands_still() {
    let policy = RemediationPolicy::default().approvals;
    let asked =
        world(&format!("{UNSURE}\n approval service-restart pending 6d")).standing.approvals.remove(0);
    let stopped = Approval { stopped: Some(NOW), ..asked.clone() };
    let later =
        Moment { boot_ms: NOW.boot_ms + 48 * 3_600_000, wall_ms: NOW.wall_ms + 48 * 3_600_000, ..NOW };
    assert_eq!(asked.overdue(later, &policy), Some(ApprovalState::Expired));
    assert_eq!((stopped.overdue(later, &policy), stopped.ends(later, &policy)), (None, None));
    assert_eq!(stopped.left(later, &policy), asked.left(NOW, &policy));
}

#[test]
fn a_rejection_says_by_whom_and_why() {
    let rejected = decided(&format!("{UNSURE}\n approval service-restart rejected 1m"), RESTART);
    assert_eq!(
        first_stop(&rejected),
        "held by verdict: approval 41 was rejected by ada: not now; that holds until the plan changes"
    );
}

#[test]
fn declared_work_that_somebody_must_mean_is_asked_again_inside_the_transaction() {
    let deletion = "Container web {image: app:1}\n desired vanishing 1m 2 5 6\n live running\n applied";
    assert_eq!(answer(deletion), "ask");
    let approved = world(&format!("{deletion}\n approval apply approved 1m"));
    let choice = evaluate(approved.clone()).choice.unwrap();
    let draft = memory::draft(&approved, &choice);
    let facts = GateFacts {
        now: NOW,
        switch: approved.switch.clone(),
        leases: Vec::new(),
        standing: approved.standing.clone(),
    };
    let Admission::Admit(admitted, ..) = judge(choice.decision.clone(), draft.clone(), &choice.case, &facts)
    else {
        panic!("it was approved")
    };
    assert!(admitted.approval.is_some());
    let mut meanwhile = facts;
    let (by, reason) = ("ada".to_owned(), String::new());
    meanwhile.standing.approvals[0].state = ApprovalState::Rejected { by, reason, at: NOW };
    let Admission::Withhold(decision, _) = judge(choice.decision, draft, &choice.case, &meanwhile) else {
        panic!("it was rejected meanwhile")
    };
    assert_eq!(decision.withheld_by().map(|result| result.gate), Some(Gate::Approval));
}

#[test]
fn an_approval_that_was_given_is_used_up_also_by_a_plan_that_needs_it_no_more() {
    assert_eq!(answer(&format!("{SICK}\n approval service-restart approved 1m")), "admit by approval");
    assert_eq!(answer(&format!("{SICK}\n approval service-restart pending 1m")), "admit");
    let adopted = format!("{}\n adopted", crate::confidence::DRIFTED);
    let approved = format!("{adopted}\n approval drift-reconciliation approved 1m");
    assert_eq!(answer(&adopted), "ask");
    assert_eq!(answer(&approved), "admit by approval", "although its confidence would do");
}

#[test]
fn clocks_that_jump_and_boots_in_between_neither_expire_nor_freeze_an_approval() {
    let policy = RemediationPolicy::default().approvals;
    let asked = world(&format!("{UNSURE}\n approval service-restart pending 1m"));
    let Approval { asked, .. } = asked.standing.approvals[0];
    let pending = |now: Moment| {
        let mut world = world(&format!("{UNSURE}\n approval service-restart pending 1m"));
        world.now = now;
        world.standing.approvals[0].overdue(now, &policy).is_none()
    };
    let week = 7 * 86_400_000;
    for jump in [-week, week] {
        assert!(pending(Moment { wall_ms: NOW.wall_ms + jump, ..NOW }), "{jump}");
    }
    assert!(!pending(asked.after(policy.ttl)));
    let booted = |wall_ms, boot_ms| Moment { wall_ms, boot_ms, boot_id: BootId(2) };
    assert!(pending(booted(NOW.wall_ms + week / 2, 1000)));
    assert!(pending(booted(NOW.wall_ms - week, 1000)));
    assert!(!pending(booted(NOW.wall_ms - week, 7 * 86_400_000)), "it is not frozen");
}

#[test]
fn a_gate_that_waits_for_a_word_says_until_when() {
    let decision = decided(&format!("{UNSURE}\n approval service-restart pending 1d"), RESTART);
    let waiting = decision.withheld_by().unwrap();
    let GateAnswer::Hold { until, .. } = &waiting.answer else { panic!("{waiting:?}") };
    assert_eq!(*until, Some(NOW.after(Duration::from_hours(6 * 24))));
}
