//! The command line: what was asked for, checked before anything runs.

use std::ffi::OsString;
use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use lexopt::prelude::{Long, Short, Value};

/// What `cargo xtask` prints for `--help` and after a mistake.
pub(crate) const USAGE: &str = "\
Usage: cargo xtask <COMMAND>

  start   Install what the page needs, build it and run it on the dev server
            --port PORT          port to listen on, 0 for any free one   [8080]
            --db FILE|:memory:   where the tokens are kept               [:memory:]
            --tokens N           tokens to put into an empty database    [200]
            --secret S           want `Bearer S` with every call
            --allow-host H       answer under this name too, not only loopback's
            --allow-origin O     answer CORS for this origin, or `loopback`
            --connect-src O      let the page connect to this origin too
          Further options go to the dev server as they are.
  test    Install what is missing, then run every check and test
            --only STEP[,STEP]   fmt, tidy, deps, types, clippy, docs, unit, page,
                                 browser, vendors, e2e, fresh
  shots   Make pictures of every screen and dialog, in target/shots/index.html: at
          eight widths from 320 to 3440 pixels, in the light and in the dark
            --only SCREEN[,SCREEN]
                                 these screens; the folders there have their names
            --width N[,N]        these widths
            --scheme light|dark  this colour scheme
            --dist DIR           of this built page, not of one that is built now
  build   Build the release page into dist/, and show what is heavy in it
            --report             write that to bench/SIZES.md too
  dist    Build what a release has, in target/dist: the archive with the page, and
          the program that serves it and reaches the systems
            --twice              in two folders, and compare what comes out
  serve   Run `trunk serve` with live reload on its own port, 8090; it takes its
          data from `cargo xtask start` on port 8080
  setup   Install everything now: what `start` and `test` need
            --start-only         only what `start` needs
            --packages           only Debian's packages, the part that needs root
  rehearse
          Run `start` and the set-up for `test` on a bare Debian 12, made in a
          folder of its own: once with rustup's cargo, once with Debian's

  -h, --help                     show this

TOKENDECK_TOOLCHAIN=debian uses Debian's Rust even where rustup could help;
TOKENDECK_TOOLCHAIN=rustup never touches Debian's.";

/// Where the dev server listens when nothing else is said.
const DEFAULT_PORT: u16 = 8080;

/// How wide a picture may be, in CSS pixels.
const WIDTHS: RangeInclusive<u16> = 200..=8000;

/// One thing to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Show the usage.
    Help,
    /// Install what is missing.
    Setup(SetupOptions),
    /// Build the page and run the dev server.
    Start(StartOptions),
    /// Run Trunk's own server.
    Serve(ServeOptions),
    /// Build the release page.
    Build(BuildOptions),
    /// Build the archive of a release, and the program with the release page in it.
    Dist(DistOptions),
    /// Run the checks and tests.
    Test(TestOptions),
    /// Make pictures of every screen.
    Shots(ShotsOptions),
    /// Try the set-up on a bare machine.
    Rehearse,
}

/// Options of `setup`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SetupOptions {
    /// Leave out what only the tests need.
    pub(crate) start_only: bool,
    /// Install Debian's packages and nothing else.
    pub(crate) packages: bool,
}

/// Options of `start`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct StartOptions {
    /// The port on the loopback address that must be free; none where any is, or where the dev
    /// server is to listen elsewhere.
    pub(crate) wanted_port: Option<u16>,
    /// Arguments for the dev server, in the order given.
    pub(crate) devserver: Vec<OsString>,
}

/// Options of `serve`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ServeOptions {
    /// Arguments for `trunk serve`, in the order given.
    pub(crate) trunk: Vec<OsString>,
}

/// Options of `build`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BuildOptions {
    /// Keep what is shown of the page's size.
    pub(crate) report: bool,
}

/// Options of `dist`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct DistOptions {
    /// Build in two folders, and compare.
    pub(crate) twice: bool,
}

/// Options of `test`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TestOptions {
    /// The steps to run; all of them when empty.
    pub(crate) only: Vec<Step>,
}

/// Options of `shots`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ShotsOptions {
    /// The names of the screens; all of them when empty.
    pub(crate) only: Vec<String>,
    /// In CSS pixels; the usual ones when empty.
    pub(crate) widths: Vec<u16>,
    /// Both when absent.
    pub(crate) scheme: Option<Scheme>,
    /// The built page; one is built when absent.
    pub(crate) dist: Option<PathBuf>,
}

