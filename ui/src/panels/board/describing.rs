//! A card's picture becomes words: what the model's reader sees in it rules from there on.

use crate::session::Status;
use crate::tr;
use crate::view::View;
use kinora_project::{CardContent, CardId, ShotId};
use serde_json::json;

/// Has somebody look at the picture.
pub(super) fn begin(view: &mut View<'_>, shot: ShotId, card: CardId) {
    view.session.describing = Some((shot, card));
    view.session.status = Status { text: tr!("board-describing"), failed: false, undo: false };
}

/// Puts the words in the picture's place once they are there.
pub(super) fn keep_up(view: &mut View<'_>) {
    let Some((shot, card)) = view.session.describing else { return };
    let found = view.project().storyboard.shot(shot).and_then(|shot| shot.cards.iter().find(|other| other.id == card));
    let (at, media) = match found.map(|card| (card.at, &card.content)) {
        Some((at, CardContent::Picture(media) | CardContent::Clip(media))) => (at, *media),
        _ => {
            view.session.describing = None;
            return;
        }
    };
    let Some(answer) = view.desk.describe(media) else { return };
    view.session.describing = None;
    match answer {
        Ok(words) => {
            let time = crate::action::frames(view, at);
            view.command("card.change", json!({ "shot": shot, "card": card, "time": time, "text": words }));
        }
        Err(why) => view.session.status = Status { text: crate::words::told(&why), failed: true, undo: false },
    }
}
