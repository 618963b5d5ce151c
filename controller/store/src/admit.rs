//! The gates and the intent in one transaction.
//!
//! Owns the transaction, so that a pause either stands before the judge or comes after the intent. Never judges:
//! the judge is the domain's.

use podsteward_domain::admit::{Admission, GateFacts};
use podsteward_domain::decision::Decision;
use podsteward_domain::intent::Intent;
use podsteward_domain::time::Moment;

use crate::decisions::{self, DecisionId};
use crate::error::Result;
use crate::store::{Durability, Store};
use crate::{intents, leases, switch};

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
    /// Nothing was begun.
    Withheld {
        /// The decision.
        decision: Decision,
        /// Its number.
        id: DecisionId,
    },
}

impl Store {
    /// Reads the facts, asks the judge, and writes decision, intent and leases, all in one transaction.
    ///
    /// [`crate::Error::Leased`] if the judge admits what touches a thing that another plan holds exclusively: its
    /// object or a container. Images and volumes may be held by many.
    pub fn admit(
        &self,
        now: Moment,
        durability: Durability,
        judge: impl FnOnce(&GateFacts) -> Admission,
    ) -> Result<Admitted> {
        self.write("admit", durability, |sqlite| {
            let facts = GateFacts { now, switch: switch::read(sqlite)?, leases: leases::read(sqlite)? };
            match judge(&facts) {
                Admission::Admit(draft, decision) => {
                    let intent = intents::begin(sqlite, *draft)?;
                    leases::take(sqlite, &intent)?;
                    let id = decisions::insert(sqlite, &decision, Some(intent.id), now)?;
                    Ok(Admitted::Begun { intent: Box::new(intent), decision, id })
                }
                Admission::Withhold(decision) => {
                    let id = decisions::record(sqlite, &decision, now)?;
                    Ok(Admitted::Withheld { decision, id })
                }
            }
        })
    }
}
