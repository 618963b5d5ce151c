//! A drill that passes and one that is refused, and a report.

use std::collections::BTreeMap;

use podsteward_domain::decision::Gate;
use podsteward_domain::drill::{Drill, DrillResult, Ending, Phase};
use podsteward_domain::report::{Facts, report};
use podsteward_domain::time::Moment;

use crate::{DrillEvent, ReportEvent, Telemetry};

fn ended(result: DrillResult, gate: Option<Gate>, detail: &str) -> Drill {
    let at = Moment { wall_ms: 1_790_000_000_500, ..Moment::default() };
    let took = [(Phase::Detect, 2_100), (Phase::Decide, 12), (Phase::Act, 900), (Phase::Verify, 1_300)];
    Drill {
        phase: if gate.is_some() { Phase::Decide } else { Phase::Verify },
        took_ms: BTreeMap::from(took),
        ended: Some(Ending { at, result, gate, detail: detail.to_owned() }),
        ..Drill::asked("ada", Moment::default())
    }
}

/// Tells of drills and of a report.
pub(super) fn tell(telemetry: &Telemetry) {
    telemetry.emit(DrillEvent::Sampled { passed: None });
    telemetry.emit(DrillEvent::Begun { by: "ada" });
    telemetry.emit(DrillEvent::Entered { phase: Phase::Detect });
    telemetry.emit(DrillEvent::Ended { drill: &ended(DrillResult::Passed, None, "") });
    let refused = ended(DrillResult::Refused, Some(Gate::Mode), "the policy's mode is observe");
    telemetry.emit(DrillEvent::Ended { drill: &refused });
    telemetry.emit(DrillEvent::NotCleared { error: "remove image: podman: it is in use" });
    let facts = Facts { window_secs: 604_800, ..Facts::default() };
    telemetry.emit(ReportEvent::Made { report: &report(&facts) });
}
