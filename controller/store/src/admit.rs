//! The gates and the intent in one transaction.
//!
//! Owns the transaction, so that a pause either stands before the judge or comes after the intent. Never judges:
//! the judge is the domain's.

use podsteward_domain::admit::{Admission, GateFacts, IntentDraft};
use podsteward_domain::approval::{Approval, Question};
use podsteward_domain::decision::Decision;
use podsteward_domain::intent::Intent;
use podsteward_domain::notification;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::Connection;

use crate::decisions::{self, DecisionId};
use crate::error::Result;
use crate::store::{Durability, Store};
use crate::{alerts, approvals, incidents, intents, leases, outbox, playbook_requests, standing, switch};

#[cfg(test)]
mod tests;

/// What became of an admission; the decision stands in the log either way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admitted {
    /// The intent was begun and holds what it touches.
    Begun {
        /// The intent.
        intent: Box<Intent>,
        /// The decision.
        decision: Decision,
        /// Its number.
        id: DecisionId,
    },
    /// A person is asked.
    Asked {
        /// What is asked, with its number.
        approval: Box<Approval>,
        /// The decision.
        decision: Decision,
        /// Its number.
        id: DecisionId,
    },
    /// Nothing was begun.
    Withheld {
        /// The decision.
        decision: Decision,
        /// Its number.
        id: DecisionId,
    },
}

impl Store {
    /// Reads the facts about a target, asks the judge (again, if the first attempt to write found no room), and writes
    /// what it answers, all in one transaction: decision, intent, leases, the approval that is used or asked for, and what
    /// somebody must hear of.
    ///
    /// [`crate::Error::Leased`] if the judge admits what touches a thing that another plan holds exclusively: its
    /// object or a container. Images and volumes may be held by many.
    pub fn admit(
        &self,
        now: Moment,
        durability: Durability,
        target: &Key,
        mut judge: impl FnMut(&GateFacts) -> Admission,
    ) -> Result<Admitted> {
        self.write("admit", durability, |sqlite| {
            let (switch, leases) = (switch::read(sqlite)?, leases::read(sqlite)?);
            let facts = GateFacts { now, switch, leases, standing: standing::read(sqlite, target)? };
            match judge(&facts) {
                Admission::Admit(draft, decision, told) => {
                    outbox::insert_all(sqlite, &told, now)?;
                    begin(sqlite, *draft, decision, now)
                }
                Admission::Ask(question, decision) => ask(sqlite, *question, decision, now),
                Admission::Withhold(decision, told) => {
                    let id = decisions::record(sqlite, &decision, told.as_ref(), now)?;
                    Ok(Admitted::Withheld { decision, id })
                }
            }
        })
    }
}

fn begin(sqlite: &Connection, draft: IntentDraft, decision: Decision, now: Moment) -> Result<Admitted> {
    let incident = incidents::open_number(sqlite, &decision.target, decision.trigger)?;
    let intent = intents::begin(sqlite, IntentDraft { incident, ..draft })?;
    leases::take(sqlite, &intent)?;
    alerts::answer(sqlite, &intent)?;
    playbook_requests::answer(sqlite, &intent)?;
    if let Some(approval) = intent.approval {
        approvals::spend(sqlite, approval)?;
    }
    approvals::overtake(sqlite, &intent, now)?;
    let id = decisions::begin(sqlite, &decision, &intent, now)?;
    Ok(Admitted::Begun { intent: Box::new(intent), decision, id })
}

fn ask(sqlite: &Connection, question: Question, decision: Decision, now: Moment) -> Result<Admitted> {
    let approval = Box::new(approvals::ask(sqlite, question, now)?);
    let id = decisions::queue(sqlite, &decision, approval.id, now)?;
    outbox::insert_all(sqlite, [&notification::asked(approval.id, &approval.question)], now)?;
    Ok(Admitted::Asked { approval, decision, id })
}
