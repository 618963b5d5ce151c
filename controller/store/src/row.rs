//! Between values and columns.
//!
//! Owns how rows are fetched and how our types stand in a column. Never holds SQL of a noun.

use std::time::Duration;

use podsteward_domain::action::Action;
use podsteward_domain::time::Moment;
use podsteward_specs::key::Key;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// Every row of a query.
pub(crate) fn all<T>(
    sqlite: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = sqlite.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut values = Vec::new();
    while let Some(row) = rows.next()? {
        values.push(read(row)?);
    }
    Ok(values)
}

/// The first row of a query, if there is one.
pub(crate) fn first<T>(
    sqlite: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = sqlite.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// Carries out one statement and tells how many rows it changed.
pub(crate) fn run(sqlite: &Connection, sql: &str, params: impl Params) -> Result<usize> {
    Ok(sqlite.prepare_cached(sql)?.execute(params)?)
}

/// A value as JSON for a column.
pub(crate) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Value { noun: "value", detail: error.to_string() })
}

/// A column's JSON as a value.
pub(crate) fn from_json<T: DeserializeOwned>(noun: &'static str, row: &Row<'_>, column: usize) -> Result<T> {
    let text = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    serde_json::from_str(text).map_err(|error| Error::Value { noun, detail: error.to_string() })
}

/// The same of a column that may be empty.
pub(crate) fn optional_json<T: DeserializeOwned>(
    noun: &'static str,
    row: &Row<'_>,
    column: usize,
) -> Result<Option<T>> {
    if row.get_ref(column)? == ValueRef::Null { Ok(None) } else { from_json(noun, row, column).map(Some) }
}

/// A length of time as milliseconds for a column.
pub(crate) fn millis(length: Duration) -> i64 {
    i64::try_from(length.as_millis()).unwrap_or(i64::MAX)
}

/// A column's JSON as a moment.
pub(crate) fn moment(row: &Row<'_>, column: usize) -> Result<Moment> {
    from_json("moment", row, column)
}

/// A column's text as a key.
pub(crate) fn key(row: &Row<'_>, column: usize) -> Result<Key> {
    let text = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    text.parse().map_err(|error: podsteward_specs::key::Error| Error::Value {
        noun: "key",
        detail: error.to_string(),
    })
}

/// A column's text as an action.
pub(crate) fn action(row: &Row<'_>, column: usize) -> Result<Action> {
    let text = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    Action::from_name(text)
        .ok_or_else(|| Error::Value { noun: "action", detail: format!("'{text}' is not one") })
}

/// A column's text as a word of a closed list.
pub(crate) fn word<T: Copy>(
    noun: &'static str,
    text: &str,
    list: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T> {
    let found = list.iter().copied().find(|word| name(*word) == text);
    found.ok_or_else(|| Error::Value { noun, detail: format!("'{text}' is not one") })
}

/// A column's word of a closed list.
pub(crate) fn named<T: Copy>(
    noun: &'static str,
    row: &Row<'_>,
    column: usize,
    list: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<T> {
    word(noun, row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?, list, name)
}

/// The same of a column that may be empty.
pub(crate) fn optional_named<T: Copy>(
    noun: &'static str,
    row: &Row<'_>,
    column: usize,
    list: &[T],
    name: impl Fn(T) -> &'static str,
) -> Result<Option<T>> {
    if row.get_ref(column)? == ValueRef::Null {
        return Ok(None);
    }
    named(noun, row, column, list, name).map(Some)
}
