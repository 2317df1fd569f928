//! Guests that break one rule each.

use jackfield_sandbox::guests::{Module, Reply};

/// Reads the address of this many bytes at 6000.
fn read(length: usize) -> String {
    format!(
        "(call $http (i32.const 0) (i32.const 6000) (i32.const {length}) (i32.const 0) (i32.const 0)
            (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 512))"
    )
}

/// The start of an address at the declared destination.
const TO_BASE: &[u8] = b"{config:base}/x?d=";

fn leak(text: String) -> &'static str {
    text.leak()
}

/// Does this, importing that.
pub(crate) fn doing(imports: &'static [&'static str], body: &str) -> Module {
    Module {
        imports,
        body: leak(body.to_owned()),
        ..Module::default()
    }
}

/// Has a start function that does this.
pub(crate) fn starting(body: &str) -> Module {
    Module {
        fields: leak(format!("(func $s {body}) (start $s)")),
        ..Module::default()
    }
}

/// Has this data.
pub(crate) fn holding(data: Vec<u8>) -> Module {
    Module {
        pages: 8,
        heap: 6 << 16,
        data: vec![(1 << 16, data)],
        ..Module::default()
    }
}

/// Bytes that look random.
pub(crate) fn random(length: usize) -> Vec<u8> {
    let mut state = 88_172_645_463_325_252_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// Crashes at the event `other`, the last of the contract.
pub(crate) fn afraid_of_events() -> Module {
    doing(
        &[],
        "(if (i32.eq (i32.load8_u (i32.load (i32.add (local.get $turn) (i32.const {events})))) (i32.const 20))
            (then unreachable))",
    )
}

/// Replies with a label that is not declared.
pub(crate) fn mislabelled() -> Module {
    Module {
        data: vec![(4096, b"xyzzy".to_vec())],
        reply: Reply {
            step: (4096, 5),
            ..Reply::default()
        },
        ..Module::default()
    }
}

/// Answers with the fault `bug`.
pub(crate) fn confessing() -> Module {
    let mut fault = vec![0_u8; 24];
    fault[0] = 1;
    fault[8] = 2;
    fault[12..16].copy_from_slice(&2048_u32.to_le_bytes());
    fault[16..20].copy_from_slice(&5_u32.to_le_bytes());
    Module {
        data: vec![(4096, fault)],
        body: "(return (i32.const 4096))",
        ..Module::default()
    }
}

/// Crashes when it is to move a state.
pub(crate) fn afraid_to_move() -> Module {
    Module {
        migrate: "unreachable",
        ..Module::default()
    }
}

/// Turns down every state that it is to move.
pub(crate) fn stays() -> Module {
    Module {
        migrate: "(i32.store8 (i32.const 512) (i32.const 1))
            (i32.store8 (i32.const 516) (i32.const 1))
            (i32.store (i32.const 520) (i32.const 2048))
            (i32.store (i32.const 524) (i32.const 5))
            (return (i32.const 512))",
        ..Module::default()
    }
}

/// Counts so far, seven units of fuel each.
pub(crate) fn counting(rounds: u32) -> Module {
    doing(
        &[],
        &format!(
            "(loop $l (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {rounds}))))"
        ),
    )
}

/// A state whose value is `length` bytes from 4102 on.
fn state(length: usize) -> (Vec<(usize, Vec<u8>)>, Reply) {
    let text = format!("{{\"a\":\"{}\"}}", "x".repeat(length));
    let reply = Reply {
        state: (4096, text.len()),
        ..Reply::default()
    };
    (vec![(4096, text.into_bytes())], reply)
}

/// Puts the first letter of the first header of an answer into its state.
pub(crate) fn reads_the_first_header() -> Module {
    let (mut data, reply) = state(1);
    data.push((6000, b"{config:base}/x".to_vec()));
    let body = format!(
        "{} (if (i32.eqz (i32.load8_u (i32.const 512)))
            (then (i32.store8 (i32.const 4102) (i32.load8_u (i32.load (i32.load (i32.const 524)))))))",
        read(15)
    );
    Module {
        data,
        reply,
        ..doing(&["http"], &body)
    }
}

/// Keeps the session's id in its memory and tells it at the next call.
pub(crate) fn remembers() -> Module {
    let (data, reply) = state(36);
    Module {
        data,
        reply,
        fields: "(global $have (mut i32) (i32.const 0))",
        ..doing(
            &[],
            "(if (global.get $have) (then (memory.copy (i32.const 4102) (i32.const 8000) (i32.const 36))))
             (memory.copy (i32.const 8000) (i32.load (local.get $turn)) (i32.const 36))
             (global.set $have (i32.const 1))",
        )
    }
}

