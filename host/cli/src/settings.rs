//! `jackfield.toml`: what the operator says about packs and identity.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jackfield_core::PackId;
use jackfield_engine::{CodeDelivery, CodeGateway};
use serde::Deserialize;
use url::Url;

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
    /// The host as others see it.
    #[serde(default)]
    pub(crate) server: Server,
    /// The operator's own doors.
    #[serde(default)]
    pub(crate) admin: Admin,
    /// How sentences are understood.
    #[serde(default)]
    pub(crate) language: Language,
}

/// How sentences are understood.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Language {
    /// Folder of a sentence encoder of type BERT: `model.safetensors`, `tokenizer.json`, `config.json`.
    pub(crate) encoder: Option<PathBuf>,
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
    /// `"none"`, `"shown"` for demonstrations, or `{ gateway = { url = "…", secret-env = "…" } }`.
    #[serde(default)]
    pub(crate) code: CodeMethod,
}

/// A way for one-time codes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CodeMethod {
    /// No way: who needs verification is handed to a person.
    #[default]
    None,
    /// In the conversation itself; proves nothing.
    Shown,
    /// Posted to the operator's own system, which sends it on.
    #[serde(rename_all = "kebab-case")]
    Gateway {
        /// Its address.
        url: String,
        /// Environment variable with the bearer token it expects.
        secret_env: Option<String>,
    },
}

impl CodeMethod {
    /// What the engine does about codes.
    pub(crate) fn delivery(&self) -> anyhow::Result<CodeDelivery> {
        Ok(match self {
            Self::None => CodeDelivery::None,
            Self::Shown => CodeDelivery::Shown,
            Self::Gateway { url, secret_env } => {
                let read = |name: &String| {
                    std::env::var(name).with_context(|| {
                        format!(
                            "the code gateway's token is read from the environment variable {name}"
                        )
                    })
                };
                let bearer = secret_env.as_ref().map(read).transpose()?;
                let gateway = CodeGateway::new(url, bearer)
                    .with_context(|| format!("`{url}` is not an address for the code gateway"))?;
                CodeDelivery::Gateway(gateway)
            }
        })
    }
}

/// The Rasa-compatible REST channel.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Rest {
    /// Environment variable with the bearer secret that clients send; without it the channel is off.
    pub(crate) secret_env: Option<String>,
}

/// The host as others see it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Server {
    /// Where other systems reach it to call back, often a proxy; without it, the address it listens at.
    pub(crate) public_url: Option<String>,
}

/// The operator's own doors, such as the trainer's API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Admin {
    /// Environment variable with the token that opens them; without it, the host makes one and keeps it in `admin.token`.
    pub(crate) token_env: Option<String>,
}

impl Server {
    /// The address, when there is one.
    pub(crate) fn public(&self) -> anyhow::Result<Option<Url>> {
        let public = self.public_url.as_deref().map(|text| {
            let url = Url::parse(text).ok();
            let plain = |url: &Url| url.query().is_none() && url.fragment().is_none();
            url.filter(|url| matches!(url.scheme(), "http" | "https") && plain(url))
                .with_context(|| {
                    format!("`{text}` is no address to be reached at; `public-url` is written https://bots.example.com")
                })
        });
        public.transpose()
    }
}

impl Settings {
    /// Reads the file.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not valid", path.display()))
    }
}
