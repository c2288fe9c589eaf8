//! The program itself: what it prints, and what it says of mistakes.

use std::net::TcpListener;

use serde_json::Value;

use crate::program::{Program, command, folder, page, run};

#[test]
fn it_says_where_it_is_and_whom_it_reaches() {
    let program = Program::start(&["--connect", "gitea=http://127.0.0.1:3000"]);
    assert!(program.said.starts_with("tokendeck is ready at http://127.0.0.1:"), "{}", program.said);
    assert!(program.said.contains("It reaches Gitea (http://127.0.0.1:3000), and no other host."), "{}", program.said);
    let config: Value = serde_json::from_str(&program.get("/config.json").expect(200).body).unwrap();
    assert_eq!(config["connections"][0]["base"], "proxy/Gitea");
    assert_eq!(config["connections"][0]["address"], "http://127.0.0.1:3000");
    assert_eq!(config["connections"][0]["api"], "apis/gitea.json");
    program.get("/apis/gitea.json").expect(200);
}

#[test]
fn without_a_system_it_says_how_to_set_one_up() {
    let program = Program::start(&[]);
    assert!(program.said.contains("No system is set up: see --connect and --config."), "{}", program.said);
    assert_eq!(program.get("/config.json").expect(200).body, r#"{"connections":[]}"#);
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn the_page_is_opened_in_the_browser_where_that_is_asked_for() {
    let browser = folder("browser");
    let script = browser.join("xdg-open");
    // Written elsewhere first: what is there is whole.
    let text = "#!/bin/sh\nprintf '%s %s' \"$#\" \"$1\" > \"$0.part\" && /bin/mv \"$0.part\" \"$0.opened\"\n";
    // By a shell: what this process writes, the programs that other tests start just then hold open, and it would not run.
    let write = ["-c", "printf %s \"$1\" > \"$0\" && chmod 755 \"$0\""];
    let written = std::process::Command::new("/bin/sh").args(write).arg(&script).arg(text).status().unwrap();
    assert!(written.success());
    let opened = browser.join("xdg-open.opened");
    let program = Program::run(command(&["--open"]).env("PATH", &browser));
    for _ in 0..600 {
        if opened.exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(std::fs::read_to_string(&opened).unwrap(), format!("1 http://{}/", program.address));
    // It goes on serving.
    program.get("/").expect(200);
    std::fs::remove_file(&opened).unwrap();
    let quiet = Program::run(command(&[]).env("PATH", &browser));
    quiet.get("/").expect(200);
    assert!(!opened.exists());
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn without_a_browser_it_says_so_and_serves() {
    let program = Program::run(command(&["--open"]).env("PATH", folder("no-browser")));
    program.get("/").expect(200);
    assert!(program.end().contains("warning: no browser can be opened"));
}

#[test]
fn help_version_and_the_systems_are_printed() {
    let text = |arg| String::from_utf8(run(&[arg]).0.stdout).unwrap();
    assert!(text("--help").contains("--connect SYSTEM=ADDRESS"));
    assert_eq!(text("--version"), format!("tokendeck {}\n", env!("CARGO_PKG_VERSION")));
    let systems = text("--systems");
    let gitlab = systems.lines().find_map(|line| line.strip_prefix("gitlab ")).map(str::trim);
    assert_eq!(gitlab, Some("GitLab"), "{systems}");
}

#[test]
fn mistakes_are_sentences() {
    let config = folder("config").join("wrong.json");
    std::fs::write(&config, r#"{"connections":[{"name":"A","dialect":"air","base":"ftp://a","proxy":true}]}"#).unwrap();
    let relative = folder("config").join("relative.json");
    std::fs::write(&relative, r#"{"connections":[{"name":"A","dialect":"air","base":"api","proxy":true}]}"#).unwrap();
    let dots = folder("config").join("dots.json");
    std::fs::write(&dots, r#"{"connections":[{"name":"..","dialect":"air","base":"http://a","proxy":true}]}"#).unwrap();
    for (args, why) in [
        (
            &["--config", config.to_str().unwrap()][..],
            "wrong.json: /connections/0/base must be an http or https address",
        ),
        (&["--config", relative.to_str().unwrap()], "A: its base, api, is not an absolute address"),
        (&["--config", dots.to_str().unwrap()], "..: a connection with “proxy” cannot have this name"),
        (&["--config", "no/such/file.json"], "no/such/file.json cannot be read"),
        (&["--connect", "gitlub=https://a.example"], "--connect: `gitlub` is not a system"),
        (&["--connect", "gitlab=a.example/?x"], "--connect gitlab: /connections/0/base must not have a query"),
        (&["--listen", "x"], "--listen: `x` is not an address"),
        (&["--nonsense"], "--nonsense"),
    ] {
        let page = page();
        let (output, stderr) = run(&args.iter().copied().chain(["--page", &page]).collect::<Vec<_>>());
        assert!(!output.status.success() && output.stdout.is_empty());
        assert!(stderr.starts_with("error: ") && stderr.contains(why), "{stderr}");
    }
    let (_, stderr) = run(&["--page", folder("none").to_str().unwrap()]);
    assert!(stderr.contains("holds no index.html"), "{stderr}");
}

#[test]
fn a_taken_port_is_named_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let (output, stderr) = run(&["--page", &page(), "--listen", &address.to_string()]);
    assert!(!output.status.success());
    assert!(stderr.contains(&format!("port {} on 127.0.0.1 is taken", address.port())), "{stderr}");
    assert!(stderr.contains("--listen"), "{stderr}");
}

#[test]
fn what_others_can_read_or_use_is_warned_of() {
    let program = Program::start(&["--connect", "gitea=http://gitea.invalid"]);
    assert!(program.end().contains("warning: Gitea is reached without HTTPS"));
}
