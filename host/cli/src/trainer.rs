//! `jackfield trainer`: what the bot did not understand, and what people teach it about that.

use anyhow::bail;
use serde_json::{Value, json};

use crate::remote::{self, Place, Remote};

use meaning::Meaning;

mod meaning;
mod print;

/// So many sentences are labelled with one request.
const AT_ONCE: usize = 1_000;

/// Which host.
#[derive(clap::Args)]
pub(crate) struct Where {
    #[command(flatten)]
    host: Place,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
}

/// Who does it, and why.
#[derive(clap::Args)]
pub(crate) struct Signed {
    /// Why, for the history
    #[arg(long, default_value = "")]
    note: String,
    /// Who does it. An API key has a name, which counts then
    #[arg(long, env = "USER", default_value = "unknown")]
    who: String,
}

impl Signed {
    fn body(self) -> Value {
        json!({ "who": self.who, "note": self.note })
    }
}

/// The steps of the trainer's loop.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// List sentences that were not understood, or only unsurely
    List {
        #[command(flatten)]
        place: Where,
        /// In groups that are alike
        #[arg(long)]
        groups: bool,
        /// Also those that need no label any more
        #[arg(long, conflicts_with = "groups")]
        all: bool,
        /// How many
        #[arg(short = 'n', long, default_value_t = 20)]
        limit: usize,
    },
    /// Show one sentence: how it was read, and in which sessions it was said
    Show {
        /// Its id, as `list` prints it
        id: String,
        #[command(flatten)]
        place: Where,
    },
    /// List what sentences can be labelled with: intents and articles of the installed packs
    Meanings {
        /// Only those in whose name, id, examples or question this stands
        word: Option<String>,
        #[command(flatten)]
        place: Where,
    },
    /// Say what sentences mean; nothing changes for customers before `publish`
    Label {
        /// Ids of sentences, as `list` prints them
        #[arg(required_unless_present_any = ["group", "text"])]
        ids: Vec<String>,
        /// A whole group, by the id that `list --groups` prints
        #[arg(long)]
        group: Option<String>,
        /// A sentence that is not on the list
        #[arg(long)]
        text: Option<String>,
        /// Locale of --text, one that a pack speaks [default: that of its script]
        #[arg(long, requires = "text")]
        locale: Option<String>,
        #[command(flatten)]
        meaning: Meaning,
        #[command(flatten)]
        place: Where,
    },
    /// Show the labels that are not published
    Draft {
        #[command(flatten)]
        place: Where,
        /// Throw them away
        #[arg(long)]
        drop: bool,
    },
    /// Measure what publishing the draft would do
    Effect {
        #[command(flatten)]
        place: Where,
    },
    /// Teach the draft, live and as a version that can be gone back from
    Publish {
        #[command(flatten)]
        signed: Signed,
        #[command(flatten)]
        place: Where,
    },
    /// List the published versions
    History {
        /// Show what this version teaches
        #[arg(value_parser = version)]
        version: Option<u64>,
        #[command(flatten)]
        place: Where,
    },
    /// Go back to what an earlier version teaches
    Rollback {
        /// The version; 0 is what the packs teach by themselves
        #[arg(value_parser = version)]
        version: u64,
        #[command(flatten)]
        signed: Signed,
        #[command(flatten)]
        place: Where,
    },
}

/// The number of a version.
fn version(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| {
        "a version is a number that `jackfield trainer history` prints, and 0 is what the packs teach by themselves".to_owned()
    })
}

pub(crate) fn main(command: Command) -> anyhow::Result<()> {
    crate::runtime()?.block_on(run(command))
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::List {
            place,
            groups: true,
            limit,
            ..
        } => {
            let path = format!("groups?limit={limit}");
            show(&place, "GET", &path, None, print::groups).await
        }
        Command::List {
            place, all, limit, ..
        } => {
            let path = format!("entries?limit={limit}&all={all}");
            show(&place, "GET", &path, None, print::entries).await
        }
        Command::Show { id, place } => {
            let path = format!("entries/{}", remote::part(&id));
            show(&place, "GET", &path, None, print::entry).await
        }
        Command::Meanings { word, place } => {
            let remote = Remote::new(&place.host, "/api/v1/trainer/")?;
            let mut meanings = remote.ask("GET", "meanings", None).await?;
            if let Some(word) = word {
                print::keep_with(&mut meanings, &word);
            }
            out(&place, &meanings, print::meanings)
        }
        Command::Label {
            ids,
            group,
            text,
            locale,
            meaning,
            place,
        } => {
            let remote = Remote::new(&place.host, "/api/v1/trainer/")?;
            let mut ids = ids;
            if let Some(group) = group {
                ids.extend(members(&remote, &group).await?);
            }
            let mut draft = Value::Null;
            for ids in ids.chunks(AT_ONCE) {
                let body = json!({ "entries": ids, "meaning": meaning.value() });
                draft = remote.ask("POST", "labels", Some(&body)).await?;
            }
            if let Some(text) = text {
                let typed = json!([{ "text": text, "locale": locale }]);
                let body = json!({ "typed": typed, "meaning": meaning.value() });
                draft = remote.ask("POST", "labels", Some(&body)).await?;
            }
            out(&place, &draft, print::draft)
        }
        Command::Draft { place, drop } => {
            let method = if drop { "DELETE" } else { "GET" };
            show(&place, method, "draft", None, print::draft).await
        }
        Command::Effect { place } => show(&place, "GET", "effect", None, print::effect).await,
        Command::Publish { signed, place } => {
            show(
                &place,
                "POST",
                "versions",
                Some(signed.body()),
                print::published,
            )
            .await
        }
        Command::History {
            version: Some(version),
            place,
        } => {
            let path = format!("versions/{version}");
            show(&place, "GET", &path, None, print::version).await
        }
        Command::History {
            version: None,
            place,
        } => show(&place, "GET", "versions", None, print::history).await,
        Command::Rollback {
            version,
            signed,
            place,
        } => {
            let path = format!("versions/{version}/rollback");
            show(&place, "POST", &path, Some(signed.body()), print::published).await
        }
    }
}

/// The sentences of a group, which is named by any of them.
async fn members(remote: &Remote, group: &str) -> anyhow::Result<Vec<String>> {
    let answer = remote.ask("GET", "groups?limit=20000", None).await?;
    let groups = answer["groups"].as_array().into_iter().flatten();
    for members in groups.filter_map(|group| group["members"].as_array()) {
        if members.iter().any(|member| member == group) {
            return Ok(members
                .iter()
                .filter_map(|m| m.as_str().map(str::to_owned))
                .collect());
        }
    }
    bail!("no group has the sentence `{group}`; look with `jackfield trainer list --groups`")
}

async fn show(
    place: &Where,
    method: &str,
    path: &str,
    body: Option<Value>,
    print: fn(&Value),
) -> anyhow::Result<()> {
    let remote = Remote::new(&place.host, "/api/v1/trainer/")?;
    let answer = remote.ask(method, path, body.as_ref()).await?;
    out(place, &answer, print)
}

fn out(place: &Where, answer: &Value, print: fn(&Value)) -> anyhow::Result<()> {
    if place.json {
        println!("{}", serde_json::to_string_pretty(answer)?);
    } else {
        print(answer);
    }
    Ok(())
}
