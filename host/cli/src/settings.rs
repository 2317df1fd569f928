//! `jackfield.toml`: what the operator says about packs and identity.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use jackfield_core::PackId;
use serde::Deserialize;

/// The operator's file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Settings {
    /// Per pack.
    #[serde(default)]
    pub(crate) packs: BTreeMap<PackId, PackSettings>,
    /// How contacts prove who they are.
    #[serde(default)]
    pub(crate) identity: Identity,
    /// The Rasa-compatible REST channel.
    #[serde(default)]
    pub(crate) rest: Rest,
}

/// What the operator says about one pack.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct PackSettings {
    /// Values of config keys.
    #[serde(default)]
    pub(crate) config: BTreeMap<String, String>,
    /// Secrets by name.
    #[serde(default)]
    pub(crate) secrets: BTreeMap<String, SecretSource>,
    /// The pack's destinations may be private addresses.
    #[serde(default)]
    pub(crate) allow_private: bool,
}

/// Where a secret comes from: never from the file itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct SecretSource {
    /// An environment variable.
    pub(crate) env: String,
    /// The config key whose address it may be sent to.
    pub(crate) destination: String,
}

/// How one-time codes reach a contact.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Identity {
    /// `none`, or `shown` for demonstrations: the code is shown in the conversation itself.
    #[serde(default)]
    pub(crate) code: CodeMethod,
}

/// A way for one-time codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CodeMethod {
    /// No way: who needs verification is handed to a person.
    #[default]
    None,
    /// In the conversation itself; proves nothing.
    Shown,
}

/// The Rasa-compatible REST channel.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Rest {
    /// Environment variable with the bearer secret that clients send; without it the channel is off.
    pub(crate) secret_env: Option<String>,
}

impl Settings {
    /// Reads the file.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not valid", path.display()))
    }
}
