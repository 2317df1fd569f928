//! Tickets: how a caller learns that its change is durable.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use parking_lot::Mutex;

use crate::StoreError;

/// How far a journal is durable, and who waits for more.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    durable: AtomicU64,
    next_waiter: AtomicU64,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// By the position that must be durable, then by age: waking happens in this order.
    waiters: BTreeMap<(u64, u64), Waker>,
    failure: Option<StoreError>,
}

impl Progress {
    /// Everything before this position is durable.
    pub(crate) fn durable(&self) -> u64 {
        self.durable.load(Ordering::Acquire)
    }

    /// Moves the durable position forward and wakes those who waited for it, in order.
    pub(crate) fn advance(&self, durable: u64) {
        let ready = {
            let mut inner = self.inner.lock();
            self.durable.store(durable, Ordering::Release);
            let later = inner.waiters.split_off(&(durable.saturating_add(1), 0));
            std::mem::replace(&mut inner.waiters, later)
        };
        ready.into_values().for_each(Waker::wake);
    }

    /// Ends everything: who waits, and who will wait, gets this error.
    pub(crate) fn fail(&self, error: StoreError) {
        let waiters = {
            let mut inner = self.inner.lock();
            inner.failure.get_or_insert(error);
            std::mem::take(&mut inner.waiters)
        };
        waiters.into_values().for_each(Waker::wake);
    }

    /// The error that ended everything.
    pub(crate) fn failure(&self) -> Option<StoreError> {
        self.inner.lock().failure.clone()
    }
}

/// Resolves when a change is durable; with an error when it never will be in this process.
#[derive(Debug)]
pub struct Ticket {
    /// `None`: durable already.
    progress: Option<Arc<Progress>>,
    end: u64,
    waiter: Option<u64>,
}

impl Ticket {
    /// A ticket for something that is durable already.
    pub(crate) const fn ready() -> Self {
        Self {
            progress: None,
            end: 0,
            waiter: None,
        }
    }

    /// A ticket for everything before `end`.
    pub(crate) const fn until(progress: Arc<Progress>, end: u64) -> Self {
        Self {
            progress: Some(progress),
            end,
            waiter: None,
        }
    }

    /// Blocks the thread until the ticket resolves. Not for use inside an async task.
    ///
    /// # Errors
    /// As the ticket itself.
    pub fn wait(self) -> Result<(), StoreError> {
        struct Unpark(std::thread::Thread);
        impl Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut ticket = pin!(self);
        loop {
            match ticket.as_mut().poll(&mut context) {
                Poll::Ready(result) => return result,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}

impl Future for Ticket {
    type Output = Result<(), StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(progress) = self.progress.clone() else {
            return Poll::Ready(Ok(()));
        };
        if progress.durable() >= self.end {
            return Poll::Ready(Ok(()));
        }
        let mut inner = progress.inner.lock();
        // Once more under the lock, for `advance` may have come between.
        if progress.durable() >= self.end {
            return Poll::Ready(Ok(()));
        }
        if let Some(failure) = &inner.failure {
            return Poll::Ready(Err(failure.clone()));
        }
        let waiter = *self
            .waiter
            .get_or_insert_with(|| progress.next_waiter.fetch_add(1, Ordering::Relaxed));
        inner
            .waiters
            .insert((self.end, waiter), context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_resolves_when_its_position_is_durable_and_not_before() {
        let progress = Arc::new(Progress::default());
        let mut early = pin!(Ticket::until(progress.clone(), 10));
        let mut late = pin!(Ticket::until(progress.clone(), 11));
        let mut context = Context::from_waker(Waker::noop());
        assert!(early.as_mut().poll(&mut context).is_pending());
        assert!(late.as_mut().poll(&mut context).is_pending());
        progress.advance(10);
        assert_eq!(early.as_mut().poll(&mut context), Poll::Ready(Ok(())));
        assert!(late.as_mut().poll(&mut context).is_pending());
        progress.fail(StoreError::Failed("disk".into()));
        assert_eq!(
            late.as_mut().poll(&mut context),
            Poll::Ready(Err(StoreError::Failed("disk".into())))
        );
    }

    #[test]
    fn waiting_threads_are_woken() {
        let progress = Arc::new(Progress::default());
        let ticket = Ticket::until(progress.clone(), 5);
        let thread = std::thread::spawn(move || ticket.wait());
        progress.advance(5);
        assert_eq!(thread.join().unwrap(), Ok(()));
    }
}
