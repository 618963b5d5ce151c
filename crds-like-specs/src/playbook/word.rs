//! Words of a command in which a parameter may stand: `$(name)` is a parameter, anything else is itself.
//!
//! Owns the rule that a parameter is always one whole word: its value is never split, never read by a shell, and never
//! taken for an option. Never runs a command.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// The parameter that every playbook has: the name of its target.
pub const TARGET: &str = "target";
/// The word after which nothing is an option.
const END_OF_OPTIONS: &str = "--";
/// A value has so many bytes at most.
const VALUE_MAX: usize = 4096;
/// The name of a parameter has so many bytes at most.
const NAME_MAX: usize = 63;

/// One word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Word {
    /// Itself.
    Text(String),
    /// The value of a parameter.
    Parameter(String),
}

/// A program with its arguments. The program is never a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Argv {
    /// The program.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<Word>,
}

/// Why a word or a value cannot stand where it does.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A parameter within a word: its value could be taken for something else.
    #[error("'{0}' has a parameter in a word ($(NAME) is a word by itself; $$( stands for a plain $()")]
    Within(String),
    /// Not the name of a parameter.
    #[error(
        "'{0}' is not the name of a parameter (letters, digits, '-' and '_', a letter first, at most 63)"
    )]
    Name(String),
    /// Nothing declares it.
    #[error("no parameter {0} is declared (one of spec.parameters, or target)")]
    Undeclared(String),
    /// A value that a program would take for an option.
    #[error(
        "parameter {0} is '{1}', which would be taken for an option (a word -- before it, or no '-' first)"
    )]
    Option(String, String),
    /// A value that no program can be given.
    #[error("parameter {0} holds a NUL character or more than 4096 bytes")]
    Value(String),
}

impl Error {
    /// The parameter whose value is the trouble.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::Option(name, _) | Self::Value(name) => Some(name),
            Self::Within(_) | Self::Name(_) | Self::Undeclared(_) => None,
        }
    }
}

impl Word {
    /// Reads a word.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let within = || Error::Within(text.to_owned());
        if let Some(name) = text.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'))
            && !name.contains("$(")
        {
            return parameter_name(name).map(Self::Parameter);
        }
        let plain = text.replace("$$(", "");
        if plain.contains("$(") { Err(within()) } else { Ok(Self::Text(text.replace("$$(", "$("))) }
    }

    /// The parameter that it is.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::Parameter(name) => Some(name),
            Self::Text(_) => None,
        }
    }

    /// What it says.
    pub fn filled(&self, values: &BTreeMap<String, String>) -> Result<String, Error> {
        match self {
            Self::Text(text) => Ok(text.clone()),
            Self::Parameter(name) => {
                let value = values.get(name).ok_or_else(|| Error::Undeclared(name.clone()))?;
                may_be_given(name, value)?;
                Ok(value.clone())
            }
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&text.replace("$(", "$$(")),
            Self::Parameter(name) => write!(f, "$({name})"),
        }
    }
}

impl Argv {
    /// The words as the program gets them. A value that begins with `-` may stand only behind the word `--`.
    pub fn filled(&self, values: &BTreeMap<String, String>) -> Result<Vec<String>, Error> {
        let (mut words, mut no_options) = (vec![self.program.clone()], false);
        for word in &self.arguments {
            let text = word.filled(values)?;
            match word {
                Word::Text(text) => no_options |= text == END_OF_OPTIONS,
                Word::Parameter(name) if !no_options && text.starts_with('-') => {
                    return Err(Error::Option(name.clone(), text));
                }
                Word::Parameter(_) => {}
            }
            words.push(text);
        }
        Ok(words)
    }

    /// The parameters that stand in it.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.arguments.iter().filter_map(Word::parameter)
    }
}

/// The name of a parameter.
pub(crate) fn parameter_name(text: &str) -> Result<String, Error> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if first && text.len() <= NAME_MAX && text.bytes().all(sound) {
        Ok(text.to_owned())
    } else {
        Err(Error::Name(text.to_owned()))
    }
}

/// Whether a program can be given a value at all.
pub(crate) fn may_be_given(name: &str, value: &str) -> Result<(), Error> {
    if value.contains('\0') || value.len() > VALUE_MAX {
        return Err(Error::Value(name.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
