//! When each image was last used.
//!
//! Owns the table `image_uses`, because Podman does not know it. Never looks at an image, and never says which may go.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use podsteward_domain::time::Moment;
use rusqlite::{Connection, params};

use crate::error::Result;
use crate::row;
use crate::store::{Durability, Store};

#[cfg(test)]
mod tests;

/// A use that is not older than this is not written again: images go unused for days before they go, and an idle host
/// writes nothing in between.
const COARSE: Duration = Duration::from_mins(10);

impl Store {
    /// Takes in which images there are, and which of them are in use, by id: one that is in use, or is seen for the
    /// first time, was last used now; one that is not there any more is forgotten. The answer tells whether anything
    /// was written: a last use moves on in steps of ten minutes.
    pub fn images_seen(
        &self,
        now: Moment,
        in_use: &BTreeSet<String>,
        present: &BTreeSet<String>,
    ) -> Result<bool> {
        let kept = self.image_uses()?;
        let is_due = |image: &String| {
            let last = kept.get(image);
            last.is_none_or(|last| in_use.contains(image) && now.since(*last) > COARSE)
        };
        let due: Vec<&String> = present.iter().filter(|image| is_due(image)).collect();
        let gone: Vec<&String> = kept.keys().filter(|image| !present.contains(*image)).collect();
        if due.is_empty() && gone.is_empty() {
            return Ok(false);
        }
        self.write("image uses", Durability::Normal, |sqlite| {
            for image in &gone {
                row::run(sqlite, "DELETE FROM image_uses WHERE image = ?1", [image])?;
            }
            due.iter().try_for_each(|image| put(sqlite, image, now))
        })?;
        Ok(true)
    }

    /// When each image was last used, or first seen, by id. One in use now may be told ten minutes too old.
    pub fn image_uses(&self) -> Result<BTreeMap<String, Moment>> {
        let sql = "SELECT image, last_used FROM image_uses";
        self.read(|sqlite| {
            let uses = row::all(sqlite, sql, [], |row| Ok((row.get(0)?, row::moment(row, 1)?)))?;
            Ok(uses.into_iter().collect())
        })
    }
}

fn put(sqlite: &Connection, image: &str, now: Moment) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO image_uses (image, last_used) VALUES (?1, ?2)";
    row::run(sqlite, sql, params![image, row::json(&now)?])?;
    Ok(())
}
