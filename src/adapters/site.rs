//! Where a system is.

/// Where the system is.
pub(super) struct Site {
    /// Absolute, without a slash at its end; stands for the vendor's origin.
    pub(super) base: String,
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
        match path.strip_prefix(own_path) {
            Some(rest) if knows_proxy && rest.starts_with('/') => format!("{}{rest}", self.base),
            _ => format!("{}/{}", self.base, path.trim_start_matches('/')),
        }
    }
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
