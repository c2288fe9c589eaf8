//! What testing a connection says of how fields are written. Pure.

use std::borrow::Cow;

use super::list_of;
use super::texts::texts;
use crate::api::report::Hint;
use crate::moments::Written;
use crate::words::Key;

texts! {
    /// How a time is written.
    pub fn written(key: &Written) {
        WithOffset => "Written with its offset from UTC (RFC 3339, or near to it).",
        WithoutZone => "Written without a zone.",
        Day => "Written as a day.",
        Http => "Written as HTTP and mail write it.",
        Parts => "Written as a list of numbers, without a zone.",
        Seconds => "Written as seconds since 1970.",
        Millis => "Written as milliseconds since 1970.",
        Finer => "Written as microseconds or nanoseconds since 1970.",
        Duration => "Written as a duration.",
        Word => "What stands there means none.",
        Unknown => "It is not a time.",
    }
}

texts! {
    /// What a description can say, or has to.
    pub enum Hints<'a> {
        Zone { zone: &'a str } => "Read in the time zone {zone}; “zone” in the description says another one.",
        As { form: &'a str } => "Not a time in the form that the description gives. “as”: “{form}” reads it.",
        NoTime => "Not a time in any form that the page knows.",
        Word { words: &'a str } => "{words} means neither yes nor no here, so the status is unknown. Say in “is” what means yes.",
        Words { words: &'a str } => "{words} mean neither yes nor no here, so the status is unknown. Say in “is” which of them mean yes.",
        TakenForYes { word: &'a str } => "{word} is there and not a time, so it counts as yes. If it is a status, say in “is” what means yes.",
    }
}

impl Key for Hint {
    fn text(&self) -> Cow<'static, str> {
        let quoted = |it: &String| format!("“{it}”");
        match self {
            Hint::Time(form) => written(form),
            Hint::Zone(zone) => Hints::Zone { zone }.text(),
            Hint::As(form) => Hints::As { form }.text(),
            Hint::NoTime => Hints::NoTime.text(),
            Hint::Words(words) => {
                let all = list_of(&words.iter().map(quoted).collect::<Vec<_>>());
                if words.len() == 1 { Hints::Word { words: &all }.text() } else { Hints::Words { words: &all }.text() }
            }
            Hint::TakenForYes(word) => Hints::TakenForYes { word: &quoted(word) }.text(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_named_one_by_one() {
        let words = |all: &[&str]| Hint::Words(all.iter().map(|it| (*it).to_owned()).collect()).text().into_owned();
        assert!(words(&["enabled"]).starts_with("“enabled” means neither yes nor no"));
        assert!(words(&["on", "off"]).starts_with("“on” and “off” mean neither yes nor no"));
        assert!(Hint::Zone("+02:00".into()).text().contains("the time zone +02:00;"));
    }
}
