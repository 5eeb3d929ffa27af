//! One generation at a time for a user and device: two that share a processor or a graphics card are slower together than one after
//! the other, and may not fit into memory.

use crate::ServiceError;
use kinora_job::CancelToken;
use kinora_plan::DeviceClass;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

const ASK_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// The generator is ours until this is dropped, or the process ends.
#[derive(Debug)]
pub(crate) struct Turn {
    _lock: Option<File>,
}

impl Turn {
    /// Waits until no other process of this user generates on the device. `waits` is called once if there is one.
    ///
    /// # Errors
    /// If the job is cancelled meanwhile.
    pub fn wait(
        folder: &Path,
        device: DeviceClass,
        cancel: &CancelToken,
        waits: &mut dyn FnMut(),
    ) -> Result<Self, ServiceError> {
        let name = match device {
            DeviceClass::Cpu => "generator-cpu.lock",
            DeviceClass::Cuda => "generator-cuda.lock",
            DeviceClass::Metal => "generator-metal.lock",
        };
        // A folder that can't be written, or a file system without locks, is no reason not to generate.
        let made = std::fs::create_dir_all(folder).and_then(|()| File::create(folder.join(name)));
        let Ok(file) = made else { return Ok(Self { _lock: None }) };
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _lock: Some(file) }),
                Err(std::fs::TryLockError::Error(_)) => return Ok(Self { _lock: None }),
                Err(std::fs::TryLockError::WouldBlock) => {}
            }
            if !told {
                waits();
                told = true;
            }
            cancel.check()?;
            std::thread::sleep(ASK_AGAIN_AFTER);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_waits_until_the_first_is_done_or_nobody_wants_it_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let token = CancelToken::new();
        let wait =
            |device, token: &CancelToken, waits: &mut dyn FnMut()| Turn::wait(folder.path(), device, token, waits);
        let first = wait(DeviceClass::Cpu, &token, &mut || {}).unwrap();
        wait(DeviceClass::Cuda, &token, &mut || panic!("another device is free")).unwrap();
        let unwanted = CancelToken::new();
        let result = wait(DeviceClass::Cpu, &unwanted, &mut || unwanted.cancel());
        assert!(matches!(result, Err(ServiceError::Cancelled)));
        let mut held = Some(first);
        wait(DeviceClass::Cpu, &token, &mut || held = None).unwrap();
        assert!(held.is_none());
    }
}
