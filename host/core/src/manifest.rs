//! What a pack says about itself. The `packs` crate reads it from `pack.toml` and checks it; everything
//! else uses these types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{FlowName, PackId, Value, Verification};

/// `pack.toml`, checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Manifest {
    /// Who the pack is.
    pub pack: PackInfo,
    /// Flows by name.
    pub flows: BTreeMap<FlowName, FlowSpec>,
    /// Capabilities that the component imports, with what each is for.
    #[serde(default)]
    pub capabilities: Capabilities,
    /// Settings that the operator fills in.
    #[serde(default)]
    pub config: BTreeMap<String, ConfigKey>,
    /// Tables by name.
    #[serde(default)]
    pub tables: BTreeMap<String, TableSpec>,
    /// Slot kinds and other language data.
    #[serde(default)]
    pub language: LanguageSpec,
    /// Other limits than the defaults.
    #[serde(default)]
    pub limits: LimitRequest,
    /// Outcome codes of the pack's own, with what each means.
    #[serde(default)]
    pub outcomes: BTreeMap<String, String>,
}

/// Who a pack is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PackInfo {
    /// Reverse-DNS id.
    pub id: PackId,
    /// Semantic version.
    pub version: String,
    /// Name for people, by locale.
    pub name: BTreeMap<String, String>,
    /// One sentence for people, by locale.
    #[serde(default)]
    pub description: BTreeMap<String, String>,
    /// Who answers for it.
    pub publisher: String,
    /// SPDX expression.
    #[serde(default)]
    pub license: Option<String>,
    /// Raised whenever the shape of a flow's state changes.
    pub state_version: u32,
    /// Locales the pack speaks; the first one is its fallback.
    pub locales: Vec<String>,
}

/// One flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FlowSpec {
    /// What the flow does, for people, by locale. Used when the host asks "did you mean …".
    pub title: BTreeMap<String, String>,
    /// Intents that start it.
    #[serde(default)]
    pub intents: Vec<String>,
    /// JSON Schema of its private state: a file of the pack.
    #[serde(default)]
    pub state_schema: Option<String>,
    /// The labels its replies may carry.
    pub steps: Vec<String>,
    /// Host-visible slots by name.
    #[serde(default)]
    pub slots: BTreeMap<String, SlotSpec>,
    /// Other packs may call it.
    #[serde(default)]
    pub exported: bool,
}

/// One slot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SlotSpec {
    /// The entity kind that fills it; `text` takes the whole utterance.
    pub kind: String,
    /// Masked in transcript, logs and recordings.
    #[serde(default)]
    pub sensitive: bool,
}

/// Capabilities that a pack requests. Absent means not requested.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Capabilities {
    /// Write log lines.
    #[serde(default)]
    pub log: Option<Purpose>,
    /// Read settings.
    #[serde(default)]
    pub config: Option<Purpose>,
    /// Search knowledge.
    #[serde(default)]
    pub knowledge: Option<Purpose>,
    /// Query the pack's tables.
    #[serde(default)]
    pub tables: Option<Purpose>,
    /// Keep data for a contact.
    #[serde(default)]
    pub storage: Option<Purpose>,
    /// Read over HTTP inside a turn and send request effects after it.
    #[serde(default)]
    pub http: Option<HttpRequestGrant>,
    /// Verify the contact; the highest level asked for.
    #[serde(default)]
    pub verify: Option<VerifyGrant>,
}

impl Capabilities {
    /// Names of the capabilities that are WIT interfaces.
    pub const INTERFACES: [&str; 6] = ["config", "http", "knowledge", "log", "storage", "tables"];

    /// Names of the requested capabilities that are WIT interfaces.
    pub fn interfaces(&self) -> Vec<&'static str> {
        [
            ("log", self.log.is_some()),
            ("config", self.config.is_some()),
            ("knowledge", self.knowledge.is_some()),
            ("tables", self.tables.is_some()),
            ("storage", self.storage.is_some()),
            ("http", self.http.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, requested)| requested.then_some(name))
        .collect()
    }
}

/// Why a capability is needed, in words an operator reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Purpose {
    /// Why.
    pub purpose: String,
}

/// Destinations a pack wants to reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpRequestGrant {
    /// Why.
    pub purpose: String,
    /// Config keys whose values are base addresses (`https://api.example.com`), or literal ones.
    pub destinations: Vec<String>,
    /// Names of secrets that may be sent to these destinations.
    #[serde(default)]
    pub secrets: Vec<String>,
}

/// Verification a pack asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VerifyGrant {
    /// Why.
    pub purpose: String,
    /// The highest level asked for.
    pub level: Verification,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConfigKey {
    /// `text`, `integer`, `number`, `boolean`, `url`.
    pub kind: String,
    /// What it is for.
    pub description: String,
    /// Value when nothing is set.
    #[serde(default)]
    pub default: Option<String>,
}

impl ConfigKey {
    /// Reads a setting's text as this key's kind; `None` when it does not fit.
    pub fn parse(&self, text: &str) -> Option<Value> {
        match self.kind.as_str() {
            "integer" => text.parse().ok().map(Value::Integer),
            "number" => text.parse().ok().map(Value::Number),
            "boolean" => text.parse().ok().map(Value::Boolean),
            _ => Some(Value::Text(text.to_owned())),
        }
    }
}

/// One table of the pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TableSpec {
    /// A CSV file of the pack, with a header line.
    pub file: String,
    /// Columns by name, with their types: `text`, `integer`, `number`, `boolean`, `date`, `money:CNY`.
    pub columns: BTreeMap<String, String>,
    /// Columns that are indexed.
    #[serde(default)]
    pub indexed: Vec<String>,
}

/// Language data of a pack.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LanguageSpec {
    /// Example sentences: TSV files `intent, locale, text`.
    #[serde(default)]
    pub examples: Vec<String>,
    /// Knowledge: Markdown (`.md`), or tables (`.csv`, `.tsv`) `id, locale, question, answer`; a repeated id adds a question.
    #[serde(default)]
    pub knowledge: Vec<String>,
    /// Words that mean the same in knowledge: a group a line, tabs between its words.
    #[serde(default)]
    pub synonyms: Vec<String>,
    /// Names of the pack's own things, by entity kind: TSV files `value, locale, name`.
    #[serde(default)]
    pub gazetteers: BTreeMap<String, String>,
    /// Fluent catalogues by locale.
    #[serde(default)]
    pub catalogues: BTreeMap<String, Vec<String>>,
}

/// Limits a pack asks for; absent means the default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LimitRequest {
    /// MiB of linear memory.
    #[serde(default)]
    pub memory_mib: Option<u32>,
    /// Fuel of one step.
    #[serde(default)]
    pub fuel: Option<u64>,
    /// Milliseconds of guest time of one step.
    #[serde(default)]
    pub guest_time_ms: Option<u32>,
}
