//! The queue's table.

use super::{Job, JobId, Lane, NewJob, State, Work};
use kinora_project::ShotId;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, params};
use std::path::Path;
use std::time::Duration;

/// How many durations of a kind are kept.
const REMEMBERED: u32 = 20;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        lane TEXT NOT NULL,
        work TEXT NOT NULL,
        state TEXT NOT NULL,
        priority INTEGER NOT NULL,
        place INTEGER NOT NULL,
        after TEXT NOT NULL,
        not_before INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        reason TEXT
    );
    CREATE INDEX IF NOT EXISTS jobs_by_turn ON jobs (lane, state, priority DESC, place);
    CREATE INDEX IF NOT EXISTS jobs_by_shot ON jobs (json_extract(work, '$.generate.shot'));
    CREATE TABLE IF NOT EXISTS durations (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        seconds_per_amount REAL NOT NULL
    );
";

pub fn open(path: &Path) -> rusqlite::Result<Connection> {
    let database = Connection::open(path)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    // A job that was said to be in the queue, or done, survives a cut power line.
    database.pragma_update(None, "synchronous", "FULL")?;
    database.busy_timeout(Duration::from_secs(5))?;
    database.execute_batch(TABLES)?;
    database.execute("UPDATE jobs SET state = 'waiting' WHERE state = 'running'", [])?;
    Ok(database)
}

/// The jobs of a folder that others hold, or that can't be written; an empty table where nothing can be read.
pub fn look(path: &Path) -> rusqlite::Result<Connection> {
    let readable = |database: &Connection| database.query_row("SELECT count(*) FROM jobs", [], |_| Ok(())).is_ok();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    // In a folder that can't be written SQLite reads a WAL database only if it is told that nobody writes it.
    let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    for uri in [format!("file:{escaped}"), format!("file:{escaped}?immutable=1")] {
        if let Some(database) = Connection::open_with_flags(uri, flags).ok().filter(readable) {
            return Ok(database);
        }
    }
    let database = Connection::open_in_memory()?;
    database.execute_batch(TABLES)?;
    Ok(database)
}

pub fn state_name(state: State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::Running => "running",
        State::Paused => "paused",
        State::Done => "done",
        State::Failed => "failed",
        State::Cancelled => "cancelled",
    }
}

fn lane_name(lane: Lane) -> &'static str {
    match lane {
        Lane::Generate => "generate",
        Lane::Media => "media",
    }
}

pub fn insert(transaction: &Transaction<'_>, job: &NewJob) -> rusqlite::Result<JobId> {
    let place: i64 = transaction.query_row("SELECT coalesce(max(place), 0) + 1 FROM jobs", [], |row| row.get(0))?;
    transaction.execute(
        "INSERT INTO jobs (lane, work, state, priority, place, after, not_before) VALUES (?1, ?2, 'waiting', ?3, ?4, ?5, ?6)",
        params![lane_name(job.work.lane()), json(&job.work)?, job.priority, place, json(&job.after)?, job.not_before],
    )?;
    u64::try_from(transaction.last_insert_rowid())
        .map(JobId)
        .map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))
}

pub fn is_empty(database: &Connection) -> rusqlite::Result<bool> {
    database.query_row("SELECT NOT EXISTS (SELECT 1 FROM jobs)", [], |row| row.get(0))
}

pub fn all(database: &Connection) -> rusqlite::Result<Vec<Job>> {
    let order = "lane, state IN ('done', 'cancelled'), priority DESC, place";
    let mut statement = database.prepare(&format!("SELECT * FROM jobs ORDER BY {order}"))?;
    statement.query_map([], job)?.collect()
}

pub fn paused(database: &Connection) -> rusqlite::Result<Vec<Job>> {
    let mut statement = database.prepare_cached("SELECT * FROM jobs WHERE lane = 'generate' AND state = 'paused'")?;
    statement.query_map([], job)?.collect()
}

pub fn one(database: &Connection, id: JobId) -> rusqlite::Result<Job> {
    database.query_row("SELECT * FROM jobs WHERE id = ?1", [id.0], job)
}

/// The takes of a shot that were ever asked for.
pub fn of_shot(database: &Connection, shot: ShotId) -> rusqlite::Result<Vec<Work>> {
    let mut statement =
        database.prepare_cached("SELECT work FROM jobs WHERE json_extract(work, '$.generate.shot') = ?1")?;
    statement.query_map([shot.0], |row| from_json(&row.get::<_, String>(0)?))?.collect()
}

