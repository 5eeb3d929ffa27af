//! What the project's model makes of a prompt: which words it knows.

use kinora_model_store::ModelStore;
use kinora_plan::Vocabulary;
use kinora_studio::Studio;
use kinora_ui::PromptReading;
use std::collections::BTreeMap;

/// Readings that are kept: one a shot and a little more.
const KEPT: usize = 500;

pub(super) struct Reading {
    store: ModelStore,
    model: String,
    vocabulary: Option<Vocabulary>,
    /// What was made of a prompt, and how much happens in it.
    read: BTreeMap<String, (PromptReading, usize)>,
}

impl Reading {
    pub(super) fn new(store: ModelStore) -> Self {
        Self { store, model: String::new(), vocabulary: None, read: BTreeMap::new() }
    }

    /// The model of the project.
    pub(super) fn keep_up(&mut self, studio: &Studio) {
        let model = &studio.project().settings.model;
        if *model == self.model {
            return;
        }
        self.model.clone_from(model);
        self.read.clear();
        let bytes = self
            .store
            .find(model)
            .ok()
            .and_then(|found| std::fs::read(found.folder.join("tokenizer/reading.json")).ok());
        // A model without a vocabulary of its own knows every word.
        self.vocabulary = bytes.and_then(|bytes| Vocabulary::from_json(&bytes).ok());
    }

    pub(super) fn read(&mut self, prompt: &str, seconds: f64) -> PromptReading {
        let Some(vocabulary) = &self.vocabulary else { return PromptReading::default() };
        let (reading, actions) = match self.read.get(prompt) {
            Some(known) => known.clone(),
            None => {
                let read = vocabulary.read(prompt);
                let apart = vocabulary.actions_apart(prompt);
                let reading =
                    PromptReading { taken_for: read.taken_for, unknown: read.unknown, too_much: false, apart };
                if self.read.len() > KEPT {
                    self.read.clear();
                }
                self.read.insert(prompt.to_owned(), (reading.clone(), read.actions));
                (reading, read.actions)
            }
        };
        PromptReading { too_much: actions > vocabulary.actions_in(seconds), ..reading }
    }
}
