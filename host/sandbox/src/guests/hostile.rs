//! Guests that try to do harm, one for each way that is known. None may do more than end its own step.

use jackfield_core::ErrorCode;

use super::build::{Module, Reply, component_text, core_module};

/// How a hostile guest has to end under the default limits. On a machine that is busy, one that has to run out
/// of fuel can run out of time first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// It is not loaded.
    Refused(ErrorCode),
    /// Its step is stopped.
    Stopped(ErrorCode),
    /// Its step replies; what was too much was dropped, refused or shortened.
    Replied,
    /// Its steps reply, and the turn is stopped.
    TurnStopped(ErrorCode),
}

/// A hostile guest.
#[derive(Debug, Clone)]
pub struct Guest {
    /// What it does.
    pub name: &'static str,
    /// Its component, or what claims to be one.
    pub component: Vec<u8>,
    /// Capabilities that are granted to it.
    pub grants: &'static [&'static str],
    /// How it has to end.
    pub ends: Ends,
    /// The field of `Limits` that stops it, when there is one.
    pub limit: Option<&'static str>,
}

fn guest(name: &'static str, module: &Module, code: ErrorCode) -> Guest {
    Guest {
        name,
        component: module.component(),
        grants: module.imports,
        ends: Ends::Stopped(code),
        limit: None,
    }
}

fn refused(name: &'static str, component: Vec<u8>, code: ErrorCode) -> Guest {
    Guest {
        name,
        component,
        grants: &[],
        ends: Ends::Refused(code),
        limit: None,
    }
}

impl Guest {
    fn meets(self, limit: &'static str) -> Self {
        Self {
            limit: Some(limit),
            ..self
        }
    }

    fn stops_the_turn(self) -> Self {
        match self.ends {
            Ends::Stopped(code) => Self {
                ends: Ends::TurnStopped(code),
                ..self
            },
            _ => self,
        }
    }

    fn replies(self) -> Self {
        Self {
            ends: Ends::Replied,
            ..self
        }
    }
}

/// All hostile guests.
pub fn hostile() -> Vec<Guest> {
    let mut guests = at_load();
    guests.extend(computing());
    guests.extend(growing());
    guests.extend(calling());
    guests.extend(answering());
    guests
}

/// Components that must not be loaded.
fn at_load() -> Vec<Guest> {
    let mut truncated = Module::default().component();
    // Within a section: a whole number of them is a component, too.
    truncated.pop();
    let mut damaged = Module::default().component();
    let middle = damaged.len() / 2;
    damaged.splice(middle..middle + 8, [0xff; 8]);
    let instances = "(core instance (instantiate $m))".repeat(65);
    let ungranted = Module {
        imports: &["log"],
        body: "(call $log (i32.const 0) (i32.const 0) (i32.const 0))",
        ..Module::default()
    };
    vec![
        refused("core-module", core_module(), ErrorCode::CoreModule),
        refused("truncated-component", truncated, ErrorCode::BadComponent),
        refused("damaged-component", damaged, ErrorCode::BadComponent),
        refused(
            "not-webassembly",
            b"#!/bin/sh\necho hello\n".to_vec(),
            ErrorCode::BadComponent,
        ),
        refused("empty-file", Vec::new(), ErrorCode::BadComponent),
        refused(
            "no-export",
            component_text("(component)"),
            ErrorCode::MissingExport,
        ),
        refused(
            "wrong-export",
            component_text(
                r#"(component (instance $i) (export "jackfield:flow/flow@0.0.1" (instance $i)))"#,
            ),
            ErrorCode::MissingExport,
        ),
        refused(
            "functions-of-other-types",
            other_types(),
            ErrorCode::MissingExport,
        ),
        refused(
            "wasi-import",
            component_text(
                r#"(component (import "wasi:clocks/monotonic-clock@0.2.0"
                    (instance (export "now" (func (result u64))))))"#,
            ),
            ErrorCode::UnknownImport,
        ),
        refused(
            "later-capability",
            component_text(
                r#"(component (import "jackfield:log/log@9.0.0" (instance (export "write" (func)))))"#,
            ),
            ErrorCode::UnknownImport,
        ),
        refused(
            "ungranted-import",
            ungranted.component(),
            ErrorCode::UngrantedImport,
        ),
        refused(
            "too-many-instances",
            component_text(&format!("(component (core module $m) {instances})")),
            ErrorCode::BadComponent,
        ),
        refused("huge-component", huge(), ErrorCode::ComponentTooLarge).meets("component"),
    ]
}

