//! What scrolls the rows: the table's own box, or the page where tokens are cards.

use web_sys::{Element, HtmlElement};

use crate::platform::{document, window};

/// Where the rows are seen through.
pub(super) struct Port {
    view: HtmlElement,
    body: HtmlElement,
    /// Whether tokens are cards, which scroll with the page.
    pub(super) is_cards: bool,
    /// The height of what is seen at once, in CSS pixels like all lengths here.
    pub(super) height: usize,
    /// The width of a row, in hundredths of a rem.
    pub(super) width: isize,
    /// The height of the table's head, which lies over the first row in view.
    pub(super) head: usize,
    /// What a rem is.
    root_size: f64,
}

impl Port {
    pub(super) fn new(view: HtmlElement, body: HtmlElement) -> Self {
        Port { view, body, is_cards: false, height: 0, width: 0, head: 0, root_size: 16.0 }
    }

    /// Asks the browser how large all is. The height of a row is the style sheet's to say.
    pub(super) fn measure(&mut self) -> Option<usize> {
        // A table that is not on the page yet will have the measures of the one that it replaces.
        let standing_in = || document().query_selector(".table-box").ok().flatten();
        let seen: Element = match self.view.is_connected() {
            false => standing_in().unwrap_or_else(|| self.view.clone().into()),
            true => self.view.clone().into(),
        };
        let style = window().get_computed_style(&seen).ok().flatten()?;
        let value = |name: &str| style.get_property_value(name).unwrap_or_default();
        self.is_cards = value("--cards").trim() == "1";
        self.height = match self.is_cards {
            true => window().inner_height().ok().and_then(|it| it.as_f64()).unwrap_or_default() as usize,
            false => seen.client_height() as usize,
        };
        let head = seen.query_selector(".table-head").ok().flatten();
        self.head = head.map_or(0, |it| it.client_height() as usize);
        self.root_size = root_size().unwrap_or(16.0);
        self.width = self.rem(seen.client_width());
        pixels(&value("--row-height")).map(|it| it as usize)
    }

    /// How much of what is seen the bar of what is selected covers, where that stays at the end of the screen.
    pub(super) fn foot(&self) -> usize {
        let stays = self.is_cards && self.height as f64 >= 25.0 * self.root_size;
        let bar = || document().query_selector(".selection").ok().flatten();
        stays.then(bar).flatten().map_or(0, |it| it.client_height() as usize + 1)
    }

    /// A length in hundredths of a rem.
    pub(super) fn rem(&self, pixels: i32) -> isize {
        (f64::from(pixels) * 100.0 / self.root_size) as isize
    }

    /// How far it is scrolled.
    pub(super) fn top(&self) -> usize {
        let top =
            if self.is_cards { -self.body.get_bounding_client_rect().top() } else { self.view.scroll_top().into() };
        top.max(0.0) as usize
    }

    /// Scrolls it.
    pub(super) fn set_top(&self, top: usize) {
        if !self.is_cards {
            return self.view.set_scroll_top(top as i32);
        }
        let above = window().scroll_y().unwrap_or_default() + self.body.get_bounding_client_rect().top();
        // What stands above the cards stays in view where it is.
        if top > 0 || self.top() > 0 {
            window().scroll_to_with_x_and_y(0.0, above + top as f64);
        }
    }
}

/// The size of the page's letters, in pixels: what a rem is.
fn root_size() -> Option<f64> {
    let style = window().get_computed_style(&document().document_element()?).ok().flatten()?;
    pixels(&style.get_property_value("font-size").ok()?)
}

/// A length that the browser has computed.
fn pixels(text: &str) -> Option<f64> {
    // Reading such numbers takes much code, which the browser has.
    Some(js_sys::Number::parse_float(text)).filter(|it| *it > 0.0)
}
