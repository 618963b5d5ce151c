//! What a filesystem looked like over the last days, laid into the store of a controller that does not run.
//!
//! Owns those rows. Never touches a store that is in use.

use anyhow::Result;

use crate::lab::Lab;
use crate::process;

/// Six days of half hours of `disk/data`, of 100 MiB: 1 MiB a day more, and 80 MiB by now; and how far an earlier look
/// ahead was off.
const GROWING: &str = "WITH RECURSIVE half_hours(number) AS
    (SELECT 288 UNION ALL SELECT number - 1 FROM half_hours WHERE number > 1)
  INSERT INTO samples (key, wall_ms, space_used, space_total)
  SELECT 'disk/data', CAST(strftime('%s', 'now') AS INTEGER) * 1000 - number * 1800000,
    83886080 - number * 1048576 / 48, 104857600 FROM half_hours;
  INSERT INTO forecasts (key, at_ms, forecast, error_bp, scored_ms) VALUES ('disk/data', 1, '{}', ERROR, 2);";

/// `disk/data` grew for six days, and the last look ahead was off by so many basis points.
pub fn grow(lab: &Lab, error: u32) -> Result<()> {
    let database = lab.dir().join("state/default/podsteward.db");
    let mut sqlite = process::command("sqlite3");
    let rows = GROWING.replace("ERROR", &error.to_string());
    process::run(sqlite.args(["-batch", "-bail"]).arg(database).arg(rows))?.ok().map(drop)
}
