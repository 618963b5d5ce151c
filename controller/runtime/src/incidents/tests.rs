//! Who hears of what becomes of incidents.

use podsteward_domain::finding::Severity;
use podsteward_specs::key::Key;
use podsteward_store::IncidentId;

use super::*;

#[test]
fn nobody_is_told_that_something_is_over_of_which_that_is_not_known() {
    let closed = |forgotten| Incident {
        id: IncidentId(1),
        target: Key::host(),
        kind: FindingKind::Alert,
        severity: Severity::Info,
        message: "alert Slow fires".to_owned(),
        opened: Moment::default(),
        closed: Some(Moment::default()),
        forgotten,
    };
    let changes = IncidentChanges { closed: vec![closed(true), closed(false)], ..IncidentChanges::default() };
    assert_eq!(told(&changes, &[], Moment::default()).len(), 1);
}