/// A component with the exported names of the contract and other types.
fn other_types() -> Vec<u8> {
    component_text(
        r#"(component
            (core module $m (func (export "f")))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f")))
            (instance $flow (export "handle" (func $f)) (export "migrate" (func $f)))
            (export "jackfield:flow/flow@0.0.1" (instance $flow)))"#,
    )
}

/// A good component with a custom section of 32 MiB, whose length is written as LEB128.
fn huge() -> Vec<u8> {
    let mut component = Module::default().component();
    component.extend([0, 0x80, 0x80, 0x80, 0x10, 1, b'x']);
    component.resize(component.len() + (32 << 20) - 2, 0);
    component
}

/// Guests that do not end by themselves, or not well.
fn computing() -> Vec<Guest> {
    let module = |body| Module {
        body,
        ..Module::default()
    };
    vec![
        guest("endless-loop", &module("(loop $l (br $l))"), ErrorCode::OutOfFuel).meets("fuel"),
        guest(
            "endless-loop-of-slow-instructions",
            &module(
                "(local.set $x (f64.const 1.7))
                 (loop $l
                    (local.set $x (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt
                        (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt (f64.sqrt
                            (local.get $x))))))))))))))))))
                    (br $l))",
            ),
            ErrorCode::OutOfTime,
        )
        .meets("guest_time"),
        guest(
            "endless-recursion",
            &Module { body: "(call $deeper)", fields: "(func $deeper (call $deeper) (call $deeper))", ..Module::default() },
            ErrorCode::StackOverflow,
        ),
        guest("crash", &module("unreachable"), ErrorCode::Trapped),
        guest("wild-pointer", &module("(drop (i32.load (i32.const -4)))"), ErrorCode::Trapped),
        guest(
            "crash-at-start",
            &Module { fields: "(func $boom unreachable) (start $boom)", ..Module::default() },
            ErrorCode::TrappedAtStart,
        ),
        guest(
            "endless-loop-at-start",
            &Module { fields: "(func $spin (loop $l (br $l))) (start $spin)", ..Module::default() },
            ErrorCode::OutOfFuel,
        ),
        guest(
            "crash-while-allocating-for-the-host",
            &Module { realloc: "unreachable", ..Module::default() },
            ErrorCode::Trapped,
        ),
        guest(
            "allocates-outside-its-memory",
            &Module { realloc: "(return (i32.const -65536))", ..Module::default() },
            ErrorCode::Trapped,
        ),
        guest(
            "endless-loop-while-allocating-for-the-host",
            &Module { realloc: "(loop $l (br $l))", ..Module::default() },
            ErrorCode::OutOfFuel,
        ),
        guest(
            "crash-after-the-reply",
            &Module {
                fields: r#"(func (export "cabi_post_jackfield:flow/flow@0.0.1#handle") (param i32) unreachable)"#,
                ..Module::default()
            },
            ErrorCode::Trapped,
        ),
    ]
}

/// Guests that grow.
fn growing() -> Vec<Guest> {
    vec![
        guest(
            "memory-growth",
            &Module {
                body: "(loop $l (br_if $l (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable",
                ..Module::default()
            },
            ErrorCode::OutOfMemory,
        )
        .meets("memory"),
        guest(
            "memory-growth-that-is-used",
            &Module {
                body: "(block $full (loop $l
                        (br_if $full (i32.eq (memory.grow (i32.const 16)) (i32.const -1)))
                        (memory.fill (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1048576))
                            (i32.const 1) (i32.const 1048576))
                        (br $l)))
                    unreachable",
                ..Module::default()
            },
            ErrorCode::OutOfFuel,
        ),
        guest("large-memory-at-start", &Module { pages: 513, ..Module::default() }, ErrorCode::OutOfMemory)
            .meets("memory"),
        guest(
            "several-memories",
            &Module { fields: "(memory 180) (memory 180) (memory 180)", ..Module::default() },
            ErrorCode::OutOfMemory,
        )
        .meets("memory"),
        guest(
            "table-growth",
            &Module {
                fields: "(table $t 1 funcref)",
                body: "(loop $l (br_if $l (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
                    unreachable",
                ..Module::default()
            },
            ErrorCode::TableTooLarge,
        )
        .meets("table_elements"),
        guest(
            "several-tables",
            &Module { fields: "(table 9000 funcref) (table 9000 funcref) (table 9000 funcref)", ..Module::default() },
            ErrorCode::TableTooLarge,
        )
        .meets("table_elements"),
    ]
}

