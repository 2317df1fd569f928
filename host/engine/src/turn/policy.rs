//! Dialogue policy: what a sentence of the contact means for the conversation. Order matters and is the
//! same everywhere: the host's own question, then the words every customer expects to work, then the flow
//! that waits, then other flows, then knowledge, then the ladder of not understanding.

use jackfield_core::{Asking, Event, Expected, FlowId, Frame, Utterance, Value};
use jackfield_language::{
    ANSWER_THRESHOLD, Command, SmallTalk, command, refers_back, rejects, small_talk, wants_none,
    yes_no,
};

use super::reading::arguments_of;
use super::{Failed, Turn};
use crate::reader::{Alone, ONLY, SURE_ANSWER, intent_leads, is_plausible, share};

impl Turn<'_> {
    pub(super) async fn text(&mut self, text: String) -> Result<(), Failed> {
        if let Some(locale) = self
            .catalog
            .model
            .detect_locale(&text, &self.session.locale)
        {
            self.session.locale = locale.to_owned();
        }
        let written = text;
        let text = self.in_digits(&written);
        let utterance = self.reader().parse_said(&text);
        self.transcribe(&written, &utterance);
        if self.host_question(&text, &utterance).await? {
            return Ok(());
        }
        let waiting = self.session.active().cloned();
        if let Some(frame) = &waiting
            && let Some(event) = self.plain_answer(frame, &text, &utterance)
        {
            self.understood();
            let why = match event {
                Event::Confirmed(true) => "confirmed: yes",
                Event::Confirmed(false) => "confirmed: no",
                _ => event.name(),
            };
            self.decide("continue", why);
            return self.answered(frame.id, event, &utterance).await;
        }
        if self.declined(waiting.as_ref(), &text).await? {
            return Ok(());
        }
        if let Some(command) = command(&text) {
            return self.command(command).await;
        }
        let wants_words = self.wants_words(waiting.as_ref());
        // That it is no human is said at any time.
        let chats = !wants_words || small_talk(&text) == Some(SmallTalk::WhoAreYou);
        if chats && self.chat(&text, &utterance) {
            return Ok(());
        }
        if !wants_words {
            if self.help_unsure(waiting.as_ref(), &text).await? {
                return Ok(());
            }
            let refusal = self.refusal(&text, &utterance);
            // What is being done is given up; what was done long ago is complained about.
            let given_up = refusal
                .as_ref()
                .is_some_and(|refusal| self.is_given_up(refusal));
            if !given_up && self.complaint(&text, &utterance) {
                return Ok(());
            }
            if let Some(refusal) = refusal {
                let Some(instead) = self.refuse(refusal).await? else {
                    return Ok(());
                };
                let utterance = self.parse(&instead);
                return self.wanted(&instead, utterance).await;
            }
        }
        self.wanted(&text, utterance).await
    }

    /// A sentence that wants something, or several things.
    pub(super) async fn wanted(&mut self, text: &str, utterance: Utterance) -> Result<(), Failed> {
        let waiting = self.session.active().cloned();
        if !self.wants_words(waiting.as_ref())
            && self.several(waiting.as_ref(), text, &utterance).await?
        {
            return Ok(());
        }
        match waiting {
            Some(frame) => self.within_flow(frame, text, utterance).await,
            None => self.without_flow(utterance).await,
        }
    }

    /// Whether a text in the contact's own words is what is asked for.
    pub(super) fn wants_words(&self, waiting: Option<&Frame>) -> bool {
        let code_asked = matches!(self.session.asking, Some(Asking::Code { .. }));
        match waiting.map(|frame| (frame, &frame.expects.what)) {
            Some((frame, Expected::Slot(slot))) if !code_asked => self
                .slot_kind(frame, slot)
                .is_some_and(|kind| kind == "text"),
            _ => false,
        }
    }

    /// Keeps what was understood for the record, masked when the answer is sensitive.
    fn transcribe(&mut self, text: &str, utterance: &Utterance) {
        let sensitive = matches!(self.session.asking, Some(Asking::Code { .. }))
            || self
                .session
                .active()
                .is_some_and(|frame| frame.expects.sensitive);
        if sensitive {
            self.note_said(&"•".repeat(text.chars().count().min(12)));
            self.decision.utterance = Some(Utterance {
                intent: utterance.intent.clone(),
                confidence: utterance.confidence,
                ..Utterance::default()
            });
        } else {
            self.note_said(text);
            self.decision.utterance = Some(utterance.clone());
        }
    }

    pub(super) fn other_flow(&self, frame: &Frame, utterance: &Utterance) -> Option<FlowId> {
        let flow = self.flow_of(utterance)?;
        (*flow != frame.flow).then(|| flow.clone())
    }

    async fn command(&mut self, command: Command) -> Result<(), Failed> {
        self.understood();
        match command {
            Command::Person => self.hand_off("default", "asked for a person"),
            Command::Cancel => return self.cancel().await,
            Command::StartOver => {
                self.decide("cancel", "starts over");
                if self.cancel_all().await {
                    self.say("cancelled-in-background", &[]);
                }
                self.offer_flows("greeting-again", false);
            }
            Command::Repeat => {
                self.decide("repeat", "asked to repeat");
                self.repeat();
            }
            Command::Back => return self.cancel().await,
            Command::Help => {
                self.decide("help", "asked for help");
                self.offer_flows("help", true);
            }
            Command::Thanks | Command::Greeting | Command::Goodbye => {
                let key = match command {
                    Command::Thanks => "thanks",
                    Command::Goodbye => "goodbye",
                    _ => "greeting-again",
                };
                self.decide("chit-chat", key);
                self.say(key, &[]);
                if command != Command::Goodbye {
                    self.ask_again();
                }
            }
        }
        Ok(())
    }

    /// A sentence while a flow waits that was neither its answer nor a command.
    async fn within_flow(
        &mut self,
        frame: Frame,
        text: &str,
        utterance: Utterance,
    ) -> Result<(), Failed> {
        let code_asked = matches!(self.session.asking, Some(Asking::Code { .. }));
        let expects_text = self.wants_words(Some(&frame));
        let free_text = expects_text || frame.expects.what == Expected::Anything;
        if (code_asked || !free_text) && yes_no(text) == Some(true) {
            // A yes that nobody asked for leads nowhere else.
            if code_asked {
                self.not_a_code();
            } else {
                self.not_understood();
            }
            return Ok(());
        }
        // "What does it cost?" is about what stands to be decided, not about what the customer has.
        let decides = matches!(frame.expects.what, Expected::YesNo | Expected::Choice);
        let pointed_at = refers_back(text) && is_plausible(&utterance);
        let chooses = decides || matches!(frame.expects.what, Expected::Slot(_));
        let filled =
            chooses && !free_text && !code_asked && self.fills_slot(&frame, text, &utterance);
        // "Cheaper", said to a list, is no question at all.
        let values = share(&utterance, |_| true) >= ONLY;
        let lists = frame.prompt.as_ref().is_some_and(|p| p.choices.len() > 1);
        let none_wanted = lists && chooses && !free_text && !code_asked && wants_none(text);
        let about_it = filled || none_wanted || decides && !code_asked && (pointed_at || values);
        let elsewhere = self.other_flow(&frame, &utterance).filter(|_| !about_it);
        let best = self.best_article(&utterance).filter(|(_, score)| {
            !(about_it && values || (filled || none_wanted) && *score < SURE_ANSWER)
        });
        let score = best.as_ref().map_or(0.0, |(_, score)| *score);
        if let Some(flow) = elsewhere
            && intent_leads(&utterance, score)
            && !self.session.is_open(&flow)
        {
            self.understood();
            self.decide("digress", format!("{flow} at {:.2}", utterance.confidence));
            return self.start_flow(flow, arguments_of(&utterance), false).await;
        }
        // Who waits for another system was asked nothing: the sentence is no answer to the flow.
        let asks_text = free_text && !code_asked && !self.is_under_way(frame.id);
        let least = if asks_text {
            SURE_ANSWER
        } else {
            ANSWER_THRESHOLD
        };
        if let Some((id, score)) = best.filter(|(_, score)| *score >= least) {
            self.understood();
            self.decide(
                "answer",
                format!("article {id} at {score:.2}, then back to {}", frame.flow),
            );
            self.give_article(&id);
            self.ask_again();
            return Ok(());
        }
        if code_asked {
            self.not_a_code();
            return Ok(());
        }
        if self.near_miss(&frame, text, &utterance) {
            return Ok(());
        }
        if let (true, Expected::Slot(slot)) = (expects_text, &frame.expects.what) {
            self.understood();
            self.decide("continue", format!("fills {slot}"));
            let filled = jackfield_core::NamedValue {
                name: slot.clone(),
                value: Value::Text(text.trim().to_owned()),
            };
            return self.tell(frame.id, vec![Event::Filled(filled)]).await;
        }
        let own_intent = self
            .flow_of(&utterance)
            .is_some_and(|flow| *flow == frame.flow);
        let turned_down = none_wanted || frame.expects.what == Expected::YesNo && rejects(text);
        if frame.expects.what == Expected::Anything
            || own_intent
            || about_it
            || turned_down
            || !utterance.entities.is_empty()
        {
            let shown_again = decides && (pointed_at || filled);
            return self
                .flow_decides(&frame, utterance, turned_down, shown_again)
                .await;
        }
        self.not_understood();
        Ok(())
    }

    /// A sentence when no flow waits.
    async fn without_flow(&mut self, utterance: Utterance) -> Result<(), Failed> {
        match self.reader().alone(&utterance) {
            Alone::YesNo(yes) => {
                self.understood();
                self.decide("chit-chat", "yes or no, and nothing was asked");
                if yes {
                    self.offer_flows("yes-to-nothing", false);
                } else {
                    self.say("no-to-nothing", &[]);
                }
            }
            Alone::Either(flow, other) => {
                self.decide("clarify", "two readings are close");
                self.clarify(&[flow, other], None);
            }
            Alone::Flow(flow) => {
                self.understood();
                self.decide("start", format!("{flow} at {:.2}", utterance.confidence));
                let arguments = arguments_of(&utterance);
                return self.start_flow(flow, arguments, false).await;
            }
            Alone::Article(id, score) => {
                self.understood();
                self.decide("answer", format!("article {id} at {score:.2}"));
                self.give_article(&id);
            }
            Alone::Value if self.session.misunderstood == 0 => {
                self.session.misunderstood += 1;
                self.decide("clarify", "a value by itself, and nothing was asked");
                self.offer_flows("value-alone", true);
            }
            Alone::Perhaps(flows) if self.session.misunderstood == 0 => {
                self.session.misunderstood += 1;
                self.decide("clarify", "nothing is sure, something is plausible");
                self.clarify(&flows, Some(utterance.text.as_str()));
            }
            Alone::Value | Alone::Perhaps(_) | Alone::Unknown => self.not_understood(),
        }
        Ok(())
    }
}
