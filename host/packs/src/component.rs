//! What a component imports and exports, and whether a pack may ship it.

use std::collections::BTreeSet;

use jackfield_core::manifest::{Capabilities, Manifest};
use jackfield_core::{ErrorCode, Limits};
use serde::Serialize;
use wasmparser::component_types::ComponentEntityType;
use wasmparser::types::Types;
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

use crate::PackError;
use crate::manifest::Document;
use crate::problem::{Problem, Report};

/// The contract of this host.
pub(crate) const CONTRACT: &str = "jackfield:flow/flow@0.0.1";
/// The functions of the contract.
const FUNCTIONS: [&str; 2] = ["handle", "migrate"];
/// Interfaces that have types only.
const TYPES: [&str; 2] = ["jackfield:types/values@0.0.1", "jackfield:types/web@0.0.1"];

/// What the sandbox runs: WebAssembly without threads, garbage collection, exceptions, 64-bit memories and relaxed SIMD.
const FEATURES: WasmFeatures = WasmFeatures::WASM2
    .union(WasmFeatures::COMPONENT_MODEL)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::TAIL_CALL);

/// An interface from which a component imports at least one function. Interfaces of which only types are
/// imported grant nothing and are not listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Import {
    /// The interface, for example `jackfield:tables/tables@0.0.1`.
    pub interface: String,
    /// The imported functions, sorted.
    pub functions: Vec<String>,
}

/// The imports of a component, sorted by interface.
///
/// # Errors
/// [`PackError`] when the bytes are not a valid component.
pub fn imports(component: &[u8]) -> Result<Vec<Import>, PackError> {
    let (imports, _) = interfaces(component)?;
    Ok(imports
        .into_iter()
        .filter(|import| !import.functions.is_empty())
        .collect())
}

/// The exports of a component with their functions, sorted by interface.
///
/// # Errors
/// [`PackError`] when the bytes are not a valid component.
pub fn exports(component: &[u8]) -> Result<Vec<Import>, PackError> {
    let (_, exports) = interfaces(component)?;
    Ok(exports)
}

/// Reports why a pack with this manifest may not ship the component. Returns what it imports.
pub(crate) fn check(
    component: &[u8],
    manifest: &Manifest,
    document: &Document,
    limits: &Limits,
    report: &mut Report,
) -> Vec<Import> {
    if component.len() > limits.component {
        let what = format!("the component has {} bytes", component.len());
        let why = format!("at most {} bytes are accepted", limits.component);
        let fix = "build for release with debug information stripped, and keep data in tables instead of code";
        report.error(Problem::new(ErrorCode::ComponentTooLarge, what, why, fix));
        return Vec::new();
    }
    let Some((mut imports, exports)) = report.keep(interfaces(component)) else {
        return Vec::new();
    };
    for import in &imports {
        if let Some(problem) = refused(import, manifest, document) {
            report.error(problem);
        }
    }
    let flow = exports.iter().find(|export| export.interface == CONTRACT);
    let complete = |export: &Import| {
        FUNCTIONS
            .iter()
            .all(|name| export.functions.iter().any(|have| have == name))
    };
    if !flow.is_some_and(complete) {
        let exported: Vec<String> = exports
            .iter()
            .map(|export| format!("`{}`", export.interface))
            .collect();
        let exported = if exported.is_empty() {
            "nothing".to_owned()
        } else {
            exported.join(", ")
        };
        let what = format!(
            "the component exports {exported}, and not `{CONTRACT}` with {}",
            FUNCTIONS.join(" and ")
        );
        let fix = "export the pack's flows with the SDK's macro, and use an SDK of this contract's version";
        report.error(Problem::new(
            ErrorCode::MissingExport,
            what,
            "the host talks to a pack through this interface",
            fix,
        ));
    }
    imports.retain(|import| !import.functions.is_empty());
    for name in manifest.capabilities.interfaces() {
        // Without the interface, `http` still covers the requests that are sent after the commit.
        if name != "http"
            && !imports
                .iter()
                .any(|import| capability(&import.interface) == Some(name))
        {
            let problem = Problem::new(
                ErrorCode::BadManifest,
                format!("`{name}` is requested, and the component does not import it"),
                "operators grant what is requested, so a pack requests what it needs and no more",
                format!("remove [capabilities.{name}]"),
            );
            report.warn(problem.at(document.key(&format!("/capabilities/{name}"))));
        }
    }
    imports
}

