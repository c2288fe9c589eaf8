//! Secrets out of a system's JSON before it is shown or copied: what is known to be one, what a member's name calls one,
//! and what looks like one. Pure.

use std::borrow::Cow;

use crate::json::{self, Json, Read};
use crate::secret::MASK;
use crate::secret::{is_random, is_uuid};

/// A JSON text without what looks like a secret. `id`: what the page calls the token, which stands in clear everywhere.
/// `known`: secrets, wherever they stand. What cannot be read is masked whole.
pub fn masked(text: &str, id: &str, known: &[String]) -> String {
    let mut json = json::read(text.as_bytes()).unwrap_or(Json::String(MASK.into()));
    Mask { id, known, guid: None }.value(&mut json, Kind::Open);
    json::to_text(&json)
}

/// A token of a Scoped Token API without what looks like a secret. Its GUID is what callers send: the first eight digits
/// stay.
pub fn masked_scoped(mut token: Json, id: &str, known: &[String]) -> String {
    let guid = token.text_of("guid").filter(|it| !it.is_empty()).map(str::to_owned);
    Mask { id, known, guid: guid.as_deref() }.value(&mut token, Kind::Open);
    json::to_text(&token)
}

/// A text for people, such as a name or a system's words, without what looks like a secret. A UUID may be what callers send:
/// but for `id` the first eight digits stay.
pub fn masked_words(text: &str, id: &str) -> String {
    let mask = Mask { id, known: &[], guid: None };
    let mut out = mask.text(text, Kind::Text).unwrap_or_else(|| text.into());
    let mut from = 0;
    while let Some(word) = out.get(from..).and_then(first_uuid) {
        let (start, end) = (from + word, from + word + 36);
        from = end;
        if out[start..end] != *id {
            out.replace_range(start + 8..end, &format!("-{MASK}"));
            from = start + 8 + 1 + MASK.len();
        }
    }
    out
}

/// An id as it is, unless it is a secret: then no token can be found by it, and nothing is sent for it.
pub fn masked_id(id: &str, known: &[String]) -> String {
    if is_known(id) || known.iter().any(|it| it == id) { MASK.into() } else { id.into() }
}

/// Where a UUID begins in a text.
fn first_uuid(text: &str) -> Option<usize> {
    let is_one = |at: &usize| text.get(*at..at + 36).is_some_and(is_uuid);
    text.char_indices().map(|(at, _)| at).find(is_one)
}

/// What a member's name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It is a secret: a token, a key.
    Secret,
    /// It is a secret, and so is what lies in it: a password, credentials.
    Deep,
    /// It is none: an id, a name, a date.
    Plain,
    /// It is none, but may tell of one: a description, an address.
    Text,
    /// Nothing.
    Open,
}

/// What secrets are called. The second row is secret with all that lies in it, numbers too.
const SECRETS: &str = " token key jwt bearer authorization cookie signature sig hmac private salt apikey privatekey \
    secretkey accesskey sessionkey authkey masterkey signingkey encryptionkey sshkey sid sessionid jsessionid phpsessid \
    csrf xsrf pat ";
const DEEP: &str = " secret password passphrase passcode passwd pass pwd psk pin otp credential mnemonic ";

/// What stands behind a secret's name and means it still.
const STILL: &str = " value values text plain plaintext raw string str data pem hex base64 b64 material hash hashed sha1 \
    sha256 sha512 md5 encrypted full body content payload old new current ";

/// Before `key`: it is for everybody to see.
const PUBLIC: &str = " public pub publishable primary foreign partition sort ";

/// What names end in that say that the value is no secret, whatever it looks like.
const PLAIN: &str = " id ids uuid guid name names username user users login email mail type kind at on by date time \
    timestamp count total version label title scope scopes role roles status state path prefix suffix algorithm alg format \
    length size expiry expires expiration created updated modified owner org team project region zone account host port \
    issuer audience subject enabled active index number purpose level method policy tag tags group groups ip ips domain \
    sha etag digest checksum fingerprint thumbprint commit revision publickey ";

/// What names end in that say that the value is written for people, or an address.
const TEXT: &str =
    " description comment comments note notes hint help message usage url uri href link address resource ";

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|it| it == word)
}

/// Whether a word is one of these, also in the plural.
fn is_among(list: &str, word: &str) -> bool {
    is_one_of(list, word) || word.strip_suffix('s').is_some_and(|it| is_one_of(list, it))
}

