//! Where somebody is in a project, which opens there the next time.

use super::Session;
use crate::layout::Workspace;
use kinora_project::{ASSEMBLY, Project, ShotId, TimelineId, timeline_of};
use serde::{Deserialize, Serialize};

/// Where somebody is in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// What they do there.
    pub workspace: Workspace,
    /// The timeline that is open.
    pub timeline: TimelineId,
    /// The playhead, at the project's rate.
    pub frame: u32,
    /// The shot that is selected.
    pub shot: Option<ShotId>,
}

impl Default for Place {
    fn default() -> Self {
        Self { workspace: Workspace::default(), timeline: ASSEMBLY, frame: 0, shot: None }
    }
}

impl Session {
    /// Where it is now.
    #[must_use]
    pub fn place(&self) -> Place {
        let (workspace, timeline) = (self.workspace, self.timeline);
        Place { workspace, timeline, frame: self.transport.frame(), shot: self.selected.shot() }
    }

    /// Goes to a place, as far as it is still there.
    pub fn go_to(&mut self, place: &Place, project: &Project) {
        self.workspace = place.workspace;
        if let Some(timeline) = timeline_of(project, place.timeline) {
            let frames = project.settings.rate.nearest_frame(timeline.duration());
            let last = u32::try_from(frames).unwrap_or(0).saturating_sub(1);
            self.timeline = place.timeline;
            self.transport.seek(place.frame.min(last), 0.0);
        }
        if let Some(shot) = place.shot.filter(|shot| project.storyboard.shot(*shot).is_some()) {
            self.selected.select_shot(shot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Preferences;
    use crate::testing::stage;

    #[test]
    fn a_place_is_found_again_as_far_as_it_is_there() {
        let harness = stage([1280.0, 720.0]);
        let project = harness.state().sample.studio.project();
        let (timeline, shot) = (project.timelines[0].id, harness.state().sample.shots[1]);
        let mut session = Session::new(Preferences::default());
        session.workspace = Workspace::Cut;
        session.timeline = timeline;
        session.transport.seek(30, 0.0);
        session.selected.select_shot(shot);
        let place: Place = serde_json::from_value(serde_json::to_value(session.place()).unwrap()).unwrap();

        let mut again = Session::new(Preferences::default());
        again.go_to(&place, project);
        assert_eq!(again.place(), place);

        // Whatever became of the project in the meantime.
        let mut fresh = Session::new(Preferences::default());
        fresh.go_to(&place, &Project::default());
        assert_eq!(fresh.place(), Place { workspace: Workspace::Cut, ..Place::default() });
        let beyond = Place { frame: u32::MAX, ..place };
        again.go_to(&beyond, project);
        let frames = project.settings.rate.nearest_frame(project.timelines[0].duration());
        assert_eq!(i64::from(again.transport.frame()), frames - 1);
    }
}
