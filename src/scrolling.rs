//! Which part of a list is in view, where the list may be higher than browsers let an element be. Pure.
//!
//! Browsers cut off elements at some 17 to 33 million pixels of the screen, which are many more than CSS pixels on a sharp
//! screen or a page that is zoomed in. Of a higher list the element has as much as can be had. What is left out of it is
//! spread over the middle: there the rows stand a shift above where they would. Small steps keep the shift, so that
//! turning a wheel moves the rows by as much as ever; a jump, such as by the scroll bar, takes the one of its place. Near
//! both ends nothing is left out, so that each is reached as ever.

/// How high an element can be, in pixels of the screen, with something to spare; CSS transforms are exact up to there.
const HIGHEST: f64 = 16_000_000.0;

/// In views: how far from an end nothing is left out, and how far a step may go.
const CALM: usize = 8;
const STEP: usize = 2;

/// What of a list is in view, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    /// The height of all rows.
    content: usize,
    /// The height of the element that they stand in.
    body: usize,
    /// The height of what stands above the rows, or somewhat more.
    head: usize,
    /// The height of what is seen at once.
    view: usize,
    /// How far the element is scrolled.
    seen: usize,
    /// How much further the rows in view stand down the list than in the element.
    shift: usize,
}

/// The height of an element that has to hold so much, on a screen with so many pixels to a CSS pixel.
fn fitting(content: usize, pixel_ratio: f64) -> usize {
    content.min((HIGHEST / pixel_ratio.max(1.0)) as usize)
}

impl Window {
    /// The list has other measures now. Where the element is to be scrolled to, if that is elsewhere than it is.
    pub fn resize(&mut self, content: usize, head: usize, view: usize, pixel_ratio: f64) -> Option<usize> {
        let (top, seen) = (self.top(), self.seen);
        *self = Window { content, body: fitting(content, pixel_ratio), head, view, ..*self };
        self.go_to(top);
        (self.seen != seen).then_some(self.seen)
    }

    /// The height of the element.
    pub fn body(&self) -> usize {
        self.body
    }

    /// Whether the element is lower than the list.
    pub fn is_scaled(&self) -> bool {
        self.excess() > 0
    }

    /// How far down the list the view begins.
    pub fn top(&self) -> usize {
        self.seen + self.shift
    }

    /// Where in the element something stands that is so far down the list.
    pub fn place(&self, y: usize) -> isize {
        y as isize - self.shift as isize
    }

    /// Goes so far down the list: where the element is to be scrolled to.
    pub fn go_to(&mut self, top: usize) -> usize {
        let top = top.min(self.last() + self.excess());
        self.seen = self.seen_at(top);
        self.shift = top - self.seen;
        self.seen
    }

    /// The element was scrolled. Where it is to be scrolled instead, with the same rows in view, so that both ends stay in
    /// reach.
    pub fn scrolled(&mut self, seen: usize) -> Option<usize> {
        let is_step = seen.abs_diff(self.seen) <= STEP * self.view;
        self.seen = seen;
        if !is_step {
            self.shift = self.shift_at(seen);
        }
        let top = self.top();
        let calm = self.calm();
        let is_near = |place: usize, last: usize| place < calm || place + calm > last;
        let wanted = self.seen_at(top);
        let is_off = is_near(seen, self.last()) || is_near(top, self.last() + self.excess());
        if !self.is_scaled() || wanted == seen || !is_off {
            return None;
        }
        self.seen = wanted;
        self.shift = top - wanted;
        Some(wanted)
    }

    fn excess(&self) -> usize {
        self.content - self.body
    }

    /// How far the element can be scrolled, about.
    fn last(&self) -> usize {
        (self.body + self.head).saturating_sub(self.view)
    }

    fn calm(&self) -> usize {
        (CALM * self.view).min(self.last() / 4)
    }

    /// The shift of a place in the element: none before the middle, all after it.
    fn shift_at(&self, seen: usize) -> usize {
        let (calm, middle) = (self.calm(), self.middle());
        let part = seen.saturating_sub(calm) as f64 / middle;
        (self.excess() as f64 * part.min(1.0)).round() as usize
    }

