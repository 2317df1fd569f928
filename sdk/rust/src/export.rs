//! From the contract's `handle` to a flow's functions and back.

use crate::{
    Args, Context, Fault, Flow, Reply,
    wire::{self, Event, Expected, Next},
};

/// Makes a component of flows. Write it once in a crate of type `cdylib`, naming every flow of the pack.
///
/// It defines two functions, `handle` and `migrate`, which run one step natively: tests and benchmarks
/// call them. On WebAssembly they are the component's exports.
#[macro_export]
macro_rules! export {
    ($($flow:ty),+ $(,)?) => {
        /// Runs one step of the flow that the turn names.
        ///
        /// # Errors
        /// The flow's fault, or `rejected` for a flow that this pack does not have.
        pub fn handle(turn: $crate::wire::Turn) -> ::core::result::Result<$crate::wire::Reply, $crate::Fault> {
            match turn.flow.as_str() {
                $(<$flow as $crate::Flow>::NAME => $crate::run::<$flow>(turn),)+
                name => ::core::result::Result::Err($crate::unknown_flow(name)),
            }
        }

        /// Brings the state of a flow, written with an earlier `state-version`, to the current shape.
        ///
        /// # Errors
        /// When the state cannot be understood, or there is no such flow.
        pub fn migrate(
            flow: ::std::string::String,
            from: u32,
            state: ::std::string::String,
        ) -> ::core::result::Result<::std::string::String, $crate::Fault> {
            match flow.as_str() {
                $(<$flow as $crate::Flow>::NAME => $crate::migrate::<$flow>(from, &state),)+
                name => ::core::result::Result::Err($crate::unknown_flow(name)),
            }
        }

        #[cfg(target_arch = "wasm32")]
        const _: () = {
            struct Component;

            impl $crate::bindings::exports::jackfield::flow::flow::Guest for Component {
                fn handle(
                    turn: $crate::wire::Turn,
                ) -> ::core::result::Result<$crate::wire::Reply, $crate::Fault> {
                    handle(turn)
                }

                fn migrate(
                    flow: ::std::string::String,
                    from: u32,
                    state: ::std::string::String,
                ) -> ::core::result::Result<::std::string::String, $crate::Fault> {
                    migrate(flow, from, state)
                }
            }

            $crate::bindings::export_plugin!(Component with_types_in $crate::bindings);
        };
    };
}

/// The fault for a flow that the pack does not have.
#[doc(hidden)]
pub fn unknown_flow(name: &str) -> Fault {
    Fault::Rejected(["this pack has no flow ", name].concat())
}

/// Runs one step of one flow.
#[doc(hidden)]
pub fn run<F: Flow>(mut turn: wire::Turn) -> Result<wire::Reply, Fault> {
    let mut flow = match turn.state.take() {
        Some(state) => serde_json::from_str(&state)
            .map_err(|_| Fault::bug("the state is not the one this flow wrote"))?,
        None => F::default(),
    };
    let events = std::mem::take(&mut turn.events);
    let mut cx = Context::new(turn);
    let mut whole: Option<Box<wire::Reply>> = None;
    for event in &events {
        let Reply(reply) = tell(&mut flow, &mut cx, event)?;
        let ends = !matches!(reply.then, Next::Wait);
        whole = Some(match whole {
            Some(earlier) => join(earlier, reply),
            None => reply,
        });
        if ends {
            break;
        }
    }
    let mut reply = whole.ok_or_else(|| Fault::bug("a step without an event"))?;
    reply.state = serde_json::to_string(&flow)
        .map_err(|_| Fault::bug("the state cannot be written as JSON"))?;
    reply.slots = std::mem::take(&mut cx.turn.slots);
    leave((flow, events, cx));
    Ok(*reply)
}

/// Lets go of what a step does not need any more. In a component it goes with the instance, and giving its parts
/// back one by one would be work for nothing.
pub(crate) fn leave<T>(value: T) {
    #[cfg(target_arch = "wasm32")]
    std::mem::forget(value);
    #[cfg(not(target_arch = "wasm32"))]
    drop(value);
}

/// Migrates the state of one flow.
#[doc(hidden)]
pub fn migrate<F: Flow>(from: u32, state: &str) -> Result<String, Fault> {
    Ok(serde_json::to_string(&F::migrate(from, state)?)?)
}

/// Two events of one step make one reply: everything that was said and done, but of two questions only
/// the later, because the earlier has been answered in the same breath.
fn join(mut earlier: Box<wire::Reply>, mut later: Box<wire::Reply>) -> Box<wire::Reply> {
    if !matches!(earlier.expects.what, Expected::Anything) {
        earlier.messages.pop();
    }
    earlier.messages.append(&mut later.messages);
    earlier.effects.append(&mut later.effects);
    later.messages = earlier.messages;
    later.effects = earlier.effects;
    later
}

fn tell<F: Flow>(flow: &mut F, cx: &mut Context, event: &Event) -> Result<Reply, Fault> {
    match event {
        Event::Started(args) => flow.started(cx, Args(args)),
        Event::Said(utterance) => flow.said(cx, utterance),
        Event::Filled(slot) => {
            cx.set_slot(&slot.name, slot.value.clone());
            flow.filled(cx, &slot.name, &slot.value)
        }
        Event::Corrected(change) => {
            cx.set_slot(&change.slot, change.new.clone());
            flow.corrected(cx, &change.slot, change.old.as_ref(), &change.new)
        }
        Event::Confirmed(yes) => flow.confirmed(cx, *yes),
        Event::Chose(id) => flow.chose(cx, id),
        Event::Pressed(keys) => flow.pressed(cx, keys),
        Event::Attached(files) => flow.attached(cx, files),
        Event::Located(place) => flow.located(cx, place),
        Event::Silent(count) => flow.silent(cx, *count),
        Event::Interrupted(played) => flow.interrupted(cx, played),
        Event::Resumed => flow.resumed(cx),
        Event::Returned(completion) => {
            flow.returned(cx, &completion.flow, Args(&completion.results))
        }
        Event::Answered(answer) => flow.answered(cx, &answer.name, answer.outcome.as_ref()),
        Event::Received(callback) => flow.received(cx, callback),
        Event::Verified(level) => {
            cx.turn.contact.verification = *level;
            flow.verified(cx, *level)
        }
        Event::Fired(timer) => flow.fired(cx, timer),
        Event::HandedBack(summary) => flow.handed_back(cx, summary),
        Event::Cancelled(reason) => flow.cancelled(cx, reason),
        Event::Expired(name) => flow.expired(cx, name),
        // Something this version of the SDK does not know does not bring the conversation forward.
        Event::Other(_) => flow.ask(cx),
    }
}
