//! Guided rotations: what begins one, how it stands, and the list of those that are not over.

pub(super) use self::begin::begin;
pub(super) use self::commands::commands;
pub(super) use self::line::line;
pub(super) use self::list::list;
pub(super) use self::mark::mark;
pub(super) use self::standing::standing;

mod ask;
mod begin;
mod commands;
mod end;
mod forget;
mod line;
mod list;
mod mark;
mod owning;
mod said;
mod standing;
