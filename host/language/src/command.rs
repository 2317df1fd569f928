/// What a contact can always say, whatever flow is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Leave what is being done.
    Cancel,
    /// Talk to a human.
    Person,
    /// Say the last message again.
    Repeat,
    /// Go one step back.
    Back,
    /// What can be done here.
    Help,
    /// Thank you.
    Thanks,
    /// Hello.
    Greeting,
    /// Good-bye.
    Goodbye,
    /// Begin again from the start.
    StartOver,
}

/// The command that `text` is, when it is nothing else.
pub fn command(_text: &str) -> Option<Command> {
    None
}
