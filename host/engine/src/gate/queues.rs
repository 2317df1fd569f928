//! Who waits, and who is next.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use jackfield_core::Digest;
use tokio::sync::oneshot::{self, Receiver, Sender};

use super::pace::Pace;
use super::{NoTime, Permit, Place};

/// A pack that entered within this time counts as active.
const RECENT: Duration = Duration::from_millis(100);

/// One pack's.
#[derive(Debug, Default)]
pub(super) struct Share {
    /// Microseconds it computed, brought forward to `Queues::floor` when it was idle.
    pub(super) used: u64,
    /// Steps that compute.
    running: usize,
    /// Steps that have a seat.
    seated: usize,
    entered: Option<Instant>,
    /// Long steps that gave way.
    pub(super) long: VecDeque<Sender<Permit>>,
    /// Steps that are back from another system.
    pub(super) back: VecDeque<Sender<Permit>>,
    /// Steps that have not begun.
    new: VecDeque<Sender<Place>>,
    /// How fast they begin.
    pace: Pace,
}

impl Share {
    /// Puts a new step behind those that wait, if it can begin before `until`.
    pub(super) fn wait(&mut self, now: Instant, until: Instant) -> Result<Receiver<Place>, NoTime> {
        self.drop_those_that_left();
        let waiting = self.new.len();
        if waiting == 0 {
            self.pace.queue_begins(now);
        } else if !self.pace.leaves_time(waiting, now, until) {
            return Err(NoTime { waiting });
        }
        let (sender, receiver) = oneshot::channel();
        self.new.push_back(sender);
        Ok(receiver)
    }

    /// Takes callers that gave up from the heads of the queues.
    fn drop_those_that_left(&mut self) {
        while self.new.front().is_some_and(Sender::is_closed) {
            self.new.pop_front();
        }
        for queue in [&mut self.long, &mut self.back] {
            while queue.front().is_some_and(Sender::is_closed) {
                queue.pop_front();
            }
        }
    }
}

/// Whoever may go on.
pub(super) enum Next {
    New(Sender<Place>),
    Back(Sender<Permit>),
    Long(Sender<Permit>),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    New,
    Back,
    Long,
}

#[derive(Debug)]
pub(super) struct Queues {
    slots: usize,
    running: usize,
    /// Long steps that compute.
    long: usize,
    free_seats: usize,
    /// Use of the pack that was served last: who was idle starts here and cannot save up.
    floor: u64,
    shares: HashMap<Digest, Share>,
}

impl Queues {
    pub(super) fn new(slots: usize, seats: usize) -> Self {
        Self {
            slots,
            running: 0,
            long: 0,
            free_seats: seats,
            floor: 0,
            shares: HashMap::new(),
        }
    }

    /// A pack's share, brought forward when it was idle.
    pub(super) fn share(&mut self, pack: Digest) -> &mut Share {
        let share = self.shares.entry(pack).or_default();
        if share.running == 0
            && share.long.is_empty()
            && share.back.is_empty()
            && share.new.is_empty()
        {
            share.used = share.used.max(self.floor);
        }
        share
    }

    /// Lets a new step begin if it need not wait: whoever waits now waits for something else than a free slot.
    pub(super) fn begin_at_once(&mut self, pack: Digest, now: Instant) -> bool {
        let (slots, running, free) = (self.slots, self.running, self.free_seats);
        let share = self.share(pack);
        share.entered = Some(now);
        let at_once =
            running < slots && share.new.is_empty() && share.long.is_empty() && share.seated < free;
        if at_once {
            self.start(pack, Kind::New);
        }
        at_once
    }

    /// Lets a step go on that is back from another system, if it need not wait.
    pub(super) fn go_on_at_once(&mut self, pack: Digest) -> bool {
        let at_once = self.running < self.slots;
        self.share(pack);
        if at_once {
            self.start(pack, Kind::Back);
        }
        at_once
    }

