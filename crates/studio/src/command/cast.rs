//! People, places and props.

use super::{Arg, Args, Command, CommandError, Kind, Menu, Reason, always};
use crate::studio::Studio;
use kinora_project::{CastEdit, Edit, MemberKind};
use serde_json::{Value, json};

const KINDS: &[(&str, MemberKind)] =
    &[("person", MemberKind::Person), ("place", MemberKind::Place), ("prop", MemberKind::Prop)];
const KIND: Arg = Arg::optional("kind", Kind::Choice(&["person", "place", "prop"]), "What it is; a person without it");
const MEMBER: Arg = Arg::needed("member", Kind::Member, "Who or what");
const WORDS: Arg = Arg::optional("words", Kind::Text, "What stands in a prompt in place of the name");

fn has_members(studio: &Studio) -> Result<(), Reason> {
    let any = !studio.project().cast.members.is_empty();
    any.then_some(()).ok_or(Reason("the cast is empty; add somebody first"))
}

fn described(args: &Args) -> Result<(String, MemberKind, String), CommandError> {
    Ok((args.text("name")?.trim_start_matches('@').to_owned(), args.choice("kind", KINDS)?, args.text("words")?))
}

pub const COMMANDS: &[Command] = &[
    Command {
        id: "cast.add",
        label: "Add to cast…",
        tooltip: "Adds a person, place or prop that prompts can name as @Name",
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
];
