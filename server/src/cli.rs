//! The command line of the program.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::config::Connect;
use crate::hosts::AllowedHosts;
use crate::origins::named_origin;

/// What `--help` prints.
pub const HELP: &str = "\
One page for the API tokens of the systems you run. Serves it on this machine, and
reaches the systems by way of this program, so that they need not allow it (CORS).

Usage: tokendeck [options]

  --connect SYSTEM=ADDRESS  a system by name: gitlab=https://gitlab.example.com;
                            may be given again. --systems lists the names
  --config FILE             the connections, as config.json has them; those that say
                            \"proxy\": true are reached by way of this program
  --listen ADDRESS          where to listen, such as 8081, 127.0.0.1:8081 or
                            [::1]:8081; port 0 picks a free one [127.0.0.1:8080]
  --allow-host HOST         answer to this host too: tokens.example.com; without a
                            port, may be given again
  --connect-src ORIGIN      let the page connect to this origin, for connections made
                            in the page to systems that allow it; may be given again
  --ca FILE                 trust the certificates in this PEM file too
  --open                    open the page in the browser
  --page DIR                serve the page of this folder instead of the built-in one
  --systems                 list the systems that --connect knows
  -h, --help                print this
  -V, --version             print the version
";

/// Where it listens when nothing else is said.
const DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// How to run, checked as far as the command line goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The file with the connections.
    pub config: Option<PathBuf>,
    /// Further ones by name.
    pub connects: Vec<Connect>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The hosts that it answers to beside loopback and the address that it listens on.
    pub hosts: AllowedHosts,
    /// The origins that the page may connect to beside those of its configuration.
    pub connect_src: Vec<String>,
    /// Files with certificates to trust.
    pub ca: Vec<PathBuf>,
    /// Whether to open the page in the browser.
    pub open: bool,
    /// The folder with the page.
    pub page: Option<PathBuf>,
}

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
    /// Print the systems that `--connect` knows.
    Systems,
    /// Serve.
    Serve(Box<Settings>),
}

/// Reads the arguments that follow the program's name; the error is a sentence for the user.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    use lexopt::prelude::*;

    let mut parser = lexopt::Parser::from_args(args);
    let mut settings = Settings {
        config: None,
        connects: Vec::new(),
        listen: DEFAULT,
        hosts: AllowedHosts::default(),
        connect_src: Vec::new(),
        ca: Vec::new(),
        open: false,
        page: None,
    };
    while let Some(arg) = parser.next().map_err(|error| error.to_string())? {
        match arg {
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Long("systems") => return Ok(Command::Systems),
            Long("config") => settings.config = Some(PathBuf::from(text(&mut parser, "config")?)),
            Long("connect") => {
                let connect = Connect::parse(&text(&mut parser, "connect")?);
                settings.connects.push(connect.map_err(|why| format!("--connect: {why}"))?);
            }
            Long("listen") => settings.listen = listen(&text(&mut parser, "listen")?)?,
            Long("allow-host") => {
                let host = settings.hosts.add(&text(&mut parser, "allow-host")?);
                host.map_err(|why| format!("--allow-host: {why}"))?;
            }
            Long("connect-src") => settings.connect_src.push(connect_src(&text(&mut parser, "connect-src")?)?),
            Long("ca") => settings.ca.push(PathBuf::from(text(&mut parser, "ca")?)),
            Long("open") => settings.open = true,
            Long("page") => settings.page = Some(PathBuf::from(text(&mut parser, "page")?)),
            _ => return Err(format!("{}; --help lists what there is", arg.unexpected())),
        }
    }
    Ok(Command::Serve(Box::new(settings)))
}

fn text(parser: &mut lexopt::Parser, name: &str) -> Result<String, String> {
    let value = parser.value().map_err(|error| error.to_string())?;
    value.into_string().map_err(|value| format!("--{name}: {} is not text", value.to_string_lossy()))
}

/// A port of this machine's loopback, an address with the usual port, or both.
fn listen(text: &str) -> Result<SocketAddr, String> {
    let name = text.strip_prefix("localhost").filter(|rest| rest.is_empty() || rest.starts_with(':'));
    let text = name.map_or_else(|| text.to_owned(), |rest| format!("127.0.0.1{rest}"));
    let port = || text.parse().ok().map(|port| SocketAddr::new(DEFAULT.ip(), port));
    let address = || text.parse().ok().map(|address| SocketAddr::new(address, DEFAULT.port()));
    text.parse().ok().or_else(port).or_else(address).ok_or_else(|| {
        format!("--listen: `{text}` is not an address; 127.0.0.1:8080 is this machine only, 0.0.0.0:8080 every network")
    })
}

fn connect_src(text: &str) -> Result<String, String> {
    named_origin(text)
        .ok_or_else(|| format!("--connect-src: `{text}` is not an origin; it looks like https://tokens.example.com"))
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
        let settings = settings("");
        assert!(settings.listen.ip().is_loopback());
        assert_eq!((settings.listen.port(), settings.open), (8080, false));
        assert_eq!(settings.hosts, AllowedHosts::default());
        assert_eq!((settings.config, settings.page, settings.connects), (None, None, Vec::new()));
    }

    #[test]
    fn everything_given() {
        let line = "--config c.json --connect gitlab=https://a.example --connect air=https://b.example --listen 0 \
                    --allow-host t.example --connect-src https://c.example --ca a.pem --ca b.pem --open --page dist";
        let settings = settings(line);
        assert_eq!(settings.connects.len(), 2);
        assert_eq!((settings.listen.port(), settings.ca.len(), settings.open), (0, 2, true));
        assert_eq!((settings.config, settings.page), (Some("c.json".into()), Some("dist".into())));
        assert_eq!(settings.connect_src, ["https://c.example"]);
        assert_ne!(settings.hosts, AllowedHosts::default());
    }

    #[test]
    fn where_to_listen_is_a_port_an_address_or_both() {
        let of = |text: &str| settings(&format!("--listen {text}")).listen.to_string();
        assert_eq!(of("8081"), "127.0.0.1:8081");
        assert_eq!(of("0.0.0.0"), "0.0.0.0:8080");
        assert_eq!(of("localhost:81"), "127.0.0.1:81");
        assert_eq!(of("[::1]:81"), "[::1]:81");
        assert_eq!(of("::1"), "[::1]:8080");
    }

    #[test]
    fn mistakes_are_named() {
        refused("--listen example.com", "`example.com` is not an address");
        refused("--listen 65536", "`65536` is not an address");
        refused("--allow-host a.example:80", "`a.example:80` is not a host");
        refused("--connect-src api.mist.com", "`api.mist.com` is not an origin");
        refused("--connect gitlab", "--connect: `gitlab`");
        refused("--connect gitlub=https://a.example", "known are");
        refused("--nonsense", "--nonsense");
        refused("extra", "extra");
        refused("--config", "--config");
    }

    #[test]
    fn help_version_and_the_list_come_first() {
        assert_eq!(args("--help --nonsense"), Ok(Command::Help));
        assert_eq!(args("-V"), Ok(Command::Version));
        assert_eq!(args("--systems"), Ok(Command::Systems));
    }
}
