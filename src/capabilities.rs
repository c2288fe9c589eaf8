//! What a system is like: what can be done with its tokens, and what is known of them. Pure.
//!
//! The page's columns, filters, form fields and buttons follow from this; nothing else asks which dialect a system speaks.

use std::fmt::Debug;

pub use self::field::{Field, MAX_LIST};
pub use crate::facts::ColumnKind;
use crate::query::{SortKey, StatusFilter};
use crate::words::{Label, Words};

mod field;

/// A system as the page needs to know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// What its vendor calls it.
    pub name: Words,
    /// What its tokens' public handle is called: `GUID` where callers send it, `ID` where it is only an address.
    pub id_label: Words,
    /// What its rights are called; `None` where tokens have none that could be told apart.
    pub scopes_label: Option<Words>,
    /// Whether tokens may have others than the scopes that it lists.
    pub lists_some_scopes: bool,
    /// Whether its public handles are short.
    pub short_ids: bool,
    /// Whether deleted tokens stay in its list, as such.
    pub keeps_deleted: bool,
    /// What it can do. A system of which nothing is known can do nothing.
    pub offers: Vec<Action>,
    /// What it cannot do, each with the reason as a sentence for the user.
    pub lacks: Vec<(Action, Words)>,
    /// Whether its new tokens have no end where neither the user nor the connection says one.
    pub starts_endless: bool,
    /// Whether a token that was revoked stays so, and keeps its dates: it cannot be taken back.
    pub revokes_for_good: bool,
    /// What else the user should know about it: one sentence each.
    pub remarks: Vec<Words>,
    /// The fields of its form, in order.
    pub fields: Vec<FieldShape>,
    /// What its calls ask for beyond these fields.
    pub inputs: Vec<ExtraInput>,
    /// The columns of its table, between the name and the actions.
    pub columns: Vec<Column>,
    /// Columns that can be chosen besides.
    pub spare_columns: Vec<Column>,
    /// The statuses that can be asked for.
    pub statuses: Vec<StatusFilter>,
    /// How to sign in; `None` where that is not needed.
    pub sign_in: Option<SignIn>,
    /// How a new token's secret is used; `None` where it has none but its GUID.
    pub secret: Option<SecretUse>,
}

/// Something that can be done with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Making one.
    Create,
    /// Changing one.
    Edit,
    /// Ending one and keeping its entry.
    Revoke,
    /// Giving one a new secret in place of the old.
    Rotate,
    /// Switching one off; its entry, its dates and its secret stay.
    Disable,
    /// Switching one on again.
    Enable,
    /// Removing one.
    Delete,
}

impl Action {
    /// Whether it switches a token off or on.
    pub fn is_switch(self) -> bool {
        matches!(self, Action::Disable | Action::Enable)
    }

    #[cfg(test)]
    const ALL: [Action; 7] =
        [Action::Create, Action::Edit, Action::Revoke, Action::Rotate, Action::Disable, Action::Enable, Action::Delete];
}

/// Something that calls ask for beyond the fields of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtraInput {
    /// Which calls: creating and editing ask in the form, the others in the question before them.
    pub actions: Vec<Action>,
    /// What.
    pub input: Input,
}

/// A field of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldShape {
    /// Which one.
    pub field: Field,
    /// What it is called.
    pub label: Words,
    /// Whether it must not be empty.
    pub required: bool,
    /// Whether it can be changed later.
    pub editable: bool,
    /// What a text must match, as a JavaScript regular expression.
    pub pattern: Option<String>,
    /// The rule in words, shown beside the field.
    pub rule: Words,
    /// Whether the system counts in whole days: an end that is chosen within one may come a day later.
    pub by_day: bool,
    /// How many characters a text can have, where that is known.
    pub most_chars: Option<usize>,
    /// How many days an end can be away, where that is known.
    pub most_days: Option<u32>,
    /// Whether no two tokens can have the same text there.
    pub unique: bool,
}

impl FieldShape {
    /// An optional field that can be changed later.
    pub fn new(field: Field, label: impl Into<Words>) -> Self {
        let label = label.into();
        FieldShape {
            field,
            label,
            required: false,
            editable: true,
            pattern: None,
            rule: Words::default(),
            by_day: false,
            most_chars: None,
            most_days: None,
            unique: false,
        }
    }

    /// That must not be empty.
    pub fn required(self) -> Self {
        FieldShape { required: true, ..self }
    }

    /// That stays as it was made.
    pub fn fixed(self) -> Self {
        FieldShape { editable: false, ..self }
    }

