//! Builds components from a few lines of WebAssembly text.

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Int, Resolve, SizeAlign, Type, TypeDefKind, UnresolvedPackageGroup, WorldId};

/// Where the reply stands in memory.
const REPLY: usize = 1024;

#[derive(Debug)]
/// A core module with the exports of the contract. Memory: scratch below 1024, then the reply, the texts of
/// the reply at 2048, free space from 4096, and what the host allocates from `heap` on.
pub struct Module {
    /// Capabilities; their functions are called `$log`, `$config`, `$search`, `$query`, `$storage_…`, `$http`.
    pub imports: &'static [&'static str],
    /// Instructions of `handle`, before it returns the reply. `{events}` and `{attributes}` stand for the offsets of these
    /// lists in the turn at `$turn`.
    pub body: &'static str,
    /// Other fields of the module.
    pub fields: &'static str,
    /// Pages of memory at the start.
    pub pages: usize,
    /// Where the host's allocations start.
    pub heap: usize,
    /// Instructions of `migrate`, before it returns the state of the reply. The version is `$from`; address and length of the state
    /// `$state` and `$length`.
    pub migrate: &'static str,
    /// Instructions of `cabi_realloc`, before it allocates.
    pub realloc: &'static str,
    /// Bytes at addresses.
    pub data: Vec<(usize, Vec<u8>)>,
    /// What is returned.
    pub reply: Reply,
}

impl Default for Module {
    fn default() -> Self {
        Self {
            imports: &[],
            body: "",
            fields: "",
            pages: 2,
            heap: 1 << 16,
            migrate: "",
            realloc: "",
            data: Vec::new(),
            reply: Reply::default(),
        }
    }
}

#[derive(Debug)]
/// Addresses and lengths of the parts of a reply, and the cases of its variants.
pub struct Reply {
    /// Address and length of the label.
    pub step: (usize, usize),
    /// Address and number of the messages.
    pub messages: (usize, usize),
    /// The case of `then`.
    pub then: u8,
    /// The payload of `then`, as four words.
    pub then_words: [usize; 4],
    /// Address and length of the state.
    pub state: (usize, usize),
    /// Address and number of the slots.
    pub slots: (usize, usize),
}

impl Default for Reply {
    fn default() -> Self {
        Self {
            step: (2048, 5),
            messages: (0, 0),
            then: 0,
            then_words: [0; 4],
            state: (2056, 2),
            slots: (0, 0),
        }
    }
}

impl Reply {
    /// The reply in memory.
    fn image(&self, layout: &Layout) -> Vec<u8> {
        let mut image = vec![0; layout.size];
        let mut put = |at: usize, (address, length): (usize, usize)| {
            for (place, word) in [(at, address), (at + 4, length)] {
                let bytes = u32::try_from(word).unwrap_or(u32::MAX).to_le_bytes();
                image.splice(place..place + 4, bytes);
            }
        };
        let [a, b, c, d] = self.then_words;
        put(layout.step, self.step);
        put(layout.messages, self.messages);
        put(layout.then_payload, (a, b));
        put(layout.then_payload + 8, (c, d));
        put(layout.state, self.state);
        put(layout.slots, self.slots);
        image.splice(layout.then..=layout.then, [self.then]);
        image
    }
}

/// Where the canonical ABI puts the parts of a `result<reply, fault>`: offsets and the size, bytes.
struct Layout {
    step: usize,
    messages: usize,
    then: usize,
    then_payload: usize,
    state: usize,
    slots: usize,
    size: usize,
    /// In the turn: the events, and the attributes of the contact.
    events: usize,
    attributes: usize,
}

