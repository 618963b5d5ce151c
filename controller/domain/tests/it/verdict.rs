//! How far a judged action goes by itself: the table, its bounds, and what raises the risk.

use podsteward_domain::action::{Action, Profile};
use podsteward_domain::confidence::{Confidence, Parts};
use podsteward_domain::decide;
use podsteward_domain::decision::{Judgement, Verdict};
use podsteward_domain::detect;
use podsteward_domain::orient;
use podsteward_domain::risk::Risk;
use podsteward_domain::score::Score;
use podsteward_domain::view::View;
use podsteward_specs::policy::{RemediationPolicy, RiskTolerance};
use proptest::prelude::*;

use crate::confidence::{DRIFTED, SICK};
use crate::fixture::world;
use crate::told::decided;

use Verdict::{AlertOnly, AutoExecute, NotifyExecute, Queue};

fn profile() -> Profile {
    Action::ServiceRestart.profile().unwrap()
}

fn policy(risk_tolerance: RiskTolerance) -> RemediationPolicy {
    RemediationPolicy { risk_tolerance, ..RemediationPolicy::default() }
}

fn judged(total: i32, risk: Risk) -> Judgement {
    let confidence = Confidence { total: Score::clamped(i64::from(total)), parts: Parts::default() };
    Judgement { confidence, risk, ladder: None, escalated: None }
}

/// The bounds of `auto-execute`, `notify-execute` and `queue` at each tolerance.
const BOUNDS: [(RiskTolerance, [i32; 3]); 3] = [
    (RiskTolerance::Low, [9500, 8500, 7500]),
    (RiskTolerance::Medium, [9000, 8000, 7000]),
    (RiskTolerance::High, [8000, 7000, 6000]),
];

/// What is above, at and below each bound by so many basis points, with the verdict at each risk.
const AROUND: [(usize, i32, [Verdict; 3]); 9] = [
    (0, 1, [AutoExecute, NotifyExecute, Queue]),
    (0, 0, [NotifyExecute, NotifyExecute, Queue]),
    (0, -1, [NotifyExecute, NotifyExecute, Queue]),
    (1, 1, [NotifyExecute, NotifyExecute, Queue]),
    (1, 0, [Queue, Queue, Queue]),
    (1, -1, [Queue, Queue, Queue]),
    (2, 1, [Queue, Queue, Queue]),
    (2, 0, [AlertOnly, AlertOnly, AlertOnly]),
    (2, -1, [AlertOnly, AlertOnly, AlertOnly]),
];

#[test]
fn each_bound_must_be_exceeded_at_every_tolerance_and_risk() {
    for (tolerance, bounds) in BOUNDS {
        for (bound, beyond, verdicts) in AROUND {
            for (risk, expected) in Risk::ALL.into_iter().zip(verdicts) {
                let total = bounds[bound] + beyond;
                let verdict = orient::verdict(&judged(total, risk), &profile(), 3, &policy(tolerance));
                assert_eq!(verdict, expected, "{tolerance:?} {risk} {total}");
            }
        }
    }
}

#[test]
fn an_orphan_is_never_removed_without_approval_however_sure_or_bold() {
    let orphan = Action::OrphanRemoval.profile().unwrap();
    for tolerance in [RiskTolerance::Low, RiskTolerance::Medium, RiskTolerance::High] {
        for risk in Risk::ALL {
            let verdict = orient::verdict(&judged(10_000, risk), &orphan, 100, &policy(tolerance));
            assert_eq!(verdict, Queue, "{tolerance:?} {risk}");
        }
    }
    assert_eq!(
        orient::verdict(&judged(7000, Risk::High), &orphan, 0, &RemediationPolicy::default()),
        AlertOnly
    );
}

/// The risk of an action on a container, and what raised it.
fn risk(text: &str, action: &str) -> (Risk, String) {
    let judgement = decided(text, action).judgement.expect("it is judged");
    (judgement.risk, judgement.escalated.unwrap_or_default())
}

const OTHER_IMAGE: &str = "live running
    made-of {image: app:1, args: [two], mounts: [{type: volume, source: data, target: /data}]}
    applied
    applied-image sha256:two
    from sha256:one
    image sha256:two
    uses volume data declared exists";

