//! `Test connection`: runs the list call once and shows, field by field, what the first token has.

use std::borrow::Cow;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::dialogs::frame::modal;
use super::super::dialogs::sign_in::{Gap, Ways, refusal};
use super::super::kit::{El, button, effect, el};
use super::super::mistakes::list_of;
use super::super::notice::error_panel;
use crate::adapters;
use crate::api::report::{Finding, Report};
use crate::api::{ApiError, NetworkError, RetrySafety};
use crate::capabilities::SignIn;
use crate::config::{Auth, ConfigError, Connection};
use crate::messages::connection_test::ConnectionTest;
use crate::messages::lists::Tested;
use crate::messages::sign_in::SignInForm;
use crate::messages::{Count, Unit};
use crate::platform::runtime::BROWSER;
use crate::platform::{active_element, gateway};
use crate::runtime::Job;
use crate::session::Client;
use crate::session::way::OpenError;

/// The state of the test.
#[derive(Clone, Copy)]
pub(super) struct Trial {
    connection: Memo<Result<Connection, Vec<ConfigError>>>,
    step: RwSignal<Step, LocalStorage>,
    /// Calls off what is under way once the form has gone.
    job: StoredValue<Rc<Job>, LocalStorage>,
}

/// How far it has come.
#[derive(Clone)]
enum Step {
    /// Nothing was asked for.
    Idle,
    /// An answer is awaited.
    Running,
    /// The system wants to know who asks, in the way of this place; perhaps it has refused what was typed.
    SignIn(Rc<Client>, SignIn, usize, Option<ApiError>),
    /// The list call has told this.
    Told(Report),
    /// There is nothing to tell.
    Failed(ApiError),
    /// The description is wrong.
    Wrong(Vec<ConfigError>),
}

impl Trial {
    pub(super) fn new(connection: Memo<Result<Connection, Vec<ConfigError>>>) -> Self {
        let job = StoredValue::new_local(Rc::new(Job::new()));
        on_cleanup(move || {
            job.try_with_value(|it| it.cancel());
        });
        Trial { connection, step: RwSignal::new_local(Step::Idle), job }
    }

    pub(super) fn view(self) -> El {
        // What was found is of the connection as it was.
        let typed = Memo::new(move |_| self.connection.get().map(|it| Connection { name: String::new(), ..it }).ok());
        effect(move || {
            // Only who reads a memo hears of its changes.
            typed.with(|_| {});
            self.step.set(Step::Idle);
        });
        let cannot = move || self.connection.with(Result::is_err) || self.step.with(|it| matches!(it, Step::Running));
        let works = move || self.step.with(|it| matches!(it, Step::Told(_)));
        // What is heard is one sentence; the fields are there to be read.
        let said = move || {
            self.step.with(|it| match it {
                Step::Running => ConnectionTest::Asking.text(),
                Step::Told(report) => works_text(report),
                _ => "".into(),
            })
        };
        let line = el("div.panel-buttons")
            .child(button("button", &ConnectionTest::Test.text(), move || self.start()).bind_unavailable(cannot))
            .child(el("p.tested").attr("role", "status").bind_class("works", works).bind_text(move || said().into()));
        let section = el("section.trial").attr("aria-label", &ConnectionTest::Label.text()).child(line);
        let node = section.0.clone();
        section.bind_child(move || {
            let outcome = self.outcome()?;
            let node = node.clone();
            // From its beginning on.
            spawn_local(async move { node.scroll_into_view() });
            Some(outcome)
        })
    }

    /// Whether it says that the page's policy is in the way.
    pub(super) fn tells_policy(self) -> bool {
        self.step.with(|it| matches!(it, Step::Failed(ApiError::NoAnswer(NetworkError::Policy(_)))))
    }

    fn start(self) {
        let Ok(connection) = self.connection.get_untracked() else { return };
        self.step.set(Step::Running);
        spawn_local(async move {
            let opened = match adapters::direct(&connection) {
                Some(system) => Ok(Client::direct(connection, system, &BROWSER)),
                None => gateway::open(&connection, &BROWSER).await.map(|it| Client::through(connection, it, &BROWSER)),
            };
            let client = match opened {
                Ok(client) => Rc::new(client),
                Err(OpenError::NetworkError(fault)) => return self.set(Step::Failed(fault.into())),
                Err(OpenError::Mistakes(mistakes)) => return self.set(Step::Wrong(mistakes)),
            };
            match client.system().sign_in.clone() {
                Some(sign_in) => self.set(Step::SignIn(client, sign_in, 0, None)),
                None => self.ask(&client).await,
            }
        });
    }

    fn set(self, step: Step) {
        // The form may have been closed meanwhile.
        let _ = self.step.try_set(step);
    }

    /// Runs the list call.
    async fn ask(self, client: &Rc<Client>) {
        let Some(job) = self.job.try_get_value() else { return };
        let told = client.ask(&job, async |api| api.test().await).await;
        self.set(told.map_or_else(Step::Failed, Step::Told));
    }

    fn outcome(self) -> Option<El> {
        match self.step.get() {
            Step::Idle | Step::Running => None,
            Step::SignIn(client, sign_in, way, error) => Some(self.sign_in_view(client, sign_in, way, error)),
            Step::Told(report) => Some(report_view(&report)),
            Step::Failed(ApiError::NotFound(_)) => {
                let what = el("p.error-what").text(&ConnectionTest::NoApi.text());
                let next = el("p.error-next").text(&ConnectionTest::NoApiNext.text());
                Some(el("div.panel.error").attr("role", "alert").child(what).child(next))
            }
            Step::Failed(error) => Some(error_panel(&error, RetrySafety::ReadOnly)),
            Step::Wrong(mistakes) => {
                let what = el("p").attr("role", "alert").text(&ConnectionTest::DescriptionWrong.text());
                Some(el("div.panel.error").child(what).child(list_of(mistakes)))
            }
        }
    }