/// The value of the contact's first attribute: its address and its length.
const ATTRIBUTE: &str = "(i32.load (i32.add (i32.load (i32.add (local.get $turn) (i32.const {attributes}))) (i32.const 16)))";

fn sends(imports: &'static [&'static str], put: &str) -> Module {
    let start = TO_BASE.len();
    let put = put.replace("{to}", &(6000 + start).to_string());
    Module {
        data: vec![(6000, TO_BASE.to_vec())],
        ..doing(imports, &format!("{put} {}", read(start + 24)))
    }
}

/// Sends the first attribute, plainly.
pub(crate) fn sends_an_attribute() -> Module {
    sends(
        &["http"],
        &format!("(memory.copy (i32.const {{to}}) {ATTRIBUTE} (i32.const 24))"),
    )
}

/// Sends the first attribute, reversed.
pub(crate) fn sends_an_attribute_reversed() -> Module {
    let put = format!(
        "(loop $l
            (i32.store8 (i32.add (i32.const {{to}}) (local.get $i))
                (i32.load8_u (i32.add {ATTRIBUTE} (i32.sub (i32.const 23) (local.get $i)))))
            (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 24))))"
    );
    sends(&["http"], &put)
}

/// Sends the first half of the first attribute, then the second.
pub(crate) fn sends_an_attribute_in_pieces() -> Module {
    let start = TO_BASE.len();
    let half = |from: usize| {
        format!(
            "(memory.copy (i32.const {}) (i32.add {ATTRIBUTE} (i32.const {from})) (i32.const 12)) {}",
            6000 + start,
            read(start + 12)
        )
    };
    Module {
        data: vec![(6000, TO_BASE.to_vec())],
        ..doing(&["http"], &format!("{} {}", half(0), half(12)))
    }
}

/// Asks for the setting `key` at 5000, and does this when it has a value.
fn with_setting(then: &str) -> String {
    format!(
        "(call $config (i32.const 5000) (i32.const 3) (i32.const 512))
         (if (i32.load8_u (i32.const 512)) (then {then}))"
    )
}

/// Sends a setting.
pub(crate) fn sends_a_setting() -> Module {
    let put =
        with_setting("(memory.copy (i32.const {to}) (i32.load (i32.const 528)) (i32.const 24))");
    let mut module = sends(&["config", "http"], &put);
    module.data.push((5000, b"key".to_vec()));
    module
}

/// Tells a setting as the reason of a handoff.
pub(crate) fn tells_a_setting() -> Module {
    let put =
        with_setting("(memory.copy (i32.const 6000) (i32.load (i32.const 528)) (i32.const 24))");
    Module {
        data: vec![(5000, b"key".to_vec()), (6000, vec![b'x'; 24])],
        reply: Reply {
            then: 4,
            then_words: [2048, 5, 6000, 24],
            ..Reply::default()
        },
        ..doing(&["config"], &put)
    }
}

/// Crashes when a setting has no value.
pub(crate) fn needs_a_setting() -> Module {
    Module {
        data: vec![(5000, b"key".to_vec())],
        ..doing(
            &["config"],
            "(call $config (i32.const 5000) (i32.const 3) (i32.const 512))
            (if (i32.eqz (i32.load8_u (i32.const 512))) (then unreachable))",
        )
    }
}

/// Logs the first attribute.
pub(crate) fn logs_an_attribute() -> Module {
    doing(
        &["log"],
        &format!("(call $log (i32.const 1) {ATTRIBUTE} (i32.const 24))"),
    )
}

/// Reads an address that is written out.
pub(crate) fn reads(address: &str, after: &str) -> Module {
    Module {
        data: vec![(6000, address.as_bytes().to_vec())],
        ..doing(&["http"], &format!("{} {after}", read(address.len())))
    }
}

/// Sends the first argument when the flow starts with some and it is a text.
pub(crate) fn sends_what_was_said() -> Module {
    let event = "(i32.load (i32.add (local.get $turn) (i32.const {events})))";
    let start = TO_BASE.len();
    let value = format!("(i32.load (i32.add {event} (i32.const 8)))");
    let body = format!(
        "(if (i32.and (i32.eqz (i32.load8_u {event})) (i32.ne (i32.load (i32.add {event} (i32.const 12))) (i32.const 0)))
            (then (if (i32.and (i32.eqz (i32.load8_u (i32.add {value} (i32.const 8))))
                    (i32.eq (i32.load (i32.add {value} (i32.const 20))) (i32.const 11)))
                (then (memory.copy (i32.const {to}) (i32.load (i32.add {value} (i32.const 16))) (i32.const 11))
                    {read}))))",
        to = 6000 + start,
        read = read(start + 11),
    );
    Module {
        data: vec![(6000, TO_BASE.to_vec())],
        ..doing(&["http"], &body)
    }
}
