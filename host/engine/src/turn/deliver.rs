//! Takes the event to where it belongs: to the host's own question, to a flow, or to nobody.

use jackfield_core::{
    Asking, Awaiting, ChoiceToken, ClarifyOption, Content, Event, Owner, Said, TimerPurpose,
};
use jackfield_language::knowledge::ArticleId;
use jackfield_language::{Command, command};

use super::reading::arguments_of;
use super::{Failed, Turn};

impl Turn<'_> {
    /// Removes from the session what the event itself uses up, so that a failed turn does not see it again.
    pub(super) fn take_out_event(&mut self) {
        match self.accepted.content {
            Content::TimerDue { timer } => {
                if let Some(at) = self.session.timers.iter().position(|t| t.id == timer) {
                    let timer = self.session.timers.remove(at);
                    self.timers_ended.push((timer.id, timer.due));
                    self.base.timers.clone_from(&self.session.timers);
                }
            }
            Content::RequestAnswered { entry, .. } => {
                let of_entry = |awaiting: &Awaiting| awaiting.entry == entry;
                if let Some(at) = self.session.awaiting.iter().position(of_entry) {
                    self.answered = Some(self.session.awaiting.remove(at));
                    self.base.awaiting.clone_from(&self.session.awaiting);
                }
            }
            _ => {}
        }
    }

    pub(super) async fn deliver(&mut self) -> Result<(), Failed> {
        let due = match self.accepted.content {
            Content::TimerDue { timer } => {
                self.session.timers.iter().find(|t| t.id == timer).cloned()
            }
            _ => None,
        };
        self.take_out_event();
        if self.is_for_a_person() {
            return self.while_a_person_owns_it();
        }
        match self.accepted.content.clone() {
            Content::Opened => self.opened(),
            Content::Text(text) => return self.text(text).await,
            Content::Choice(token) => return self.choice(token).await,
            Content::Digits(keys) => {
                self.note_said(&keys);
                return self.tell_active(Event::Pressed(keys)).await;
            }
            Content::Files(files) => {
                self.note_said(&format!("[{} files]", files.len()));
                return self.tell_active(Event::Attached(files)).await;
            }
            Content::Place(place) => {
                self.note_said("[place]");
                return self.tell_active(Event::Located(place)).await;
            }
            Content::TimerDue { .. } => {
                let Some(timer) = due else {
                    self.decide("ignore", "the timer is gone");
                    return Ok(());
                };
                self.decide("timer", timer.name.clone());
                let event = match timer.purpose {
                    TimerPurpose::Flow => Event::Fired(timer.name),
                    TimerPurpose::Deadline => Event::Expired(timer.name),
                    TimerPurpose::Silence => Event::Silent(1),
                };
                return self.tell_frame(timer.frame, event).await;
            }
            Content::RequestAnswered { entry, outcome } => {
                if self.is_code_request(entry) {
                    self.code_sent(&outcome);
                    return Ok(());
                }
                let Some(awaiting) = self.answered.take() else {
                    self.decide(
                        "ignore",
                        format!("nobody waits for the answer to {entry:?}"),
                    );
                    return Ok(());
                };
                let (frame, name) = (awaiting.frame, awaiting.name);
                self.decide("answered", name.clone());
                return self
                    .tell_frame(frame, Event::Answered { name, outcome })
                    .await;
            }
            Content::CallbackReceived {
                frame,
                name,
                correlation,
                payload,
            } => {
                if !self.no_longer_awaits(frame, &name) {
                    self.decide("ignore", format!("nobody waits for the callback `{name}`"));
                    return Ok(());
                }
                self.decide("received", name.clone());
                let event = Event::Received {
                    name,
                    correlation,
                    payload,
                };
                return self.tell_frame(frame, event).await;
            }
            Content::HandedBack { summary } => {
                self.session.owner = Owner::Bot;
                self.decide("handed-back", "a person gave the session back");
                if self.session.active().is_some() {
                    return self.tell_active(Event::HandedBack(summary)).await;
                }
            }
        }
        Ok(())
    }

    /// Whether the event is a person's. What another system did is told to its flow as long as nobody has taken the
    /// session out of the queue: the contact waits for that too.
    fn is_for_a_person(&self) -> bool {
        match (&self.session.owner, &self.accepted.content) {
            (Owner::Bot, _) | (_, Content::HandedBack { .. }) => false,
            (Owner::Queue(_), content) => !matches!(
                content,
                Content::RequestAnswered { .. } | Content::CallbackReceived { .. }
            ),
            (Owner::Agent(_), _) => true,
        }
    }

    /// The bot is silent: what the contact says is kept for the person, and nothing is run. Who waits may come back.
    fn while_a_person_owns_it(&mut self) -> Result<(), Failed> {
        self.decide("silent", "a person owns the session");
        if let Content::Text(text) = self.accepted.content.clone() {
            self.note_said(&text);
            let leaves = matches!(
                command(&text),
                Some(Command::Back | Command::Cancel | Command::StartOver)
            );
            if leaves && matches!(self.session.owner, Owner::Queue(_)) {
                self.leaves_the_queue();
            }
        }
        Ok(())
    }

    /// The contact would rather go on with the bot than wait for a person.
    fn leaves_the_queue(&mut self) {
        self.decide("returned", "the contact did not wait for a person");
        self.session.owner = Owner::Bot;
        if let Some(frame) = self.session.active() {
            let flow = frame.flow.clone();
            self.say_back(&flow);
            self.repeat();
        } else {
            self.offer_flows("returned", false);
        }
    }

    fn opened(&mut self) {
        self.decide("greet", "the contact opened the conversation");
        if self.session.turn == 0 {
            self.offer_flows("greeting", false);
        }
    }

    async fn tell_active(&mut self, event: Event) -> Result<(), Failed> {
        match self.session.active().map(|frame| frame.id) {
            Some(frame) => {
                self.decide("continue", event.name());
                self.tell(frame, vec![event]).await
            }
            None => {
                self.decide("fallback", "nothing waits for this kind of message");
                self.say("unsupported", &[]);
                Ok(())
            }
        }
    }

    /// An event of another system for a frame that may be covered by a digression or gone.
    async fn tell_frame(&mut self, frame: u32, event: Event) -> Result<(), Failed> {
        if !self.session.frames.iter().any(|f| f.id == frame) {
            self.decide("ignore", "the flow that waited has ended");
            return Ok(());
        }
        self.tell(frame, vec![event]).await
    }

    async fn choice(&mut self, token: ChoiceToken) -> Result<(), Failed> {
        if let Some(Asking::Clarify { options, offered }) = self.session.asking.clone()
            && let Some(at) = offered.iter().position(|choice| choice.token == token)
            && let (Some(option), Some(choice)) = (options.get(at), offered.get(at))
        {
            self.note_said(&choice.label);
            return self.clarified(option.clone()).await;
        }
        let active = self.session.active().and_then(|frame| {
            let choices = &frame.prompt.as_ref()?.choices;
            let at = choices.iter().position(|choice| choice.token == token)?;
            Some((
                frame.id,
                frame.choice_ids.get(at)?.clone(),
                choices.get(at)?.label.clone(),
            ))
        });
        let Some((frame, id, label)) = active else {
            self.note_said("…");
            self.decide(
                "stale-choice",
                format!("choice {token} is not on offer any more"),
            );
            self.say("stale-choice", &[]);
            self.ask_again();
            return Ok(());
        };
        self.note_said(&label);
        self.session.asking = None;
        self.understood();
        self.decide("continue", format!("chose {id}"));
        self.tell(frame, vec![Event::Chose(id)]).await
    }

    /// What a choice of the host's own question stands for.
    pub(super) async fn clarified(&mut self, option: ClarifyOption) -> Result<(), Failed> {
        self.session.asking = None;
        self.understood();
        match option {
            ClarifyOption::Flow(flow) => {
                self.decide("start", format!("chose {flow}"));
                let said = self.decision.utterance.as_ref();
                let arguments = said.map(arguments_of).unwrap_or_default();
                self.start_flow(flow, arguments, false).await
            }
            ClarifyOption::Article(id, pack) => {
                let article = ArticleId { id, pack };
                if self.give_article(&article) {
                    self.decide("answer", format!("chose article {article}"));
                } else {
                    // Its time ended, or the flow that it belongs to did, while the choice stood there.
                    self.decide(
                        "stale-choice",
                        format!("article {article} is not given any more"),
                    );
                    self.say("stale-choice", &[]);
                    self.ask_again();
                }
                Ok(())
            }
            ClarifyOption::Person => {
                self.hand_off("default", "asked for a person");
                Ok(())
            }
            ClarifyOption::Continue => {
                self.decide("continue", "chose to go on");
                self.repeat();
                Ok(())
            }
        }
    }

    pub(super) fn note_said(&mut self, shown: &str) {
        self.said.push(Said {
            message_id: self.accepted.message_id.clone(),
            text: shown.to_owned(),
        });
    }
}
