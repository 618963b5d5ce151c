//! What the domain promises, case by case: data in, text out.
//!
//! Owns no test itself. Each file is about one noun; the Worlds come out of text ([`fixture`]), the answers are told
//! as text ([`told`]), and what takes more than one look is a [`story`] on a [`host`] that is a model.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes its expectations so")]

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod host;
#[cfg(test)]
mod random;
#[cfg(test)]
mod story;
#[cfg(test)]
mod told;

#[cfg(test)]
mod admit;
#[cfg(test)]
mod adopt;
#[cfg(test)]
mod alert;
#[cfg(test)]
mod approval;
#[cfg(test)]
mod autonomy;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod breaker;
#[cfg(test)]
mod budget;
#[cfg(test)]
mod channel;
#[cfg(test)]
mod cleanup;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod conditions;
#[cfg(test)]
mod confidence;
#[cfg(test)]
mod config_files;
#[cfg(test)]
mod consequence;
#[cfg(test)]
mod decay;
#[cfg(test)]
mod deletion;
#[cfg(test)]
mod dependencies;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod edit;
#[cfg(test)]
mod exit;
#[cfg(test)]
mod expectation;
#[cfg(test)]
mod forecast;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod gates;
#[cfg(test)]
mod hold;
#[cfg(test)]
mod image;
#[cfg(test)]
mod invariants;
#[cfg(test)]
mod ladder;
#[cfg(test)]
mod learn;
#[cfg(test)]
mod lesson;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod liveness;
#[cfg(test)]
mod names;
#[cfg(test)]
mod notification;
#[cfg(test)]
mod pause;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod pressure;
mod probe;
#[cfg(test)]
mod quarantine;
#[cfg(test)]
mod recover;
#[cfg(test)]
mod report;
#[cfg(test)]
mod resources;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod restart_policy;
#[cfg(test)]
mod snapshot;
#[cfg(test)]
mod states;
#[cfg(test)]
mod storm;
#[cfg(test)]
mod suppression;
#[cfg(test)]
mod terminal;
#[cfg(test)]
mod time;
#[cfg(test)]
mod unhealthy;
#[cfg(test)]
mod verdict;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod ways;
#[cfg(test)]
mod well;
