//! Which columns of a table have room, and how wide they are. Pure; all lengths are in hundredths of
//! a rem: numbers with a point take much code to write.

use crate::capabilities::{Action, Column, ColumnKind};

/// The least width of a name, and the most: the rest is for what stands beside it.
const NAME: [isize; 2] = [775, 2800];
/// The box that selects a token; it reaches into the padding before it.
const SELECT: isize = 125;
/// Between two columns.
const GAP: isize = 50;
/// Before the first column and after the last one, together.
const PADDING: isize = 150;
/// How far the buttons reach beyond their column, on both sides together, so that their texts stand in line with the rest.
const BEYOND: isize = 75;
/// How wide a letter of a date is.
const LETTER: isize = 42;
/// The letters that there is always room for: a day, or how near it is.
const LEAST_MINUTE: usize = 20;
/// From this width on there is a line of the window for more than three buttons.
const WIDE: isize = 7600;

/// How a table is laid out that is so wide.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fit {
    /// Which of the columns have no room, by their places.
    pub left_out: Vec<bool>,
    /// Whether the system of a token stands below its name, and has no column.
    pub is_system_below: bool,
    /// The tracks of a row, as CSS has them.
    pub tracks: String,
    /// Those of the buttons in it.
    pub buttons: String,
    /// After how many buttons a second line begins; 0 where there is one line.
    pub folded_after: usize,
    /// How wide a row is at least, as CSS has it.
    pub least: String,
}

/// What the texts of a table are like.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    /// Whether ids are numbers, and no UUIDs.
    pub short_ids: bool,
    /// With how many letters a day and a minute are written at most.
    pub minute: usize,
}

/// Lays out a table with buttons of these widths. What is left out is left out whole, in the order of docs/design.md.
pub fn fit(columns: &[Column], widths: &[isize], texts: Texts, width: isize) -> Fit {
    let folded_after = if widths.len() > 3 && width < WIDE { widths.len().div_ceil(2) } else { 0 };
    let buttons: Vec<isize> = match folded_after {
        0 => widths.to_vec(),
        // Two lines.
        n => (0..n).map(|it| widths.iter().skip(it).step_by(n).fold(0, |most, it| *it.max(&most))).collect(),
    };
    let in_buttons = (buttons.iter().sum::<isize>() - BEYOND).max(400);
    let mut fit =
        Fit { left_out: vec![false; columns.len()], buttons: tracks(&buttons), folded_after, ..Fit::default() };
    // Of several of a rank the last one goes first.
    let of_rank = |rank| (0..columns.len()).rev().filter(move |it| self::rank(columns[*it].kind) == Some(rank));
    let mut drops = (0..RANKS).flat_map(of_rank);
    let rest = loop {
        let rest = width - in_buttons - least(columns, &fit, texts);
        let Some(idx) = drops.next().filter(|_| rest < 0) else {
            if rest < 0 && texts.minute > LEAST_MINUTE {
                // The time takes a line of its own.
                return self::fit(columns, widths, Texts { minute: LEAST_MINUTE, ..texts }, width);
            }
            break rest.max(0);
        };
        match columns[idx].kind {
            ColumnKind::System => fit.is_system_below = true,
            _ => fit.left_out[idx] = true,
        }
    };
    fit.least = rem(in_buttons + least(columns, &fit, texts));
    let shown: Vec<ColumnKind> = shown(columns, &fit).collect();
    let shares: usize = shown.iter().map(|it| share(*it)).sum();
    let name = match shares > 0 {
        true => NAME[0] + (rest / 2).min(NAME[1] - NAME[0]),
        false => NAME[0] + rest,
    };
    fit.tracks = format!("{} {}", rem(SELECT), rem(name));
    for kind in shown {
        let (least, share) = (of_column(kind, texts), share(kind));
        fit.tracks.push_str(&match share > 0 {
            true => format!(" minmax({}, {share}fr)", rem(least)),
            false => format!(" {}", rem(least)),
        });
    }
    fit.tracks.push_str(&format!(" {}", rem(in_buttons)));
    fit
}

/// What has to be there at least, but for the buttons.
fn least(columns: &[Column], fit: &Fit, texts: Texts) -> isize {
    shown(columns, fit).map(|it| of_column(it, texts) + GAP).sum::<isize>() + SELECT + GAP + NAME[0] + GAP + PADDING
}

