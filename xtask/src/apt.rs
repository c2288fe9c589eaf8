//! Debian's packages: what this machine has, what its package sources offer, and what follows from that.
//!
//! [`next_step`] decides and runs nothing, so that it can be tested for machines that are not at hand. [`ensure`] asks
//! apt and dpkg, does the step, and asks again.

use std::collections::HashMap;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::machine::Privilege;
use crate::version::Version;
use xtask::process::{self, command};

/// A package that must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    name: String,
    /// The first version that serves; none where any does.
    at_least: Option<Version>,
}

impl Wanted {
    /// A package of which any version serves.
    pub(crate) fn any(name: impl Into<String>) -> Self {
        Self { name: name.into(), at_least: None }
    }

    /// A package that must not be older than a version.
    pub(crate) fn at_least(name: impl Into<String>, version: Version) -> Self {
        Self { name: name.into(), at_least: Some(version) }
    }

    fn is_met_by(&self, version: Option<Version>) -> bool {
        version.is_some_and(|it| self.at_least.is_none_or(|at_least| it >= at_least))
    }

    /// The package as a person is told of it.
    fn shown(&self) -> String {
        match self.at_least {
            Some(version) => format!("{} {version} or newer", self.name),
            None => self.name.clone(),
        }
    }
}

/// What apt and dpkg know of a package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Known {
    installed: Option<Version>,
    /// What would be installed.
    candidate: Option<Version>,
    /// Whether the machine's owner wants it to stay as it is.
    is_held: bool,
}

/// What has become of refreshing apt's lists.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lists {
    /// They are as they were found: they may be months old.
    AsFound,
    Refreshed,
    /// apt could not refresh all of them, and said why.
    Failed(String),
}

/// All that decides about the next step.
#[derive(Debug)]
struct Facts {
    packages: Vec<(Wanted, Known)>,
    /// Packages that an earlier installation has left half done.
    half_done: Vec<String>,
    /// Whether finishing those was tried already.
    has_finished: bool,
    lists: Lists,
    privilege: Privilege,
    sources: Sources,
}

/// The machine's package sources, as far as advice depends on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sources {
    /// Such as `bookworm`.
    codename: Option<String>,
    /// Where the release itself comes from, such as `http://mirror.example/debian`.
    mirror: Option<String>,
    /// Whether the release's security archive is among them.
    has_security: bool,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Nothing: all is there.
    Done,
    /// Have dpkg finish what it was interrupted in.
    Finish,
    /// Refresh apt's lists.
    Refresh,
    /// Install or upgrade these packages.
    Install(Vec<String>),
    /// A person has to do something first.
    Stop(String),
}

/// Decides what to do next.
fn next_step(facts: &Facts) -> Step {
    let missing: Vec<_> = facts.packages.iter().filter(|(wanted, known)| !wanted.is_met_by(known.installed)).collect();
    if missing.is_empty() {
        return Step::Done;
    }
    let names: Vec<_> = missing.iter().map(|(wanted, _)| wanted.name.clone()).collect();
    if let Some(obstacle) = facts.privilege.obstacle() {
        let shown: Vec<_> = missing.iter().map(|(wanted, _)| wanted.shown()).collect();
        return Step::Stop(format!(
            "Debian packages have to be installed ({}), and {obstacle} Or ask an administrator to run\n  {}",
            shown.join(", "),
            by_hand(&names)
        ));
    }
    if !facts.half_done.is_empty() {
        return match facts.has_finished {
            false => Step::Finish,
            true => Step::Stop(format!(
                "An earlier installation was left half done ({}), and dpkg cannot finish it. Run\n  \
                 sudo dpkg --configure -a && sudo apt-get install --fix-broken\n\
                 and mend what it names, then run this again.",
                facts.half_done.join(", ")
            )),
        };
    }
    if let Some((wanted, known)) = missing.iter().find(|(_, known)| known.is_held) {
        let version = known.installed.map_or("not installed".into(), |it| it.to_string());
        return Step::Stop(format!(
            "The package {} is held ({version}), and the project needs {}. Let it go with\n  sudo apt-mark unhold {}\n\
             then run this again.",
            wanted.name,
            wanted.shown(),
            wanted.name
        ));
    }
    match missing.iter().find(|(wanted, known)| !wanted.is_met_by(known.candidate)) {
        None => Step::Install(names),
        Some(_) if facts.lists == Lists::AsFound => Step::Refresh,
        Some((wanted, known)) => Step::Stop(no_source(wanted, known, &facts.lists, &facts.sources)),
    }
}

