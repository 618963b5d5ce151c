//! What the domain promises, case by case: data in, text out.
//!
//! Owns no test itself. Each file is about one noun; the Worlds come out of text ([`fixture`]), the answers are told
//! as text ([`told`]), and what takes more than one look is a [`story`] on a [`host`] that is a model.

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod host;
#[cfg(test)]
mod story;
#[cfg(test)]
mod told;

#[cfg(test)]
mod quarantine;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod states;
