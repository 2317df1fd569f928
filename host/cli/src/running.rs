//! A running host: store, sandbox, packs, engine and server, put together.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jackfield_core::{Limits, TenantId};
use jackfield_engine::{CodeDelivery, Engine};
use jackfield_language::{BertEncoder, Model, SentenceEncoder};
use jackfield_sandbox::{Compiler, Sandbox};
use jackfield_server::{OperatorAccess, PackAccess, RasaAccess, Server, TokenKey};
use jackfield_store::{JournalStore, Store};
use jackfield_trainer::{EntryKey, Following, Trainer};
use tracing_subscriber::EnvFilter;
use url::Url;

use crate::administration;
use crate::engine_host::EngineHost;
use crate::lifecycle::keeper::Keeper;
use crate::lifecycle::{Lineup, Packs};
use crate::secret::{host_secret, operator_token};
use crate::settings::Admin;
use crate::teaching::Teaching;
use crate::trainer_host::TrainerHost;
use crate::{figures, lifecycle, memory};

/// How long running turns may go on at shutdown.
const DRAIN: Duration = Duration::from_secs(10);
/// Steps that may be in instances at the same time; most of them wait for other systems.
const INSTANCES: u32 = 256;

/// How a host is put together.
pub(crate) struct Setup {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) code: CodeDelivery,
    pub(crate) rasa: RasaAccess,
    pub(crate) title: String,
    /// Where other systems reach the host; without it, where it listens.
    pub(crate) public: Option<Url>,
    pub(crate) admin: Admin,
    /// Folder of a sentence encoder.
    pub(crate) encoder: Option<PathBuf>,
}

/// A host that is about to serve.
pub(crate) struct Running {
    pub(crate) teaching: Arc<Teaching>,
    pub(crate) address: SocketAddr,
    engine: Engine,
    following: Following,
    server: Server,
}

/// Log lines to stderr: `text` for people, `json` for machines. `JACKFIELD_LOG` filters.
pub(crate) fn log(json: bool) {
    let filter =
        EnvFilter::try_from_env("JACKFIELD_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    if json {
        builder.json().init()
    } else {
        builder.compact().with_target(false).init()
    }
}

/// A sandbox that compiles in a child process and keeps the results in the data directory.
pub(crate) fn sandbox(data: &Path) -> anyhow::Result<Sandbox> {
    let exe = std::env::current_exe().context("cannot find this program's own file")?;
    Ok(Sandbox::new(jackfield_sandbox::Options {
        cache: Some(data.join("compiled")),
        compiler: Compiler::Child {
            exe,
            args: vec!["compile-guest".into()],
        },
        concurrency: INSTANCES,
    })?)
}

/// The sentence encoder in a folder.
fn encoder(folder: &Path) -> anyhow::Result<Arc<dyn SentenceEncoder>> {
    Ok(Arc::new(BertEncoder::load(folder)?))
}

/// Opens the store in a data directory.
pub(crate) async fn store(data: &Path) -> anyhow::Result<Arc<dyn Store>> {
    let directory = data.to_owned();
    let opened = tokio::task::spawn_blocking(move || {
        JournalStore::open(jackfield_store::Options::new(&directory))
    });
    let store = opened
        .await?
        .with_context(|| format!("cannot open {}", data.display()))?;
    Ok(Arc::new(store))
}

impl Running {
    /// Takes up what was pending in the store, binds the port.
    pub(crate) async fn start(
        setup: Setup,
        store: Arc<dyn Store>,
        lineup: &Lineup,
        packs: Option<Arc<Packs>>,
    ) -> anyhow::Result<Self> {
        let metrics = figures::collector()?
            .install_recorder()
            .context("cannot set up metrics")?;
        let secret = host_secret(&setup.data)?;
        let trainer = Arc::new(Trainer::open(jackfield_trainer::Options {
            directory: setup.data.join("trainer"),
            tenant: TenantId::default(),
            key: EntryKey::new(&secret),
        })?);
        let own = lineup.training();
        let taught = trainer.with_corrections(|corrections| corrections.applied_to(&own));
        let encoder = setup.encoder.as_deref().map(encoder).transpose()?;
        let model = Model::train_with(&taught.training, encoder.clone())?;
        let catalog = lineup.catalog(Arc::new(model), None);
        let instances = INSTANCES as usize;
        let options = jackfield_engine::Options {
            code_delivery: setup.code,
            secret,
            instances,
            ..Default::default()
        };
        let engine = Engine::new(Arc::clone(&store), catalog, options)?;
        let teaching = Arc::new(Teaching::new(
            engine.clone(),
            Arc::clone(&trainer),
            encoder,
            own,
        ));
        let mut options = jackfield_server::Options::new(setup.listen, TokenKey::new(secret));
        options.rasa = setup.rasa;
        options.title = setup.title;
        options.metrics = Some(metrics);
        let mut access = OperatorAccess {
            token: operator_token(&setup.admin, &setup.data)?,
            administration: Arc::new(administration::Keeper(Arc::clone(&store))),
            trainer: Arc::new(TrainerHost::new(
                Arc::clone(&trainer),
                Arc::clone(&teaching),
                Arc::clone(&store),
            )),
            packs: None,
        };
        if let Some(packs) = packs {
            if !lineup.trials.is_empty() {
                teaching.install(lineup, false)?;
            }
            tokio::spawn(lifecycle::watch(
                Arc::clone(&packs),
                Arc::clone(&teaching),
                engine.clone(),
            ));
            access.packs = Some(PackAccess {
                largest: Limits::default().pack,
                keeper: Arc::new(Keeper {
                    packs,
                    teaching: Arc::clone(&teaching),
                    engine: engine.clone(),
                }),
            });
        }
        options.operators = Some(access);
        let server = Server::bind(options, Arc::new(EngineHost(engine.clone()))).await?;
        let listens = server.local_addr();
        let public = match setup.public {
            None if !listens.ip().is_unspecified() => {
                Some(Url::parse(&format!("http://{listens}"))?)
            }
            known => known,
        };
        if let Some(public) = public {
            engine.reached_at(public);
        }
        engine.start().await?;
        let following = trainer.follow(store)?;
        tokio::spawn(memory::give_back());
        Ok(Self {
            address: server.local_addr(),
            engine,
            teaching,
            following,
            server,
        })
    }

    /// Serves until SIGTERM or Ctrl-C, then finishes what runs and writes everything down.
    pub(crate) async fn serve(self) -> anyhow::Result<()> {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        let stop = async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            tracing::info!("shutting down: finishing what runs");
        };
        self.server.run(stop).await;
        self.engine.drain(DRAIN).await?;
        drop(self.following);
        Ok(())
    }
}
