//! Sums as people type them into a number: `2+1.5`, `3 × (4 - 1)`, `1,5 s`, `50 %`. The unit at the end is that of the field and says
//! nothing new.
//!
//! Deliberately not here: timecode, which a field of times reads itself.

/// The value of a sum, or nothing if it is none.
#[must_use]
pub(super) fn value_of(text: &str) -> Option<f64> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            ',' => '.',
            '×' => '*',
            '÷' => '/',
            '−' | '–' => '-',
            other => other,
        })
        .collect();
    let plain = plain.trim_end_matches(|c: char| c.is_alphabetic() || matches!(c, '%' | '°'));
    let mut rest = Rest(plain);
    let value = rest.sum()?;
    (rest.0.is_empty() && value.is_finite()).then_some(value)
}

/// What is not read yet.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    fn next_is(&mut self, sign: char) -> bool {
        let after = self.0.strip_prefix(sign);
        self.0 = after.unwrap_or(self.0);
        after.is_some()
    }

    fn sum(&mut self) -> Option<f64> {
        let mut value = self.product()?;
        loop {
            if self.next_is('+') {
                value += self.product()?;
            } else if self.next_is('-') {
                value -= self.product()?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self) -> Option<f64> {
        let mut value = self.factor(0)?;
        loop {
            if self.next_is('*') {
                value *= self.factor(0)?;
            } else if self.next_is('/') {
                value /= self.factor(0)?;
            } else {
                return Some(value);
            }
        }
    }

    /// `signs` were read before it; a row of them longer than anybody types is no sum.
    fn factor(&mut self, signs: u32) -> Option<f64> {
        if signs > 8 {
            return None;
        }
        if self.next_is('-') {
            return self.factor(signs + 1).map(|value| -value);
        }
        if self.next_is('+') {
            return self.factor(signs + 1);
        }
        if self.next_is('(') {
            // A paste of brackets alone must not eat the stack.
            if self.0.len() > 200 {
                return None;
            }
            let value = self.sum()?;
            return self.next_is(')').then_some(value);
        }
        let end = self.0.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(self.0.len());
        let (number, after) = self.0.split_at(end);
        self.0 = after;
        number.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::value_of;

    #[test]
    fn sums_are_read_as_people_type_them() {
        for (text, value) in [
            ("2+1.5", Some(3.5)),
            (" 3 × (4 - 1) ", Some(9.0)),
            ("1,5 s", Some(1.5)),
            ("-50 %", Some(-50.0)),
            ("10/4", Some(2.5)),
            ("−6 dB", Some(-6.0)),
            ("2 - -3", Some(5.0)),
            ("1/0", None),
            ("", None),
            ("2+", None),
            ("(2", None),
            ("two", None),
            ("--------------1", None),
        ] {
            assert_eq!(value_of(text), value, "{text:?}");
        }
        assert_eq!(value_of(&"(".repeat(100_000)), None);
    }
}
