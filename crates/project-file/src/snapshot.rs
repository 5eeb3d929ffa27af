//! The document as a file: JSON with the version of its schema. Newer minor versions may have fields that this one does not know: they
//! are kept and written back where they were. Parts that can't be read are left out and named.

use kinora_project::Project;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A version of the document's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Schema {
    /// Changes when older versions of Kinora can't understand it.
    pub major: u32,
    /// Changes when something was added that they can leave alone.
    pub minor: u32,
}

/// The version that is written.
pub const SCHEMA: Schema = Schema { major: 1, minor: 4 };

/// What brings a document of one version to the next.
struct Upgrade {
    from: Schema,
    change: fn(&mut Value),
}

/// In order. Within 1 nothing has to change: 1.1 may have marks, 1.2 placements, sounds and paces, 1.3 styles and arrows, 1.4 pictures of takes on cards.
const UPGRADES: [Upgrade; 0] = [];

/// A document as it was read.
#[derive(Debug)]
pub(crate) struct Snapshot {
    /// Which save it is: journals are numbered by it.
    pub save: u64,
    /// The version that wrote it.
    pub schema: Schema,
    /// The document.
    pub project: Project,
    /// What this version does not know.
    pub extras: Extras,
    /// Parts that could not be read, for people.
    pub lost: Vec<String>,
}

/// Fields that this version does not know, by where they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Extras {
    fields: Map<String, Value>,
    inside: BTreeMap<String, Extras>,
}

/// The document as bytes.
pub(crate) fn write(project: &Project, save: u64, extras: &Extras) -> serde_json::Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Whole<P> {
        format: &'static str,
        schema: Schema,
        save: u64,
        project: P,
    }
    let format = "kinora-project";
    let mut bytes = if *extras == Extras::default() {
        serde_json::to_vec_pretty(&Whole { format, schema: SCHEMA, save, project })?
    } else {
        let mut document = serde_json::to_value(project)?;
        extras.put_back(&mut document);
        serde_json::to_vec_pretty(&Whole { format, schema: SCHEMA, save, project: document })?
    };
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads a document, as far as that can be done.
///
/// # Errors
/// What is wrong, for people, if nothing of it can be used.
pub(crate) fn read(bytes: &[u8]) -> Result<Snapshot, String> {
    #[derive(Deserialize)]
    struct Whole {
        schema: Schema,
        save: u64,
        project: Value,
    }
    let whole: Whole = serde_json::from_slice(bytes).map_err(|e| format!("it is not the JSON of a project: {e}"))?;
    let mut document = whole.project;
    for upgrade in UPGRADES {
        if whole.schema <= upgrade.from {
            (upgrade.change)(&mut document);
        }
    }
    let mut lost = Vec::new();
    let project: Project = match serde_json::from_value(document.clone()) {
        Ok(project) => project,
        Err(_) => {
            salvage(&mut document, &mut lost);
            serde_json::from_value(document.clone()).map_err(|e| format!("parts are missing or wrong: {e}"))?
        }
    };
    let project = sound(project, &mut lost);
    let extras = match serde_json::to_value(&project) {
        Ok(known) => Extras::of(&document, &known),
        Err(_) => Extras::default(),
    };
    Ok(Snapshot { save: whole.save, schema: whole.schema, project, extras, lost })
}

