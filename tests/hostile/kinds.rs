//! One pack for each hostile guest, and a few that stay within their limits.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jackfield_core::Limits;
use jackfield_sandbox::guests::{self, Ends};

/// Words that start the flow of one pack each, far apart from each other.
const WORDS: &[&str] = &[
    "elephant",
    "bicycle",
    "volcano",
    "trumpet",
    "kangaroo",
    "umbrella",
    "pyramid",
    "chocolate",
    "dolphin",
    "fireworks",
    "giraffe",
    "hedgehog",
    "igloo",
    "jungle",
    "lobster",
    "mushroom",
    "notebook",
    "octopus",
    "penguin",
    "quicksand",
    "rhubarb",
    "saxophone",
    "tulip",
    "unicorn",
    "violin",
    "walnut",
    "xylophone",
    "yogurt",
    "zeppelin",
    "avocado",
    "buffalo",
    "cactus",
    "dandelion",
    "espresso",
    "flamingo",
    "gazelle",
    "hyacinth",
    "ketchup",
    "lighthouse",
    "magnolia",
    "nightingale",
    "orchid",
    "porcupine",
    "raspberry",
    "sandcastle",
    "telescope",
    "waterfall",
    "blackboard",
    "candlestick",
];

/// Rounds of the burning guests: some 30 ms.
const ROUNDS: u32 = 600_000;

/// A hostile pack.
pub(crate) struct Kind {
    pub(crate) name: String,
    component: Vec<u8>,
    grants: &'static [&'static str],
    /// What a contact says to start it.
    pub(crate) word: &'static str,
    /// Whether its steps fail.
    pub(crate) faults: bool,
    /// Whether it computes long and replies.
    pub(crate) burns: bool,
    /// Whether it has no part in the mixed attack.
    pub(crate) only_alone: bool,
}

impl Kind {
    /// The pack's id.
    pub(crate) fn pack(&self) -> String {
        format!("com.hostile.{}", self.name)
    }

    /// What a contact says.
    pub(crate) fn saying(&self) -> String {
        format!("{0} {0}", self.word)
    }
}

/// All kinds that can be loaded at all.
pub(crate) fn all() -> Vec<Kind> {
    let mut words = WORDS.iter();
    let mut kind = |name: &str, component, grants| Kind {
        name: name.to_owned(),
        component,
        grants,
        word: words.next().expect("a word for each kind"),
        faults: false,
        burns: false,
        only_alone: false,
    };
    let mut kinds = Vec::new();
    for guest in guests::hostile() {
        match guest.ends {
            Ends::Refused(_) => {}
            // The addresses that these two ask for mean something only to the sandbox's own tests.
            _ if guest.name == "waits-longer-than-the-turn"
                || guest.name == "asks-for-a-giant-response" => {}
            ends => {
                let faults = matches!(ends, Ends::Stopped(_) | Ends::TurnStopped(_));
                kinds.push(Kind {
                    faults,
                    ..kind(guest.name, guest.component, guest.grants)
                });
            }
        }
    }
    kinds.push(kind(
        "hanging-back-end",
        guests::reading_component(),
        &["http"],
    ));
    kinds.push(Kind {
        burns: true,
        ..kind("burns", guests::burning_component(ROUNDS), &[])
    });
    let other = kind("burns-too", guests::burning_component(ROUNDS + 1), &[]);
    kinds.push(Kind {
        burns: true,
        only_alone: true,
        ..other
    });
    // To look into one of them: its name in HOSTILE_ONLY, several with commas between.
    if let Ok(only) = std::env::var("HOSTILE_ONLY") {
        kinds
            .iter_mut()
            .for_each(|kind| kind.only_alone = !only.split(',').any(|name| name == kind.name));
    }
    kinds
}

/// A server that takes connections and never answers.
pub(crate) async fn hanging_back_end() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((connection, _)) = listener.accept().await {
            held.push(connection);
        }
    });
    address
}

/// Makes the archives, and the operator's file.
pub(crate) fn archives(
    directory: &Path,
    kinds: &[Kind],
    back_end: SocketAddr,
) -> (Vec<PathBuf>, PathBuf) {
    let mut packs = Vec::new();
    let mut settings = String::new();
    for kind in kinds {
        let source = directory.join(&kind.name);
        std::fs::create_dir(&source).unwrap();
        std::fs::write(source.join("pack.toml"), manifest(kind, back_end)).unwrap();
        std::fs::write(
            source.join("state.json"),
            r#"{"type":"object","properties":{"plan":{"type":"string"}}}"#,
        )
        .unwrap();
        std::fs::write(source.join("text.ftl"), "harm = Harm\n").unwrap();
        let (word, saying) = (kind.word, kind.saying());
        let examples = format!(
            "intent\tlocale\ttext\n{word}\ten-US\t{saying}\n{word}\ten-US\tplease {saying}\n"
        );
        std::fs::write(source.join("examples.tsv"), examples).unwrap();
        let built = jackfield_packs::assemble(&source, &kind.component, &Limits::default());
        let archive = directory.join(format!("{}.jfpack", kind.name));
        std::fs::write(
            &archive,
            built
                .unwrap_or_else(|error| panic!("{}: {error}", kind.name))
                .archive,
        )
        .unwrap();
        packs.push(archive);
        if kind.grants.contains(&"http") {
            settings.push_str(&format!(
                "[packs.\"{}\"]\nallow-private = true\n",
                kind.pack()
            ));
        }
    }
    let file = directory.join("jackfield.toml");
    std::fs::write(&file, settings).unwrap();
    (packs, file)
}

fn manifest(kind: &Kind, back_end: SocketAddr) -> String {
    let (name, word) = (&kind.name, kind.word);
    let mut text = format!(
        "[pack]\nid = \"com.hostile.{name}\"\nversion = \"1.0.0\"\nname = {{ en-US = \"{name}\" }}\npublisher = \"Mallory\"\n\
         state-version = 1\nlocales = [\"en-US\"]\n\
         [flows.harm]\ntitle = {{ en-US = \"{word}\" }}\nintents = [\"{word}\"]\nsteps = [\"floor\"]\nstate-schema = \"state.json\"\n\
         [language]\nexamples = [\"examples.tsv\"]\ncatalogues = {{ en-US = [\"text.ftl\"] }}\n"
    );
    for grant in kind.grants {
        text.push_str(&format!("[capabilities.{grant}]\npurpose = \"harm\"\n"));
        if *grant == "http" {
            text.push_str("destinations = [\"base\"]\n");
        }
    }
    if kind.grants.contains(&"http") {
        text.push_str(&format!("[config.base]\nkind = \"url\"\ndescription = \"harm\"\ndefault = \"http://{back_end}\"\n"));
    }
    text
}
