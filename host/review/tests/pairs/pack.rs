//! A small sound pack, and ways to change it.

use std::collections::BTreeMap;

use jackfield_sandbox::guests::Module;

const MANIFEST: &str = r#"[pack]
id = "com.example.shop"
version = "1.2.3"
name = { en = "Shop" }
description = { en = "Takes orders." }
publisher = "Example Ltd"
license = "MIT"
state-version = 1
locales = ["en"]

[flows.order]
title = { en = "Order something" }
intents = ["order"]
steps = ["floor"]
state-schema = "schemas/order.json"

[flows.order.slots.product]
kind = "text"

[flows.order.slots.phone]
kind = "phone"

[tables.prices]
file = "data/prices.csv"
columns = { name = "text", stock = "integer" }

[language]
examples = ["language/examples.tsv"]
knowledge = ["language/knowledge.tsv"]

[language.catalogues]
en = ["locales/en.ftl"]
"#;

const FILES: &[(&str, &str)] = &[
    ("schemas/order.json", r#"{"type": "object"}"#),
    (
        "data/prices.csv",
        "name,stock\nLamp,3\n\"Bulb, small\",40\n",
    ),
    (
        "language/examples.tsv",
        "intent\tlocale\ttext\norder\ten\tI want a lamp\norder\ten\tlamps please\n",
    ),
    (
        "language/knowledge.tsv",
        "id\tlocale\tquestion\tanswer\nhours\ten\tWhen are you open?\tEvery day from nine.\n",
    ),
    ("locales/en.ftl", "ask = What do you want?\n"),
];

/// A pack that can be changed before it is packed.
#[derive(Clone)]
pub(crate) struct Pack {
    manifest: String,
    files: BTreeMap<String, Vec<u8>>,
    component: Vec<u8>,
    tail: Vec<u8>,
}

/// The sound pack.
pub(crate) fn sound() -> Pack {
    with(Module::default())
}

/// The sound pack around another guest. Capabilities that it imports are requested.
pub(crate) fn with(module: Module) -> Pack {
    requesting(of(module.component()), module.imports)
}

/// The pack, requesting these capabilities.
pub(crate) fn requesting(pack: Pack, capabilities: &[&str]) -> Pack {
    let requests: String = capabilities
        .iter()
        .filter(|name| **name != "http")
        .map(|name| format!("[capabilities.{name}]\npurpose = \"Needed to take orders\"\n"))
        .collect();
    let pack = pack.and(&requests);
    if capabilities.contains(&"http") {
        pack.and(HTTP)
    } else {
        pack
    }
}

/// The sound pack around a component.
pub(crate) fn of(component: Vec<u8>) -> Pack {
    let files = FILES.iter();
    Pack {
        manifest: MANIFEST.to_owned(),
        files: files
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect(),
        component,
        tail: Vec::new(),
    }
}

/// A destination, and a setting that is none.
const HTTP: &str = r#"
[capabilities.http]
purpose = "Place the order"
destinations = ["base"]

[config.base]
kind = "url"
description = "Where the shop is"
default = "https://api.example.com"

[config.key]
kind = "text"
description = "A setting"
"#;

impl Pack {
    /// Replaces a part of the manifest.
    pub(crate) fn instead(mut self, old: &str, new: &str) -> Self {
        assert!(self.manifest.contains(old), "{old}");
        self.manifest = self.manifest.replace(old, new);
        self
    }

    /// Adds to the manifest.
    pub(crate) fn and(mut self, lines: &str) -> Self {
        self.manifest.push_str(lines);
        self
    }

    /// Replaces a file.
    pub(crate) fn file(mut self, name: &str, text: &str) -> Self {
        assert!(self.files.contains_key(name), "{name}");
        self.files.insert(name.to_owned(), text.as_bytes().to_vec());
        self
    }

    /// Adds an answer to the knowledge.
    pub(crate) fn answer(self, text: &str) -> Self {
        let header = "id\tlocale\tquestion\tanswer\n";
        self.file(
            "language/knowledge.tsv",
            &format!("{header}hours\ten\tWhen are you open?\t{text}\n"),
        )
    }

    /// Adds a custom section to the component.
    pub(crate) fn section(mut self, name: &str, data: &[u8]) -> Self {
        let mut body = vec![u8::try_from(name.len()).unwrap()];
        body.extend(name.as_bytes());
        body.extend(data);
        self.component.push(0);
        let mut size = body.len();
        while size >= 0x80 {
            self.component.push((size & 0x7f) as u8 | 0x80);
            size >>= 7;
        }
        self.component.push(size as u8);
        self.component.extend(body);
        self
    }

    /// Appends bytes to the archive.
    pub(crate) fn tail(mut self, bytes: &[u8]) -> Self {
        self.tail = bytes.to_vec();
        self
    }

    /// The archive.
    pub(crate) fn archive(&self) -> Vec<u8> {
        let mut entries = self.files.clone();
        entries.insert("pack.toml".to_owned(), self.manifest.clone().into_bytes());
        entries.insert("plugin.wasm".to_owned(), self.component.clone());
        let mut archive = jackfield_packs::samples::archive(&entries);
        archive.extend(&self.tail);
        archive
    }
}
