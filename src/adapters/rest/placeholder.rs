//! What the placeholders of a description stand for.

use super::pick::Place;

/// What a placeholder stands for.
#[derive(Clone)]
pub(super) enum Source {
    Name,
    Description,
    Scopes,
    ValidFrom,
    ValidTo,
    Id,
    Token(Place),
    Answer(Place),
    Input(String),
    Value(String),
    SignIn(String),
    Session(String),
    Cookie(String),
    Page(PagePart),
    Item,
    Random,
}

/// What of a page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PagePart {
    Number,
    Offset,
    Size,
    Cursor,
}

impl Source {
    /// Reads it as a description writes it.
    pub(super) fn parse(text: &str) -> Option<Source> {
        let place = |of: &str| {
            let pointer = text.strip_prefix(of)?;
            let is_place = pointer.is_empty() || pointer.starts_with('/');
            is_place.then(|| Place::Pointer(pointer.into()))
        };
        let key = |of: &str| text.strip_prefix(of).filter(|it| !it.is_empty()).map(str::to_owned);
        Some(match text {
            "name" => Source::Name,
            "description" => Source::Description,
            "scopes" => Source::Scopes,
            "valid_from" => Source::ValidFrom,
            "valid_to" => Source::ValidTo,
            "id" => Source::Id,
            "page.number" => Source::Page(PagePart::Number),
            "page.offset" => Source::Page(PagePart::Offset),
            "page.size" => Source::Page(PagePart::Size),
            "page.cursor" => Source::Page(PagePart::Cursor),
            "item" => Source::Item,
            "random" => Source::Random,
            _ => {
                let of_place = place("token").map(Source::Token).or_else(|| place("answer").map(Source::Answer));
                let of_key = || key("input.").map(Source::Input).or_else(|| key("value.").map(Source::Value));
                let of_who = || key("sign_in.").map(Source::SignIn).or_else(|| key("session.").map(Source::Session));
                return of_place.or_else(of_key).or_else(of_who).or_else(|| key("cookie.").map(Source::Cookie));
            }
        })
    }

    /// As a description writes it.
    pub(super) fn named(&self) -> String {
        match self {
            Source::Name => "name".into(),
            Source::Description => "description".into(),
            Source::Scopes => "scopes".into(),
            Source::ValidFrom => "valid_from".into(),
            Source::ValidTo => "valid_to".into(),
            Source::Id => "id".into(),
            Source::Token(place) => format!("token{}", place.text()),
            Source::Answer(place) => format!("answer{}", place.text()),
            Source::Input(key) => format!("input.{key}"),
            Source::Value(key) => format!("value.{key}"),
            Source::SignIn(key) => format!("sign_in.{key}"),
            Source::Session(key) => format!("session.{key}"),
            Source::Cookie(key) => format!("cookie.{key}"),
            Source::Page(PagePart::Number) => "page.number".into(),
            Source::Page(PagePart::Offset) => "page.offset".into(),
            Source::Page(PagePart::Size) => "page.size".into(),
            Source::Page(PagePart::Cursor) => "page.cursor".into(),
            Source::Item => "item".into(),
            Source::Random => "random".into(),
        }
    }
}
