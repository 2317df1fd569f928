//! From when the new plan counts: at once, or from the first of next month. Other days the carrier does not offer.

use jackfield_sdk::prelude::*;

use super::ChangePlan;
use crate::date;

impl ChangePlan {
    /// Takes the day that the customer wants the plan from, or the nearest one that can be had: then they are told.
    pub(super) fn starts(&mut self, cx: &mut Context, day: &Value) {
        let Value::Date(day) = day else { return };
        let today = date::today(cx.now());
        let Some(next_month) = date::next_month(&today) else {
            return;
        };
        // ISO dates compare as text.
        let later = *day >= next_month;
        let taken = if later { &next_month } else { &today };
        self.start_said = true;
        self.asked_for = (day != taken).then(|| day.clone());
        cx.set_slot("effective", Value::date(taken));
        self.effective = later.then_some(next_month);
    }

    /// Tells who asked for a day that cannot be had which ones can.
    pub(super) fn other_start(&mut self, today: &str) -> Option<Text> {
        let asked = self.asked_for.take()?;
        let next_month = date::next_month(today)?;
        let taken = self.effective.as_deref().unwrap_or(today);
        Some(
            t("start-other")
                .arg("asked", Value::date(asked))
                .arg("date", Value::date(taken))
                .arg("today", Value::date(today))
                .arg("next-month", Value::date(next_month)),
        )
    }

    /// Says that the first day was heard, to who has no plan yet.
    pub(super) fn start_heard(&self, today: &str) -> Option<Text> {
        let day = self.effective.as_deref().unwrap_or(today);
        self.start_said
            .then(|| t("start-heard").arg("date", Value::date(day)))
    }

    /// The first day of the new plan, when it is confirmed now.
    pub(super) fn first_day(&mut self, today: String) -> String {
        // A month may have begun since.
        self.effective.take_if(|day| *day <= today);
        self.effective.clone().unwrap_or(today)
    }
}
