//! What a schema cannot say: rules across the parts of a manifest.

use std::collections::{BTreeMap, BTreeSet};

use jackfield_core::Limits;
use jackfield_core::manifest::{ConfigKey, Manifest};
use url::Url;

use super::document::{Document, bad};
use super::{locale, named_files, nearest};
use crate::archive::{COMPONENT, MANIFEST};
use crate::problem::Report;

/// Entity kinds that the host recognises by itself, and `text`, which takes everything.
const HOST_KINDS: &[&str] = &[
    "text",
    "phone",
    "amount",
    "date",
    "data-volume",
    "minutes",
    "number",
    "percentage",
    "code",
    "yes-no",
];

/// Reports whatever in `manifest` makes no sense.
pub(super) fn check(manifest: &Manifest, document: &Document, report: &mut Report) {
    let rules = [
        version,
        locales,
        texts,
        intents,
        slots,
        config,
        destinations,
        tables,
        limits,
        catalogues,
        files,
    ];
    for rule in rules {
        rule(manifest, document, report);
    }
}

fn version(manifest: &Manifest, document: &Document, report: &mut Report) {
    if let Err(error) = semver::Version::parse(&manifest.pack.version) {
        let what = format!(
            "`{}` is not a semantic version: {error}",
            manifest.pack.version
        );
        let why = "upgrades and rollbacks need versions that can be compared";
        report.error(
            bad(what, why, "write three numbers like 1.4.0").at(document.value("/pack/version")),
        );
    }
}

fn locales(manifest: &Manifest, document: &Document, report: &mut Report) {
    for (i, text) in manifest.pack.locales.iter().enumerate() {
        let why =
            "locales are compared letter by letter, so each is written in its one normal form";
        let (what, fix) = match locale::canonical(text) {
            Some(canonical) if canonical == *text => continue,
            Some(canonical) => (
                format!("`{text}` is not in normal form"),
                format!("write \"{canonical}\""),
            ),
            None => (
                format!("`{text}` is not a known locale"),
                "write a BCP 47 tag like \"zh-CN\" or \"en\"".to_owned(),
            ),
        };
        report.error(bad(what, why, fix).at(document.value(&format!("/pack/locales/{i}"))));
    }
}

/// The locales of the pack in normal form: one that is written otherwise was reported, and once is enough.
fn spoken(manifest: &Manifest) -> Vec<String> {
    let locales = manifest.pack.locales.iter();
    locales
        .map(|text| locale::canonical(text).unwrap_or_else(|| text.clone()))
        .collect()
}

/// Names, descriptions and titles: the fallback locale must be there, and no locale that the pack does not speak.
fn texts(manifest: &Manifest, document: &Document, report: &mut Report) {
    let mut places = vec![("/pack/name".to_owned(), &manifest.pack.name)];
    if !manifest.pack.description.is_empty() {
        places.push(("/pack/description".to_owned(), &manifest.pack.description));
    }
    places.extend(
        manifest
            .flows
            .iter()
            .map(|(name, flow)| (format!("/flows/{name}/title"), &flow.title)),
    );
    let spoken = spoken(manifest);
    let Some(fallback) = spoken.first() else {
        return;
    };
    for (pointer, texts) in places {
        for locale in texts.keys().filter(|locale| !spoken.contains(locale)) {
            report.error(
                not_spoken(manifest, locale).at(document.key(&format!("{pointer}/{locale}"))),
            );
        }
        for missing in spoken.iter().filter(|locale| !texts.contains_key(*locale)) {
            let problem = bad(
                format!("there is no text for `{missing}`"),
                format!("people see these texts; `{fallback}` stands in for what is missing"),
                format!("add `{missing} = \"…\"`"),
            );
            let problem = problem.at(document.key(&pointer));
            if missing == fallback {
                report.error(problem)
            } else {
                report.warn(problem)
            }
        }
    }
}

