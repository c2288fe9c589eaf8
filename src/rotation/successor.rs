//! What a successor is to be: the form for it, filled in from the token that it takes over from. The same rights, a life as
//! long as the old one's from now on, and a name that the system takes. Pure.

use crate::capabilities::{Action, Capabilities, Field, FieldShape, Input};
use crate::config::FirstEnd;
use crate::draft::{Form, Matches, Original, first_days};
use crate::json::{self, Read};
use crate::moments::{self, Moment};
use crate::store::{Row, Store};
use crate::time::{Clock, Millis, Utc, format_rfc3339};
use crate::token::Token;

/// A token to take over from, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// The token.
    pub token: Token,
    /// When it was made, where that is known.
    pub created_at: Option<Millis>,
    /// Fields of the system's form that the system does not report.
    pub unreported: Vec<Field>,
    /// What else of it the system wants back for a token like it.
    pub original: Option<Original>,
}

impl Basis {
    /// As its system gave it by itself: JSON in the Scoped Token API's form.
    pub fn of_answer(token: Token, json: &[u8]) -> Basis {
        let said = json::read(json).ok();
        let has = |name: &str| said.as_ref().is_some_and(|it| it.get(name).is_some());
        let created_at = said.as_ref().and_then(|it| match moments::read(it.text_of("created_at")?, &Utc).0 {
            Moment::At(at) => Some(at),
            Moment::Never | Moment::Odd => None,
        });
        // What an answer leaves out where it can have it is not told: a gateway says so.
        let fields = [
            (Field::Scopes, "scopes"),
            (Field::Description, "description"),
            (Field::ValidTo, "valid_to"),
            (Field::Privileges, "privileges"),
            (Field::SourceIps, "source_ips"),
        ];
        let unreported = fields.into_iter().filter(|(_, name)| !has(name)).map(|(field, _)| field).collect();
        Basis { token, created_at, unreported, original: None }
    }

    /// As the list has it, of a system that cannot be asked for one token.
    pub fn of_row(store: &Store, row: Row) -> Basis {
        let (validity, silent) = (store.validity(row), store.unreported(row));
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let token = Token {
            id: store.id(row),
            guid: store.guid(row),
            name: store.name(row).into(),
            description: text(store.description(row)),
            scopes: store.scopes(row).map(str::to_owned).collect(),
            valid_from: validity.valid_from.map(format_rfc3339),
            valid_to: validity.valid_to.map(format_rfc3339),
            revoked: validity.revoked,
            ..Token::default()
        };
        let fields = [
            (Field::Scopes, silent.scopes),
            (Field::ValidTo, silent.valid_to),
            (Field::Privileges, true),
            (Field::SourceIps, true),
        ];
        let unreported = fields.into_iter().filter(|(_, is_silent)| *is_silent).map(|(field, _)| field).collect();
        Basis { token, created_at: None, unreported, original: None }
    }
}

/// The form for a successor, and what is to be said of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Successor {
    /// The form, filled in.
    pub form: Form,
    /// Whether it has another name than the old token.
    pub is_renamed: bool,
    /// Whether no name was found that the system takes.
    pub is_unnamed: bool,
    /// What cannot be taken over, as the system does not report it: fields of its form.
    pub left: Vec<Field>,
}

/// What a successor does not have from the old token.
pub struct Fresh<'a> {
    /// A new GUID, for systems where the page makes it.
    pub guid: String,
    /// How long the connection says that new tokens live.
    pub said: FirstEnd,
    /// What an input holds before anything is typed.
    pub initial: &'a dyn Fn(&Input) -> String,
}

