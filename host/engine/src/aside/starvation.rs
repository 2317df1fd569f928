//! Whether the threads aside get a processor at all. They get what others leave; on a machine that is busy with
//! something else that is nothing, for many seconds.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// A step that takes longer than this makes one look.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long one looks …
const LOOK: Duration = Duration::from_secs(1);
/// … and how much the threads must have computed in that time. Under attack they compute several times as much.
const LEAST: Duration = Duration::from_millis(100);
/// How long what was seen is believed.
const BELIEVED: Duration = Duration::from_secs(10);

/// Looks at the processor time of some threads.
#[derive(Debug, Default)]
pub(super) struct Starvation {
    /// Their numbers, as `/proc` knows them.
    threads: Mutex<Vec<i32>>,
    until: Mutex<Option<Instant>>,
    looking: tokio::sync::Mutex<()>,
}

impl Starvation {
    /// To be called by each of the threads.
    pub(super) fn joins(&self) {
        #[cfg(target_os = "linux")]
        self.threads
            .lock()
            .push(rustix::thread::gettid().as_raw_nonzero().get());
    }

    /// Waits until the threads are seen to get next to nothing, while a step of the caller is there and `wants` a
    /// processor. Comes back at once when that was seen not long ago.
    pub(super) async fn begins(&self, wants: impl Fn() -> bool) {
        if self.is_known() {
            return;
        }
        tokio::time::sleep(PATIENCE).await;
        loop {
            // One looks for all.
            let looking = self.looking.try_lock();
            let before = (looking.is_ok() && wants())
                .then(|| self.computed())
                .flatten();
            tokio::time::sleep(LOOK).await;
            let after = wants().then(|| self.computed()).flatten();
            if let (Some(before), Some(after)) = (before, after)
                && after.saturating_sub(before) < LEAST
            {
                *self.until.lock() = Some(Instant::now() + BELIEVED);
            }
            if self.is_known() {
                return;
            }
        }
    }

    fn is_known(&self) -> bool {
        self.until
            .lock()
            .is_some_and(|until| Instant::now() < until)
    }

    /// The processor time of all threads that there are; `None` where the system does not tell of any.
    fn computed(&self) -> Option<Duration> {
        let threads = self.threads.lock().clone();
        let times = threads.into_iter().filter_map(|thread| {
            let path = format!("/proc/self/task/{thread}/schedstat");
            let stat = std::fs::read_to_string(path).ok()?;
            // Its first number: nanoseconds on a processor.
            let nanos = stat.split_ascii_whitespace().next()?.parse().ok()?;
            Some(Duration::from_nanos(nanos))
        });
        times.reduce(|sum, time| sum + time)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// A thread that computes as long as it is let.
    fn computing(starvation: &Arc<Starvation>) -> std::sync::mpsc::Sender<()> {
        let (sender, receiver) = std::sync::mpsc::channel();
        let starvation = Arc::clone(starvation);
        std::thread::spawn(move || {
            starvation.joins();
            while receiver.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {}
        });
        sender
    }

    #[tokio::test]
    async fn threads_that_do_nothing_while_there_is_something_to_do_starve() {
        let starvation = Arc::new(Starvation::default());
        starvation.joins();
        starvation.begins(|| true).await;
        let again = Instant::now();
        starvation.begins(|| true).await;
        assert!(again.elapsed() < PATIENCE, "it was seen just now");
    }

    #[tokio::test]
    async fn who_waits_for_another_system_does_not_starve() {
        let starvation = Arc::new(Starvation::default());
        starvation.joins();
        let seen = tokio::time::timeout(PATIENCE + 3 * LOOK, starvation.begins(|| false));
        assert!(seen.await.is_err());
    }

    #[tokio::test]
    async fn threads_that_compute_do_not_starve() {
        let starvation = Arc::new(Starvation::default());
        let _computing = computing(&starvation);
        let seen = tokio::time::timeout(PATIENCE + 3 * LOOK, starvation.begins(|| true));
        assert!(seen.await.is_err());
    }
}
