//! Undo and redo: whole earlier documents, which share what no edit touched, with a label each. What jobs bring is no step; undo
//! carries it over. A drag is one step: it begins, changes as often as it likes, and is committed or cancelled.

use crate::Project;
use std::sync::Arc;

/// How many steps are kept.
pub const STEPS: usize = 10_000;

/// What was done, and can be undone and done again.
#[derive(Debug, Clone, Default)]
pub struct History {
    past: Vec<Step>,
    future: Vec<Step>,
    gesture: Option<Step>,
}

/// A step: what it is called, and the document on its other side.
#[derive(Debug, Clone)]
struct Step {
    label: &'static str,
    project: Arc<Project>,
}

impl History {
    /// Remembers the document before a step. What was undone can't be done again after it.
    pub fn record(&mut self, label: &'static str, before: Arc<Project>) {
        self.future.clear();
        if self.past.len() == STEPS {
            self.past.remove(0);
        }
        self.past.push(Step { label, project: before });
    }

    /// What undo would take back.
    #[must_use]
    pub fn undo_label(&self) -> Option<&'static str> {
        self.past.last().map(|step| step.label)
    }

    /// What redo would do again.
    #[must_use]
    pub fn redo_label(&self) -> Option<&'static str> {
        self.future.last().map(|step| step.label)
    }

    /// What was done, oldest first; the last is what undo would take back.
    pub fn done_labels(&self) -> impl ExactSizeIterator<Item = &'static str> + '_ {
        self.past.iter().map(|step| step.label)
    }

    /// What was undone; the first is what redo would do again.
    pub fn undone_labels(&self) -> impl ExactSizeIterator<Item = &'static str> + '_ {
        self.future.iter().rev().map(|step| step.label)
    }

    /// The document before the last step, with what arrived since; nothing if there is none. A drag that goes on is cancelled
    /// first, and that was all.
    pub fn undo(&mut self, now: &Arc<Project>) -> Option<Arc<Project>> {
        if self.gesture.is_some() {
            return self.cancel_gesture(now);
        }
        let step = self.past.pop()?;
        self.future.push(Step { label: step.label, project: now.clone() });
        Some(Arc::new(now.restored(&step.project)))
    }

    /// The document after the step that was undone last, with what arrived since.
    pub fn redo(&mut self, now: &Arc<Project>) -> Option<Arc<Project>> {
        if self.gesture.is_some() {
            return None;
        }
        let step = self.future.pop()?;
        self.past.push(Step { label: step.label, project: now.clone() });
        Some(Arc::new(now.restored(&step.project)))
    }

    /// Begins a drag; one that went on is committed.
    pub fn begin_gesture(&mut self, label: &'static str, now: Arc<Project>) {
        self.commit_gesture();
        self.gesture = Some(Step { label, project: now });
    }

    /// The document from which a drag began, with what arrived since: each change of a drag starts from there.
    #[must_use]
    pub fn gesture_start(&self, now: &Project) -> Option<Project> {
        self.gesture.as_ref().map(|step| now.restored(&step.project))
    }

    /// Makes a drag one step.
    pub fn commit_gesture(&mut self) {
        if let Some(step) = self.gesture.take() {
            self.record(step.label, step.project);
        }
    }

    /// Takes a drag back.
    pub fn cancel_gesture(&mut self, now: &Arc<Project>) -> Option<Arc<Project>> {
        let step = self.gesture.take()?;
        Some(Arc::new(now.restored(&step.project)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Edit;
    use crate::notation::board;
    use crate::random::Chance;
    use crate::{BoardEdit, Field};

    fn done(history: &mut History, project: &mut Arc<Project>, edit: &Edit) {
        let mut edited = Project::clone(project);
        if edit.apply(&mut edited).is_ok() {
            history.record(edit.label(), project.clone());
            *project = Arc::new(edited);
        }
    }

    #[test]
    fn undoing_everything_gives_the_first_document_and_the_takes_that_came_meanwhile() {
        let mut chance = Chance::new(11);
        let first = Arc::new(board::project("ABC | DE"));
        let (mut project, mut history) = (first.clone(), History::default());
        let (mut done_edits, mut arrived) = (0, 0);
        for _ in 0..10_000 {
            if chance.below(10) == 0 {
                let mut with = Project::clone(&project);
                let shots: Vec<_> = with.storyboard.shots().map(|shot| shot.id).collect();
                if let Some(shot) = chance.one_of(&shots) {
                    board::take(&mut with, shot, 24);
                    arrived += 1;
                }
                project = Arc::new(with);
            }
            let edit = chance.edit(&project);
            let before = history.past.len();
            done(&mut history, &mut project, &edit);
            done_edits += usize::from(history.past.len() > before);
            crate::check(&project).map_err(|broken| format!("{edit:?}: {broken}")).unwrap();
        }
        assert!(done_edits > 5_000, "only {done_edits} of the edits could be done");
        let last = project.clone();
        while let Some(before) = history.undo(&project) {
            project = before;
        }
        assert!(project.same_document(&first));
        assert_eq!(project.arrived.takes.len(), arrived);
        while let Some(after) = history.redo(&project) {
            project = after;
        }
        assert_eq!(project, last, "doing everything again gives the last document");
    }

    #[test]
    fn the_same_edits_give_the_same_document() {
        let mut chance = Chance::new(5);
        let mut live = board::project("AB");
        let mut again = live.clone();
        for _ in 0..2_000 {
            let edit = chance.edit(&live);
            let written = serde_json::to_string(&edit).unwrap();
            let read: Edit = serde_json::from_str(&written).unwrap();
            assert_eq!(edit.apply(&mut live), read.apply(&mut again), "{written}");
        }
        assert_eq!(live, again);
        let saved = serde_json::to_string(&live).unwrap();
        assert_eq!(serde_json::from_str::<Project>(&saved).unwrap(), live, "a project survives being written");
    }

    #[test]
    fn steps_are_listed_in_the_order_of_time_on_both_sides_of_now() {
        let (mut project, mut history) = (Arc::new(board::project("A")), History::default());
        let shot = board::shot(&project, 'A');
        for edit in [
            BoardEdit::Write { shot, field: Field::Prompt, text: "a red car".to_owned() },
            BoardEdit::SetSeed { shot, seed: 7 },
            BoardEdit::DuplicateShot { shot },
        ] {
            done(&mut history, &mut project, &Edit::Board(edit));
        }
        for _ in 0..2 {
            project = history.undo(&project).unwrap();
        }
        assert!(history.done_labels().eq(["write-shot"]));
        assert!(history.undone_labels().eq(["set-seed", "duplicate-shot"]));
        assert_eq!(
            (history.undo_label(), history.redo_label()),
            (history.done_labels().last(), history.undone_labels().next())
        );
    }

    #[test]
    fn a_drag_is_one_step_and_can_be_cancelled() {
        let (mut project, mut history) = (Arc::new(board::project("A")), History::default());
        let shot = board::shot(&project, 'A');
        let write = |text: &str| Edit::Board(BoardEdit::Write { shot, field: Field::Prompt, text: text.to_owned() });
        let prompt = |project: &Project| project.storyboard.shot(shot).unwrap().words.prompt.clone();
        history.begin_gesture("write-shot", project.clone());
        for text in ["a", "a red", "a red car"] {
            let mut from_start = history.gesture_start(&project).unwrap();
            write(text).apply(&mut from_start).unwrap();
            project = Arc::new(from_start);
        }
        history.commit_gesture();
        assert_eq!((prompt(&project).as_str(), history.undo_label()), ("a red car", Some("write-shot")));
        history.begin_gesture("write-shot", project.clone());
        let mut with = history.gesture_start(&project).unwrap();
        write("a blue car").apply(&mut with).unwrap();
        board::take(&mut with, shot, 24);
        project = history.undo(&Arc::new(with)).unwrap();
        assert_eq!(prompt(&project), "a red car", "undo in a drag cancels it");
        assert_eq!(project.arrived.takes.len(), 1);
        project = history.undo(&project).unwrap();
        assert_eq!(prompt(&project), "");
        assert_eq!(history.undo_label(), None);
    }
}
