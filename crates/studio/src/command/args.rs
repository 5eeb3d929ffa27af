//! A command's arguments: JSON, read as what the command says it wants. People name scenes and shots as they see them; programs by id.

use super::{Command, CommandError};
use kinora_project::timeline::Thousandths;
use kinora_project::{ItemId, MediaId, MemberId, Project, SceneId, ShotId, TakeId, TimelineId, TrackId};
use kinora_time::{FLICKS_PER_SECOND, Flicks};
use serde_json::{Map, Value};
use std::path::PathBuf;

/// Something that a command wants to know.
#[derive(Debug)]
pub struct Arg {
    /// Its name in JSON.
    pub name: &'static str,
    /// What it can be.
    pub kind: Kind,
    /// Whether it has to be there.
    pub required: bool,
    /// What it means.
    pub tooltip: &'static str,
}

/// What an argument can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A file or folder. Whoever passes a command on to another process makes it whole first: see [`Kind::is_path`].
    Path,
    /// A file that is written, by its usual ending. As with [`Kind::Path`].
    NewFile(&'static str),
    /// A whole number.
    Whole,
    /// A number, perhaps with a fraction.
    Number,
    /// Yes or no.
    Flag,
    /// A time or duration: a number of seconds, `2.5 s`, `48 f` or a timecode.
    Time,
    /// One of some words.
    Choice(&'static [&'static str]),
    /// A scene: its place on the board as text, `"2"`, or its id.
    Scene,
    /// A shot: its number as the board shows it, `"1-3"`, or its id.
    Shot,
    /// A take: its id.
    Take,
    /// A member of the cast: its name or its id.
    Member,
    /// An imported file: its name or its id.
    Media,
    /// A timeline: its name or its id.
    Timeline,
    /// A track: its name or its id.
    Track,
    /// An item on a track: the track's name and its place there, `"V1-2"`, or its id.
    Item,
    /// Several ids.
    Ids,
    /// A job: its number.
    Job,
}

impl Kind {
    /// Whether it names a place on disk, which means something else in another working folder.
    #[must_use]
    pub fn is_path(self) -> bool {
        matches!(self, Self::Path | Self::NewFile(_))
    }
}

impl Arg {
    pub(super) const fn needed(name: &'static str, kind: Kind, tooltip: &'static str) -> Self {
        Self { name, kind, required: true, tooltip }
    }

    pub(super) const fn optional(name: &'static str, kind: Kind, tooltip: &'static str) -> Self {
        Self { name, kind, required: false, tooltip }
    }
}

/// Arguments as they were given. Every one is known to its command; values are checked when they are read.
#[derive(Debug, Clone)]
pub struct Args(Map<String, Value>);

type Read<T> = Result<T, CommandError>;

fn wrong<T>(text: String) -> Read<T> {
    Err(CommandError::Argument(text))
}

impl Args {
    pub(crate) fn new(command: &Command, value: &Value) -> Read<Self> {
        let Value::Object(given) = value else { return wrong("arguments are a JSON object".to_owned()) };
        if let Some(unknown) = given.keys().find(|key| !command.args.iter().any(|arg| arg.name == key.as_str())) {
            let known: Vec<_> = command.args.iter().map(|arg| arg.name).collect();
            let takes = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
            return wrong(format!("{} has no argument {unknown:?}; it takes {takes}", command.id));
        }
        if let Some(missing) =
            command.args.iter().find(|arg| arg.required && given.get(arg.name).is_none_or(Value::is_null))
        {
            return wrong(format!("{} is missing", missing.name));
        }
        Ok(Self(given.clone()))
    }

