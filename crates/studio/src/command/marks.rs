//! What people think of takes and files, as arguments.

use super::{Arg, Args, CommandError, Kind};
use kinora_project::Mark;

pub const FAVOURITE: Arg = Arg::optional("favourite", Kind::Flag, "Whether it is one; as before without it");
pub const STARS: Arg = Arg::optional("stars", Kind::Whole, "0 to 5; as before without it");
pub const FOLDER: Arg = Arg::optional("folder", Kind::Text, "A folder, such as skies/dusk; as before without it");

/// A mark with what is given changed.
pub fn mark(args: &Args, before: Option<&Mark>) -> Result<Mark, CommandError> {
    let mut mark = before.cloned().unwrap_or_default();
    if args.has("favourite") {
        mark.favourite = args.flag("favourite")?;
    }
    if let Some(stars) = args.whole("stars")? {
        mark.stars = u8::try_from(stars).unwrap_or(u8::MAX);
    }
    if args.has("folder") {
        mark.folder = args.text("folder")?.trim_matches('/').to_owned();
    }
    Ok(mark)
}
