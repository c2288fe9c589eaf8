//! The program: reads the command line and the configuration, says where, serves.

use std::io::Write;
use std::process::ExitCode;

use tokendeck_server::cli::{self, Command, HELP, Settings};
use tokendeck_server::config;
use tokendeck_server::origins::origins;
use tokendeck_server::pages::{File, Pages};
use tokendeck_server::proxy::{Proxy, Trust};
use tokendeck_server::serve::{self, NotBound};
use tokendeck_server::site::{self, Site};

/// The page that this program was built with; none where the build was given none.
static PAGE: &[File] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

fn main() -> ExitCode {
    let done = match cli::parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => print(HELP),
        Ok(Command::Version) => print(concat!("tokendeck ", env!("CARGO_PKG_VERSION"), "\n")),
        Ok(Command::Systems) => print(&systems()),
        Ok(Command::Serve(settings)) => run(*settings),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn systems() -> String {
    let systems = config::systems();
    let width = systems.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
    systems.iter().map(|(key, name)| format!("{key:width$}  {name}\n")).collect()
}

fn run(settings: Settings) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("the program cannot start: {error}"))?;
    let done = runtime.block_on(serve_until_ended(settings));
    // A request that outlasted the grace may still be under way; the process does not wait for it.
    runtime.shutdown_background();
    done
}

async fn serve_until_ended(settings: Settings) -> Result<(), String> {
    let listen = settings.listen;
    let open = settings.open;
    let mut site = site(settings)?;
    let systems: Vec<String> = site.proxy.systems().map(|(name, address)| format!("{name} ({address})")).collect();
    for (name, address) in site.proxy.systems().filter(|(_, address)| is_open_to_others(address)) {
        eprintln!(
            "warning: {name} is reached without HTTPS, by {address}: every network in between can read its secrets"
        );
    }
    let listener = serve::bind(listen.ip(), listen.port()).await.map_err(|why| not_bound(why, listen))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    if !listen.ip().is_loopback() {
        eprintln!(
            "warning: every machine that reaches {} can use this program, and so the systems it reaches",
            listen.ip()
        );
    }
    site.hosts.add_address(listen.ip());
    site.hosts = site.hosts.with_port(address.port());
    let url = serve::url(address, "");
    let end = serve::asked_to_end().map_err(|error| format!("signals cannot be received: {error}"))?;
    let reached = match &*systems {
        [] => "No system is set up: see --connect and --config.".to_owned(),
        all => format!("It reaches {}, and no other host.", all.join(", ")),
    };
    print(&format!("tokendeck is ready at {url}\n{reached} Ctrl-C ends it.\n"))?;
    if open {
        open_browser(&url);
    }
    serve::run(listener, site::app(site), end).await.map_err(|error| format!("the program ended: {error}"))
}

/// What the settings make of the page and the configuration.
fn site(settings: Settings) -> Result<Site, String> {
    let pages = match settings.page {
        Some(folder) if folder.join("index.html").is_file() => Pages::Folder(folder),
        Some(folder) => return Err(format!("--page: {} holds no index.html", folder.display())),
        None if PAGE.is_empty() => {
            return Err("this program was built without the page; --page DIR serves one from a folder".into());
        }
        None => Pages::Within(PAGE),
    };
    let mut trust = Trust::default();
    for file in &settings.ca {
        trust.add_file(file).map_err(|why| format!("--ca: {why}"))?;
    }
    let checked = config::read(settings.config.as_deref(), &settings.connects, &pages)?;
    let mut config = checked.config;
    let proxy = Proxy::of(&mut config, "", &trust)?;
    let config = config.to_string().into_bytes();
    let mut connect = origins(&config);
    connect.extend(settings.connect_src);
    connect.sort();
    connect.dedup();
    Ok(Site { pages, files: checked.files, config, connect, proxy, hosts: settings.hosts })
}

/// Whether what is sent to an address can be read on the way to another machine.
fn is_open_to_others(address: &str) -> bool {
    use tokendeck_server::origins::{host_of, origin};

    let host = origin(address).filter(|it| it.starts_with("http:")).and_then(|it| host_of(&it));
    host.is_some_and(|host| !host.is_loopback())
}

/// Why there is nothing to listen on, and which option helps.
fn not_bound(why: NotBound, listen: std::net::SocketAddr) -> String {
    let (host, port) = (listen.ip(), listen.port());
    match why {
        NotBound::Taken => {
            format!("port {port} on {host} is taken; give another one with --listen (--listen 0 picks a free one)")
        }
        NotBound::NotAllowed => format!("port {port} may not be used by this user; give one above 1023 with --listen"),
        NotBound::NoSuchAddress => format!("this machine has no address {host}; --listen 127.0.0.1 is always there"),
        NotBound::Other(error) => format!("port {port} on {host} cannot be used: {error}"),
    }
}

/// Opens an address in the user's browser. That it cannot is no reason to end: the address was printed.
fn open_browser(url: &str) {
    use std::process::{Command, Stdio};

    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = if cfg!(windows) { Command::new("explorer") } else { Command::new(program) };
    let begun = command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    match begun {
        // Its end has to be waited for, or it stays as a zombie.
        Ok(mut child) => drop(std::thread::spawn(move || child.wait())),
        Err(error) => eprintln!("warning: no browser can be opened: {error}"),
    }
}

/// Prints at once, even into a pipe: scripts wait for the address.
fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| format!("standard output: {error}"))
}