    /// The same with another value.
    pub(super) fn with(&self, name: &str, value: Value) -> Self {
        let mut args = self.clone();
        args.0.insert(name.to_owned(), value);
        args
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn needed(&self, name: &str) -> Read<&Value> {
        self.get(name).ok_or_else(|| CommandError::Argument(format!("{name} is missing")))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A text; nothing is the empty one.
    pub(super) fn text(&self, name: &str) -> Read<String> {
        match self.get(name) {
            None => Ok(String::new()),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => wrong(format!("{name}: a text was expected")),
        }
    }

    /// So many numbers with commas between them, in thousandths of a picture. `shape`: what they are, `example`: one that is right.
    pub(super) fn thousandths<const N: usize>(
        &self,
        name: &str,
        shape: &str,
        example: &str,
    ) -> Read<Option<[Thousandths; N]>> {
        let text = self.text(name)?;
        if text.is_empty() {
            return Ok(None);
        }
        let numbers: Option<Vec<Thousandths>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
        match numbers.and_then(|numbers| numbers.try_into().ok()) {
            Some(numbers) => Ok(Some(numbers)),
            None => wrong(format!("{name}: {text:?} is not {shape} in thousandths of the picture, such as {example}")),
        }
    }

    /// A place on disk, from the working folder if it is not a full path.
    pub(super) fn path(&self, name: &str) -> Read<PathBuf> {
        let text = self.text(name)?;
        std::path::absolute(&text).map_err(|error| CommandError::Argument(format!("{name}: {error}: {text}")))
    }

    pub(super) fn whole(&self, name: &str) -> Read<Option<u64>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match value.as_u64() {
            Some(number) => Ok(Some(number)),
            None => wrong(format!("{name}: a whole number from 0 was expected")),
        }
    }

    pub(super) fn place(&self, name: &str) -> Read<Option<usize>> {
        Ok(self.whole(name)?.map(|place| usize::try_from(place).unwrap_or(usize::MAX)))
    }

    pub(super) fn flag(&self, name: &str) -> Read<bool> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => wrong(format!("{name}: true or false was expected")),
        }
    }

    /// A number.
    pub(super) fn number(&self, name: &str) -> Read<Option<f64>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_f64().filter(|number| number.is_finite());
        number.map(Some).ok_or_else(|| CommandError::Argument(format!("{name}: a number was expected")))
    }

    /// One of some words; the first without one.
    pub(super) fn choice<T: Copy>(&self, name: &str, choices: &[(&str, T)]) -> Read<T> {
        let word = self.text(name)?;
        let found = choices.iter().find(|(known, _)| *known == word || word.is_empty());
        match found {
            Some((_, value)) => Ok(*value),
            None => {
                let known: Vec<_> = choices.iter().map(|(known, _)| *known).collect();
                wrong(format!("{name}: {word:?} is none of {}", known.join(", ")))
            }
        }
    }

    /// A time on a frame of the project.
    pub(super) fn time(&self, name: &str, project: &Project) -> Read<Option<Flicks>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let expected = || format!("{name}: a time was expected, such as 2.5, \"2.5 s\", \"60 f\" or \"00:00:02:12\"");
        time_of(value, project).map(Some).ok_or_else(|| CommandError::Argument(expected()))
    }

    /// Parts in percent at times: `0 s: 100, 12 f: 0`.
    pub(super) fn percents(&self, name: &str, project: &Project) -> Read<Option<Vec<(Flicks, Thousandths)>>> {
        let text = self.text(name)?;
        if text.is_empty() {
            return Ok(None);
        }
        let one = |part: &str| {
            let (time, percent) = part.rsplit_once(':')?;
            let seconds = time.trim().parse::<f64>().map(Value::from);
            let time = time_of(&seconds.unwrap_or_else(|_| Value::from(time.trim())), project)?;
            let percent: f64 = percent.trim().trim_end_matches('%').trim_end().parse().ok()?;
            #[allow(clippy::cast_possible_truncation)]
            (0.0..=100.0).contains(&percent).then(|| (time, (percent * 10.0).round() as Thousandths))
        };
        let keys: Option<Vec<_>> = text.split(',').map(one).collect();
        // Each lies behind the one before.
        let keys = keys.filter(|keys| keys.windows(2).all(|pair| pair[0].0 < pair[1].0));
        let expected =
            || format!("{name}: percents at times, one after the other, were expected, such as 0:100, 0.5:0");
        keys.map(Some).ok_or_else(|| CommandError::Argument(expected()))
    }

    pub(super) fn needed_time(&self, name: &str, project: &Project) -> Read<Flicks> {
        self.needed(name)?;
        Ok(self.time(name, project)?.unwrap_or_default())
    }

    /// By id, or by what `named` finds for a text.
    fn thing<Id: From<u64>>(&self, name: &str, named: impl FnOnce(&str) -> Option<Id>) -> Read<Id> {
        match self.needed(name)? {
            Value::Number(number) if number.is_u64() => Ok(Id::from(number.as_u64().unwrap_or_default())),
            Value::String(text) => {
                named(text.trim()).ok_or_else(|| CommandError::Argument(format!("there is no {name} {text:?}")))
            }
            _ => wrong(format!("{name}: a name or an id was expected")),
        }
    }

    pub(super) fn scene(&self, name: &str, project: &Project) -> Read<SceneId> {
        let scenes = &project.storyboard.scenes;
        self.thing(name, |text| {
            let at = text.parse::<usize>().ok().and_then(|place| scenes.get(place.checked_sub(1)?));
            at.or_else(|| scenes.iter().find(|scene| scene.heading == text)).map(|scene| scene.id)
        })
    }

    pub(super) fn shot(&self, name: &str, project: &Project) -> Read<ShotId> {
        self.thing(name, |text| {
            let named = |text: &str| project.storyboard.numbers().find(|(_, number)| number == text);
            // A point between scene and place is a dash to many.
            named(text).or_else(|| named(&text.replace('.', "-"))).map(|(shot, _)| shot)
        })
    }

    pub(super) fn member(&self, name: &str, project: &Project) -> Read<MemberId> {
        self.thing(name, |text| project.cast.named(text.trim_start_matches('@')).map(|member| member.id))
    }

    pub(super) fn media(&self, name: &str, project: &Project) -> Read<MediaId> {
        self.thing(name, |text| project.media.files.iter().find(|(_, file)| file.name == text).map(|(id, _)| *id))
    }

    pub(super) fn timeline(&self, name: &str, project: &Project) -> Read<TimelineId> {
        let first = project.timelines.first().map(|timeline| timeline.id);
        match (self.get(name), first) {
            // With one timeline there is nothing to choose.
            (None, Some(first)) if project.timelines.len() == 1 => Ok(first),
            _ => self.thing(name, |text| project.timelines.iter().find(|timeline| timeline.name == text).map(|t| t.id)),
        }
    }

    /// A track of a timeline; without one the topmost.
    pub(super) fn track(&self, name: &str, project: &Project, timeline: TimelineId) -> Read<TrackId> {
        let tracks = project.timeline(timeline).map(|timeline| timeline.tracks.as_slice()).unwrap_or_default();
        match (self.get(name), tracks.last()) {
            (None, Some(top)) => Ok(top.id),
            _ => self.thing(name, |text| tracks.iter().find(|track| track.name == text).map(|track| track.id)),
        }
    }

    /// An item of a timeline: its id, or its track and place there, counted from 1: `V1-2`.
    pub(super) fn item(&self, name: &str, project: &Project, timeline: TimelineId) -> Read<ItemId> {
        self.thing(name, |text| {
            let (track, place) = text.rsplit_once('-')?;
            let track = project.timeline(timeline)?.tracks.iter().find(|other| other.name == track)?;
            let item = track.items.get(place.parse::<usize>().ok()?.checked_sub(1)?)?;
            Some(item.id)
        })
    }

    pub(super) fn take(&self, name: &str) -> Read<Option<TakeId>> {
        if self.has(name) { self.thing(name, |_| None).map(Some) } else { Ok(None) }
    }

    pub(super) fn ids<Id: From<u64>>(&self, name: &str) -> Read<Vec<Id>> {
        let wanted = || CommandError::Argument(format!("{name}: a list of ids was expected"));
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let values = value.as_array().ok_or_else(wanted)?;
        values.iter().map(|value| value.as_u64().map(Id::from).ok_or_else(wanted)).collect()
    }
}

/// A time on a frame of the project, at most a day, which is more than any film and far from where numbers end.
fn time_of(value: &Value, project: &Project) -> Option<Flicks> {
    const DAY: i64 = 86_400;
    let rate = project.settings.rate;
    let on_a_frame = |seconds: f64| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        (seconds.abs() <= DAY as f64).then(|| rate.frame_start((seconds * rate.as_f64()).round() as i64))
    };
    let read = match value {
        Value::Number(seconds) => seconds.as_f64().and_then(on_a_frame),
        Value::String(text) => {
            let text = text.trim();
            if let Some(seconds) = text.strip_suffix('s') {
                seconds.trim().parse().ok().and_then(on_a_frame)
            } else if let Some(frames) = text.strip_suffix('f') {
                frames.trim().parse().ok().map(|frame: i32| rate.frame_start(i64::from(frame)))
            } else {
                project.settings.timecode().parse(text).ok().map(|timecode| timecode.start())
            }
        }
        _ => None,
    };
    read.filter(|time| time.0.abs() <= DAY * FLICKS_PER_SECOND)
}
