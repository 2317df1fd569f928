//! What people say to a bot that is no business of any pack. A pack that was taught the same answers it itself.

use jackfield_core::{Asking, ClarifyOption, Event, Expected, Frame, Utterance};
use jackfield_language::{SmallTalk, does_not_know};

use super::{Failed, Turn};

impl Turn<'_> {
    /// Answers small talk. False when the sentence is none, or a pack's own.
    pub(super) fn chat(&mut self, text: &str, utterance: &Utterance) -> bool {
        let Some(kind) = self.reader().chat(text, utterance) else {
            return false;
        };
        if kind == SmallTalk::Annoyance {
            self.calm();
            return true;
        }
        self.understood();
        let key = match kind {
            SmallTalk::Annoyance => "annoyed",
            SmallTalk::WhoAreYou => "who-are-you",
            SmallTalk::Name => "your-name",
            SmallTalk::Joke => "joke",
            SmallTalk::OffTopic => "off-topic",
            SmallTalk::HowAreYou => "how-are-you",
            SmallTalk::Praise => "praise",
            SmallTalk::HoldOn => "hold-on",
            SmallTalk::Laughter => "laughter",
        };
        self.decide("chit-chat", key);
        self.say(key, &[]);
        // Who wants a moment is not pressed.
        if kind != SmallTalk::HoldOn {
            self.ask_again();
        }
        true
    }

    /// Apologises and offers a person; who is annoyed twice in a row gets one.
    fn calm(&mut self) {
        self.session.annoyed += 1;
        if self.session.annoyed > 1 {
            self.hand_off("default", "annoyed twice in a row");
            return;
        }
        self.decide("chit-chat", "annoyed");
        if self.session.active().is_some() {
            // No choice here: a "1" is meant for the flow.
            self.say("annoyed", &[]);
            self.ask_again();
        } else {
            let person = self.engine.phrases.say(self.locale(), "person", &[]);
            self.offer("annoyed", vec![(ClarifyOption::Person, person)]);
        }
    }

    /// Helps who does not know. False when the sentence says something else.
    pub(super) async fn help_unsure(
        &mut self,
        waiting: Option<&Frame>,
        text: &str,
    ) -> Result<bool, Failed> {
        if !does_not_know(text) {
            return Ok(false);
        }
        let code_asked = matches!(self.session.asking, Some(Asking::Code { .. }));
        let asked = waiting.filter(|frame| frame.expects.what != Expected::Anything);
        if code_asked {
            self.not_a_code();
        } else if asked.is_some() {
            self.rephrase_for_unsure();
        } else if let Some(frame) = waiting.filter(|frame| !self.is_under_way(frame.id)) {
            self.decide("continue", "the flow decides");
            let said = Utterance {
                intent: None,
                confidence: 0.0,
                alternatives: Vec::new(),
                ..self.parse(text)
            };
            self.tell(frame.id, vec![Event::Said(said)]).await?;
        } else {
            self.decide("help", "does not know, and nothing was asked");
            self.offer_flows("unsure", true);
        }
        Ok(true)
    }
}
