//! What the latest look at each object showed.
//!
//! Owns the series that name an object: they come and go with it. They answer, without the log, what is wrong with it and
//! which gate keeps podsteward from doing something about it. Never counts: the gauges by kind do.

use podsteward_domain::decision::Decision;
use podsteward_domain::finding::{Finding, FindingKind, Severity};
use podsteward_domain::status::{ConditionStatus, ConditionType, ObjectState, ObjectStatus};
use podsteward_specs::key::Key;

use crate::label::Held;
use crate::registry::Catalogue;
use crate::samples::Samples;
use crate::telemetry::share;

/// The series of objects.
#[derive(Debug)]
pub(super) struct Looks {
    state: Samples<2, i64>,
    findings: Samples<3, i64>,
    held: Samples<2, i64>,
    withheld: Samples<3, i64>,
    opens: Samples<3, f64>,
    confidence: Samples<2, f64>,
}

impl Looks {
    pub(super) fn register(catalogue: &mut Catalogue) -> Self {
        let gates = ["object", "action", "gate"];
        Self {
            state: catalogue.samples("object_state", ["object", "state"], "1 for the state that an object has"),
            findings: catalogue.samples(
                "object_findings",
                ["object", "finding", "severity"],
                "1 for each open finding, by its object",
            ),
            held: catalogue.samples(
                "object_held",
                ["object", "by"],
                "1 while an object is left alone, by who wants that",
            ),
            withheld: catalogue.samples(
                "object_withheld",
                gates,
                "1 for each action on an object that is called for and withheld, by the first gate that stops it",
            ),
            opens: catalogue.samples_seconds(
                "object_withheld_until_timestamp",
                gates,
                "When every gate that withholds an action opens, as seconds since 1970; absent where that is not known",
            ),
            confidence: catalogue.samples(
                "object_confidence",
                ["object", "action"],
                "The confidence of each remediation of an object that is called for now",
            ),
        }
    }

    /// An object was looked at: nothing of the look before is true any more.
    pub(super) fn taken(&self, status: &ObjectStatus, decisions: &[Decision]) {
        let object = &status.key.to_string();
        self.state(object, status.state);
        let held = held(status).map(|by| ([object.clone(), by.as_str().to_owned()], 1));
        self.held.replace_where(|[of, _]| of == object, held);
        let stopped = decisions.iter().filter_map(|it| Some((it, it.withheld_by()?.gate)));
        let labels = |(decision, gate): (&Decision, podsteward_domain::decision::Gate)| {
            [object.clone(), decision.action.label().to_owned(), gate.as_str().to_owned()]
        };
        self.withheld.replace_where(|[of, ..]| of == object, stopped.clone().map(|it| (labels(it), 1)));
        let opens =
            stopped.filter_map(|(decision, gate)| Some((labels((decision, gate)), decision.opens()?)));
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
        let opens = opens.map(|(labels, at)| (labels, (at.wall_ms / 1000) as f64));
        self.opens.replace_where(|[of, ..]| of == object, opens);
        let judged = decisions.iter().filter_map(|it| {
            let confidence = it.judgement.as_ref()?.confidence.total;
            Some(([object.clone(), it.action.label().to_owned()], share(confidence)))
        });
        self.confidence.replace_where(|[of, _]| of == object, judged);
    }

    /// The state that an object has.
    pub(super) fn state(&self, object: &str, state: ObjectState) {
        let value = ([object.to_owned(), state.as_str().to_owned()], 1);
        self.state.replace_where(|[of, _]| of == object, [value]);
    }

    /// A finding is open.
    pub(super) fn opened(&self, finding: &Finding) {
        let object = finding.target.to_string();
        self.closed(&finding.target, finding.kind);
        self.findings.set([&object, finding.kind.as_str(), finding.severity.as_str()], Some(1));
    }

    /// A finding is over.
    pub(super) fn closed(&self, key: &Key, kind: FindingKind) {
        for severity in Severity::ALL {
            self.findings.set([&key.to_string(), kind.as_str(), severity.as_str()], None);
        }
    }

    /// An object is gone.
    pub(super) fn forgotten(&self, key: &Key) {
        let object = &key.to_string();
        self.state.replace_where(|[of, _]| of == object, []);
        self.findings.replace_where(|[of, ..]| of == object, []);
        self.held.replace_where(|[of, _]| of == object, []);
        self.withheld.replace_where(|[of, ..]| of == object, []);
        self.opens.replace_where(|[of, ..]| of == object, []);
        self.confidence.replace_where(|[of, _]| of == object, []);
    }
}

/// Who wants an object to be left alone.
fn held(status: &ObjectStatus) -> Option<Held> {
    let condition = status.condition(ConditionType::Held)?;
    if condition.status != ConditionStatus::True {
        return None;
    }
    Some(match condition.reason.as_str() {
        "PausedByAnnotation" => Held::Annotation,
        "StoppedByHand" => Held::Hand,
        _ => Held::Command,
    })
}
