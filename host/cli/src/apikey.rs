//! `jackfield apikey`: who else may use a running host's API, and for what.

use jackfield_core::{KeyId, Role};
use serde_json::{Value, json};

use crate::audit::when;
use crate::pack::Who;
use crate::remote::{Place, Remote, part};

/// What to do with API keys.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Make a key; its secret is printed this once
    New {
        /// Who or what has it
        #[arg(long)]
        name: String,
        /// What it may do: viewer, operator, author, reviewer or admin; may be repeated
        #[arg(long = "role", required = true, value_delimiter = ',')]
        roles: Vec<Role>,
        /// The last day that it counts, in UTC, such as 2027-12-31
        #[arg(long)]
        expires: Option<jiff::civil::Date>,
        #[command(flatten)]
        at: At,
    },
    /// List the keys with their roles
    List {
        #[command(flatten)]
        place: Place,
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Revoke a key, for good
    Revoke {
        /// Its id, as `list` prints it
        id: KeyId,
        #[command(flatten)]
        at: At,
    },
}

/// Who decides, and at which host.
#[derive(clap::Args)]
pub(crate) struct At {
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    place: Place,
    /// Print the answer as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn main(command: Command) -> anyhow::Result<()> {
    match command {
        Command::New {
            name,
            roles,
            expires,
            at,
        } => {
            let body = json!({ "name": name, "roles": roles, "expires": expires, "by": at.who.by });
            let made = ask(&at.place, "POST", "keys", Some(&body))?;
            if at.json {
                println!("{made}");
                return Ok(());
            }
            println!("{}", line(&made));
            println!("{}", text(&made["key"]));
            println!("It is not shown again: the host keeps only a hash of it. 密钥只显示这一次。");
            Ok(())
        }
        Command::List { place, json } => {
            let keys = ask(&place, "GET", "keys", None)?;
            if json {
                println!("{keys}");
                return Ok(());
            }
            let keys = keys.as_array().map(Vec::as_slice).unwrap_or_default();
            keys.iter().for_each(|key| println!("{}", line(key)));
            if keys.is_empty() {
                println!("there is no key yet; `jackfield apikey new` makes one");
            }
            Ok(())
        }
        Command::Revoke { id, at } => {
            let path = format!("keys/{id}?by={}", part(&at.who.by));
            let revoked = ask(&at.place, "DELETE", &path, None)?;
            match at.json {
                true => println!("{revoked}"),
                false => println!("{}", line(&revoked)),
            }
            Ok(())
        }
    }
}

fn ask(place: &Place, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
    let host = Remote::new(place, "/api/v1/")?;
    crate::runtime()?.block_on(host.ask(method, path, body))
}

/// A key on one line.
fn line(key: &Value) -> String {
    let roles = key["roles"].as_array().into_iter().flatten();
    let roles: Vec<&str> = roles.map(text).collect();
    let mut line = format!(
        "{}  {}  {}  made {}",
        text(&key["id"]),
        text(&key["name"]),
        roles.join(","),
        when(key["created"].as_u64().unwrap_or(0))
    );
    if let Some(last) = key["expires"].as_str() {
        line.push_str(&format!("  expires after {last}"));
    }
    if let Some(at) = key["revoked"].as_u64() {
        line.push_str(&format!("  REVOKED {}", when(at)));
    }
    line
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
