//! Reviews a pack: one call gives a report that a reviewer can sign.
//!
//! - The **static** part reads the archive, the component and every data file. What [`Pack::open`](jackfield_packs::Pack::open)
//!   refuses becomes a finding of the rule it breaks; what it lets through and a person should know becomes one too.
//! - The **dynamic** part runs the plug-in in the sandbox. Every capability is virtual: a world that answers from made-up data,
//!   fails when told to, and writes down what the plug-in sends. Archives carry no conversations today, so the ones that are held
//!   are generated: from the manifest (flows, slots), from the training examples, and from what each reply says it expects.
//! - Every finding belongs to a rule of [`RULES`]. An error fails the pack, a doubt asks for a person, a note has no effect.
//!
//! Everything in a pack is hostile. The dynamic part is bounded by steps and by time; findings are bounded per rule; nothing is
//! written to disk. The same archive gives the same report, and [`Report::digest`] is over everything in it but times.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod advisories;
mod data;
mod difference;
mod dynamic;
mod finding;
mod options;
mod report;
mod rule;
mod rules;
mod statics;

use jackfield_core::{Digest, Limits};
use jackfield_packs::Pack;

pub use advisories::{Advisories, AdvisoriesError, Held};
pub use difference::Difference;
pub use finding::{Finding, Place};
pub use options::Options;
pub use report::{Identity, Profile, Quantiles, Report, Verdict};
pub use rule::{GROUPS, Rule, Severity};
pub use rules::RULES;
pub use statics::{Part, Sbom};

use finding::Findings;

/// Reviews an archive. The bytes may come from anyone.
pub fn review(archive: &[u8], options: &Options) -> Report {
    let mut findings = Findings::default();
    let limits = Limits::default();
    let seen = statics::examine(archive, &limits, &mut findings);
    let mut profile = Profile {
        archive_bytes: archive.len(),
        component_bytes: seen.component.as_ref().map_or(0, Vec::len),
        files: seen.files,
        ..Profile::default()
    };
    if let (Some(pack), false) = (&seen.pack, options.static_only) {
        dynamic::run(pack, options, &mut profile, &mut findings);
    }
    let difference = match (&options.previous, &seen.pack) {
        (Some(previous), Some(pack)) => {
            difference::compare(previous, pack, &profile, options, &mut findings)
        }
        _ => None,
    };
    let held = options.advisories.as_ref().zip(seen.component.as_ref());
    let held = held.map(|(advisories, _)| {
        advisories.hold_against(seen.sbom.as_ref(), statics::in_component(), &mut findings)
    });
    let findings = findings.finish();
    Report {
        verdict: Verdict::of(&findings),
        reviewer: env!("CARGO_PKG_VERSION"),
        archive: Digest::of(archive),
        pack: seen.pack.as_ref().map(identity),
        static_only: options.static_only,
        findings,
        profile,
        sbom: seen.sbom,
        advisories: held,
        difference,
    }
}

fn identity(pack: &Pack) -> Identity {
    let info = &pack.manifest.pack;
    Identity {
        id: info.id.to_string(),
        version: info.version.clone(),
        publisher: info.publisher.clone(),
        component: Digest::of(&pack.component),
        imports: pack.imports.clone(),
    }
}