    /// Takes the next out of its queue.
    pub(super) fn next(&mut self, now: Instant) -> Option<(Digest, Next)> {
        if self.running >= self.slots {
            return None;
        }
        self.shares
            .values_mut()
            .for_each(Share::drop_those_that_left);
        let (_, pack, kind) = self
            .shares
            .iter()
            .filter_map(|(pack, share)| Some((share.used, *pack, self.may(*pack, share, now)?)))
            .min_by_key(|(used, ..)| *used)?;
        let share = self.shares.get_mut(&pack)?;
        let next = match kind {
            Kind::New => {
                share.pace.one_begins();
                Next::New(share.new.pop_front()?)
            }
            Kind::Back => Next::Back(share.back.pop_front()?),
            Kind::Long => Next::Long(share.long.pop_front()?),
        };
        self.start(pack, kind);
        Some((pack, next))
    }

    /// What a pack may do if a slot is free. It finishes what it began before it begins anything.
    fn may(&self, pack: Digest, share: &Share, now: Instant) -> Option<Kind> {
        if !share.back.is_empty() {
            Some(Kind::Back)
        } else if !share.long.is_empty() {
            self.may_be_long(pack, now).then_some(Kind::Long)
        } else {
            (!share.new.is_empty() && share.seated < self.free_seats).then_some(Kind::New)
        }
    }

    /// Whether one more long step may compute.
    pub(super) fn may_be_long(&self, pack: Digest, now: Instant) -> bool {
        let active = |share: &Share| {
            share.running > 0
                || share
                    .entered
                    .is_some_and(|at| now.duration_since(at) < RECENT)
        };
        let alone = || {
            !self
                .shares
                .iter()
                .any(|(other, share)| *other != pack && active(share))
        };
        self.long < (self.slots / 2).max(1) || alone()
    }

    /// Whether somebody else waits who computed less.
    pub(super) fn should_give_way(&self, pack: Digest, now: Instant) -> bool {
        let used = self.shares.get(&pack).map_or(0, |share| share.used);
        let goes_first = |(other, share): (&Digest, &Share)| {
            *other != pack && share.used < used && self.may(*other, share, now).is_some()
        };
        // A long one that waits needs this one's place among the long ones, which is free once it gives way.
        let long_goes_first = |(other, share): (&Digest, &Share)| {
            *other != pack && share.used < used && !share.long.is_empty()
        };
        self.shares.iter().any(goes_first) || self.shares.iter().any(long_goes_first)
    }

    fn start(&mut self, pack: Digest, kind: Kind) {
        self.running += 1;
        let share = self.shares.entry(pack).or_default();
        share.running += 1;
        self.floor = self.floor.max(share.used);
        match kind {
            Kind::New => {
                share.seated += 1;
                self.free_seats -= 1;
            }
            Kind::Long => self.long += 1,
            Kind::Back => {}
        }
    }

    /// A running step is now a long one.
    pub(super) fn becomes_long(&mut self) {
        self.long += 1;
    }

    /// Counts what a pack computed.
    pub(super) fn charge(&mut self, pack: Digest, micros: u64) {
        self.shares.entry(pack).or_default().used += micros;
    }

    /// A step computes no more.
    pub(super) fn stop(&mut self, pack: Digest, long: bool) {
        self.running -= 1;
        self.long -= usize::from(long);
        if let Some(share) = self.shares.get_mut(&pack) {
            share.running -= 1;
        }
    }

    /// A step is over.
    pub(super) fn stand_up(&mut self, pack: Digest) {
        self.free_seats += 1;
        if let Some(share) = self.shares.get_mut(&pack) {
            share.seated -= 1;
        }
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.shares
            .values()
            .map(|share| share.long.len() + share.back.len() + share.new.len())
            .sum()
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self, seats: usize) -> bool {
        self.running == 0 && self.long == 0 && self.free_seats == seats && self.waiting() == 0
    }
}
