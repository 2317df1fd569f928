//! The words the host itself understands, in Chinese and English, for its repair patterns.

mod choice;
mod code_again;
mod command;
mod correction;
mod phrases;
mod reference;
#[cfg(test)]
mod tests;
mod yes_no;

pub use choice::{choice_by_position, choice_by_words};
pub use code_again::asks_for_code_again;
pub use command::{Command, command};
pub use correction::correction;
pub use reference::refers_back;
pub use yes_no::yes_no;
