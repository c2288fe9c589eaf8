//! Listening, saying where, and ending in good order.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// How long requests that are being answered get when the server ends.
const GRACE: Duration = Duration::from_secs(3);

/// Why a port cannot be listened on. Each program adds which of its options helps.
#[derive(Debug)]
pub enum NotBound {
    /// Another program listens there.
    Taken,
    /// The user may not use the port.
    NotAllowed,
    /// The address is none of this machine's.
    NoSuchAddress,
    /// Anything else, as the system says it.
    Other(io::Error),
}

/// Binds a port.
pub async fn bind(host: IpAddr, port: u16) -> Result<TcpListener, NotBound> {
    TcpListener::bind((host, port)).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => NotBound::Taken,
        io::ErrorKind::PermissionDenied => NotBound::NotAllowed,
        io::ErrorKind::AddrNotAvailable => NotBound::NoSuchAddress,
        _ => NotBound::Other(error),
    })
}

/// Where to point a browser.
pub fn url(address: SocketAddr, base_path: &str) -> String {
    // The unspecified address (0.0.0.0) means every address; this machine is one of them.
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => "127.0.0.1".to_owned(),
        IpAddr::V6(ip) if ip.is_unspecified() => "[::1]".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    format!("http://{host}:{}{base_path}/", address.port())
}

/// Serves until `end` is done; requests in progress get a few seconds more.
pub async fn run(listener: TcpListener, app: Router, end: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let (ending, mut ended) = tokio::sync::watch::channel(false);
    let end = async move {
        end.await;
        // The receiver may be gone already.
        let _ = ending.send(true);
    };
    let service = app.into_make_service_with_connect_info::<Cut>();
    let serving = axum::serve(Wire(listener), service).with_graceful_shutdown(end).into_future();
    let too_long = async {
        let _ = ended.wait_for(|it| *it).await;
        tokio::time::sleep(GRACE).await;
    };
    let (mut serving, mut too_long) = (std::pin::pin!(serving), std::pin::pin!(too_long));
    std::future::poll_fn(|cx| match serving.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(done),
        Poll::Pending => too_long.as_mut().poll(cx).map(Ok),
    })
    .await
}

/// Done once Ctrl-C is pressed or, on Unix, the process is asked to end. Signals count from this call on.
#[cfg(unix)]
pub fn asked_to_end() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(std::future::poll_fn(move |cx| {
        let asked = interrupt.poll_recv(cx).is_ready() || terminate.poll_recv(cx).is_ready();
        if asked { Poll::Ready(()) } else { Poll::Pending }
    }))
}

/// Done once Ctrl-C is pressed.
#[cfg(not(unix))]
pub fn asked_to_end() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

/// A switch in each connection: once cut, nothing more is written to it, so that a failure can break off an answer.
#[derive(Clone, Default)]
pub struct Cut(Arc<AtomicBool>);

impl Cut {
    /// Cuts the connection.
    pub fn cut(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Connected<IncomingStream<'_, Wire>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Wire>) -> Self {
        stream.io().cut.clone()
    }
}

/// Accepts connections that can be cut.
pub struct Wire(TcpListener);

impl axum::serve::Listener for Wire {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (tcp, address) = axum::serve::Listener::accept(&mut self.0).await;
        // A failure to set it only costs time.
        let _ = tcp.set_nodelay(true);
        (Line { tcp, cut: Cut::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// One connection.
pub struct Line {
    tcp: TcpStream,
    cut: Cut,
}

impl Line {
    fn write<T>(&mut self, write: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if self.cut.0.load(Ordering::Relaxed) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        write(Pin::new(&mut self.tcp))
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.write(|tcp| tcp.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(|tcp| tcp.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write(|tcp| tcp.poll_flush(cx))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
