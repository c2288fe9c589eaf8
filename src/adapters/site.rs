//! Where a system is.

/// Where the system is.
pub(super) struct Site {
    /// Absolute, without a slash at its end; stands for the vendor's origin.
    pub(super) base: String,
    /// What the system calls itself where the base is a proxy's; empty where that is not known.
    pub(super) address: String,
    /// Whether it lies on another origin than the page.
    pub(super) is_foreign: bool,
}

impl Site {
    /// An address that the system gave, by way of the connection: behind a proxy it names the real host, whose path and
    /// query are kept.
    pub(super) fn rebase(&self, address: &str) -> String {
        let (host, path) = host_and_path(address);
        let (own_host, own_path) = host_and_path(&self.base);
        // Only who knows of the proxy can have its path in there already.
        let knows_proxy = host.is_none_or(|it| own_host.is_some_and(|own| own.eq_ignore_ascii_case(it)));
        let by_proxy = behind(path, own_path).filter(|_| knows_proxy);
        // Whatever it calls its host, the path that it lies under is in all its addresses.
        let by_itself = || behind(path, host_and_path(&self.address).1.trim_end_matches('/'));
        match by_proxy.or_else(by_itself) {
            Some(rest) => format!("{}{rest}", self.base),
            None => format!("{}/{}", self.base, path.trim_start_matches('/')),
        }
    }
}

/// What follows a path that something lies under.
fn behind<'a>(path: &'a str, under: &str) -> Option<&'a str> {
    path.strip_prefix(under).filter(|it| it.starts_with('/') && !it.starts_with("//"))
}

/// The host's name of an absolute address, and what follows the origin.
fn host_and_path(address: &str) -> (Option<&str>, &str) {
    let is_scheme = |it: &str| it.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let rest = match address.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => rest,
        _ => match address.strip_prefix("//") {
            Some(rest) => rest,
            None => return (None, address),
        },
    };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let is_port = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    let name = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(name, _)| name);
    (Some(name), path)
}
