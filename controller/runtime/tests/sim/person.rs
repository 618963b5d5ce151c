//! What a person says through the store, as the commands of the CLI write it.
//!
//! Owns these writes, and the list of what was said, which the invariants compare with what is done. Never looks at
//! what follows.

use podsteward_domain::action::Action;
use podsteward_domain::approval::{Approval, ApprovalId, ApprovalState};
use podsteward_domain::standing::Forced;
use podsteward_domain::switch::{Pause, SwitchState};
use podsteward_runtime::clock::Clock as _;
use podsteward_specs::key::Key;
use podsteward_store::Answered;

use crate::host::Host;

impl Host {
    /// `approve ID`, or with `force` `execute --action-id ID --force`. False: it was not to be answered.
    pub(crate) fn approve(&self, id: ApprovalId, force: bool) -> bool {
        let state = ApprovalState::Approved { by: "somebody".to_owned(), at: self.clock.now(), force };
        self.answer(id, state)
    }

    /// `reject ID`. False: it was not to be answered.
    pub(crate) fn reject(&self, id: ApprovalId) -> bool {
        let (by, reason) = ("somebody".to_owned(), "a test".to_owned());
        self.answer(id, ApprovalState::Rejected { by, reason, at: self.clock.now() })
    }

    fn answer(&self, id: ApprovalId, state: ApprovalState) -> bool {
        match self.store.answer_approval(id, state).unwrap() {
            Answered::Done(approval) => {
                self.judged.answered(&approval);
                true
            }
            Answered::NotPending(_) | Answered::Unknown => false,
        }
    }

    /// What waits for an answer.
    pub(crate) fn pending(&self) -> Vec<Approval> {
        let open = self.store.open_approvals().unwrap().into_iter();
        open.filter(|approval| approval.state == ApprovalState::Pending).collect()
    }

    /// `execute --force` of what is due on an object.
    pub(crate) fn force(&self, key: &Key) {
        let forced = Forced { by: "somebody".to_owned(), at: self.clock.now() };
        for action in Action::ALL.into_iter().filter(|action| !action.is_declared()) {
            self.store.force(key, action, &forced).unwrap();
        }
    }

    /// `resume KEY`.
    pub(crate) fn resume(&self, key: &Key) {
        let paused = self.store.resume_object(key).unwrap();
        if self.store.begin_anew(key, paused).unwrap() {
            self.judged.forgot(key);
        }
    }

    /// `resume`.
    pub(crate) fn resume_all(&self) {
        self.store.set_switch(SwitchState::Running, None, self.clock.now()).unwrap();
        self.store.close_breakers().unwrap();
    }

    /// `stop`, until `resume`.
    pub(crate) fn stop(&self) {
        let (reason, by) = ("a test".to_owned(), "somebody".to_owned());
        let pause = Pause { reason, by, since: self.clock.now(), length: None };
        self.store.set_switch(SwitchState::Stopped, Some(&pause), self.clock.now()).unwrap();
    }
}