/// Fills in the form for a successor. `taken`: whether another token has a name.
pub fn successor(
    basis: &Basis,
    system: &Capabilities,
    Fresh { guid, said, initial }: Fresh<'_>,
    clock: Clock<'_>,
    taken: &dyn Fn(&str) -> bool,
    matches: Matches<'_>,
) -> Successor {
    let Basis { token, unreported, .. } = basis;
    let name = system.field(Field::Name);
    let wanted = name.and_then(|it| successor_name(&token.name, it, taken, matches));
    let is_unnamed = name.is_some() && wanted.is_none();
    let is_renamed = wanted.as_ref().is_some_and(|it| *it != token.name);
    let asked = system.asked(Action::Create);
    let has = |field: Field| system.field(field).is_some();
    let mut form = Form {
        original: basis.original.clone(),
        name: wanted.unwrap_or_else(|| token.name.clone()),
        inputs: asked.iter().map(|it| (it.key.clone(), initial(it))).collect(),
        ..Form::new(if has(Field::Guid) { guid } else { String::new() })
    };
    // An end that is not told is not one that never comes.
    let is_silent = unreported.contains(&Field::ValidTo);
    let known = if is_silent { &Token { valid_to: Some(String::new()), ..token.clone() } } else { token };
    form.take_over(known, basis.created_at, system, &asked, first_days(system, said), clock);
    let left = unreported.iter().copied().filter(|it| has(*it)).collect();
    Successor { form, is_renamed, is_unnamed, left }
}

/// A name for a successor that the system takes: the same where it may be there twice, else with a suffix, `ci-2`. Nothing
/// where no suffix makes one: the user has to find a name.
fn successor_name(
    name: &str,
    shape: &FieldShape,
    taken: &dyn Fn(&str) -> bool,
    matches: Matches<'_>,
) -> Option<String> {
    let fits = |it: &str| {
        shape.pattern.as_deref().is_none_or(|pattern| matches(pattern, it))
            && shape.most_chars.is_none_or(|most| it.chars().count() <= most)
    };
    if !shape.unique && (fits(name) || name.is_empty()) {
        return Some(name.to_owned());
    }
    let (stem, sign, last) = parts(name);
    let numbers = (last.number().unwrap_or(1) + 1..).take(TRIES).map(|it| it.to_string());
    // A pattern may want a letter at the end.
    let letters = ('b'..='z').skip(last.letter().map_or(0, |it| it as usize - 'b' as usize + 1)).map(String::from);
    let n_chars = stem.chars().count();
    numbers.chain(letters).find_map(|suffix| {
        // The stem gives way where the name would be too long.
        let shorter = (0..n_chars.min(TRIES)).map(|less| stem.chars().take(n_chars - less).collect::<String>());
        let named = shorter.map(|stem| format!("{}{sign}{suffix}", stem.trim_end_matches(sign)));
        let fit = named.into_iter().find(|it| fits(it))?;
        (!taken(&fit)).then_some(fit)
    })
}

/// How many suffixes are tried, and by how much a name may be shortened.
const TRIES: usize = 64;

/// What an earlier rotation has put at the end of a name.
enum Suffix {
    None,
    Number(usize),
    Letter(char),
}

impl Suffix {
    fn number(&self) -> Option<usize> {
        if let Suffix::Number(it) = self { Some(*it) } else { None }
    }

    fn letter(&self) -> Option<char> {
        if let Suffix::Letter(it) = self { Some(*it) } else { None }
    }
}

