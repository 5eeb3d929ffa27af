//! The journal: what was done after the document was written, a line each: CRC-32 of the JSON in eight hexadecimal digits, a space, the
//! JSON. A crash leaves at most one line that is no line; reading stops there.

use kinora_project::{Arrival, Edit, History, Project};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// An edit; a drag is one, its last.
    Edit(Edit),
    /// A job brought something.
    Arrival(Arrival),
    /// The last edit was undone.
    Undo,
    /// What was undone was done again.
    Redo,
    /// The project was closed properly.
    Closed,
}

/// An entry as a line of the journal.
pub(crate) fn line(entry: &Entry) -> serde_json::Result<Vec<u8>> {
    let json = serde_json::to_vec(entry)?;
    let mut line = format!("{:08x} ", crc32fast::hash(&json)).into_bytes();
    line.extend_from_slice(&json);
    line.push(b'\n');
    Ok(line)
}

/// The entries of a journal, up to the first line that is none; and whether there is such a line.
pub(crate) fn read(bytes: &[u8]) -> (Vec<Entry>, bool) {
    let mut entries = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match entry(line) {
            Some(entry) => entries.push(entry),
            None => return (entries, true),
        }
    }
    (entries, false)
}

fn entry(line: &[u8]) -> Option<Entry> {
    let line = line.strip_suffix(b"\n")?;
    let (sum, json) = (line.get(..8)?, line.get(8..)?.strip_prefix(b" ")?);
    let sum = u32::from_str_radix(std::str::from_utf8(sum).ok()?, 16).ok()?;
    if sum != crc32fast::hash(json) {
        return None;
    }
    serde_json::from_slice(json).ok()
}

/// Does an entry once more. Returns whether that was possible: it always is, unless files of two projects were mixed.
pub(crate) fn replay(entry: &Entry, project: &mut Arc<Project>, history: &mut History) -> bool {
    match entry {
        Entry::Edit(edit) => {
            let mut edited = Project::clone(project);
            if edit.apply(&mut edited).is_err() {
                return false;
            }
            history.record(edit.label(), project.clone());
            *project = Arc::new(edited);
        }
        Entry::Arrival(arrival) => {
            Arc::make_mut(project).arrive(arrival.clone());
        }
        Entry::Undo => match history.undo(project) {
            Some(before) => *project = before,
            None => return false,
        },
        Entry::Redo => match history.redo(project) {
            Some(after) => *project = after,
            None => return false,
        },
        Entry::Closed => {}
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_project::BoardEdit;

    #[test]
    fn reading_stops_at_the_first_line_that_is_damaged() {
        let edit =
            |heading: &str| Entry::Edit(Edit::Board(BoardEdit::AddScene { heading: heading.to_owned(), at: None }));
        let all = [edit("INT. KITCHEN"), Entry::Undo, edit("EXT. DÉSERT\nnoon"), Entry::Redo];
        let bytes: Vec<u8> = all.iter().flat_map(|entry| line(entry).unwrap()).collect();
        assert_eq!(read(&bytes), (all.to_vec(), false));
        assert_eq!(read(&[]), (Vec::new(), false));
        for cut in 1..bytes.len() {
            let (entries, damaged) = read(&bytes[..cut]);
            assert_eq!(entries, all[..entries.len()], "cut at {cut}");
            assert_eq!(damaged, bytes[cut - 1] != b'\n');
        }
        for flipped in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[flipped] ^= 4;
            let (entries, damaged) = read(&bytes);
            assert!(damaged && entries == all[..entries.len()], "byte {flipped}");
        }
    }
}
