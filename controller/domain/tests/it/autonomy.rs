//! Whatever the World: what limits podsteward makes it never bolder, and what is not known neither.

use podsteward_domain::admit::{Admission, GateFacts, judge};
use podsteward_domain::decide::capped;
use podsteward_domain::decision::{Decision, Gate, GateAnswer, GateResult, Verdict};
use podsteward_domain::evaluate::{Evaluation, evaluate};
use podsteward_domain::observation::Observation;
use podsteward_domain::world::{Subject, World};
use proptest::prelude::*;

use crate::fixture::{memory, world};
use crate::random::{remediable, worlds};

/// What is decided about the same action because of the same finding, in two Worlds.
fn pairs(before: &Evaluation, after: &Evaluation) -> Vec<(Decision, Decision)> {
    let same = |after: &Decision| {
        let same = |before: &&Decision| before.action == after.action && before.trigger == after.trigger;
        Some((before.decisions.iter().find(same)?.clone(), after.clone()))
    };
    after.decisions.iter().filter_map(same).collect()
}

/// Whether one decision is no bolder than another: a later verdict, no more confidence, and begun only if the other is.
fn no_bolder(than: &Decision, is: &Decision) -> bool {
    let total = |decision: &Decision| decision.judgement.as_ref().map(|it| it.confidence.total);
    let begun = |decision: &Decision| decision.withheld_by().is_none();
    is.verdict >= than.verdict && total(is) <= total(than) && (!begun(is) || begun(than))
}

fn remediations(evaluation: &Evaluation) -> impl Iterator<Item = &Decision> {
    evaluation.decisions.iter().filter(|decision| !decision.action.is_declared())
}

/// Makes one thing unknown; whether there was such a thing.
fn forget(world: &mut World, what: usize) -> bool {
    let since = world.now;
    if what == 0 {
        world.engine = Observation::Unknown { since };
        return true;
    }
    let Subject::Container(facts) = &mut world.subject else { return false };
    match what {
        1 => facts.live = Observation::Unknown { since },
        2 => facts.image = Observation::Unknown { since },
        3 => facts.image = Observation::NotYet,
        4 => facts.dependencies.values_mut().for_each(|facts| facts.running = Observation::NotYet),
        5 => facts.dependencies.values_mut().for_each(|facts| facts.running = Observation::Unknown { since }),
        6 => facts.volumes.values_mut().for_each(|facts| facts.exists = Observation::Unknown { since }),
        _ => facts.config_files.values_mut().for_each(|file| *file = Observation::Unknown { since }),
    }
    true
}

