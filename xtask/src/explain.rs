//! What apt, cargo, npm and pip mean when they fail, as a sentence with what to do.

/// A cause: what the programs print, and the sentence for it.
struct Cause {
    /// Texts of which one is enough, in lower case.
    signs: &'static [&'static str],
    sentence: &'static str,
}

/// The first that fits counts, so the more exact ones come first.
const CAUSES: &[Cause] = &[
    Cause {
        signs: &["no space left on device", "enospc", "you don't have enough free space"],
        sentence: "The disk is full. Free some space (`df -h` shows where), then run this again; what is done already is kept.",
    },
    Cause {
        signs: &[
            "could not get lock",
            "unable to acquire the dpkg frontend lock",
            "unable to lock the administration directory",
        ],
        sentence: "Another program is installing packages. Wait until it is done, then run this again.",
    },
    Cause {
        signs: &["dpkg was interrupted", "unmet dependencies", "you might want to run 'apt --fix-broken install'"],
        sentence: "An earlier installation was left half done. Run `sudo dpkg --configure -a` and `sudo apt-get install --fix-broken`, then this again.",
    },
    Cause {
        signs: &["held broken packages", "held packages were changed"],
        sentence: "A package is held at its version. `apt-mark showhold` lists them; `sudo apt-mark unhold NAME` lets one go. Then run this again.",
    },
    Cause {
        signs: &["no_pubkey", "is not signed", "expkeysig"],
        sentence: "apt does not trust one of this machine's package sources: its key is missing or has expired. Mend or remove that source, then run this again.",
    },
    Cause {
        signs: &[
            "certificate verify failed",
            "unable to get local issuer certificate",
            "self-signed certificate",
            "self signed certificate",
            "ssl certificate problem",
            "invalid peer certificate",
        ],
        sentence: "The package registry's certificate is not trusted here. Behind a proxy that inspects traffic, add its certificate to this machine's (`update-ca-certificates`), then run this again.",
    },
    Cause {
        signs: &[
            "could not resolve",
            "couldn't resolve",
            "temporary failure resolving",
            "temporary failure in name resolution",
            "name or service not known",
            "getaddrinfo",
            "enotfound",
            "eai_again",
            "network is unreachable",
            "enetunreach",
            "econnrefused",
            "connection refused",
            "could not connect",
            "couldn't connect to server",
            "failed to connect",
            "failed to establish a new connection",
            "connection timed out",
            "etimedout",
            "timeout was reached",
            "operation timed out",
            "download of config.json failed",
        ],
        sentence: "A package registry cannot be reached. Connect this machine to the internet, or set http_proxy and https_proxy; then run this again.",
    },
    Cause {
        signs: &["404  not found", "hash sum mismatch", "file has unexpected size"],
        sentence: "apt's package lists do not fit what its mirror has. Run `sudo apt-get update`, then this again.",
    },
    Cause {
        signs: &["read-only file system", "erofs"],
        sentence: "The disk cannot be written to: it is mounted read-only.",
    },
    Cause {
        signs: &["permission denied", "eacces", "eperm"],
        sentence: "A file or folder cannot be written to. The lines above name it; make it yours (`chown`), then run this again.",
    },
];

/// A sentence for what a failed program has printed; none where the cause is not known.
pub fn explain(log: &str) -> Option<&'static str> {
    let log = log.to_lowercase();
    CAUSES.iter().find(|it| it.signs.iter().any(|sign| log.contains(sign))).map(|it| it.sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(log: &str, part: &str) {
        let sentence = explain(log).unwrap_or_else(|| panic!("nothing is said of {log:?}"));
        assert!(sentence.contains(part), "{sentence}");
    }

    #[test]
    fn a_full_disk_is_named() {
        check("error: could not write output to a.rlib: No space left on device (os error 28)", "disk is full");
        check("npm error code ENOSPC", "disk is full");
        check("E: You don't have enough free space in /var/cache/apt/archives/.", "disk is full");
    }

    #[test]
    fn no_network_is_named() {
        for log in [
            "Err:1 http://mirror bookworm InRelease\n  Temporary failure resolving 'mirror'",
            "error: failed to download from `https://crates/index`\n  [6] Could not resolve hostname",
            "npm error code ENOTFOUND\nnpm error syscall getaddrinfo",
            "NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure in name resolution",
            "curl failed: [7] Couldn't connect to server",
            "npm error code ECONNREFUSED",
        ] {
            check(log, "registry cannot be reached");
        }
    }

    #[test]
    fn what_apt_and_dpkg_meet_is_named() {
        check("E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (apt)", "Another program");
        check(
            "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.",
            "half done",
        );
        check("E: Unable to correct problems, you have held broken packages.", "held");
        check("E: Held packages were changed and -y was used without --allow-change-held-packages.", "held");
        check("W: GPG error: NO_PUBKEY 0E98404D386FA1D9", "does not trust");
        check("E: Failed to fetch http://mirror/rustc-web_1.85.deb  404  Not Found [IP: ::1]", "apt-get update");
    }

    #[test]
    fn what_cannot_be_written_is_named() {
        check("error: failed to create directory `/srv/ada/.cargo/registry`: Permission denied (os error 13)", "chown");
        check("cp: cannot create regular file '/x': Read-only file system", "read-only");
    }

    #[test]
    fn certificates_are_named_before_the_network() {
        check(
            "[60] SSL peer certificate was not OK (SSL certificate problem: unable to get local issuer certificate)",
            "certificate",
        );
    }

    #[test]
    fn an_unknown_failure_has_no_sentence() {
        assert_eq!(explain("error[E0425]: cannot find value `x` in this scope"), None);
    }
}
