//! From a directory to an archive.

mod cargo;
mod parts;
mod post_return;
mod python;
mod sources;
mod toolchain;

use std::collections::BTreeMap;
use std::path::Path;

use jackfield_core::manifest::Manifest;
use jackfield_core::{Digest, ErrorCode, Limits};
use jackfield_language::Training;
use wit_component::ComponentEncoder;

pub use sources::source_files;

use crate::archive::{self, COMPONENT, MANIFEST};
use crate::data::{Contents, Files};
use crate::manifest::{Document, named_paths};
use crate::problem::Report;
use crate::{Import, PackError, Place, Problem, component, manifest};

/// How to build.
pub struct BuildOptions<'a> {
    /// Bounds on component and pack.
    pub limits: Limits,
    /// Receives each line that cargo and the compiler print, while they work.
    pub progress: &'a mut dyn FnMut(&str),
}

/// A pack that was built.
#[derive(Debug)]
pub struct Built {
    /// The `.jfpack` archive.
    pub archive: Vec<u8>,
    /// SHA-256 of the archive.
    pub digest: Digest,
    /// The manifest, checked.
    pub manifest: Manifest,
    /// Size of the component in bytes.
    pub component_bytes: usize,
    /// What the component imports.
    pub imports: Vec<Import>,
    /// What is doubtful and yet allowed.
    pub warnings: Vec<Problem>,
}

/// Builds the pack in `dir`: manifest and data are checked first. A pack in Rust is compiled by cargo for `wasm32-unknown-unknown`, and
/// the module becomes a component that lists its parts; one in Python is made by componentize-py. Both become the archive.
///
/// # Errors
/// [`PackError`]: no toolchain, code that does not build, or a pack that does not pass its checks.
pub fn build(dir: &Path, options: BuildOptions<'_>) -> Result<Built, PackError> {
    // A mistake in the manifest should not cost a compilation first.
    let source = Source::read(dir)?;
    if python::is_one(dir) {
        let capabilities = &source.manifest.capabilities;
        let component = python::compile(dir, capabilities, options.progress)?;
        return source.assemble(&component, &options.limits);
    }
    toolchain::ensure_target(dir, options.progress);
    let compiled = cargo::compile(dir, options.progress)?;
    let mut component = componentise(&compiled.module)?;
    parts::list(&source.manifest.pack, &compiled.parts, &mut component);
    source.assemble(&component, &options.limits)
}

/// Makes the archive of the pack in `dir` around a component that is already built.
///
/// # Errors
/// [`PackError`] when the pack does not pass its checks.
pub fn assemble(dir: &Path, component: &[u8], limits: &Limits) -> Result<Built, PackError> {
    Source::read(dir)?.assemble(component, limits)
}

/// What the host would learn from the pack in `dir`: its examples, knowledge and names. Nothing is compiled.
///
/// # Errors
/// [`PackError`] when the manifest or a data file does not pass its checks.
pub fn read_training(dir: &Path) -> Result<Training, PackError> {
    Ok(read_source(dir)?.training)
}

/// What a pack's directory says, without its component.
#[derive(Debug)]
pub struct PackSource {
    /// The manifest, checked.
    pub manifest: Manifest,
    /// What the host would learn.
    pub training: Training,
    /// What is doubtful and yet allowed.
    pub warnings: Vec<Problem>,
}

/// Reads the pack in `dir`. Nothing is compiled.
///
/// # Errors
/// [`PackError`] when the manifest or a data file does not pass its checks.
pub fn read_source(dir: &Path) -> Result<PackSource, PackError> {
    let Source {
        manifest,
        training,
        warnings,
        ..
    } = Source::read(dir)?;
    Ok(PackSource {
        manifest,
        training,
        warnings,
    })
}

/// A pack's directory, without the component.
struct Source {
    text: String,
    manifest: Manifest,
    document: Document,
    files: Files,
    training: Training,
    warnings: Vec<Problem>,
}