/// A colour scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

impl Scheme {
    /// The name as typed after `--scheme`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|scheme| scheme.name() == name)
    }
}

/// One step of `cargo xtask test`, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Formatting.
    Fmt,
    /// The rules of the repository.
    Tidy,
    /// What the project depends on: licences, sources, and that all of it is used.
    Deps,
    /// The types of the end-to-end tests.
    Types,
    /// Lints, on the host and for WebAssembly.
    Clippy,
    /// The documentation of every item, without a broken link.
    Docs,
    /// Tests that run on the host, the dev server's included.
    Unit,
    /// The release page, and what must not be in it.
    Page,
    /// Tests that run inside a browser.
    Browser,
    /// The vendors' own clients against the systems that the dev server simulates.
    Vendors,
    /// Tests of the whole, through the page.
    E2e,
    /// What apt decides on a bare machine.
    Fresh,
}

impl Step {
    /// Every step, in the order in which they run: what fails fast comes first.
    pub(crate) const ALL: [Self; 12] = [
        Self::Fmt,
        Self::Tidy,
        Self::Deps,
        Self::Types,
        Self::Clippy,
        Self::Docs,
        Self::Unit,
        Self::Page,
        Self::Browser,
        Self::Vendors,
        Self::E2e,
        Self::Fresh,
    ];

    /// The name as typed after `--only`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Tidy => "tidy",
            Self::Deps => "deps",
            Self::Types => "types",
            Self::Clippy => "clippy",
            Self::Docs => "docs",
            Self::Unit => "unit",
            Self::Page => "page",
            Self::Browser => "browser",
            Self::Vendors => "vendors",
            Self::E2e => "e2e",
            Self::Fresh => "fresh",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// A command line that asks for something that does not exist.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake(String);

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<lexopt::Error> for Mistake {
    fn from(error: lexopt::Error) -> Self {
        Self(error.to_string())
    }
}

/// Reads the arguments that follow `cargo xtask`.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, Mistake> {
    let mut parser = lexopt::Parser::from_args(args);
    let name = match parser.next()? {
        None => return Err(Mistake("no command given".into())),
        Some(Short('h') | Long("help")) => return Ok(Command::Help),
        Some(Value(name)) => name,
        Some(other) => return Err(other.unexpected().into()),
    };
    match name.to_str() {
        Some("help") => Ok(Command::Help),
        Some("setup") => parse_setup(&mut parser),
        Some("start") => parse_start(&mut parser),
        Some("serve") => Ok(Command::Serve(ServeOptions { trunk: parser.raw_args()?.collect() })),
        Some("build") => parse_build(&mut parser),
        Some("test") => parse_test(&mut parser),
        Some("shots") => parse_shots(&mut parser),
        Some("dist") => parse_dist(&mut parser),
        Some("rehearse") => parse_alone(&mut parser, Command::Rehearse),
        _ => Err(Mistake(format!("there is no command {}", name.to_string_lossy()))),
    }
}

/// A command that takes no options.
fn parse_alone(parser: &mut lexopt::Parser, command: Command) -> Result<Command, Mistake> {
    match parser.next()? {
        None => Ok(command),
        Some(Short('h') | Long("help")) => Ok(Command::Help),
        Some(other) => Err(other.unexpected().into()),
    }
}

fn parse_setup(parser: &mut lexopt::Parser) -> Result<Command, Mistake> {
    let mut options = SetupOptions::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("start-only") => options.start_only = true,
            Long("packages") => options.packages = true,
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Setup(options))
}

fn parse_build(parser: &mut lexopt::Parser) -> Result<Command, Mistake> {
    let report = parse_flag(parser, "report")?;
    Ok(report.map_or(Command::Help, |report| Command::Build(BuildOptions { report })))
}

fn parse_dist(parser: &mut lexopt::Parser) -> Result<Command, Mistake> {
    let twice = parse_flag(parser, "twice")?;
    Ok(twice.map_or(Command::Help, |twice| Command::Dist(DistOptions { twice })))
}

