//! Reports: what was done over some time, in a page.
//!
//! Owns what a report logs. It counts nothing: what a report tells is counted where it happens. Emitted by the runtime
//! when a report is due.

use podsteward_domain::report::Report;

use crate::registry::Catalogue;
use crate::telemetry::TARGET;

/// What happens to reports.
#[derive(Debug)]
pub enum ReportEvent<'a> {
    /// One was made by itself, kept and told.
    Made {
        /// It.
        report: &'a Report,
    },
}

impl ReportEvent<'_> {
    pub(crate) fn log(&self) {
        let Self::Made { report: Report { from, to, headline, .. } } = self;
        tracing::info!(target: TARGET, from, to, headline, "report made");
    }
}

/// The metrics of reports: none.
#[derive(Debug)]
pub(crate) struct Metrics;

impl Metrics {
    pub(crate) fn register(_catalogue: &mut Catalogue) -> Self {
        Self
    }

    pub(crate) fn count(&self, event: &ReportEvent<'_>) {
        let (Self, ReportEvent::Made { .. }) = (self, event);
    }
}
