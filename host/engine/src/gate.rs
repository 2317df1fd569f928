//! Fair shares of the processor: at most as many steps run at once as there are cores, and when packs
//! compete for them, the pack that computed least goes first (start-time fair queueing, after Goyal,
//! Guo and Vin, 1996). A busy pack alone may use everything.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jackfield_core::Digest;
use parking_lot::Mutex;
use tokio::sync::oneshot;

#[derive(Debug, Default)]
struct Share {
    /// Microseconds this pack computed, brought forward to `Queues::floor` when it was idle.
    used: u64,
    running: usize,
    waiting: VecDeque<oneshot::Sender<Permit>>,
}

#[derive(Debug, Default)]
struct Queues {
    running: usize,
    /// Use of the pack that was served last: who was idle starts here and cannot save up.
    floor: u64,
    shares: HashMap<Digest, Share>,
}

/// Hands out the right to compute.
#[derive(Debug)]
pub(crate) struct Gate {
    slots: usize,
    queues: Mutex<Queues>,
}

/// The right to compute; given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    gate: Arc<Gate>,
    pack: Digest,
    since: std::time::Instant,
}

impl Gate {
    pub(crate) fn new(slots: usize) -> Arc<Self> {
        Arc::new(Self {
            slots: slots.max(1),
            queues: Mutex::default(),
        })
    }

    /// Waits for the pack's turn to compute.
    pub(crate) async fn enter(self: &Arc<Self>, pack: Digest) -> Permit {
        let receiver = {
            let mut queues = self.queues.lock();
            let floor = queues.floor;
            let free = queues.running < self.slots;
            let share = queues.shares.entry(pack).or_default();
            if share.running == 0 && share.waiting.is_empty() {
                share.used = share.used.max(floor);
            }
            if free {
                share.running += 1;
                queues.running += 1;
                return self.permit(pack);
            }
            let (sender, receiver) = oneshot::channel();
            share.waiting.push_back(sender);
            receiver
        };
        match receiver.await {
            Ok(permit) => permit,
            // The sender lives in the gate, which this future keeps alive; it is only ever sent on.
            Err(_) => unreachable!("a waiting step is never dropped by the gate"),
        }
    }

    fn permit(self: &Arc<Self>, pack: Digest) -> Permit {
        Permit {
            gate: Arc::clone(self),
            pack,
            since: std::time::Instant::now(),
        }
    }

    fn leave(self: &Arc<Self>, pack: Digest, micros: u64) {
        let mut given_up = Vec::new();
        let mut queues = self.queues.lock();
        queues.running -= 1;
        if let Some(share) = queues.shares.get_mut(&pack) {
            share.running -= 1;
            share.used += micros.max(1);
        }
        while queues.running < self.slots {
            let Some((next, share)) = queues
                .shares
                .iter_mut()
                .filter(|(_, share)| !share.waiting.is_empty())
                .min_by_key(|(_, share)| share.used)
            else {
                break;
            };
            let (next, used) = (*next, share.used);
            let Some(sender) = share.waiting.pop_front() else {
                break;
            };
            share.running += 1;
            queues.running += 1;
            queues.floor = queues.floor.max(used);
            if let Err(permit) = sender.send(self.permit(next)) {
                given_up.push(permit);
            }
        }
        // A permit locks the gate when it is dropped, so those of callers that gave up go last.
        drop(queues);
        drop(given_up);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let micros = u64::try_from(self.since.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.gate.leave(self.pack, micros);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    #[tokio::test]
    async fn a_pack_alone_uses_every_slot() {
        let gate = Gate::new(2);
        let _first = gate.enter(pack("a")).await;
        let _second = gate.enter(pack("a")).await;
    }

    #[tokio::test]
    async fn the_pack_that_computed_least_goes_first() {
        let gate = Gate::new(1);
        let running = gate.enter(pack("greedy")).await;
        gate.queues
            .lock()
            .shares
            .entry(pack("greedy"))
            .or_default()
            .used = 1_000_000;
        let greedy = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.enter(pack("greedy")).await }
        });
        let modest = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.enter(pack("modest")).await }
        });
        while gate
            .queues
            .lock()
            .shares
            .values()
            .map(|s| s.waiting.len())
            .sum::<usize>()
            < 2
        {
            tokio::task::yield_now().await;
        }
        drop(running);
        let permit = modest.await.unwrap();
        assert!(
            !greedy.is_finished(),
            "the greedy pack waits although it asked first"
        );
        drop(permit);
        drop(greedy.await.unwrap());
        assert_eq!(gate.queues.lock().running, 0);
    }

    #[tokio::test]
    async fn a_caller_that_gives_up_leaves_no_hole() {
        let gate = Gate::new(1);
        let running = gate.enter(pack("a")).await;
        let waiting = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.enter(pack("b")).await }
        });
        while gate
            .queues
            .lock()
            .shares
            .values()
            .all(|s| s.waiting.is_empty())
        {
            tokio::task::yield_now().await;
        }
        waiting.abort();
        assert!(waiting.await.is_err());
        drop(running);
        drop(gate.enter(pack("c")).await);
        assert_eq!(gate.queues.lock().running, 0);
    }
}
