//! Where this user's things lie: the data folder, the models, the roots that are trusted.

use crate::ServiceError;
use kinora_model_store::ModelStore;
use kinora_provenance::{SigningIdentity, TrustAnchors};
use std::path::PathBuf;

/// The user's data folder: `KINORA_DATA`, else the system's place for it.
///
/// # Errors
/// If the system names none.
pub fn data_folder() -> Result<PathBuf, ServiceError> {
    if let Some(folder) = std::env::var_os("KINORA_DATA") {
        return Ok(folder.into());
    }
    let base = dirs::data_dir()
        .ok_or_else(|| ServiceError::Request("this system names no data folder; set KINORA_DATA to one".to_owned()))?;
    Ok(base.join("kinora"))
}

/// The models of this machine.
#[must_use]
pub fn models() -> ModelStore {
    ModelStore::standard(data_folder().ok().as_deref())
}

/// The roots that this user trusts without naming them: their own.
///
/// # Errors
/// If the user's identity can't be read.
pub fn own_anchors() -> Result<TrustAnchors, ServiceError> {
    let own = SigningIdentity::load(&data_folder()?.join("identity"))?;
    Ok(own.map_or_else(TrustAnchors::none, |identity| identity.anchors()))
}
