//! What a page needs of the store besides what it is about: the policy, the switch, open incidents, open approvals.
//!
//! Owns how they are read together. Never decides anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use podsteward_domain::action::Action;
use podsteward_domain::approval::{Approval, ApprovalState};
use podsteward_domain::decision::Decision;
use podsteward_domain::switch::Switch;
use podsteward_domain::time::Moment;
use podsteward_specs::document::{Document, Object};
use podsteward_specs::key::Key;
use podsteward_specs::policy::RemediationPolicy;
use podsteward_store::{Incident, Result, Store};

/// What a page is seen against.
#[derive(Debug, Default)]
pub struct Background {
    /// The documents that were last sound.
    pub documents: BTreeMap<Key, Arc<Document>>,
    /// How far podsteward may go by itself.
    pub policy: Arc<RemediationPolicy>,
    /// Whether podsteward may act.
    pub switch: Switch,
    /// What is wrong, and since when.
    pub incidents: Vec<Incident>,
    /// What waits for a person, or was answered and not used yet, as it was last written down.
    pub approvals: Vec<Approval>,
}

impl Background {
    /// What a store remembers.
    pub fn read(store: &Store) -> Result<Self> {
        let documents = documents(store)?;
        let policy = documents.values().find_map(|document| match &document.object {
            Object::RemediationPolicy(policy) => Some(Arc::new(RemediationPolicy::clone(policy))),
            _ => None,
        });
        Ok(Self {
            documents,
            policy: policy.unwrap_or_default(),
            switch: store.switch()?,
            incidents: store.open_incidents()?,
            approvals: store.open_approvals()?,
        })
    }

    /// What waits for a person now, or was approved and not done yet. What expired or lapsed is neither, also before a
    /// controller has written that down.
    pub fn waiting(&self, now: Moment) -> impl Iterator<Item = &Approval> {
        self.approvals.iter().filter(move |approval| {
            let waits = matches!(approval.state, ApprovalState::Pending | ApprovalState::Approved { .. });
            waits && approval.overdue(now, &self.policy.approvals).is_none()
        })
    }

    /// The open approval of a decision's very plan.
    pub fn approval_of(&self, decision: &Decision) -> Option<&Approval> {
        self.approval(&decision.target, decision.action, &decision.digest)
    }

    fn approval(&self, target: &Key, action: Action, digest: &str) -> Option<&Approval> {
        let mut latest = self.approvals.iter().rev();
        latest.find(|it| it.question.target == *target && it.state.is_open() && it.is_about(action, digest))
    }
}

/// A document that this version does not understand is left out: it was sound to another one.
fn documents(store: &Store) -> Result<BTreeMap<Key, Arc<Document>>> {
    let good = store.last_good()?.into_iter();
    let documents = good.filter_map(|good| Document::from_canonical(&good.canonical, good.origin).ok());
    Ok(documents.map(|document| (document.key.clone(), Arc::new(document))).collect())
}

#[cfg(test)]
mod tests;