/// Takes out what can't be read, part by part.
fn salvage(document: &mut Value, lost: &mut Vec<String>) {
    let Value::Object(parts) = document else { return };
    if parts.get("settings").is_none_or(|value| !reads::<kinora_project::Settings>(value)) {
        lost.push("the settings; the usual ones are in their place".to_owned());
        let usual = serde_json::to_value(kinora_project::Settings::default()).unwrap_or_default();
        parts.insert("settings".to_owned(), usual);
    }
    if let Some(scenes) = list(parts, "storyboard", "scenes") {
        for (at, scene) in scenes.iter_mut().enumerate() {
            if let Some(Value::Array(shots)) = scene.get_mut("shots") {
                keep::<kinora_project::Shot>(shots, &format!("of scene {}, a shot", at + 1), lost);
            }
        }
        keep::<kinora_project::Scene>(scenes, "a scene", lost);
    }
    if let Some(members) = list(parts, "cast", "members") {
        keep::<kinora_project::Member>(members, "a member of the cast", lost);
    }
    if let Some(Value::Array(timelines)) = parts.get_mut("timelines") {
        keep::<kinora_project::timeline::Timeline>(timelines, "a timeline", lost);
    }
    for (part, field, what) in
        [("media", "files", "an imported file"), ("arrived", "takes", "a take"), ("arrived", "facts", "a file's facts")]
    {
        if let Some(Value::Object(entries)) = parts.get_mut(part).and_then(|value| value.get_mut(field)) {
            entries.retain(|id, value| {
                let ok = match field {
                    "files" => reads::<kinora_project::MediaFile>(value),
                    "takes" => reads::<kinora_project::Take>(value),
                    _ => reads::<kinora_project::MediaFacts>(value),
                };
                if !ok {
                    lost.push(format!("{what} ({id})"));
                }
                ok
            });
        }
    }
    for part in ["storyboard", "cast", "media", "arrived"] {
        let ok = match (part, parts.get(part)) {
            (_, None) => false,
            ("storyboard", Some(value)) => reads::<kinora_project::Storyboard>(value),
            ("cast", Some(value)) => reads::<kinora_project::Cast>(value),
            ("media", Some(value)) => reads::<kinora_project::Media>(value),
            (_, Some(value)) => reads::<kinora_project::Arrived>(value),
        };
        if !ok {
            lost.push(format!("all of {part}"));
            let empty =
                serde_json::to_value(Project::default()).ok().and_then(|mut all| all.get_mut(part).map(Value::take));
            parts.insert(part.to_owned(), empty.unwrap_or_default());
        }
    }
    if parts.get("marks").is_some_and(|marks| !reads::<kinora_project::Marks>(marks)) {
        lost.push("favourites, stars and folders of the library".to_owned());
        parts.remove("marks");
    }
    // Ids go on after the highest that is there, so that none is given out twice.
    if parts.get("ids").is_none_or(|ids| !ids.is_u64()) {
        let highest = highest_id(&Value::Object(parts.clone()));
        parts.insert("ids".to_owned(), Value::from(highest + 1));
    }
}

fn reads<T: serde::de::DeserializeOwned>(value: &Value) -> bool {
    T::deserialize(value).is_ok()
}

fn list<'a>(parts: &'a mut Map<String, Value>, part: &str, field: &str) -> Option<&'a mut Vec<Value>> {
    parts.get_mut(part)?.get_mut(field)?.as_array_mut()
}

fn keep<T: serde::de::DeserializeOwned>(values: &mut Vec<Value>, what: &str, lost: &mut Vec<String>) {
    let mut at = 0;
    values.retain(|value| {
        at += 1;
        let ok = reads::<T>(value);
        if !ok {
            lost.push(format!("{what} (the {}. in its list)", at));
        }
        ok
    });
}

fn highest_id(value: &Value) -> u64 {
    match value {
        Value::Number(number) => number.as_u64().filter(|n| *n < 1 << 48).unwrap_or(0),
        Value::Array(values) => values.iter().map(highest_id).max().unwrap_or(0),
        Value::Object(fields) => {
            let keys = fields.keys().filter_map(|key| key.parse().ok());
            keys.chain(fields.values().map(highest_id)).max().unwrap_or(0)
        }
        _ => 0,
    }
}

/// Takes out timelines and scenes that can be read but can't be true.
fn sound(mut project: Project, lost: &mut Vec<String>) -> Project {
    project.timelines.retain(|timeline| {
        let broken = kinora_project::timeline::check(timeline).err();
        if let Some(broken) = &broken {
            lost.push(format!("the timeline {:?}: {broken}", timeline.name));
        }
        broken.is_none()
    });
    while let Err(broken) = kinora_project::check(&project) {
        // What is left over are rare mixtures: the storyboard goes last.
        lost.push(format!("what contradicts itself: {broken}"));
        if let Some(last) = project.timelines.pop() {
            drop(last);
        } else if !project.cast.members.is_empty() {
            project.cast = std::sync::Arc::default();
        } else {
            project.storyboard = std::sync::Arc::default();
        }
    }
    project
}