/// What a person with root's rights types to install packages.
fn by_hand(names: &[String]) -> String {
    format!("sudo apt-get update && sudo apt-get install --no-install-recommends {}", names.join(" "))
}

/// Why a package cannot be installed although apt has been asked, and what to do about it.
fn no_source(wanted: &Wanted, known: &Known, lists: &Lists, sources: &Sources) -> String {
    let found = match known.candidate {
        Some(version) => format!("the newest in this machine's package lists is {version}"),
        None => "this machine's package lists do not name it".into(),
    };
    let mut text = format!("The project needs the package {}, and {found}. ", wanted.shown());
    if let Lists::Failed(reason) = lists {
        text.push_str(&format!(
            "The lists could not all be refreshed:\n  {reason}\nMend that (is the network there?), then run this again."
        ));
        return text;
    }
    match &sources.codename {
        Some(codename) if !sources.has_security => {
            text.push_str(&format!(
                "Newer ones are in Debian's security archive, the suite {codename}-security, which is not among this \
                 machine's package sources. Add it, then run this again"
            ));
            let line = sources.mirror.as_ref().and_then(|it| it.strip_suffix("/debian")).map(|mirror| {
                format!(
                    "; as root, with this machine's mirror:\n  echo 'deb {mirror}/debian-security {codename}-security \
                     main' > /etc/apt/sources.list.d/security.list"
                )
            });
            text.push_str(&line.unwrap_or_else(|| ".".into()));
        }
        _ => text.push_str("Install it by hand; for Rust, use rustup (https://rustup.rs)."),
    }
    text
}

/// Makes sure of Debian packages. `wanted` is asked again after each step, as refreshed lists may name others.
pub(crate) fn ensure(what: &str, wanted: impl Fn() -> Vec<Wanted>) -> Result<()> {
    let (mut lists, mut has_finished) = (Lists::AsFound, false);
    // Finish, refresh, install, refresh where a mirror has moved on, install.
    for _ in 0..8 {
        let facts = Facts::ask(wanted(), lists.clone(), has_finished)?;
        let root = &facts.privilege;
        match next_step(&facts) {
            Step::Done => return Ok(()),
            Step::Stop(sentence) => bail!(sentence),
            Step::Finish => {
                eprintln!("Finishing an installation that was left half done …");
                has_finished = true;
                // Whether it went well is asked of dpkg.
                let _ = process::run_watched("dpkg", root.command("dpkg").args(["--configure", "-a"]));
            }
            Step::Refresh => {
                eprintln!("Refreshing apt's package lists …");
                lists = refresh(root)?;
            }
            Step::Install(names) => {
                eprintln!("Installing {what}: {} …", names.join(", "));
                match install(root, &names) {
                    Ok(()) => {}
                    // A mirror throws old packages away, and old lists still name them.
                    Err(error) if lists == Lists::AsFound => {
                        eprintln!("{error:#}\nRefreshing apt's package lists, then once more …");
                        lists = refresh(root)?;
                    }
                    Err(error) => {
                        return Err(error.context(format!("these packages are needed:\n  {}", by_hand(&names))));
                    }
                }
            }
        }
    }
    bail!("apt says that all went well, and dpkg that packages are still missing")
}

fn refresh(root: &Privilege) -> Result<Lists> {
    // Another apt may be at work, as on a machine that updates itself.
    let output = process::output(root.command("apt-get").args(["update", "-o", "DPkg::Lock::Timeout=120"]))?;
    let log = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let problem = log.lines().find(|it| it.starts_with("E: ") || it.starts_with("W: Failed"));
    Ok(match problem {
        // One source of many may be down; the others count.
        Some(problem) => Lists::Failed(problem.to_owned()),
        None if output.status.success() => Lists::Refreshed,
        None => Lists::Failed("apt-get update failed".into()),
    })
}

