//! What plans in progress hold.
//!
//! Owns the table `leases`, from the beginning of an intent to its end. An object and a container are held by one
//! plan at a time, and the table itself refuses a second; an image or a volume may be held by many, so that it is
//! known what no prune may take.

use podsteward_domain::admit::Lease;
use podsteward_domain::intent::{Intent, IntentId};
use podsteward_domain::plan::Touches;
use rusqlite::{Connection, params};

use crate::error::{Error, Result};
use crate::row;

const OBJECT: &str = "object";
const CONTAINER: &str = "container";
const IMAGE: &str = "image";
const VOLUME: &str = "volume";

/// Everything that is held, by intent.
pub(crate) fn read(sqlite: &Connection) -> Result<Vec<Lease>> {
    let sql = "SELECT leases.intent, intents.key, intents.draft ->> 'action', leases.kind, leases.thing FROM leases \
               JOIN intents ON intents.id = leases.intent ORDER BY leases.intent";
    let mut leases: Vec<Lease> = Vec::new();
    row::all(sqlite, sql, [], |row| {
        let intent = IntentId(row.get(0)?);
        if leases.last().is_none_or(|last| last.intent != intent) {
            let action = row::action(row, 2)?;
            leases.push(Lease { intent, key: row::key(row, 1)?, action, touches: Touches::default() });
        }
        let Some(lease) = leases.last_mut() else { return Ok(()) };
        let kind: String = row.get(3)?;
        let _ = match kind.as_str() {
            OBJECT => lease.touches.objects.insert(row::key(row, 4)?),
            CONTAINER => lease.touches.containers.insert(row.get(4)?),
            IMAGE => lease.touches.images.insert(row.get(4)?),
            VOLUME => lease.touches.volumes.insert(row.get(4)?),
            _ => return Err(Error::Value { noun: "lease", detail: format!("'{kind}' is not one") }),
        };
        Ok(())
    })?;
    Ok(leases)
}

/// Takes what an intent touches; its own object always.
pub(crate) fn take(sqlite: &Connection, intent: &Intent) -> Result<()> {
    let Touches { objects, containers, images, volumes } = &intent.touches;
    take_one(sqlite, intent.id, OBJECT, &intent.key.to_string())?;
    for object in objects.iter().filter(|object| **object != intent.key) {
        take_one(sqlite, intent.id, OBJECT, &object.to_string())?;
    }
    for (kind, things) in [(CONTAINER, containers), (IMAGE, images), (VOLUME, volumes)] {
        for thing in things {
            take_one(sqlite, intent.id, kind, thing)?;
        }
    }
    Ok(())
}

/// Frees everything that an intent held.
pub(crate) fn free(sqlite: &Connection, intent: IntentId) -> Result<()> {
    row::run(sqlite, "DELETE FROM leases WHERE intent = ?1", [intent.0])?;
    Ok(())
}

fn take_one(sqlite: &Connection, intent: IntentId, kind: &'static str, thing: &str) -> Result<()> {
    let exclusive = [OBJECT, CONTAINER].contains(&kind);
    let sql = "INSERT INTO leases (intent, kind, thing, exclusive) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (kind, thing) WHERE exclusive = 1 DO NOTHING";
    if row::run(sqlite, sql, params![intent.0, kind, thing, exclusive])? == 1 {
        return Ok(());
    }
    let sql = "SELECT intent FROM leases WHERE kind = ?1 AND thing = ?2 AND exclusive = 1";
    let holder = row::first(sqlite, sql, [kind, thing], |row| Ok(IntentId(row.get(0)?)))?;
    Err(Error::Leased { thing: format!("{kind} {thing}"), holder: holder.unwrap_or(intent) })
}
