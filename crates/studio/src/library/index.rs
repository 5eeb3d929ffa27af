//! `library.sqlite`: entries, and SQLite's full-text index (FTS5) of their titles and words.

use super::entry::{Entry, EntryKind, Search};
use super::{LibraryError, Result};
use kinora_project::Mark;
use rusqlite::types::ToSql;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Changes with the tables: an index of another version is made anew.
const VERSION: i64 = 1;
/// How many entries are shown where nobody said how many.
const USUAL_LIMIT: u32 = 200;

const TABLES: &str = "
    CREATE TABLE places (place TEXT PRIMARY KEY, stamp INTEGER NOT NULL);
    CREATE TABLE entries (
        rowid INTEGER PRIMARY KEY,
        kind TEXT NOT NULL, place TEXT NOT NULL, id INTEGER NOT NULL, file TEXT, title TEXT NOT NULL,
        words TEXT NOT NULL, digest TEXT, favourite INTEGER NOT NULL, stars INTEGER NOT NULL, folder TEXT NOT NULL,
        made_at INTEGER NOT NULL
    );
    CREATE INDEX entries_by_place ON entries (place);
    CREATE INDEX entries_by_age ON entries (made_at DESC, rowid DESC);
    CREATE INDEX entries_by_file ON entries (file);
    CREATE VIRTUAL TABLE found USING fts5 (
        title, words, content = 'entries', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
    );
    CREATE TRIGGER entry_in AFTER INSERT ON entries BEGIN
        INSERT INTO found (rowid, title, words) VALUES (new.rowid, new.title, new.words);
    END;
    CREATE TRIGGER entry_out AFTER DELETE ON entries BEGIN
        INSERT INTO found (found, rowid, title, words) VALUES ('delete', old.rowid, old.title, old.words);
    END;
";

#[derive(Debug)]
pub(super) struct Index {
    database: Connection,
    path: PathBuf,
}

