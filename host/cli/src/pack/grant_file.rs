//! Files of grants: read, and held against the pack that they are used for.

use std::path::Path;

use anyhow::{anyhow, ensure};
use jackfield_core::ErrorCode;
use jackfield_packs::GrantFile;

/// Refuses grants that are for another pack.
pub(super) fn check_pack(file: &GrantFile, pack: &str) -> anyhow::Result<()> {
    let code = ErrorCode::BadGrantFile;
    ensure!(
        file.pack.as_str() == pack,
        "{code}: the grants are for {}, and the pack is {pack}; {}",
        file.pack,
        code.help()
    );
    Ok(())
}

/// Reads a file of grants.
pub(super) fn read_grants(file: &Path) -> anyhow::Result<GrantFile> {
    let code = ErrorCode::BadGrantFile;
    let (name, help) = (file.display(), code.help());
    let text = std::fs::read_to_string(file)
        .map_err(|error| anyhow!("{code}: cannot read {name}: {error}; {help}"))?;
    toml::from_str(&text)
        .map_err(|error| anyhow!("{code}: {name} is no file of grants: {error}; {help}"))
}