/// Whether the only option that a command has is there; `None` where help is asked for.
fn parse_flag(parser: &mut lexopt::Parser, flag: &str) -> Result<Option<bool>, Mistake> {
    let mut is_there = false;
    while let Some(arg) = parser.next()? {
        match arg {
            Long(name) if name == flag => is_there = true,
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Some(is_there))
}

/// Checks the options that are documented here and keeps the rest for the dev server, which
/// refuses what it does not know.
fn parse_start(parser: &mut lexopt::Parser) -> Result<Command, Mistake> {
    let mut devserver = Vec::new();
    let mut port = DEFAULT_PORT;
    let mut is_loopback = true;
    while let Some(arg) = parser.next()? {
        let (name, value) = match arg {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long(name @ ("port" | "tokens" | "db" | "secret" | "allow-host" | "allow-origin" | "connect-src")) => {
                let name = name.to_owned();
                let value = parser.value()?;
                check_value(&name, &value)?;
                if name == "port" {
                    port = value.to_string_lossy().parse().unwrap_or(DEFAULT_PORT);
                }
                (name, Some(value))
            }
            Long("dist") => return Err(Mistake("--dist is always dist/ here".into())),
            Long(name) => {
                let name = name.to_owned();
                is_loopback &= name != "host";
                // A value that follows an unknown option comes round again as a plain value.
                (name, parser.optional_value())
            }
            Value(value) if !devserver.is_empty() => {
                devserver.push(value);
                continue;
            }
            other => return Err(other.unexpected().into()),
        };
        devserver.push(OsString::from(format!("--{name}")));
        devserver.extend(value);
    }
    let wanted_port = (is_loopback && port != 0).then_some(port);
    Ok(Command::Start(StartOptions { wanted_port, devserver }))
}

/// Finds wrong numbers before anything is installed or built.
fn check_value(name: &str, value: &OsString) -> Result<(), Mistake> {
    let text = value.to_str().unwrap_or_default();
    match name {
        "port" if text.parse::<u16>().is_err() => {
            Err(Mistake(format!("--port takes a number from 0 to 65535, not {}", value.to_string_lossy())))
        }
        "tokens" if !text.parse::<u32>().is_ok_and(|n| n <= 100_000) => {
            Err(Mistake(format!("--tokens takes a number from 0 to 100000, not {}", value.to_string_lossy())))
        }
        "db" | "secret" | "allow-host" | "allow-origin" | "connect-src" if value.is_empty() => {
            Err(Mistake(format!("--{name} takes a value")))
        }
        _ => Ok(()),
    }
}

fn parse_test(parser: &mut lexopt::Parser) -> Result<Command, Mistake> {
    let mut only = Vec::new();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("only") => {
                let value = parser.value()?;
                for name in value.to_string_lossy().split(',') {
                    let step = Step::parse(name.trim()).ok_or_else(|| {
                        Mistake(format!(
                            "there is no step {name:?}; the steps are {}",
                            Step::ALL.map(Step::name).join(", ")
                        ))
                    })?;
                    only.push(step);
                }
            }
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Test(TestOptions { only }))
}

