//! How a story acts: as the worker does, step by step on the model.

use podsteward_domain::admit::{Admission, GateFacts, IntentDraft, judge};
use podsteward_domain::decision::Decision;
use podsteward_domain::evaluate::Choice;
use podsteward_domain::intent::{Baseline, Intent, IntentId, IntentState, Outcome};
use podsteward_domain::learn::{self, Lesson};
use podsteward_domain::live::EngineState;
use podsteward_domain::memory::Applied;
use podsteward_domain::plan::{Shape, Step};
use podsteward_domain::recover::{self, Interruption, Recovery};
use podsteward_domain::verify::Verification;
use podsteward_domain::view::View;
use podsteward_domain::world::{Desired, ExitFacts};
use podsteward_specs::document::Document;

use super::Story;
use crate::fixture::memory::draft;
use crate::told::verified;

impl Story {
    /// Begins a choice if the judge lets it; whether something was done.
    pub(super) fn act(&mut self, choice: Choice) -> bool {
        let draft = draft(&self.world, &choice);
        let draft = IntentDraft { incident: self.incidents.get(&choice.decision.trigger).copied(), ..draft };
        let facts = self.gate_facts();
        let (draft, decision, told) = match judge(choice.decision, draft, &choice.case, &facts) {
            Admission::Admit(draft, decision, told) => (draft, decision, told),
            Admission::Ask(question, _) => {
                self.ask(*question);
                return true;
            }
            Admission::Withhold(decision, told) => {
                if self.tell_withheld(&decision) {
                    self.hear(told);
                }
                return false;
            }
        };
        self.tell(&because(&decision));
        self.hear(told);
        self.world.standing.approvals.retain(|approval| draft.approval != Some(approval.id));
        self.intents += 1;
        let mut intent = draft.numbered(IntentId(self.intents));
        intent.state = IntentState::Acting;
        let steps: Vec<Step> =
            choice.plan.sections.iter().flat_map(|section| section.steps.iter().cloned()).collect();
        match self.steps(&steps) {
            Ok(()) => self.stabilise(intent),
            Err(error) => self.recover(&intent, Interruption::Failure, &error),
        }
        true
    }

    /// What the gates are asked with in the transaction that begins a plan.
    fn gate_facts(&self) -> GateFacts {
        let (now, switch) = (self.world.now, self.world.switch.clone());
        GateFacts { now, switch, leases: Vec::new(), standing: self.world.standing.clone() }
    }

    fn steps(&mut self, steps: &[Step]) -> Result<(), String> {
        for step in steps {
            let done = self.host.carry_out(step, self.world.now);
            let result = done.as_ref().map_or_else(|error| format!(": {error}"), |()| String::new());
            self.tell(&format!("  {step}{result}"));
            done?;
            self.after(step);
        }
        Ok(())
    }

    /// Starts end some time; what we stop is seen to be stopped by us.
    fn after(&mut self, step: &Step) {
        match step {
            Step::StartContainer { .. } => self.age(),
            Step::StopContainer { .. } => {
                self.dies = None;
                let end = self.end_of(EngineState::Exited, false);
                self.exit = end.map(|end| ExitFacts { ours: true, ..end });
            }
            Step::RemoveContainer { name, .. } if *name == self.name() => self.dies = None,
            Step::RenameContainer { .. } => self.dies = None,
            _ => {}
        }
    }

    fn stabilise(&mut self, mut intent: Intent) {
        self.see();
        self.world.memory = learn::from_steps(&View::of(&self.world), &intent);
        self.remember_document();
        let live = self.host.containers.get(&self.name());
        let baseline = Baseline {
            container: live.map(|live| live.id.clone()),
            started_ms: live.and_then(|live| live.started_ms),
            ..Baseline::default()
        };
        intent.state = IntentState::Stabilising { since: self.world.now, baseline };
        self.world.intent = Some(intent);
    }

    /// What a verification comes to.
    pub(super) fn conclude(&mut self, intent: &Intent, verification: &Verification) {
        self.tell(&verified(verification));
        let outcome = match verification {
            Verification::Wait { .. } => return,
            Verification::Passed => Outcome::Success,
            Verification::Warned(_) => Outcome::Warning,
            Verification::Inconclusive(_) | Verification::Superseded => Outcome::Inconclusive,
            Verification::Failed(why) if matches!(intent.shape, Shape::Recreate { .. }) => {
                return self.recover(intent, Interruption::Failure, why);
            }
            Verification::Failed(_) => Outcome::Failure,
        };
        self.steps(&recover::settle(intent)).unwrap();
        self.close(intent, &Lesson { intent, outcome, error: None, permanent: false, kept: true });
    }

    /// Goes on with an intent that was interrupted.
    pub(super) fn recover(&mut self, intent: &Intent, interruption: Interruption, error: &str) {
        self.see();
        let recovery = recover::recover(&View::of(&self.world), intent, interruption);
        match recovery {
            Recovery::Stabilise => self.stabilise(intent.clone()),
            Recovery::Settle { steps } => {
                self.steps(&steps).unwrap();
                let outcome = Outcome::Success;
                self.close(intent, &Lesson { intent, outcome, error: None, permanent: false, kept: true });
            }
            Recovery::Undo { steps, outcome } => {
                let mut undone = intent.clone();
                if outcome == Outcome::RolledBack {
                    undone.state = IntentState::RollingBack;
                }
                self.world.intent = Some(undone);
                if self.steps(&steps).is_err() {
                    return;
                }
                let permanent = self.permanent && interruption == Interruption::Failure;
                self.close(intent, &Lesson { intent, outcome, error: Some(error), permanent, kept: false });
            }
        }
    }

    fn close(&mut self, intent: &Intent, lesson: &Lesson<'_>) {
        self.see();
        self.world.memory = learn::from_outcome(&View::of(&self.world), lesson);
        self.remember_document();
        self.world.intent = None;
        self.tell(&format!("closed: {}", lesson.outcome.as_str()));
        self.learn(intent, lesson.outcome, lesson.error.unwrap_or_default());
        if matches!(intent.shape, Shape::Remove | Shape::Note)
            && matches!(self.world.desired, Desired::Vanishing { .. })
            && lesson.outcome == Outcome::Success
        {
            self.world.desired = Desired::Absent;
            self.world.memory = podsteward_domain::memory::Memory::default();
        }
    }

    /// The last applied documents, read again.
    fn remember_document(&mut self) {
        let origin = self.world.desired.document().map(|document| document.origin.clone());
        let read = |applied: &Option<Applied>| {
            let (applied, origin) = applied.as_ref().zip(origin.clone())?;
            Some(std::sync::Arc::new(Document::from_canonical(&applied.canonical, origin).unwrap()))
        };
        self.world.applied = read(&self.world.memory.applied);
        self.world.previous = read(&self.world.memory.previous);
    }
}

/// What is begun, and for remediation how sure podsteward is.
fn because(decision: &Decision) -> String {
    let Decision { action, trigger, verdict, judgement, .. } = decision;
    let judged = judgement.as_ref().map(|it| format!(" ({verdict}, {})", it.confidence.total));
    format!("{action} because {trigger}{}", judged.unwrap_or_default())
}
