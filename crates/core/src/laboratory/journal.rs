//! The report while it is being written.

use std::time::Instant;

use super::report::{PointId, TrialEvent, TrialPoint, TrialWatcher};
use crate::check::{CheckStatus, Verdict};

/// Collects the verdicts in the order of the contract, times them, and tells whoever watches.
pub(super) struct Journal<'a> {
    watcher: &'a dyn TrialWatcher,
    order: &'static [PointId],
    points: Vec<TrialPoint>,
}

impl<'a> Journal<'a> {
    pub(super) fn open(watcher: &'a dyn TrialWatcher, order: &'static [PointId]) -> Self {
        Self {
            watcher,
            order,
            points: Vec::with_capacity(order.len()),
        }
    }

    /// Says that a point is tried, and takes the time.
    pub(super) fn begin(&self, id: PointId) -> Instant {
        self.watcher.say(TrialEvent::Started { id });
        Instant::now()
    }

    /// Writes down a point that began at `begun`; whether it did not fail.
    pub(super) fn end(&mut self, begun: Instant, point: TrialPoint) -> bool {
        self.write(point.lasting(begun.elapsed()))
    }

    /// Writes down what needed no time of its own.
    pub(super) fn write(&mut self, point: TrialPoint) -> bool {
        let well = point.status != CheckStatus::Failed;
        self.watcher.say(TrialEvent::Finished {
            point: point.clone(),
        });
        self.points.push(point);
        well
    }

    /// All points in order, and what they come to; those that were not written are not reached.
    pub(super) fn close(mut self) -> (Vec<TrialPoint>, Verdict) {
        for id in self.order {
            if !self.points.iter().any(|point| point.id == *id) {
                self.write(TrialPoint::not_reached(*id));
            }
        }
        self.points.sort_by_key(|point| point.id);
        let wanting = |point: &TrialPoint| {
            matches!(point.status, CheckStatus::Failed | CheckStatus::NotReached)
        };
        let verdict = if self.points.iter().any(wanting) {
            Verdict::Failed
        } else {
            Verdict::Passed
        };
        (self.points, verdict)
    }
}
