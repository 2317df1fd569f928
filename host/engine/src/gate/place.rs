//! What a step holds while it is under way; everything is given back when dropped.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jackfield_core::Digest;
use tokio::sync::oneshot;

use super::{Gate, LONG, received};

/// The place of a step that has begun: a seat, and the right to compute unless it was laid down.
#[derive(Debug)]
pub(crate) struct Place {
    // Dropped first: who computes no more may still be counted as seated, not the other way round.
    permit: Option<Permit>,
    seat: Seat,
    computed: Duration,
}

impl Place {
    pub(super) fn new(seat: Seat, permit: Permit) -> Self {
        Self {
            permit: Some(permit),
            seat,
            computed: Duration::ZERO,
        }
    }

    /// Whether it has the right to compute.
    pub(crate) fn computes(&self) -> bool {
        self.permit.is_some()
    }

    /// Whether the step has computed as long as a long one.
    pub(crate) fn is_long(&self) -> bool {
        let since = self.permit.as_ref().map(|permit| permit.since.elapsed());
        self.computed + since.unwrap_or_default() >= LONG
    }

    /// Lays the right to compute down, while the step waits for another system.
    pub(crate) fn rest(&mut self) {
        if let Some(permit) = self.permit.take() {
            self.computed += permit.since.elapsed();
        }
    }

    /// Waits for the right to compute again.
    pub(crate) async fn go_on(mut self) -> Self {
        if self.permit.is_none() {
            let (gate, pack) = (&self.seat.gate, self.seat.pack);
            let receiver = {
                let mut queues = gate.0.lock();
                if queues.go_on_at_once(pack) {
                    None
                } else {
                    let (sender, receiver) = oneshot::channel();
                    queues.share(pack).back.push_back(sender);
                    Some(receiver)
                }
            };
            self.permit = Some(match receiver {
                None => gate.permit(pack, false),
                Some(receiver) => received(receiver).await,
            });
        }
        self
    }

    /// To be called now and then by a step that computes: lets others go first when it is their turn.
    pub(crate) async fn give_way(mut self) -> Self {
        let Some(mut permit) = self.permit.take() else {
            return self;
        };
        let computed = permit.charge();
        self.computed += computed;
        if self.computed < LONG {
            self.permit = Some(permit);
            return self;
        }
        let pack = self.seat.pack;
        let receiver = {
            let mut queues = self.seat.gate.0.lock();
            let now = Instant::now();
            if !permit.long && queues.may_be_long(pack, now) {
                permit.long = true;
                queues.becomes_long();
            }
            if permit.long && !queues.should_give_way(pack, now) {
                None
            } else {
                let (sender, receiver) = oneshot::channel();
                let waiting = &mut queues.share(pack).long;
                // One that is under way already stays ahead of those of its pack that only become long now.
                if permit.long {
                    waiting.push_front(sender)
                } else {
                    waiting.push_back(sender)
                }
                Some(receiver)
            }
        };
        self.permit = Some(match receiver {
            None => permit,
            Some(receiver) => {
                drop(permit);
                received(receiver).await
            }
        });
        self
    }
}

/// The right to compute.
#[derive(Debug)]
pub(super) struct Permit {
    gate: Arc<Gate>,
    pack: Digest,
    /// Whether it counts as a long step's.
    long: bool,
    since: Instant,
}

impl Permit {
    pub(super) fn new(gate: &Arc<Gate>, pack: Digest, long: bool) -> Self {
        Self {
            gate: Arc::clone(gate),
            pack,
            long,
            since: Instant::now(),
        }
    }

    /// Counts the time since the last count.
    fn charge(&mut self) -> Duration {
        let now = Instant::now();
        let time = now.duration_since(self.since);
        self.since = now;
        self.gate.0.lock().charge(self.pack, micros(time));
        time
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut queues = self.gate.0.lock();
        queues.charge(self.pack, micros(self.since.elapsed()).max(1));
        queues.stop(self.pack, self.long);
        let unclaimed = self.gate.dispatch(&mut queues);
        drop(queues);
        drop(unclaimed);
    }
}

/// An instance in the sandbox.
#[derive(Debug)]
pub(super) struct Seat {
    gate: Arc<Gate>,
    pack: Digest,
}

impl Seat {
    pub(super) fn new(gate: &Arc<Gate>, pack: Digest) -> Self {
        Self {
            gate: Arc::clone(gate),
            pack,
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut queues = self.gate.0.lock();
        queues.stand_up(self.pack);
        let unclaimed = self.gate.dispatch(&mut queues);
        drop(queues);
        drop(unclaimed);
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
