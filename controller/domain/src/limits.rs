//! How far podsteward may go with one object: its own manifest, then the policy's overrides, then the policy.
//!
//! Owns the precedence: a container says more than the policy, and a denial by anybody holds. Never enforces a
//! limit: the gates do.

use std::collections::BTreeSet;
use std::time::Duration;

use podsteward_specs::container::{Container, Remediation};
use podsteward_specs::document::Document;
use podsteward_specs::policy::{Override, RemediationPolicy};

/// The limits of one object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// Whether a restart is forbidden that no manifest declares, and by whom.
    pub no_restart: Option<&'static str>,
    /// Whether somebody allows a restart in so many words, as `resource-pressure` needs it.
    pub may_restart: bool,
    /// Whether every remediation waits for approval, and by whom.
    pub confirmation: Option<&'static str>,
    /// How long a restart may take.
    pub restart_timeout: Option<Duration>,
    /// How many restarts an hour remediation may spend.
    pub restarts_per_hour: u32,
    /// Actions that are never taken.
    pub deny: BTreeSet<String>,
}

/// The words for who set a limit.
const BY_MANIFEST: &str = "its manifest";
const BY_OVERRIDE: &str = "an override of the policy";

/// The limits of an object.
pub fn limits(policy: &RemediationPolicy, name: &str, document: Option<&Document>) -> Limits {
    let labels = document.map(|document| document.labels.clone()).unwrap_or_default();
    let own = document.and_then(|document| document.container()).map(remediation);
    let matching: Vec<&Override> =
        policy.overrides.iter().filter(|it| it.matching.matches(name, &labels)).collect();
    // The last override that says something has the word, as the last line of a file has.
    let said = |by_own: Option<bool>, by_override: fn(&Override) -> Option<bool>| match by_own {
        Some(own) => Some((own, BY_MANIFEST)),
        None => matching.iter().rev().find_map(|it| by_override(it)).map(|said| (said, BY_OVERRIDE)),
    };
    let auto_restart = said(own.and_then(|own| own.auto_restart), |it| it.auto_restart);
    let confirmation = said(own.and_then(|own| own.requires_confirmation), |it| it.requires_confirmation);
    let number = own
        .and_then(|own| own.max_restarts_per_hour)
        .or_else(|| matching.iter().rev().find_map(|it| it.max_restarts_per_hour));
    let time = own
        .and_then(|own| own.restart_timeout)
        .or_else(|| matching.iter().rev().find_map(|it| it.restart_timeout));
    let denied = matching.iter().flat_map(|it| &it.deny).chain(own.iter().flat_map(|own| &own.deny));
    Limits {
        no_restart: auto_restart.and_then(|(allowed, by)| (!allowed).then_some(by)),
        may_restart: auto_restart.is_some_and(|(allowed, _)| allowed),
        confirmation: confirmation.and_then(|(wanted, by)| wanted.then_some(by)),
        restart_timeout: time,
        restarts_per_hour: number.unwrap_or(policy.budgets.restarts_per_hour),
        deny: denied.cloned().collect(),
    }
}

fn remediation(container: &Container) -> &Remediation {
    &container.remediation
}
