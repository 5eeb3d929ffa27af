//! What several commands need: the data folder, the signing identity, cancelling with Ctrl-C.

use anyhow::{Context, Result};
use kinora_job::CancelToken;
use kinora_provenance::{SigningIdentity, TrustAnchors};
use kinora_services::own_anchors;
pub use kinora_services::{data_folder, models};
use std::path::{Path, PathBuf};

/// Who signs, as arguments.
#[derive(Debug, clap::Args)]
pub struct SignerArgs {
    /// Certificate chain (PEM, leaf first) to sign with, instead of Kinora's own
    #[arg(long, value_name = "FILE", requires = "sign_key")]
    sign_chain: Option<PathBuf>,
    /// Private key (PEM, PKCS#8) of that chain
    #[arg(long, value_name = "FILE", requires = "sign_chain")]
    sign_key: Option<PathBuf>,
}

impl SignerArgs {
    /// The given chain and key, if they were.
    pub fn given(&self) -> Result<Option<SigningIdentity>> {
        let files = self.sign_chain.as_ref().zip(self.sign_key.as_ref());
        Ok(files.map(|(chain, key)| SigningIdentity::from_files(chain, key)).transpose()?)
    }

    /// The given chain and key, or the identity of this user, made on first use.
    pub fn identity(&self) -> Result<SigningIdentity> {
        Ok(match self.given()? {
            Some(identity) => identity,
            None => SigningIdentity::load_or_create(&identity_folder()?)?,
        })
    }
}

fn identity_folder() -> Result<PathBuf> {
    Ok(data_folder()?.join("identity"))
}

/// The roots that this user trusts: their own, and one they name.
pub fn anchors(extra: Option<&Path>) -> Result<TrustAnchors> {
    let own = own_anchors()?;
    Ok(match extra {
        Some(path) => own.and(&TrustAnchors::from_pem_file(path)?),
        None => own,
    })
}

/// A token that Ctrl-C (or a request to end) cancels; a second one ends the process at once.
pub fn cancel_on_interrupt() -> Result<CancelToken> {
    let token = CancelToken::new();
    let shared = token.clone();
    ctrlc::set_handler(move || {
        if shared.is_cancelled() {
            std::process::exit(130);
        }
        shared.cancel();
    })
    .context("the program can't listen for Ctrl-C")?;
    Ok(token)
}
