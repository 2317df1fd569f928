//! Bounds what an instance may grow to, and remembers why it refused.

use jackfield_core::ErrorCode;
use wasmtime::{Error, ResourceLimiter};

use crate::engine;

/// Memory and table budget of one step. All memories count together, and so do all tables.
#[derive(Debug)]
pub(crate) struct Limiter {
    memory: Budget,
    tables: Budget,
    refused: Option<Refusal>,
}

/// What was refused. A guest sees only that growing failed, and most then trap in their own way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    asked: usize,
    limit: usize,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = if self.code == ErrorCode::OutOfMemory {
            "bytes of memory"
        } else {
            "table elements"
        };
        write!(
            f,
            "asked for {} {unit}, the limit is {}",
            self.asked, self.limit
        )
    }
}

#[derive(Debug)]
struct Budget {
    used: usize,
    peak: usize,
    limit: usize,
    /// The growth that was allowed last, in case that it then fails.
    last: usize,
}

impl Budget {
    const fn new(limit: usize) -> Self {
        Self {
            used: 0,
            peak: 0,
            limit,
            last: 0,
        }
    }

    /// Takes the difference, or returns what the total would have been.
    fn take(&mut self, current: usize, desired: usize) -> Result<(), usize> {
        let more = desired.saturating_sub(current);
        let total = self.used.saturating_add(more);
        if total > self.limit {
            return Err(total);
        }
        self.used = total;
        self.peak = self.peak.max(total);
        self.last = more;
        Ok(())
    }

    fn give_back(&mut self) {
        self.used = self.used.saturating_sub(std::mem::take(&mut self.last));
    }
}

impl Limiter {
    pub(crate) fn new(memory: usize, table_elements: usize) -> Self {
        Self {
            memory: Budget::new(memory),
            tables: Budget::new(table_elements),
            refused: None,
        }
    }

    /// The most memory there was, bytes.
    pub(crate) fn peak_memory(&self) -> usize {
        self.memory.peak
    }

    /// The first refusal.
    pub(crate) fn refused(&self) -> Option<Refusal> {
        self.refused
    }

    fn refuse(&mut self, code: ErrorCode, asked: usize, limit: usize) {
        self.refused.get_or_insert(Refusal { code, asked, limit });
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, Error> {
        let allowed = self.memory.take(current, desired);
        if let Err(asked) = allowed {
            self.refuse(ErrorCode::OutOfMemory, asked, self.memory.limit);
        }
        Ok(allowed.is_ok())
    }

    fn memory_grow_failed(&mut self, _error: Error) -> Result<(), Error> {
        self.memory.give_back();
        Ok(())
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, Error> {
        let allowed = self.tables.take(current, desired);
        if let Err(asked) = allowed {
            self.refuse(ErrorCode::TableTooLarge, asked, self.tables.limit);
        }
        Ok(allowed.is_ok())
    }

    fn table_grow_failed(&mut self, _error: Error) -> Result<(), Error> {
        self.tables.give_back();
        Ok(())
    }

    fn instances(&self) -> usize {
        engine::MOST_CORE_INSTANCES as usize
    }

    fn tables(&self) -> usize {
        engine::MOST_TABLES as usize
    }

    fn memories(&self) -> usize {
        engine::MOST_MEMORIES as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_small_memories_count_together() {
        let mut limiter = Limiter::new(100, 10);
        assert!(limiter.memory_growing(0, 60, None).unwrap());
        assert!(!limiter.memory_growing(0, 60, None).unwrap());
        assert_eq!(limiter.refused().unwrap().code, ErrorCode::OutOfMemory);
        assert_eq!(limiter.peak_memory(), 60);
    }

    #[test]
    fn a_failed_growth_is_given_back() {
        let mut limiter = Limiter::new(100, 10);
        assert!(limiter.memory_growing(0, 60, None).unwrap());
        limiter.memory_grow_failed(Error::msg("no room")).unwrap();
        assert!(limiter.memory_growing(0, 100, None).unwrap());
    }
}
