//! Kinds of files that leave: what each is called, and how it carries its marks.

use crate::theme::Icon;

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// The open timeline.
    Timeline,
    /// The storyboard.
    Board,
}

/// Where a file's signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signature {
    /// In the file.
    Inside,
    /// Beside it, as its name with `.c2pa`.
    Beside,
    /// In each picture of the folder.
    InEach,
    /// In each take that leaves beside the list; the list is text.
    InTakes,
    /// Nothing in it was generated.
    None,
}

/// A kind of file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Preset {
    /// Its name in the translations, after `deliver-`.
    pub id: &'static str,
    /// The end of the file's name.
    pub ending: &'static str,
    pub icon: Icon,
    pub subject: Subject,
    pub signature: Signature,
}

const fn preset(id: &'static str, ending: &'static str, icon: Icon, subject: Subject, signature: Signature) -> Preset {
    Preset { id, ending, icon, subject, signature }
}

/// Every kind, by what people do with it.
pub(super) const GROUPS: [(&str, &[Preset]); 4] = [
    (
        "deliver-group-film",
        &[
            preset("mp4", "mp4", Icon::Film, Subject::Timeline, Signature::Inside),
            preset("mov", "mov", Icon::Film, Subject::Timeline, Signature::Inside),
            preset("mkv", "mkv", Icon::Film, Subject::Timeline, Signature::Beside),
            preset("png", "png", Icon::Image, Subject::Timeline, Signature::InEach),
        ],
    ),
    ("deliver-group-sound", &[preset("wav", "wav", Icon::AudioLines, Subject::Timeline, Signature::None)]),
    (
        "deliver-group-editors",
        &[
            preset("otio", "otio", Icon::Scissors, Subject::Timeline, Signature::InTakes),
            preset("edl", "edl", Icon::ListTodo, Subject::Timeline, Signature::InTakes),
        ],
    ),
    (
        "deliver-group-board",
        &[
            preset("pdf", "pdf", Icon::LayoutGrid, Subject::Board, Signature::Beside),
            preset("sheet", "png", Icon::LayoutGrid, Subject::Board, Signature::Inside),
            preset("animatic", "mp4", Icon::Clapperboard, Subject::Board, Signature::Inside),
        ],
    ),
];

/// A kind by its id; the first without one.
pub(super) fn find(id: &str) -> &'static Preset {
    let mut all = GROUPS.iter().flat_map(|(_, presets)| presets.iter());
    let first = &GROUPS[0].1[0];
    all.find(|preset| preset.id == id).unwrap_or(first)
}
