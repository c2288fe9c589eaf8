//! What a system is like: what can be done with its tokens, and what is known of them. Pure.
//!
//! The page's columns, filters, form fields and buttons follow from this; nothing else asks which dialect a system speaks.

use serde::{Deserialize, Serialize};

use crate::config::{Auth, AuthHeader};
use crate::draft::Field;
use crate::query::{SortKey, StatusFilter};

/// A system as the page needs to know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// What its vendor calls it.
    pub name: String,
    /// What its tokens' public handle is called: `GUID` where callers send it, `ID` where it is only an address.
    pub id_label: String,
    /// What its rights are called; `None` where tokens have none that could be told apart.
    pub scopes_label: Option<String>,
    /// Whether tokens may have others than the scopes that it lists.
    pub lists_some_scopes: bool,
    /// Whether its public handles are short.
    pub short_ids: bool,
    /// What it cannot do, each with the reason as a sentence for the user.
    pub lacks: Vec<(Action, String)>,
    /// What else the user should know about it: one sentence each.
    pub remarks: Vec<String>,
    /// The fields of its form, in order.
    pub fields: Vec<FieldShape>,
    /// The columns of its table, between the name and the actions.
    pub columns: Vec<Column>,
    /// The statuses that can be asked for.
    pub statuses: Vec<StatusFilter>,
    /// How to sign in; `None` where nobody needs to.
    pub sign_in: Option<SignIn>,
    /// How a new token's secret is used; `None` where it has none but its GUID.
    pub secret: Option<SecretUse>,
}

/// Something that can be done with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Making one.
    Create,
    /// Changing one.
    Edit,
    /// Ending one and keeping its entry.
    Revoke,
    /// Removing one.
    Delete,
}

/// A field of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldShape {
    /// Which one.
    pub field: Field,
    /// What it is called.
    pub label: String,
    /// Whether it must not be empty.
    pub required: bool,
    /// Whether it can be changed later.
    pub editable: bool,
    /// What a text must match, as a JavaScript regular expression.
    pub pattern: Option<String>,
    /// The rule in words, shown beside the field.
    pub rule: String,
}

impl FieldShape {
    /// An optional field that can be changed later.
    pub fn new(field: Field, label: &str) -> Self {
        FieldShape { field, label: label.into(), required: false, editable: true, pattern: None, rule: String::new() }
    }

    /// That must not be empty.
    pub fn required(self) -> Self {
        FieldShape { required: true, ..self }
    }

    /// That stays as it was made.
    pub fn fixed(self) -> Self {
        FieldShape { editable: false, ..self }
    }

    /// With its rule in words.
    pub fn rule(self, rule: &str) -> Self {
        FieldShape { rule: rule.into(), ..self }
    }
}

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its header.
    pub label: String,
    /// What stands in it.
    pub kind: ColumnKind,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColumnKind {
    /// The purpose, below the name.
    Description,
    /// The public handle with its button to copy.
    Id,
    /// Its rights.
    Scopes,
    /// From when on it works.
    ValidFrom,
    /// Up to when it works.
    ValidTo,
    /// When it was last used.
    LastUsed,
    /// Who made it.
    Creator,
    /// Where it stands in its life.
    Status,
    /// A text of the system's own, by its place among the extras.
    Text(usize),
    /// An instant of the system's own, by its place among the extras.
    Time(usize),
    /// When something happens unless somebody does something, by its place among the extras.
    Deadline(usize),
}

impl ColumnKind {
    /// What a click on the column's header sorts by.
    pub fn sort_key(self) -> Option<SortKey> {
        match self {
            ColumnKind::ValidFrom => Some(SortKey::ActiveFrom),
            ColumnKind::ValidTo => Some(SortKey::Expiry),
            ColumnKind::Status => Some(SortKey::IsActive),
            _ => None,
        }
    }
}

/// What the sign-in form asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// Ways to sign in; whoever has several takes one of them.
    pub ways: Vec<Vec<Input>>,
    /// What has to be known before a password is typed.
    pub warning: String,
    /// What signing out leaves behind.
    pub left_behind: String,
}

