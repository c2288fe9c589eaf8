//! Acting on many tokens.

use super::numbers::Count;
use super::texts::texts;
use crate::bulk::Aim;

texts! {
    /// What is to be done to many tokens, as its button says it.
    pub fn aim_name(aim: Aim) -> &'static str {
        Disable => "Disable",
        Enable => "Enable",
        Revoke => "Revoke",
        Delete => "Delete",
        Extend => "Extend",
    }
}

texts! {
    /// The dialog before anything is done.
    pub enum BulkDialog {
        Chosen { n: Count } => "{n} selected",
    }
}
