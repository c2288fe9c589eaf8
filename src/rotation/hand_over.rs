//! How a new secret gets to where it is needed: as a header, as a line of a `.env` file, and by commands that take it through
//! standard input. A command never has the secret in it: what stands there ends in histories and in lists of processes. Pure.

/// The header that carries a secret. `header` has `{secret}` in its place.
pub fn header(header: &str, secret: &str) -> String {
    header.replace("{secret}", secret)
}

/// A line of a `.env` file. What shells and readers of such files might take for something else is quoted.
pub fn env_line(variable: &str, secret: &str) -> String {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"_-./:+@%,=".contains(&it);
    if !secret.is_empty() && secret.bytes().all(is_plain) {
        format!("{variable}={secret}")
    } else if secret.contains(['\'', '\n', '\r']) {
        let mut quoted = String::new();
        for letter in secret.chars() {
            match letter {
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\\' | '"' | '$' | '`' => quoted.extend(['\\', letter]),
                other => quoted.push(other),
            }
        }
        format!("{variable}=\"{quoted}\"")
    } else {
        format!("{variable}='{secret}'")
    }
}

/// A word of a POSIX shell.
pub fn word(text: &str) -> String {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"_-./:+@%,=".contains(&it);
    if !text.is_empty() && text.bytes().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// A command of these words.
fn command(words: &[&str]) -> String {
    words.iter().copied().map(word).collect::<Vec<_>>().join(" ")
}

/// Reads the secret from the terminal without showing it, and hands it to a command: bash and zsh do so by themselves, so it is
/// in no list of processes. A blank at its end stays, a line break is not added.
fn fed_to(command: &str) -> String {
    let [read, print, forget] =
        [&["IFS=", "read", "-rs", "SECRET"][..], &["printf", "%s", "\"$SECRET\""], &["unset", "SECRET"]]
            .map(|it| it.join(" "));
    format!("{read} && {print} | {command}; {forget}")
}

/// The command that puts a secret into a Kubernetes Secret of this name, under a key. A Secret that is there keeps its other
/// keys. Applied by the server, the secret is not repeated in an annotation.
pub fn kubernetes(name: &str, key: &str) -> String {
    let source = format!("--from-file={key}=/dev/stdin");
    let make = command(&["kubectl", "create", "secret", "generic", name, &source, "--dry-run=client", "-o", "yaml"]);
    let apply = command(&["kubectl", "apply", "--server-side", "--force-conflicts", "-f", "-"]);
    fed_to(&[make, apply].join(" | "))
}

/// The command that sets a secret of a GitHub repository.
pub fn github(name: &str) -> String {
    fed_to(&command(&["gh", "secret", "set", name]))
}

/// A name that Kubernetes takes for a Secret: small letters, digits and hyphens, a letter or digit at both ends.
pub fn kubernetes_name(name: &str) -> String {
    let text: String =
        name.chars().map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' }).collect();
    let parts: Vec<&str> = text.split('-').filter(|it| !it.is_empty()).collect();
    let joined: String = parts.join("-").chars().take(MOST_NAME).collect();
    let joined = joined.trim_end_matches('-');
    if joined.is_empty() { "api-token".into() } else { joined.into() }
}

/// A name of this many characters fits where Kubernetes makes names of it.
const MOST_NAME: usize = 63;

/// A name that GitHub takes for a secret, and a shell for a variable: capitals, digits and underscores, no digit first.
/// `variable`: what the system's secrets are usually kept in.
pub fn variable_name(variable: Option<&str>, name: &str) -> String {
    let text = variable.unwrap_or(name);
    let text: String =
        text.chars().map(|it| if it.is_ascii_alphanumeric() { it.to_ascii_uppercase() } else { '_' }).collect();
    let parts: Vec<&str> = text.split('_').filter(|it| !it.is_empty()).collect();
    let joined = parts.join("_");
    match joined.bytes().next() {
        None => "API_TOKEN".into(),
        Some(first) if first.is_ascii_digit() => format!("TOKEN_{joined}"),
        // GitHub keeps these names for itself.
        Some(_) if joined.starts_with("GITHUB_") => format!("TOKEN_{joined}"),
        Some(_) => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_env_is_quoted_where_it_has_to_be() {
        for (secret, line) in [
            ("glpat-abc_1.2/3+4=", "T=glpat-abc_1.2/3+4="),
            ("a b", "T='a b'"),
            ("a#b", "T='a#b'"),
            ("$HOME\\", "T='$HOME\\'"),
            ("\"", "T='\"'"),
            ("it's $5", "T=\"it's \\$5\""),
            ("a\nb", "T=\"a\\nb\""),
            ("", "T=''"),
        ] {
            assert_eq!(env_line("T", secret), line);
        }
    }

    #[test]
    fn a_word_of_a_shell_is_one_word() {
        for (text, quoted) in
            [("ci-2", "ci-2"), ("", "''"), ("a b", "'a b'"), ("it's", r"'it'\''s'"), ("$(x)", "'$(x)'")]
        {
            assert_eq!(word(text), quoted);
        }
    }

    #[test]
    fn names_are_made_to_fit() {
        for (name, made) in [
            ("CI Deploy", "ci-deploy"),
            ("ci_deploy.v2", "ci-deploy-v2"),
            ("--", "api-token"),
            ("Übung", "bung"),
            (&"x".repeat(70), &"x".repeat(63)),
        ] {
            assert_eq!(kubernetes_name(name), made);
        }
        for (variable, name, made) in [
            (Some("GITEA_TOKEN"), "ci", "GITEA_TOKEN"),
            (None, "ci-deploy", "CI_DEPLOY"),
            (None, "2nd", "TOKEN_2ND"),
            (None, "", "API_TOKEN"),
            (None, "github-app", "TOKEN_GITHUB_APP"),
        ] {
            assert_eq!(variable_name(variable, name), made);
        }
    }

    #[test]
    fn a_header_has_the_secret_in_its_place() {
        assert_eq!(header("Authorization: Bearer {secret}", "x"), "Authorization: Bearer x");
    }

    /// The words that stubs of `kubectl` and `gh` were called with and what came through standard input, one call a line.
    fn run(command: &str, secret: &str) -> String {
        use std::io::Write;
        use std::process::{Command, Stdio};
        let stub = r#"kubectl() { printf 'kubectl'; printf ' <%s>' "$@"; printf ' stdin=<%s>\n' "$(cat)"; }
            gh() { printf 'gh'; printf ' <%s>' "$@"; printf ' stdin=<%s>\n' "$(cat)"; }"#;
        let mut child = Command::new("bash")
            .args(["-c", &format!("{stub}\n{command}; printf 'left=<%s>' \"${{SECRET-}}\"")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash");
        // Closed when the line is over.
        child.stdin.take().expect("a pipe").write_all(format!("{secret}\n").as_bytes()).expect("a secret is read");
        String::from_utf8(child.wait_with_output().expect("an end").stdout).expect("text")
    }

    #[test]
    fn commands_take_the_secret_through_standard_input() {
        let secret = r#" it's "$5" \n `id` "#;
        let said = run(&github("CI's TOKEN"), secret);
        assert_eq!(said, format!("gh <secret> <set> <CI's TOKEN> stdin=<{secret}>\nleft=<>"));
        let said = run(&kubernetes("ci", "a key"), secret);
        let made = format!(
            "kubectl <create> <secret> <generic> <ci> <--from-file=a key=/dev/stdin> <--dry-run=client> <-o> <yaml> stdin=<{secret}>"
        );
        let applied = format!("kubectl <apply> <--server-side> <--force-conflicts> <-f> <-> stdin=<{made}>\nleft=<>");
        assert_eq!(said, applied);
    }
}