/// A name without its suffix, what stands before that, and the suffix.
fn parts(name: &str) -> (&str, char, Suffix) {
    if let Some((stem, end)) = name.rsplit_once(['-', '_', '.']).filter(|(stem, _)| !stem.is_empty()) {
        let sign = name[stem.len()..].chars().next().unwrap_or('-');
        let is_number = end.len() <= 2 && !end.is_empty() && end.bytes().all(|it| it.is_ascii_digit());
        match end.chars().next() {
            Some(_) if is_number => return (stem, sign, Suffix::Number(end.parse().unwrap_or(1))),
            Some(letter @ 'b'..='y') if end.len() == 1 => return (stem, sign, Suffix::Letter(letter)),
            _ => {}
        }
    }
    (name, '-', Suffix::None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::scoped_capabilities;
    use crate::config::Auth;
    use crate::time::{HOUR, parse_rfc3339};
    use crate::words::Label;

    /// Decides the patterns of these tests as a browser does.
    fn matches(pattern: &str, text: &str) -> bool {
        assert_eq!(pattern, SANDBOX);
        let inner = text.get(1..text.len().max(1) - 1).unwrap_or_default();
        let is_letter = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphabetic());
        is_letter(text.chars().next())
            && is_letter(text.chars().last())
            && (3..=28).contains(&inner.len())
            && inner.chars().all(|it| it.is_ascii_alphanumeric() || it == '-')
    }

    const SANDBOX: &str = "^[a-zA-Z][a-zA-Z0-9-]{3,28}[a-zA-Z]$";

    const NOW: &str = "2026-11-30T12:00:30Z";

    fn now() -> Millis {
        parse_rfc3339(NOW).expect("a time")
    }

    fn shape(pattern: Option<&str>, most_chars: Option<usize>, unique: bool) -> FieldShape {
        FieldShape {
            pattern: pattern.map(str::to_owned),
            most_chars,
            unique,
            ..FieldShape::new(Field::Name, Label::Name)
        }
    }

    #[track_caller]
    fn check_name(shape: &FieldShape, name: &str, taken: &[&str], expected: Option<&str>) {
        let found = successor_name(name, shape, &|it| it == name || taken.contains(&it), &matches);
        assert_eq!(found.as_deref(), expected, "{name}");
    }

    #[test]
    fn a_name_is_kept_where_it_may_be_there_twice() {
        check_name(&shape(None, None, false), "ci deploy", &[], Some("ci deploy"));
        check_name(&shape(None, Some(3), false), "", &[], Some(""));
        check_name(&shape(Some(SANDBOX), None, false), "nightly", &[], Some("nightly"));
    }

    #[test]
    fn a_name_that_must_be_the_only_one_gets_a_suffix() {
        let unique = shape(None, Some(10), true);
        check_name(&unique, "ci", &[], Some("ci-2"));
        check_name(&unique, "ci", &["ci-2", "ci-3"], Some("ci-4"));
        check_name(&unique, "ci-2", &[], Some("ci-3"));
        check_name(&unique, "ci_9", &[], Some("ci_10"));
        check_name(&unique, "v1.2", &[], Some("v1.3"));
        // A year is no suffix, nor is a word.
        check_name(&shape(None, None, true), "ci-2026", &[], Some("ci-2026-2"));
        check_name(&shape(None, None, true), "ci-b", &[], Some("ci-2"));
        // The stem gives way.
        check_name(&unique, "0123456789", &[], Some("01234567-2"));
        check_name(&unique, "01234-6789", &[], Some("01234-67-2"));
        check_name(&unique, "äöüäöüäöüä", &[], Some("äöüäöüäö-2"));
    }

    #[test]
    fn a_suffix_follows_the_systems_pattern() {
        let unique = shape(Some(SANDBOX), None, true);
        check_name(&unique, "nightly", &[], Some("nightly-b"));
        check_name(&unique, "nightly-b", &[], Some("nightly-c"));
        check_name(&unique, "nightly", &["nightly-b"], Some("nightly-c"));
        let longest = "a23456789012345678901234567890".replace('0', "x");
        check_name(&unique, &longest, &[], Some(&format!("{}-b", &longest[..28])));
        // One that broke the rule before it was one.
        check_name(&shape(Some(SANDBOX), None, false), "nightly2", &[], Some("nightly2-b"));
        check_name(&unique, "ab", &[], None);
    }

    fn system() -> Capabilities {
        scoped_capabilities(&Auth::None)
    }

    fn token(from: Option<&str>, to: Option<&str>) -> Token {
        Token {
            id: "1".into(),
            guid: "old".into(),
            name: "ci".into(),
            description: Some("why".into()),
            scopes: vec!["a".into(), "b".into()],
            valid_from: from.map(str::to_owned),
            valid_to: to.map(str::to_owned),
            ..Token::default()
        }
    }

    fn fresh() -> Fresh<'static> {
        Fresh { guid: "new".into(), said: FirstEnd::Usual, initial: &|it| it.value.clone() }
    }

    fn of(token: Token, created_at: Option<&str>) -> Successor {
        let basis = Basis { token, created_at: created_at.and_then(parse_rfc3339), ..Basis::default() };
        successor(&basis, &system(), fresh(), Clock::utc(now()), &|_| true, &|_, _| true)
    }

    /// Start and end of a successor.
    #[track_caller]
    fn check_dates(from: Option<&str>, to: Option<&str>, created: Option<&str>, expected: (&str, &str)) {
        let form = of(token(from, to), created).form;
        assert_eq!((&*form.valid_from.typed, &*form.valid_to.typed), expected);
    }

    #[test]
    fn dates_move_on_by_the_length_of_the_old_life() {
        check_dates(Some("2026-11-01T00:00:00Z"), Some("2026-12-01T00:00:00Z"), None, ("", "2026-12-30T12:00"));
        check_dates(None, Some("2026-12-01T00:00:00Z"), Some("2026-11-24T00:00:00Z"), ("", "2026-12-07T12:00"));
        // One that is over has had its length, too.
        check_dates(Some("2020-01-01T00:00:00Z"), Some("2020-01-01T06:00:00Z"), None, ("", "2026-11-30T18:00"));
        // What begins later begins then.
        check_dates(
            Some("2027-01-01T00:00:00Z"),
            Some("2027-02-01T00:00:00Z"),
            None,
            ("2027-01-01T00:00", "2027-02-01T00:00"),
        );
        check_dates(None, None, None, ("", ""));
    }

    #[test]
    fn a_life_of_unknown_length_gets_the_usual_one() {
        let mut system = system();
        system.starts_endless = false;
        let basis = Basis { token: token(None, Some("2027-02-01T00:00:00Z")), ..Basis::default() };
        let clock = Clock::utc(now());
        let of =
            |basis: &Basis, system: &Capabilities| successor(basis, system, fresh(), clock, &|_| false, &|_, _| true);
        assert_eq!(of(&basis, &system).form.valid_to.typed, "2026-12-30T12:00");
        let silent = Basis { token: token(None, None), unreported: vec![Field::ValidTo], ..Basis::default() };
        assert_eq!(of(&silent, &system).form.valid_to.typed, "2026-12-30T12:00");
        assert_eq!(of(&silent, &system).left, [Field::ValidTo]);
        // One without an end gets one where the system wants one.
        for it in system.fields.iter_mut().filter(|it| it.field == Field::ValidTo) {
            (it.required, it.most_days) = (true, Some(10));
        }
        let endless = Basis { token: token(None, None), ..Basis::default() };
        assert_eq!(of(&endless, &system).form.valid_to.typed, "2026-12-10T12:00");
        let long =
            Basis { token: token(Some("2025-01-01T00:00:00Z"), Some("2026-01-01T00:00:00Z")), ..Basis::default() };
        assert_eq!(of(&long, &system).form.valid_to.typed, "2026-12-10T12:00");
    }

    #[test]
    fn a_successor_has_the_same_rights_and_a_guid_of_its_own() {
        let Successor { form, is_renamed, left, .. } = of(token(None, None), None);
        assert_eq!((form.name.as_str(), form.description.as_str(), form.guid.as_str()), ("ci", "why", "new"));
        assert_eq!(
            (form.scopes, form.before, is_renamed, left),
            (token(None, None).scopes, Token::default(), false, vec![])
        );
    }

    #[test]
    fn the_form_takes_what_a_successor_is() {
        let form = of(token(Some("2026-11-01T00:00:00Z"), Some("2026-11-30T00:00:00Z")), None).form;
        let draft = form.check(&system().fields, &[], now() + HOUR, &Utc, &|_, _| true).expect("a draft");
        assert_eq!(draft.valid_to.as_deref(), Some("2026-12-29T12:00:00Z"));
    }

    #[test]
    fn what_an_answer_does_not_have_is_not_reported() {
        let json = br#"{"id":"1","guid":"","name":"ci","scopes":[],"created_at":"2026-01-01T00:00:00Z"}"#;
        let basis = Basis::of_answer(token(None, None), json);
        assert_eq!(basis.created_at, parse_rfc3339("2026-01-01T00:00:00Z"));
        assert!(basis.unreported.contains(&Field::ValidTo) && !basis.unreported.contains(&Field::Scopes));
    }
}
