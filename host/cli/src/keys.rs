//! `jackfield key`, and how keys are read by other commands.

use std::io::{IsTerminal as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail, ensure};
use jackfield_core::ErrorCode;
use jackfield_packs::trust::{PublicKey, SigningKey};

/// The environment variable that a key's password is read from where nobody can type it.
const PASSWORD: &str = "JACKFIELD_KEY_PASSWORD";

/// Keys to sign packs with.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Make a key: NAME.key is secret, NAME.pub is for everyone
    New {
        /// Path of both files without their endings
        name: PathBuf,
        /// Keep the secret key without a password, for machines that sign
        #[arg(long)]
        no_password: bool,
    },
    /// Show the id and the public half of a key
    Show {
        /// A .pub or .key file
        file: PathBuf,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn main(command: Command) -> anyhow::Result<()> {
    match command {
        Command::New { name, no_password } => make(&name, no_password),
        Command::Show { file, json } => show(&file, json),
    }
}

fn make(name: &Path, no_password: bool) -> anyhow::Result<()> {
    let (secret_file, public_file) = (
        name.with_added_extension("key"),
        name.with_added_extension("pub"),
    );
    for file in [&secret_file, &public_file] {
        ensure!(
            !file.exists(),
            "{} exists already; a key is not overwritten, because packs signed with it could not be renewed",
            file.display()
        );
    }
    let password = match no_password {
        true => None,
        false => Some(new_password()?),
    };
    let (public, secret) = SigningKey::generate(password)?;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&secret_file)
        .with_context(|| format!("cannot write {}", secret_file.display()))?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    std::fs::write(&public_file, public.to_file()?)
        .with_context(|| format!("cannot write {}", public_file.display()))?;
    println!("key {}", public.id());
    println!(
        "  secret: {} (keep it, and a copy in a safe place)",
        secret_file.display()
    );
    println!(
        "  public: {} (give it to those who are to trust it)",
        public_file.display()
    );
    Ok(())
}

fn show(file: &Path, json: bool) -> anyhow::Result<()> {
    let text = read(file)?;
    let public = match text.parse::<PublicKey>() {
        Ok(public) => public,
        Err(_) => signing_key(file)?.public()?,
    };
    if json {
        println!(
            "{}",
            serde_json::json!({ "id": public.id(), "public": public })
        );
    } else {
        println!("key    {}\npublic {public}", public.id());
    }
    Ok(())
}

/// Reads a secret key; its password comes from the environment or from who sits there.
pub(crate) fn signing_key(file: &Path) -> anyhow::Result<SigningKey> {
    let text = read(file)?;
    if text.parse::<PublicKey>().is_ok() {
        let secret = file.with_extension("key");
        bail!(
            "{}: {} is the public half of a key, which everybody may have; sign with its secret half, such as {}",
            ErrorCode::BadKeyFile,
            file.display(),
            secret.display()
        );
    }
    let password = match SigningKey::is_encrypted(&text) {
        false => None,
        true => Some(password(&format!("Password of {}: ", file.display()))?),
    };
    SigningKey::read(&text, password).with_context(|| format!("{}", file.display()))
}

/// Reads a public key, given as itself or as a file.
pub(crate) fn public_key(given: &str) -> anyhow::Result<PublicKey> {
    if given.starts_with("RW") && !Path::new(given).exists() {
        return Ok(given.parse()?);
    }
    read(Path::new(given))?
        .parse()
        .with_context(|| given.to_owned())
}

fn read(file: &Path) -> anyhow::Result<String> {
    let code = ErrorCode::BadKeyFile;
    std::fs::read_to_string(file).map_err(|error| {
        let (file, help) = (file.display(), code.help());
        anyhow!("{code}: cannot read {file}: {error}; {help}")
    })
}

fn new_password() -> anyhow::Result<String> {
    let first = password("Password for the new key: ")?;
    ensure!(
        !first.is_empty(),
        "the password is empty; for a key without one add --no-password"
    );
    if std::env::var_os(PASSWORD).is_none() {
        ensure!(
            first == password("The same again: ")?,
            "the two are not the same"
        );
    }
    Ok(first)
}

fn password(prompt: &str) -> anyhow::Result<String> {
    if let Some(password) = std::env::var_os(PASSWORD) {
        return password
            .into_string()
            .ok()
            .with_context(|| format!("{PASSWORD} is not UTF-8"));
    }
    if !std::io::stdin().is_terminal() {
        bail!(
            "the key needs a password and nobody is there to type it: set {PASSWORD}, or make a key with --no-password"
        );
    }
    Ok(rpassword::prompt_password(prompt)?)
}