/// Guests that call the host too often, or with too much.
fn calling() -> Vec<Guest> {
    vec![
        guest(
            "host-call-storm",
            &Module {
                imports: &["config"],
                body: "(loop $l (call $config (i32.const 0) (i32.const 1) (i32.const 512)) (br $l))",
                ..Module::default()
            },
            ErrorCode::TooManyHostCalls,
        )
        .meets("host_calls"),
        guest(
            "http-storm",
            &Module {
                imports: &["http"],
                body: "(loop $l
                    (call $http (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 0)
                        (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 512))
                    (br $l))",
                ..Module::default()
            },
            ErrorCode::TooManyHttpReads,
        )
        .meets("http_reads"),
        guest(
            "log-flood",
            &Module {
                imports: &["log"],
                body: "(loop $l
                    (call $log (i32.const 1) (i32.const 4096) (i32.const 16000))
                    (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 50))))",
                ..Module::default()
            },
            ErrorCode::LogFull,
        )
        .replies()
        .meets("log"),
        guest(
            "giant-string-to-the-host",
            &Module {
                imports: &["log"],
                pages: 32,
                body: "(call $log (i32.const 1) (i32.const 4096) (i32.const 2000000))",
                ..Module::default()
            },
            ErrorCode::LiftedTooMuch,
        )
        .meets("lifted"),
        guest(
            "giant-list-to-the-host",
            &Module {
                imports: &["tables"],
                pages: 32,
                body: "(call $query (i32.const 0) (i32.const 1) (i32.const 4096) (i32.const 200000) (i32.const 0)
                    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 5) (i32.const 512))",
                ..Module::default()
            },
            ErrorCode::LiftedTooMuch,
        )
        .meets("lifted"),
        guest(
            "storage-flood",
            &Module {
                imports: &["storage"],
                pages: 8,
                heap: 4 << 16,
                body: "(loop $l
                    (i32.store (i32.const 600) (i32.add (i32.const 0x30303030) (local.get $i)))
                    (call $storage_set (i32.const 600) (i32.const 4) (i32.const 4096) (i32.const 20000) (i32.const 512))
                    (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 40))))",
                ..Module::default()
            },
            ErrorCode::WroteTooMuch,
        )
        .meets("storage_writes"),
        guest(
            "writes-one-key-again-and-again",
            &Module {
                imports: &["storage"],
                pages: 8,
                heap: 4 << 16,
                body: "(loop $l
                    (call $storage_set (i32.const 2048) (i32.const 4) (i32.const 4096) (i32.const 20000) (i32.const 512))
                    (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 40))))",
                ..Module::default()
            },
            ErrorCode::WroteTooMuch,
        )
        .meets("storage_writes"),
        guest(
            "fills-its-storage-bit-by-bit",
            &Module {
                imports: &["storage"],
                pages: 8,
                heap: 4 << 16,
                body: "(loop $l
                    (i32.store (i32.const 600) (i32.add (i32.const 0x30303030) (local.get $i)))
                    (call $storage_set (i32.const 600) (i32.const 4) (i32.const 4096) (i32.const 20000) (i32.const 512))
                    (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))",
                ..Module::default()
            },
            ErrorCode::StorageFull,
        )
        .replies()
        .meets("storage"),
        guest(
            "reads-its-storage-again-and-again",
            &Module {
                imports: &["storage"],
                pages: 8,
                heap: 4 << 16,
                body: "(call $storage_set (i32.const 2048) (i32.const 4) (i32.const 4096) (i32.const 30000) (i32.const 512))
                    (loop $l
                    (call $storage_get (i32.const 2048) (i32.const 4) (i32.const 512))
                    (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 60))))",
                ..Module::default()
            },
            ErrorCode::AnsweredTooMuch,
        )
        .meets("answers"),
        guest(
            "asks-for-a-giant-response",
            &Module {
                imports: &["http"],
                body: "(call $http (i32.const 0) (i32.const 2080) (i32.const 5) (i32.const 0) (i32.const 0)
                    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 512))",
                data: vec![(2080, b"giant".to_vec())],
                ..Module::default()
            },
            ErrorCode::Internal,
        )
        .replies()
        .meets("http_response"),
        guest(
            "waits-longer-than-the-turn",
            &Module {
                imports: &["http"],
                body: "(call $http (i32.const 0) (i32.const 2080) (i32.const 5) (i32.const 0) (i32.const 0)
                    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 512))",
                data: vec![(2080, b"never".to_vec())],
                ..Module::default()
            },
            ErrorCode::TurnOutOfTime,
        )
        .meets("turn_time"),
        guest(
            "crash-after-host-calls",
            &Module {
                imports: &["storage"],
                body: "(call $storage_set (i32.const 2048) (i32.const 4) (i32.const 2048) (i32.const 5) (i32.const 512))
                    unreachable",
                ..Module::default()
            },
            ErrorCode::Trapped,
        ),
    ]
}

