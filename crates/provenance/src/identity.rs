//! Who signs: a certificate chain and its key, made on first use and kept in a folder of their own.
//!
//! ```text
//! <folder>/          mode 0700, appears complete or not at all
//!     chain.pem      leaf, issuing
//!     root.pem       give this to whoever shall know your clips
//!     key.pem        mode 0600
//! ```
//!
//! Deliberately not here: encryption of the key at rest, the system's key ring, hardware keys.

use crate::ProvenanceError;
use crate::certificates::{self, Checked, NewIdentity};
use crate::trust::TrustAnchors;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

const ORGANISATION: &str = "Kinora";
/// The same on every machine: a host name would travel in every clip.
const COMMON_NAME: &str = "Kinora workstation";
const CHAIN: &str = "chain.pem";
const ROOT: &str = "root.pem";
const KEY: &str = "key.pem";

/// A certificate chain with its private key: what signs a clip.
pub struct SigningIdentity {
    checked: Checked,
    key_pem: String,
}

impl SigningIdentity {
    /// The identity in `dir`, made there on first use. `dir` is a folder of its own; its parents are made as needed.
    ///
    /// Two processes that come first at the same time end with the same identity, and a crash leaves none or a whole one.
    ///
    /// # Errors
    /// [`ProvenanceError::BrokenIdentity`] or [`ProvenanceError::OpenPermissions`] if what is there can't be used (nothing
    /// is overwritten), [`ProvenanceError::Io`] if it can't be read or made.
    pub fn load_or_create(dir: &Path) -> Result<Self, ProvenanceError> {
        if let Some(identity) = Self::load(dir)? {
            return Ok(identity);
        }
        create(dir)?;
        Self::load(dir)?.ok_or_else(|| broken(dir, "it vanished while it was made".to_owned()))
    }

    /// The identity in `dir`, or `None` if the folder is missing or empty.
    ///
    /// # Errors
    /// As [`SigningIdentity::load_or_create`].
    pub fn load(dir: &Path) -> Result<Option<Self>, ProvenanceError> {
        match fs::read_dir(dir) {
            Ok(mut entries) => {
                if entries.next().is_none() {
                    return Ok(None);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ProvenanceError::io("opening the signing identity", dir, error)),
        }
        let read = |name: &str| {
            fs::read(dir.join(name)).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => broken(dir, format!("{name} is missing")),
                _ => ProvenanceError::io("reading the signing identity", &dir.join(name), error),
            })
        };
        let text = |name: &str| {
            String::from_utf8(read(name)?).map_err(|_| broken(dir, format!("{name} is no text in PEM form")))
        };
        let (chain, root, key_pem) = (text(CHAIN)?, text(ROOT)?, text(KEY)?);
        refuse_mode(&dir.join(KEY), 0o077, 0o600)?;
        refuse_mode(dir, 0o022, 0o700)?;
        let checked = certificates::check(&(chain + &root), &key_pem, OffsetDateTime::now_utc())
            .map_err(|reason| broken(dir, reason))?;
        Ok(Some(Self { checked, key_pem }))
    }

    /// An identity from a certificate chain (PEM, signing certificate first, with or without its root) and its private
    /// key (PEM, PKCS #8) that the user has from a certificate authority.
    ///
    /// # Errors
    /// [`ProvenanceError::UnusableCertificate`] if the two don't fit together, have expired or can't sign C2PA claims.
    pub fn from_files(chain_pem: &Path, key_pem: &Path) -> Result<Self, ProvenanceError> {
        let read = |path: &Path, doing| {
            let bytes = fs::read(path).map_err(|error| ProvenanceError::io(doing, path, error))?;
            String::from_utf8(bytes)
                .map_err(|_| ProvenanceError::UnusableCertificate(format!("no PEM file: {}", path.display())))
        };
        let chain = read(chain_pem, "reading the certificate chain")?;
        let key_pem = read(key_pem, "reading the private key")?;
        let checked = certificates::check(&chain, &key_pem, OffsetDateTime::now_utc())
            .map_err(ProvenanceError::UnusableCertificate)?;
        Ok(Self { checked, key_pem })
    }

    /// Where an identity folder keeps the root certificate: give this file to whoever shall know your clips.
    #[must_use]
    pub fn root_file(dir: &Path) -> PathBuf {
        dir.join(ROOT)
    }

    /// What makes this identity's signatures trusted: its root, or the last authority of a chain without root.
    #[must_use]
    pub fn anchors(&self) -> TrustAnchors {
        self.checked.anchor_pem.clone().map_or_else(TrustAnchors::none, TrustAnchors::from_pem)
    }

    /// The organisation that viewers show as the signer.
    #[must_use]
    pub fn organisation(&self) -> Option<&str> {
        self.checked.organisation.as_deref()
    }

    /// The signing certificate's common name.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.checked.common_name.as_deref()
    }

    /// When the signing certificate, and so everything signed with it, expires.
    #[must_use]
    pub fn expires(&self) -> OffsetDateTime {
        self.checked.not_after
    }

    /// SHA-256 of the signing certificate in hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.checked.fingerprint
    }

    pub(crate) fn signer(&self) -> c2pa::Result<c2pa::BoxedSigner> {
        let (chain, key) = (self.checked.chain_pem.as_bytes(), self.key_pem.as_bytes());
        c2pa::create_signer::from_keys(chain, key, self.checked.algorithm, None)
    }
}

