//! Which columns of a table have room, and how wide they are. Pure; all lengths are in rem.

use crate::capabilities::{Action, Column, ColumnKind};

/// The least width of a name, and the most: the rest is for what stands beside it.
const NAME: [f64; 2] = [7.75, 28.0];
/// Between two columns.
const GAP: f64 = 0.5;
/// Before the first column and after the last one, together.
const PADDING: f64 = 1.5;
/// How wide a letter of a date is.
const LETTER: f64 = 0.42;
/// The letters that there is always room for: a day, or how near it is.
const LEAST_MINUTE: usize = 19;
/// From this width on there is a line of the window for four buttons.
const WIDE: f64 = 76.0;

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
    /// How wide a row is at least.
    pub least: f64,
}

/// What the texts of a table are like.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    /// Whether ids are numbers, and no UUIDs.
    pub short_ids: bool,
    /// With how many letters a day and a minute are written at most.
    pub minute: usize,
}

/// Lays out a table. What is left out is left out whole, in the order of docs/design.md.
pub fn fit(columns: &[Column], actions: &[Action], texts: Texts, width: f64) -> Fit {
    let widths: Vec<f64> = actions.iter().map(|it| of_button(*it)).collect();
    let is_folded = widths.len() > 3 && width < WIDE;
    let buttons: Vec<f64> = match is_folded {
        // Two lines of two.
        true => (0..2).map(|it| widths.iter().skip(it).step_by(2).fold(0.0, |most, it| it.max(most))).collect(),
        false => widths,
    };
    let in_buttons = buttons.iter().sum::<f64>().max(4.0);
    let mut fit = Fit { left_out: vec![false; columns.len()], buttons: tracks(&buttons), ..Fit::default() };
    let mut drops: Vec<(usize, usize)> =
        columns.iter().enumerate().filter_map(|(idx, it)| Some((rank(it.kind)?, idx))).collect();
    // Of several of a rank the last one goes first.
    drops.sort_by_key(|(rank, idx)| (*rank, usize::MAX - idx));
    let mut drops = drops.into_iter();
    let rest = loop {
        let rest = width - in_buttons - least(columns, &fit, texts);
        let Some((_, idx)) = drops.next().filter(|_| rest < 0.0) else {
            if rest < 0.0 && texts.minute > LEAST_MINUTE {
                // The time takes a line of its own.
                return self::fit(columns, actions, Texts { minute: LEAST_MINUTE, ..texts }, width);
            }
            break rest.max(0.0);
        };
        match columns[idx].kind {
            ColumnKind::System => fit.is_system_below = true,
            _ => fit.left_out[idx] = true,
        }
    };
    fit.least = in_buttons + least(columns, &fit, texts);
    let shown: Vec<ColumnKind> = shown(columns, &fit).collect();
    let shares: f64 = shown.iter().map(|it| share(*it)).sum();
    let name = match shares > 0.0 {
        true => NAME[0] + (rest / 2.0).min(NAME[1] - NAME[0]),
        false => NAME[0] + rest,
    };
    fit.tracks = format!("{name:.2}rem ");
    for kind in shown {
        let (least, share) = (of_column(kind, texts), share(kind));
        fit.tracks.push_str(&match share > 0.0 {
            true => format!("minmax({least}rem, {share}fr) "),
            false => format!("{least}rem "),
        });
    }
    fit.tracks.push_str(&format!("{in_buttons}rem"));
    fit
}

/// What has to be there at least, but for the buttons.
fn least(columns: &[Column], fit: &Fit, texts: Texts) -> f64 {
    shown(columns, fit).map(|it| of_column(it, texts) + GAP).sum::<f64>() + NAME[0] + GAP + PADDING
}

/// What stands beside the name, and not below.
fn shown<'a>(columns: &'a [Column], fit: &'a Fit) -> impl Iterator<Item = ColumnKind> + use<'a> {
    let is_below = |it| it == ColumnKind::Description || it == ColumnKind::System && fit.is_system_below;
    let shown = columns.iter().zip(&fit.left_out).filter(move |(it, is_out)| !**is_out && !is_below(it.kind));
    shown.map(|(it, _)| it.kind)
}

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
fn of_column(kind: ColumnKind, texts: Texts) -> f64 {
    match kind {
        ColumnKind::Description => 0.0,
        ColumnKind::Id if texts.short_ids => 6.5,
        // Half of a UUID, and the button that copies it.
        ColumnKind::Id => 10.5,
        ColumnKind::Scopes => 8.0,
        // A day and a minute; of the others the day alone.
        ColumnKind::ValidTo => texts.minute.max(LEAST_MINUTE) as f64 * LETTER,
        ColumnKind::ValidFrom => 6.25,
        ColumnKind::Time(_) | ColumnKind::Deadline(_) => 7.0,
        ColumnKind::LastUsed => 6.5,
        ColumnKind::Status => 5.5,
        ColumnKind::System => 7.0,
        ColumnKind::Creator => 8.5,
        ColumnKind::Text(_) => 6.5,
        ColumnKind::Hidden(_) => 10.0,
    }
}

