//! Components that a pack may and may not ship.

use jackfield_core::{ErrorCode, Limits};

use crate::samples as sample;
use crate::{Import, Pack, PackError, imports};

fn open(component: &[u8]) -> Result<Pack, PackError> {
    Pack::open(&sample::with("plugin.wasm", component), &Limits::default())
}

fn refusal(component: &[u8]) -> (ErrorCode, String) {
    let error = open(component).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn only_interfaces_with_functions_are_imports() {
    let tables = Import {
        interface: "jackfield:tables/tables@0.0.1".to_owned(),
        functions: vec!["query".to_owned()],
    };
    let tables = [tables];
    assert_eq!(imports(&sample::plugin()).unwrap(), tables);
    assert_eq!(open(&sample::plugin()).unwrap().imports, tables);
}

#[test]
fn an_import_that_the_manifest_does_not_request_is_refused_with_the_lines_to_add() {
    let component = sample::component(&[("jackfield:storage/storage@0.0.1", "get")]);
    let (code, text) = refusal(&component);
    assert_eq!(code, ErrorCode::UngrantedImport);
    assert_eq!(
        text,
        "pack.toml:18:2: JF-SBX-003: the component imports get from `jackfield:storage/storage@0.0.1`, and the manifest does not request `storage`\n  \
           why: a pack may use only what its manifest requests and the operator grants\n  \
           fix: add to pack.toml: [capabilities.storage] purpose = \"…\", or stop calling it"
    );
}

#[test]
fn types_of_a_capability_that_is_not_requested_are_no_use_of_it() {
    assert!(
        open(&sample::component(&[(
            "jackfield:storage/storage@0.0.1",
            ""
        )]))
        .is_ok()
    );
}

#[test]
fn what_the_host_does_not_have_is_refused() {
    let wasi = refusal(&sample::component(&[(
        "wasi:clocks/wall-clock@0.2.0",
        "now",
    )]));
    assert_eq!(wasi.0, ErrorCode::UnknownImport);
    assert!(
        wasi.1.contains("WASI is not available to packs"),
        "{}",
        wasi.1
    );

    let newer = refusal(&sample::component(&[(
        "jackfield:tables/tables@0.0.2",
        "query",
    )]));
    assert_eq!(newer.0, ErrorCode::UnknownImport);
    assert!(
        newer
            .1
            .contains("this host has `jackfield:tables/tables@0.0.1`"),
        "{}",
        newer.1
    );

    let function = wat::parse_str("(component (import \"do-it\" (func)))").unwrap();
    assert_eq!(refusal(&function).0, ErrorCode::UnknownImport);
}

#[test]
fn a_component_must_export_the_contract() {
    let (code, text) = refusal(&wat::parse_str("(component)").unwrap());
    assert_eq!(code, ErrorCode::MissingExport);
    assert!(text.contains("the component exports nothing, and not `jackfield:flow/flow@0.0.1` with handle and migrate"), "{text}");

    let half = r#"(component
        (core module $m (func (export "f")))
        (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f")))
        (instance $flow (export "handle" (func $f)))
        (export "jackfield:flow/flow@0.0.1" (instance $flow)))"#;
    assert_eq!(
        refusal(&wat::parse_str(half).unwrap()).0,
        ErrorCode::MissingExport
    );
}

#[test]
fn what_is_no_component_is_told_apart() {
    let module = wat::parse_str("(module (func (export \"handle\")))").unwrap();
    assert_eq!(refusal(&module).0, ErrorCode::CoreModule);
    assert_eq!(refusal(b"hello").0, ErrorCode::BadComponent);
    let plugin = sample::plugin();
    assert_eq!(
        refusal(&plugin[..plugin.len() - 1]).0,
        ErrorCode::BadComponent
    );
}

#[test]
fn features_that_the_sandbox_does_not_run_are_refused_before_it_compiles() {
    for (feature, module) in [
        ("64-bit memory", "(memory i64 1)"),
        ("threads", "(memory 1 1 shared)"),
        (
            "relaxed SIMD",
            "(func (result v128) v128.const i64x2 0 0 v128.const i64x2 0 0 i8x16.relaxed_swizzle)",
        ),
        ("garbage collection", "(type (struct))"),
    ] {
        let text = format!("(component (core module {module}))");
        let (code, text) = refusal(&wat::parse_str(text).unwrap());
        assert_eq!(code, ErrorCode::BadComponent, "{feature}: {text}");
    }
}

#[test]
fn a_component_has_a_limit_of_its_own() {
    let limits = Limits {
        component: 100,
        ..Limits::default()
    };
    let error = Pack::open(&sample::archive(&sample::entries()), &limits).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ComponentTooLarge);
}

#[test]
fn requesting_what_is_not_imported_is_a_warning_except_for_requests_over_http() {
    let pack = open(&sample::component(&[])).unwrap();
    let warnings: Vec<_> = pack
        .warnings
        .iter()
        .map(|warning| warning.what.as_str())
        .collect();
    assert_eq!(
        warnings,
        ["`tables` is requested, and the component does not import it"]
    );
}
