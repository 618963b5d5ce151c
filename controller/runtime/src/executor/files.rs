//! Files that are deleted until a filesystem is below its target.
//!
//! Owns the loop of deleting some, measuring, and writing down what went. How many go at once is the domain's to say.

use podsteward_domain::disk::{DiskSample, batch};
use podsteward_domain::plan::{Step, Until};
use tokio::time::Instant;

use super::{Error, Executor, StepError, step};
use crate::disks;

impl Executor<'_> {
    /// Deletes the files of a step, the oldest first, and no more of them than are needed.
    pub(super) async fn files_until(
        &mut self,
        step: &Step,
        until: &Until,
        before: DiskSample,
    ) -> Result<(), Error> {
        let (number, begun) = (self.begin(step).await?, Instant::now());
        let result = self.batches((number, step), until, before).await?;
        self.end((number, step), begun, result.map(|()| None)).await
    }

    /// Answers why none went, if none did. What is not known to be needed any more stays.
    async fn batches(
        &self,
        (number, step): (u32, &Step),
        until: &Until,
        mut before: DiskSample,
    ) -> Result<Result<(), StepError>, Error> {
        let Step::DeleteFiles { files, .. } = step else { return Ok(Ok(())) };
        let (mut left, mut least, mut went, mut kept) = (files.as_slice(), 1, 0, None);
        while !left.is_empty() && !until.is_reached(&before) {
            let (batch, rest) = left.split_at(batch::next(left, until, &before, least));
            left = rest;
            let deleted = match step::delete_files(self.context, step, batch).await {
                Ok(deleted) => deleted,
                Err(error) => {
                    kept = Some(error);
                    break;
                }
            };
            went += deleted.count;
            kept = kept
                .or_else(|| deleted.kept.map(|why| disks::Error(format!("none could be deleted: {why}"))));
            let Some(after) = self.measured(until).await else { break };
            if deleted.count > 0 {
                self.note_freed((number, step), [before, after], Some(deleted.count)).await?;
            }
            least = batch::least_after(least, until.missing(&after) < until.missing(&before));
            before = after;
        }
        let failed = kept.filter(|_| went == 0);
        Ok(failed.map_or(Ok(()), |source| Err(step::of_host(step, &source))))
    }
}
