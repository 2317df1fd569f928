//! `jackfield chat`: the chat page's channel, in a terminal.

use std::io::{BufRead, Write as _};
use std::net::SocketAddr;

use anyhow::Context as _;
use jackfield_core::language_of;
use serde::Deserialize;
use tokio::sync::mpsc;

use link::{Heard, Link, UnknownToken};

mod link;

/// Talk to a running host in the terminal.
///
/// Type a message and press Enter; a number taps the choice with that number. Ctrl-D ends. The conversation goes on
/// when the host is started again within a minute, and at any later time with the token that is printed at the end.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Address of the host
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: String,
    /// Language you start in: zh-CN or en-US
    #[arg(long, default_value_t = default_locale())]
    locale: String,
    /// Go on with an earlier conversation; its token was printed at its end
    #[arg(long)]
    token: Option<String>,
    /// Print each turn as one JSON object
    #[arg(long)]
    json: bool,
}

fn default_locale() -> String {
    let language = std::env::var("LANG").unwrap_or_default();
    if language.starts_with("zh") {
        "zh-CN"
    } else {
        "en-US"
    }
    .to_owned()
}

#[derive(Deserialize)]
struct Turn {
    said: Vec<Said>,
    messages: Vec<Message>,
    owner: String,
    closed: bool,
}

#[derive(Deserialize)]
struct Said {
    id: String,
}

#[derive(Deserialize)]
struct Message {
    from: String,
    text: String,
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    card: Option<Card>,
}

#[derive(Deserialize)]
struct Choice {
    token: String,
    label: String,
}

#[derive(Deserialize)]
struct Card {
    title: String,
    #[serde(default)]
    facts: Vec<Fact>,
}

#[derive(Deserialize)]
struct Fact {
    label: String,
    value: String,
}

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    crate::runtime()?.block_on(chat(args))
}

async fn chat(args: Args) -> anyhow::Result<()> {
    let address = address(&args.url)?;
    let link = match &args.token {
        Some(token) => Link::again(address, token.clone()),
        None => {
            if !is_spoken(&args.locale) {
                eprintln!(
                    "(the host itself speaks zh-CN and en-US: in `{}` it says only what its packs have, the rest in one of those)",
                    args.locale
                );
            }
            Link::open(address, &args.locale).await?
        }
    };
    let ended = talk(&link, args.json).await;
    let is_over = match &ended {
        Ok(Closed(closed)) => *closed,
        Err(error) => error.is::<UnknownToken>(),
    };
    if !is_over {
        eprintln!();
        eprintln!(
            "(come back to this conversation with --token {})",
            link.token()
        );
    }
    ended.map(drop)
}

/// Whether the host has words of its own in this language.
fn is_spoken(locale: &str) -> bool {
    let language = language_of(locale);
    ["zh", "en"]
        .iter()
        .any(|known| language.eq_ignore_ascii_case(known))
}

/// Whether the host has closed the conversation: then there is nothing to come back to.
struct Closed(bool);

