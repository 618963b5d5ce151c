//! One evaluation of one action, also when nothing is done.
//!
//! Owns proposals, verdicts, gates and decisions. Never carries anything out.
//! Made by [`crate::decide`]; admitted by [`crate::admit`]; kept in the decision log.

use std::fmt;

use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::confidence::Confidence;
use crate::finding::FindingKind;
use crate::ladder::Ladder;
use crate::risk::Risk;
use crate::time::Moment;

/// How far a decision goes by itself, the boldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It follows from the manifest and needs no confidence.
    Declared,
    /// Done in silence.
    AutoExecute,
    /// Done and told.
    NotifyExecute,
    /// Asked for.
    Queue,
    /// Only told.
    AlertOnly,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Self; 5] =
        [Self::Declared, Self::AutoExecute, Self::NotifyExecute, Self::Queue, Self::AlertOnly];

    /// The name in logs, metrics and the decision log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::AutoExecute => "auto-execute",
            Self::NotifyExecute => "notify-execute",
            Self::Queue => "queue",
            Self::AlertOnly => "alert-only",
        }
    }

    /// Whether it is carried out without asking.
    pub fn executes(self) -> bool {
        matches!(self, Self::Declared | Self::AutoExecute | Self::NotifyExecute)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! gates {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $asked_of:ident;)+) => {
        /// The gates, in the order in which they are asked.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Gate {
            $($(#[$doc])* $variant,)+
        }

        impl Gate {
            /// All gates, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in logs, metrics and the decision log.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Whether it is asked of remediation only: declared work follows from the manifest.
            pub fn is_of_remediation(self) -> bool {
                match self { $(Self::$variant => gates!(@ $asked_of),)+ }
            }
        }
    };
    (@ remediation) => { true };
    (@ everything) => { false };
}

// Each with its name, and whether it is asked of everything or of remediation only.
gates! {
    /// The policy's mode: act, ask, or only tell.
    Mode = "mode", remediation;
    /// The switch of the whole controller.
    Switch = "switch", everything;
    /// A pause of this object, by annotation or by command.
    Pause = "pause", everything;
    /// A stop by hand that is being respected, or a deletion that is not certain yet.
    Hold = "hold", everything;
    /// The document, or its drift, was given up until a fact changes.
    Quarantine = "quarantine", everything;
    /// Back-off after failures: crash loop or permanent error.
    Backoff = "backoff", everything;
    /// Something it needs is not there yet.
    Dependencies = "dependencies", everything;
    /// What the manifest or the policy forbids, or wants confirmed.
    Override = "override", remediation;
    /// The finding is known and left alone.
    Suppression = "suppression", remediation;
    /// The action failed too often: on this target, anywhere, or together with others.
    Breaker = "breaker", remediation;
    /// The action was tried on this target not long ago.
    Cooldown = "cooldown", remediation;
    /// So much is under way, or was done within the hour, that it must wait.
    Budget = "budget", remediation;
    /// An alert was acted on already, or its route did so as often as it may.
    Limit = "limit", remediation;
    /// Another plan of this object, or of something it touches, is under way.
    OneInFlight = "one-in-flight", everything;
    /// What it depends on is bad or unknown: the cause is there.
    Consequence = "consequence", remediation;
    /// So much went wrong at once that nothing is touched.
    Storm = "storm", remediation;
    /// What must be known is not known, or too old.
    Freshness = "freshness", everything;
    /// The action may run in its maintenance windows only.
    MaintenanceWindow = "maintenance-window", remediation;
    /// It could lose data that a backup should hold, and that backup is not fresh.
    Backup = "backup", remediation;
    /// A person must say that declared work was meant: mass deletion, first recreate of an adopted container.
    Approval = "approval", everything;
    /// The verdict itself.
    Verdict = "verdict", remediation;
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A gate's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum GateAnswer {
    /// Go on.
    Pass,
    /// Go on, but no bolder than this.
    Cap {
        /// The boldest verdict allowed.
        verdict: Verdict,
        /// Why.
        detail: String,
    },
    /// Not now.
    Hold {
        /// Why.
        detail: String,
        /// Until when, where that is known.
        until: Option<Moment>,
    },
    /// No.
    Deny {
        /// Why.
        detail: String,
    },
}

