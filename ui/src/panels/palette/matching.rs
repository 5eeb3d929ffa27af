//! Fuzzy matching: the letters of what was typed, in their order, wherever they stand; the beginnings of words count most. Small and
//! large letters are the same, and so are letters with and without an accent.

/// Where what was typed stands in a text, and how well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Match {
    /// More is better.
    pub score: i32,
    /// The letters that matched, by place, counted in characters.
    pub places: Vec<usize>,
}

const BEGINS_WORD: i32 = 10;
const FOLLOWS: i32 = 9;
const BEGINS_TEXT: i32 = 6;
/// What letters that were jumped over cost, at most.
const JUMP: usize = 6;

/// How a text answers to what was typed; nothing if it doesn't. Whoever typed nothing means everything.
pub(super) fn find(typed: &str, text: &str) -> Option<Match> {
    let wanted: Vec<char> = typed.chars().filter(|c| !c.is_whitespace()).map(folded).collect();
    let letters: Vec<char> = text.chars().map(folded).collect();
    if wanted.is_empty() {
        return Some(Match::default());
    }
    // best[i][j]: the best score of the first i + 1 letters with the last of them at j, and where the one before it was.
    let mut best: Vec<Vec<Option<(i32, usize)>>> = Vec::with_capacity(wanted.len());
    for (i, want) in wanted.iter().enumerate() {
        let row = (0..letters.len()).map(|j| {
            if letters[j] != *want {
                return None;
            }
            let own = own_score(&letters, j);
            if i == 0 {
                return Some((own, 0));
            }
            let before = best[i - 1][..j].iter().enumerate();
            before.filter_map(|(k, cell)| cell.map(|(score, _)| (score + own + step(k, j), k))).max()
        });
        let row = row.collect();
        best.push(row);
    }
    let last = best.last()?.iter().enumerate();
    let (score, mut at) = last
        .filter_map(|(j, cell)| cell.map(|(score, _)| (score, j)))
        .max_by_key(|(score, j)| (*score, usize::MAX - j))?;
    let mut places = Vec::with_capacity(wanted.len());
    for row in best.iter().rev() {
        places.push(at);
        at = row[at]?.1;
    }
    places.reverse();
    // Of two that answer as well, the shorter is meant.
    let length = i32::try_from(letters.len() / 4).unwrap_or(i32::MAX);
    Some(Match { score: score - length, places })
}

/// Whether a sentence tells of what was typed: one of its words begins so.
pub(super) fn tells_of(sentence: &str, typed: &str) -> bool {
    let typed: String = typed.trim().chars().map(folded).collect();
    let mut words = sentence.split(|c: char| !c.is_alphanumeric());
    typed.chars().count() >= 3 && words.any(|word| word.chars().map(folded).collect::<String>().starts_with(&typed))
}

fn own_score(letters: &[char], at: usize) -> i32 {
    match at.checked_sub(1) {
        None => BEGINS_WORD + BEGINS_TEXT,
        Some(before) if !letters[before].is_alphanumeric() => BEGINS_WORD,
        Some(_) => 0,
    }
}

fn step(from: usize, to: usize) -> i32 {
    match to - from - 1 {
        0 => FOLLOWS,
        jumped => -i32::try_from(jumped.min(JUMP)).unwrap_or(0),
    }
}

fn folded(c: char) -> char {
    let c = c.to_lowercase().next().unwrap_or(c);
    match c {
        'à' | 'â' | 'ä' | 'á' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' | 'í' => 'i',
        'ô' | 'ö' | 'ó' => 'o',
        'ù' | 'û' | 'ü' | 'ú' => 'u',
        '’' => '\'',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_answer_in_their_order_and_beginnings_of_words_first() {
        for (typed, text, places) in [
            ("as", "Add shot", &[0, 4][..]),
            ("shot", "Add shot", &[4, 5, 6, 7]),
            ("rip", "Ripple trim", &[0, 1, 2]),
            ("evenement", "Événement", &[0, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("", "Anything", &[]),
        ] {
            assert_eq!(find(typed, text).map(|found| found.places).as_deref(), Some(places), "{typed} in {text}");
        }
        assert_eq!(find("sa", "Add shot"), None);
        assert_eq!(find("x", ""), None);
    }

    #[test]
    fn the_nearer_answer_comes_first() {
        for (typed, first, second) in [
            ("undo", "Undo", "Unlink and do"),
            ("add s", "Add shot", "Add to cast"),
            ("rs", "Remove shot", "Ripple trim items"),
        ] {
            let score = |text| find(typed, text).map_or(i32::MIN, |found| found.score);
            assert!(score(first) > score(second), "{typed}");
        }
    }
}