/// The words of a member's name in lower case: `clientSecret`, `client-secret` and `CLIENT_SECRET` are two.
fn words_of(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (idx, char) in chars.iter().enumerate() {
        let next = chars.get(idx + 1);
        let begins = char.is_uppercase()
            && idx
                .checked_sub(1)
                .is_some_and(|before| !chars[before].is_uppercase() || next.is_some_and(|it| it.is_lowercase()));
        if begins || !char.is_alphanumeric() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| char.is_alphanumeric()) {
            word.extend(char.to_lowercase());
        }
    }
    words.retain(|it| !it.is_empty());
    words
}

/// What the name of a member says.
fn kind_of(name: &str) -> Kind {
    let words = words_of(name);
    // `password2` and `key_1`, but not `sha256`.
    let bare = |word: &str| {
        if is_one_of(STILL, word) {
            word.to_owned()
        } else {
            word.trim_end_matches(|it: char| it.is_ascii_digit()).to_owned()
        }
    };
    let words: Vec<String> = words.iter().map(|it| bare(it)).filter(|it| !it.is_empty()).collect();
    let n_meant = words.iter().rposition(|it| !is_one_of(STILL, it)).map_or(0, |idx| idx + 1);
    let (meant, still) = words.split_at(n_meant);
    let Some((last, before)) = meant.split_last() else {
        return if still.iter().any(|it| it.starts_with("plain")) { Kind::Secret } else { Kind::Open };
    };
    let is_before = |list: &str| before.iter().any(|it| is_one_of(list, it));
    if is_before(PUBLIC) && last.starts_with("key") {
        return Kind::Plain;
    }
    if last == "id" && is_before(" session ") {
        return Kind::Secret;
    }
    if last.starts_with("code") && is_before(" recovery backup auth authorization verification device ") {
        return Kind::Secret;
    }
    // `apitoken`, `mysecret`, `passwordhash`, in one word.
    let ends_as = |list: &[&str]| {
        list.iter().any(|it| last.ends_with(it) || last.strip_suffix("hash").is_some_and(|rest| rest.ends_with(it)))
    };
    if is_among(DEEP, last) || ends_as(&["secret", "password", "passphrase"]) {
        Kind::Deep
    } else if is_among(SECRETS, last) || ends_as(&["token", "tokens"]) {
        Kind::Secret
    } else if still.is_empty() && is_one_of(PLAIN, last) {
        Kind::Plain
    } else if is_one_of(TEXT, last) {
        Kind::Text
    } else {
        Kind::Open
    }
}

struct Mask<'a> {
    id: &'a str,
    known: &'a [String],
    /// What a token is sent as, where that is its GUID.
    guid: Option<&'a str>,
}

impl Mask<'_> {
    fn value(&self, value: &mut Json, kind: Kind) {
        match value {
            Json::String(text) => {
                if let Some(shown) = self.text(text, kind) {
                    *text = shown.into();
                }
            }
            Json::Number(_) if kind == Kind::Deep => *value = Json::String(MASK.into()),
            Json::Array(list) => list.iter_mut().for_each(|it| self.value(it, kind)),
            Json::Object(members) => self.members(members, kind),
            _ => {}
        }
    }

    fn members(&self, members: &mut [(Cow<str>, Json)], kind: Kind) {
        // `{"key": "API_TOKEN", "value": "…"}`: the one is the name of the other.
        let is_value = |name: &str| matches!(name, "value" | "values" | "Value");
        let has_value = members.iter().any(|(name, _)| is_value(name));
        let is_label = |name: &str| matches!(name, "key" | "name" | "header" | "field" | "Key" | "Name");
        let label = members.iter().find(|(name, value)| has_value && is_label(name) && value.text().is_some());
        let label = label.and_then(|(name, value)| Some((name.to_string(), value.text()?.to_owned())));
        for (name, value) in members {
            let own = match &label {
                Some((it, _)) if it == name => Kind::Plain,
                Some((_, of)) if is_value(name) => kind_of(of),
                _ => kind_of(name),
            };
            let own = match (kind, own) {
                // A count of secrets is none, and neither is a number where a list of them is meant.
                (_, Kind::Deep) if matches!(value, Json::Number(_)) && name.ends_with(['s', 'S']) => Kind::Plain,
                (Kind::Deep, Kind::Open) => Kind::Deep,
                (Kind::Secret, Kind::Open) if words_of(name).iter().all(|it| is_one_of(STILL, it)) => Kind::Secret,
                (_, own) => own,
            };
            self.value(value, own);
            // What is short is a name.
            if let Some(shown) = self.text(name, Kind::Plain).filter(|_| name.len() >= 16) {
                *name = shown.into();
            }
        }
    }

    /// What is shown for a text; `None` for the text itself.
    fn text(&self, text: &str, kind: Kind) -> Option<String> {
        let without_guid = self.guid.and_then(|it| without_guid(text, it));
        if without_guid.is_none() && (text.is_empty() || text == MASK || text == self.id) {
            return None;
        }
        if matches!(kind, Kind::Secret | Kind::Deep) {
            return Some(MASK.into());
        }
        let replaced = without_guid.map_or(Cow::Borrowed(text), Cow::Owned);
        // What is short may stand in any word.
        let is_in = |it: &&String| it.len() > 3 && text == **it || it.len() > 5 && text.contains(it.as_str());
        let known = self.known.iter().filter(is_in);
        let replaced = known.fold(replaced, |text, it| text.replace(it.as_str(), MASK).into());
        let shown = in_text(&replaced, kind != Kind::Plain).map(Cow::Owned).unwrap_or(replaced);
        (shown != text).then(|| shown.into_owned())
    }
}

