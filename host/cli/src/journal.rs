//! `jackfield journal`: what happened in sessions, turn by turn, and why.

use std::path::PathBuf;

use anyhow::Context as _;
use jackfield_core::{ErrorCode, SessionId, StepOutcome, TenantId, TurnRecord};
use jackfield_store::{Admin, Entry, JournalReader, StoredTurn};

mod export;
pub(crate) mod words;

/// What to read.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Print the last records of the journal
    Tail {
        /// Directory of the host's data
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// How many records
        #[arg(short = 'n', long, default_value_t = 20)]
        count: usize,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Print a session turn by turn: what was understood, decided, called and said
    Show {
        /// The session's id, as `journal tail` prints it
        session: SessionId,
        /// Directory of the host's data
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// The tenant
        #[arg(long, default_value = "default")]
        tenant: TenantId,
        /// One JSON object a turn
        #[arg(long)]
        json: bool,
    },
    /// Write a session as a test, with made-up values for what names a person
    Export {
        /// The session to write as a `.chat` conversation; names in free text stay, so read it before you pass it on
        #[arg(long, value_name = "SESSION")]
        chat: SessionId,
        /// Directory of the host's data
        #[arg(long, default_value = "data")]
        data: PathBuf,
        /// The tenant
        #[arg(long, default_value = "default")]
        tenant: TenantId,
        /// The file to write [default: standard output]
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
}

pub(crate) fn main(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Tail { data, count, json } => tail(data, count, json),
        Command::Show {
            session,
            data,
            tenant,
            json,
        } => show(data, &tenant, session, json),
        Command::Export {
            chat,
            data,
            tenant,
            output,
        } => {
            let text = export::chat(open(&data)?, &tenant, chat)?;
            export::put(&text, output.as_deref())
        }
    }
}

pub(crate) fn open(data: &PathBuf) -> anyhow::Result<JournalReader> {
    JournalReader::open(jackfield_store::Options::new(data))
        .with_context(|| format!("cannot read {} as a host's data directory", data.display()))
}

fn tail(data: PathBuf, count: usize, json: bool) -> anyhow::Result<()> {
    for record in open(&data)?.last(count)? {
        let header = &record.header;
        if json {
            let turn = match &record.entry {
                Entry::Committed(turn) => serde_json::to_value(turn)?,
                _ => serde_json::Value::Null,
            };
            println!(
                "{}",
                serde_json::json!({
                    "position": header.position, "kind": format!("{:?}", header.kind).to_lowercase(),
                    "session": header.session, "turn": header.turn, "bytes": header.body_bytes, "record": turn,
                })
            );
            continue;
        }
        let what = match &record.entry {
            Entry::Accepted(inbound) => format!(
                "accepted   {}: {}",
                inbound.address.channel,
                words::content(&inbound.content)
            ),
            Entry::Started(events) => format!("started    {} pending event(s) again", events.len()),
            Entry::Committed(turn) => {
                format!("committed  turn {}: {}", turn.session.turn, why(turn))
            }
            Entry::Admin(Admin::ContactErased { .. }) => {
                "admin      the contact was erased".to_owned()
            }
            Entry::Admin(Admin::PackChanged {
                pack,
                by,
                change,
                after,
            }) => {
                let what = words::pack_change(change, after);
                format!("admin      {pack}: {what} by {by}")
            }
            Entry::Admin(Admin::Taught { by, published }) => {
                format!("admin      {} by {by}", words::taught(published))
            }
            Entry::Admin(Admin::KeyChanged {
                by, event, after, ..
            }) => format!("admin      {} by {by}", words::key_event(*event, after)),
            _ => "erased".to_owned(),
        };
        println!("{:>12}  {}  {what}", header.position, header.session);
    }
    Ok(())
}

fn why(turn: &TurnRecord) -> String {
    let decision = &turn.decision;
    if decision.reason.is_empty() {
        decision.action.clone()
    } else {
        format!("{} ({})", decision.action, decision.reason)
    }
}

fn show(data: PathBuf, tenant: &TenantId, session: SessionId, json: bool) -> anyhow::Result<()> {
    let turns = open(&data)?.turns(tenant, session)?;
    is_known(&turns, session)?;
    for stored in turns {
        if json {
            println!("{}", serde_json::to_string(&stored.record)?);
        } else {
            print_turn(&stored.record);
        }
    }
    Ok(())
}

/// Refuses a session that has no turns.
fn is_known(turns: &[StoredTurn], session: SessionId) -> anyhow::Result<()> {
    let code = ErrorCode::SessionNotFound;
    anyhow::ensure!(
        !turns.is_empty(),
        "{code}: {}: {session}; {}",
        code.summary(),
        code.help()
    );
    Ok(())
}

fn print_turn(turn: &TurnRecord) {
    println!("turn {}  {} µs", turn.session.turn, turn.micros);
    for said in &turn.said {
        println!("  contact   {}", said.text);
    }
    if let Some(utterance) = &turn.decision.utterance {
        if let Some(intent) = &utterance.intent {
            println!("  intent    {intent} at {:.2}", utterance.confidence);
        }
        for other in &utterance.alternatives {
            println!("            {} at {:.2}", other.intent, other.confidence);
        }
        for entity in &utterance.entities {
            println!(
                "  entity    {} = {} (\"{}\")",
                entity.kind, entity.value, entity.heard
            );
        }
    }
    println!("  decision  {}", why(turn));
    for step in &turn.steps {
        let events: Vec<_> = step.events.iter().map(|event| event.name()).collect();
        let outcome = match &step.outcome {
            StepOutcome::Replied(reply) => {
                format!("at `{}`, {}", reply.step, words::next(&reply.then))
            }
            StepOutcome::Faulted(fault) => format!("fault: {fault}"),
            StepOutcome::Stopped { code, detail } => format!("stopped: {code} {detail}"),
        };
        println!(
            "  step      {} {} -> {outcome}",
            step.flow,
            events.join(", ")
        );
        println!(
            "            fuel {}, {} µs, pack {}",
            step.fuel,
            step.micros,
            step.pack.short()
        );
        for call in &step.calls {
            println!("            host call {}", call.function);
        }
    }
    for entry in &turn.outbox {
        println!(
            "  request   {} {} {}",
            entry.name,
            entry.request.method.as_str(),
            entry.request.url
        );
    }
    for case in &turn.cases {
        println!("  case      {}: {}", case.category, case.title);
    }
    for message in &turn.messages {
        println!(
            "  bot       {}",
            message.text.replace('\n', "\n            ")
        );
        for choice in &message.choices {
            println!("            [{}]", choice.label);
        }
    }
    println!("  owner     {}", words::owner(&turn.session.owner));
    println!();
}
