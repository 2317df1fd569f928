//! The packs that are measured.

use std::path::Path;

use anyhow::ensure;
use jackfield_core::ErrorCode;

/// The pack that most benchmarks measure.
pub(super) const TELECOM: &str = "plugins/telecom";

/// The archive that `option` names, or else the one built from a directory of Jackfield's own source.
pub(super) fn archive(given: Option<&Path>, source: &str, option: &str) -> anyhow::Result<Vec<u8>> {
    if let Some(file) = given {
        return crate::pack::sign::archive(file);
    }
    let source = Path::new(source);
    ensure!(
        source.join("pack.toml").is_file(),
        "{}: {} is not here to be built, because this is not the directory of Jackfield's source; name an archive with {option} FILE.jfpack",
        ErrorCode::NoPack,
        source.display()
    );
    Ok(crate::pack::build(source)?.archive)
}
