//! The command line.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use tokendeck_server::hosts::AllowedHosts;
use tokendeck_server::origins::named_origin;

use crate::cors::AllowedOrigins;
use crate::db::Place;

/// What `--help` prints.
pub const HELP: &str = "\
Serves the built page, a Scoped Token API and three simulated systems on SQLite.
It is for development, tests and demonstrations, not for production.

Usage: tokendeck-devserver --dist DIR [options]

  --dist DIR             the folder with the built page
  --host ADDRESS         the address to listen on [127.0.0.1: this machine only]
  --port PORT            the port; 0 picks a free one [8080]
  --db FILE|:memory:     where the tokens live; a file survives a restart [:memory:]
  --tokens N             how many demonstration tokens an empty database gets, 0 to 100000 [200];
                         with 0 the simulated systems have none either
  --secret S             want `Authorization: Bearer S` (or `ApiToken: S`), else 401;
                         with `S-readonly` in its place writes are 403
  --allow-origin ORIGIN  let pages of this origin call (CORS): https://tokens.example.com, or
                         `loopback` for any page of this machine; may be given again
  --allow-host HOST      answer to this host too: tokens.example.com; without a port, may be given
                         again. Loopback names and the address of --host are always answered to
  --connect-src ORIGIN   let the page connect to this origin, beside those of config.json: what the
                         page's own connections need; may be given again
  --config FILE          serve this file as config.json instead of the server's own
  --base-path PATH       serve everything under this path, such as /some/where
  --dev-faults           make failures available at /dev/faults, for tests
  -h, --help             print this
  -V, --version          print the version
";

/// The most tokens to seed.
pub const MAX_TOKENS: usize = 100_000;

/// How to run, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The folder with the built page.
    pub dist: PathBuf,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port; 0 for any free one.
    pub port: u16,
    /// Where the tokens live.
    pub place: Place,
    /// How many tokens an empty database gets.
    pub n_tokens: usize,
    /// The bearer token to want.
    pub secret: Option<String>,
    /// The other origins that may call.
    pub allowed_origins: AllowedOrigins,
    /// The hosts that it answers to beside loopback.
    pub allowed_hosts: AllowedHosts,
    /// The origins that the page may connect to beside those of `config.json`.
    pub connect_src: Vec<String>,
    /// The file to serve as `config.json`.
    pub config: Option<PathBuf>,
    /// Empty, or a path with a slash at its beginning and none at its end.
    pub base_path: String,
    /// Whether failures can be asked for.
    pub dev_faults: bool,
}

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
    /// Serve.
    Serve(Box<Settings>),
}

/// Reads the arguments that follow the program's name; the error is a sentence for the user.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    use lexopt::prelude::*;

    let mut parser = lexopt::Parser::from_args(args);
    let mut dist = None;
    let mut settings = Settings {
        dist: PathBuf::new(),
        host: IpAddr::from([127, 0, 0, 1]),
        port: 8080,
        place: Place::Memory,
        n_tokens: 200,
        secret: None,
        allowed_origins: AllowedOrigins::default(),
        allowed_hosts: AllowedHosts::default(),
        connect_src: Vec::new(),
        config: None,
        base_path: String::new(),
        dev_faults: false,
    };
    while let Some(arg) = parser.next().map_err(|it| it.to_string())? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Long("dist") => dist = Some(PathBuf::from(text(&mut parser, "dist")?)),
            Long("host") => settings.host = host(&text(&mut parser, "host")?)?,
            Long("port") => settings.port = port(&text(&mut parser, "port")?)?,
            Long("db") => settings.place = place(&text(&mut parser, "db")?)?,
            Long("tokens") => settings.n_tokens = n_tokens(&text(&mut parser, "tokens")?)?,
            Long("secret") => settings.secret = Some(secret(text(&mut parser, "secret")?)?),
            Long("allow-origin") => settings
                .allowed_origins
                .add(&text(&mut parser, "allow-origin")?)
                .map_err(|it| format!("--allow-origin: {it}"))?,
            Long("allow-host") => settings
                .allowed_hosts
                .add(&text(&mut parser, "allow-host")?)
                .map_err(|it| format!("--allow-host: {it}"))?,
            Long("connect-src") => settings.connect_src.push(connect_src(&text(&mut parser, "connect-src")?)?),
            Long("config") => settings.config = Some(PathBuf::from(text(&mut parser, "config")?)),
            Long("base-path") => settings.base_path = base_path(&text(&mut parser, "base-path")?)?,
            Long("dev-faults") => settings.dev_faults = true,
            _ => return Err(format!("{}; --help lists what there is", arg.unexpected())),
        }
    }
    settings.allowed_hosts.add_address(settings.host);
    settings.dist = dist.ok_or("--dist DIR is missing: the folder with the built page")?;
    Ok(Command::Serve(Box::new(settings)))
}