/// The first job of a lane whose time has come and whose dependencies are done.
pub fn next(transaction: &Transaction<'_>, lane: Lane, now: u64) -> rusqlite::Result<Option<u64>> {
    transaction
        .query_row(
            "SELECT id FROM jobs AS job
             WHERE lane = ?1 AND state = 'waiting' AND coalesce(not_before, 0) <= ?2
               AND NOT EXISTS (SELECT 1 FROM json_each(job.after) AS wanted
                               WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE id = wanted.value AND state = 'done'))
             ORDER BY priority DESC, place LIMIT 1",
            params![lane_name(lane), now],
            |row| row.get(0),
        )
        .optional()
}

/// Numbers go on from here, or from where they are if that is further.
pub fn number_after(transaction: &Transaction<'_>, last: JobId) -> rusqlite::Result<()> {
    const FIRST: &str = "INSERT INTO sqlite_sequence (name, seq) SELECT 'jobs', 0
        WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'jobs')";
    transaction.execute(FIRST, [])?;
    transaction.execute("UPDATE sqlite_sequence SET seq = MAX(seq, ?1) WHERE name = 'jobs'", [last.0])?;
    Ok(())
}

pub fn set_state(transaction: &Transaction<'_>, id: JobId, state: State, reason: Option<&str>) -> rusqlite::Result<()> {
    let update = "UPDATE jobs SET state = ?2, reason = ?3 WHERE id = ?1";
    transaction.execute(update, params![id.0, state_name(state), reason]).map(drop)
}

pub fn set_work(transaction: &Transaction<'_>, id: JobId, work: &Work) -> rusqlite::Result<()> {
    transaction.execute("UPDATE jobs SET work = ?2 WHERE id = ?1", params![id.0, json(work)?]).map(drop)
}

/// Those from there on move by one.
pub fn put_before(transaction: &Transaction<'_>, id: JobId, other: Option<JobId>) -> rusqlite::Result<()> {
    let place: i64 = match other {
        None => transaction.query_row("SELECT coalesce(max(place), 0) + 1 FROM jobs", [], |row| row.get(0))?,
        Some(other) => transaction.query_row("SELECT place FROM jobs WHERE id = ?1", [other.0], |row| row.get(0))?,
    };
    transaction.execute("UPDATE jobs SET place = place + 1 WHERE place >= ?1", [place])?;
    transaction.execute("UPDATE jobs SET place = ?2 WHERE id = ?1", params![id.0, place]).map(drop)
}

pub fn remember(transaction: &Transaction<'_>, work: &Work, took: Duration) -> rusqlite::Result<()> {
    let (kind, rate) = (work.kind(), took.as_secs_f64() / work.amount().max(1.0));
    transaction.execute("INSERT INTO durations (kind, seconds_per_amount) VALUES (?1, ?2)", params![kind, rate])?;
    let surplus = "DELETE FROM durations WHERE kind = ?1
                   AND id NOT IN (SELECT id FROM durations WHERE kind = ?1 ORDER BY id DESC LIMIT ?2)";
    transaction.execute(surplus, params![kind, REMEMBERED]).map(drop)
}

/// Seconds per amount of the last jobs of a kind.
pub fn rates(database: &Connection, kind: &str) -> rusqlite::Result<Vec<f64>> {
    let mut statement = database.prepare("SELECT seconds_per_amount FROM durations WHERE kind = ?1")?;
    statement.query_map([kind], |row| row.get(0))?.collect()
}

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    let state: String = row.get("state")?;
    let state = match state.as_str() {
        "waiting" => State::Waiting,
        "running" => State::Running,
        "paused" => State::Paused,
        "done" => State::Done,
        "cancelled" => State::Cancelled,
        _ => State::Failed,
    };
    Ok(Job {
        id: JobId(row.get("id")?),
        work: from_json(&row.get::<_, String>("work")?)?,
        state,
        priority: row.get("priority")?,
        after: from_json(&row.get::<_, String>("after")?)?,
        not_before: row.get("not_before")?,
        attempts: row.get("attempts")?,
        reason: row.get("reason")?,
    })
}

fn json<T: serde::Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, e.into()))
}
