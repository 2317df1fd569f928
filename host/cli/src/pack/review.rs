//! `jackfield pack review`.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, bail};
use askama::Template as _;
use jackfield_packs::trust::{Role, SigningKey};
use jackfield_review::{
    Advisories, Finding, GROUPS, Options, RULES, Report, Rule, Severity, Verdict,
};
use jackfield_sandbox::Compiler;

use super::{overwrite, sign};
use crate::keys;

/// Exit codes: 0 pass, or signed; 1 fail.
const PERSON: u8 = 3;
const UNUSABLE: u8 = 2;
/// The rule about known weaknesses.
const ADVISORIES: &str = "R12.5";

/// What to review, and how to tell.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The archive
    file: PathBuf,
    /// The archive of the version before: tells what changed
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
    /// Known weaknesses to hold the parts of the component against: a file of OSV advisories, or a directory of them
    #[arg(long, value_name = "PATH")]
    advisories: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    /// Write the report as a page that stands by itself
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Do not run the plug-in
    #[arg(long, conflicts_with = "sign")]
    static_only: bool,
    /// Sign the archive as a reviewer with this secret key, unless the verdict is `fail`. The report that the signature
    /// names is written to FILE.review.json
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
    /// With --sign: you have looked at the doubts, and sign all the same; then the exit code is 0
    #[arg(long, requires = "sign")]
    accept_doubts: bool,
}

/// Reviews, and tells by the exit code.
pub(crate) fn main(args: &Args) -> ExitCode {
    match review(args) {
        Ok(Verdict::Pass) => ExitCode::SUCCESS,
        Ok(Verdict::Fail) => ExitCode::FAILURE,
        // Whoever signed is the person who looked.
        Ok(Verdict::Person) if args.sign.is_some() => ExitCode::SUCCESS,
        Ok(Verdict::Person) => ExitCode::from(PERSON),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(UNUSABLE)
        }
    }
}

fn review(args: &Args) -> anyhow::Result<Verdict> {
    let archive = read(&args.file)?;
    let key = args.sign.as_deref().map(keys::signing_key).transpose()?;
    if let Some(key) = &key {
        // Said before the minute that a review takes.
        sign::may_sign(&args.file, &archive, key, Role::Reviewer)?;
    }
    if let Some(page) = &args.html {
        let archives = [Some(&args.file), args.previous.as_ref()];
        overwrite::no_archive(page, archives.into_iter().flatten())?;
    }
    let mut options = Options::new(Compiler::Child {
        exe: std::env::current_exe().context("this program does not know where it is")?,
        args: vec!["compile-guest".into()],
    });
    options.previous = args.previous.as_deref().map(read).transpose()?;
    options.advisories = args
        .advisories
        .as_deref()
        .map(Advisories::read)
        .transpose()?;
    options.static_only = args.static_only;
    if !args.json && !args.static_only {
        eprintln!(
            "   compiling the component and holding conversations; this takes up to a minute"
        );
    }
    let began = Instant::now();
    let report = jackfield_review::review(&archive, &options);
    let seconds = began.elapsed().as_secs_f64();
    if let Some(path) = &args.html {
        let page = page(&report, &args.file)?;
        std::fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let text = match args.json {
        true => serde_json::to_string(&report)? + "\n",
        false => summary(&report, &args.file, seconds),
    };
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever closed the pipe has the exit code.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        // A report that is not there must not pass.
        written => written.context("cannot write the report")?,
    }
    if let Some(key) = &key {
        countersign(args, &archive, &report, key)?;
    }
    Ok(report.verdict)
}

/// Makes the report a signature that hosts can require.
fn countersign(
    args: &Args,
    archive: &[u8],
    report: &Report,
    key: &SigningKey,
) -> anyhow::Result<()> {
    let refused = match report.verdict {
        Verdict::Fail => Some("the verdict is `fail`"),
        Verdict::Person if !args.accept_doubts => {
            Some("there are doubts; look at them, then add --accept-doubts")
        }
        _ if !report.profile.complete => Some("the pack was not looked at to the end"),
        _ => None,
    };
    if let Some(why) = refused {
        bail!("not signed: {why}");
    }
    let path = args.file.with_added_extension("review.json");
    std::fs::write(&path, report.canonical())
        .with_context(|| format!("cannot write {}", path.display()))?;
    let digest = Some(report.digest());
    let made = sign::add(&args.file, archive, key, Role::Reviewer, digest)?;
    eprintln!(
        "{made} signed by the reviewer {}; the report is {}",
        key.public()?.id(),
        path.display()
    );
    Ok(())
}

/// Reads an archive, though not more than one may have: what is larger is refused by its size alone.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    use std::io::Read as _;
    let most = jackfield_core::Limits::default().pack as u64 + 1;
    let mut archive = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut archive))
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(archive)
}

/// What a verdict means.
fn words(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Pass if report.static_only => {
            "no rule is broken, as far as can be seen without running the plug-in"
        }
        Verdict::Pass => "no rule is broken",
        Verdict::Fail => "the pack must be mended",
        Verdict::Person => "a person has to look at the doubts",
    }
}

fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

