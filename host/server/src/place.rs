//! A count that goes down by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One taken place of a bounded number. Dropping it gives the place back.
pub(crate) struct Place {
    taken: Arc<AtomicUsize>,
}

impl Place {
    /// Takes a place, unless `most` are taken.
    pub(crate) fn take(taken: &Arc<AtomicUsize>, most: usize) -> Option<Self> {
        taken
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| {
                (n < most).then_some(n + 1)
            })
            .ok()?;
        Some(Self {
            taken: Arc::clone(taken),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.taken.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_given_back_can_be_taken_again() {
        let taken = Arc::default();
        let first = Place::take(&taken, 1);
        assert!(first.is_some() && Place::take(&taken, 1).is_none());
        drop(first);
        assert!(Place::take(&taken, 1).is_some());
    }
}