impl Layout {
    fn of_the_contract() -> Self {
        let (resolve, _) = contract().expect("the contract's WIT files are valid");
        let mut sizes = SizeAlign::default();
        sizes.fill(&resolve).expect("the contract has sizes");
        let mut flow = resolve.interfaces.iter();
        let flow = flow.find(|(_, interface)| interface.types.contains_key("reply"));
        let named = |name: &str| Type::Id(flow.expect("a reply").1.types[name]);
        let kind = |ty: Type| match ty {
            Type::Id(id) => &resolve.types[id].kind,
            _ => unreachable!("a named type"),
        };
        let (TypeDefKind::Record(reply), TypeDefKind::Variant(next)) =
            (kind(named("reply")), kind(named("next")))
        else {
            unreachable!("a record and a variant");
        };
        // The reply is the larger case, and decides how the result is aligned.
        let start = sizes.align(&named("reply")).align_wasm32();
        let fields = sizes.field_offsets(reply.fields.iter().map(|field| &field.ty));
        let at = |name: &str| {
            let fields = reply.fields.iter().zip(&fields);
            let mut fields = fields.filter(|(field, _)| field.name == name);
            start + fields.next().expect("the field").1.0.size_wasm32()
        };
        let in_record = |ty: &str, name: &str| {
            let TypeDefKind::Record(record) = kind(named(ty)) else {
                unreachable!("a record");
            };
            let offsets = sizes.field_offsets(record.fields.iter().map(|field| &field.ty));
            let fields = record.fields.iter().zip(offsets);
            let mut fields = fields.filter(|(field, _)| field.name == name);
            fields.next().expect("the field").1.0.size_wasm32()
        };
        let cases = next.cases.iter().map(|case| case.ty.as_ref());
        Self {
            step: at("step"),
            messages: at("messages"),
            then: at("then"),
            then_payload: at("then") + sizes.payload_offset(Int::U8, cases).size_wasm32(),
            state: at("state"),
            slots: at("slots"),
            events: in_record("turn", "events"),
            attributes: in_record("turn", "contact") + in_record("contact", "attributes"),
            size: start + sizes.size(&named("reply")).size_wasm32(),
        }
    }
}

const FUNCTIONS: &[(&str, &str)] = &[
    (
        "log",
        r#"(import "jackfield:log/log@0.0.1" "write" (func $log (param i32 i32 i32)))"#,
    ),
    (
        "config",
        r#"(import "jackfield:config/config@0.0.1" "get" (func $config (param i32 i32 i32)))"#,
    ),
    (
        "knowledge",
        r#"(import "jackfield:knowledge/knowledge@0.0.1" "search" (func $search (param i32 i32 i32 i32)))"#,
    ),
    (
        "tables",
        r#"(import "jackfield:tables/tables@0.0.1" "query"
            (func $query (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))"#,
    ),
    (
        "storage",
        r#"(import "jackfield:storage/storage@0.0.1" "get" (func $storage_get (param i32 i32 i32)))
           (import "jackfield:storage/storage@0.0.1" "set" (func $storage_set (param i32 i32 i32 i32 i32)))
           (import "jackfield:storage/storage@0.0.1" "delete" (func $storage_delete (param i32 i32)))
           (import "jackfield:storage/storage@0.0.1" "keys" (func $storage_keys (param i32 i32 i32)))
           (import "jackfield:storage/storage@0.0.1" "add" (func $storage_add (param i32 i32 i64 i32)))"#,
    ),
    (
        "http",
        r#"(import "jackfield:http/http@0.0.1" "read"
            (func $http (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))"#,
    ),
];

const WIT: &[(&str, &str)] = &[
    (
        "types.wit",
        include_str!("../../../../wit/deps/types/types.wit"),
    ),
    ("log.wit", include_str!("../../../../wit/deps/log/log.wit")),
    (
        "config.wit",
        include_str!("../../../../wit/deps/config/config.wit"),
    ),
    (
        "knowledge.wit",
        include_str!("../../../../wit/deps/knowledge/knowledge.wit"),
    ),
    (
        "tables.wit",
        include_str!("../../../../wit/deps/tables/tables.wit"),
    ),
    (
        "storage.wit",
        include_str!("../../../../wit/deps/storage/storage.wit"),
    ),
    (
        "http.wit",
        include_str!("../../../../wit/deps/http/http.wit"),
    ),
];