/// A text with the first eight digits only of a GUID, in whatever case that stands there; `None` where it does not.
fn without_guid(text: &str, guid: &str) -> Option<String> {
    if !is_uuid(guid) {
        return (text == guid).then(|| MASK.into());
    }
    let (lower, wanted) = (text.to_ascii_lowercase(), guid.to_ascii_lowercase());
    let mut out = String::new();
    let mut end = 0;
    for (start, found) in lower.match_indices(&wanted) {
        out.push_str(&text[end..start + 8]);
        out.push('-');
        out.push_str(MASK);
        end = start + found.len();
    }
    (end > 0).then(|| out + &text[end..])
}

/// How secrets begin that many systems make.
const BEGINNINGS: &str = "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- gldt- glrt- glptt- glsoat- glcbt- sk_live_ sk_test_ \
    rk_live_ rk_test_ whsec_ xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xapp- AIza ya29. sk-proj- sk-ant- npm_ pypi- dop_v1_ \
    shpat_ hvs. hvb. glsa_ dckr_pat_ tskey- sntrys_ rubygems_ AGE-SECRET-KEY-";

/// Whether a word is none of a language: long, with digits or with capitals within.
fn is_mixed(word: &str) -> bool {
    word.len() >= 8 && word.bytes().skip(1).any(|it| it.is_ascii_digit() || it.is_ascii_uppercase())
}

fn is_known(word: &str) -> bool {
    let is_jwt = word.starts_with("eyJ") && word.len() >= 20 && word.contains('.');
    let begins = |it: &str| {
        let rest = word.strip_prefix(it)?;
        Some(rest.len() >= 8 && rest.bytes().any(|it| it.is_ascii_digit() || it.is_ascii_uppercase()))
    };
    is_jwt || BEGINNINGS.split_ascii_whitespace().any(|it| begins(it) == Some(true))
}