fn summary(report: &Report, file: &Path, seconds: f64) -> String {
    let mut out = format!("{}\n", title(report, file));
    let profile = &report.profile;
    out += &format!(
        "  verdict    {}: {}\n",
        report.verdict.name(),
        words(report)
    );
    for severity in [Severity::Error, Severity::Doubt, Severity::Note] {
        let mut before = "";
        for finding in report
            .findings
            .iter()
            .filter(|finding| finding.severity == severity)
        {
            if finding.rule != before {
                let title = rule(finding.rule).map_or("", |rule| rule.title);
                out += &format!("  {:<5} {:<7} {title}\n", severity.name(), finding.rule);
                before = finding.rule;
            }
            let place = finding.place.as_ref().map(|place| format!("{place}: "));
            out += &format!("        {}{}\n", place.unwrap_or_default(), finding.message);
        }
        let rules = report
            .findings
            .iter()
            .filter(|finding| finding.severity == severity);
        let mut rules: Vec<&Rule> = rules.filter_map(|finding| rule(finding.rule)).collect();
        rules.dedup_by_key(|rule| rule.id);
        if severity != Severity::Note {
            for rule in rules {
                out += &format!("        what to do about {}: {}\n", rule.id, rule.fix);
            }
        }
    }
    out += &format!(
        "  sizes      archive {} bytes, component {}, {} files\n",
        profile.archive_bytes, profile.component_bytes, profile.files
    );
    if profile.steps > 0 {
        out += &format!(
            "  ran        {} conversations, {} steps{}; {} of {} labels seen\n",
            profile.conversations,
            profile.steps,
            if profile.complete {
                ""
            } else {
                ", then gave up"
            },
            profile.labels.0,
            profile.labels.1
        );
        out += &format!(
            "  a step     fuel p50 {}, p99 {}, most {}; memory at most {} KiB; host calls at most {}; log at most {} bytes\n",
            profile.fuel.p50,
            profile.fuel.p99,
            profile.fuel.max,
            profile.peak_memory / 1024,
            profile.host_calls.max,
            profile.log_bytes.max
        );
    }
    if let Some(sbom) = &report.sbom {
        let (count, form) = (sbom.parts.len(), sbom.format);
        out += &format!("  parts      {count} in {form} form; {}\n", held(report));
    } else if report.advisories.is_some() {
        out += &format!("  parts      no list of them; {}\n", held(report));
    }
    if let Some(difference) = &report.difference {
        out += &format!("  since {}\n", difference.from);
        for (sign, lines) in [
            ("+", &difference.added),
            ("-", &difference.removed),
            ("~", &difference.limits),
        ] {
            lines
                .iter()
                .for_each(|line| out += &format!("        {sign} {line}\n"));
        }
    }
    out += &format!("  report     sha256 {} ({seconds:.1} s)\n", report.digest());
    out
}

/// What the parts were held against.
fn held(report: &Report) -> String {
    let parts = report.sbom.as_ref().map_or(0, |sbom| sbom.parts.len());
    match &report.advisories {
        None => "not held against advisories (--advisories)".to_owned(),
        Some(held) if held.unknown == parts => {
            format!(
                "nothing could be held against {} advisories",
                held.advisories
            )
        }
        Some(held) if held.unknown == 0 => format!("held against {} advisories", held.advisories),
        Some(held) => format!(
            "held against {} advisories, but for {} of which the list does not say where they come from",
            held.advisories, held.unknown
        ),
    }
}

fn title(report: &Report, file: &Path) -> String {
    match &report.pack {
        Some(pack) => format!("{} {} of {}", pack.id, pack.version, pack.publisher),
        None => file.display().to_string(),
    }
}

#[derive(askama::Template)]
#[template(path = "review.html")]
struct Page<'a> {
    report: &'a Report,
    title: String,
    file: String,
    words: &'static str,
    digest: String,
    held: String,
    found: Vec<Kept<'a>>,
    groups: Vec<Group<'a>>,
}

impl Page<'_> {
    /// Whether the review looked at what the rule is about.
    fn looked_at(&self, rule: &Rule) -> bool {
        let Report {
            pack,
            profile,
            difference,
            ..
        } = self.report;
        match rule.group {
            _ if rule.id == ADVISORIES => self.report.advisories.is_some(),
            1 => true,
            7..=11 => pack.is_some() && profile.complete,
            13 => difference.is_some(),
            _ => pack.is_some(),
        }
    }
}

/// One group of rules, with what was found.
struct Group<'a> {
    number: usize,
    name: &'static str,
    rules: Vec<Kept<'a>>,
}

/// One rule, and what was found.
struct Kept<'a> {
    rule: &'static Rule,
    findings: Vec<&'a Finding>,
}

/// A page about a report that stands by itself: no scripts, nothing from elsewhere.
fn page(report: &Report, file: &Path) -> askama::Result<String> {
    let kept = |rule: &'static Rule| {
        let findings = report.findings.iter();
        Kept {
            rule,
            findings: findings.filter(|finding| finding.rule == rule.id).collect(),
        }
    };
    let of = |number: usize| {
        RULES
            .iter()
            .filter(move |rule| usize::from(rule.group) == number)
    };
    let groups = GROUPS.into_iter().zip(1..).map(|(name, number)| Group {
        number,
        name,
        rules: of(number).map(kept).collect(),
    });
    let mut found: Vec<Kept<'_>> = RULES
        .iter()
        .map(kept)
        .filter(|kept| !kept.findings.is_empty())
        .collect();
    found.sort_by_key(|kept| std::cmp::Reverse(kept.rule.severity));
    Page {
        report,
        title: title(report, file),
        file: file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        words: words(report),
        digest: report.digest().to_string(),
        held: held(report),
        groups: groups.collect(),
        found,
    }
    .render()
}
