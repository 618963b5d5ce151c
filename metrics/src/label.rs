//! The closed sets of label values that the domain does not own.
//!
//! Owns their names. Never carries free text: a metric's labels come from closed sets only.

macro_rules! labels {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name in logs and metrics.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

labels! {
    /// What one reconcile came to.
    ReconcileResult {
        /// There was nothing to do.
        Unchanged = "unchanged",
        /// An action was carried out.
        Acted = "acted",
        /// There was something to do, and a gate withheld it.
        Withheld = "withheld",
        /// It failed.
        Failed = "failed",
    }
}

labels! {
    /// What verification found.
    VerificationStatus {
        /// The expectation holds.
        Verified = "verified",
        /// It holds, with something worth knowing.
        Warning = "warning",
        /// It does not hold.
        Failed = "failed",
        /// Nobody can tell.
        Inconclusive = "inconclusive",
    }
}

labels! {
    /// What became of a step.
    StepResult {
        /// It is done.
        Done = "done",
        /// It was refused; nothing was done.
        NotDone = "not-done",
        /// Whether it was done cannot be known from its answer.
        Unknowable = "unknowable",
    }
}

labels! {
    /// How a call to Podman ended.
    CallResult {
        /// It succeeded.
        Ok = "ok",
        /// There is no such thing.
        NotFound = "not-found",
        /// The name or the thing is taken.
        Conflict = "conflict",
        /// Podman refused, and would refuse again.
        Refused = "refused",
        /// Podman failed; the same call may work later.
        Failed = "failed",
        /// Podman did not answer within the deadline.
        Timeout = "timeout",
        /// Podman cannot be reached.
        Unreachable = "unreachable",
        /// The answer cannot be read.
        Protocol = "protocol",
    }
}

labels! {
    /// Who saw the end of a process first.
    Witness {
        /// The kernel, through a pidfd.
        Pidfd = "pidfd",
        /// Podman's event stream.
        Event = "event",
        /// A relist.
        Relist = "relist",
    }
}

labels! {
    /// What a healthcheck that podsteward ran came to.
    HealthcheckResult {
        /// It says that the container is well.
        Healthy = "healthy",
        /// It says that the container is not well.
        Unhealthy = "unhealthy",
        /// It failed, and failures do not count yet.
        Starting = "starting",
        /// It did not end within its timeout.
        Timeout = "timeout",
        /// It could not be run.
        Error = "error",
    }
}

labels! {
    /// What one run of a probe came to.
    ProbeOutcome {
        /// It succeeded.
        Well = "well",
        /// It failed.
        Ill = "ill",
        /// It cannot be run at all.
        CannotRun = "cannot-run",
        /// Whoever carries it out did not answer.
        NoAnswer = "no-answer",
    }
}

labels! {
    /// What happened to a document in the manifests.
    Change {
        /// It is new.
        Added = "added",
        /// It differs from before.
        Edited = "edited",
        /// It is gone.
        Vanished = "vanished",
        /// It is back before its deletion was true.
        Returned = "returned",
    }
}

labels! {
    /// What became of a snapshot.
    SnapshotResult {
        /// It was taken and read back.
        Taken = "taken",
        /// It could not be taken.
        Failed = "failed",
        /// What it holds was put back.
        Restored = "restored",
        /// It was thrown away.
        Pruned = "pruned",
    }
}

labels! {
    /// What the monitoring says of an alert.
    AlertWord {
        /// It fires.
        Firing = "firing",
        /// It is over.
        Resolved = "resolved",
        /// What was sent could not be kept.
        Refused = "refused",
    }
}

labels! {
    /// What somebody had to do by hand.
    Intervention {
        /// Somebody answered what podsteward asked.
        Approval = "approval",
        /// Somebody stopped a container.
        HandStop = "hand-stop",
        /// Somebody had an action carried out.
        Execute = "execute",
        /// Somebody edited the manifest soon after an action had failed.
        EditAfterFailure = "edit-after-failure",
    }
}

labels! {
    /// Who wants an object to be left alone.
    Held {
        /// The annotation in its manifest.
        Annotation = "annotation",
        /// Somebody, by `podsteward pause`.
        Command = "command",
        /// Somebody who stopped it by hand.
        Hand = "hand",
    }
}

labels! {
    /// How far remediation may go.
    RemediationMode {
        /// It only tells.
        Observe = "observe",
        /// It asks first.
        Ask = "ask",
        /// It acts where it is sure enough.
        Full = "full",
        /// It is off until somebody resumes it: what podsteward knew is lost.
        Off = "off",
    }
}