/// The names of the screens are checked where they are listed, in tests/e2e/shots.
fn parse_shots(parser: &mut lexopt::Parser) -> Result<Command, Mistake> {
    let mut options = ShotsOptions::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("only") => {
                let value = parser.value()?;
                let value = value.to_string_lossy();
                options
                    .only
                    .extend(value.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
                if options.only.is_empty() {
                    return Err(Mistake("--only takes the name of a screen".into()));
                }
            }
            Long("width") => {
                let value = parser.value()?;
                for text in value.to_string_lossy().split(',') {
                    let width = text.trim().parse().ok().filter(|width| WIDTHS.contains(width)).ok_or_else(|| {
                        Mistake(format!("--width takes {} to {} pixels, not {text:?}", WIDTHS.start(), WIDTHS.end()))
                    })?;
                    options.widths.push(width);
                }
            }
            Long("scheme") => {
                let value = parser.value()?;
                let scheme = Scheme::parse(&value.to_string_lossy());
                let mistake = || Mistake(format!("--scheme takes light or dark, not {}", value.to_string_lossy()));
                options.scheme = Some(scheme.ok_or_else(mistake)?);
            }
            Long("dist") => options.dist = Some(PathBuf::from(parser.value()?)),
            Short('h') | Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Shots(options))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_line(line: &str) -> Result<Command, Mistake> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[track_caller]
    fn check_start(line: &str, expected: &str) {
        let Ok(Command::Start(options)) = parse_line(line) else {
            panic!("{line} is not a start");
        };
        let args: Vec<_> = options.devserver.iter().filter_map(|it| it.to_str()).collect();
        assert_eq!(args.join(" "), expected);
    }

    #[track_caller]
    fn check_mistake(line: &str, part: &str) {
        let mistake = parse_line(line).expect_err("a mistake").to_string();
        assert!(mistake.contains(part), "{mistake:?} does not say {part:?}");
    }

    #[test]
    fn start_hands_its_options_on() {
        check_start("start", "");
        check_start("start --port 0 --db=a.db --tokens 100000", "--port 0 --db a.db --tokens 100000");
        check_start("start --secret s3 --allow-origin loopback", "--secret s3 --allow-origin loopback");
        check_start("start --db :memory:", "--db :memory:");
        check_start("start --allow-host deck.test", "--allow-host deck.test");
        check_start("start --connect-src=https://a.example", "--connect-src https://a.example");
    }

    #[test]
    fn start_hands_on_what_only_the_dev_server_knows() {
        check_start("start --clock-skew 300 --slow=2", "--clock-skew 300 --slow 2");
    }

    #[test]
    fn start_knows_which_port_must_be_free() {
        for (line, expected) in [
            ("start", Some(8080)),
            ("start --port 8081", Some(8081)),
            ("start --port=0", None),
            ("start --host 0.0.0.0 --port 8081", None),
        ] {
            let Ok(Command::Start(options)) = parse_line(line) else {
                panic!("{line} is not a start");
            };
            assert_eq!(options.wanted_port, expected, "{line}");
        }
    }

    #[test]
    fn wrong_values_are_named_before_anything_runs() {
        check_mistake("start --port 70000", "70000");
        check_mistake("start --port", "port");
        check_mistake("start --tokens 100001", "100000");
        check_mistake("start --tokens -1", "-1");
        check_mistake("start --dist x", "--dist");
        check_mistake("start now", "now");
    }

    #[test]
    fn unknown_commands_and_options_are_mistakes() {
        check_mistake("", "no command");
        check_mistake("deploy", "deploy");
        check_mistake("build --debug", "--debug");
        check_mistake("setup extra", "extra");
        check_mistake("rehearse twice", "twice");
        check_mistake("test --only e2e,speed", "speed");
    }

    #[test]
    fn a_build_keeps_its_report_when_asked() {
        assert_eq!(parse_line("build"), Ok(Command::Build(BuildOptions { report: false })));
        assert_eq!(parse_line("dist"), Ok(Command::Dist(DistOptions { twice: false })));
        assert_eq!(parse_line("dist --twice"), Ok(Command::Dist(DistOptions { twice: true })));
        assert!(parse_line("dist --thrice").is_err());
        assert!(parse_line("dist --port 1").is_err());
        assert_eq!(parse_line("build --report"), Ok(Command::Build(BuildOptions { report: true })));
    }

    #[test]
    fn test_takes_steps() {
        assert_eq!(
            parse_line("test --only fmt,e2e --only unit"),
            Ok(Command::Test(TestOptions { only: vec![Step::Fmt, Step::E2e, Step::Unit] }))
        );
        assert_eq!(parse_line("test"), Ok(Command::Test(TestOptions::default())));
    }

    #[test]
    fn shots_take_screens_widths_a_scheme_and_a_page() {
        assert_eq!(parse_line("shots"), Ok(Command::Shots(ShotsOptions::default())));
        assert_eq!(
            parse_line("shots --only list,create --only delete --width 360,1280 --scheme dark --dist a/dist"),
            Ok(Command::Shots(ShotsOptions {
                only: ["list", "create", "delete"].map(String::from).to_vec(),
                widths: vec![360, 1280],
                scheme: Some(Scheme::Dark),
                dist: Some("a/dist".into()),
            }))
        );
    }

    #[test]
    fn wrong_options_of_shots_are_named() {
        check_mistake("shots --width 12", "200 to 8000");
        check_mistake("shots --width 360,wide", "wide");
        check_mistake("shots --width", "width");
        check_mistake("shots --scheme sepia", "sepia");
        check_mistake("shots --only ,", "--only");
        check_mistake("shots list", "list");
    }

    #[test]
    fn help_is_offered_everywhere() {
        for line in
            ["--help", "-h", "help", "start --help", "test -h", "shots -h", "build -h", "setup -h", "rehearse -h"]
        {
            assert_eq!(parse_line(line), Ok(Command::Help), "{line}");
        }
    }

    #[test]
    fn usage_names_every_step() {
        for step in Step::ALL {
            assert!(USAGE.contains(step.name()), "{}", step.name());
        }
    }
}
