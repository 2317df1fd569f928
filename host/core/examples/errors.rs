//! Prints docs/errors.md: `cargo run -p jackfield-core --example errors > docs/errors.md`.

use jackfield_core::ErrorCode;

/// Areas in the order of the page, with what stands in their heading.
const AREAS: [(&str, &str); 11] = [
    ("SBX", "Sandbox: components and their steps"),
    ("PCK", "Packs"),
    ("TRU", "Trust: keys and signatures of packs"),
    ("STO", "Store"),
    ("ENG", "Engine"),
    ("SRV", "Server"),
    ("LNG", "Language"),
    ("TRN", "Trainer"),
    ("RPL", "Replay"),
    ("RVW", "Reviews"),
    ("REG", "Registries: where packs come from"),
];

/// The whole page.
pub(crate) fn page() -> String {
    let mut page = String::from(
        "# Error codes\n\n\
         What users, packs and clients meet while the host runs carries one of these codes; codes are never reused. This page is made from\n\
         the table in `host/core/src/error.rs`: `cargo run -p jackfield-core --example errors > docs/errors.md`.\n",
    );
    for (area, heading) in AREAS {
        page +=
            &format!("\n## {heading}\n\n| code | what it means | what to do |\n|---|---|---|\n");
        let prefix = format!("JF-{area}-");
        let of_area = |code: &&ErrorCode| code.as_str().starts_with(&prefix);
        let mut codes: Vec<&ErrorCode> = ErrorCode::ALL.iter().filter(of_area).collect();
        codes.sort_by_key(|code| code.as_str());
        for code in codes {
            let (meaning, help) = (code.summary(), code.help());
            page += &format!("| `{code}` | {meaning} | {help} |\n");
        }
    }
    page
}

fn main() {
    print!("{}", page());
}
