"""A DTLS client without a socket, OpenSSL's own."""

from collections.abc import Sequence

from aiortc.rtcdtlstransport import SRTP_PROFILES, RTCCertificate
from OpenSSL import SSL

from server.media.association import FLIGHT, Association
from signaling.agreement import Fingerprint


class DtlsClient:
    """A client of OpenSSL; octets go in and out by its methods."""

    def __init__(self, suites: bytes | None = None) -> None:
        certificate = RTCCertificate.generateCertificate()
        context = certificate._create_ssl_context(SRTP_PROFILES)
        if suites is not None:
            context.set_cipher_list(suites)
        self.ssl = SSL.Connection(context)
        self.ssl.set_connect_state()
        prints = certificate.getFingerprints()
        self.fingerprints = [
            Fingerprint(algorithm=each.algorithm, value=each.value) for each in prints
        ]
        """What its offer would say."""

    def shake(self, datagrams: Sequence[bytes] = ()) -> bool:
        """Go on shaking hands with what came; whether it is done."""
        for datagram in datagrams:
            self.ssl.bio_write(datagram)
        try:
            self.ssl.do_handshake()
        except SSL.WantReadError:
            return False
        return True

    def shake_with(self, near: Association) -> list[bytes]:
        """Until that one is finished; its last flight, which the client does not have yet."""
        last: list[bytes] = []
        while near.finished is None:
            self.shake(last)
            last = near.step(self.sent())
        return last

    def takes(self, datagrams: Sequence[bytes]) -> bool:
        """Read what comes; whether it has been closed."""
        for datagram in datagrams:
            self.ssl.bio_write(datagram)
            try:
                self.ssl.recv(FLIGHT)
            except SSL.WantReadError:
                continue
            except SSL.ZeroReturnError:
                return True
        return False

    def sent(self) -> list[bytes]:
        """What it has to say."""
        found = []
        while True:
            try:
                found.append(self.ssl.bio_read(FLIGHT))
            except SSL.Error:
                return found

    def goodbye(self) -> bytes:
        """Its own."""
        self.ssl.shutdown()
        return self.sent()[0]