    /// Asks who the user is. Nothing of it is kept.
    fn sign_in_view(self, client: Rc<Client>, sign_in: SignIn, way: usize, error: Option<ApiError>) -> El {
        let (inputs, typed) = Ways::new(sign_in.ways.clone(), client.name(), way);
        if let Some(error) = &error {
            typed.refused(error);
        }
        let error = error.map(|it| refusal(&it));
        let warning = (!sign_in.warning.is_empty()).then(|| el("p").attr("role", "note").text(&sign_in.warning.text()));
        let submit = move |event: web_sys::Event| {
            event.prevent_default();
            let again = {
                let (client, sign_in) = (client.clone(), sign_in.clone());
                // What is no secret need not be typed again.
                let (ways, way) = (typed.kept(&sign_in.ways), typed.chosen());
                move |error| self.set(Step::SignIn(client, SignIn { ways, ..sign_in }, way, Some(error)))
            };
            let values = match typed.filled() {
                Ok(values) => values,
                Err(Gap::Whole(gap)) => return again(gap),
                Err(Gap::AtField) => return,
            };
            typed.clear();
            self.step.set(Step::Running);
            let client = client.clone();
            spawn_local(async move {
                match client.sign_in(values, Auth::mask).await {
                    Ok(_) => self.ask(&client).await,
                    Err(error) => again(error),
                }
            });
        };
        el("form.panel.trial-sign-in")
            .attr("aria-label", &ConnectionTest::SignInLabel.text())
            .maybe(error)
            .maybe(warning)
            .children(inputs)
            .child(el("p.muted").text(&SignInForm::InMemory.text()))
            .child(el("button.button").attr("type", "submit").text(&ConnectionTest::SignIn.text()))
            .on("submit", submit)
    }
}

/// What is said first of a connection that works.
fn works_text(report: &Report) -> Cow<'static, str> {
    let n = Count(report.total.unwrap_or(report.count), Unit::Token);
    match (&report.next, report.total) {
        (None, _) => ConnectionTest::Works { n: Count(report.count, Unit::Token) }.text(),
        (Some(_), Some(_)) => ConnectionTest::WorksInPages { n }.text(),
        (Some(_), None) => ConnectionTest::WorksFrom { n }.text(),
    }
}

/// The rest of what was found.
fn report_view(report: &Report) -> El {
    let next = report.next.as_ref().map(|it| ConnectionTest::Next { next: &it.text() }.text());
    let mut warnings: Vec<_> = report.unread.iter().map(|header| Tested::Unread { header }.text()).collect();
    if let Some(total) = report.total.filter(|it| report.next.is_none() && *it > report.count) {
        warnings.push(Tested::Short { total: Count(total, Unit::Token) }.text());
    }
    let whole = el("div.report")
        .maybe(next.map(|it| el("p.muted").text(&it)))
        .children(warnings.iter().map(|it| el("p.warning").text(it)).collect());
    if report.fields.is_empty() { whole } else { whole.child(fields_view(&report.fields)) }
}

/// A table; where that is too wide, a block for each field. Its roles are written out, as they would go with the layout.
fn fields_view(fields: &[Finding]) -> El {
    let head = |text: &str| el("th").attr("scope", "col").attr("role", "columnheader").text(text);
    let titles = [ConnectionTest::Field.text(), ConnectionTest::Place.text(), ConnectionTest::Found.text()];
    let titles = el("tr").attr("role", "row").children(titles.iter().map(|it| head(it)).collect());
    let row = |it: &Finding| {
        let place =
            el("td.place").attr("role", "cell").children(it.place.as_deref().map(breakable).unwrap_or_default());
        let found = match &it.found {
            Some(found) => el("td").child(el("bdi").text(&found.text())),
            None => el("td").child(el("span.muted").text(&ConnectionTest::NotFound.text())),
        };
        let notes = it.notes.iter().map(|it| el("p.muted").text(&it.text())).collect();
        el("tr")
            .attr("role", "row")
            .child(el("th").attr("scope", "row").attr("role", "rowheader").text(&it.label.text()))
            .child(place)
            .child(found.attr("role", "cell").children(notes))
    };
    let group = |name: &str| el(name).attr("role", "rowgroup");
    let rows = fields.iter().map(row).collect();
    el("table.fields-found")
        .attr("role", "table")
        .child(group("thead").child(titles))
        .child(group("tbody").children(rows))
}

/// A path that breaks before its signs and nowhere else.
fn breakable(path: &str) -> Vec<El> {
    let mut parts = vec![String::new()];
    for letter in path.chars() {
        let is_sign = matches!(letter, '/' | '.');
        match parts.last_mut().filter(|it| !is_sign || it.is_empty()) {
            Some(part) => part.push(letter),
            None => parts.push(letter.into()),
        }
    }
    let part = |it: &String| [el("wbr"), el("span").text(it)];
    vec![el("code").attr("translate", "no").children(parts.iter().flat_map(part).skip(1).collect())]
}

/// The test of a connection of the list, which begins at once.
pub(super) fn dialog(connection: Connection, close: impl Fn() + Copy + 'static) -> El {
    let name = el("p.question").child(el("bdi.token-name").attr("translate", "no").text(&connection.name));
    let trial = Trial::new(Memo::new(move |_| Ok(connection.clone())));
    let body = el("div.modal-body").child(name).child(trial.view());
    trial.start();
    let foot = el("div.modal-foot").child(button("button", &ConnectionTest::Close.text(), close));
    let content = el("div.modal-whole").child(body).child(foot);
    modal(&ConnectionTest::Test.text(), "dialog", active_element(), close, content)
}
