//! Whom this computer knows: root certificates that make a signer "trusted", and the settings of the C2PA library that
//! signing and reading share (no network, ever).
//!
//! Deliberately not here: public trust lists. Kinora works offline; a studio hands its root around instead.

use crate::ProvenanceError;
use kinora_job::CancelToken;
use serde_json::{Value, json};
use std::path::Path;
use x509_parser::pem::Pem;

/// Root certificates whose signers are known here.
#[derive(Debug, Clone, Default)]
pub struct TrustAnchors {
    pem: String,
}

impl TrustAnchors {
    /// Nobody is known: every signer is an unknown one.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads one or more root certificates from a PEM file.
    ///
    /// # Errors
    /// [`ProvenanceError::Io`] if the file can't be read, [`ProvenanceError::UnusableCertificate`] if it holds no
    /// certificate.
    pub fn from_pem_file(path: &Path) -> Result<Self, ProvenanceError> {
        let pem = std::fs::read_to_string(path)
            .map_err(|error| ProvenanceError::io("reading the root certificate", path, error))?;
        let mut found = 0;
        for block in Pem::iter_from_buffer(pem.as_bytes()) {
            if !block.is_ok_and(|block| block.parse_x509().is_ok()) {
                found = 0;
                break;
            }
            found += 1;
        }
        if found == 0 {
            let reason = format!("it is no root certificate in PEM form: {}", path.display());
            return Err(ProvenanceError::UnusableCertificate(reason));
        }
        Ok(Self { pem })
    }

    pub(crate) fn from_pem(pem: String) -> Self {
        Self { pem }
    }

    /// These and the `other` ones.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        if !self.pem.is_empty() && !self.pem.ends_with('\n') {
            self.pem.push('\n');
        }
        self.pem.push_str(&other.pem);
        self
    }

    /// True if nobody is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pem.is_empty()
    }
}

/// A C2PA context without network that stops when `cancel` says so. `builder` is the builder's part of the settings.
pub(crate) fn context(anchors: &TrustAnchors, builder: &Value, cancel: &CancelToken) -> c2pa::Result<c2pa::Context> {
    let mut settings = json!({
        "version": 1,
        "core": { "allowed_network_hosts": [], "backing_store_memory_threshold_in_mb": 64 },
        "verify": { "remote_manifest_fetch": false, "ocsp_fetch": false },
        "builder": builder,
    });
    if !anchors.is_empty() {
        settings["trust"] = json!({ "user_anchors": anchors.pem });
    }
    let settings = c2pa::Settings::new().with_json(&settings.to_string())?;
    let cancel = cancel.clone();
    Ok(c2pa::Context::new().with_settings(settings)?.with_progress_callback(move |_, _, _| !cancel.is_cancelled()))
}
