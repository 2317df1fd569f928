//! Holds one conversation the way a customer would: says a line, reads what comes, goes on.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::script::{Line, Script};
use super::support::{Carrier, Chat, Host, Message, Turn};

/// The longest wait for a reply or an expected answer.
const WAIT: Duration = Duration::from_secs(12);
/// Between two looks at whether the operator has answered.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// As often may the bot say the same, whatever the customer says, before it goes in circles.
const SAME: usize = 3;

/// A conversation that was held.
pub(crate) struct Held {
    pub(crate) session: String,
    /// Who speaks for the enterprise at the end.
    pub(crate) owner: String,
    /// The dialogue as far as it went.
    pub(crate) transcript: String,
    /// What went wrong, if anything.
    pub(crate) failure: Option<String>,
}

/// Holds a conversation with a host that serves `carrier`'s customers.
pub(crate) fn hold(script: &Script, host: &Host, carrier: &Carrier) -> Held {
    let mut talk = match Talk::open(script, host.address) {
        Ok(talk) => talk,
        Err(error) => {
            let failure = Some(format!("the chat does not open: {error:#}"));
            return Held {
                session: String::new(),
                owner: String::new(),
                transcript: String::new(),
                failure,
            };
        }
    };
    let failure = talk
        .go_through(&script.lines)
        .and_then(|()| talk.settle(script, host, carrier))
        .err()
        .map(|error| format!("{error:#}"));
    Held {
        session: talk.chat.session.clone(),
        owner: talk.owner,
        transcript: talk.transcript,
        failure,
    }
}

struct Talk {
    chat: Chat,
    transcript: String,
    owner: String,
    /// What the bot said since the customer's last line.
    heard: Vec<Message>,
    /// The newest message with something to tap.
    tappable: Vec<(String, String)>,
    /// The code that was shown and not entered yet.
    code: Option<String>,
    /// What the bot's last replies were, newest last.
    replies: Vec<String>,
}

impl Talk {
    fn open(script: &Script, host: SocketAddr) -> anyhow::Result<Self> {
        let chat = Chat::open(host, &script.locale)?;
        let mut talk = Self {
            chat,
            transcript: String::new(),
            owner: "bot".to_owned(),
            heard: Vec::new(),
            tappable: Vec::new(),
            code: None,
            replies: Vec::new(),
        };
        let greeting = talk.turn()?;
        anyhow::ensure!(!greeting.messages.is_empty(), "no greeting");
        Ok(talk)
    }

    fn go_through(&mut self, lines: &[Line]) -> anyhow::Result<()> {
        for line in lines {
            match line {
                Line::Says(text) => self.says(text)?,
                Line::Taps(which) => self.taps(which)?,
                Line::Code => self.enters_code()?,
                Line::Hears(parts) => {
                    let found = |message: &Message| in_order(&message.text, parts);
                    self.expects(&format!("Bot: {}", parts.join("*")), |heard| {
                        heard.iter().any(found)
                    })?;
                }
                Line::HearsAny(words) => {
                    self.expects(&format!("Bot~ {}", words.join("|")), |heard| {
                        any_word(heard, words)
                    })?;
                }
                Line::HearsNone(words) => anyhow::ensure!(
                    !any_word(&self.heard, words),
                    "expected: Bot! {}",
                    words.join("|")
                ),
            }
        }
        Ok(())
    }

    fn says(&mut self, text: &str) -> anyhow::Result<()> {
        let id = self.chat.say(text)?;
        self.replied(&id, text)
    }

    fn taps(&mut self, which: &str) -> anyhow::Result<()> {
        let position = which
            .parse()
            .ok()
            .and_then(|position: usize| self.tappable.get(position.checked_sub(1)?));
        let choice = position
            .or_else(|| {
                self.tappable
                    .iter()
                    .find(|(_, label)| label.contains(which))
            })
            .cloned();
        match choice {
            Some((token, label)) => {
                let id = self.chat.tap(&token)?;
                self.replied(&id, &format!("[{label}]"))
            }
            None => self.says(which),
        }
    }

    fn enters_code(&mut self) -> anyhow::Result<()> {
        match self.code.take() {
            Some(code) => self.says(&code),
            None => Ok(()),
        }
    }

