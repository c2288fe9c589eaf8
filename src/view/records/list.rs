//! All records, the newest first.

use leptos::prelude::*;

use super::super::kit::{El, button, el, verbatim};
use super::screen::{Line, Screen};
use crate::excerpt::LINE;
use crate::messages::bulk::{ended, named};
use crate::messages::records::{RecordList, RunState, counts};
use crate::messages::{Number, list_of, shown};
use crate::platform::with_formats;
use crate::record::{Head, MOST_ENDED};

/// The list.
pub(super) fn view(screen: Screen) -> El {
    let about = RecordList::About { most: Number(MOST_ENDED) }.text();
    let state = Memo::new(move |_| {
        screen.runs.with(|it| match it {
            None => State::Loading,
            Some(Err(why)) => State::Failed(*why),
            Some(Ok(all)) if all.is_empty() => State::Empty,
            Some(Ok(_)) => State::Some,
        })
    });
    let instead = move || match state.get() {
        State::Loading => Some(el("p.muted").attr("role", "status").text(&RecordList::Loading.text())),
        State::Failed(why) => Some(screen.trouble(why)),
        State::Empty => Some(el("p").text(&RecordList::Empty.text())),
        State::Some => None,
    };
    let lines = move || screen.runs.with(|it| it.as_ref().and_then(|it| it.clone().ok()).unwrap_or_default());
    let key = |(head, state): &Line| (head.id.clone(), *state, head.counts);
    let list = el("ol.record-list").bind_for(lines, key, move |line| line_view(screen, &line));
    let body =
        el("div.modal-body").child(el("p.muted").text(&about)).child(screen.said()).bind_child(instead).child(list);
    let close = button("button primary", &RecordList::Close.text(), move || screen.close());
    el("div.modal-whole").child(body).child(el("div.modal-foot").child(close))
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Loading,
    Failed(crate::record::Trouble),
    Empty,
    Some,
}

/// What a run is called: by what came of it, once it has ended.
pub(super) fn name_of(head: &Head) -> String {
    if head.is_unfinished() { named(&head.tallies, head.counts.all) } else { ended(&head.tallies, &head.counts) }
}

/// How far a run came, where its name does not say so.
pub(super) fn counts_of(head: &Head) -> Option<String> {
    head.is_unfinished().then(|| counts(&head.counts))
}

fn line_view(screen: Screen, (head, state): &Line) -> El {
    let began = with_formats(|it| it.date_time(head.began_at));
    let open = {
        let id = head.id.clone();
        move || {
            screen.said.set(String::new());
            screen.shown.set(Some(id.clone()));
        }
    };
    let named = format!("{}, {began}", name_of(head));
    let open = button("name", &name_of(head), open).attr("aria-label", &named);
    let names: Vec<String> = head.viewers.iter().map(|it| shown(&it.connection, LINE).into_owned()).collect();
    let first = el("p.record-line").child(open).child(tag(&state.text(), state_mark(head, *state)));
    el("li")
        .child(first)
        .maybe(counts_of(head).map(|it| el("p").text(&it)))
        .child(el("p.muted").text(&format!("{began} · ")).child(verbatim(&list_of(&names))))
}

/// A word in a frame; its mark says how good or bad it is.
pub(super) fn tag(text: &str, mark: &str) -> El {
    el("span.tag").attr("data-mark", mark).text(text)
}

/// How a run's state is to be seen.
pub(super) fn state_mark(head: &Head, state: RunState) -> &'static str {
    match head.ended {
        None if state == RunState::Interrupted => "unknown",
        None => "open",
        Some(_) if head.counts.failed + head.counts.unknown > 0 => "failed",
        Some(_) => "done",
    }
}
