//! The stack of flows in a session. Frames in the background lie below all others, each with its callers under it.

use crate::{FlowId, Frame, Session, TimerPurpose};

/// Frames that may wait in the background of one session: each keeps its state until it is told.
const MOST_IN_BACKGROUND: usize = 8;

impl Session {
    /// The active flow.
    pub fn active(&self) -> Option<&Frame> {
        self.frames.iter().rfind(|frame| !frame.background)
    }

    /// Whether the flow takes part in the conversation, active or interrupted.
    pub fn is_open(&self, flow: &FlowId) -> bool {
        self.frames
            .iter()
            .any(|frame| !frame.background && frame.flow == *flow)
    }

    /// Takes the active frame and its callers out of the conversation: nothing the contact says or leaves unsaid reaches
    /// them any more. False when nothing is active or too many are there already.
    pub fn to_background(&mut self) -> bool {
        let there = self.frames.iter().filter(|frame| frame.background).count();
        let (_, open) = self.frames.split_at_mut(there);
        let Some(root) = open.iter().rposition(|frame| !frame.called) else {
            return false;
        };
        let chain = open.len() - root;
        if there + chain > MOST_IN_BACKGROUND {
            return false;
        }
        open.rotate_right(chain);
        for frame in open.iter_mut().take(chain) {
            frame.background = true;
            self.timers
                .retain(|timer| timer.frame != frame.id || timer.purpose != TimerPurpose::Silence);
        }
        true
    }

    /// Makes a frame that waited in the background active again, with its callers below it and what it called above it.
    pub fn to_foreground(&mut self, frame: u32) {
        let is_it = |f: &Frame| f.id == frame && f.background;
        let Some(at) = self.frames.iter().position(is_it) else {
            return;
        };
        let mut roots = self.frames.iter().take(at + 1);
        let root = roots.rposition(|f| !f.called).unwrap_or(at);
        let callees = self.frames.iter().skip(at + 1);
        let callees = callees.take_while(|f| f.background && f.called).count();
        let chain = at + 1 + callees - root;
        let (_, from_root) = self.frames.split_at_mut(root);
        for frame in from_root.iter_mut().take(chain) {
            frame.background = false;
        }
        from_root.rotate_left(chain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, ContactId, Digest, Expectation, SessionId, TenantId, Timer};

    /// A session with these frames: `2^` was called by the one below it, `(2)` is in the background.
    fn session(stack: &str) -> Session {
        let address = Address {
            channel: "web".into(),
            contact: "somebody".into(),
        };
        let mut session = Session::new(
            SessionId::new(),
            TenantId::default(),
            ContactId::new(),
            address,
        );
        for name in stack.split_whitespace() {
            session.frames.push(Frame {
                id: name.trim_matches(['(', ')', '^']).parse().unwrap(),
                flow: "com.example.test/test".parse().unwrap(),
                pack: Digest::of(b"pack"),
                state: None,
                state_version: 1,
                slots: Vec::new(),
                expects: Expectation::default(),
                step: String::new(),
                prompt: None,
                choice_ids: Vec::new(),
                called: name.contains('^'),
                returns: 0,
                background: name.contains('('),
                listed: Vec::new(),
            });
        }
        session
    }

    fn stack(session: &Session) -> String {
        let frames = session.frames.iter().map(|frame| {
            let called = if frame.called { "^" } else { "" };
            match frame.background {
                true => format!("({}{called})", frame.id),
                false => format!("{}{called}", frame.id),
            }
        });
        frames.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_frame_leaves_with_its_callers() {
        for (before, after) in [
            ("1", "(1)"),
            ("1 2", "(2) 1"),
            ("1 2 3^ 4^", "(2) (3^) (4^) 1"),
            ("(1) 2 3", "(1) (3) 2"),
        ] {
            let mut session = session(before);
            assert!(session.to_background(), "{before}");
            assert_eq!(stack(&session), after);
        }
        assert!(!session("").to_background());
        assert!(!session("(1)").to_background());
    }

    #[test]
    fn only_so_many_wait_in_the_background() {
        let mut session = session("(1) (2) (3) (4) (5) (6) (7) 8 9^");
        assert!(!session.to_background());
        assert_eq!(stack(&session), "(1) (2) (3) (4) (5) (6) (7) 8 9^");
    }

    #[test]
    fn a_frame_comes_back_on_top_with_what_belongs_to_it() {
        for (before, frame, after) in [
            ("(1)", 1, "1"),
            ("(1) 2", 1, "2 1"),
            ("(1) (2) (3^) (4) 5 6^", 2, "(1) (4) 5 6^ 2 3^"),
            ("(1) (2) (3^) (4) 5 6^", 3, "(1) (4) 5 6^ 2 3^"),
            ("(1) (2) 3", 2, "(1) 3 2"),
            ("(1) 2", 2, "(1) 2"),
        ] {
            let mut session = session(before);
            session.to_foreground(frame);
            assert_eq!(stack(&session), after, "{frame} of {before}");
        }
    }

    #[test]
    fn who_left_is_not_asked_whether_they_are_still_there() {
        let mut session = session("1 2");
        for (id, frame, purpose) in [
            (1, 1, TimerPurpose::Silence),
            (2, 2, TimerPurpose::Silence),
            (3, 2, TimerPurpose::Deadline),
        ] {
            session.timers.push(Timer {
                id,
                frame,
                name: "timer".into(),
                due: 1,
                purpose,
            });
        }
        assert!(session.to_background());
        let left: Vec<u64> = session.timers.iter().map(|timer| timer.id).collect();
        assert_eq!(left, [1, 3]);
    }
}
