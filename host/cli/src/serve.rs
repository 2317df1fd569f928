//! `jackfield serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use jackfield_core::{ErrorCode, Limits, PackId};
use jackfield_packs::Pack;
use jackfield_server::RasaAccess;

use crate::install;
use crate::learnt;
use crate::running::{self, Running, Setup};
use crate::settings::Settings;

/// Serve packs from `.jfpack` archives.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Pack archives to serve
    #[arg(required = true)]
    packs: Vec<PathBuf>,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Directory for everything that is kept
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Settings of packs, identity and channels
    #[arg(long)]
    config: Option<PathBuf>,
    /// Serve packs that nobody signed (while developing only)
    #[arg(long)]
    allow_unsigned: bool,
    /// Log as JSON, one object a line
    #[arg(long)]
    json: bool,
}

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    running::log(args.json);
    // Whether it may be served is the second question.
    for path in &args.packs {
        learnt::is_there(path, ErrorCode::NoPack.help())?;
    }
    if !args.allow_unsigned {
        bail!(
            "{}: {}: {}; {}",
            ErrorCode::UnsignedPack,
            ErrorCode::UnsignedPack.summary(),
            args.packs
                .iter()
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
                .join(", "),
            ErrorCode::UnsignedPack.help()
        );
    }
    let settings = args
        .config
        .as_deref()
        .map(Settings::read)
        .transpose()?
        .unwrap_or_default();
    std::fs::create_dir_all(&args.data)
        .with_context(|| format!("cannot make {}", args.data.display()))?;
    let rasa = match &settings.rest.secret_env {
        Some(name) => RasaAccess::Bearer(std::env::var(name).with_context(|| {
            format!("the REST secret is read from the environment variable {name}")
        })?),
        None if args.listen.ip().is_loopback() => RasaAccess::Open,
        None => RasaAccess::Off,
    };
    crate::serving_runtime()?.block_on(async {
        let sandbox = running::sandbox(&args.data)?;
        let mut packs = Vec::new();
        for path in &args.packs {
            let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            let pack = Pack::open(&bytes, &Limits::default()).with_context(|| format!("{}", path.display()))?;
            let own = settings.packs.get(&pack.manifest.pack.id).cloned().unwrap_or_default();
            let installed = Arc::new(install::install(&sandbox, &pack, &own)?);
            tracing::info!(pack = %installed.id(), version = %pack.manifest.pack.version, digest = %pack.digest.short(), "installed");
            packs.push((pack, installed));
        }
        let served = |id: &PackId| packs.iter().any(|(pack, _)| pack.manifest.pack.id == *id);
        if let Some(unknown) = settings.packs.keys().find(|id| !served(id)) {
            bail!("jackfield.toml has settings for `{unknown}`, which is not among the packs that are served; mend its name or remove [packs.\"{unknown}\"]");
        }
        let setup = Setup {
            data: args.data,
            listen: args.listen,
            code: settings.identity.code.delivery()?,
            rasa,
            title: "Jackfield".to_owned(),
            public: settings.server.public()?,
            admin: settings.admin,
            encoder: settings.language.encoder,
        };
        let running = Running::start(setup, &packs).await?;
        println!("serving on http://{}/", running.address);
        running.serve().await
    })
}
