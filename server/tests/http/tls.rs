//! Systems that are reached by HTTPS: certificates are verified, and `--ca` adds one.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;

use crate::program::{Program, folder, run};
use crate::system::{Asked, System, connection, write_answer};

/// An authority of a test's own, and the file with its certificate.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let file = folder("ca").join("ca.pem");
        std::fs::write(&file, issuer.pem()).unwrap();
        Authority { issuer, file }
    }

    fn file(&self) -> &str {
        self.file.to_str().unwrap()
    }

    /// A system whose certificate is for this name.
    fn system(&self, name: &str, reply: impl Fn(&Asked, &mut dyn Write) + Send + Sync + 'static) -> System {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let config = Arc::new(config);
        System::over(reply, move |stream, serve| {
            let connection = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            serve(&mut stream);
            stream.conn.send_close_notify();
            let _ = stream.flush();
        })
    }
}

fn answers(_: &Asked, out: &mut dyn Write) {
    write_answer(out, "200 OK", &[], "{}");
}

fn port(system: &System) -> &str {
    system.address.rsplit(':').next().unwrap()
}

#[test]
fn a_certificate_that_no_authority_vouches_for_is_refused_and_one_of_ca_is_not() {
    let (authority, other) = (Authority::new(), Authority::new());
    let system = authority.system("localhost", answers);
    let config = json!({ "connections": [connection("A", &format!("https://localhost:{}", port(&system)))] });
    // With that of another one, as a machine may have no certificates of its own.
    let program = Program::with(&config, &["--ca", other.file()]);
    let detail = program.send("POST", "/proxy/A/tokens", &["Authorization: Bearer secret"], "secret").detail(502);
    assert!(detail.contains("does not trust") && detail.contains("--ca"), "{detail}");
    assert_eq!(system.asked().len(), 0);
    let program = Program::with(&config, &["--ca", other.file(), "--ca", authority.file()]);
    assert_eq!(program.send("POST", "/proxy/A/tokens", &["Authorization: Bearer t"], "{}").expect(200).body, "{}");
    let asked = system.last();
    assert_eq!(asked.header("host"), format!("localhost:{}", port(&system)));
    assert_eq!(asked.header("origin"), format!("https://localhost:{}", port(&system)));
    assert_eq!(asked.header("authorization"), "Bearer t");
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let authority = Authority::new();
    let system = authority.system("other.example", answers);
    let config = json!({ "connections": [connection("A", &format!("https://localhost:{}", port(&system)))] });
    let program = Program::with(&config, &["--ca", authority.file()]);
    let detail = program.get("/proxy/A/tokens").detail(502);
    assert!(detail.contains("certificate"), "{detail}");
    assert_eq!(system.asked().len(), 0);
}

#[test]
fn https_is_never_left_for_http() {
    let authority = Authority::new();
    let redirects = authority.system("localhost", |asked, out| {
        let to = format!("Location: http://{}/tokens", asked.header("host"));
        write_answer(out, "302 Found", &[&to], "");
    });
    let plain = System::with_headers(&[]);
    let mut config = json!({ "connections": [
        connection("A", &format!("https://localhost:{}", port(&redirects))),
        connection("B", &format!("https://{}", plain.address)),
    ] });
    // It waits for what an HTTP request ends in.
    config["connections"][1]["timeout"] = 1.into();
    let program = Program::with(&config, &["--ca", authority.file()]);
    assert!(program.get("/proxy/A/tokens").detail(502).contains("redirect to http://"));
    program.get("/proxy/B/tokens").detail(504);
    assert_eq!(plain.asked().len(), 0);
}

#[test]
fn a_file_that_holds_no_certificate_is_a_mistake() {
    let folder = folder("ca");
    for (name, text, why) in [
        ("empty.pem", "", "has no certificate"),
        ("broken.pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "broken.pem"),
        ("other.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be used"),
    ] {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        let (output, stderr) = run(&["--page", &crate::program::page(), "--ca", file.to_str().unwrap()]);
        assert!(!output.status.success());
        assert!(stderr.starts_with("error: --ca: ") && stderr.contains(why), "{stderr}");
    }
    let (_, stderr) = run(&["--page", &crate::program::page(), "--ca", "no/such/file.pem"]);
    assert!(stderr.contains("no/such/file.pem cannot be read"), "{stderr}");
}