/// How much of the room that is left a column takes.
fn share(kind: ColumnKind) -> f64 {
    match kind {
        ColumnKind::Scopes => 6.0,
        ColumnKind::Creator | ColumnKind::Text(_) | ColumnKind::System => 2.0,
        ColumnKind::Id | ColumnKind::Hidden(_) | ColumnKind::Description | ColumnKind::Status => 0.0,
        ColumnKind::ValidFrom
        | ColumnKind::ValidTo
        | ColumnKind::LastUsed
        | ColumnKind::Time(_)
        | ColumnKind::Deadline(_) => 1.0,
    }
}

fn of_button(action: Action) -> f64 {
    match action {
        Action::Edit => 2.5,
        Action::Delete => 3.75,
        _ => 4.0,
    }
}

fn tracks(widths: &[f64]) -> String {
    widths.iter().map(|it| format!("{it}rem")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::Capabilities;
    use crate::config::Auth;

    /// As in English: 11 Sept 2026, 10:43.
    const TEXTS: Texts = Texts { short_ids: false, minute: 18 };
    const ACTIONS: [Action; 3] = [Action::Edit, Action::Revoke, Action::Delete];

    /// The ids of the columns that have no room.
    fn left_out(columns: &[Column], width: f64) -> Vec<String> {
        let fit = fit(columns, &ACTIONS, TEXTS, width);
        columns.iter().zip(fit.left_out).filter(|(_, is_out)| *is_out).map(|(it, _)| it.id.clone()).collect()
    }

    #[test]
    fn columns_are_left_out_whole_and_in_order() {
        let system = crate::adapters::scoped_capabilities(&Auth::None);
        let mut columns = system.columns;
        columns.extend(system.spare_columns);
        // Pages of 1920, 1440, 1280 and 1000 pixels, without what is beside the table.
        assert_eq!(left_out(&columns, 109.0), [""; 0]);
        assert_eq!(left_out(&columns, 87.0), [""; 0]);
        assert_eq!(left_out(&columns, 76.0), ["created_by"]);
        assert_eq!(left_out(&columns, 59.9), ["scopes", "created_by"]);
        // And what must be there is there, where it has no room either.
        assert_eq!(left_out(&columns, 20.0), ["scopes", "created_by"]);
    }

    #[test]
    fn further_columns_go_before_scopes_and_the_last_of_them_first() {
        let extra = |idx| Column::own("extra", "Extra", ColumnKind::Text(idx));
        let columns = [Column::new(crate::words::Label::Scopes, ColumnKind::Scopes), extra(0), extra(1)];
        let out = |width| fit(&columns, &ACTIONS, TEXTS, width).left_out;
        assert_eq!(out(60.0), [false, false, false]);
        assert_eq!(out(42.0), [false, false, true]);
        assert_eq!(out(35.0), [false, true, true]);
        assert_eq!(out(28.0), [true, true, true]);
    }

    #[test]
    fn what_is_shown_has_room() {
        let inventory = Capabilities::inventory();
        let system = crate::adapters::scoped_capabilities(&Auth::None);
        for columns in [&system.columns, &inventory.columns] {
            for width in (64..200).map(f64::from) {
                let fit = fit(columns, &ACTIONS, TEXTS, width);
                let needed = least(columns, &fit, TEXTS) + 10.25;
                assert!(needed <= width, "{needed} in {width}: {fit:?}");
                assert_eq!(fit.tracks.matches("rem").count() - 2, shown(columns, &fit).count());
            }
        }
    }

    #[test]
    fn a_system_without_a_column_stands_below_the_name() {
        let columns = Capabilities::inventory().columns;
        assert!(fit(&columns, &ACTIONS, TEXTS, 61.0).is_system_below);
        assert!(!fit(&columns, &ACTIONS, TEXTS, 90.0).is_system_below);
    }

    #[test]
    fn a_long_date_takes_two_lines_before_it_is_cut() {
        let system = crate::adapters::scoped_capabilities(&Auth::None);
        // Sep 11, 2026, 10:43 PM
        let texts = Texts { minute: 22, ..TEXTS };
        let least = |width| fit(&system.columns, &ACTIONS, texts, width).least;
        assert!(least(87.0) > 60.5);
        assert!(least(59.9) <= 59.9, "{}", least(59.9));
    }

    #[test]
    fn four_buttons_are_two_lines_where_a_page_is_narrow() {
        let four = [Action::Edit, Action::Rotate, Action::Revoke, Action::Delete];
        assert_eq!(fit(&[], &four, TEXTS, 60.0).buttons, "4rem 4rem");
        assert_eq!(fit(&[], &four, TEXTS, 80.0).buttons, "2.5rem 4rem 4rem 3.75rem");
    }
}
