//! What few connections need, in the form for one: closed as long as nothing of it was said.

use leptos::prelude::*;

use super::super::super::kit::{El, el};
use super::{Editor, SELDOM};
use crate::config::form::FormText;
use crate::messages::connection_form::ConnectionForm;

impl Editor {
    pub(super) fn more_view(self) -> El {
        let line = |text, label: &str, hint: &str| self.line(text, label, hint);
        let (as_needed, always) = (ConnectionForm::CookiesAsNeeded.text(), ConnectionForm::CookiesAlways.text());
        let (direct, passed_on) = (ConnectionForm::ProxyNot.text(), ConnectionForm::ProxyYes.text());
        let fields = el("div.fields")
            .child(line(FormText::Hint, &ConnectionForm::Hint.text(), &ConnectionForm::HintHint.text()))
            .child(line(FormText::Timeout, &ConnectionForm::Timeout.text(), &ConnectionForm::TimeoutHint.text()))
            .child(line(FormText::MaxAnswer, &ConnectionForm::MaxAnswer.text(), &ConnectionForm::MaxAnswerHint.text()))
            .child(self.choice(
                &FormText::Cookies.pointer(),
                FormText::Cookies,
                &ConnectionForm::Cookies.text(),
                &[("false", &as_needed), ("true", &always)],
                &ConnectionForm::CookiesHint.text(),
            ))
            .child(line(
                FormText::DefaultDays,
                &ConnectionForm::DefaultDays.text(),
                &ConnectionForm::DefaultDaysHint.text(),
            ))
            .child(self.choice(
                &FormText::Proxy.pointer(),
                FormText::Proxy,
                &ConnectionForm::Proxy.text(),
                &[("false", &direct), ("true", &passed_on)],
                &ConnectionForm::ProxyHint.text(),
            ))
            .child(line(FormText::Address, &ConnectionForm::Address.text(), &ConnectionForm::AddressHint.text()));
        let is_said = self.filled.with_value(|filled| SELDOM.iter().any(|it| !filled.text(*it).is_empty()));
        let more = el("details.more").child(el("summary").text(&ConnectionForm::More.text())).child(fields);
        if is_said { more.attr("open", "") } else { more }
    }
}