impl Source {
    fn read(dir: &Path) -> Result<Self, PackError> {
        let path = dir.join(MANIFEST);
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let what = format!("{name} cannot be read: {error}");
            let fix = "give the directory of a pack, or write a pack.toml there";
            Problem::new(
                ErrorCode::BadManifest,
                what,
                "a pack is a directory with a pack.toml",
                fix,
            )
        })?;
        let mut report = Report::default();
        let Some((manifest, document)) = manifest::read(&text, MANIFEST, &mut report) else {
            report.finish()?;
            // Not reached: without a manifest there is a problem.
            return Err(
                Problem::new(ErrorCode::BadManifest, name, "it cannot be read", "mend it").into(),
            );
        };
        let mut files = Files::new();
        for path in named_paths(&manifest) {
            match read_inside(dir, &path) {
                Ok(content) => {
                    files.insert(path, content);
                }
                // Reported with the line that names it, together with the rest.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    let what = format!("`{path}` cannot be read: {error}");
                    let problem = Problem::new(
                        ErrorCode::MissingFile,
                        what,
                        "it belongs to the pack",
                        "make it a readable file inside the pack's directory",
                    );
                    report.error(problem.at(Place::new(&path, 1, 1)));
                    files.insert(path, Vec::new());
                }
            }
        }
        let contents = Contents::read(&manifest, &document, &files, &mut report);
        let warnings = report.finish()?;
        // There are contents whenever the report has no error.
        let training = contents
            .map(|contents| contents.training)
            .unwrap_or_default();
        Ok(Self {
            text,
            manifest,
            document,
            files,
            training,
            warnings,
        })
    }

    fn assemble(mut self, component: &[u8], limits: &Limits) -> Result<Built, PackError> {
        let mut report = Report::default();
        let imports = component::check(
            component,
            &self.manifest,
            &self.document,
            limits,
            &mut report,
        );
        self.warnings.extend(report.finish()?);
        let mut files: BTreeMap<&str, &[u8]> = self
            .files
            .iter()
            .map(|(path, content)| (path.as_str(), content.as_slice()))
            .collect();
        files.insert(MANIFEST, self.text.as_bytes());
        files.insert(COMPONENT, component);
        let total: usize = files.values().map(|content| content.len()).sum();
        if total > limits.pack {
            let what = format!("the files of the pack have {total} bytes together");
            let why = format!("at most {} bytes are accepted", limits.pack);
            return Err(Problem::new(
                ErrorCode::PackTooLarge,
                what,
                why,
                "ship less data, or ask the operator for a higher ceiling",
            )
            .into());
        }
        let archive = archive::write(&files).map_err(|error| {
            Problem::new(
                ErrorCode::BadArchive,
                format!("the archive cannot be written: {error}"),
                "a file does not fit a zip file",
                "rename or shorten it",
            )
        })?;
        let digest = Digest::of(&archive);
        let (manifest, warnings) = (self.manifest, self.warnings);
        Ok(Built {
            archive,
            digest,
            manifest,
            component_bytes: component.len(),
            imports,
            warnings,
        })
    }
}

/// Reads a file of the pack; links must not lead out of its directory, or a build would ship what it should not.
fn read_inside(dir: &Path, path: &str) -> std::io::Result<Vec<u8>> {
    let full = dir.join(path).canonicalize()?;
    if !full.starts_with(dir.canonicalize()?) {
        return Err(std::io::Error::other(
            "it is outside of the pack's directory",
        ));
    }
    std::fs::read(full)
}

fn componentise(module: &[u8]) -> Result<Vec<u8>, Problem> {
    let encoded = post_return::leave_out(module)
        .map_err(Into::into)
        .and_then(|module| {
            let mut encoder = ComponentEncoder::default();
            encoder.validate(true).module(&module)?;
            encoder.encode()
        });
    encoded.map_err(|error| {
        let what = format!("the module cannot become a component: {error:#}");
        let why =
            "the component's interfaces are read from what the SDK's macro puts into the module";
        Problem::new(
            ErrorCode::BuildFailed,
            what,
            why,
            "export the pack's flows with the SDK's macro, and use one version of the SDK",
        )
    })
}
