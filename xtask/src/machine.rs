//! What this machine lets the set-up do: its rights, the folders that it writes to, and the room in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use xtask::process::{self, command};

/// How this user may install packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Privilege {
    /// Is root.
    Root,
    /// May use sudo without a password, or has typed it a moment ago.
    Sudo,
    /// sudo wants a password.
    AsksPassword,
    /// sudo is there, and not for this user.
    MayNot,
    /// There is no sudo.
    None,
}

impl Privilege {
    /// Finds out.
    pub(crate) fn find() -> Result<Self> {
        let id = process::read(command("id").arg("-u")).context("`id -u` failed")?;
        if id == "0" {
            return Ok(Self::Root);
        }
        let mut sudo = command("sudo");
        Ok(match process::output(sudo.env("LC_ALL", "C").args(["-n", "true"])) {
            Err(_) => Self::None,
            Ok(output) if output.status.success() => Self::Sudo,
            Ok(output) => Self::refused(&String::from_utf8_lossy(&output.stderr)),
        })
    }

    /// What sudo's refusal means.
    fn refused(said: &str) -> Self {
        if said.contains("password") { Self::AsksPassword } else { Self::MayNot }
    }

    /// Why this user cannot install packages, with what to do; none where nothing is in the way.
    pub(crate) fn obstacle(self) -> Option<&'static str> {
        match self {
            Self::Root | Self::Sudo => None,
            Self::AsksPassword => Some("that needs root: type your password for `sudo -v`, then run this again."),
            Self::MayNot => Some("that needs root, and you may not use sudo."),
            Self::None => Some("that needs root, and there is no sudo here: run this again as root."),
        }
    }

    /// A command that runs with root's rights.
    pub(crate) fn command(self, program: &str) -> Command {
        if self == Self::Root {
            return command(program);
        }
        let mut sudo = command("sudo");
        sudo.arg("-n").arg(program);
        sudo
    }
}

/// A folder that the set-up fills.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    /// What will come into it, in MB.
    pub(crate) needs: u64,
    /// What to do where it cannot be written to.
    pub(crate) elsewhere: &'static str,
}

/// What is known of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Room {
    /// Why it cannot be written to.
    refusal: Option<String>,
    /// The file system that it is on, and what is free there, in MB; none where that is unknown.
    free: Option<(String, u64)>,
}

/// Finds out before anything is compiled whether the folders can be written to and have room.
pub(crate) fn check_folders(folders: &[Folder]) -> Result<()> {
    let rooms: Vec<_> = folders.iter().map(|it| Room::of(&it.path)).collect();
    let problems = problems(&folders.iter().zip(rooms).collect::<Vec<_>>());
    if problems.is_empty() { Ok(()) } else { bail!(problems.join("\n")) }
}

/// What is in the way, each as a sentence with what to do.
fn problems(folders: &[(&Folder, Room)]) -> Vec<String> {
    let mut problems = Vec::new();
    for (folder, room) in folders {
        if let Some(refusal) = &room.refusal {
            problems.push(format!("{} cannot be written to ({refusal}). {}", folder.path.display(), folder.elsewhere));
        }
    }
    let mut seen: Vec<&str> = Vec::new();
    for (folder, room) in folders {
        let Some((disk, free)) = &room.free else { continue };
        if seen.contains(&disk.as_str()) {
            continue;
        }
        seen.push(disk);
        let same_disk = |(_, room): &&(&Folder, Room)| room.free.as_ref().is_some_and(|it| it.0 == *disk);
        let needed: u64 = folders.iter().filter(same_disk).map(|(folder, _)| folder.needs).sum();
        if *free < needed {
            problems.push(format!(
                "The disk with {} has {} free, and this needs about {}. Free some space, then run this again.",
                folder.path.display(),
                size(*free),
                size(needed)
            ));
        }
    }
    problems
}

fn size(mb: u64) -> String {
    if mb < 1_000 { format!("{mb} MB") } else { format!("{}.{} GB", mb / 1_000, mb % 1_000 / 100) }
}

impl Room {
    fn of(path: &Path) -> Self {
        let probe = path.join(format!(".probe-{}", std::process::id()));
        let written = fs::create_dir_all(path).and_then(|()| fs::write(&probe, "x"));
        let _ = fs::remove_file(&probe);
        let existing = path.ancestors().find(|it| it.exists()).unwrap_or(path);
        let free = process::read_english(command("df").arg("-Pk").arg(existing)).and_then(|it| read_df(&it));
        Self { refusal: written.err().map(|it| it.to_string()), free }
    }
}

/// The file system and what is free there in MB, out of what `df -Pk` prints.
fn read_df(text: &str) -> Option<(String, u64)> {
    let words: Vec<_> = text.lines().nth(1)?.split_whitespace().collect();
    let free: u64 = words.get(3)?.parse().ok()?;
    Some(((*words.first()?).to_owned(), free / 1_024))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(path: &str, needs: u64) -> Folder {
        Folder { path: path.into(), needs, elsewhere: "Set XDG_CACHE_HOME to another one." }
    }

    fn room(disk: &str, free: u64) -> Room {
        Room { refusal: None, free: Some((disk.into(), free)) }
    }

    #[test]
    fn rooms_that_suffice_are_no_problem() {
        let (one, other) = (folder("/a", 900), folder("/b", 100));
        assert_eq!(problems(&[(&one, room("x", 1_000)), (&other, room("x", 1_000))]), [""; 0]);
        let unknown = Room { refusal: None, free: None };
        assert_eq!(problems(&[(&one, unknown)]), [""; 0]);
    }

    #[test]
    fn a_full_disk_is_told_with_what_it_takes() {
        let (one, other) = (folder("/a", 2_500), folder("/b", 100));
        // Both on one disk: what they need adds up, and is told once.
        let told = problems(&[(&one, room("x", 2_550)), (&other, room("x", 2_550))]);
        assert_eq!(
            told,
            ["The disk with /a has 2.5 GB free, and this needs about 2.6 GB. Free some space, then run this again."]
        );
        let told = problems(&[(&one, room("x", 9_000)), (&other, room("y", 99))]);
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("/b has 99 MB"), "{told:?}");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told_with_another_way() {
        let refused = Room { refusal: Some("Permission denied".into()), free: None };
        let told = problems(&[(&folder("/srv/ada/.cache", 1), refused)]);
        assert_eq!(
            told,
            ["/srv/ada/.cache cannot be written to (Permission denied). Set XDG_CACHE_HOME to another one."]
        );
    }

    #[test]
    fn a_folder_is_looked_at_for_real() {
        let dir = std::env::temp_dir().join(format!("xtask-room-{}", std::process::id()));
        let room = Room::of(&dir.join("deep"));
        assert_eq!(room.refusal, None);
        fs::write(dir.join("file"), "x").expect("it can be written");
        let refusal = Room::of(&dir.join("file/deep")).refusal;
        assert!(refusal.is_some(), "a file is no folder");
        fs::remove_dir_all(dir).expect("it can be removed");
    }

    #[test]
    fn free_space_is_read() {
        let text =
            "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 263174212 12000000 81920000 13% /\n";
        assert_eq!(read_df(text), Some(("/dev/vda".into(), 80_000)));
        assert_eq!(read_df("df: no such file"), None);
    }

    #[test]
    fn what_sudo_says_is_understood() {
        assert_eq!(Privilege::refused("sudo: a password is required\n"), Privilege::AsksPassword);
        assert_eq!(Privilege::refused("ada is not in the sudoers file.\n"), Privilege::MayNot);
    }
}