impl Module {
    fn text(&self) -> String {
        let Self {
            imports,
            body,
            fields,
            pages,
            heap,
            migrate,
            realloc,
            data,
            reply,
        } = self;
        let functions: Vec<&str> = FUNCTIONS
            .iter()
            .filter(|(name, _)| imports.contains(name))
            .map(|(_, text)| *text)
            .collect();
        let functions = functions.join("\n");
        let layout = Layout::of_the_contract();
        let body = body
            .replace("{events}", &layout.events.to_string())
            .replace("{attributes}", &layout.attributes.to_string());
        let mut segments = String::new();
        let texts = [
            (2048, b"floor".to_vec()),
            (2056, b"{}".to_vec()),
            (REPLY, reply.image(&layout)),
        ];
        for (address, bytes) in texts.iter().chain(data) {
            let escaped: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
            segments.push_str(&format!("(data (i32.const {address}) \"{escaped}\")\n"));
        }
        format!(
            r#"(module
                {functions}
                (memory (export "memory") {pages})
                {segments}
                (global $next (mut i32) (i32.const {heap}))
                (func (export "cabi_realloc") (param $old i32) (param $had i32) (param $align i32) (param $size i32)
                    (result i32) (local $at i32)
                    {realloc}
                    (local.set $at (i32.and
                        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
                        (i32.sub (i32.const 0) (local.get $align))))
                    (global.set $next (i32.add (local.get $at) (local.get $size)))
                    (block $enough (loop $more
                        (br_if $enough (i32.le_u (global.get $next) (i32.shl (memory.size) (i32.const 16))))
                        (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
                        unreachable))
                    (local.get $at))
                {fields}
                (func (export "jackfield:flow/flow@0.0.1#handle") (param $turn i32) (result i32)
                    (local $i i32) (local $x f64)
                    {body}
                    (i32.const {REPLY}))
                (func (export "jackfield:flow/flow@0.0.1#migrate")
                    (param $flow i32) (param $flow_length i32) (param $from i32) (param $state i32) (param $length i32)
                    (result i32)
                    {migrate}
                    (i32.store (i32.const 516) (i32.load (i32.const {state})))
                    (i32.store (i32.const 520) (i32.load (i32.const {length})))
                    (i32.const 512))
            )"#,
            state = REPLY + layout.state,
            length = REPLY + layout.state + 4,
        )
    }

    /// The component of this module.
    pub fn component(&self) -> Vec<u8> {
        encode(&self.text())
            .unwrap_or_else(|error| panic!("a guest of ours does not build: {error:#}"))
    }

    /// The module itself.
    pub(super) fn core(&self) -> Vec<u8> {
        component_text(&self.text())
    }
}

/// A core module that is valid and no component.
pub fn core_module() -> Vec<u8> {
    Module::default().core()
}

/// WebAssembly of a text.
pub(super) fn component_text(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("a guest of ours does not parse: {error}"))
}

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The contract, read from its files.
fn contract() -> Result<(Resolve, WorldId), Error> {
    let mut resolve = Resolve::default();
    let main = UnresolvedPackageGroup::parse("flow.wit", include_str!("../../../../wit/flow.wit"))
        .map_err(|error| format!("{error:?}"))?;
    let deps = WIT
        .iter()
        .map(|(name, text)| {
            UnresolvedPackageGroup::parse(name, text).map_err(|error| format!("{error:?}"))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let package = resolve
        .push_groups(main, deps)
        .map_err(|error| format!("{error:?}"))?;
    let world = resolve.select_world(&[package], Some("plugin"))?;
    Ok((resolve, world))
}

fn encode(text: &str) -> Result<Vec<u8>, Error> {
    let mut module = wat::parse_str(text)?;
    let (resolve, world) = contract()?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)?;
    Ok(ComponentEncoder::default()
        .module(&module)?
        .validate(true)
        .encode()?)
}