    /// As it is where a token is changed: what stays as it was made need not follow the rules for new ones, and how long
    /// a token may live counts from its making.
    pub fn for_change(self) -> Self {
        let shape = FieldShape { most_days: None, ..self };
        if shape.editable { shape } else { FieldShape { required: false, pattern: None, most_chars: None, ..shape } }
    }

    /// A text of so many characters at most.
    pub fn most_chars(self, most: usize) -> Self {
        FieldShape { most_chars: Some(most), ..self }
    }

    /// With its rule in words.
    pub fn rule(self, rule: impl Into<Words>) -> Self {
        FieldShape { rule: rule.into(), ..self }
    }
}

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What tells it from the system's others, whatever its label: layouts, addresses and style sheets go by it.
    pub id: String,
    /// Its header.
    pub label: Words,
    /// What stands in it.
    pub kind: ColumnKind,
}

impl Column {
    /// A column with this header, for what every system calls the same.
    pub fn new(label: impl Into<Words>, kind: ColumnKind) -> Self {
        Column::own(&kind.id(), label, kind)
    }

    /// A column of the system's own.
    pub fn own(id: &str, label: impl Into<Words>, kind: ColumnKind) -> Self {
        Column { id: id.into(), label: label.into(), kind }
    }
}

impl ColumnKind {
    /// The place among the extras of what stands in it, where it is one.
    pub fn extra(self) -> Option<usize> {
        match self {
            ColumnKind::Text(idx) | ColumnKind::Time(idx) | ColumnKind::Deadline(idx) | ColumnKind::Hidden(idx) => {
                Some(idx)
            }
            _ => None,
        }
    }

    /// What a click on the column's header sorts by.
    pub fn sort_key(self) -> Option<SortKey> {
        match self {
            ColumnKind::System => Some(SortKey::System),
            ColumnKind::Id => Some(SortKey::Id),
            ColumnKind::Scopes => Some(SortKey::Scopes),
            ColumnKind::ValidFrom => Some(SortKey::ActiveFrom),
            ColumnKind::ValidTo => Some(SortKey::Expiry),
            ColumnKind::LastUsed => Some(SortKey::LastUsed),
            ColumnKind::Creator => Some(SortKey::Creator),
            ColumnKind::Status => Some(SortKey::IsActive),
            ColumnKind::Text(idx) | ColumnKind::Time(idx) | ColumnKind::Deadline(idx) => Some(SortKey::Extra(idx)),
            // The one stands below the name, the other is not for everybody to see.
            ColumnKind::Description | ColumnKind::Hidden(_) => None,
        }
    }
}

/// What the sign-in form asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignIn {
    /// Ways to sign in; where there are several, one is enough.
    pub ways: Vec<Vec<Input>>,
    /// What has to be known before a password is typed.
    pub warning: Words,
    /// What signing out leaves behind.
    pub left_behind: Words,
}

/// Something that a form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What the adapter calls it.
    pub key: String,
    /// What it is called on the page.
    pub label: Words,
    /// What it is.
    pub kind: InputKind,
    /// What it is for at a sign-in, where browsers and password managers know that.
    pub purpose: Purpose,
    /// Whether it may be left empty.
    pub optional: bool,
    /// Whether it is sent in a header, which cannot carry every text.
    pub in_header: bool,
    /// What it starts with.
    pub value: String,
    /// What to know about it.
    pub hint: Words,
    /// Whether it decides what the token may do, so that a change of it is told before a save.
    pub is_right: bool,
}

impl Input {
    /// An empty input that has to be filled in.
    pub fn new(key: &str, label: impl Into<Words>, kind: InputKind) -> Self {
        Input {
            key: key.into(),
            label: label.into(),
            kind,
            purpose: Purpose::Other,
            optional: false,
            in_header: false,
            value: String::new(),
            hint: Words::default(),
            is_right: false,
        }
    }

    /// For this.
    pub fn purpose(self, purpose: Purpose) -> Self {
        Input { purpose, ..self }
    }

    /// That is sent in a header.
    pub fn in_header(self) -> Self {
        Input { in_header: true, ..self }
    }
}

/// What an input of a sign-in is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Something else, such as an API token.
    Other,
    /// The name of the user, or their e-mail.
    Username,
    /// The password of the user.
    Password,
    /// A one-time code, for which the system asks by itself once it wants one.
    CodeWhenAsked,
    /// A one-time code; a system that wants one only refuses.
    Code,
}

impl Purpose {
    /// What HTML calls it (WCAG 1.3.5).
    pub fn autocomplete(self) -> &'static str {
        match self {
            Purpose::Other => "off",
            Purpose::Username => "username",
            Purpose::Password => "current-password",
            Purpose::CodeWhenAsked | Purpose::Code => "one-time-code",
        }
    }

    /// Whether it is a one-time code.
    pub fn is_code(self) -> bool {
        matches!(self, Purpose::CodeWhenAsked | Purpose::Code)
    }
}

