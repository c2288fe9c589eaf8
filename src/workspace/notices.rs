//! What the page says: in passing, and of writes until the user dismisses it. Pure.

use std::cell::RefCell;
use std::rc::Rc;

use reactive_graph::prelude::*;
use reactive_graph::signal::ArcRwSignal;

use crate::actions::NamedToken;
use crate::api::Secret;
use crate::capabilities::SecretUse;
use crate::token::TokenRef;
use crate::words::Words;

/// Something the page tells in passing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: Words,
    /// The connection that it is about, where that is to be said.
    pub system: Option<String>,
    /// Whether something went wrong.
    pub is_error: bool,
    /// A token that the filters hide and that can be shown.
    pub hidden_token: Option<TokenRef>,
}

impl Notice {
    /// Something that went well, or is to be known.
    pub fn new(text: Words) -> Notice {
        Notice { text, system: None, is_error: false, hidden_token: None }
    }

    /// How long it is shown, in milliseconds; one that has a button longer. `None` until it is dismissed.
    pub fn lasts(&self) -> Option<i32> {
        match self {
            Notice { is_error: true, .. } => None,
            Notice { hidden_token: Some(_), .. } => Some(10_000),
            _ => Some(5_000),
        }
    }

    /// Something that went wrong.
    pub fn error(text: Words) -> Notice {
        Notice { is_error: true, ..Notice::new(text) }
    }
}

/// Something that the page says of a write until the user dismisses it, or until more is known.
#[derive(Clone)]
pub struct Finding {
    /// What tells it from others.
    pub id: u32,
    /// The connection that it is about.
    pub system: String,
    /// What there is to say.
    pub text: Words,
    /// Whether something is not as it should be.
    pub is_wrong: bool,
    /// A token that can be changed back.
    pub edit: Option<NamedToken>,
    /// A secret that has not been seen.
    pub secret: Option<NewSecret>,
    /// What the browser keeps that it is about.
    pub kept: Option<Kept>,
}

/// What the browser keeps that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A run on many tokens that was interrupted, by the id of its record.
    Run(String),
    /// The rotations at the connection of this name.
    Rotations(String),
}

/// The secret of a token that was just made.
#[derive(Clone)]
pub struct NewSecret {
    /// The secret.
    pub secret: Rc<Secret>,
    /// Of which token.
    pub token: NamedToken,
    /// The connection.
    pub system: String,
    /// How it is used.
    pub how: Option<SecretUse>,
    /// Hears whether the user has it.
    pub handed: Option<Handed>,
}

/// Hears whether the user has a secret, when they leave it.
pub type Handed = Rc<dyn Fn(bool)>;

impl Finding {
    /// The run that it is about, by the id of its record.
    fn run(&self) -> Option<&String> {
        match &self.kept {
            Some(Kept::Run(run)) => Some(run),
            _ => None,
        }
    }

    pub(super) fn new(system: &str, text: Words, is_wrong: bool) -> Finding {
        // What is said next has another one.
        let id = CHANGES.with(|it| it.get_untracked());
        Finding { id, system: system.into(), text, is_wrong, edit: None, secret: None, kept: None }
    }
}

/// A token that a system said it had deleted, or did not know.
pub(super) struct Gone {
    pub(super) system: String,
    pub(super) id: String,
    pub(super) called: String,
    pub(super) was_missing: bool,
    /// What is said of it where the list has it all the same.
    pub(super) finding: Option<u32>,
}

thread_local! {
    /// They are the page's and not a workspace's: a write may end when another connection is shown.
    static FINDINGS: RefCell<Vec<Finding>> = const { RefCell::new(Vec::new()) };
    /// Goes up whenever they have changed.
    static CHANGES: ArcRwSignal<u32> = ArcRwSignal::new(0);
    /// The tokens that systems said they had deleted.
    static GONE: RefCell<Vec<Gone>> = const { RefCell::new(Vec::new()) };
    /// The runs of which the user wants to hear no more.
    static HUSHED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Reads what is to be said of writes, and follows it.
pub fn with_findings<T>(read: impl FnOnce(&[Finding]) -> T) -> T {
    CHANGES.with(|it| it.track());
    FINDINGS.with_borrow(|all| read(all))
}

fn change_findings(change: impl FnOnce(&mut Vec<Finding>)) {
    FINDINGS.with_borrow_mut(change);
    CHANGES.with(ArcRwSignal::clone).update(|it| *it += 1);
}

/// Says it until it is dismissed; its id.
pub(super) fn add_finding(finding: Finding) -> u32 {
    let id = finding.id;
    change_findings(|all| all.push(finding));
    id
}

/// Says it no more.
pub fn dismiss(id: u32) {
    let run = FINDINGS.with_borrow(|all| all.iter().find(|it| it.id == id).and_then(|it| it.run().cloned()));
    HUSHED.with_borrow_mut(|it| it.extend(run));
    change_findings(|all| all.retain(|it| it.id != id));
}

/// Which runs that were interrupted are said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// All but those that the user has dismissed.
    Undismissed,
    /// All, once more.
    All,
}

/// Says these runs that were interrupted, by the ids of their records, and no others.
pub fn show_interrupted(found: Vec<(String, Words)>, runs: Runs) {
    if runs == Runs::All {
        HUSHED.take();
    }
    let is_hushed = |run: &String| HUSHED.with_borrow(|it| it.contains(run));
    let found: Vec<_> = found.into_iter().filter(|(run, _)| !is_hushed(run)).collect();
    let says = |it: &Finding, (run, text): &(String, Words)| it.run() == Some(run) && it.text == *text;
    let is_over = |it: &Finding| it.run().is_some() && !found.iter().any(|run| says(it, run));
    if FINDINGS.with_borrow(|all| all.iter().any(is_over)) {
        change_findings(|all| all.retain(|it| !is_over(it)));
    }
    for run in &found {
        if !FINDINGS.with_borrow(|all| all.iter().any(|it| says(it, run))) {
            add_finding(Finding { kept: Some(Kept::Run(run.0.clone())), ..Finding::new("", run.1.clone(), false) });
        }
    }
}

/// Says this of the rotations at a connection, in place of what was said of them before; nothing more where there is nothing.
pub fn show_rotations(connection: &str, text: Option<Words>) {
    let kept = Some(Kept::Rotations(connection.into()));
    if FINDINGS.with_borrow(|all| all.iter().any(|it| it.kept == kept)) {
        change_findings(|all| all.retain(|it| it.kept != kept));
    }
    if let Some(text) = text {
        add_finding(Finding { kept, ..Finding::new("", text, false) });
    }
}

/// Reads or changes what is known of deleted tokens.
pub(super) fn with_gone<T>(read: impl FnOnce(&mut Vec<Gone>) -> T) -> T {
    GONE.with_borrow_mut(read)
}

/// Forgets what is said of a connection's tokens, as the user has signed out there.
pub(super) fn forget_findings(system: &str) {
    with_gone(|all| all.retain(|it| it.system != system));
    change_findings(|all| all.retain(|it| it.system != system));
}
