//! A person's word that a playbook is to be carried out.
//!
//! Owns what it says and how long it counts. Never lets anything pass: the gates do.

use std::collections::BTreeMap;
use std::time::Duration;

use podsteward_specs::key::Name;
use serde::{Deserialize, Serialize};

use super::in_words;
use crate::action::{Action, PlaybookName};
use crate::approval::{Approval, ApprovalState, Question};
use crate::finding::FindingKind;
use crate::time::Moment;
use crate::world::World;

/// What a person asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What the playbook's parameters are set to; the others have their defaults.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

/// What a person asked for of one object, by playbook.
pub type Requests = BTreeMap<Name, Request>;

/// A request that could not be followed for so long is over.
const REQUEST_COUNTS: Duration = Duration::from_mins(15);

impl Request {
    /// Whether it was made just now.
    pub fn is_recent(&self, now: Moment) -> bool {
        now.since(self.at) < REQUEST_COUNTS
    }

    /// What is wanted, for people.
    pub(crate) fn wants(&self, playbook: &Name) -> String {
        let given = self.parameters.iter().map(|(name, value)| in_words(&[format!("{name}={value}")]));
        let with = given.reduce(|all, one| format!("{all}, {one}"));
        let with = with.map(|given| format!(" with {given}")).unwrap_or_default();
        format!("{} wants playbook/{playbook} carried out{with}", self.by)
    }
}

/// The playbook that a question is about, if it is asked because a person wants one carried out.
pub fn answered(question: &Question) -> Option<Name> {
    let Action::Playbook(name) = question.action else { return None };
    (question.trigger == FindingKind::PlaybookRequested).then_some(())?;
    Some(name.key()?.name)
}

/// What a person wants carried out on the object of a World. While somebody is asked about it, it counts as long as the
/// question does.
pub fn asked_for(world: &World) -> impl Iterator<Item = (&Name, &Request)> {
    let counts = |name: &Name, request: &Request| match question(world, name) {
        Some(approval) => approval.overdue(world.now, &world.policy.approvals).is_none(),
        None => request.is_recent(world.now),
    };
    let declared = |name: &Name| world.host.playbooks.contains_key(name);
    world.playbooks_asked.iter().filter(move |(name, request)| declared(name) && counts(name, request))
}

fn question<'w>(world: &'w World, name: &Name) -> Option<&'w Approval> {
    let mut approvals = world.standing.approvals.iter().rev();
    approvals.find(|approval| {
        let waits = matches!(approval.state, ApprovalState::Pending | ApprovalState::Approved { .. });
        waits && answered(&approval.question).as_ref() == Some(name)
    })
}

/// The word of a person who wants this playbook carried out.
pub(crate) fn of(world: &World, playbook: PlaybookName) -> Option<&Request> {
    let name = playbook.key()?.name;
    asked_for(world).find(|(asked, _)| **asked == name).map(|(_, request)| request)
}
