//! The component, section by section: its structure, its custom sections, the texts in it.

use std::collections::BTreeSet;

use jackfield_core::Limits;
use jackfield_core::manifest::LimitRequest;
use jackfield_packs::Import;
use jackfield_sandbox::{MOST_CORE_INSTANCES, MOST_MEMORIES, MOST_TABLE_ELEMENTS, MOST_TABLES};
use wasmparser::{BinaryReaderError, DataSectionReader, Instance, Parser, Payload};

use super::{in_component, sbom};
use crate::data::{self, Text};
use crate::finding::Findings;
use crate::statics::Sbom;

/// The functions of each capability in this contract.
const FUNCTIONS: [(&str, &[&str]); 6] = [
    ("jackfield:config/config@0.0.1", &["get"]),
    ("jackfield:http/http@0.0.1", &["read"]),
    ("jackfield:knowledge/knowledge@0.0.1", &["search"]),
    ("jackfield:log/log@0.0.1", &["write"]),
    (
        "jackfield:storage/storage@0.0.1",
        &["add", "delete", "get", "keys", "set"],
    ),
    ("jackfield:tables/tables@0.0.1", &["query"]),
];
/// The one export.
const CONTRACT: &str = "jackfield:flow/flow@0.0.1";
/// Custom sections that compilers and packers write.
const USUAL_SECTIONS: [&str; 17] = [
    "name",
    "producers",
    "target_features",
    "component-name",
    "dylink.0",
    "linking",
    "metadata.code.branch_hint",
    "build_id",
    "package-docs",
    "authors",
    "description",
    "homepage",
    "licenses",
    "revision",
    "source",
    "version",
    "registry-metadata",
];
/// Bytes of data that are judged by themselves.
const WINDOW: usize = 4096;
/// Bits per byte above which data looks encrypted or packed. Random bytes have 7.95 in such a window, code and text below 6.5.
const PACKED: f64 = 7.6;
/// Windows that may look so: tables for printing and reading numbers, which compilers put into many components, do.
const FEW: usize = 6;
/// Bytes of data that are looked at.
const MOST_DATA: usize = 32 << 20;

/// What was counted.
#[derive(Default)]
struct Structure {
    instances: usize,
    memories: usize,
    tables: usize,
    pages: u64,
    elements: u64,
    starts: usize,
    producers: bool,
    sbom: Option<Sbom>,
    data: Vec<u8>,
}

/// Looks at a component. Returns its list of parts.
pub(super) fn examine(
    component: &[u8],
    ask: Option<&LimitRequest>,
    declared: &BTreeSet<String>,
    findings: &mut Findings,
) -> Option<Sbom> {
    if let Ok(imports) = jackfield_packs::imports(component) {
        functions(&imports, findings);
    }
    for export in jackfield_packs::exports(component).unwrap_or_default() {
        if export.interface != CONTRACT {
            let message = format!("the component also exports `{}`", export.interface);
            findings.add("R03.3", in_component(), message);
        }
    }
    let mut structure = Structure::default();
    // What is not valid was refused; what can be read of it is still looked at.
    let _ = walk(component, &mut structure, findings);
    judge(&structure, ask, findings);
    packed(&structure.data, findings);
    let text = String::from_utf8_lossy(&structure.data);
    let text = Text {
        file: super::COMPONENT,
        text: &text,
        code: true,
    };
    data::examine(&text, declared, findings);
    paths(text.text, findings);
    if !structure.producers {
        findings.add(
            "R12.1",
            in_component(),
            "no custom section `producers` names the tools",
        );
    }
    if structure.sbom.is_none() {
        findings.add(
            "R12.2",
            in_component(),
            "the component carries no list of its parts",
        );
    }
    structure.sbom
}

fn functions(imports: &[Import], findings: &mut Findings) {
    for import in imports {
        let known = FUNCTIONS.iter().find(|(name, _)| *name == import.interface);
        let Some((_, known)) = known else { continue };
        for function in import
            .functions
            .iter()
            .filter(|f| !known.contains(&f.as_str()))
        {
            let message = format!("`{}` has no function `{function}`", import.interface);
            findings.add("R02.3", in_component(), message);
        }
    }
}

