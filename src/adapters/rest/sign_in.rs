//! Who asks: what is typed, what sign-in calls keep, and what of it goes with every request.

use std::collections::BTreeMap;

use serde_json::Value;

use super::call::{CallKind, RequestShape};
use super::inputs::InputShape;
use super::mistake::Mistake;
use super::node::{Node, every};
use super::pick::{AnswerPlace, Place};
use super::placeholder::Source;
use super::session::{Proof, Session};
use super::template::{Body, Env, Template};
use super::texts::Text;
use crate::api::mask::base64;
use crate::capabilities::{Input, InputKind, Purpose};
use crate::config;
use crate::words::{Label, Words};

/// A way to sign in.
pub(super) struct Way {
    pub(super) inputs: Vec<InputShape>,
    pub(super) is_basic: bool,
    headers: Vec<(String, Template)>,
    query: Vec<(String, Body)>,
    pub(super) login: Option<WhoCall>,
    pub(super) who: Option<WhoCall>,
    pub(super) logout: Option<RequestShape>,
    pub(super) wants_cookies: bool,
}

/// A call whose answer says who is signed in.
pub(super) struct WhoCall {
    pub(super) request: RequestShape,
    pub(super) name: Option<Place>,
    pub(super) keep: Vec<KeepShape>,
}

/// Something that a sign-in call's answer has and that later calls send.
pub(super) struct KeepShape {
    pub(super) key: String,
    pub(super) place: AnswerPlace,
    pub(super) is_secret: bool,
}

/// Reads `sign_in`: one way, or a list of them.
pub(super) fn read(node: Node<'_>) -> Option<Vec<Way>> {
    let ways = node.one_or_several();
    if ways.is_empty() { node.wrong(Mistake::NoWay) } else { every(ways.into_iter().map(Way::read)) }
}

impl Way {
    fn read(node: Node<'_>) -> Option<Way> {
        let known = ["type", "inputs", "headers", "query", "login", "who", "logout", "cookies"];
        let members = node.object(&known)?;
        let kind = members.optional("type", |it| it.one_of(&[("bearer", false), ("basic", true)]));
        let inputs = members.optional("inputs", |it| every(it.list()?.into_iter().map(InputShape::of_sign_in)));
        let headers = members.or("headers", Vec::new(), super::call::read_headers);
        let query = members.or("query", Vec::new(), super::call::read_simple);
        let login = members.optional("login", |it| WhoCall::read(it, CallKind::Login));
        let who = members.optional("who", |it| WhoCall::read(it, CallKind::Who));
        let logout =
            members.optional("logout", |it| RequestShape::read(&it, &[], CallKind::Logout).and_then(|(it, _)| it));
        let cookies = members.is_set("cookies");
        let (kind, more) = (kind?, inputs?);
        let secret = InputShape::secret;
        let mut inputs = match kind {
            Some(true) => vec![InputShape::text("username", Label::Username), secret("password", Label::Password)],
            Some(false) => vec![secret("token", Label::ApiToken)],
            None if more.is_none() => vec![secret("token", Label::ApiToken)],
            None => Vec::new(),
        };
        inputs.extend(more.unwrap_or_default());
        let mut headers = headers?;
        if kind == Some(false) {
            let bearer = Template::parse("Bearer {sign_in.token}").ok()?;
            headers.push(("Authorization".into(), bearer));
        }
        Some(Way {
            inputs,
            is_basic: kind == Some(true),
            headers,
            query: query?,
            login: login?,
            who: who?,
            logout: logout?,
            wants_cookies: cookies?,
        })
    }

    /// What its own headers and query hold.
    pub(super) fn templates(&self) -> Vec<(&Template, bool)> {
        let mut found: Vec<_> = self.headers.iter().map(|(_, it)| (it, false)).collect();
        self.query.iter().for_each(|(_, it)| it.templates(false, &mut found));
        found
    }

    /// The templates of its query alone, which end in addresses.
    pub(super) fn in_address(&self) -> Vec<(&Template, bool)> {
        let mut found = Vec::new();
        self.query.iter().for_each(|(_, it)| it.templates(false, &mut found));
        found
    }

    /// Keys that its calls keep, and whether their values are secret.
    pub(super) fn kept(&self) -> impl Iterator<Item = (&str, bool)> {
        let calls = self.login.iter().chain(&self.who);
        calls.flat_map(|it| it.keep.iter().map(|it| (it.key.as_str(), it.is_secret)))
    }

    /// Whether it asks for something secret by this key.
    pub(super) fn asks_for_secret(&self, key: &str) -> bool {
        self.inputs.iter().any(|it| it.input.key == key && it.input.kind == InputKind::Secret)
    }

