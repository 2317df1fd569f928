//! What a component imports and exports, held against what it may have.

use std::collections::BTreeSet;

use wasmtime::Engine;
use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;

use crate::adapter::{CONTRACTS, Contract, Offer};
use crate::error::LoadError;

/// A component that may be linked.
pub(crate) struct Fit {
    pub(crate) contract: &'static Contract,
    /// The capabilities it imports functions from; all are granted.
    pub(crate) offers: Vec<&'static Offer>,
}

/// Finds the contract by the exported interface, then checks each import from which functions are used.
/// Importing types only grants nothing and needs no grant.
pub(crate) fn inspect(
    engine: &Engine,
    component: &Component,
    grants: &BTreeSet<String>,
) -> Result<Fit, LoadError> {
    let types = component.component_type();
    let exports: Vec<&str> = types.exports(engine).map(|(name, _)| name).collect();
    let contract = CONTRACTS
        .iter()
        .rev()
        .find(|contract| exports.contains(&contract.exports));
    let mut offers = Vec::new();
    for (import, item) in types.imports(engine) {
        if !is_used(engine, &item.ty) {
            continue;
        }
        // Without a contract the imports are still worth naming: a component for WASI has neither.
        let mut known = contract
            .map_or(CONTRACTS, std::slice::from_ref)
            .iter()
            .flat_map(|contract| contract.offers);
        let Some(offer) = known.find(|offer| offer.interface == import) else {
            return Err(unknown(import, contract));
        };
        if !grants.contains(offer.capability) {
            return Err(LoadError::UngrantedImport {
                import: import.to_owned(),
                capability: offer.capability.to_owned(),
                manifest: manifest_lines(offer.capability),
                grantor: "the operator of this host",
            });
        }
        offers.push(offer);
    }
    let contract = contract.ok_or_else(|| LoadError::MissingExport {
        have: if exports.is_empty() {
            "nothing".to_owned()
        } else {
            quoted(&exports)
        },
        need: quoted(
            &CONTRACTS
                .iter()
                .map(|contract| contract.exports)
                .collect::<Vec<_>>(),
        ),
    })?;
    Ok(Fit { contract, offers })
}

fn is_used(engine: &Engine, item: &ComponentItem) -> bool {
    match item {
        ComponentItem::Type(_) => false,
        ComponentItem::ComponentInstance(instance) => instance
            .exports(engine)
            .any(|(_, export)| is_used(engine, &export.ty)),
        ComponentItem::ComponentFunc(_)
        | ComponentItem::CoreFunc(_)
        | ComponentItem::Module(_)
        | ComponentItem::Component(_)
        | ComponentItem::Resource(_) => true,
    }
}

fn unknown(import: &str, contract: Option<&'static Contract>) -> LoadError {
    let offered: Vec<&str> = contract
        .map_or(CONTRACTS, std::slice::from_ref)
        .iter()
        .flat_map(|c| c.offers)
        .map(|o| o.interface)
        .collect();
    let hint = if import.starts_with("wasi:") {
        "WASI is not available to packs: build for wasm32-unknown-unknown with the SDK, or stub WASI out"
    } else if import.starts_with("jackfield:") {
        "rebuild the pack with an SDK of this host's version"
    } else {
        "a pack can import the capabilities of this host and nothing else"
    };
    LoadError::UnknownImport {
        import: import.to_owned(),
        offered: quoted(&offered),
        hint,
    }
}

fn manifest_lines(capability: &str) -> String {
    let more = if capability == "http" {
        ", destinations = [\"…\"]"
    } else {
        ""
    };
    format!("[capabilities]\n{capability} = {{ purpose = \"…\"{more} }}")
}

fn quoted(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}
