//! Fair shares of the processor. At most as many steps compute at once as there are cores, and when packs compete
//! for them, the pack that computed least goes first (start-time fair queueing, after Goyal, Guo and Vin, 1996). A
//! busy pack alone may use everything.
//!
//! Steps are not interrupted by the gate, but asked at every tick to give way, so one that computes long holds
//! nobody up for longer than a tick. While several packs are active, long steps together use half of the cores: the
//! other half stays free for what is over in an instant, as most steps are, and for the host itself.
//!
//! A step that has begun also has a seat (an instance in the sandbox), whether it computes or waits for another system. A pack
//! may take as many seats as it leaves free, so that one whose back end hangs cannot take them all.

mod pace;
mod place;
mod queues;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jackfield_core::Digest;
use parking_lot::Mutex;
use tokio::sync::oneshot;

pub(crate) use place::Place;
use place::{Permit, Seat};
use queues::Queues;

/// A step that has computed as long as this is a long one.
const LONG: Duration = Duration::from_millis(2);

/// So many steps of the pack wait already that one more would not begin in time.
#[derive(Debug)]
pub(crate) struct NoTime {
    /// Steps that wait.
    pub(crate) waiting: usize,
}

/// Hands out the right to compute.
#[derive(Debug)]
pub(crate) struct Gate(Mutex<Queues>);

impl Gate {
    /// `slots` steps compute at the same time, `seats` steps are under way.
    pub(crate) fn new(slots: usize, seats: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Queues::new(slots.max(1), seats.max(2)))))
    }

    /// Waits until a new step of the pack may begin. One for which that would be after `until` is told at once, so
    /// that a pack that is asked more than it can do keeps few waiting.
    pub(crate) async fn enter(
        self: &Arc<Self>,
        pack: Digest,
        until: Instant,
    ) -> Result<Place, NoTime> {
        let receiver = {
            let (mut queues, now) = (self.0.lock(), Instant::now());
            if queues.begin_at_once(pack, now) {
                return Ok(self.place(pack));
            }
            queues.share(pack).wait(now, until)?
        };
        Ok(received(receiver).await)
    }

    fn place(self: &Arc<Self>, pack: Digest) -> Place {
        Place::new(Seat::new(self, pack), self.permit(pack, false))
    }

    fn permit(self: &Arc<Self>, pack: Digest, long: bool) -> Permit {
        Permit::new(self, pack, long)
    }

    /// Lets those in whose turn it is. What nobody receives is given back once the lock is free again.
    fn dispatch(self: &Arc<Self>, queues: &mut Queues) -> Vec<Unclaimed> {
        let mut unclaimed = Vec::new();
        while let Some((pack, next)) = queues.next(Instant::now()) {
            match next {
                queues::Next::New(sender) => {
                    unclaimed.extend(sender.send(self.place(pack)).err().map(Unclaimed::Place));
                }
                queues::Next::Back(sender) => {
                    unclaimed.extend(
                        sender
                            .send(self.permit(pack, false))
                            .err()
                            .map(Unclaimed::Permit),
                    );
                }
                queues::Next::Long(sender) => {
                    unclaimed.extend(
                        sender
                            .send(self.permit(pack, true))
                            .err()
                            .map(Unclaimed::Permit),
                    );
                }
            }
        }
        unclaimed
    }
}

/// What a caller that gave up was to receive; its drop locks the gate.
#[expect(dead_code, reason = "held to be dropped")]
enum Unclaimed {
    Place(Place),
    Permit(Permit),
}

/// The sender lives in the gate, which the caller keeps alive, and is only ever sent on.
async fn received<T>(receiver: oneshot::Receiver<T>) -> T {
    match receiver.await {
        Ok(granted) => granted,
        Err(_) => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