/// Why this import cannot be satisfied.
fn refused(import: &Import, manifest: &Manifest, document: &Document) -> Option<Problem> {
    let Import {
        interface,
        functions,
    } = import;
    if TYPES.contains(&interface.as_str()) && functions.is_empty() {
        return None;
    }
    if let Some(name) = capability(interface) {
        let granted = functions.is_empty() || manifest.capabilities.interfaces().contains(&name);
        return (!granted).then(|| {
            let problem = Problem::new(
                ErrorCode::UngrantedImport,
                format!("the component imports {} from `{interface}`, and the manifest does not request `{name}`", functions.join(", ")),
                "a pack may use only what its manifest requests and the operator grants",
                format!("add to pack.toml: [capabilities.{name}] purpose = \"…\", or stop calling it"),
            );
            problem.at(document.key("/capabilities"))
        });
    }
    let base = interface.split('@').next().unwrap_or_default();
    let same = provided()
        .into_iter()
        .find(|known| known.split('@').next() == Some(base));
    let fix = if let Some(have) = same {
        format!("this host has `{have}`; build with an SDK of that version")
    } else if interface.starts_with("wasi:") {
        "WASI is not available to packs: build for wasm32-unknown-unknown with the SDK, and drop what needs clocks, files, randomness or sockets".to_owned()
    } else {
        format!(
            "use only the capabilities {}",
            Capabilities::INTERFACES.join(", ")
        )
    };
    let what = format!("the component imports `{interface}`");
    Some(Problem::new(
        ErrorCode::UnknownImport,
        what,
        "this host has no such interface",
        fix,
    ))
}

/// The interfaces that this host gives to components.
pub(crate) fn provided() -> BTreeSet<String> {
    let capabilities = Capabilities::INTERFACES
        .iter()
        .map(|name| format!("jackfield:{name}/{name}@0.0.1"));
    capabilities.chain(TYPES.map(str::to_owned)).collect()
}

/// The interfaces that a component needs of a host: the contract by which it is called, and all that it imports.
pub(crate) fn needs(component: &[u8]) -> Result<BTreeSet<String>, Problem> {
    let (imports, exports) = interfaces(component)?;
    let contract = |export: &Import| export.interface.starts_with("jackfield:flow/flow@");
    let called = exports.into_iter().filter(contract);
    Ok(imports
        .into_iter()
        .chain(called)
        .map(|import| import.interface)
        .collect())
}

/// The capability that an interface is.
fn capability(interface: &str) -> Option<&'static str> {
    Capabilities::INTERFACES
        .into_iter()
        .find(|name| interface == format!("jackfield:{name}/{name}@0.0.1"))
}

/// Imports and exports of a component with their functions, sorted. An import or export that is no interface
/// is listed with itself as the function.
fn interfaces(component: &[u8]) -> Result<(Vec<Import>, Vec<Import>), Problem> {
    if component.starts_with(b"\0asm\x01\0\0\0") {
        let fix = "build it with `jackfield pack build`, which makes a component of it";
        return Err(Problem::new(
            ErrorCode::CoreModule,
            "this is a core module",
            "packs ship components, whose imports have types",
            fix,
        ));
    }
    let broken = |error: wasmparser::BinaryReaderError| {
        let what = format!(
            "the component is not valid: {} (at byte {})",
            error.message(),
            error.offset()
        );
        let fix = "build the pack again; if it was copied, compare the digests";
        Problem::new(
            ErrorCode::BadComponent,
            what,
            "only valid WebAssembly without experimental features is run",
            fix,
        )
    };
    let types = Validator::new_with_features(FEATURES)
        .validate_all(component)
        .map_err(broken)?;
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(broken)? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let name = import.map_err(broken)?.name.name;
                    let item = types.as_ref().component_item_for_import(name);
                    imports.push(interface(name, item.map(|item| item.ty), &types));
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let name = export.map_err(broken)?.name.name;
                    let item = types.as_ref().component_item_for_export(name);
                    exports.push(interface(name, item.map(|item| item.ty), &types));
                }
            }
            _ => {}
        }
    }
    imports.sort_by(|a: &Import, b: &Import| a.interface.cmp(&b.interface));
    exports.sort_by(|a: &Import, b: &Import| a.interface.cmp(&b.interface));
    Ok((imports, exports))
}

fn interface(name: &str, kind: Option<ComponentEntityType>, types: &Types) -> Import {
    let mut functions: Vec<String> = match kind {
        Some(ComponentEntityType::Instance(id)) => {
            let items = types
                .as_ref()
                .get(id)
                .into_iter()
                .flat_map(|instance| &instance.exports);
            // Whatever is not a type could be called or instantiated.
            items
                .filter(|(_, item)| !matches!(item.ty, ComponentEntityType::Type { .. }))
                .map(|(name, _)| name.clone())
                .collect()
        }
        _ => vec![name.to_owned()],
    };
    functions.sort();
    Import {
        interface: name.to_owned(),
        functions,
    }
}
