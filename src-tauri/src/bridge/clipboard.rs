//! The system's clipboard, opened when it is first used.

/// Text in and out. Without a clipboard it keeps what was copied to itself.
#[derive(Default)]
pub(super) struct Clipboard {
    system: Option<arboard::Clipboard>,
    kept: String,
}

impl Clipboard {
    fn system(&mut self) -> Option<&mut arboard::Clipboard> {
        if self.system.is_none() {
            self.system = arboard::Clipboard::new().ok();
        }
        self.system.as_mut()
    }

    pub(super) fn put(&mut self, text: &str) {
        text.clone_into(&mut self.kept);
        if let Some(system) = self.system() {
            // What the system refuses is kept here.
            let _kept = system.set_text(text.to_owned());
        }
    }

    pub(super) fn get(&mut self) -> String {
        let system = self.system().and_then(|system| system.get_text().ok());
        system.unwrap_or_else(|| self.kept.clone())
    }
}