/// A text without the secrets in it; `None` where there are none. `open`: nothing says that it has none, so that what
/// looks random and what stands behind a secret's name (`password=…`) is one too.
fn in_text(text: &str, open: bool) -> Option<String> {
    if text.contains("-----BEGIN ") {
        return text.contains("PRIVATE KEY").then(|| MASK.into());
    }
    let public_keys = ["ssh-rsa ", "ssh-ed25519 ", "ssh-dss ", "ecdsa-sha2-", "sk-ssh-"];
    if public_keys.iter().any(|it| text.starts_with(it)) {
        return None;
    }
    let is_gap = |it: char| it.is_whitespace() || ",;()<>[]{}|=:&?@\\\"'`".contains(it);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // What stood before, whether that was a scheme as in `Bearer …`, a told one as in `Authorization: Basic …`, and whether
    // all of it is within an address.
    let (mut before, mut is_scheme, mut is_told_scheme, mut in_address) = ("", false, false, false);
    while !rest.is_empty() {
        let gap = &rest[..rest.find(|it| !is_gap(it)).unwrap_or(rest.len())];
        rest = &rest[gap.len()..];
        let piece = &rest[..rest.find(is_gap).unwrap_or(rest.len())];
        rest = &rest[piece.len()..];
        out.push_str(gap);
        if gap.contains(char::is_whitespace) {
            in_address = false;
        }
        // `https://user:password@host`
        if piece.starts_with("//") && gap == ":" {
            in_address = true;
            let end = rest.find(['/', '?', '#', ' ', '"']).unwrap_or(rest.len());
            if let Some(at) = rest[..end].rfind('@').filter(|_| !piece[2..].contains('/')) {
                out.push_str("//");
                out.push_str(MASK);
                rest = &rest[at..];
                continue;
            }
        }
        let is_named = || {
            let follows = gap.contains(['=', ':']) && !gap.contains(['&', ';', ',']);
            follows && matches!(kind_of(before), Kind::Secret | Kind::Deep)
        };
        let is_told = open && is_named();
        // `Bearer` is a scheme wherever it stands, other words are words as well.
        let is_bearer = piece.eq_ignore_ascii_case("bearer");
        let is_auth =
            is_bearer || is_told && ["basic", "token", "apikey"].iter().any(|it| piece.eq_ignore_ascii_case(it));
        let of_scheme = open && is_scheme && gap.trim().is_empty() && (is_told_scheme || is_mixed(piece));
        let is_secret =
            !is_auth && (is_told || of_scheme) || is_known(piece) || open && !in_address && is_random(piece);
        out.push_str(if is_secret && !piece.is_empty() { MASK } else { piece });
        (is_scheme, is_told_scheme) = (is_auth, is_auth && is_told);
        before = piece;
    }
    (out != text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn shown(value: Value) -> Value {
        serde_json::from_str(&masked(&value.to_string(), "the-id", &[])).expect("JSON")
    }

    #[track_caller]
    fn hides(value: Value) {
        let text = shown(value.clone()).to_string();
        assert!(text.contains(MASK) && !text.contains("hush"), "{value} became {text}");
    }

    #[track_caller]
    fn keeps(value: Value) {
        assert_eq!(shown(value.clone()), value);
    }

    #[test]
    fn members_that_are_called_secrets_are_masked() {
        for name in [
            "token",
            "secret",
            "key",
            "password",
            "access_token",
            "client_secret",
            "apiToken",
            "jwt",
            "api_key",
            "apikey",
            "APIKey",
            "X-Api-Key",
            "privateKey",
            "private_key",
            "private-key",
            "passphrase",
            "credential",
            "bearer",
            "Authorization",
            "cookie",
            "Set-Cookie",
            "signature",
            "token_hash",
            "passwordHash",
            "secret_access_key",
            "refreshToken",
            "authtoken",
            "accesstoken",
            "clientsecret",
            "key_value",
            "token_plaintext",
            "plain_text",
            "plaintext",
            "password2",
            "key_1",
            "secretKeyBase64",
            "db.password",
            "PASSWORD",
            "pwd",
            "session_id",
            "csrf",
            "recovery_codes",
            "webhook_secret",
            "otp",
            "tokens",
            "api_keys",
        ] {
            hides(json!({ name: "hush" }));
            hides(json!({ name: ["hush", "hush"] }));
            hides(json!({ "deep": [{ name: "hush" }] }));
        }
        for value in [
            json!({ "password": { "value": "hush" } }),
            json!({ "token": { "raw": "hush", "id": 7 } }),
            json!({ "secrets": { "DATABASE": "hush" } }),
            json!({ "credentials": { "user": "ada", "shared": "hush" } }),
            json!({ "env": [{ "name": "API_TOKEN", "value": "hush" }] }),
            json!({ "headers": [{ "key": "Authorization", "value": "hush" }] }),
        ] {
            hides(value);
        }
        assert_eq!(shown(json!({ "pin": 1234, "password": 77 })), json!({ "pin": MASK, "password": MASK }));
    }

    #[test]
    fn what_only_sounds_like_a_secret_stays() {
        for value in [
            json!({ "key_id": "AKIAIOSFODNN7EXAMPLE", "access_key_id": "a1b2c3d4e5f6a7b8c9d0e1f2" }),
            json!({ "token_type": "bearer", "tokens_count": 3, "max_tokens": 4096, "tokens": 5, "secrets": 2 }),
            json!({ "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1a2b3c4d5e6f7g8h9i0j", "publicKey": "x" }),
            json!({ "primary_key": "id", "token_name": "CI", "password_changed_at": "2026-01-01T00:00:00Z" }),
            json!({ "has_password": true, "secret": null, "token": "", "private": false }),
            json!({ "keyboard": "qwerty", "monkey": "George", "author": "ada", "tokenizer": "bpe", "bypass": "x" }),
            json!({ "id": "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c", "user_id": "a1b2c3d4e5f6a7b8c9d0e1f2" }),
            json!({ "uuid": "01234567-89ab-cdef-0123-456789abcdef", "x": "01234567-89ab-cdef-0123-456789abcdef" }),
            json!({ "created_at": "2026-11-29T10:00:00.123456+00:00", "when": 1767261600 }),
            json!({ "url": "https://h.example/a/9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c?page=2", "see": "http://h/x?a=b" }),
            json!({ "description": "Deploys prod-eu-west-1-cluster-2024 on Monday: see wiki.", "mail": "a@b.example" }),
            json!({ "secrets": [{ "name": "DB", "url": "https://h.example/x", "comment": "for CI", "created_at": "today" }] }),
            json!({ "scopes": ["read:keys", "tokens:write"], "name": "token: CI", "key_prefix": "abc12" }),
            json!({ "tags": [{ "key": "environment", "value": "production" }] }),
            json!({ "x": "Bearer authentication required; token Kubernetes1, basic Authentication" }),
            json!({ "certificate": "-----BEGIN CERTIFICATE-----\nMIIBa1b2c3d4e5f6g7h8i9j0k1l2\n-----END CERTIFICATE-----" }),
            json!({ "token": "the-id", "key": { "id": 7, "name": "n" } }),
        ] {
            keeps(value);
        }
    }

    #[test]
    fn what_looks_like_a_secret_is_masked_wherever_it_stands() {
        for (text, expected) in [
            ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", MASK.to_owned()),
            ("glpat-Ab3dEf6hIj9kLmN0pQrS", MASK.into()),
            ("xoxb-123456789012-abcDEF", MASK.into()),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", MASK.into()),
            ("9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c", MASK.into()),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", MASK.into()),
            ("for CI: ghp_16C7e42F292c6912E7710c838347Ae178B4a, ask Ada", format!("for CI: {MASK}, ask Ada")),
            ("curl -H 'Authorization: Bearer abc123def'", format!("curl -H 'Authorization: Bearer {MASK}'")),
            ("Basic auth: Authorization: Basic c2NvdHQ6dGlnZXI=", format!("Basic auth: Authorization: Basic {MASK}=")),
            (r#"{"token":"tiger"}"#, format!(r#"{{"token":"{MASK}"}}"#)),
            ("Authorization: Token tiger", format!("Authorization: Token {MASK}")),
            ("ssh-deploy token=tiger", format!("ssh-deploy token={MASK}")),
            ("password=tiger&user=scott", format!("password={MASK}&user=scott")),
            ("https://ada:tiger@h.example/x", format!("https://{MASK}@h.example/x")),
            (
                "https://h.example/x?page=2&access_token=tiger",
                format!("https://h.example/x?page=2&access_token={MASK}"),
            ),
        ] {
            assert_eq!(shown(json!({ "x": text })), json!({ "x": expected }), "{text}");
        }
        let note = shown(json!({ "note": "password: tiger", "secret": { "description": "key=tiger" } }));
        let expected =
            json!({ "note": format!("password: {MASK}"), "secret": { "description": format!("key={MASK}") } });
        assert_eq!(note, expected);
        // No token is called so.
        let named =
            shown(json!({ "name": "use ghp_16C7e42F292c6912E7710c838347Ae178B4a", "id": "sk_live_1a2b3c4d5e" }));
        assert_eq!(named, json!({ "name": format!("use {MASK}"), "id": MASK }));
    }

    #[test]
    fn known_secrets_are_masked_inside_of_texts() {
        let text = masked(
            r#"{"x":"the tigers walk","name":"tigers","user":"demo","of":"demo-7","id":"a"}"#,
            "",
            &["tigers".into(), "demo".into(), "a".into()],
        );
        assert_eq!(
            text,
            format!(r#"{{"x":"the {MASK} walk","name":"{MASK}","user":"{MASK}","of":"demo-7","id":"a"}}"#)
        );
        assert_eq!(masked("{", "", &[]), format!("\"{MASK}\""));
    }

    #[test]
    fn of_a_guid_the_first_eight_digits_stay() {
        let scoped = |text: &str| masked_scoped(json::read(text.as_bytes()).expect("JSON"), "i", &[]);
        let guid = "1A2b3c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d";
        let lower = guid.to_lowercase();
        let text = scoped(&format!(r#"{{"id":"i","guid":"{guid}","description":"was {lower}.","{guid}":1}}"#));
        let expected = format!(
            r#"{{"id":"i","guid":"1A2b3c4d-{MASK}","description":"was 1a2b3c4d-{MASK}.","1A2b3c4d-{MASK}":1}}"#
        );
        assert_eq!(text, expected);
        assert_eq!(scoped(r#"{"guid":"id","id":"i"}"#), format!(r#"{{"guid":"{MASK}","id":"i"}}"#));
        // Also where it is the id besides.
        let both = masked_scoped(
            json::read(format!(r#"{{"id":"{guid}","guid":"{guid}"}}"#).as_bytes()).expect("JSON"),
            guid,
            &[],
        );
        assert!(!both.contains(guid), "{both}");
    }
}