/// Never shows the key.
impl fmt::Debug for SigningIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningIdentity({:?}, {})", self.common_name(), self.fingerprint())
    }
}

fn broken(dir: &Path, reason: String) -> ProvenanceError {
    ProvenanceError::BrokenIdentity { reason, path: dir.to_owned() }
}

/// Writes a new identity beside `dir` and renames it there. Whoever renames first wins; the others' work is dropped.
fn create(dir: &Path) -> Result<(), ProvenanceError> {
    let failed = |error| ProvenanceError::io("making the signing identity", dir, error);
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed)?;
    let identity = certificates::new_identity(ORGANISATION, COMMON_NAME, OffsetDateTime::now_utc())?;
    let staging = tempfile::Builder::new().prefix(".identity-").tempdir_in(parent).map_err(failed)?;
    write_identity(staging.path(), &identity).map_err(failed)?;
    match fs::rename(staging.path(), dir) {
        Ok(()) => {
            let _renamed = staging.keep(); // nothing left to remove
            sync_dir(parent).map_err(failed)
        }
        // A folder with something in it can't be replaced by a rename: another process was first.
        Err(_) if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

fn write_identity(dir: &Path, identity: &NewIdentity) -> io::Result<()> {
    set_mode(dir, 0o700)?;
    let texts =
        [(CHAIN, &identity.chain_pem, 0o644), (ROOT, &identity.root_pem, 0o644), (KEY, &identity.key_pem, 0o600)];
    for (name, text, mode) in texts {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _ = mode;
        let mut file = options.open(dir.join(name))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
    }
    sync_dir(dir)
}

/// Makes a rename or new file in `dir` last through a power cut.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// Refuses `path` if any of the `forbidden` permission bits are set.
#[cfg(unix)]
fn refuse_mode(path: &Path, forbidden: u32, wanted: u32) -> Result<(), ProvenanceError> {
    let metadata = fs::metadata(path).map_err(|error| ProvenanceError::io("reading the permissions", path, error))?;
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
    if mode & forbidden == 0 {
        return Ok(());
    }
    Err(ProvenanceError::OpenPermissions { mode, wanted, path: path.to_owned() })
}

#[cfg(not(unix))]
fn refuse_mode(_: &Path, _: u32, _: u32) -> Result<(), ProvenanceError> {
    Ok(())
}
