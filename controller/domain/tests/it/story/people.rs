//! What a story learns, whom it asks, and what people answer.
//!
//! Owns the part of the store that judging needs: tracks, approvals and incidents of one object, in memory.

use podsteward_domain::approval::{Approval, ApprovalId, ApprovalState, Question};
use podsteward_domain::evaluate::Evaluation;
use podsteward_domain::finding::{Finding, FindingKind};
use podsteward_domain::intent::{Intent, Outcome};
use podsteward_domain::learn::track::{Ended, learned};
use podsteward_domain::notification::{self, Notification};
use podsteward_domain::track::Track;

use super::Story;
use crate::told::after_noon;

impl Story {
    /// A finding that is gone and comes back is another incident.
    pub(super) fn number_incidents(&mut self, findings: &[Finding]) {
        let open: Vec<FindingKind> = findings.iter().map(|finding| finding.kind).collect();
        self.incidents.retain(|kind, _| open.contains(kind));
        for kind in open {
            let next = self.last_incident + 1;
            let number = *self.incidents.entry(kind).or_insert(next);
            self.last_incident = self.last_incident.max(number);
        }
    }

    /// Asks a person.
    pub(super) fn ask(&mut self, question: Question) {
        self.asked += 1;
        let id = ApprovalId(self.asked);
        self.tell(&format!("  asks: {}", question.why_asked));
        self.hear(Some(notification::asked(id, &question)));
        let (asked, state, stood_still) = (self.world.now, ApprovalState::Pending, std::time::Duration::ZERO);
        self.world.standing.approvals.push(Approval {
            id,
            question,
            asked,
            state,
            stood_still,
            stopped: None,
        });
        if self.approves {
            self.answer(true);
        }
    }

    /// What somebody hears of.
    pub(super) fn hear(&mut self, notification: Option<Notification>) {
        if let Some(notification) = notification {
            self.tell(&format!("  {:?}: {}", notification.event, notification.title));
        }
    }

    /// Approvals that are over.
    pub(super) fn end_approvals(&mut self, evaluation: &Evaluation) {
        for (id, state) in &evaluation.approvals {
            self.tell(&format!("  approval {id} is {}", state.as_str()));
            self.world.standing.approvals.retain(|approval| approval.id != *id);
        }
    }

    /// A person answers what was asked last.
    pub(super) fn answer(&mut self, yes: bool) {
        let (by, at) = ("ada".to_owned(), self.world.now);
        let approval = self.world.standing.approvals.last_mut().expect("something was asked");
        approval.state = if yes {
            ApprovalState::Approved { by, at, force: false }
        } else {
            ApprovalState::Rejected { by, reason: String::new(), at }
        };
    }

    /// A person closes the breakers of the object.
    pub(super) fn resume(&mut self) {
        let tracks = self.world.standing.tracks.values_mut();
        tracks.for_each(|track| *track = Track::forgotten(track));
    }

    /// What a plan that ended teaches.
    pub(super) fn learn(&mut self, intent: &Intent, outcome: Outcome, detail: &str) {
        let (at, policy) = (self.world.now, self.world.policy.clone());
        let ended = Ended { intent, outcome, attributable: true, alerted: false, at };
        if let Some(learned) = learned(&self.world.standing, &ended, &policy) {
            self.world.standing.tracks.insert(intent.action, learned.track);
            self.world.standing.overall.insert(intent.action, learned.overall);
            let confidence = learned.confidence.map_or_else(String::new, |it| it.total.to_string());
            self.tell(&format!("learned: {} to {confidence}", learned.delta));
            self.hear(learned.pair_opened.then(|| notification::breaker_opened(intent, None, false)));
            self.hear(learned.action_opened.then(|| notification::breaker_opened(intent, None, true)));
        }
        self.hear(
            notification::ended(intent, None, outcome, detail).filter(|_| !intent.action.is_declared()),
        );
    }

    /// The wall clock is put forward or back.
    pub(super) fn put_clock(&mut self, rest: &str) {
        let (way, length) = rest.split_once(' ').expect("`forward SPAN` or `back SPAN`");
        let millis = i64::try_from(crate::fixture::span(length).as_millis()).unwrap();
        self.world.now.wall_ms += if way == "back" { -millis } else { millis };
        assert!(after_noon(self.world.now).starts_with('+'));
    }
}
