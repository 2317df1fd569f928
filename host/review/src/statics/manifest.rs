//! What the manifest asks for, and how it says so.

use std::collections::BTreeSet;
use std::net::IpAddr;

use jackfield_core::Limits;
use jackfield_core::manifest::Manifest;
use url::Url;

use crate::finding::{Findings, Place};

/// Letters of a purpose that says something.
const SHORTEST_PURPOSE: usize = 10;

/// The hosts of the declared destinations.
pub(super) fn destinations(manifest: &Manifest) -> BTreeSet<String> {
    let literal = manifest
        .capabilities
        .http
        .iter()
        .flat_map(|http| &http.destinations);
    let defaults = manifest
        .config
        .values()
        .filter_map(|key| key.default.as_ref());
    literal
        .chain(defaults)
        .filter_map(|address| Url::parse(address).ok())
        .filter_map(|url| url.host_str().map(str::to_ascii_lowercase))
        .collect()
}

pub(super) fn examine(manifest: &Manifest, findings: &mut Findings) {
    addresses(manifest, findings);
    purposes(manifest, findings);
    limits(manifest, findings);
    let info = &manifest.pack;
    for (what, missing) in [
        ("a licence", info.license.is_none()),
        ("a description", info.description.is_empty()),
    ] {
        if missing {
            let message = format!("[pack] names no {}", what.trim_start_matches("a "));
            findings.add("R12.4", place(), message);
        }
    }
}

fn addresses(manifest: &Manifest, findings: &mut Findings) {
    let Some(http) = &manifest.capabilities.http else {
        return;
    };
    for destination in &http.destinations {
        let key = manifest.config.get(destination);
        let address = match key {
            Some(key) => key.default.as_ref(),
            None => Some(destination),
        };
        let Some(url) = address.and_then(|address| Url::parse(address).ok()) else {
            continue;
        };
        // A default on this machine is for trying out, and an operator has to set another.
        if key.is_some() && is_this_machine(&url) {
            continue;
        }
        if let Some(problem) = doubtful(&url) {
            findings.add(
                "R06.4",
                place(),
                format!("the destination `{url}` {problem}"),
            );
        }
    }
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost" || ip(host).is_some_and(|ip| ip.is_loopback())
}

fn ip(host: &str) -> Option<IpAddr> {
    host.trim_matches(['[', ']']).parse().ok()
}

fn doubtful(url: &Url) -> Option<&'static str> {
    let host = url.host_str().unwrap_or_default();
    if ip(host).is_some() {
        Some("is an IP address")
    } else if url.scheme() != "https" {
        Some("is not reached by TLS")
    } else if !host.contains('.') || host.contains('*') {
        Some("is not a full host name")
    } else {
        None
    }
}

fn purposes(manifest: &Manifest, findings: &mut Findings) {
    let capabilities = &manifest.capabilities;
    let plain = [
        ("log", &capabilities.log),
        ("config", &capabilities.config),
        ("knowledge", &capabilities.knowledge),
        ("tables", &capabilities.tables),
        ("storage", &capabilities.storage),
    ];
    let plain = plain
        .into_iter()
        .filter_map(|(name, purpose)| Some((name, &purpose.as_ref()?.purpose)));
    let http = capabilities
        .http
        .as_ref()
        .map(|http| ("http", &http.purpose));
    let verify = capabilities
        .verify
        .as_ref()
        .map(|verify| ("verify", &verify.purpose));
    for (name, purpose) in plain.chain(http).chain(verify) {
        // A Chinese character says as much as half a word.
        let letters: usize = purpose
            .chars()
            .filter(|c| c.is_alphanumeric())
            .map(|c| if c.is_ascii() { 1 } else { 2 })
            .sum();
        if letters < SHORTEST_PURPOSE {
            findings.add(
                "R06.5",
                place(),
                format!("the purpose of `{name}` is only `{purpose}`"),
            );
        }
    }
}

fn limits(manifest: &Manifest, findings: &mut Findings) {
    let (asked, usual) = (&manifest.limits, Limits::default());
    let mib = (usual.memory >> 20) as u64;
    let time = u64::try_from(usual.guest_time.as_millis()).unwrap_or(u64::MAX);
    for (name, asked, usual) in [
        ("memory-mib", asked.memory_mib.map(u64::from), mib),
        ("fuel", asked.fuel, usual.fuel),
        ("guest-time-ms", asked.guest_time_ms.map(u64::from), time),
    ] {
        if let Some(asked) = asked.filter(|asked| *asked > usual) {
            let message = format!("`{name}` is {asked}, and {usual} by default");
            findings.add("R06.6", place(), message);
        }
    }
}

fn place() -> Option<Place> {
    Some(Place::file(super::MANIFEST))
}
