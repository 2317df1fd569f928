//! The simulated operator as a program.

use std::path::PathBuf;
use std::process::ExitCode;

use carrier_api::Options;
use clap::Parser;

/// A simulated telecom operator back end on 127.0.0.1.
///
/// It answers GET /subscribers/{phone}, POST /plan-changes and GET /plan-changes, and POST /control makes it
/// slow or faulty. Any mainland mobile number exists, except those that end in 0000.
#[derive(Debug, Parser)]
#[command(name = "carrier-api", version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes any that is free and prints it.
    #[arg(long, default_value_t = 7070)]
    port: u16,
    /// A table of plans (CSV) instead of the built-in copy of plugins/telecom/data/plans.csv.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Keep plan changes, and who is still to be called back, in this file, so that they survive a restart.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Go by this date (YYYY-MM-DD) instead of today's.
    #[arg(long, value_name = "DATE")]
    today: Option<jiff::civil::Date>,
    /// End when the standard input closes: whoever started this is gone.
    #[arg(long)]
    until_stdin_closes: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments {
        port,
        data,
        state,
        today,
        until_stdin_closes,
    } = Arguments::parse();
    let running = match carrier_api::start(Options {
        port,
        data,
        state,
        today,
    })
    .await
    {
        Ok(running) => running,
        Err(error) => {
            eprintln!("carrier-api: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("carrier-api listening on {}", running.url());
    if until_stdin_closes {
        tokio::select! {
            () = interrupted() => {}
            () = stdin_closed() => {}
        }
    } else {
        interrupted().await;
    }
    running.stop().await;
    ExitCode::SUCCESS
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without signals there is no other end than being killed.
        std::future::pending::<()>().await;
    }
}

async fn stdin_closed() {
    // A thread, because a read of the standard input cannot be cancelled; it ends with the process.
    let (closed, wait) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = closed.send(());
    });
    let _ = wait.await;
}
