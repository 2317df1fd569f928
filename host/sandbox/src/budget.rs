//! Bytes that a step may use of something, and the error when it uses more.

use jackfield_core::ErrorCode;

use crate::stop::Stop;

/// What a step may still use.
#[derive(Debug)]
pub(crate) struct Budget {
    used: usize,
    limit: usize,
    code: ErrorCode,
    /// What the bytes are, for the message.
    what: &'static str,
}

impl Budget {
    pub(crate) fn new(limit: usize, code: ErrorCode, what: &'static str) -> Self {
        Self {
            used: 0,
            limit,
            code,
            what,
        }
    }

    /// Uses bytes, or ends the step.
    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), Stop> {
        self.used = self.used.saturating_add(bytes);
        if self.used > self.limit {
            return Err(Stop::new(
                self.code,
                format!(
                    "{}: {} bytes, the limit is {}",
                    self.what, self.used, self.limit
                ),
            ));
        }
        Ok(())
    }

    /// Nothing is used any more.
    pub(crate) fn begin_again(&mut self) {
        self.used = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_the_limit_ends_the_step() {
        let mut budget = Budget::new(10, ErrorCode::WroteTooMuch, "written");
        budget.take(4).unwrap();
        budget.take(6).unwrap();
        let stop = budget.take(1).unwrap_err();
        assert_eq!(stop.code, ErrorCode::WroteTooMuch);
        assert_eq!(stop.detail, "written: 11 bytes, the limit is 10");
        budget.begin_again();
        budget.take(10).unwrap();
    }
}