/// What an input is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// A line of text.
    Text,
    /// A line that is hidden while it is typed.
    Secret,
    /// A line that says what it must be.
    Fixed,
    /// A number.
    Number,
    /// `true` or `false`.
    Switch,
    /// Several texts, one a line.
    List,
    /// One of several: values and their names.
    Choice(Vec<(String, Words)>),
}

/// How a new token's secret is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretUse {
    /// The HTTP header that carries it, with `{secret}` in its place.
    pub header: String,
    /// The environment variable it is usually kept in.
    pub variable: String,
}

/// Why a system cannot do something, where nothing more is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Hardly any system gives tokens new secrets.
    NoRotation,
    /// It cannot switch tokens off and on again.
    NoSwitch,
    /// It does not say of this token whether it is switched off.
    SwitchUntold,
    /// It does not offer it.
    NotOffered,
}

impl Capabilities {
    /// Whether it can do something, or why not.
    pub fn can(&self, action: Action) -> Result<(), Words> {
        match self.lacks.iter().find(|(it, _)| *it == action) {
            Some((_, reason)) => Err(reason.clone()),
            None if self.offers.contains(&action) => Ok(()),
            None if action == Action::Rotate => Err(Lack::NoRotation.into()),
            None if action.is_switch() => Err(Lack::NoSwitch.into()),
            None => Err(Lack::NotOffered.into()),
        }
    }

    /// A field of its form.
    pub fn field(&self, field: Field) -> Option<&FieldShape> {
        self.fields.iter().find(|it| it.field == field)
    }

    /// What it calls a field.
    pub fn label(&self, field: Field) -> Words {
        self.field(field).map(|it| it.label.clone()).unwrap_or_default()
    }

    /// What an action asks for beyond the fields.
    pub fn asked(&self, action: Action) -> Vec<Input> {
        self.inputs.iter().filter(|it| it.actions.contains(&action)).map(|it| it.input.clone()).collect()
    }

    /// A sort key as addresses write it (see [`Query::to_params`](crate::query::Query::to_params)): of a column of the
    /// system's own its id, `created` or `-created`, and not its place.
    pub fn sort_to_address(&self, sort: &str) -> String {
        let (sign, key) = sign_and_key(sort);
        let own = self.own_columns().find(|(place, _)| place == key);
        format!("{sign}{}", own.map_or(key, |(_, id)| id))
    }

    /// A sort key as an address has it, with the place of a column of the system's own. Addresses of before have that.
    pub fn sort_from_address(&self, sort: &str) -> String {
        let (sign, key) = sign_and_key(sort);
        let own = self.own_columns().find(|(_, id)| *id == key);
        format!("{sign}{}", own.map_or(key.into(), |(place, _)| place))
    }

    /// The columns of the system's own: their places and their ids.
    fn own_columns(&self) -> impl Iterator<Item = (String, &str)> {
        let all = self.columns.iter().chain(&self.spare_columns).filter(|it| it.kind.extra().is_some());
        all.map(|it| (it.kind.id().into_owned(), it.id.as_str()))
    }

    /// How many texts of its own come with a token.
    pub fn n_extras(&self) -> usize {
        self.columns.iter().filter(|it| it.kind.extra().is_some()).count()
    }

    /// Several systems side by side: the columns and statuses that any of them can have.
    pub fn inventory() -> Capabilities {
        Capabilities {
            name: Label::AllSystems.into(),
            id_label: Label::Id.into(),
            scopes_label: Some(Label::Scopes.into()),
            // For which of them is asked then.
            offers: vec![Action::Create],
            columns: vec![
                Column::new(Label::System, ColumnKind::System),
                Column::new(Label::IsActive, ColumnKind::Status),
                Column::new(Label::ExpirationDate, ColumnKind::ValidTo),
                Column::new(Label::LastUsed, ColumnKind::LastUsed),
                Column::new(Label::Scopes, ColumnKind::Scopes),
                Column::new(Label::Id, ColumnKind::Id),
                Column::new(Label::CreatedBy, ColumnKind::Creator),
                Column::new(Label::ActiveFrom, ColumnKind::ValidFrom),
            ],
            spare_columns: vec![Column::new(Label::Description, ColumnKind::Description)],
            statuses: StatusFilter::ALL.into(),
            ..Capabilities::default()
        }
    }
}

/// A minus for descending, and what is sorted by.
fn sign_and_key(sort: &str) -> (&str, &str) {
    sort.split_at(usize::from(sort.starts_with('-')))
}

#[cfg(test)]
mod tests;
