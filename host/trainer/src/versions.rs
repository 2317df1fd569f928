//! Published corrections: one file for each version, which never changes once it is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Corrections, TrainerError, file};

/// What is known of a version beside what it teaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionInfo {
    /// Counts from 1; 0 is what the packs teach by themselves.
    pub number: u64,
    /// When it was published, milliseconds since 1970.
    pub at: u64,
    /// Who published it.
    pub who: String,
    /// What it is for.
    pub note: String,
    /// The earlier version that it puts back, when it is a rollback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores: Option<u64>,
}

/// A version of the corrections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// About it.
    #[serde(flatten)]
    pub info: VersionInfo,
    /// All that it teaches.
    pub corrections: Corrections,
}

/// The versions of a data directory.
#[derive(Debug)]
pub(crate) struct Versions {
    directory: PathBuf,
    /// Those that can be read.
    infos: BTreeMap<u64, VersionInfo>,
    /// Those that cannot.
    damaged: Vec<u64>,
    current: Version,
}

impl Versions {
    /// Reads all versions. A damaged one is passed over and reported; the newest of the others counts.
    pub(crate) fn open(directory: PathBuf) -> Result<Self, TrainerError> {
        let failed = |source| TrainerError::File {
            path: directory.clone(),
            source,
        };
        std::fs::create_dir_all(&directory).map_err(failed)?;
        let mut numbers = Vec::new();
        for found in std::fs::read_dir(&directory).map_err(failed)? {
            let name = found.map_err(failed)?.file_name();
            let number = name.to_str().and_then(|name| name.strip_suffix(".json"));
            numbers.extend(number.and_then(|number| number.parse::<u64>().ok()));
        }
        numbers.sort_unstable();
        let mut versions = Self {
            directory,
            infos: BTreeMap::new(),
            damaged: Vec::new(),
            current: none(),
        };
        for number in numbers {
            match versions.read(number) {
                Ok(version) => {
                    versions.infos.insert(number, version.info.clone());
                    versions.current = version;
                }
                Err(error) => {
                    tracing::error!(code = %error.code(), "version {number} of the corrections cannot be used: {error}");
                    versions.damaged.push(number);
                }
            }
        }
        if versions
            .damaged
            .last()
            .is_some_and(|damaged| *damaged > versions.current.info.number)
        {
            tracing::error!(
                "version {} of the corrections is used instead; restore the file from a backup and start again, or publish anew",
                versions.current.info.number
            );
        }
        Ok(versions)
    }

    /// The version that counts.
    pub(crate) fn current(&self) -> &Version {
        &self.current
    }

    /// All that can be read, oldest first, and the numbers of those that cannot.
    pub(crate) fn history(&self) -> (Vec<VersionInfo>, &[u64]) {
        (self.infos.values().cloned().collect(), &self.damaged)
    }

    /// A version from the disk.
    pub(crate) fn read(&self, number: u64) -> Result<Version, TrainerError> {
        if number == 0 {
            return Ok(none());
        }
        let path = path(&self.directory, number);
        let version: Version = file::read(&path)?.ok_or(TrainerError::UnknownVersion(number))?;
        if version.info.number != number {
            let problem = format!("it holds version {}", version.info.number);
            return Err(TrainerError::Damaged { path, problem });
        }
        Ok(version)
    }

    /// The number of the next version. Those of damaged versions are not given again.
    pub(crate) fn next(&self) -> u64 {
        let damaged = self.damaged.last().copied().unwrap_or(0);
        self.current.info.number.max(damaged) + 1
    }

    /// Writes a version, which counts from then on. When this returns it is durable.
    pub(crate) fn append(&mut self, version: Version) -> Result<(), TrainerError> {
        let number = version.info.number;
        file::write(&path(&self.directory, number), &version)?;
        self.infos.insert(number, version.info.clone());
        self.current = version;
        Ok(())
    }
}

fn path(directory: &Path, number: u64) -> PathBuf {
    directory.join(format!("{number:06}.json"))
}

/// Version 0: the packs alone.
fn none() -> Version {
    Version {
        info: VersionInfo {
            number: 0,
            at: 0,
            who: String::new(),
            note: String::new(),
            restores: None,
        },
        corrections: Corrections::default(),
    }
}