fn not_spoken(manifest: &Manifest, locale: &str) -> crate::Problem {
    let spoken: Vec<&str> = manifest.pack.locales.iter().map(String::as_str).collect();
    let fix = match nearest(locale, &spoken) {
        Some(meant) => format!("write `{meant}`, or add `{locale}` to the locales of [pack]"),
        None => format!("add `{locale}` to the locales of [pack], or remove this"),
    };
    bad(
        format!("the pack does not speak `{locale}`"),
        "the locales of [pack] are all that is used",
        fix,
    )
}

fn intents(manifest: &Manifest, document: &Document, report: &mut Report) {
    let mut owners = BTreeMap::new();
    for (flow, spec) in &manifest.flows {
        for (i, intent) in spec.intents.iter().enumerate() {
            let Some(owner) = owners.insert(intent, flow).filter(|owner| *owner != flow) else {
                continue;
            };
            let problem = bad(
                format!("the intent `{intent}` starts `{owner}` and `{flow}`"),
                "an intent can start one flow only",
                "give each flow intents of its own",
            );
            report.error(problem.at(document.value(&format!("/flows/{flow}/intents/{i}"))));
        }
    }
}

fn slots(manifest: &Manifest, document: &Document, report: &mut Report) {
    for (flow, spec) in &manifest.flows {
        for (slot, spec) in &spec.slots {
            let kind = spec.kind.as_str();
            if HOST_KINDS.contains(&kind) || manifest.language.gazetteers.contains_key(kind) {
                continue;
            }
            let known: Vec<&str> = HOST_KINDS
                .iter()
                .copied()
                .chain(manifest.language.gazetteers.keys().map(String::as_str))
                .collect();
            let fix = match nearest(kind, &known) {
                Some(meant) => format!("write \"{meant}\""),
                None => "add a gazetteer of this kind under [language.gazetteers], or fill the slot in the flow".to_owned(),
            };
            let problem = bad(
                format!("nothing recognises the kind `{kind}`"),
                "the host will never fill this slot",
                fix,
            );
            report.warn(problem.at(document.value(&format!("/flows/{flow}/slots/{slot}/kind"))));
        }
    }
}

fn config(manifest: &Manifest, document: &Document, report: &mut Report) {
    for (key, spec) in &manifest.config {
        let Some(default) = spec
            .default
            .as_deref()
            .filter(|default| !fits(spec, default))
        else {
            continue;
        };
        let problem = bad(
            format!("the default \"{default}\" is not of kind `{}`", spec.kind),
            "the default is read like any other value of the setting",
            "write a default of that kind, or remove it",
        );
        report.error(problem.at(document.value(&format!("/config/{key}/default"))));
    }
}

fn fits(key: &ConfigKey, text: &str) -> bool {
    match key.kind.as_str() {
        "url" => Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host()),
        _ => key.parse(text).is_some(),
    }
}

fn destinations(manifest: &Manifest, document: &Document, report: &mut Report) {
    let Some(http) = &manifest.capabilities.http else {
        return;
    };
    for (i, destination) in http.destinations.iter().enumerate() {
        let fix = match manifest.config.get(destination) {
            Some(key) if key.kind == "url" => continue,
            Some(key) => format!("the setting is of kind `{}`; make it `url`", key.kind),
            None if is_plain_https(destination) => continue,
            None => {
                let keys: Vec<&str> = manifest.config.keys().map(String::as_str).collect();
                match nearest(destination, &keys) {
                    Some(key) => format!("write \"{key}\""),
                    None => format!(
                        "add [config.{destination}] with kind = \"url\", or write an address like https://api.example.com"
                    ),
                }
            }
        };
        let problem = bad(
            format!("`{destination}` is no destination"),
            "a destination is a config key of kind `url`, or an https address without user, query and fragment",
            fix,
        );
        report.error(problem.at(document.value(&format!("/capabilities/http/destinations/{i}"))));
    }
}

fn is_plain_https(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let plain = url.username().is_empty() && url.password().is_none();
        url.scheme() == "https"
            && url.has_host()
            && plain
            && url.query().is_none()
            && url.fragment().is_none()
    })
}