fn walk(
    component: &[u8],
    seen: &mut Structure,
    findings: &mut Findings,
) -> Result<(), BinaryReaderError> {
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::InstanceSection(section) => {
                for instance in section {
                    seen.instances +=
                        usize::from(matches!(instance?, Instance::Instantiate { .. }));
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    seen.memories += 1;
                    seen.pages = seen.pages.saturating_add(memory?.initial);
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    seen.tables += 1;
                    seen.elements = seen.elements.max(table?.ty.initial);
                }
            }
            Payload::StartSection { .. } => seen.starts += 1,
            Payload::DataSection(section) => collect(section, &mut seen.data)?,
            Payload::CustomSection(section) => {
                custom(section.name(), section.data(), seen, findings)
            }
            _ => {}
        }
    }
    Ok(())
}

fn collect(section: DataSectionReader<'_>, data: &mut Vec<u8>) -> Result<(), BinaryReaderError> {
    for segment in section {
        let bytes = segment?.data;
        let room = MOST_DATA.saturating_sub(data.len());
        data.extend(bytes.iter().take(room));
        // Segments do not stand next to each other.
        data.push(b'\n');
    }
    Ok(())
}

fn custom(name: &str, bytes: &[u8], seen: &mut Structure, findings: &mut Findings) {
    if sbom::is_one(name) {
        seen.sbom = seen
            .sbom
            .take()
            .or_else(|| sbom::read(name, bytes, findings));
    } else if name.starts_with(".debug_")
        || name == "sourceMappingURL"
        || name == "external_debug_info"
    {
        let message = format!("the section `{name}` has {} bytes", bytes.len());
        findings.add("R05.1", in_component(), message);
    } else if name == "producers" {
        seen.producers = true;
    } else if !USUAL_SECTIONS.contains(&name) && !name.starts_with("component-type") {
        let message = format!("the custom section `{name}` has {} bytes", bytes.len());
        findings.add("R05.2", in_component(), message);
    }
}

fn judge(seen: &Structure, ask: Option<&LimitRequest>, findings: &mut Findings) {
    let asked = ask.and_then(|ask| ask.memory_mib);
    let memory = asked.map_or(Limits::default().memory as u64, |mib| u64::from(mib) << 20);
    let bytes = seen.pages.saturating_mul(1 << 16);
    for (what, have, most) in [
        (
            "core instances",
            seen.instances as u64,
            u64::from(MOST_CORE_INSTANCES),
        ),
        ("memories", seen.memories as u64, u64::from(MOST_MEMORIES)),
        ("tables", seen.tables as u64, u64::from(MOST_TABLES)),
        (
            "elements in a table",
            seen.elements,
            MOST_TABLE_ELEMENTS as u64,
        ),
        ("bytes of memory at the start", bytes, memory),
    ] {
        if have > most {
            let message = format!("the component has {have} {what}; a step is given {most}");
            findings.add("R04.1", in_component(), message);
        }
    }
    if seen.starts > 0 {
        let message = format!("{} of its modules have a start function", seen.starts);
        findings.add("R04.2", in_component(), message);
    }
}

fn packed(data: &[u8], findings: &mut Findings) {
    let windows = data.chunks_exact(WINDOW);
    let packed = windows
        .filter(|window| data::entropy(window) > PACKED)
        .count();
    if packed > FEW {
        let message = format!(
            "{} bytes of its data look encrypted or packed",
            packed * WINDOW
        );
        findings.add("R04.3", in_component(), message);
    }
}

fn paths(text: &str, findings: &mut Findings) {
    for start in ["/home/", "/Users/", "/root/", "C:\\Users\\"] {
        if let Some(at) = text.find(start) {
            let path: String = text
                .get(at..)
                .unwrap_or_default()
                .chars()
                .take(60)
                .collect();
            findings.add("R05.3", in_component(), format!("the path `{path}…`"));
        }
    }
}
