//! What the page says of an API with a description, and of mistakes in one. Those follow their places, as
//! [`config::mistake`](super::config::mistake) does.

use std::borrow::Cow;

use super::texts::texts;
use crate::adapters::rest::mistake::{Declarer, Mistake};
use crate::adapters::rest::settings;
use crate::adapters::rest::texts::{At, Outline, Text};
use crate::capabilities::Action;
use crate::words::Key;

texts! {
    /// The settings.
    pub(crate) fn rest_settings(key: &settings::Text) {
        Name => "Other API (bring a description)",
        Description => "Description",
        DescriptionHint => "The JSON, or the address of a file with it, relative to the page.",
        Values => "Values",
    }
}

impl Key for settings::Text {
    fn text(&self) -> Cow<'static, str> {
        rest_settings(self)
    }
}

impl Key for Mistake {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Mistake::NotText => "must be a text".into(),
            Mistake::NotSimple => "must be a text, a number, true or false".into(),
            Mistake::NotSimpleOrTexts => "must be a text, a number, true, false or a list of texts".into(),
            Mistake::EmptyText => "must not be empty".into(),
            Mistake::NotPlace => {
                "must be a place: a JSON Pointer such as “/data/id” or a JSONPath such as “$.data.id”".into()
            }
            Mistake::NotPlaceOrObject => "must be a place, or an object in braces".into(),
            Mistake::NoSlash => "must begin with a slash".into(),
            Mistake::NoSecret => "must have {secret} in it".into(),
            Mistake::NoWay => "must have at least one way".into(),
            Mistake::SaysNothing => "must say something".into(),
            Mistake::KeyLetters => "must be of letters, digits, _ and -".into(),
            Mistake::NeedsAt => "needs “at”".into(),
            Mistake::NoZone => "must name a time zone, such as Europe/Berlin, +02:00 or UTC".into(),
            Mistake::GoesNotWith(other) => format!("cannot go together with “{other}”").into(),
            Mistake::NotWithThisBy => "has no meaning with this “by”".into(),
            Mistake::OnlyForTimes => "is for times only".into(),
            Mistake::OnlyForChoices => "is for the type “choice”".into(),
            Mistake::BrowsersHeader => "is a header that browsers set by themselves: no page can send it".into(),
            Mistake::BadPointer => "is no JSON Pointer: after ~ comes 0 or 1".into(),
            Mistake::BadPath { problem } => format!("is no JSONPath: {problem}").into(),
            Mistake::LoneBrace => "has a brace without its other one; write {{ or }} for a brace itself".into(),
            Mistake::NoSuchPlaceholder { name } => {
                format!("has {{{name}}}, but there is no such placeholder; write {{{{ for a brace itself").into()
            }
            Mistake::NoSuchFilter { filter } => format!("has “{filter}”, but there is no such filter").into(),
            Mistake::BadOperand { filter } => {
                format!("has the filter “{filter}”, whose value is neither JSON nor a placeholder's name").into()
            }
            Mistake::OnlyForDurations => "is for durations only: seconds, minutes, hours, days".into(),
            Mistake::NeedsCreated => "needs “created” of the token".into(),
            Mistake::CountsFromNothing => "counts from the creation, and “token” has no “created”".into(),
            Mistake::UnknownZone { zone } => {
                format!("names the time zone {zone}, which this browser does not know").into()
            }
            Mistake::NoWayBack => "is missing: “disable” and “enable” go together".into(),
            Mistake::NeedsDisabled => "is missing: it tells whether “disable” and “enable” have worked".into(),
            Mistake::NeedsRead => "needs the call “read”".into(),
            Mistake::BodyWithGet => "cannot go with the method GET: say another “method”".into(),
            Mistake::NamesNoToken => "does not say which token: it has neither {id} nor a part of {token}".into(),
            Mistake::UnusedInput { key } => {
                format!("is used by no call: write {{input.{key}}} where it belongs, or leave it out").into()
            }
            Mistake::UntoldScopes => {
                "uses {scopes}, and “scopes” does not say which there are: add it, or ask by an input of type “list”".into()
            }
            Mistake::NeedsPlaceholder { name } => {
                format!("needs {{{name}}} in the call's query, headers, body or path").into()
            }
            Mistake::CannotBeCounted => {
                "cannot be counted, as “items” leaves some out or finds several in one: go by number with “last” or “more”, by cursor, url or link"
                    .into()
            }
            Mistake::NotOfThesePages { name } => format!("has {{{name}}}, which “pages” has no value for").into(),
            Mistake::NoPageSize => "has {page.size}, and “pages” has no “size”".into(),
            Mistake::NoValueHere { name } => format!("has {{{name}}}, which has no value here").into(),
            Mistake::NotDeclared { name, by } => {
                let by = match by {
                    Declarer::Inputs => "“inputs”",
                    Declarer::Values => "“values”",
                    Declarer::SignIn => "the inputs of “sign_in”",
                    Declarer::Keep => "“keep” of a sign-in call",
                };
                format!("has {{{name}}}, which {by} does not have").into()
            }
            Mistake::SecretInAddress { name, is_kept } => {
                let no_secret = if *is_kept { "if it is none, say “secret”: false where it is kept; " } else { "" };
                format!(
                    "has the secret {{{name}}} in its address, which ends in logs; {no_secret}if the API leaves no choice, \
                     say “secrets_in_address”: true"
                )
                .into()
            }
            Mistake::KeyTwice { key } => format!("has the key “{key}” twice").into(),
            Mistake::NotAskedFor { known } if known.is_empty() => {
                "is not asked for by the description, which asks for nothing".into()
            }
            Mistake::NotAskedFor { known } => {
                format!("is not asked for by the description; it asks for {}", known.join(", ")).into()
            }
            Mistake::ValueMissing { help } if help.is_empty() => "is missing".into(),
            Mistake::ValueMissing { help } => format!("is missing. {help}").into(),
        }
    }
}

