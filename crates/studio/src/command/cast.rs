//! People, places, props and styles.

use super::{Arg, Args, Command, CommandError, Kind, Menu, Reason, always};
use crate::queue::Work;
use crate::studio::Studio;
use kinora_media::{FileKind, sniff_bytes};
use kinora_project::{CastEdit, Edit, MediaEdit, MediaId, MediaKind, Member, MemberId, MemberKind, Refused};
use kinora_project_file::{CastFile, Disk, MediaStore};
use serde_json::{Value, json};

const KINDS: &[(&str, MemberKind)] = &[
    ("person", MemberKind::Person),
    ("place", MemberKind::Place),
    ("prop", MemberKind::Prop),
    ("style", MemberKind::Style),
];
const KIND: Arg =
    Arg::optional("kind", Kind::Choice(&["person", "place", "prop", "style"]), "What it is; a person without it");
const MEMBER: Arg = Arg::needed("member", Kind::Member, "Who or what");
const WORDS: Arg = Arg::optional("words", Kind::Text, "What stands in a prompt in place of the name");

fn has_members(studio: &Studio) -> Result<(), Reason> {
    let any = !studio.project().cast.members.is_empty();
    any.then_some(()).ok_or(Reason("the cast is empty; add somebody first"))
}

fn described(args: &Args) -> Result<(String, MemberKind, String), CommandError> {
    Ok((args.text("name")?.trim_start_matches('@').to_owned(), args.choice("kind", KINDS)?, args.text("words")?))
}

/// A member with the bytes of its pictures.
fn packed(studio: &Studio, member: &Member) -> Result<CastFile, CommandError> {
    let store = MediaStore::new(Disk, &studio.path().join("media"));
    let files = member.pictures.iter().filter_map(|id| studio.project().media.files.get(id));
    let pictures = files.map(|file| {
        let path = store.locate(&file.sha256);
        let bytes = std::fs::read(&path).map_err(|error| {
            CommandError::Argument(format!("the picture can't be read ({error}); relink it first: {}", path.display()))
        });
        Ok((file.name.clone(), bytes?))
    });
    let pictures = pictures.collect::<Result<_, CommandError>>()?;
    Ok(CastFile { name: member.name.clone(), kind: member.kind, words: member.words.clone(), pictures })
}

/// A member out of a file, with its pictures.
fn unpacked(studio: &mut Studio, file: CastFile) -> Result<Value, CommandError> {
    let store = MediaStore::new(Disk, &studio.path().join("media"));
    let CastFile { name, kind, words, pictures } = file;
    let member: u64 = studio.project().ids.next();
    studio.edit(Edit::Cast(CastEdit::Add { name: name.clone(), kind, words }))?;
    let mut ids: Vec<MediaId> = Vec::new();
    for (picture, bytes) in pictures {
        if sniff_bytes(&bytes) != Some(FileKind::Still) {
            return Err(CommandError::Argument(format!("{picture:?} in the file of {name} is no picture")));
        }
        let sha256 = store.put(&bytes)?;
        let import = MediaEdit::Import { name: picture, bin: "cast".to_owned(), kind: MediaKind::Still, sha256 };
        studio.edit(Edit::Media(import))?;
        let files = &studio.project().media.files;
        let Some(id) = files.iter().find(|(_, file)| file.sha256 == sha256).map(|(id, _)| *id) else { continue };
        if !studio.project().arrived.facts.contains_key(&id) {
            studio.queue_mut().add(&Work::Examine(id).into())?;
        }
        ids.push(id);
    }
    studio.edit(Edit::Cast(CastEdit::SetPictures { member: MemberId(member), pictures: ids.clone() }))?;
    Ok(json!({ "member": member, "name": name, "pictures": ids }))
}

pub const COMMANDS: &[Command] = &[
    Command {
        id: "cast.add",
        label: "Add to cast…",
        tooltip: "Adds a person, place, prop or style that prompts can name as @Name",
        shortcut: None,
        menu: Menu::Cast,
        args: &[Arg::needed("name", Kind::Text, "One word"), KIND, WORDS],
        enabled: always,
        run: |studio, args| {
            let (name, kind, words) = described(args)?;
            let id: u64 = studio.project().ids.next();
            studio.edit(Edit::Cast(CastEdit::Add { name, kind, words }))?;
            Ok(json!({ "member": id }))
        },
    },
    Command {
        id: "cast.change",
        label: "Change member…",
        tooltip: "Changes a member's name, kind or words; its shots become stale",
        shortcut: None,
        menu: Menu::Cast,
        args: &[MEMBER, Arg::needed("name", Kind::Text, "One word"), KIND, WORDS],
        enabled: has_members,
        run: |studio, args| {
            let member = args.member("member", studio.project())?;
            let (name, kind, words) = described(args)?;
            studio.edit(Edit::Cast(CastEdit::Change { member, name, kind, words })).map(|()| Value::Null)
        },
    },
    Command {
        id: "cast.set-pictures",
        label: "Set pictures…",
        tooltip: "Sets the pictures of a member of the cast",
        shortcut: None,
        menu: Menu::Cast,
        args: &[MEMBER, Arg::optional("pictures", Kind::Ids, "Imported files; none without it")],
        enabled: has_members,
        run: |studio, args| {
            let (member, pictures) = (args.member("member", studio.project())?, args.ids("pictures")?);
            studio.edit(Edit::Cast(CastEdit::SetPictures { member, pictures })).map(|()| Value::Null)
        },
    },
    Command {
        id: "cast.remove",
        label: "Remove from cast…",
        tooltip: "Takes a member out of the cast; prompts that name it keep the name as a word",
        shortcut: None,
        menu: Menu::Cast,
        args: &[MEMBER],
        enabled: has_members,
        run: |studio, args| {
            let member = args.member("member", studio.project())?;
            studio.edit(Edit::Cast(CastEdit::Remove { member })).map(|()| Value::Null)
        },
    },
    Command {
        id: "cast.export",
        label: "Export member…",
        tooltip: "Writes a member of the cast, with words and pictures, into a file for another film",
        shortcut: None,
        menu: Menu::Cast,
        args: &[MEMBER, Arg::needed("out", Kind::NewFile("kinora-cast"), "The file, such as Anna.kinora-cast")],
        enabled: has_members,
        run: |studio, args| {
            let member = args.member("member", studio.project())?;
            let out = args.path("out")?;
            let member = studio.project().cast.member(member).cloned().ok_or(Refused::NoMember(member))?;
            packed(studio, &member)?.write(&out)?;
            Ok(json!({ "file": out }))
        },
    },
    Command {
        id: "cast.import",
        label: "Import member…",
        tooltip: "Brings a member of another film's cast in, with words and pictures",
        shortcut: None,
        menu: Menu::Cast,
        args: &[
            Arg::needed("path", Kind::Path, "The file, .kinora-cast"),
            Arg::optional("name", Kind::Text, "Another name for it, where its own is taken"),
        ],
        enabled: always,
        run: |studio, args| {
            let mut member = CastFile::read(&args.path("path")?)?;
            if args.has("name") {
                args.text("name")?.trim_start_matches('@').clone_into(&mut member.name);
            }
            studio.whole_as(Some("import-member"), |studio| unpacked(studio, member))
        },
    },
];