/// Something that the sign-in form asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// What the adapter calls it.
    pub key: String,
    /// What it is called on the page.
    pub label: String,
    /// What it is.
    pub kind: InputKind,
    /// Whether it may be left empty.
    pub optional: bool,
    /// What it starts with.
    pub value: String,
    /// What to know about it.
    pub hint: String,
}

impl Input {
    /// An empty input that has to be filled in.
    pub fn new(key: &str, label: &str, kind: InputKind) -> Self {
        Input { key: key.into(), label: label.into(), kind, optional: false, value: String::new(), hint: String::new() }
    }
}

/// What an input is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InputKind {
    /// A line of text.
    Text,
    /// A line that is hidden while it is typed.
    Secret,
    /// A line that says what it must be.
    Fixed,
    /// One of several: values and their names.
    Choice(Vec<(String, String)>),
}

/// How a new token's secret is used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretUse {
    /// The HTTP header that carries it, with `{secret}` in its place.
    pub header: String,
    /// The environment variable it is usually kept in.
    pub variable: String,
}

impl System {
    /// Whether it can do something, or why not.
    pub fn can(&self, action: Action) -> Result<(), &str> {
        match self.lacks.iter().find(|(it, _)| *it == action) {
            Some((_, reason)) => Err(reason),
            None => Ok(()),
        }
    }

    /// A field of its form.
    pub fn field(&self, field: Field) -> Option<&FieldShape> {
        self.fields.iter().find(|it| it.field == field)
    }

    /// What it calls a field.
    pub fn label(&self, field: Field) -> &str {
        self.field(field).map_or("", |it| &it.label)
    }

    /// How many texts of its own come with a token.
    pub fn n_extras(&self) -> usize {
        let is_extra =
            |it: &&Column| matches!(it.kind, ColumnKind::Text(_) | ColumnKind::Time(_) | ColumnKind::Deadline(_));
        self.columns.iter().filter(is_extra).count()
    }

    /// A Scoped Token API (wire contracts §1), which can do everything.
    pub fn scoped(auth: &Auth) -> System {
        let column = |label: &str, kind| Column { label: label.into(), kind };
        let ways = match auth {
            Auth::None => None,
            Auth::Bearer => Some(vec![Input::new("Authorization", "API token", InputKind::Secret)]),
            Auth::Headers(headers) => Some(headers.iter().map(header_input).collect()),
        };
        System {
            name: "Scoped Token API".into(),
            id_label: "GUID".into(),
            scopes_label: Some("Scopes".into()),
            fields: vec![
                FieldShape::new(Field::Name, "Name").required(),
                FieldShape::new(Field::Guid, "GUID").fixed(),
                FieldShape::new(Field::Scopes, "Scopes").required(),
                FieldShape::new(Field::Description, "Description"),
                FieldShape::new(Field::ValidFrom, "Valid from"),
                FieldShape::new(Field::ValidTo, "Valid to"),
            ],
            columns: vec![
                column("Description", ColumnKind::Description),
                column("GUID", ColumnKind::Id),
                column("Scopes", ColumnKind::Scopes),
                column("Active from", ColumnKind::ValidFrom),
                column("Expiration date", ColumnKind::ValidTo),
                column("Last used", ColumnKind::LastUsed),
                column("Is active", ColumnKind::Status),
            ],
            statuses: StatusFilter::SCOPED.into(),
            sign_in: ways.map(|way| SignIn { ways: vec![way], ..SignIn::default() }),
            ..System::default()
        }
    }
}

fn header_input(AuthHeader { name, value, secret }: &AuthHeader) -> Input {
    let kind = match (value, secret) {
        (Some(_), _) => InputKind::Fixed,
        (None, true) => InputKind::Secret,
        (None, false) => InputKind::Text,
    };
    Input { value: value.clone().unwrap_or_default(), ..Input::new(name, name, kind) }
}