impl Key for Text {
    fn text(&self) -> Cow<'static, str> {
        match self {
            Text::NoCall(action) => {
                let what = match action {
                    Action::Create => "creating",
                    Action::Edit => "changing",
                    Action::Revoke => "revoking",
                    Action::Rotate => "rotating",
                    Action::Disable => "disabling",
                    Action::Enable => "enabling",
                    Action::Delete => "deleting",
                };
                format!("The description of this API has no call for {what} a token.").into()
            }
            Text::Foreign => {
                "This system keeps its sign-in in cookies, which a page on another origin cannot use. Signing in will not \
                 work here: put the system behind a proxy on this page's own origin first."
                    .into()
            }
            Text::CookieStays => {
                "The system's own sign-in cookie stays in this browser, where this page cannot delete it: sign out there \
                 too, or close the browser."
                    .into()
            }
            Text::NotAccepted { said } => and_said("The system did not accept that. Check it and sign in again.", said),
            Text::RefusedAfterwards { asked, said } => {
                let what =
                    format!("Signing in went well, but then the system refused {asked} as if you were not signed in.");
                and_said(&what, said)
            }
            Text::NothingToKeep { at } => format!(
                "The system did not accept what was typed. If it is right, the description may be wrong: the answer to the \
                 sign-in has nothing at {}.",
                place(at)
            )
            .into(),
            Text::AddressNeeds { names } => {
                let names: Vec<String> = names.iter().map(|it| format!("{{{it}}}")).collect();
                format!("The address of this call needs {}, and there is no value for it.", names.join(", ")).into()
            }
            Text::DotsAlone => {
                "An id of dots alone, or with a part of dots alone, cannot be sent in an address.".into()
            }
            Text::UnfitHeader { name } => {
                format!("What was given for the header {name} has characters that no header can have.").into()
            }
            Text::NotANumber { label } => format!("{label} must be a number.").into(),
            Text::FailedSilently => "The system says that it failed, and not why.".into(),
            Text::NoToken { at } => format!("there is no token at {}", place(at)).into(),
            Text::NoList { at, answer } => format!("there is no list at {}; {}", place(at), outline(answer)).into(),
            Text::EmptyPage { page } => format!("page {page} is empty, and names a next one").into(),
            Text::PagesRepeat { page } => {
                format!("its pages repeat: what follows page {page} came before, or there is no end to them").into()
            }
            Text::Always => "The description says so of every token.".into(),
            Text::LeftOut { name } => format!(
                "Emptied in an edit, it is left out, and the system may keep what it has. Where null empties it: \
                 {{{name}|or null}} in “update”."
            )
            .into(),
            Text::WorkedOut => "Worked out from the other fields.".into(),
            Text::NothingThere => "Nothing stands there.".into(),
            Text::NullThere => "It is null there: none.".into(),
            Text::MeansNone { stands } => format!("{stands} stands there: none.").into(),
        }
    }
}

fn and_said(what: &str, said: &str) -> Cow<'static, str> {
    if said.is_empty() { what.to_owned().into() } else { format!("{what} It says: {said}").into() }
}

fn place(at: &At) -> Cow<'_, str> {
    match at {
        At::Top => "the top of the answer".into(),
        At::Place(place) => place.into(),
        At::Header(name) => format!("the header {name}").into(),
    }
}

fn outline(answer: &Outline) -> Cow<'static, str> {
    match answer {
        Outline::Empty => "the answer is empty".into(),
        Outline::List => "the answer itself is a list".into(),
        Outline::Single => "the answer is a single value".into(),
        Outline::Members { names, has_more } => {
            let more = if *has_more { " and more" } else { "" };
            format!("the answer has {}{more}", names.join(", ")).into()
        }
    }
}