fn text(parser: &mut lexopt::Parser, name: &str) -> Result<String, String> {
    let value = parser.value().map_err(|it| it.to_string())?;
    value.into_string().map_err(|it| format!("--{name}: {} is not text", it.to_string_lossy()))
}

fn host(text: &str) -> Result<IpAddr, String> {
    let name = if text == "localhost" { "127.0.0.1" } else { text };
    name.parse().map_err(|_| {
        format!("--host: `{text}` is not an IP address; 127.0.0.1 is this machine only, 0.0.0.0 every network")
    })
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("--port: `{text}` is not a port, 0 to 65535"))
}

fn place(text: &str) -> Result<Place, String> {
    match text {
        "" => Err("--db: a file name or :memory: is missing".to_owned()),
        ":memory:" => Ok(Place::Memory),
        file => Ok(Place::File(PathBuf::from(file))),
    }
}

fn n_tokens(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|it| *it <= MAX_TOKENS);
    number.ok_or_else(|| format!("--tokens: `{text}` is not a number from 0 to {MAX_TOKENS}"))
}

fn secret(text: String) -> Result<String, String> {
    // What a header can carry unharmed.
    let plain = !text.is_empty() && text.bytes().all(|it| it.is_ascii_graphic());
    if plain {
        Ok(text)
    } else {
        Err("--secret: a secret is made of visible ASCII characters without spaces".to_owned())
    }
}

fn connect_src(text: &str) -> Result<String, String> {
    named_origin(text)
        .ok_or_else(|| format!("--connect-src: `{text}` is not an origin; it looks like https://tokens.example.com"))
}

fn base_path(text: &str) -> Result<String, String> {
    let path = text.trim_end_matches('/');
    let plain = |it: char| it.is_ascii_alphanumeric() || "-._~/".contains(it);
    if (path.is_empty() || path.starts_with('/')) && path.chars().all(plain) && !path.contains("//") {
        Ok(path.to_owned())
    } else {
        Err(format!("--base-path: `{text}` is not a path such as /some/where"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[track_caller]
    fn settings(line: &str) -> Settings {
        match args(line) {
            Ok(Command::Serve(settings)) => *settings,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[track_caller]
    fn refused(line: &str, why: &str) {
        let error = args(line).expect_err(line);
        assert!(error.contains(why), "{line}: {error}");
    }

    #[test]
    fn what_is_not_given_is_safe() {
        let settings = settings("--dist dist");
        assert!(settings.host.is_loopback());
        assert_eq!(settings.port, 8080);
        assert_eq!(settings.place, Place::Memory);
        assert_eq!(settings.n_tokens, 200);
        assert_eq!(settings.allowed_origins, AllowedOrigins::default());
        assert_eq!((settings.secret, settings.dev_faults), (None, false));
    }

    #[test]
    fn everything_given() {
        let line = "--dist d --host 0.0.0.0 --port 0 --db t.db --tokens=100000 --secret s --allow-origin loopback --connect-src https://a.example --connect-src http://127.0.0.1:81 --base-path /a/b/ --dev-faults";
        let settings = settings(line);
        assert_eq!(settings.place, Place::File("t.db".into()));
        assert_eq!((settings.n_tokens, settings.port), (100_000, 0));
        assert_eq!(settings.base_path, "/a/b");
        assert_eq!(settings.connect_src, ["https://a.example", "http://127.0.0.1:81"]);
        assert!(settings.dev_faults);
        assert!(!settings.host.is_loopback());
    }

    #[test]
    fn hosts_are_those_named_and_the_one_listened_on() {
        let mut expected = AllowedHosts::default();
        expected.add("a.example").unwrap();
        expected.add_address(IpAddr::from([192, 0, 2, 7]));
        assert_eq!(settings("--dist d --host 192.0.2.7 --allow-host a.example").allowed_hosts, expected);
    }

    #[test]
    fn mistakes_are_named() {
        refused("", "--dist");
        refused("--dist d --port x", "`x` is not a port");
        refused("--dist d --tokens 100001", "100000");
        refused("--dist d --tokens -1", "`-1`");
        refused("--dist d --host example", "`example` is not an IP address");
        refused("--dist d --allow-origin *", "`*` is not an origin");
        refused("--dist d --allow-host a.example:80", "`a.example:80` is not a host");
        refused("--dist d --connect-src api.mist.com", "`api.mist.com` is not an origin");
        refused("--dist d --connect-src https://a;script-src", "is not an origin");
        refused("--dist d --base-path a", "`a` is not a path");
        refused("--dist d --nonsense", "--nonsense");
        refused("--dist d extra", "extra");
    }

    #[test]
    fn help_and_version_come_first() {
        assert_eq!(args("--help"), Ok(Command::Help));
        assert_eq!(args("-V"), Ok(Command::Version));
    }
}