/// Guests whose replies are not to be used.
fn answering() -> Vec<Guest> {
    let reply = |reply| Module {
        pages: 32,
        heap: 30 << 16,
        reply,
        ..Module::default()
    };
    let nested = Module {
        body: "(memory.fill (i32.const 4096) (i32.const 0x5b) (i32.const 40000))",
        ..reply(Reply {
            state: (4096, 40_000),
            ..Reply::default()
        })
    };
    let state = |text: &str| Module {
        data: vec![(4096, text.as_bytes().to_vec())],
        ..reply(Reply {
            state: (4096, text.len()),
            ..Reply::default()
        })
    };
    vec![
        guest("deeply-nested-state", &nested, ErrorCode::StateNotJson).meets("state_depth"),
        guest(
            "state-that-is-not-json",
            &state("{\"a\":"),
            ErrorCode::StateNotJson,
        ),
        guest(
            "large-state",
            &reply(Reply {
                state: (4096, 100_000),
                ..Reply::default()
            }),
            ErrorCode::StateTooLarge,
        )
        .meets("state"),
        guest(
            "state-that-breaks-its-schema",
            &state(r#"{"plan":7}"#),
            ErrorCode::StateBreaksSchema,
        ),
        guest(
            "giant-string-in-the-reply",
            &reply(Reply {
                state: (4096, 1_900_000),
                ..Reply::default()
            }),
            ErrorCode::LiftedTooMuch,
        )
        .meets("lifted"),
        guest(
            "giant-list-in-the-reply",
            &reply(Reply {
                slots: (4096, 50_000),
                ..Reply::default()
            }),
            ErrorCode::LiftedTooMuch,
        )
        .meets("lifted"),
        guest(
            "large-reply",
            &reply(Reply {
                then: 4,
                then_words: [2048, 5, 4096, 300_000],
                ..Reply::default()
            }),
            ErrorCode::ReplyTooLarge,
        )
        .meets("reply"),
        guest(
            "too-many-slots",
            &reply(Reply {
                slots: (4096, 5_000),
                ..Reply::default()
            }),
            ErrorCode::BadReply,
        ),
        guest(
            "step-without-a-label",
            &reply(Reply {
                step: (0, 0),
                ..Reply::default()
            }),
            ErrorCode::BadReply,
        ),
        guest(
            "list-outside-its-memory",
            &reply(Reply {
                messages: (4096, 100_000_000),
                ..Reply::default()
            }),
            ErrorCode::Trapped,
        ),
        guest(
            "variant-without-such-a-case",
            &reply(Reply {
                then: 99,
                ..Reply::default()
            }),
            ErrorCode::Trapped,
        ),
        guest(
            "calls-itself",
            &Module {
                data: vec![(4096, b"harm".to_vec())],
                ..reply(Reply {
                    then: 2,
                    then_words: [4096, 4, 0, 0],
                    ..Reply::default()
                })
            },
            ErrorCode::TooManySteps,
        )
        .stops_the_turn()
        .meets("steps"),
        guest(
            "text-that-is-not-utf-8",
            &Module {
                data: vec![(4096, vec![0xff, 0xfe])],
                ..reply(Reply {
                    step: (4096, 2),
                    ..Reply::default()
                })
            },
            ErrorCode::Trapped,
        ),
    ]
}
