//! The sound of a film: what its export holds and what a monitor plays, from the same mix.
//!
//! Deliberately not here: which sounds a timeline has (`kinora_studio::planner`), the sound device (the shell's).

use crate::ServiceError;
use kinora_media::{Fades, MixClip, Mixer, Stereo};
use kinora_project::MediaId;
use kinora_project_file::{Disk, MediaStore};
use kinora_studio::planner::{CutMedia, CutSound};
use std::collections::BTreeMap;
use std::path::Path;

/// The sound of a film.
pub struct FilmSound {
    mixer: Mixer,
}

impl FilmSound {
    /// A mix of sounds, whose files lie in a project's folder. They are opened when they are first heard.
    #[must_use]
    pub fn new(sounds: &[CutSound], media: &BTreeMap<MediaId, CutMedia>, project: &Path) -> Self {
        let store = MediaStore::new(Disk, &project.join("media"));
        let clip = |sound: &CutSound| {
            let file = media.get(&sound.media)?;
            Some(MixClip {
                path: store.locate(&file.sha256),
                at: sound.at,
                length: sound.length,
                from: sound.from,
                speed: sound.speed,
                gain: sound.gain,
                pan: sound.pan,
                fades: Fades { come: sound.fades.0, go: sound.fades.1 },
            })
        };
        Self { mixer: Mixer::new(sounds.iter().filter_map(clip).collect()) }
    }

    /// The samples from one on, at 48 kHz. They may be louder than full scale: whoever writes or plays them limits them.
    ///
    /// # Errors
    /// If a file is missing or damaged.
    pub fn read(&mut self, from: i64, samples: &mut [Stereo]) -> Result<(), ServiceError> {
        Ok(self.mixer.read(from, samples)?)
    }
}
