"""One remote end: its credentials, its addresses, its keys, what it sends and what it receives."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Final, NamedTuple

from pylibsrtp import Session

from server.media.nominations import Nominations
from server.media.path import Path, is_numbered
from server.media.publication import Publication
from server.media.sockets import Name, UdpSocket
from server.media.uplink import Uplink
from signaling.agreement import Agreement, Section
from signaling.ids import PeerId
from signaling.rtp.extensions import MID, REPAIRED_RID, RID
from signaling.rtp.sequence import extend

if TYPE_CHECKING:
    from server.media.dtls import Handshake
    from server.media.feedback import Reception
    from server.media.subscription import Subscription

ADDRESSES: Final = 8
"""Validated addresses a peer may have at once; the one validated first is forgotten."""
STRANGERS: Final = 32
"""SSRCs a peer may use that its offer did not declare; more are dropped undecrypted."""
REPORTERS: Final = 128
"""SSRCs whose RTCP a peer may send, as libsrtp keeps state for each; of more it is dropped."""


class Route(NamedTuple):
    """Where a peer's packets are sent."""

    socket: UdpSocket
    """From which of our addresses."""
    raw: bytes
    """To which of its own, as the kernel writes it."""
    name: Name
    """The same where the kernel can read it."""


class IceSession(NamedTuple):
    """What Binding Requests are known by; a restart begins another one (RFC 8445, 9)."""

    ufrag: str
    """Our user name fragment."""
    password: str
    """Our password."""
    theirs: str
    """The remote end's user name fragment."""


class Keyed:
    """One direction of a peer's SRTP.

    The pump uses `pointer` on datagrams in place, the control half the method on its own RTCP.
    """

    __slots__ = ("pointer", "session")

    def __init__(self, session: Session) -> None:
        self.session = session
        """Keeps the pointer alive."""
        self.pointer: object = session._srtp[0]
        """What libsrtp's functions take."""

    def close_report(self, rtcp: bytes) -> bytes:
        """Plain RTCP as SRTCP; libsrtp counts its index itself."""
        return self.session.protect_rtcp(rtcp)