    /// The inputs of the sign-in form. The first text beside a secret that no header carries by itself is the name of the
    /// user, and that secret the password.
    pub(super) fn form(&self) -> Vec<Input> {
        let in_header = |key: &str| {
            let is_it = |it: &Source| matches!(it, Source::SignIn(used) if used == key);
            self.headers.iter().any(|(_, template)| template.sources().any(is_it))
        };
        let input = |it: &InputShape| Input { in_header: in_header(&it.input.key), ..it.input.clone() };
        let mut inputs: Vec<Input> = self.inputs.iter().map(input).collect();
        let first = |kind: InputKind| {
            inputs.iter().position(|it| it.kind == kind && !it.optional && it.purpose == Purpose::Other)
        };
        if let (Some(user), Some(password)) = (first(InputKind::Text), first(InputKind::Secret))
            && !inputs[password].in_header
        {
            inputs[user].purpose = Purpose::Username;
            inputs[password].purpose = Purpose::Password;
        }
        inputs
    }

    /// What says who asks.
    pub(super) fn proof(&self, env: &Env<'_>) -> Proof {
        Proof { headers: self.headers(env), query: super::call::parameters(&self.query, env) }
    }

    /// Headers that say who asks.
    fn headers(&self, env: &Env<'_>) -> Vec<(String, String)> {
        let typed = |key: &str| env.session.typed.get(key).and_then(Value::as_str).unwrap_or_default();
        let basic = self.is_basic.then(|| {
            let account = format!("{}:{}", typed("username"), typed("password"));
            ("Authorization".to_owned(), format!("Basic {}", base64(account.as_bytes())))
        });
        let others = self.headers.iter().filter_map(|(name, value)| Some((name.clone(), value.text(env)?)));
        basic.into_iter().chain(others).collect()
    }

    /// Why a user has to sign in again whom the system refused before it had answered anything: the call that it
    /// refused, and what it said.
    pub(super) fn refusal(&self, asked: String, words: &Words) -> Words {
        let said = words.to_string();
        match self.login.is_some() || self.who.is_some() {
            true => Text::RefusedAfterwards { asked, said }.into(),
            false => Text::NotAccepted { said }.into(),
        }
    }

    /// The user who typed this, where they took this way: it has all that this way asks for and nothing else.
    pub(super) fn session(&self, idx: usize, typed: &BTreeMap<String, String>) -> Option<Session> {
        let is_known = |key: &String| self.inputs.iter().any(|it| it.input.key == *key);
        let is_whole = self.inputs.iter().all(|it| it.input.optional || typed.contains_key(&it.input.key));
        if !is_whole || !typed.keys().all(is_known) {
            return None;
        }
        let value = |it: &InputShape| Some((it.input.key.clone(), it.value(typed.get(&it.input.key)?).ok()??));
        let secrets = self.inputs.iter().filter(|it| it.input.kind == InputKind::Secret);
        Some(Session {
            way: idx,
            typed: self.inputs.iter().filter_map(value).collect(),
            secrets: secrets.filter_map(|it| typed.get(&it.input.key).cloned()).collect(),
            ..Session::default()
        })
    }
}

impl WhoCall {
    fn read(node: Node<'_>, kind: CallKind) -> Option<WhoCall> {
        let (request, members) = RequestShape::read(&node, &["name", "keep"], kind)?;
        let name = members.optional("name", Place::read);
        // What a login yields usually is what a password was given for; what tells who the user is is not.
        let is_secret = kind == CallKind::Login;
        let keep = members.or("keep", Vec::new(), |it| {
            every(it.members()?.into_iter().map(|(key, it)| KeepShape::read(key, it, is_secret)))
        });
        Some(WhoCall { request: request?, name: name?, keep: keep? })
    }
}

impl KeepShape {
    fn read(key: &str, node: Node<'_>, usually_secret: bool) -> Option<KeepShape> {
        let shape = |place, is_secret| KeepShape { key: key.into(), place, is_secret };
        if !node.value.is_object() {
            return Place::read(node).map(|at| shape(AnswerPlace::Body(at), usually_secret));
        }
        let members = node.object(&["at", "header", "secret"])?;
        let at = members.optional("at", Place::read);
        let header = members.optional("header", |it| it.text().map(str::to_ascii_lowercase));
        let is_secret = members.or("secret", usually_secret, |it| it.flag());
        let place = match (at?, header?) {
            (Some(at), None) => AnswerPlace::Body(at),
            (None, Some(header)) => AnswerPlace::Header(header),
            (None, None) => return members.wrong("at", config::Mistake::Missing),
            (Some(_), Some(_)) => return members.wrong("header", Mistake::GoesNotWith("at")),
        };
        Some(shape(place, is_secret?))
    }
}
