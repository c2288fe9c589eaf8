//! The list on paper: all of its rows, under a line that says whose they are, what they were filtered by, and when.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::kit::{El, el, on_window};
use super::rows::{MOST_PRINTED, Rows};
use crate::messages::Number;
use crate::messages::table::Table;
use crate::platform::{document, now, with_formats};
use crate::workspace::Workspace;

/// Has the rows stand on the page while it is printed. The line over them is not on the screen, where all of it is said
/// elsewhere.
pub(super) fn printed(workspace: Workspace, rows: Rc<RefCell<Rows>>) -> El {
    let line = el("p.printed");
    let node = line.0.clone();
    let for_end = rows.clone();
    on_window("beforeprint", move |_| {
        node.set_text_content(Some(&said(workspace)));
        rows.borrow_mut().print(true);
    });
    on_window("afterprint", move |_| for_end.borrow_mut().print(false));
    line
}

fn said(workspace: Workspace) -> String {
    let mut parts = vec![Table::Brand.text().into_owned(), document().title()];
    // As they stand over the table.
    if let Ok(chips) = document().query_selector_all(".chip > :first-child") {
        parts.extend((0..chips.length()).filter_map(|idx| chips.get(idx)?.text_content()));
    }
    parts.push(with_formats(|it| it.date_time(now())));
    let n_listed = workspace.with_rows(|_, row_refs| row_refs.len());
    if n_listed > MOST_PRINTED {
        parts.push(Table::Printed { n: Number(MOST_PRINTED), of: Number(n_listed) }.text().into());
    }
    parts.join(" · ")
}