/// What stands beside the name, and not below.
fn shown<'a>(columns: &'a [Column], fit: &'a Fit) -> impl Iterator<Item = ColumnKind> + use<'a> {
    let is_below = |it| it == ColumnKind::Description || it == ColumnKind::System && fit.is_system_below;
    let shown = columns.iter().zip(&fit.left_out).filter(move |(it, is_out)| !**is_out && !is_below(it.kind));
    shown.map(|(it, _)| it.kind)
}

/// In how many steps columns are left out.
const RANKS: usize = 4;

/// When a column is left out; the first of them has 0. The others never are.
fn rank(kind: ColumnKind) -> Option<usize> {
    match kind {
        ColumnKind::Creator => Some(0),
        ColumnKind::Text(_) | ColumnKind::Time(_) | ColumnKind::Deadline(_) | ColumnKind::Hidden(_) => Some(1),
        ColumnKind::Scopes => Some(2),
        // It goes below the name.
        ColumnKind::System => Some(3),
        // It stands below the name, and takes no width.
        ColumnKind::Description => None,
        ColumnKind::Id | ColumnKind::ValidFrom | ColumnKind::ValidTo | ColumnKind::LastUsed | ColumnKind::Status => {
            None
        }
    }
}

/// What a column needs so that what mostly stands in it is not broken.
fn of_column(kind: ColumnKind, texts: Texts) -> isize {
    match kind {
        ColumnKind::Description => 0,
        ColumnKind::Id if texts.short_ids => 650,
        // Half of a UUID, and the button that copies it.
        ColumnKind::Id => 1050,
        ColumnKind::Scopes => 800,
        // A day and a minute; of the others the day alone.
        ColumnKind::ValidTo => texts.minute.max(LEAST_MINUTE) as isize * LETTER,
        ColumnKind::ValidFrom => 625,
        ColumnKind::Time(_) | ColumnKind::Deadline(_) => 700,
        ColumnKind::LastUsed => 690,
        ColumnKind::Status => 550,
        ColumnKind::System => 700,
        ColumnKind::Creator => 850,
        ColumnKind::Text(_) => 650,
        ColumnKind::Hidden(_) => 1000,
    }
}

/// How much of the room that is left a column takes.
fn share(kind: ColumnKind) -> usize {
    match kind {
        ColumnKind::Scopes => 6,
        // An address of mail has no place to break.
        ColumnKind::Creator => 4,
        ColumnKind::Text(_) | ColumnKind::System => 2,
        ColumnKind::Id | ColumnKind::Hidden(_) | ColumnKind::Description | ColumnKind::Status => 0,
        ColumnKind::ValidFrom
        | ColumnKind::ValidTo
        | ColumnKind::LastUsed
        | ColumnKind::Time(_)
        | ColumnKind::Deadline(_) => 1,
    }
}

/// How wide a button is at least, whatever it measures: so that columns stay where they are when that is known.
pub fn of_button(action: Action) -> isize {
    match action {
        Action::Edit => 240,
        Action::Delete => 350,
        _ => 380,
    }
}

fn tracks(widths: &[isize]) -> String {
    widths.iter().map(|it| rem(*it)).collect::<Vec<_>>().join(" ")
}

