//! Whether the threads aside get a processor at all. They get what others leave; on a machine that is busy with
//! something else that is nothing, for many seconds.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// A step that takes longer than this makes one look.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long one looks …
const LOOK: Duration = Duration::from_secs(1);
/// … and how much the threads must have computed in that time. With hostile packs beside an ordinary load they compute
/// several times as much.
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

    /// Waits until the threads are seen to get next to nothing, while a step of the caller computes there: `computes`
    /// gives the same number as long as it does, without a break.
    pub(super) async fn seen(&self, computes: impl Fn() -> Option<u32>) {
        if self.is_known() {
            return;
        }
        tokio::time::sleep(PATIENCE).await;
        loop {
            // One looks for all.
            let looking = computes().and_then(|number| {
                let looking = self.looking.try_lock().ok()?;
                Some((looking, number, self.computed()?))
            });
            tokio::time::sleep(LOOK).await;
            if let Some((_looking, number, before)) = looking
                && computes() == Some(number)
                && let Some(after) = self.computed()
                && after.saturating_sub(before) < LEAST
            {
                tracing::warn!(
                    "the machine leaves no processor for long steps: they run among the others for {} s",
                    BELIEVED.as_secs()
                );
                metrics::counter!("jackfield_starved_total").increment(1);
                *self.until.lock() = Some(Instant::now() + BELIEVED);
            }
            if self.is_known() {
                return;
            }
        }
    }

    /// Whether that was seen not long ago.
    pub(super) fn is_known(&self) -> bool {
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
        starvation.seen(|| Some(0)).await;
        let again = Instant::now();
        starvation.seen(|| Some(0)).await;
        assert!(again.elapsed() < PATIENCE, "it was seen just now");
    }

    #[tokio::test]
    async fn who_waits_for_another_system_does_not_starve() {
        let starvation = Arc::new(Starvation::default());
        starvation.joins();
        let seen = tokio::time::timeout(PATIENCE + 3 * LOOK, starvation.seen(|| None));
        assert!(seen.await.is_err());
    }

    #[tokio::test]
    async fn who_waits_for_another_system_keeps_nobody_from_looking() {
        let starvation = Starvation::default();
        starvation.joins();
        // The first of the two looks first, if it looks at all.
        tokio::join!(starvation.seen(|| None), starvation.seen(|| Some(0)));
    }

    #[tokio::test]
    async fn threads_that_compute_do_not_starve() {
        let starvation = Arc::new(Starvation::default());
        let _computing = computing(&starvation);
        let seen = tokio::time::timeout(PATIENCE + 3 * LOOK, starvation.seen(|| Some(0)));
        assert!(seen.await.is_err());
    }
}
