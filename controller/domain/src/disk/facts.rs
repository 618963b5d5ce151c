//! What is known about one watched filesystem.
//!
//! Owns the shape of this part of the World. Never fetches anything.

use std::sync::Arc;

use crate::disk::DiskSample;
use crate::disk::inventory::{Consumer, Inventory, Needed};
use crate::forecast::Forecast;
use crate::observation::Observation;

/// How old a sample and an inventory may be when they are acted on.
pub const FRESH: std::time::Duration = std::time::Duration::from_secs(90);

/// What is known about a watched filesystem.
#[derive(Debug, Clone, Default)]
pub struct DiskFacts {
    /// The last measurement.
    pub sample: Observation<DiskSample>,
    /// Why the filesystem cannot be measured, for people.
    pub error: Option<String>,
    /// The last look ahead.
    pub forecast: Observation<Forecast>,
    /// What could be thrown away; read only when that is asked.
    pub inventory: Observation<Arc<Inventory>>,
    /// What must stay.
    pub needed: Arc<Needed>,
    /// What takes most, the largest first; read together with the inventory.
    pub consumers: Arc<Vec<Consumer>>,
}
