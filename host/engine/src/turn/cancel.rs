//! Cancelling. What a flow has sent cannot be taken back: it leaves the conversation and waits for the answer in the
//! background, so that the contact is told how it ended.

use jackfield_core::{Expected, Next, Timer, TimerPurpose};

use super::{Failed, Turn};

impl Turn<'_> {
    /// Ends the active flow at the contact's wish and goes back to the one it interrupted, or on to what was wanted
    /// besides.
    pub(super) async fn cancel(&mut self) -> Result<(), Failed> {
        let Some(frame) = self.session.active() else {
            self.decide("cancel", "there was nothing to cancel");
            self.offer_flows("nothing-to-cancel", false);
            return Ok(());
        };
        let why = format!("the contact cancelled {}", frame.flow);
        self.decide("cancel", why);
        self.session.asking = None;
        let key = self.leave_active().await;
        self.say(key, &[]);
        let next = match self.go_back() {
            Some(back) => Some(back),
            None => self.take_up()?,
        };
        match next {
            Some((frame, events)) => self.tell(frame, events).await,
            None => Ok(()),
        }
    }

    /// Ends every flow, without words. Whether one waits in the background now.
    pub(super) async fn cancel_all(&mut self) -> bool {
        self.session.asking = None;
        while self.session.active().is_some() {
            self.leave_active().await;
        }
        self.session.frames.iter().any(|frame| frame.background)
    }

    /// Takes the active flow out of the conversation, and its callers too: they cannot go on without its result.
    /// Returns the phrase that tells what became of it.
    async fn leave_active(&mut self) -> &'static str {
        let mut key = "cancelled";
        while let Some(frame) = self.session.active().cloned() {
            if self.is_under_way(frame.id) {
                if self.session.to_background() {
                    return "cancelled-in-background";
                }
                key = "cancelled-under-way";
            }
            self.tell_cancelled(frame.id).await;
            self.drop_frame(frame.id);
            if !frame.called {
                break;
            }
        }
        key
    }

    /// Whether something that the flow asked of another system has no answer yet.
    pub(super) fn is_under_way(&self, frame: u32) -> bool {
        let session = &self.session;
        let awaits_call =
            |timer: &Timer| timer.frame == frame && timer.purpose == TimerPurpose::Deadline;
        session.awaiting.iter().any(|one| one.frame == frame)
            || session.timers.iter().any(awaits_call)
    }

    /// After a reply of a frame in the background: one that asks the contact something, or waits for nothing else, takes
    /// part in the conversation again.
    pub(super) fn rejoin(&mut self, frame: u32, then: &Next) {
        let mut frames = self.session.frames.iter();
        let Some(found) = frames.find(|f| f.id == frame && f.background) else {
            return;
        };
        let asks = found.expects.what != Expected::Anything;
        let stays = match then {
            Next::Done(_) => true,
            Next::Wait => self.is_under_way(frame) && !asks,
            _ => false,
        };
        if !stays {
            self.session.to_foreground(frame);
            // An open question of the host belongs to the flow that was active.
            self.session.asking = None;
        }
    }
}