/// A policy whose mode, tolerance or overrides are these, otherwise that of the World.
fn under(text: &str, change: impl FnOnce(&mut podsteward_specs::policy::RemediationPolicy)) -> Evaluation {
    let mut world = world(text);
    let mut policy = (*world.policy).clone();
    change(&mut policy);
    world.policy = std::sync::Arc::new(policy);
    evaluate(world)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    /// 3. What is not known never raises a confidence, nor lets begin what was held.
    #[test]
    fn what_is_not_known_never_makes_it_bolder(text in prop_oneof![remediable(), worlds()], what in 0..8usize) {
        let known = world(&text);
        let mut unknown = known.clone();
        prop_assume!(forget(&mut unknown, what));
        for (known, unknown) in pairs(&evaluate(known), &evaluate(unknown)) {
            prop_assert!(no_bolder(&known, &unknown), "{known:?}\n{unknown:?}");
        }
    }

    /// More risk never makes it bolder.
    #[test]
    fn a_critical_container_is_never_treated_more_boldly(text in remediable()) {
        let critical = text.replacen("{image: app:1", "{image: app:1, criticality: critical", 1);
        let both = pairs(&evaluate(world(&text)), &evaluate(world(&critical)));
        for (normal, critical) in both {
            prop_assert!(critical.verdict >= normal.verdict, "{normal:?}\n{critical:?}");
        }
    }

    /// Less tolerance never makes it bolder.
    #[test]
    fn less_tolerance_never_makes_it_bolder(text in remediable()) {
        use podsteward_specs::policy::RiskTolerance::{High, Low, Medium};
        let [high, medium, low] =
            [High, Medium, Low].map(|tolerance| under(&text, |policy| policy.risk_tolerance = tolerance));
        for (bold, wary) in pairs(&high, &medium).into_iter().chain(pairs(&medium, &low)) {
            prop_assert!(wary.verdict >= bold.verdict, "{bold:?}\n{wary:?}");
        }
    }

    /// The policy's mode caps every remediation, and leaves declared work alone.
    #[test]
    fn the_mode_holds_on_every_path(text in prop_oneof![remediable(), worlds()]) {
        use podsteward_specs::policy::Mode::{Ask, Full, Observe};
        let [full, ask, observe] = [Full, Ask, Observe].map(|mode| under(&text, |policy| policy.mode = mode));
        for decision in remediations(&observe) {
            prop_assert_eq!(decision.verdict, Verdict::AlertOnly);
            prop_assert!(decision.withheld_by().is_some(), "{decision:?}");
        }
        for decision in remediations(&ask) {
            prop_assert!(decision.verdict >= Verdict::Queue, "{decision:?}");
        }
        for (before, after) in pairs(&full, &observe).into_iter().chain(pairs(&full, &ask)) {
            prop_assert!(!before.action.is_declared() || before == after, "{before:?}\n{after:?}");
        }
    }

    /// 7. Deny wins on every path to the target.
    #[test]
    fn what_is_denied_is_never_begun(text in prop_oneof![remediable(), worlds()]) {
        let all = r"policy {overrides: [{match: {names: [web, lan, data]}, deny: [service-restart, drift-reconciliation, resource-pressure, orphan-removal]}]}";
        let denied = evaluate(world(&format!("{text}\n{all}")));
        for decision in remediations(&denied) {
            prop_assert!(decision.withheld_by().is_some(), "{decision:?}");
            prop_assert!(!decision.asks(), "nobody is asked about what is denied: {decision:?}");
        }
    }

    /// A limit never makes a verdict bolder.
    #[test]
    fn a_cap_never_raises_a_verdict(verdict in 0..5usize, caps in prop::collection::vec(0..5usize, 0..4)) {
        let verdict = Verdict::ALL[verdict];
        let limits: Vec<Verdict> = caps.into_iter().map(|cap| Verdict::ALL[cap]).collect();
        let cap = |limit: &Verdict| GateResult {
            gate: Gate::Override,
            answer: GateAnswer::Cap { verdict: *limit, detail: String::new() },
        };
        let left = capped(verdict, &limits.iter().map(cap).collect::<Vec<_>>());
        prop_assert!(left >= verdict && limits.iter().all(|limit| left >= *limit));
        prop_assert!(left == verdict || limits.contains(&left));
    }

    /// 4. What the store knows inside the transaction stops a plan, whatever was decided before.
    #[test]
    fn the_judge_never_admits_what_a_gate_of_its_facts_stops(
        text in prop_oneof![remediable(), worlds()], meanwhile in crate::random::judged(), host in prop::sample::select(vec!["", "pause", "switch paused", "switch stopped", "lease container/web apply"])
    ) {
        let decided_on = world(&text);
        let Some(choice) = evaluate(decided_on.clone()).choice else { return Ok(()) };
        // Manifests do not change within a moment.
        let of_manifests = |line: &&str| ["policy", "group"].iter().any(|word| line.trim().starts_with(word));
        let lines: Vec<&str> = meanwhile.lines().filter(|line| !of_manifests(line)).collect();
        let now = world(&format!("{text}\n{}\n{host}", lines.join("\n")));
        let draft = memory::draft(&decided_on, &choice);
        let facts = GateFacts { now: now.now, switch: now.switch.clone(), leases: now.host.leases.clone(), standing: now.standing.clone() };
        let admission = judge(choice.decision.clone(), draft, &choice.case, &facts);
        let Admission::Admit(_, decision, _) = admission else { return Ok(()) };
        prop_assert!(decision.withheld_by().is_none());
        prop_assert!(host.is_empty() || host.starts_with("lease") && now.key.name.as_str() != "web", "{host}");
        let again = evaluate(now);
        let racing = [Gate::Switch, Gate::Pause, Gate::Breaker, Gate::Cooldown, Gate::Budget];
        for (_, after) in pairs(&evaluate(decided_on), &again).into_iter().filter(|(before, _)| *before == choice.decision) {
            let stops: Vec<_> = after.stops().filter(|result| racing.contains(&result.gate)).collect();
            prop_assert!(stops.is_empty(), "{stops:?}");
        }
    }
}
