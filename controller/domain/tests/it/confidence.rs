//! How sure podsteward is: four terms, what was learned, and the worked examples of its promise.

use podsteward_domain::action::Action;
use podsteward_domain::confidence::{Confidence, Parts};
use podsteward_domain::decision::{Judgement, Verdict};
use podsteward_domain::orient;
use podsteward_domain::risk::Risk;
use podsteward_domain::score::{ONE, Points, Score};
use podsteward_domain::track::Adjustment;
use podsteward_specs::policy::RemediationPolicy;
use proptest::prelude::*;

use crate::fixture::NOW;
use crate::told::decided;

/// An unhealthy container.
pub(crate) const SICK: &str = "Container web {image: app:1, healthcheck: {command: curl localhost}}
    live running
    applied
    health unhealthy refused";
/// A container of which somebody changed a field.
pub(crate) const DRIFTED: &str = "Container web {image: app:1, args: [one]}
    live running
    made-of {image: app:1, args: [two]}
    applied";
/// A container that nothing declares.
pub(crate) const ORPHANED: &str = "Container web {image: app:1}\n live running\n desired absent";

fn confidence([prediction, history, impact, rollback]: [u16; 4], adjustment: i32) -> Confidence {
    let [prediction, history, impact, rollback] = [prediction, history, impact, rollback].map(Score::new);
    Confidence::of(Parts { prediction, history, impact, rollback, adjustment: Points(adjustment) })
}

#[test]
fn the_worked_example_makes_0_957_and_is_executed_after_twelve_successes_at_low_risk() {
    let confidence = confidence([8900, ONE, 9500, ONE], 0);
    assert_eq!(confidence.total.to_string(), "0.957");
    let judgement = Judgement { confidence, risk: Risk::Low, ladder: None, escalated: None };
    let profile = Action::ServiceRestart.profile().unwrap();
    let verdict = |successes| orient::verdict(&judgement, &profile, successes, &RemediationPolicy::default());
    assert_eq!(verdict(12), Verdict::AutoExecute);
    assert_eq!(verdict(3), Verdict::AutoExecute);
    assert_eq!(verdict(2), Verdict::NotifyExecute, "silence is earned on the very target");
}

#[test]
fn a_cold_start_acts_and_tells() {
    let rows = [
        (SICK, "service-restart", "0.90", Verdict::NotifyExecute),
        (DRIFTED, "drift-reconciliation", "0.88", Verdict::NotifyExecute),
        (ORPHANED, "orphan-removal", "0.79", Verdict::Queue),
    ];
    for (text, action, total, verdict) in rows {
        let decision = decided(text, action);
        let judged = decision.judgement.expect("it is judged").confidence.total;
        assert_eq!((judged.to_string().as_str(), decision.verdict), (total, verdict), "{action}");
    }
}

#[test]
fn after_twelve_successes_on_the_target_it_is_done_in_silence() {
    let text = format!("{SICK}\n track service-restart successes 12");
    let decision = decided(&text, "service-restart");
    let parts = decision.judgement.expect("it is judged").confidence.parts;
    // 12 successes and 3 attempts of the prior 0.70.
    assert_eq!((parts.history.to_string().as_str(), decision.verdict), ("0.94", Verdict::AutoExecute));
}

#[test]
fn experience_elsewhere_counts_until_the_target_has_three_attempts_of_its_own() {
    let history = |track: &str| {
        let text = format!("{SICK}\n overall service-restart successes 7\n {track}");
        decided(&text, "service-restart").judgement.unwrap().confidence.parts.history.to_string()
    };
    assert_eq!(history(""), "0.91", "7 successes elsewhere and 3 attempts at 0.70");
    assert_eq!(history("track service-restart failures 2"), "0.91");
    assert_eq!(history("track service-restart failures 3"), "0.35", "its own count from the third on");
}

#[test]
fn silence_is_not_earned_elsewhere() {
    let text = format!("{SICK}\n overall service-restart successes 100\n track service-restart successes 2");
    assert_eq!(decided(&text, "service-restart").verdict, Verdict::NotifyExecute);
}

#[test]
fn confidence_is_learned_0_85_0_90_0_95_and_after_a_failure_0_85_0_90() {
    let learning = RemediationPolicy::default().learning;
    let mut adjustment = Adjustment::default();
    let mut learned = vec![confidence([8500; 4], 0).total.to_string()];
    for points in [learning.verified, learning.verified, learning.failed, learning.verified] {
        adjustment = adjustment.with(points, NOW, &learning);
        learned.push(confidence([8500; 4], adjustment.left(NOW, &learning).0).total.to_string());
    }
    assert_eq!(learned, ["0.85", "0.90", "0.95", "0.85", "0.90"]);
}

#[test]
fn what_is_learned_stays_within_its_bounds() {
    let learning = RemediationPolicy::default().learning;
    let after = |points: &[i32]| {
        let start = Adjustment::default();
        points.iter().fold(start, |it, points| it.with(*points, NOW, &learning)).left(NOW, &learning).0
    };
    assert_eq!(after(&[learning.verified; 9]), 1000);
    assert_eq!(after(&[learning.failed; 9]), -3000);
    assert_eq!(after(&[learning.warning; 2]), 400);
}

#[test]
fn scores_are_said_with_two_to_four_places() {
    let said = [0, 1, 70, 700, 8500, 9570, 9571, ONE].map(|points| Score::new(points).to_string());
    assert_eq!(said, ["0.00", "0.0001", "0.007", "0.07", "0.85", "0.957", "0.9571", "1.00"]);
    let said = [-1000, -1, 0, 500, 1234].map(|points| Points(points).to_string());
    assert_eq!(said, ["-0.10", "-0.0001", "+0.00", "+0.05", "+0.1234"]);
}

#[test]
fn a_score_is_read_back_as_it_was_written_and_never_leaves_its_bounds() {
    for points in [0, 1, 333, 9571, ONE] {
        let score = Score::new(points);
        let written = serde_json::to_string(&score).unwrap();
        assert_eq!(serde_json::from_str::<Score>(&written).unwrap(), score, "{written}");
    }
    let read = |text: &str| serde_json::from_str::<Score>(text).unwrap();
    assert_eq!((read("7.5"), read("-3"), read("1e300")), (Score::ONE, Score::ZERO, Score::ONE));
    assert_eq!(serde_json::to_string(&Points(-1525)).unwrap(), "-0.1525");
    assert_eq!(serde_json::from_str::<Points>("-0.1525").unwrap(), Points(-1525));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// More of any term is never less confidence.
    #[test]
    fn confidence_is_monotone_in_every_term(
        terms in prop::array::uniform4(0..=ONE), adjustment in -3000..=1000, term in 0..5usize, more in 0..=ONE
    ) {
        let before = confidence(terms, adjustment).total;
        let mut better = terms;
        let mut learned = adjustment;
        match better.get_mut(term) {
            Some(term) => *term = term.saturating_add(more).min(ONE),
            None => learned += i32::from(more),
        }
        prop_assert!(confidence(better, learned).total >= before);
    }

    /// The weights make one: equal terms are the confidence.
    #[test]
    fn equal_terms_are_the_confidence(term in 0..=ONE) {
        prop_assert_eq!(confidence([term; 4], 0).total, Score::new(term));
    }
}