impl GateAnswer {
    /// Whether it stops the action now.
    pub fn stops(&self) -> bool {
        matches!(self, Self::Hold { .. } | Self::Deny { .. })
    }

    /// The answer of another question, where this one let it pass.
    #[must_use]
    pub fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::Pass { other() } else { self }
    }

    /// The reason, where it did not simply pass.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Pass => None,
            Self::Cap { detail, .. } | Self::Hold { detail, .. } | Self::Deny { detail } => Some(detail),
        }
    }
}

/// A gate with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateResult {
    /// Which gate.
    pub gate: Gate,
    /// Its answer.
    #[serde(flatten)]
    pub answer: GateAnswer,
}

impl GateResult {
    /// Whether it stops the action because what is known is too old, which a fresh look ends.
    pub fn wants_fresh_look(&self) -> bool {
        self.gate == Gate::Freshness && matches!(self.answer, GateAnswer::Hold { .. })
    }
}

/// One evaluation of one action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The action.
    pub action: Action,
    /// On what.
    pub target: Key,
    /// The finding that called for it.
    pub trigger: FindingKind,
    /// Why, for people.
    pub reason: String,
    /// How far it goes by itself.
    pub verdict: Verdict,
    /// How sure podsteward is and how much it may break; `None` for declared work.
    #[serde(default)]
    pub judgement: Option<Judgement>,
    /// Which plan, see [`crate::orient::digest`].
    #[serde(default)]
    pub digest: String,
    /// The gates that were asked, in order. All gates are asked, so that `why` can show the whole chain.
    pub gates: Vec<GateResult>,
}

/// How sure podsteward is, how much it may break, and which rung of the ladder it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// How sure.
    pub confidence: Confidence,
    /// How much it may break.
    pub risk: Risk,
    /// Where it stands on the ladder, where the action has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ladder: Option<Ladder>,
    /// What made the risk greater than that of the action, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated: Option<String>,
}

impl Decision {
    /// The first gate that stops it, if one does. That what is known is too old says so only where nothing else does: a
    /// look that would change nothing is not taken, and how old the last one is changes with every look.
    pub fn withheld_by(&self) -> Option<&GateResult> {
        self.stops().find(|result| !result.wants_fresh_look()).or_else(|| self.stops().next())
    }

    /// Whether nothing but the age of what is known, and perhaps a person's word, stands in the way: read again, and
    /// decide again.
    pub fn needs_fresh_look(&self) -> bool {
        let only = |result: &GateResult| result.wants_fresh_look() || is_question(result);
        self.stops().any(GateResult::wants_fresh_look) && self.stops().all(only)
    }

    /// Whether nothing but a person's word is missing.
    pub fn asks(&self) -> bool {
        self.stops().next().is_some() && self.stops().all(is_question)
    }

    /// Whether a person was asked already and has not answered yet.
    pub fn waits_for_answer(&self) -> bool {
        let asked = |result: &GateResult| {
            let pending = matches!(result.answer, GateAnswer::Hold { until: Some(_), .. });
            is_question(result) && pending
        };
        self.asks() && self.stops().all(asked)
    }

    /// When every gate that stops it and knows until when has opened.
    pub fn opens(&self) -> Option<Moment> {
        let until = |result: &GateResult| match result.answer {
            GateAnswer::Hold { until, .. } => until,
            GateAnswer::Pass | GateAnswer::Cap { .. } | GateAnswer::Deny { .. } => None,
        };
        self.stops().filter_map(until).reduce(Moment::later)
    }

    /// The gates that stop it.
    pub fn stops(&self) -> impl Iterator<Item = &GateResult> {
        self.gates.iter().filter(|gate| gate.answer.stops())
    }
}

/// Whether a gate waits for a person's word.
fn is_question(result: &GateResult) -> bool {
    matches!(result.gate, Gate::Approval | Gate::Verdict) && matches!(result.answer, GateAnswer::Hold { .. })
}

#[cfg(test)]
mod tests;