fn install(root: &Privilege, names: &[String]) -> Result<()> {
    process::run_watched(
        "apt",
        root.command("env")
            .args(["DEBIAN_FRONTEND=noninteractive", "LC_ALL=C"])
            .args(["apt-get", "install", "-y", "--no-install-recommends"])
            .args(["-o", "DPkg::Lock::Timeout=120"])
            .args(names),
    )
}

impl Facts {
    fn ask(wanted: Vec<Wanted>, lists: Lists, has_finished: bool) -> Result<Self> {
        let dpkg = process::read_english(command("dpkg-query").args(["-W", "-f=${Package} ${db:Status-Abbrev}\\n"]))
            .context("`dpkg-query` does not run: is this a Debian?")?;
        let mut policy = command("apt-cache");
        policy.arg("policy").args(wanted.iter().map(|it| &it.name));
        let policy = process::read_english(&mut policy).context("`apt-cache policy` does not run")?;
        let (versions, states) = (read_policy(&policy), read_states(&dpkg));
        let packages = wanted.into_iter().map(|wanted| {
            let (installed, candidate) = versions.get(wanted.name.as_str()).copied().unwrap_or_default();
            let state = states.iter().find(|(name, _)| *name == wanted.name).map_or("", |it| it.1);
            let installed = installed.filter(|_| state.get(1..2) == Some("i"));
            let known = Known { installed, candidate, is_held: state.starts_with('h') };
            (wanted, known)
        });
        let packages = packages.collect();
        let half_done = states.iter().filter(|(_, state)| is_half_done(state)).map(|(name, _)| (*name).to_owned());
        Ok(Self {
            packages,
            half_done: half_done.collect(),
            has_finished,
            lists,
            privilege: Privilege::find()?,
            sources: Sources::of_this_machine(),
        })
    }
}

/// The installed version and the candidate of each package, out of what `apt-cache policy NAME …` prints.
fn read_policy(text: &str) -> HashMap<&str, (Option<Version>, Option<Version>)> {
    let mut all = HashMap::new();
    let mut name = "";
    for line in text.lines() {
        if let Some(package) = line.strip_suffix(':').filter(|it| !it.starts_with(' ')) {
            name = package;
        } else if let Some(version) = line.strip_prefix("  Installed: ") {
            all.entry(name).or_insert((None, None)).0 = Version::parse(version);
        } else if let Some(version) = line.strip_prefix("  Candidate: ") {
            all.entry(name).or_insert((None, None)).1 = Version::parse(version);
        }
    }
    all
}

/// Name and state of each package that dpkg knows. The state is what is wanted (`i`, `h` for hold, …), what is there
/// (`i`, `U`, `F`, …) and whether something is wrong (`R`).
fn read_states(text: &str) -> Vec<(&str, &str)> {
    text.lines().filter_map(|it| it.trim_end().split_once(' ')).collect()
}

/// Unpacked, half configured, half installed or waiting for a trigger; or to be installed again.
fn is_half_done(state: &str) -> bool {
    state.get(1..2).is_some_and(|it| "UFHWt".contains(it)) || state.ends_with('R')
}

impl Sources {
    fn of_this_machine() -> Self {
        let policy = process::read_english(command("apt-cache").arg("policy")).unwrap_or_default();
        Self::read(&policy, &std::fs::read_to_string("/etc/os-release").unwrap_or_default())
    }

    /// Reads them out of what `apt-cache policy` prints and `/etc/os-release`.
    fn read(policy: &str, os_release: &str) -> Self {
        let codename = os_release.lines().find_map(|it| it.strip_prefix("VERSION_CODENAME=")).map(str::to_owned);
        let is_debian = os_release.lines().any(|it| it == "ID=debian");
        let Some(codename) = codename.filter(|_| is_debian) else { return Self::default() };
        let mut mirror = None;
        for line in policy.lines() {
            let mut words = line.split_whitespace().skip(1);
            let (uri, suite) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            if suite == format!("{codename}/main") {
                mirror.get_or_insert_with(|| uri.trim_end_matches('/').to_owned());
            }
        }
        let has_security = policy.contains(&format!("n={codename}-security"));
        Self { codename: Some(codename), mirror, has_security }
    }
}

