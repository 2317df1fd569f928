//! `jackfield bench`: every number we claim, measured on the machine at hand.

mod bare;
mod idle;
mod knowledge;
mod latency;
mod native;
mod packs;
mod replay;
mod sandbox;
mod server;
mod swaps;
mod talker;
mod turns;
mod world;

/// What to measure.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// One turn of a plug-in: fresh instance, floor, reused instance, native code, compilation
    Sandbox(sandbox::Args),
    /// Whole turns over HTTP: accept, sandboxed turn, fsync, reply on the event stream
    Turns(turns::Args),
    /// Many sleeping conversations: memory, and time to start
    Idle(idle::Args),
    /// A large knowledge base: searching it, publishing an article, rolling back
    Knowledge(knowledge::Args),
    /// Recorded turns run again with the same pack: how many a second, and whether they come out the same
    Replay(replay::Args),
    /// New versions of a pack, one after the other under load, every third one bad: whether customers see any of it
    Swaps(swaps::Args),
    /// A bare HTTP server to compare with (used by `bench turns` itself)
    #[command(hide = true)]
    BareHttp,
}

pub(crate) fn main(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Sandbox(args) => sandbox::main(args),
        Command::Turns(args) => crate::runtime()?.block_on(turns::run(args)),
        Command::Idle(args) => crate::runtime()?.block_on(idle::run(args)),
        Command::Knowledge(args) => knowledge::main(&args),
        Command::Replay(args) => replay::main(args),
        Command::Swaps(args) => swaps::main(&args),
        Command::BareHttp => crate::runtime()?.block_on(bare::serve()),
    }
}
