//! `Test connection`: runs the list call once and shows, field by field, what the first token has.

use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::super::dialogs::sign_in::{Gap, Ways, refusal};
use super::super::kit::{El, button, effect, el};
use super::super::mistakes::list_of;
use super::super::notice::error_panel;
use crate::adapters;
use crate::api::report::{Finding, Report};
use crate::api::{ApiError, RetrySafety};
use crate::capabilities::SignIn;
use crate::config::{Auth, ConfigError, Connection};
use crate::messages::connection_test::ConnectionTest;
use crate::messages::lists::Tested;
use crate::messages::sign_in::SignInForm;
use crate::messages::{Count, Number, Unit};
use crate::platform::gateway;
use crate::platform::runtime::BROWSER;
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
        let test = button("button", &ConnectionTest::Test.text(), move || self.start()).bind_flag("disabled", cannot);
        let running = move || self.step.with(|it| matches!(it, Step::Running)).then(|| ConnectionTest::Asking.text());
        let line = el("div.panel-buttons")
            .child(test)
            .child(el("span.muted").attr("role", "status").bind_text(move || running().unwrap_or_default().into()));
        el("section.trial")
            .attr("aria-label", &ConnectionTest::Label.text())
            .child(line)
            .bind_child(move || self.outcome())
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

    /// What there is to see, brought into view.
    fn outcome(self) -> Option<El> {
        let outcome = self.outcome_view()?;
        let node = outcome.0.clone();
        spawn_local(async move { node.scroll_into_view_with_bool(false) });
        Some(outcome)
    }

    fn outcome_view(self) -> Option<El> {
        match self.step.get() {
            Step::Idle | Step::Running => None,
            Step::SignIn(client, sign_in, way, error) => Some(self.sign_in_view(client, sign_in, way, error)),
            Step::Told(report) => Some(report_view(&report)),
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

fn report_view(report: &Report) -> El {
    let panel = el("div.panel.report").attr("role", "status");
    let n = Count(report.count, Unit::Token);
    let works = match report.total {
        Some(total) => ConnectionTest::WorksOf { n, total: Number(total) }.text(),
        None => ConnectionTest::Works { n }.text(),
    };
    let next = match &report.next {
        Some(next) => ConnectionTest::Next { next: &next.text() }.text(),
        None => ConnectionTest::NoNext.text(),
    };
    let head = |text: &str| el("th").attr("scope", "col").text(text);
    let row = |it: &Finding| {
        let found = match &it.found {
            Some(found) => el("td").text(&found.text()),
            None => el("td.warning").text(&ConnectionTest::NotFound.text()),
        };
        let place = el("td.mono").text(it.place.as_deref().unwrap_or("–"));
        el("tr")
            .child(el("th").attr("scope", "row").text(&it.label.text()))
            .child(place)
            .child(found.children(it.notes.iter().map(|it| el("p.muted").text(&it.text())).collect()))
    };
    let titles = el("tr")
        .child(head(&ConnectionTest::Field.text()))
        .child(head(&ConnectionTest::Place.text()))
        .child(head(&ConnectionTest::Found.text()));
    let rows: Vec<El> = report.fields.iter().map(row).collect();
    let table = el("table.changes").child(el("thead").child(titles)).child(el("tbody").children(rows));
    let panel = panel.child(el("p").text(&works).text(" ").text(&next));
    let mut warnings: Vec<_> = report.unread.iter().map(|header| Tested::Unread { header }.text()).collect();
    if let Some(total) = report.total.filter(|it| report.next.is_none() && *it > report.count) {
        warnings.push(Tested::Short { total: Count(total, Unit::Token) }.text());
    }
    let panel = panel.children(warnings.iter().map(|it| el("p.warning").text(it)).collect());
    if report.fields.is_empty() { panel } else { panel.child(table) }
}
