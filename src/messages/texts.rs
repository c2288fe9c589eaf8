//! `texts!`: keys with their texts, as a table that code and tests read.

/// Declares keys with their texts in English: what stands between braces is an argument, as in `format!`.
///
/// Of an enum, for keys that a screen has:
///
/// ```ignore
/// texts! {
///     /// The filters.
///     pub enum Filters<'a> {
///         More => "More filters",
///         SearchBy { label: &'a str } => "Search by {label}",
///     }
/// }
/// Filters::SearchBy { label: "GUID" }.text()
/// ```
///
/// Or of a function, for keys that are an enum of a room below. Arguments are borrowed; with a colon another value of that
/// name stands in the text. Where no key has any,
/// the function may take the key itself and return `&'static str`.
///
/// ```ignore
/// texts! {
///     /// What is wrong in a configuration.
///     pub fn mistake(key: &Mistake) {
///         NoJson { line } => "It is no JSON from line {line} on.",
///         TooMany { n: Number(*n) } => "{n} are too many.",
///     }
/// }
/// ```
///
/// `text` of an enum is inlined, so that a key that is known when the page is compiled costs what its text costs, and a part of the
/// page holds the texts that it says and no others. So a key that is chosen while the page runs has an enum that is no
/// wider than the choice.
macro_rules! texts {
    ($(#[$doc:meta])* $vis:vis enum $name:ident $(<$lt:lifetime>)? {
        $($key:ident $({ $($arg:ident: $ty:ty),+ $(,)? })? => $text:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name $(<$lt>)? {
            $(
                #[doc = concat!("`", $text, "`")]
                $key $({ $(#[doc = concat!("What stands at `", stringify!($arg), "`.")] $arg: $ty),+ })?
            ),+
        }

        impl $(<$lt>)? $name $(<$lt>)? {
            /// In the words of the page's language.
            #[inline(always)]
            $vis fn text(self) -> ::std::borrow::Cow<'static, str> {
                match self {
                    $(Self::$key $({ $($arg),+ })? => $crate::messages::texts::texts!(@text $text $($($arg)+)?)),+
                }
            }

            /// Every key with its text.
            #[cfg(test)]
            pub(crate) const TABLE: &'static [(&'static str, &'static str)] = &[$((stringify!($key), $text)),+];
        }
    };
    ($(#[$doc:meta])* $vis:vis fn $name:ident($value:ident: $ty:ty) -> &'static str {
        $($key:ident => $text:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        $vis fn $name($value: $ty) -> &'static str {
            type Key = $ty;
            match $value {
                $(Key::$key => $text),+
            }
        }

        $crate::messages::texts::texts!(@table $name $($key => $text),+);
    };
    ($(#[$doc:meta])* $vis:vis fn $name:ident($value:ident: &$ty:ty) {
        $($key:ident $({ $($arg:ident $(: $shown:expr)?),+ $(,)? })? => $text:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        $vis fn $name($value: &$ty) -> ::std::borrow::Cow<'static, str> {
            type Key = $ty;
            match $value {
                $(Key::$key $({ $($arg),+ })? => {
                    $($($(let $arg = $shown;)?)+)?
                    $crate::messages::texts::texts!(@text $text $($($arg)+)?)
                }),+
            }
        }

        $crate::messages::texts::texts!(@table $name $($key => $text),+);
    };
    (@table $name:ident $($key:ident => $text:literal),+) => {
        #[cfg(test)]
        pub(crate) mod $name {
            //! The same for tests.

            /// Every key with its text.
            pub(crate) const TABLE: &[(&str, &str)] = &[$((stringify!($key), $text)),+];
        }
    };
    (@text $text:literal) => {
        ::std::borrow::Cow::Borrowed($text)
    };
    (@text $text:literal $($arg:ident)+) => {
        ::std::borrow::Cow::Owned(format!($text))
    };
}

pub(crate) use texts;

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use crate::messages::numbers::Number;

    mod room {
        pub(super) enum Side {
            Ahead,
            Behind,
        }

        pub(super) enum Wrong {
            Empty,
            TooLong { length: usize, most: usize },
        }
    }

    texts! {
        /// Some keys.
        enum Some<'a> {
            Plain => "More filters",
            With { label: &'a str, n: Number } => "{n} by {label}, {label}",
        }
    }

    texts! {
        /// Keys of another room, without arguments.
        fn side(key: room::Side) -> &'static str {
            Ahead => "ahead",
            Behind => "behind",
        }
    }

    texts! {
        /// Keys of another room.
        fn wrong(key: &room::Wrong) {
            Empty => "It is empty.",
            TooLong { length: Number(*length), most } => "{length} of {most}",
        }
    }

    #[test]
    fn a_key_has_its_text_and_takes_its_arguments() {
        assert!(matches!(Some::Plain.text(), Cow::Borrowed("More filters")));
        assert_eq!(Some::With { label: "GUID", n: Number(1_000) }.text(), "1,000 by GUID, GUID");
        assert!(matches!(wrong(&room::Wrong::Empty), Cow::Borrowed("It is empty.")));
        assert_eq!(wrong(&room::Wrong::TooLong { length: 1_234, most: 7 }), "1,234 of 7");
        assert_eq!([room::Side::Ahead, room::Side::Behind].map(side), ["ahead", "behind"]);
    }

    #[test]
    fn tests_read_the_same_table() {
        assert_eq!(Some::TABLE, [("Plain", "More filters"), ("With", "{n} by {label}, {label}")]);
        assert_eq!(wrong::TABLE, [("Empty", "It is empty."), ("TooLong", "{length} of {most}")]);
    }
}
