//! `jackfield serve`.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use jackfield_core::{ErrorCode, Limits, PackId, Permission};
use jackfield_packs::Pack;
use jackfield_sandbox::Sandbox;
use jackfield_server::RasaAccess;

use crate::install;
use crate::learnt;
use crate::lifecycle::{Loaded, Packs, Sources};
use crate::pack::sign::archive;
use crate::running::{self, Running, Setup};
use crate::settings::Settings;

/// What to serve, and how.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Pack archives (.jfpack) to serve besides those that are installed. Signatures are not looked at, and all that the packs ask for
    /// is granted, so it takes --allow-unsigned
    #[arg(value_name = "FILE")]
    packs: Vec<PathBuf>,
    /// Address and port to listen on: 0.0.0.0:8080 is reached from other machines too, and port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Directory in which the host keeps everything: conversations, keys, installed packs. It is made when it is not there
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// The file of settings, such as jackfield.toml: what packs need, how customers prove who they are, channels
    /// (docs/operating.md) [default: no settings]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Also serve packs that nobody signed. For development only: code runs whoever wrote it
    #[arg(long)]
    allow_unsigned: bool,
    /// Write the log as JSON, one object a line
    #[arg(long)]
    json: bool,
}

pub(crate) fn main(args: Args) -> anyhow::Result<()> {
    running::log(args.json);
    // Whether it may be served is the second question.
    for path in &args.packs {
        learnt::is_there(path, ErrorCode::NoPack.help())?;
    }
    if !args.allow_unsigned && !args.packs.is_empty() {
        let code = ErrorCode::UnsignedPack;
        let files: Vec<String> = args
            .packs
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        bail!(
            "{code}: files are served as they are, and nobody vouches for them: {}; start without them and install them with `jackfield pack install`, or add --allow-unsigned while developing",
            files.join(", ")
        );
    }
    if args.allow_unsigned {
        tracing::warn!("packs that nobody signed are served: for development only");
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
        let given = given(&args.packs, &sandbox, &settings)?;
        let store = running::store(&args.data).await?;
        let sources = Sources {
            data: &args.data,
            unsigned: args.allow_unsigned,
            settings: settings.packs.clone(),
            given,
        };
        let packs = Packs::open(Arc::clone(&store), sandbox, sources)?;
        packs.tidy()?;
        let lineup = packs.lineup();
        check_names(&settings, &packs.known_ids())?;
        for Loaded { pack, installed } in &lineup.current {
            tracing::info!(pack = %installed.id(), version = %pack.manifest.pack.version, digest = %pack.digest.short(), "serving");
        }
        let setup = Setup {
            data: args.data.clone(),
            listen: args.listen,
            code: settings.identity.code.delivery()?,
            rasa,
            title: "Jackfield".to_owned(),
            public: settings.server.public()?,
            admin: settings.admin,
            encoder: settings.language.encoder,
        };
        let running = Running::start(setup, store, &lineup, Some(Arc::new(packs))).await?;
        if lineup.current.is_empty() {
            let (port, data) = (running.address.port(), args.data.display());
            tracing::warn!("no pack is installed yet: `jackfield pack install FILE --url http://127.0.0.1:{port} --data {data}`");
        }
        println!("serving on http://{}/", running.address);
        running.serve().await
    })
}

/// Archives that are served as they are.
fn given(files: &[PathBuf], sandbox: &Sandbox, settings: &Settings) -> anyhow::Result<Vec<Loaded>> {
    let mut given: Vec<Loaded> = Vec::new();
    for path in files {
        let loaded = open(path, sandbox, settings)?;
        if let Some(twice) = given.iter().find(|other| other.id() == loaded.id()) {
            bail!(
                "{} is given twice: {} is its second place",
                twice.id(),
                path.display()
            );
        }
        given.push(loaded);
    }
    Ok(given)
}

fn open(path: &Path, sandbox: &Sandbox, settings: &Settings) -> anyhow::Result<Loaded> {
    let pack = Pack::open(&archive(path)?, &Limits::default())
        .with_context(|| path.display().to_string())?;
    let own = settings.packs.get(&pack.manifest.pack.id);
    let asked = Permission::asked(&pack.manifest);
    let installed = install::install(sandbox, &pack, &own.cloned().unwrap_or_default(), &asked)?;
    Ok(Loaded {
        pack: Arc::new(pack),
        installed: Arc::new(installed),
    })
}

/// Settings of a pack that is not there are most likely those of one whose name was mistyped. Before the first pack is
/// installed they are those of packs to come.
fn check_names(settings: &Settings, known: &BTreeSet<PackId>) -> anyhow::Result<()> {
    if known.is_empty() {
        return Ok(());
    }
    match settings.packs.keys().find(|id| !known.contains(*id)) {
        Some(unknown) => bail!(
            "jackfield.toml has settings for `{unknown}`, which is not among the packs that are served; mend its name or remove [packs.\"{unknown}\"]"
        ),
        None => Ok(()),
    }
}