    /// Waits for the turn of the customer's message. The bot must say something, and not for ever the same.
    fn replied(&mut self, id: &str, shown: &str) -> anyhow::Result<()> {
        let _ = writeln!(self.transcript, "  User: {shown}");
        self.heard.clear();
        let owner = self.owner.clone();
        loop {
            let turn = self.turn()?;
            if !turn.said.iter().any(|said| said.id == id) {
                continue;
            }
            if owner != "bot" {
                return Ok(());
            }
            anyhow::ensure!(!turn.messages.is_empty(), "the bot is silent");
            self.replies.push(
                turn.messages
                    .iter()
                    .map(|message| message.text.as_str())
                    .collect(),
            );
            let newest = self.replies.iter().rev().take(SAME);
            let circles = newest.len() == SAME
                && newest
                    .clone()
                    .all(|reply| Some(reply) == self.replies.last());
            anyhow::ensure!(!circles, "the bot said the same {SAME} times in a row");
            return Ok(());
        }
    }

    /// The next turn, written down.
    fn turn(&mut self) -> anyhow::Result<Turn> {
        let turn = self.chat.next(Instant::now() + WAIT)?;
        let turn = turn.ok_or_else(|| anyhow::anyhow!("no reply within {} s", WAIT.as_secs()))?;
        self.take(&turn);
        Ok(turn)
    }

    fn take(&mut self, turn: &Turn) {
        self.owner.clone_from(&turn.owner);
        for message in &turn.messages {
            let _ = writeln!(
                self.transcript,
                "  Bot:  {}",
                message.text.replace('\n', "\n        ")
            );
            for (choice, position) in message.choices.iter().zip(1..) {
                let _ = writeln!(self.transcript, "          {position}) {}", choice.label);
            }
            if !message.choices.is_empty() {
                self.tappable = message
                    .choices
                    .iter()
                    .map(|choice| (choice.token.clone(), choice.label.clone()))
                    .collect();
            }
            if message.from == "system" {
                self.code = six_digits(&message.text).or(self.code.take());
            }
        }
        if turn.owner != "bot" {
            let _ = writeln!(self.transcript, "        ({})", turn.owner);
        }
        self.heard.extend(turn.messages.iter().cloned());
    }

    /// Waits until what was heard satisfies `enough`.
    fn expects(&mut self, what: &str, enough: impl Fn(&[Message]) -> bool) -> anyhow::Result<()> {
        let until = Instant::now() + WAIT;
        while !enough(&self.heard) {
            match self.chat.next(until)? {
                Some(turn) => self.take(&turn),
                None => anyhow::bail!("expected: {what}"),
            }
        }
        Ok(())
    }

    /// Waits for what the operator still has to answer, whether the script does or not: a change that was made is
    /// told, and none is made in the middle of the next conversation.
    fn settle(&mut self, script: &Script, host: &Host, carrier: &Carrier) -> anyhow::Result<()> {
        let until = Instant::now() + WAIT;
        // A bad operator may never answer, and serves this conversation alone.
        while script.backend.is_none() && host.unanswered() > 0 {
            anyhow::ensure!(Instant::now() < until, "the operator does not answer");
            if let Some(turn) = self.chat.next(Instant::now() + BETWEEN_LOOKS)? {
                self.take(&turn);
            }
        }
        let done = ["办理成功", "Done!"];
        if carrier.applied() == 0 || done.iter().any(|part| self.transcript.contains(part)) {
            return Ok(());
        }
        let told = ["办理成功", "已经在使用", "Done!", "already on"].map(str::to_owned);
        self.expects("to be told that the plan was changed", |heard| {
            any_word(heard, &told)
        })
    }
}

fn in_order(text: &str, parts: &[String]) -> bool {
    let mut rest = text;
    parts.iter().all(|part| match rest.find(part.as_str()) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

fn any_word(heard: &[Message], words: &[String]) -> bool {
    let mut all = String::new();
    for message in heard {
        let card = message
            .card
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let labels = message.choices.iter().map(|choice| choice.label.as_str());
        for part in [message.text.as_str(), card.as_str()]
            .into_iter()
            .chain(labels)
        {
            all.push_str(&part.to_lowercase());
            all.push('\n');
        }
    }
    words.iter().any(|word| all.contains(&word.to_lowercase()))
}

fn six_digits(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_digit())
        .find(|run| run.len() == 6)
        .map(str::to_owned)
}
