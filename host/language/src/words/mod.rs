//! The words the host itself understands, in Chinese and English, for its repair patterns.

mod choice;
mod clauses;
mod code_again;
mod command;
mod complaint;
mod correction;
mod declines;
mod just_wanted;
mod negation;
mod none_wanted;
mod person;
mod person_refused;
mod phrases;
mod reference;
mod rejection;
mod small_talk;
mod spelt_digits;
#[cfg(test)]
mod tests;
mod unsure;
mod wishes;
mod yes_no;

pub use choice::{choice_by_ordinal, choice_by_position, choice_by_words};
pub use clauses::{Clause, clauses};
pub use code_again::asks_for_code_again;
pub use command::{Command, command};
pub use complaint::complains;
pub use correction::correction;
pub use declines::declines;
pub use just_wanted::just_wanted;
pub use negation::refused;
pub use none_wanted::wants_none;
pub use person_refused::without_person;
pub use reference::refers_back;
pub use rejection::{after_rejection, rejects};
pub use small_talk::{SmallTalk, small_talk};
pub use spelt_digits::spelt_digits;
pub use unsure::does_not_know;
pub use wishes::{Wish, wishes};
pub use yes_no::yes_no;
