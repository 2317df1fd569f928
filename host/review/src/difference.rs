//! What changed since the version before.

use jackfield_core::Limits;
use jackfield_core::manifest::{LimitRequest, Manifest};
use jackfield_packs::Pack;
use semver::Version;
use serde::Serialize;

use crate::dynamic;
use crate::finding::Findings;
use crate::options::Options;
use crate::report::Profile;

/// How much dearer a version may be before a person looks, percent.
const DEARER: u64 = 150;
/// How much larger.
const LARGER: usize = 150;
/// Fuel below which twice as much is still nothing.
const CHEAP: u64 = 100_000;

/// What changed since the version before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Difference {
    /// The version before.
    pub from: String,
    /// What is new in what the pack may do and reach, in words.
    pub added: Vec<String>,
    /// What it may no longer do.
    pub removed: Vec<String>,
    /// Limits that it asks for, before and now, in words.
    pub limits: Vec<String>,
    /// Median fuel of a step, before and now; absent when the plug-in was not run.
    pub fuel: Option<(u64, u64)>,
    /// Bytes of the component, before and now.
    pub component_bytes: (usize, usize),
}

/// Compares a pack with the version before.
pub(crate) fn compare(
    previous: &[u8],
    pack: &Pack,
    profile: &Profile,
    options: &Options,
    findings: &mut Findings,
) -> Option<Difference> {
    let before = match Pack::open(previous, &Limits::default()) {
        Ok(before) => before,
        Err(error) => {
            let first = error.problems().next().map(|problem| problem.what.clone());
            let message = format!(
                "the version before cannot be opened: {}",
                first.unwrap_or_default()
            );
            findings.add("R13.1", None, message);
            return None;
        }
    };
    let (old, new) = (&before.manifest, &pack.manifest);
    identity(old, new, findings);
    let (had, has) = (rights(&before), rights(pack));
    let only = |some: &[String], others: &[String]| -> Vec<String> {
        some.iter()
            .filter(|right| !others.contains(right))
            .cloned()
            .collect()
    };
    let (added, removed) = (only(&has, &had), only(&had, &has));
    for right in &added {
        findings.add("R13.2", None, format!("new: {right}"));
    }
    let limits = limits(&old.limits, &new.limits, findings);
    let changed = before
        .schemas()
        .iter()
        .any(|(flow, schema)| pack.schemas().get(flow).is_some_and(|now| now != schema));
    if (changed && old.pack.state_version == new.pack.state_version)
        || new.pack.state_version < old.pack.state_version
    {
        let message = format!(
            "states changed, and state-version went from {} to {}",
            old.pack.state_version, new.pack.state_version
        );
        findings.add("R13.5", None, message);
    }
    let fuel = run_before(&before, pack, profile, options, findings);
    let component_bytes = (before.component.len(), pack.component.len());
    if component_bytes.1 * 100 > component_bytes.0 * LARGER {
        let (before, now) = component_bytes;
        let message = format!("the component grew from {before} to {now} bytes");
        findings.add("R13.4", None, message);
    }
    Some(Difference {
        from: old.pack.version.clone(),
        added,
        removed,
        limits,
        fuel,
        component_bytes,
    })
}

fn identity(old: &Manifest, new: &Manifest, findings: &mut Findings) {
    if old.pack.id != new.pack.id {
        let message = format!("this is {}, and before it was {}", new.pack.id, old.pack.id);
        findings.add("R13.1", None, message);
    }
    let later = match (
        Version::parse(&old.pack.version),
        Version::parse(&new.pack.version),
    ) {
        (Ok(old), Ok(new)) => new > old,
        _ => false,
    };
    if !later {
        let (old, new) = (&old.pack.version, &new.pack.version);
        findings.add("R13.1", None, format!("{new} is not later than {old}"));
    }
}

/// Everything that a pack may do and reach, in words.
fn rights(pack: &Pack) -> Vec<String> {
    let capabilities = &pack.manifest.capabilities;
    let mut rights: Vec<String> = capabilities
        .interfaces()
        .into_iter()
        .map(|name| format!("capability {name}"))
        .collect();
    for import in &pack.imports {
        let interface = &import.interface;
        rights.extend(
            import
                .functions
                .iter()
                .map(|function| format!("import {function} of {interface}")),
        );
    }
    if let Some(http) = &capabilities.http {
        rights.extend(
            http.destinations
                .iter()
                .map(|to| format!("destination {to}")),
        );
        rights.extend(http.secrets.iter().map(|name| format!("secret {name}")));
    }
    if let Some(verify) = &capabilities.verify {
        rights.push(format!("verification up to {:?}", verify.level).to_lowercase());
    }
    for (name, flow) in &pack.manifest.flows {
        if flow.exported {
            rights.push(format!("flow {name} for other packs"));
        }
    }
    rights
}

fn limits(old: &LimitRequest, new: &LimitRequest, findings: &mut Findings) -> Vec<String> {
    let usual = Limits::default();
    let mib = (usual.memory >> 20) as u64;
    let time = u64::try_from(usual.guest_time.as_millis()).unwrap_or(u64::MAX);
    let limits = [
        (
            "memory-mib",
            old.memory_mib.map(u64::from),
            new.memory_mib.map(u64::from),
            mib,
        ),
        ("fuel", old.fuel, new.fuel, usual.fuel),
        (
            "guest-time-ms",
            old.guest_time_ms.map(u64::from),
            new.guest_time_ms.map(u64::from),
            time,
        ),
    ];
    let mut changed = Vec::new();
    for (name, old, new, usual) in limits {
        let (old, new) = (old.unwrap_or(usual), new.unwrap_or(usual));
        if new > old {
            findings.add("R13.3", None, format!("`{name}` goes from {old} to {new}"));
        }
        if new != old {
            changed.push(format!("{name}: {old} to {new}"));
        }
    }
    changed
}

/// Runs the version before with the same conversations, and moves its flows. Median fuel before and now.
fn run_before(
    before: &Pack,
    pack: &Pack,
    profile: &Profile,
    options: &Options,
    findings: &mut Findings,
) -> Option<(u64, u64)> {
    if options.static_only || profile.steps == 0 {
        return None;
    }
    let mut earlier = Profile::default();
    // What is wrong with the version before is not this review's matter.
    let states = dynamic::run(before, options, &mut earlier, &mut Findings::default());
    let from = before.manifest.pack.state_version;
    if from != pack.manifest.pack.state_version {
        dynamic::migrate(pack, &states, from, options, findings);
    }
    let (old, new) = (earlier.fuel.p50, profile.fuel.p50);
    if new > CHEAP && new > old.saturating_mul(DEARER) / 100 {
        let message = format!("a step takes {new} units of fuel, and took {old}");
        findings.add("R13.4", None, message);
    }
    (earlier.steps > 0).then_some((old, new))
}