async fn talk(link: &Link, json: bool) -> anyhow::Result<Closed> {
    let mut heard = link.listen();
    // No two messages of a conversation have the same id, also when it is come back to.
    let began = std::time::UNIX_EPOCH.elapsed()?.as_millis();
    let mut input = lines_of_stdin();
    let mut offered: Vec<Choice> = Vec::new();
    let mut number = 0u64;
    // What was sent and not answered yet; at first the greeting is waited for. The next line is read only after
    // the reply, so that piped lines are answered one by one.
    let mut waits_for = Some(String::new());
    loop {
        tokio::select! {
            news = heard.recv() => {
                let data = match news.context("the host is heard no longer")?? {
                    Heard::Turn(data) => data,
                    Heard::Away => {
                        eprintln!("\r(the host does not answer; trying again)");
                        continue;
                    }
                    Heard::Back => {
                        eprintln!("(it is back)");
                        if waits_for.is_none() {
                            prompt();
                        }
                        continue;
                    }
                };
                let turn: Turn = serde_json::from_str(&data)?;
                if json { println!("{data}") } else { show(&turn) }
                let closed = turn.closed;
                if waits_for.as_deref().is_some_and(|id| id.is_empty() || turn.said.iter().any(|said| said.id == id)) {
                    waits_for = None;
                }
                if let Some(last) = turn.messages.into_iter().rev().find(|message| !message.choices.is_empty()) {
                    offered = last.choices;
                }
                if closed {
                    return Ok(Closed(true));
                }
                prompt();
            }
            line = input.recv(), if waits_for.is_none() => {
                let Some(line) = line else { return Ok(Closed(false)) };
                let Some(line) = line else {
                    eprintln!("not sent: the line is not UTF-8; set the terminal to UTF-8, or save the file as UTF-8");
                    prompt();
                    continue;
                };
                if line.trim().is_empty() {
                    prompt();
                    continue;
                }
                number += 1;
                let tapped = line.trim().parse::<usize>().ok().and_then(|n| offered.get(n.checked_sub(1)?));
                let id = format!("terminal-{began}-{number}");
                let message = match tapped {
                    Some(choice) => serde_json::json!({ "id": id, "choice": choice.token }),
                    None => serde_json::json!({ "id": id, "text": line.trim() }),
                };
                match link.send(&message).await? {
                    None => waits_for = Some(id),
                    Some(reason) => eprintln!("not sent: {reason}"),
                }
            }
        }
    }
}

/// Lines as they are typed, read in a thread, because a read of a terminal cannot be cancelled. `None` is a line that is not UTF-8.
fn lines_of_stdin() -> mpsc::UnboundedReceiver<Option<String>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in lines(std::io::stdin().lock()) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// The lines of an input until it ends or fails.
fn lines(input: impl BufRead) -> impl Iterator<Item = Option<String>> {
    let lines = input.split(b'\n').map_while(Result::ok);
    lines.map(|line| {
        let mut line = String::from_utf8(line).ok()?;
        line.truncate(line.trim_end_matches('\r').len());
        Some(line)
    })
}

pub(crate) fn address(url: &str) -> anyhow::Result<SocketAddr> {
    let rest = url
        .strip_prefix("http://")
        .with_context(|| format!("`{url}` must start with http://"))?;
    let host = rest
        .split('/')
        .next()
        .unwrap_or(rest)
        .replace("localhost", "127.0.0.1");
    host.parse().with_context(|| {
        format!("`{url}` must name an IP address and a port, such as http://127.0.0.1:8080")
    })
}

fn prompt() {
    print!("you> ");
    let _ = std::io::stdout().flush();
}

fn show(turn: &Turn) {
    print!("\r");
    for message in &turn.messages {
        println!(
            "{}> {}",
            message.from,
            message.text.replace('\n', "\n     ")
        );
        if let Some(card) = &message.card {
            println!("     ┌ {}", card.title);
            for fact in &card.facts {
                println!("     │ {}: {}", fact.label, fact.value);
            }
        }
        for (choice, number) in message.choices.iter().zip(1..) {
            println!("     {number}) {}", choice.label);
        }
    }
    if turn.owner != "bot" && turn.messages.is_empty() {
        println!("     (a person has this conversation now; the bot is silent)");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_not_utf_8_is_named_and_the_next_one_is_read() {
        let read: Vec<Option<String>> = lines(&b"one\r\n\xff\xfe\nthree"[..]).collect();
        assert_eq!(
            read,
            [Some("one".to_owned()), None, Some("three".to_owned())]
        );
    }

    #[test]
    fn languages_without_words_of_the_host_are_known() {
        assert!(
            ["zh-CN", "en-GB", "EN", "zh_TW"]
                .map(is_spoken)
                .iter()
                .all(|spoken| *spoken)
        );
        assert!(!is_spoken("fr-FR") && !is_spoken("") && !is_spoken("zho"));
    }
}