/// The mirror that this Debian comes from.
pub(crate) fn mirror() -> Option<String> {
    Sources::of_this_machine().mirror
}

/// The linker for WebAssembly that belongs to the compiler that would be installed: its name holds the version of LLVM.
pub(crate) fn linker_of_candidate() -> Option<Wanted> {
    let mut depends: Command = command("apt-cache");
    let text = process::read_english(depends.args(["depends", "--recurse", "--important", "rustc-web"]))?;
    let llvm = text.lines().find_map(|it| it.strip_prefix("libllvm"))?;
    Some(Wanted::any(format!("lld-{llvm}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Version = Version(1, 85);
    const NEEDED: Version = Version(1, 92);
    const NEW: Version = Version(1, 96);

    fn known(installed: Option<Version>, candidate: Option<Version>) -> Known {
        Known { installed, candidate, is_held: false }
    }

    /// A machine with root's rights and lists of unknown age.
    fn machine(rustc: Known) -> Facts {
        Facts {
            packages: vec![(Wanted::at_least("rustc-web", NEEDED), rustc)],
            half_done: Vec::new(),
            has_finished: false,
            lists: Lists::AsFound,
            privilege: Privilege::Root,
            sources: Sources {
                codename: Some("bookworm".into()),
                mirror: Some("http://mirror.example/debian".into()),
                has_security: true,
            },
        }
    }

    #[track_caller]
    fn check_stop(facts: &Facts, parts: &[&str]) {
        let Step::Stop(sentence) = next_step(facts) else { panic!("{:?}", next_step(facts)) };
        for part in parts {
            assert!(sentence.contains(part), "no {part:?} in: {sentence}");
        }
    }

    fn install() -> Step {
        Step::Install(vec!["rustc-web".into()])
    }

    #[test]
    fn nothing_is_done_where_all_is_there() {
        let mut facts = machine(known(Some(NEW), Some(NEW)));
        // Not even where it could not be: no root rights are needed then.
        facts.privilege = Privilege::None;
        facts.half_done = vec!["unrelated".into()];
        assert_eq!(next_step(&facts), Step::Done);
    }

    #[test]
    fn old_lists_are_refreshed_before_anything_is_installed() {
        for rustc in [known(None, Some(OLD)), known(Some(OLD), Some(OLD)), known(None, None)] {
            let mut facts = machine(rustc);
            assert_eq!(next_step(&facts), Step::Refresh, "{rustc:?}");
            facts.packages[0].1.candidate = Some(NEW);
            facts.lists = Lists::Refreshed;
            assert_eq!(next_step(&facts), install(), "{rustc:?}");
        }
    }

    #[test]
    fn an_old_version_that_is_installed_is_upgraded() {
        assert_eq!(next_step(&machine(known(Some(OLD), Some(NEW)))), install());
    }

    #[test]
    fn lists_that_name_what_is_needed_are_not_refreshed() {
        assert_eq!(next_step(&machine(known(None, Some(NEW)))), install());
        let mut facts = machine(known(Some(NEW), Some(NEW)));
        facts.packages.push((Wanted::any("chromium"), known(None, Some(Version(156, 0)))));
        assert_eq!(next_step(&facts), Step::Install(vec!["chromium".into()]), "only what is missing");
    }

    #[test]
    fn the_source_to_add_is_named() {
        let mut facts = machine(known(None, Some(OLD)));
        facts.lists = Lists::Refreshed;
        facts.sources.has_security = false;
        check_stop(
            &facts,
            &[
                "rustc-web 1.92 or newer",
                "newest in this machine's package lists is 1.85",
                "deb http://mirror.example/debian-security bookworm-security main",
            ],
        );
        facts.sources.mirror = Some("cdrom:[Debian]".into());
        check_stop(&facts, &["bookworm-security"]);
    }

    #[test]
    fn where_no_source_helps_rustup_is_named() {
        let mut facts = machine(known(None, Some(OLD)));
        facts.lists = Lists::Refreshed;
        check_stop(&facts, &["1.85", "rustup"]);
        facts.sources = Sources::default();
        facts.packages[0].1.candidate = None;
        check_stop(&facts, &["do not name it", "rustup"]);
    }

    #[test]
    fn lists_that_cannot_be_refreshed_are_told() {
        let mut facts = machine(known(None, Some(OLD)));
        facts.lists = Lists::Failed("E: Temporary failure resolving 'mirror.example'".into());
        check_stop(&facts, &["Temporary failure resolving", "network"]);
        // Where what is needed is there all the same, a source that is down is no obstacle.
        facts.packages[0].1.candidate = Some(NEW);
        assert_eq!(next_step(&facts), install());
    }

    #[test]
    fn a_held_package_is_named() {
        let mut facts = machine(Known { is_held: true, ..known(Some(OLD), Some(NEW)) });
        check_stop(&facts, &["rustc-web is held (1.85)", "sudo apt-mark unhold rustc-web"]);
        facts.packages[0].1.installed = Some(NEW);
        assert_eq!(next_step(&facts), Step::Done, "held at a version that serves");
    }

    #[test]
    fn half_done_installations_are_finished_once() {
        let mut facts = machine(known(None, Some(NEW)));
        facts.half_done = vec!["man-db".into()];
        assert_eq!(next_step(&facts), Step::Finish);
        facts.has_finished = true;
        check_stop(&facts, &["man-db", "dpkg --configure -a"]);
        facts.half_done.clear();
        assert_eq!(next_step(&facts), install());
    }

    #[test]
    fn without_root_the_commands_are_told() {
        let mut facts = machine(known(Some(OLD), Some(OLD)));
        facts.packages.push((Wanted::any("lld-22"), known(None, None)));
        for (privilege, part) in [
            (Privilege::AsksPassword, "sudo -v"),
            (Privilege::MayNot, "may not use sudo"),
            (Privilege::None, "no sudo"),
        ] {
            facts.privilege = privilege;
            check_stop(
                &facts,
                &[
                    part,
                    "apt-get update && sudo apt-get install --no-install-recommends rustc-web lld-22",
                    "1.92 or newer",
                ],
            );
        }
    }

    #[test]
    fn policies_are_read() {
        let text = "rustc-web:\n  Installed: (none)\n  Candidate: 1.85.0+dfsg3-1~deb12u3\n  Version table:\n     1.85.0+dfsg3 500\n\
                    lld-22:\n  Installed: 1:22.1.8-1\n  Candidate: 1:22.1.8-1\n  Version table:\n";
        let all = read_policy(text);
        assert_eq!(all["rustc-web"], (None, Some(OLD)));
        assert_eq!(all["lld-22"], (Some(Version(22, 1)), Some(Version(22, 1))));
        assert!(read_policy("").is_empty());
    }

    #[test]
    fn states_of_packages_are_read() {
        let states = read_states("adduser ii \nrustc-web hi \nman-db iF \nlibc6 iU \nold rc \nbroken iHR\n");
        assert_eq!(states[1], ("rustc-web", "hi"));
        let half_done: Vec<_> = states.iter().filter(|it| is_half_done(it.1)).map(|it| it.0).collect();
        assert_eq!(half_done, ["man-db", "libc6", "broken"]);
    }

    #[test]
    fn sources_are_read() {
        let policy =
            " 500 http://mirror.example/debian bookworm/main amd64 Packages\n     release v=12,n=bookworm,c=main\n";
        let debian = "ID=debian\nVERSION_CODENAME=bookworm\n";
        let mut sources = Sources::read(policy, debian);
        assert_eq!(sources.codename.as_deref(), Some("bookworm"));
        assert_eq!(sources.mirror.as_deref(), Some("http://mirror.example/debian"));
        assert!(!sources.has_security);
        sources = Sources::read(&format!("{policy}     release v=12,n=bookworm-security,c=main\n"), debian);
        assert!(sources.has_security);
        assert_eq!(Sources::read(policy, "ID=ubuntu\nVERSION_CODENAME=noble\n"), Sources::default());
    }
}
