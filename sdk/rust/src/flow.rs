//! The trait that a flow implements.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Answer, Args, Attachment, Callback, Context, Failure, Fault, Place, Reply, Response, Utterance,
    Value, Verification,
};

/// A conversation. The implementing type is the flow's private state: it is restored before an event and
/// kept after it, so a flow never stores anything itself.
///
/// Only [`started`](Self::started) and [`ask`](Self::ask) must be written. Every other event repeats the
/// question unless the flow says otherwise.
pub trait Flow: Default + Serialize + DeserializeOwned {
    /// The flow's name in the manifest, for example `change-plan`.
    const NAME: &'static str;

    /// The conversation begins, with the arguments of the flow that called or of the sentence that started it.
    fn started(&mut self, cx: &mut Context, args: Args) -> Answer;

    /// Says where the conversation is and asks for what is missing. Everything that does not bring the
    /// conversation forward ends here.
    fn ask(&mut self, cx: &mut Context) -> Answer;

    /// The contact said something that the host's repair patterns did not take.
    fn said(&mut self, cx: &mut Context, _utterance: &Utterance) -> Answer {
        self.ask(cx)
    }

    /// The slot that was asked for is filled; `cx.slot(slot)` has the value too.
    fn filled(&mut self, cx: &mut Context, _slot: &str, _value: &Value) -> Answer {
        self.ask(cx)
    }

    /// A slot that was filled before has another value now. Taken as filled unless the flow knows better.
    fn corrected(
        &mut self,
        cx: &mut Context,
        slot: &str,
        _old: Option<&Value>,
        new: &Value,
    ) -> Answer {
        self.filled(cx, slot, new)
    }

    /// The answer to a yes/no question.
    fn confirmed(&mut self, cx: &mut Context, _yes: bool) -> Answer {
        self.ask(cx)
    }

    /// A choice was made.
    fn chose(&mut self, cx: &mut Context, _id: &str) -> Answer {
        self.ask(cx)
    }

    /// Keys of a telephone.
    fn pressed(&mut self, cx: &mut Context, _keys: &str) -> Answer {
        self.ask(cx)
    }

    /// Files came.
    fn attached(&mut self, cx: &mut Context, _files: &[Attachment]) -> Answer {
        self.ask(cx)
    }

    /// The contact shared a place.
    fn located(&mut self, cx: &mut Context, _place: &Place) -> Answer {
        self.ask(cx)
    }

    /// Nothing was heard in time, for the `count`th time in a row.
    fn silent(&mut self, cx: &mut Context, _count: u32) -> Answer {
        self.ask(cx)
    }

    /// The contact spoke over a message, of which this had been played.
    fn interrupted(&mut self, cx: &mut Context, _played: &str) -> Answer {
        self.ask(cx)
    }

    /// The contact is back from a digression.
    fn resumed(&mut self, cx: &mut Context) -> Answer {
        self.ask(cx)
    }

    /// A flow that this one called has ended.
    fn returned(&mut self, cx: &mut Context, _flow: &str, _results: Args) -> Answer {
        self.ask(cx)
    }

    /// A request effect was answered, or failed for good.
    fn answered(
        &mut self,
        cx: &mut Context,
        _name: &str,
        _outcome: Result<&Response, &Failure>,
    ) -> Answer {
        self.ask(cx)
    }

    /// Another system called back; see [`Draft::await_callback`](crate::Draft::await_callback).
    fn received(&mut self, cx: &mut Context, _callback: &Callback) -> Answer {
        self.ask(cx)
    }

    /// The contact's level after a `verify`, which may be lower than asked for.
    fn verified(&mut self, cx: &mut Context, _level: Verification) -> Answer {
        self.ask(cx)
    }

    /// A timer of this frame came due.
    fn fired(&mut self, cx: &mut Context, _timer: &str) -> Answer {
        self.ask(cx)
    }

    /// A human handed the session back, with a summary of what was agreed.
    fn handed_back(&mut self, cx: &mut Context, _summary: &str) -> Answer {
        self.ask(cx)
    }

    /// The flow is being ended from outside: clean up. Messages are not shown. A flow that waits for an answer or a
    /// call-back is not ended when the contact cancels: it is told that answer as if nothing had happened, and what it says
    /// then is shown.
    fn cancelled(&mut self, _cx: &mut Context, _reason: &str) -> Answer {
        Reply::done().step("cancelled")
    }

    /// A deadline passed: of a callback, by its name, or of the session.
    fn expired(&mut self, cx: &mut Context, _name: &str) -> Answer {
        self.ask(cx)
    }

    /// Brings state that an earlier version of the pack wrote (its manifest's `state-version` was `from`)
    /// to the shape of today. This default is right when fields were only added with `#[serde(default)]`
    /// or removed.
    ///
    /// # Errors
    /// When the state cannot be understood.
    fn migrate(_from: u32, state: &str) -> Result<Self, Fault> {
        serde_json::from_str(state)
            .map_err(|_| Fault::bug("the state of an earlier version does not fit"))
    }
}
