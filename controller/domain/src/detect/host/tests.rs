//! What is found about the host as a whole.

use super::{HostState, findings};
use crate::finding::FindingKind;

fn kinds(state: &HostState) -> Vec<FindingKind> {
    findings(state).into_iter().map(|finding| finding.kind).collect()
}

#[test]
fn each_fact_about_the_host_is_a_finding_of_its_own() {
    let calm = HostState::default();
    assert_eq!(kinds(&calm), []);
    assert_eq!(kinds(&HostState { storm: true, ..calm.clone() }), [FindingKind::Storm]);
    assert_eq!(kinds(&HostState { silent: true, ..calm.clone() }), [FindingKind::SourceUnknown]);
    assert_eq!(kinds(&HostState { outbox_stuck: true, ..calm.clone() }), [FindingKind::OutboxStuck]);
    let open = HostState { open_breakers: vec!["service-restart".to_owned()], ..calm };
    assert_eq!(kinds(&open), [FindingKind::BreakerOpen]);
}

#[test]
fn nobody_is_told_to_resume_while_the_engine_is_silent() {
    let silent = HostState { silent: true, open_breakers: vec!["all".to_owned()], ..HostState::default() };
    assert_eq!(kinds(&silent), [FindingKind::SourceUnknown]);
}
