//! What a component need not have: functions that give back the memory of an answer. A step's instance answers
//! once and is thrown away with its whole memory, so they would be called for nothing.

use wasm_encoder::{ExportKind, ExportSection, Module, RawSection};
use wasmparser::{BinaryReaderError, ExternalKind, Parser, Payload};

/// How the canonical ABI names such a function: this, and the name of the function whose answer it gives back.
const PREFIX: &str = "cabi_post_";

/// The core module without these exports.
pub(super) fn leave_out(module: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
    let mut without = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::ExportSection(exports) = payload {
            let mut kept = ExportSection::new();
            for export in exports {
                let export = export?;
                if !export.name.starts_with(PREFIX) {
                    kept.export(export.name, kind(export.kind), export.index);
                }
            }
            without.section(&kept);
        } else if let Some((id, range)) = payload.as_section() {
            let range = range.start as usize..range.end as usize;
            let data = module.get(range).unwrap_or_default();
            without.section(&RawSection { id, data });
        }
    }
    Ok(without.finish())
}

const fn kind(kind: ExternalKind) -> ExportKind {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => ExportKind::Func,
        ExternalKind::Table => ExportKind::Table,
        ExternalKind::Memory => ExportKind::Memory,
        ExternalKind::Global => ExportKind::Global,
        ExternalKind::Tag => ExportKind::Tag,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_else_stays() {
        let module = |post: &str| {
            wat::parse_str(format!(
                r#"(module
                    (import "host" "call" (func $call (param i32)))
                    (memory (export "memory") 1)
                    (global $g (mut i32) (i32.const 7))
                    (func (export "handle") (call $call (global.get $g)))
                    (func {post} (param i32))
                    (data (i32.const 8) "kept")
                    (@custom "note" "kept too"))"#
            ))
            .unwrap()
        };
        let given = module(r#"(export "cabi_post_handle")"#);
        assert_eq!(leave_out(&given).unwrap(), module(""));
        assert!(leave_out(&given[..given.len() - 3]).is_err());
    }
}