    /// The place in the element whose shift shows what is so far down the list.
    fn seen_at(&self, top: usize) -> usize {
        let (calm, middle, excess) = (self.calm(), self.middle(), self.excess());
        if top <= calm {
            return top;
        }
        if top >= calm + middle as usize + excess {
            return top - excess;
        }
        let part = (top - calm) as f64 / (middle + excess as f64);
        (calm as f64 + part * middle).round() as usize
    }

    /// How long the part of the element is in which the shift grows.
    fn middle(&self) -> f64 {
        (self.last() - 2 * self.calm()).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VIEW: usize = 700;
    const HEAD: usize = 56;

    /// A list of 100,000 rows on a screen with so many pixels to a CSS pixel.
    fn list(pixel_ratio: f64) -> Window {
        let mut window = Window::default();
        assert_eq!(window.resize(5_600_000, HEAD, VIEW, pixel_ratio), None);
        window
    }

    #[test]
    fn what_fits_is_scrolled_as_it_is() {
        let mut window = list(2.0);
        assert!(!window.is_scaled() && window.body() == 5_600_000);
        for seen in [0, 10, 3_000_000, 2_999_900, 5_599_300] {
            assert_eq!((window.scrolled(seen), window.top(), window.place(77)), (None, seen, 77));
        }
    }

    #[test]
    fn both_ends_of_what_does_not_fit_are_reached() {
        let mut window = list(8.0);
        assert_eq!((window.is_scaled(), window.body()), (true, 2_000_000));
        // The end of the element shows the end of the list, however much stands above the rows; and it stays there.
        for head in [0, 37, 56] {
            window.scrolled(2_000_000 - VIEW + head);
            assert_eq!(window.top(), 5_600_000 - VIEW + head);
            assert_eq!(window.place(5_600_000), 2_000_000);
            assert_eq!(window.resize(5_600_000, HEAD, VIEW, 8.0), None);
            assert_eq!(window.top(), 5_600_000 - VIEW + head);
            window.scrolled(0);
            assert_eq!((window.top(), window.place(0)), (0, 0));
        }
    }

    #[test]
    fn a_step_is_as_long_as_ever_wherever_it_is_made() {
        for start in [0, 300, 3_000, 1_000_000, 1_999_000, 1_999_290] {
            let mut window = list(8.0);
            window.scrolled(start);
            for step in [100_isize, -100, 640, -640, 1_400, -3] {
                let before = window.top();
                let seen = window.seen as isize + step;
                if !(0..=2_000_000 - VIEW as isize).contains(&seen) {
                    continue;
                }
                window.scrolled(seen as usize);
                assert_eq!(window.top() as isize - before as isize, step, "from {start}");
            }
        }
    }

    #[test]
    fn steps_reach_both_ends_from_anywhere() {
        for start in [6_000, 20_000, 1_000_000, 1_990_000] {
            for step in [-700_isize, 700] {
                let mut window = list(8.0);
                window.scrolled(start);
                let end = if step < 0 { 0 } else { 5_600_000 - VIEW };
                let mut n_moved = 0;
                for _ in 0..20_000 {
                    let seen = (window.seen as isize + step).clamp(0, 2_000_000 - VIEW as isize);
                    n_moved += usize::from(window.scrolled(seen as usize).is_some());
                    if window.top() == end {
                        break;
                    }
                }
                assert_eq!(window.top(), end, "from {start} by {step}");
                // It is put elsewhere now and then only: each time what the browser was doing is cut short.
                assert!(n_moved < 30, "{n_moved} times from {start}");
            }
        }
    }

    #[test]
    fn a_place_is_gone_to_and_stays_when_measures_change() {
        let mut window = list(8.0);
        for top in [0, 40, 5_000, 9_000, 2_800_000, 5_590_000, 5_599_300] {
            let seen = window.go_to(top);
            assert_eq!((window.top(), window.scrolled(seen)), (top, None), "{top}");
            assert!(seen <= 2_000_000 - VIEW);
        }
        window.go_to(2_800_000);
        // Now all of it fits.
        assert_eq!(window.resize(5_600_000, HEAD, VIEW, 2.5), Some(2_800_000));
        assert_eq!(window.top(), 2_800_000);
        // A list that got short moves the view by itself.
        window.resize(1_000, HEAD, VIEW, 8.0);
        assert_eq!((window.top(), window.body()), (300 + HEAD, 1_000));
        window.resize(0, HEAD, VIEW, 8.0);
        assert_eq!(window.top(), 0);
    }
}