/// A length, as CSS has it.
fn rem(length: isize) -> String {
    format!("{}.{:02}rem", length / 100, length % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::Capabilities;
    use crate::config::Auth;

    /// As in English: 11 Sept 2026, 10:43.
    const TEXTS: Texts = Texts { short_ids: false, minute: 18 };
    const ACTIONS: [Action; 3] = [Action::Edit, Action::Revoke, Action::Delete];
    /// Those of a system that can disable tokens.
    const FOUR: [Action; 4] = [Action::Edit, Action::Disable, Action::Revoke, Action::Delete];

    fn fit(columns: &[Column], actions: &[Action], texts: Texts, width: isize) -> Fit {
        let buttons: Vec<isize> = actions.iter().map(|it| of_button(*it)).collect();
        super::fit(columns, &buttons, texts, width)
    }

    /// The ids of the columns that have no room.
    fn left_out(columns: &[Column], width: isize) -> Vec<String> {
        let of = |actions: &[Action]| left_out_beside(columns, actions, width);
        assert_eq!(of(&ACTIONS), of(&FOUR), "one button more leaves out no column more");
        of(&FOUR)
    }

    fn left_out_beside(columns: &[Column], actions: &[Action], width: isize) -> Vec<String> {
        let fit = fit(columns, actions, TEXTS, width);
        columns.iter().zip(fit.left_out).filter(|(_, is_out)| *is_out).map(|(it, _)| it.id.clone()).collect()
    }

    #[test]
    fn columns_are_left_out_whole_and_in_order() {
        let system = crate::adapters::scoped_capabilities(&Auth::None);
        let mut columns = system.columns;
        columns.extend(system.spare_columns);
        // Pages of 1920, 1440, 1280 and 1000 pixels, without what is beside the table.
        assert_eq!(left_out(&columns, 10900), [""; 0]);
        assert_eq!(left_out(&columns, 8700), [""; 0]);
        assert_eq!(left_out(&columns, 7600), ["created_by"]);
        assert_eq!(left_out(&columns, 5990), ["scopes", "created_by"]);
        // And what must be there is there, where it has no room either.
        assert_eq!(left_out(&columns, 2000), ["scopes", "created_by"]);
    }

    #[test]
    fn further_columns_go_before_scopes_and_the_last_of_them_first() {
        let extra = |idx| Column::own("extra", "Extra", ColumnKind::Text(idx));
        let columns = [Column::new(crate::words::Label::Scopes, ColumnKind::Scopes), extra(0), extra(1)];
        let out = |width| fit(&columns, &ACTIONS, TEXTS, width).left_out;
        assert_eq!(out(5870), [false, false, false]);
        assert_eq!(out(4070), [false, false, true]);
        assert_eq!(out(3370), [false, true, true]);
        assert_eq!(out(2670), [true, true, true]);
    }

    #[test]
    fn what_is_shown_has_room() {
        let inventory = Capabilities::inventory();
        let system = crate::adapters::scoped_capabilities(&Auth::None);
        for columns in [&system.columns, &inventory.columns] {
            for width in (6400..20000).step_by(100) {
                let fit = fit(columns, &ACTIONS, TEXTS, width);
                let needed = least(columns, &fit, TEXTS) + 895;
                assert!(needed <= width, "{needed} in {width}: {fit:?}");
                assert_eq!(fit.tracks.matches("rem").count() - 2, shown(columns, &fit).count());
            }
        }
    }

    #[test]
    fn a_system_without_a_column_stands_below_the_name() {
        let columns = Capabilities::inventory().columns;
        assert!(fit(&columns, &ACTIONS, TEXTS, 6100).is_system_below);
        assert!(!fit(&columns, &ACTIONS, TEXTS, 9000).is_system_below);
    }

    #[test]
    fn a_long_date_takes_two_lines_before_it_is_cut() {
        let system = crate::adapters::scoped_capabilities(&Auth::None);
        // Sep 11, 2026, 10:43 PM
        let texts = Texts { minute: 22, ..TEXTS };
        let of_end = |width| fit(&system.columns, &ACTIONS, texts, width).tracks.contains("minmax(9.24rem, 1fr)");
        assert!(of_end(8700));
        assert!(!of_end(5900));
        assert_eq!(fit(&system.columns, &ACTIONS, texts, 5900).left_out.iter().filter(|it| **it).count(), 1);
    }

    #[test]
    fn buttons_get_the_width_that_they_have() {
        let buttons = [310, 520, 480];
        let fit = super::fit(&[], &buttons, TEXTS, 6000);
        assert_eq!(fit.buttons, "3.10rem 5.20rem 4.80rem");
        assert!(fit.tracks.ends_with(" 12.35rem"), "{fit:?}");
    }

    #[test]
    fn more_than_three_buttons_are_two_lines_where_a_page_is_narrow() {
        let four = [Action::Edit, Action::Rotate, Action::Revoke, Action::Delete];
        let of = |actions: &[Action], width| {
            let fit = fit(&[], actions, TEXTS, width);
            (fit.buttons, fit.folded_after)
        };
        assert_eq!(of(&four, 6000), ("3.80rem 3.80rem".into(), 2));
        assert_eq!(of(&four, 8000), ("2.40rem 3.80rem 3.80rem 3.50rem".into(), 0));
        let five = [Action::Edit, Action::Rotate, Action::Disable, Action::Revoke, Action::Delete];
        assert_eq!(of(&five, 6000), ("3.80rem 3.80rem 3.80rem".into(), 3));
        assert_eq!(of(&ACTIONS, 6000), ("2.40rem 3.80rem 3.50rem".into(), 0));
    }
}
