//! The command: read the command line, open the database, say where, serve.

use std::io::Write;
use std::net::IpAddr;
use std::process::ExitCode;
use std::sync::Arc;

use tokendeck_devserver::cli::{self, Command, HELP, Settings};
use tokendeck_devserver::db::Db;
use tokendeck_devserver::faults::Faults;
use tokendeck_devserver::{CHANGES, SCHEMAS, World, app, seed};
use tokendeck_server::serve::{self, NotBound};

fn main() -> ExitCode {
    let done = match cli::parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => print(HELP),
        Ok(Command::Version) => print(concat!("tokendeck-devserver ", env!("CARGO_PKG_VERSION"), "\n")),
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

fn run(settings: Settings) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("the server cannot start: {error}"))?;
    let done = runtime.block_on(serve_until_ended(settings));
    // A request that outlasted the grace may still be at the database; the process does not wait for it.
    runtime.shutdown_background();
    done
}

async fn serve_until_ended(settings: Settings) -> Result<(), String> {
    if let Some(file) = settings.config.as_ref().filter(|it| !it.is_file()) {
        return Err(format!("there is no file {} to serve as config.json", file.display()));
    }
    if !settings.dist.join("index.html").is_file() {
        let dist = settings.dist.display();
        // Not an error: with `trunk serve` only the API is wanted from here.
        eprintln!("warning: {dist} holds no index.html, so there is no page until it is built (cargo xtask build)");
    }
    // Before the seeding: a taken port is told at once.
    let (host, port) = (settings.host, settings.port);
    let listener = serve::bind(host, port).await.map_err(|why| not_bound(why, host, port))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    if !settings.host.is_loopback() {
        eprintln!("warning: every machine that reaches {} can use this server; it is not made for that", settings.host);
    }
    let url = serve::url(address, &settings.base_path);
    let world = world(settings)?;

    let end = serve::asked_to_end().map_err(|error| format!("signals cannot be received: {error}"))?;
    print(&format!(
        "tokendeck is ready at {url}\nThis server is for development, tests and demonstrations only. Ctrl-C ends it.\n"
    ))?;
    serve::run(listener, app(Arc::new(world)), end).await.map_err(|error| format!("the server ended: {error}"))
}

/// Why there is nothing to listen on, and which option helps.
fn not_bound(why: NotBound, host: IpAddr, port: u16) -> String {
    match why {
        NotBound::Taken => format!(
            "port {port} on {host} is taken; end what uses it, or give another one with --port (0 picks a free one)"
        ),
        NotBound::NotAllowed => format!("port {port} may not be used by this user; give one above 1023 with --port"),
        NotBound::NoSuchAddress => format!("this machine has no address {host}; --host 127.0.0.1 is always there"),
        NotBound::Other(error) => format!("port {port} on {host} cannot be used: {error}"),
    }
}

fn world(settings: Settings) -> Result<World, String> {
    let db = Db::open(&settings.place, SCHEMAS, CHANGES).map_err(|error| error.explain(&settings.place))?;
    let mut world = World::new(db, settings.dist);
    seed::fill_if_empty(&world.db, settings.n_tokens, world.clock.now())
        .map_err(|error| format!("seeding failed: {error}"))?;
    world.base_path = settings.base_path;
    world.secret = settings.secret;
    world.allowed_origins = settings.allowed_origins;
    world.allowed_hosts = settings.allowed_hosts;
    world.connect_src = settings.connect_src;
    world.faults = settings.dev_faults.then(Faults::default);
    if let Some(file) = settings.config {
        world.serve_config(file)?;
    }
    Ok(world)
}

/// Prints at once, even into a pipe: scripts wait for the address.
fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| format!("standard output: {error}"))
}