impl Extras {
    /// What `all` has and `known` has not. Things in lists belong together by their ids, others by their place.
    fn of(all: &Value, known: &Value) -> Self {
        let mut extras = Self::default();
        match (all, known) {
            (Value::Object(all), Value::Object(known)) => {
                for (key, value) in all {
                    match known.get(key) {
                        Some(known) => extras.put(key.clone(), Self::of(value, known)),
                        None if !is_default(value) => {
                            extras.fields.insert(key.clone(), value.clone());
                        }
                        None => {}
                    }
                }
            }
            (Value::Array(all), Value::Array(known)) => {
                let known: BTreeMap<String, &Value> = known.iter().enumerate().map(|(i, v)| (name(i, v), v)).collect();
                for (at, value) in all.iter().enumerate() {
                    let key = name(at, value);
                    if let Some(known) = known.get(&key) {
                        extras.put(key, Self::of(value, known));
                    }
                }
            }
            _ => {}
        }
        extras
    }

    fn put(&mut self, key: String, inside: Self) {
        if inside != Self::default() {
            self.inside.insert(key, inside);
        }
    }

    fn put_back(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (key, extra) in &self.fields {
                    fields.entry(key.clone()).or_insert_with(|| extra.clone());
                }
                for (key, inside) in &self.inside {
                    if let Some(value) = fields.get_mut(key) {
                        inside.put_back(value);
                    }
                }
            }
            Value::Array(values) => {
                for (at, value) in values.iter_mut().enumerate() {
                    if let Some(inside) = self.inside.get(&name(at, value)) {
                        inside.put_back(value);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A thing in a list by its id, or else by its place.
fn name(at: usize, value: &Value) -> String {
    match value.get("id").and_then(Value::as_u64) {
        Some(id) => format!("#{id}"),
        None => at.to_string(),
    }
}

/// What this version leaves out when it writes: it knows the field, but there is nothing in it.
fn is_default(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_project::{BoardEdit, CutEdit, Edit, NewShot};
    use kinora_time::FLICKS_PER_SECOND;

    /// Two scenes of two shots, and a cut of them.
    fn project() -> Project {
        let mut project = Project::default();
        for scene in 0..2 {
            let heading = format!("INT. ROOM {scene}");
            Edit::Board(BoardEdit::AddScene { heading, at: None }).apply(&mut project).unwrap();
            let scene = project.storyboard.scenes[scene].id;
            for _ in 0..2 {
                let shot = NewShot { length: kinora_time::Flicks(FLICKS_PER_SECOND), ..NewShot::default() };
                Edit::Board(BoardEdit::AddShot { scene, at: None, shot: Box::new(shot) }).apply(&mut project).unwrap();
            }
        }
        Edit::Cut(CutEdit::CreateFromBoard { name: "Cut 1".to_owned() }).apply(&mut project).unwrap();
        project
    }

    fn changed(change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let bytes = write(&project(), 3, &Extras::default()).unwrap();
        let mut value: Value = serde_json::from_slice(&bytes).unwrap();
        change(&mut value);
        serde_json::to_vec(&value).unwrap()
    }

    #[test]
    fn a_document_is_the_same_after_it_was_written_and_read() {
        let read = read(&changed(|_| {})).unwrap();
        assert_eq!((read.save, read.schema), (3, SCHEMA));
        assert_eq!(read.project, project());
        assert_eq!(read.extras, Extras::default());
        assert!(read.lost.is_empty());
    }

    /// A document as each version wrote it, so that later ones can still read it.
    const GOLDEN: [(Schema, &str); 5] = [
        (Schema { major: 1, minor: 0 }, include_str!("../../../tests/data/project/1.0.json")),
        (Schema { major: 1, minor: 1 }, include_str!("../../../tests/data/project/1.1.json")),
        (Schema { major: 1, minor: 2 }, include_str!("../../../tests/data/project/1.2.json")),
        (Schema { major: 1, minor: 3 }, include_str!("../../../tests/data/project/1.3.json")),
        (Schema { major: 1, minor: 4 }, include_str!("../../../tests/data/project/1.4.json")),
    ];

    #[test]
    fn documents_of_every_version_are_read_whole() {
        for (schema, golden) in GOLDEN {
            let snapshot = read(golden.as_bytes()).unwrap();
            assert_eq!(snapshot.schema, schema);
            assert!(snapshot.lost.is_empty(), "{schema:?}: {:?}", snapshot.lost);
            assert_eq!(snapshot.extras, Extras::default(), "{schema:?}: everything in it is known");
            let project = &snapshot.project;
            let shots: Vec<_> = project.storyboard.shots().map(|shot| shot.words.prompt.as_str()).collect();
            assert_eq!(shots, ["@Anna walks", "a red car", "a clock"]);
            assert_eq!((project.arrived.takes.len(), project.media.files.len()), (1, 1));
            assert_eq!(project.cast.members.len(), if schema.minor < 3 { 1 } else { 2 });
            assert_eq!((project.timelines[0].markers.len(), project.timelines[0].tracks[0].items.len()), (1, 3));
            assert_eq!(project.marks.takes.len(), usize::try_from(schema.minor).unwrap().min(1));
            kinora_project::check(project).unwrap();
            let written = write(project, snapshot.save, &snapshot.extras).unwrap();
            let [old, new] = [golden.as_bytes(), &written].map(|b| serde_json::from_slice::<Value>(b).unwrap());
            assert_eq!(old["project"], new["project"], "{schema:?}: nothing is lost when it is saved again");
        }
        assert!(GOLDEN.iter().any(|(schema, _)| *schema == SCHEMA), "the version that is written has its document too");
    }

    #[test]
    fn fields_of_a_newer_version_survive() {
        let newer = changed(|value| {
            value["schema"]["minor"] = 7.into();
            value["project"]["settings"]["gamut"] = "P3".into();
            value["project"]["storyboard"]["scenes"][1]["shots"][0]["mood"] = serde_json::json!({ "dark": 2 });
            value["project"]["notes"] = serde_json::json!(["a", "b"]);
        });
        let mut snapshot = read(&newer).unwrap();
        // The shot with the unknown field moves to another place in the same list.
        let shots: Vec<_> = snapshot.project.storyboard.scenes[1].shots.iter().map(|shot| shot.id).collect();
        let scene = snapshot.project.storyboard.scenes[1].id;
        let edit = BoardEdit::MoveShot { shot: shots[0], scene, to: 1 };
        Edit::Board(edit).apply(&mut snapshot.project).unwrap();
        let written: Value = serde_json::from_slice(&write(&snapshot.project, 4, &snapshot.extras).unwrap()).unwrap();
        let document = &written["project"];
        assert_eq!(document["settings"]["gamut"], "P3");
        assert_eq!(document["notes"], serde_json::json!(["a", "b"]));
        let shots = &document["storyboard"]["scenes"][1]["shots"];
        assert_eq!(shots[1]["mood"], serde_json::json!({ "dark": 2 }));
        assert_eq!(shots[0].get("mood"), None);
    }

    #[test]
    fn what_can_be_read_is_kept_and_the_rest_is_named() {
        for (change, lost) in [
            (
                (|p| p["storyboard"]["scenes"][0]["shots"][1]["length"] = "long".into()) as fn(&mut Value),
                "of scene 1, a shot (the 2. in its list)",
            ),
            (
                |p| p["timelines"][0]["tracks"][0]["items"][0]["source_range"] = Value::Null,
                "a timeline (the 1. in its list)",
            ),
            (|p| p["settings"]["rate"] = "fast".into(), "the settings; the usual ones are in their place"),
            (|p| p["cast"] = 3.into(), "all of cast"),
            (|p| p["storyboard"]["scenes"][1] = "gone".into(), "a scene (the 2. in its list)"),
            (|p| p["storyboard"]["scenes"][0]["shots"][1]["length"] = 0.into(), "what contradicts itself"),
        ] {
            let snapshot = read(&changed(|value| change(&mut value["project"]))).unwrap();
            assert!(snapshot.lost.iter().any(|part| part.starts_with(lost)), "{lost}: {:?}", snapshot.lost);
            kinora_project::check(&snapshot.project).unwrap();
        }
        let kept =
            read(&changed(|v| v["project"]["storyboard"]["scenes"][0]["shots"][1]["length"] = "long".into())).unwrap();
        assert_eq!(kept.project.storyboard.shots().count(), 3);
        assert_eq!(kept.lost.len(), 1);
    }

    #[test]
    fn what_is_no_project_is_refused() {
        for bytes in [&b""[..], b"{", b"[]", b"{\"schema\":{\"major\":1,\"minor\":0},\"save\":1,\"project\":[]}"] {
            assert!(read(bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
    }
}