class Peer:
    """One ICE and DTLS association, and what it carries.

    `addresses` is bounded by `ADDRESSES`, unknown SSRCs by `STRANGERS`, those of RTCP by
    `REPORTERS`.
    """

    parked: Route | None = None
    """Where to go on sending as soon as a quiet peer is heard again."""
    earlier: IceSession | None = None
    """The ICE session that holds until a pair of the newest is nominated."""

    def __init__(
        self, identity: PeerId, ufrag: str, password: str, report_ssrc: int, now: float
    ) -> None:
        self.id = identity
        """Its name on every boundary."""
        self.ufrag = ufrag
        """Our ICE user name fragment."""
        self.password = password
        """Our ICE password."""
        self.report_ssrc = report_ssrc
        """Our SSRC in the RTCP we send to it."""
        self.agreement: Agreement | None = None
        """What its SDP settled."""
        self.addresses: OrderedDict[tuple[UdpSocket, bytes], None] = OrderedDict()
        """Those that proved to know the password, in that order."""
        self.nominations = Nominations()
        """Which of them were nominated."""
        self.route: Route | None = None
        """The one that media goes to; none while nothing is to be sent."""
        self.handshake: Handshake | None = None
        """Its DTLS, from its first datagram on."""
        self.receiving: Keyed | None = None
        """Keys of what comes, when the handshake is done."""
        self.sending: Keyed | None = None
        """Keys of what goes, when the handshake is done."""
        self.heard = now
        """When something authentic came last."""
        self.uplink = self._new_uplink()
        """What came of it."""
        self._send()
        self.slots: dict[str, Subscription] = {}
        """What it receives, by section."""
        self.rows: MutableMapping[int, Subscription] = {}
        """What it receives, by SSRC, retransmissions' too."""
        self._receive()
        self.mid_id = 0
        """Id of the extension that names a packet's section."""

    def _new_uplink(self) -> Uplink:
        return Uplink()

    def _send(self) -> None:
        """What matters for one that sends."""
        self.publications: dict[str, Publication] = {}
        """What it sends, by section."""
        self.streams: MutableMapping[int, Publication | None] = {}
        """What it sends, by SSRC; none for one that belongs to no section."""
        self.aside: dict[tuple[str, str], Publication] = {}
        """The layers that are not passed on, by section and rid."""
        self.names: dict[int, tuple[str | None, str]] = {}
        """Section and layer that it gave an SSRC; as bounded as `streams`."""
        self.strangers = 0
        """How many of `streams` the offer did not declare."""

    def _receive(self) -> None:
        """What matters for one that receives."""
        self.path: Path | None = None
        """What its feedback says of what it gets; none unless it agreed on `transport-cc`."""
        self.told: dict[int, tuple[Reception, float]] = {}
        """The last report on each of our SSRCs and when it came, since they were taken last."""
        self.stills = False
        """Whether it gets a still of each picture at times, not every packet (`stills`)."""
        self.reporters: set[int] = set()
        """SSRCs of which authentic RTCP came."""

    def left(self, row: int, newest: int) -> int:
        """The last number of a row that stops that has left; what waits of it never leaves.

        Args:
            row: its SSRC.
            newest: the number of its newest packet.
        """
        pacer = self.path.pacer if self.path is not None else None
        first = None if pacer is None else pacer.forget(row)
        return newest if first is None else extend(first, newest) - 1

    @property
    def session(self) -> IceSession:
        """The newest ICE session."""
        theirs = self.agreement.remote_ufrag if self.agreement is not None else ""
        return IceSession(self.ufrag, self.password, theirs)

    def agree(self, agreement: Agreement) -> None:
        """Take over the agreement; publications and slots are the plane's to adjust."""
        self.agreement = agreement
        ids = (each.extensions.get(MID, 0) for each in agreement.sections if each.active)
        self.mid_id = next((each for each in ids if each), 0)
        if self.path is None and any(is_numbered(each) for each in agreement.sections):
            self.path = self._new_path()

    def _new_path(self) -> Path:
        return Path()

    def reported(self, reception: Reception, now: float) -> None:
        """Its receiver report on one of ours came; the last one on each is kept."""
        if reception.ssrc in self.rows:
            self.told[reception.ssrc] = reception, now

    def receptions(self) -> list[tuple[Reception, float]]:
        """The last report on each of our SSRCs since they were taken last, and when it came."""
        told = list(self.told.values())
        self.told.clear()
        return told

    @property
    def rid_ids(self) -> tuple[int, int]:
        """Ids of the extensions that name a packet's layer, and the layer it repairs."""
        layered = (each.extensions for each in self._sections() if each.active and each.layers)
        return next(((ids[RID], ids.get(REPAIRED_RID, 0)) for ids in layered), (0, 0))

    def section_of(self, mid: str | None, payload_type: int) -> Section | None:
        """Which section a packet of an undeclared SSRC belongs to (RFC 9143, 9.2)."""
        active = [each for each in self._sections() if each.active and each.source is not None]
        if mid is not None:
            return next((each for each in active if each.mid == mid), None)
        fitting = [
            each
            for each in active
            if any(payload_type in (one.number, one.rtx, one.red) for one in each.payloads)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def declared(self, ssrc: int) -> Section | None:
        """The section whose offer declares an SSRC."""
        return next((each for each in self._sections() if each.active and ssrc in each.ssrcs), None)

    def _sections(self) -> tuple[Section, ...]:
        return self.agreement.sections if self.agreement is not None else ()

    def may_try(self, ssrc: int) -> bool:
        """Whether packets of this SSRC are decrypted at all."""
        known = ssrc in self.streams or self.declared(ssrc) is not None
        return known or self.strangers < STRANGERS

    def may_report(self, ssrc: int) -> bool:
        """Whether RTCP of this SSRC is decrypted at all."""
        return ssrc in self.reporters or len(self.reporters) < REPORTERS

    def adopt(
        self, ssrc: int, mid: str | None, payload_type: int, rid: str | None = None
    ) -> Publication | None:
        """The publication of an SSRC that was just authenticated; remembered.

        Of a picture in layers the highest is its publication, the others go by `aside`. A browser
        names them once, not again after the section was switched off and on.
        """
        mid, rid = self._named(ssrc, mid, rid)
        section = self.declared(ssrc)
        if section is None:
            if ssrc not in self.streams:
                self.strangers += 1
            section = self.section_of(mid, payload_type)
        found = self.publications.get(section.mid) if section is not None else None
        layers = found.section.layers if found is not None else ()
        if section is not None and layers and rid != layers[-1]:
            found = self.aside.get((section.mid, rid or ""))
        self.streams[ssrc] = found
        return found

    def _named(self, ssrc: int, mid: str | None, rid: str | None) -> tuple[str | None, str | None]:
        if rid is not None:
            self.names[ssrc] = mid, rid
        return (mid, rid) if rid is not None else self.names.get(ssrc, (mid, rid))
