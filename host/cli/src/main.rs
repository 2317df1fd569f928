//! The `jackfield` command.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod administration;
mod apikey;
mod audit;
mod bench;
mod chat;
mod dev;
mod engine_host;
mod eval;
mod figures;
mod http;
mod install;
mod journal;
mod keys;
mod learnt;
mod lifecycle;
mod memory;
mod output;
mod pack;
mod remote;
mod replay;
mod running;
mod secret;
mod serve;
mod settings;
mod teaching;
mod threads;
mod train;
mod trainer;
mod trainer_host;
mod trust;
mod understand;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use memory::Memory;

#[global_allocator]
static MEMORY: Memory = Memory;

/// A host for customer-service bots whose industry flows arrive as sandboxed packs.
///
/// 智能客服机器人主机：行业流程以沙箱化的“业务包”形式安装运行。
#[derive(Parser)]
#[command(
    name = "jackfield",
    version,
    after_help = "Start with `jackfield dev`, then open the address it prints."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the packs in their source directories, start everything on one port, rebuild on save
    Dev(dev::Args),
    /// Run a host that serves the packs that are installed
    ///
    /// It starts the web chat, the channels and the operators' API on one port. Without a pack it starts too, and waits for `jackfield pack
    /// install`, which is run beside it and installs packs while it serves.
    Serve(serve::Args),
    /// Talk to a running host in the terminal
    Chat(chat::Args),
    /// Build, sign, review and install packs
    #[command(subcommand)]
    Pack(pack::Command),
    /// Make keys to sign packs with
    #[command(subcommand)]
    Key(keys::Command),
    /// Say whose packs are installed
    #[command(subcommand)]
    Trust(trust::Command),
    /// Say who else may use a running host's API, and for what
    #[command(subcommand)]
    Apikey(apikey::Command),
    /// Read what happened in sessions
    #[command(subcommand)]
    Journal(journal::Command),
    /// Run recorded turns again with other packs, and show what would go otherwise
    Replay(replay::Args),
    /// Say what was decided about packs, corrections, keys and contacts, and prove that the journal is whole
    #[command(subcommand)]
    Audit(audit::Command),
    /// Measure how well customers are understood
    #[command(subcommand)]
    Eval(eval::Command),
    /// Explain how one sentence is understood
    Understand(understand::Args),
    /// Learn from packs, and say what is hard to tell apart
    Train(train::Args),
    /// Teach the bot what it did not understand
    #[command(subcommand)]
    Trainer(trainer::Command),
    /// Measure this machine
    #[command(subcommand)]
    Bench(bench::Command),
    /// Compile a component from stdin to stdout (used by the host itself)
    #[command(hide = true)]
    CompileGuest,
}

fn main() -> ExitCode {
    memory::prepare();
    threads::prepare();
    output::may_be_closed();
    let cli = Cli::parse();
    let done = match cli.command {
        Command::CompileGuest => return jackfield_sandbox::compile::child_main(),
        Command::Replay(args) => return replay::main(args),
        Command::Dev(args) => dev::main(args),
        Command::Serve(args) => serve::main(args),
        Command::Chat(args) => chat::main(args),
        Command::Pack(command) => match pack::main(command) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Key(command) => keys::main(command),
        Command::Trust(command) => trust::main(command),
        Command::Apikey(command) => apikey::main(command),
        Command::Journal(command) => journal::main(command),
        Command::Audit(command) => audit::main(command),
        Command::Eval(command) => eval::main(command),
        Command::Understand(args) => understand::main(args),
        Command::Train(args) => train::main(args),
        Command::Trainer(command) => trainer::main(command),
        Command::Bench(command) => bench::main(command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A runtime for the commands that serve.
fn serving_runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder
        .worker_threads(workers)
        .on_thread_park(memory::tidy)
        .enable_all();
    #[cfg(target_os = "linux")]
    if let Some(one_each) = jackfield_core::processors::OneEach::new(workers) {
        builder.on_thread_start(move || one_each.starts());
    }
    Ok(builder.build()?)
}

/// A runtime for the commands that talk or measure.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}