fn tables(manifest: &Manifest, document: &Document, report: &mut Report) {
    for (name, table) in &manifest.tables {
        for (i, column) in table.indexed.iter().enumerate() {
            if table.columns.contains_key(column) {
                continue;
            }
            let columns: Vec<&str> = table.columns.keys().map(String::as_str).collect();
            let fix = match nearest(column, &columns) {
                Some(meant) => format!("write \"{meant}\""),
                None => format!("add `{column}` to [tables.{name}.columns], or remove it here"),
            };
            let problem = bad(
                format!("`{column}` is no column of `{name}`"),
                "only columns can be indexed",
                fix,
            );
            report.error(problem.at(document.value(&format!("/tables/{name}/indexed/{i}"))));
        }
    }
    if manifest.capabilities.tables.is_none() && !manifest.tables.is_empty() {
        let problem = bad(
            "the pack has tables and does not request the capability to query them",
            "the component cannot reach its tables",
            "add [capabilities.tables] with a purpose",
        );
        report.warn(problem.at(document.key("/tables")));
    }
}

fn limits(manifest: &Manifest, document: &Document, report: &mut Report) {
    let ceiling = Limits::ceiling();
    let asked = &manifest.limits;
    let pairs = [
        (
            "memory-mib",
            asked.memory_mib.map(u64::from),
            (ceiling.memory >> 20) as u64,
        ),
        ("fuel", asked.fuel, ceiling.fuel),
        (
            "guest-time-ms",
            asked.guest_time_ms.map(u64::from),
            ceiling.guest_time.as_millis() as u64,
        ),
    ];
    for (key, asked, ceiling) in pairs {
        if let Some(asked) = asked.filter(|asked| *asked > ceiling) {
            let problem = bad(
                format!("`{key}` asks for {asked}"),
                format!("the host gives at most {ceiling} to a step"),
                format!("write {ceiling} or less, and make the step cheaper"),
            );
            report.error(problem.at(document.value(&format!("/limits/{key}"))));
        }
    }
}

fn catalogues(manifest: &Manifest, document: &Document, report: &mut Report) {
    let catalogues = &manifest.language.catalogues;
    let spoken = spoken(manifest);
    for locale in catalogues.keys().filter(|locale| !spoken.contains(locale)) {
        report.error(
            not_spoken(manifest, locale)
                .at(document.key(&format!("/language/catalogues/{locale}"))),
        );
    }
    for (i, locale) in spoken.iter().enumerate() {
        if catalogues.get(locale).is_none_or(Vec::is_empty) {
            let problem = bad(
                format!("`{locale}` has no catalogue"),
                "the pack's messages are looked up in the catalogue of the contact's locale",
                format!("add `{locale} = [\"locales/{locale}.ftl\"]` to [language.catalogues]"),
            );
            report.error(problem.at(document.value(&format!("/pack/locales/{i}"))));
        }
    }
}

/// Files must be different on file systems that do not tell upper from lower case, and leave the archive's own
/// names alone.
fn files(manifest: &Manifest, document: &Document, report: &mut Report) {
    let mut folded: BTreeMap<String, String> = BTreeMap::new();
    let reserved: BTreeSet<&str> = [MANIFEST, COMPONENT].into();
    for file in named_files(manifest) {
        let lower = file.path.to_ascii_lowercase();
        if reserved.contains(lower.as_str()) {
            let what = format!("`{}` is a name of the archive itself", file.path);
            let problem = bad(
                what,
                format!("{MANIFEST} and {COMPONENT} are put there by the build"),
                "name the file otherwise",
            );
            report.error(problem.at(document.value(&file.pointer)));
        }
        let other = folded.entry(lower).or_insert_with(|| file.path.clone());
        if *other != file.path {
            let what = format!(
                "`{}` and `{other}` differ only in upper and lower case",
                file.path
            );
            let problem = bad(
                what,
                "on some computers they are one file",
                "rename one of them",
            );
            report.error(problem.at(document.value(&file.pointer)));
        }
    }
}
