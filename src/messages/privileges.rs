//! The editor of what a token may do where, and what a system asks for besides. Pure.

use super::texts::texts;

texts! {
    /// What a privilege can hold for.
    pub enum Place {
        Organisation => "Organisation",
        Site => "Site",
        SiteGroup => "Site group",
    }
}

texts! {
    /// The editor of privileges. Its controls are told apart by their numbers.
    pub enum Privileges {
        Choose => "Choose…",
        Scope { n: usize } => "Scope {n}",
        Role { n: usize } => "Role {n}",
        Where { n: usize } => "Where {n}",
        Privilege { n: usize } => "Privilege {n}",
        Add => "Add a privilege",
        Remove => "Remove",
        RemoveThis { n: usize } => "Remove privilege {n}",
        NoTargets => "Sites and site groups cannot be chosen.",
    }
}

texts! {
    /// An input that a system asks for.
    pub enum Asked {
        NotSet => "Not set",
    }
}