impl Index {
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |source| LibraryError::Index { source, path: path.to_owned() };
        if let Some(folder) = path.parent() {
            // If it can't be made, SQLite says so.
            let _ = std::fs::create_dir_all(folder);
        }
        let opened = connect(path).and_then(|database| {
            let version: i64 = database.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if version == VERSION { Ok(Some(database)) } else { Ok(None) }
        });
        let database = match opened {
            Ok(Some(database)) => database,
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
                return Err(failed(error));
            }
            // New, of another version, or damaged.
            Ok(None) | Err(_) => make(path).map_err(failed)?,
        };
        Ok(Self { database, path: path.to_owned() })
    }

    pub fn clear(&mut self) -> Result<()> {
        self.database = make(&self.path).map_err(|source| self.failed(source))?;
        Ok(())
    }

    /// What a place holds now, instead of what it held.
    pub fn put(&mut self, place: &Path, stamp: u64, entries: &[Entry]) -> Result<()> {
        let path = self.path.clone();
        self.write(place, stamp, entries).map_err(|source| LibraryError::Index { source, path })
    }

    fn write(&mut self, place: &Path, stamp: u64, entries: &[Entry]) -> rusqlite::Result<()> {
        let transaction = self.database.transaction()?;
        let name = text(place);
        transaction.execute("DELETE FROM entries WHERE place = ?1", [&name])?;
        #[allow(clippy::cast_possible_wrap, reason = "a stamp is only compared")]
        let stamp = stamp as i64;
        transaction.execute("INSERT OR REPLACE INTO places (place, stamp) VALUES (?1, ?2)", params![name, stamp])?;
        {
            let mut insert = transaction.prepare(
                "INSERT INTO entries (kind, place, id, file, title, words, digest, favourite, stars, folder, made_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?;
            for entry in entries {
                let (file, digest) = (entry.file.as_deref().map(text), entry.digest.map(|digest| digest.to_string()));
                let Mark { favourite, stars, folder } = &entry.mark;
                insert.execute(params![
                    kind_name(entry.kind),
                    name,
                    entry.id,
                    file,
                    entry.title,
                    entry.words,
                    digest,
                    favourite,
                    stars,
                    folder,
                    entry.made_at
                ])?;
            }
        }
        transaction.commit()
    }

    pub fn stamp(&self, place: &Path) -> Result<Option<u64>> {
        let stamp = "SELECT stamp FROM places WHERE place = ?1";
        let found = self.database.query_row(stamp, [text(place)], |row| row.get::<_, i64>(0)).optional();
        #[allow(clippy::cast_sign_loss, reason = "a stamp is only compared")]
        let found = found.map(|stamp| stamp.map(|stamp| stamp as u64));
        found.map_err(|source| self.failed(source))
    }

    /// Whether there is a clip of that file.
    pub fn set_mark(&self, file: &Path, mark: &Mark) -> Result<bool> {
        let update = "UPDATE entries SET favourite = ?2, stars = ?3, folder = ?4 WHERE file = ?1";
        let changed = self.database.execute(update, params![text(file), mark.favourite, mark.stars, mark.folder]);
        changed.map(|count| count > 0).map_err(|source| self.failed(source))
    }

    pub fn search(&self, search: &Search) -> Result<Vec<Entry>> {
        self.found(search).map_err(|source| self.failed(source))
    }

    fn found(&self, search: &Search) -> rusqlite::Result<Vec<Entry>> {
        let mut wanted: Vec<&str> = Vec::new();
        let mut values: Vec<(&str, Box<dyn ToSql>)> = Vec::new();
        if let Some(query) = query_of(&search.words) {
            wanted.push("rowid IN (SELECT rowid FROM found WHERE found MATCH :words)");
            values.push((":words", Box::new(query)));
        }
        if search.favourites {
            wanted.push("favourite");
        }
        if search.stars > 0 {
            wanted.push("stars >= :stars");
            values.push((":stars", Box::new(search.stars)));
        }
        if let Some(folder) = &search.folder {
            wanted.push("(folder = :folder OR substr(folder, 1, length(:folder) + 1) = :folder || '/')");
            values.push((":folder", Box::new(folder.trim_matches('/').to_owned())));
        }
        if let Some(kind) = search.kind {
            wanted.push("kind = :kind");
            values.push((":kind", Box::new(kind_name(kind))));
        }
        let wanted = if wanted.is_empty() { "1".to_owned() } else { wanted.join(" AND ") };
        let limit = if search.limit == 0 { USUAL_LIMIT } else { search.limit };
        let statement = format!(
            "SELECT * FROM entries WHERE {wanted} ORDER BY made_at = 0 DESC, made_at DESC, rowid DESC LIMIT {limit}"
        );
        let values: Vec<(&str, &dyn ToSql)> = values.iter().map(|(name, value)| (*name, value.as_ref())).collect();
        self.database.prepare(&statement)?.query_map(values.as_slice(), entry)?.collect()
    }

    fn failed(&self, source: rusqlite::Error) -> LibraryError {
        LibraryError::Index { source, path: self.path.clone() }
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let database = Connection::open(path)?;
    database.busy_timeout(Duration::from_secs(5))?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    // What a cut power line takes is built again.
    database.pragma_update(None, "synchronous", "OFF")?;
    Ok(database)
}

/// An empty index in place of what is there.
fn make(path: &Path) -> rusqlite::Result<Connection> {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        // What isn't there needs no removing; what can't be removed fails when it is opened.
        let _ = std::fs::remove_file(name);
    }
    let database = connect(path)?;
    database.execute_batch(TABLES)?;
    database.pragma_update(None, "user_version", VERSION)?;
    Ok(database)
}

/// Every word as the beginning of one, and no word as an operator; nothing where there is no word.
fn query_of(words: &str) -> Option<String> {
    let terms: Vec<String> =
        words.split_whitespace().map(|word| format!("\"{}\"*", word.replace('"', "\"\""))).collect();
    (!terms.is_empty()).then(|| terms.join(" "))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn kind_name(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Take => "take",
        EntryKind::Upload => "upload",
        EntryKind::Clip => "clip",
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let kind = match row.get::<_, String>("kind")?.as_str() {
        "take" => EntryKind::Take,
        "upload" => EntryKind::Upload,
        _ => EntryKind::Clip,
    };
    Ok(Entry {
        kind,
        place: row.get::<_, String>("place")?.into(),
        id: row.get("id")?,
        file: row.get::<_, Option<String>>("file")?.map(PathBuf::from),
        title: row.get("title")?,
        words: row.get("words")?,
        digest: row.get::<_, Option<String>>("digest")?.and_then(|digest| digest.parse().ok()),
        mark: Mark { favourite: row.get("favourite")?, stars: row.get("stars")?, folder: row.get("folder")? },
        made_at: row.get("made_at")?,
    })
}
