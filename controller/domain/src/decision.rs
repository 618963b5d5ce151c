//! One evaluation of one action, also when nothing is done.
//!
//! Owns proposals, verdicts, gates and decisions. Never carries anything out.
//! Made by [`crate::decide`]; admitted by [`crate::admit`]; kept in the decision log.

use std::fmt;

use podsteward_specs::key::Key;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::finding::FindingKind;
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

/// The gates, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gate {
    /// The switch of the whole controller.
    Switch,
    /// A pause of this object, by annotation or by command.
    Pause,
    /// A stop by hand that is being respected.
    Hold,
    /// The document, or its drift, was given up until a fact changes.
    Quarantine,
    /// Back-off after failures: crash loop or permanent error.
    Backoff,
    /// Something it needs is not there yet.
    Dependencies,
    /// A person must say that it was meant: mass deletion, first recreate of an adopted container.
    Approval,
    /// What must be known is not known, or too old.
    Freshness,
    /// Another plan of this object, or of something it touches, is under way.
    OneInFlight,
    /// The verdict itself.
    Verdict,
}

impl Gate {
    /// All gates, in order.
    pub const ALL: [Self; 10] = [
        Self::Switch,
        Self::Pause,
        Self::Hold,
        Self::Quarantine,
        Self::Backoff,
        Self::Dependencies,
        Self::Approval,
        Self::Freshness,
        Self::OneInFlight,
        Self::Verdict,
    ];

    /// The name in logs, metrics and the decision log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Switch => "switch",
            Self::Pause => "pause",
            Self::Hold => "hold",
            Self::Quarantine => "quarantine",
            Self::Backoff => "backoff",
            Self::Dependencies => "dependencies",
            Self::Approval => "approval",
            Self::Freshness => "freshness",
            Self::OneInFlight => "one-in-flight",
            Self::Verdict => "verdict",
        }
    }
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
    /// The gates that were asked, in order. All gates are asked, so that `why` can show the whole chain.
    pub gates: Vec<GateResult>,
}

impl Decision {
    /// The first gate that stops it, if one does.
    pub fn withheld_by(&self) -> Option<&GateResult> {
        self.stops().next()
    }

    /// Whether only the age of what is known stands in the way: read again, and decide again.
    pub fn needs_fresh_look(&self) -> bool {
        let mut gates = self.stops().map(|result| result.gate);
        gates.next() == Some(Gate::Freshness) && gates.next().is_none()
    }

    /// When every gate that stops it and knows until when has opened.
    pub fn opens(&self) -> Option<Moment> {
        let until = |result: &GateResult| match result.answer {
            GateAnswer::Hold { until, .. } => until,
            GateAnswer::Pass | GateAnswer::Cap { .. } | GateAnswer::Deny { .. } => None,
        };
        self.stops().filter_map(until).max()
    }

    fn stops(&self) -> impl Iterator<Item = &GateResult> {
        self.gates.iter().filter(|gate| gate.answer.stops())
    }
}