#[test]
fn a_critical_container_and_data_are_one_level_up_each_and_both_together_one_level_too() {
    let drift = "drift-reconciliation";
    let data = "mounts: [{type: volume, source: data, target: /data}]";
    let written = format!("Container web {{image: app:1, args: [one], {data}}}\n{OTHER_IMAGE}");
    let both =
        format!("Container web {{image: app:1, args: [one], criticality: critical, {data}}}\n{OTHER_IMAGE}");
    assert_eq!(risk(SICK, "service-restart"), (Risk::Low, String::new()));
    let critical = SICK.replace("image: app:1", "image: app:1, criticality: critical");
    assert_eq!(risk(&critical, "service-restart"), (Risk::Medium, "the container is critical".into()));
    assert_eq!(risk(DRIFTED, drift), (Risk::Medium, String::new()));
    assert_eq!(risk(&written, drift), (Risk::High, "it touches data".into()));
    assert_eq!(risk(&both, drift), (Risk::High, "the container is critical".into()));
    assert_eq!(decided(&both, drift).verdict, Queue, "high is never done without approval");
}

#[test]
fn the_same_image_or_a_place_that_is_only_read_is_no_touch_of_data() {
    let drift = "drift-reconciliation";
    let data = "mounts: [{type: volume, source: data, target: /data}]";
    let of_one = |image: &str| {
        format!(
            "Container web {{image: app:1, args: [one], {data}}}\n live running\n made-of {{image: app:1, args: [two], {data}}}\n applied\n uses volume data declared exists\n image {image}"
        )
    };
    assert_eq!(risk(&of_one("sha256:one"), drift).0, Risk::Medium);
    assert_eq!(risk(&of_one("sha256:two"), drift).0, Risk::Medium, "it is made from the image in use");
    let limits = format!(
        "Container web {{image: app:1, resources: {{limits: {{memory: 64Mi}}}}, {data}}}\n live running\n made-of {{image: app:1, {data}}}\n applied\n uses volume data declared exists"
    );
    assert_eq!(risk(&limits, drift).0, Risk::Medium, "a change of limits is made while it runs");
    let read_only = OTHER_IMAGE.replace("target: /data}", "target: /data, readOnly: true}");
    let read_only = format!(
        "Container web {{image: app:1, args: [one], mounts: [{{type: volume, source: data, target: /data, readOnly: true}}]}}\n{read_only}"
    );
    assert_eq!(risk(&read_only, drift).0, Risk::Medium);
}

#[test]
fn a_plan_of_more_than_one_container_is_one_level_up() {
    let world = world(SICK);
    let view = View::of(&world);
    let mut considered = decide::decide(&view, &detect::detect(&view)).remove(0);
    let risk = |considered: &decide::Considered| {
        let judged = orient::judge(&view, &considered.proposal, &considered.plan).expect("it is judged");
        (judged.risk, judged.escalated.unwrap_or_default())
    };
    assert_eq!(risk(&considered), (Risk::Low, String::new()));
    considered.plan.touches.objects.insert("network/lan".parse().unwrap());
    assert_eq!(risk(&considered).0, Risk::Low, "a network is no container");
    considered.plan.touches.objects.insert("container/db".parse().unwrap());
    assert_eq!(risk(&considered), (Risk::Medium, "it touches 2 containers".into()));
}

#[test]
fn risk_goes_up_by_one_level_and_no_further_than_high() {
    let up = Risk::ALL.map(Risk::escalated);
    assert_eq!(up, [Risk::Medium, Risk::High, Risk::High]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A later verdict is a less bold one.
    #[test]
    fn more_risk_and_less_tolerance_never_make_it_bolder(
        total in 0..=10_000i32, successes in 0..6u32, risks in (0..3usize, 0..3usize), tolerances in (0..3usize, 0..3usize)
    ) {
        let verdict = |risk: usize, tolerance: usize| {
            let (tolerance, _) = BOUNDS[tolerance];
            orient::verdict(&judged(total, Risk::ALL[risk]), &profile(), successes, &policy(tolerance))
        };
        let (mild, grave) = (risks.0.min(risks.1), risks.0.max(risks.1));
        let (wary, bold) = (tolerances.0.min(tolerances.1), tolerances.0.max(tolerances.1));
        prop_assert!(verdict(grave, bold) >= verdict(mild, bold));
        prop_assert!(verdict(mild, wary) >= verdict(mild, bold));
    }

    #[test]
    fn more_confidence_and_more_successes_never_make_it_less_bold(
        total in 0..=10_000i32, more in 0..=10_000i32, successes in 0..6u32, further in 0..6u32, risk in 0..3usize, tolerance in 0..3usize
    ) {
        let policy = policy(BOUNDS[tolerance].0);
        let verdict = |total, successes| orient::verdict(&judged(total, Risk::ALL[risk]), &profile(), successes, &policy);
        prop_assert!(verdict(total + more, successes + further) <= verdict(total, successes));
    }
}
