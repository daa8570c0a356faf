"""GStreamer's webrtcbin as WHIP or WHEP client; run by the system's Python, which has `gi`.

`webrtcbin.py (whip|whep) URL TOKEN`; prints a line of JSON for each thing that happens, and ends
when its standard input does.
"""

import json
import os
import ssl
import sys
import threading
import urllib.request
from typing import TypeAlias

import gi  # type: ignore[import-not-found]  # of the system's Python, without stubs

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import (  # type: ignore[import-not-found]  # noqa: E402
    GLib,
    GObject,
    Gst,
    GstSdp,
    GstWebRTC,
)

Object: TypeAlias = GObject.Object

SENDS = """
webrtcbin name=peer bundle-policy=max-bundle
videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=30/1
    ! vp8enc deadline=1 keyframe-max-dist=60 target-bitrate=600000 ! rtpvp8pay pt=96
    ! application/x-rtp,media=video,encoding-name=VP8,payload=96 ! peer.
audiotestsrc is-live=true wave=sine freq=440 ! audio/x-raw,rate=48000,channels=2 ! opusenc
    ! rtpopuspay pt=97 ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer.
"""
RECEIVES = "webrtcbin name=peer fakesrc num-buffers=0 ! fakesink"
CAPS = (
    "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000",
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=97,clock-rate=48000,encoding-params=(string)2",
)
DECODERS = {
    "VP8": "rtpvp8depay ! vp8dec ! fakesink name=sink signal-handoffs=true sync=false",
    "OPUS": "rtpopusdepay ! opusdec ! fakesink name=sink signal-handoffs=true sync=false",
}


def say(**what: object) -> None:
    """Tell whoever started this."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


KEPT: list[object] = []
"""Descriptions own their messages, and so does the binding: neither may ever free one."""


def described(kind: Object, text: str) -> Object:
    _, sdp = GstSdp.SDPMessage.new_from_text(text)
    made = GstWebRTC.WebRTCSessionDescription.new(kind, sdp)
    KEPT.extend((sdp, made))
    return made


class Client:
    """One peer connection."""

    def __init__(self, kind: str, url: str, token: str) -> None:
        self.kind, self.url, self.token = kind, url, token
        self.asked = False
        self.counts: dict[str, int] = {}
        self.pipeline = Gst.parse_launch(SENDS if kind == "whip" else RECEIVES)
        self.peer = self.pipeline.get_by_name("peer")
        self.peer.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        if kind == "whep":
            receives = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
            for caps in CAPS:
                self.peer.emit("add-transceiver", receives, Gst.Caps.from_string(caps))
            self.peer.connect("pad-added", self.incoming)
        self.peer.connect("on-negotiation-needed", self.offer)
        self.peer.connect("notify::ice-gathering-state", self.gathered)
        self.peer.connect("notify::connection-state", self.connection)
        self.pipeline.set_state(Gst.State.PLAYING)

    def offer(self, peer: Object) -> None:
        peer.emit("create-offer", None, Gst.Promise.new_with_change_func(self.offered))

    def offered(self, promise: Object) -> None:
        reply = promise.get_reply()
        made = reply.get_value("offer")
        KEPT.extend((promise, reply, made))
        # What the binding hands out is empty by the time that webrtcbin copies it.
        own = described(GstWebRTC.WebRTCSDPType.OFFER, made.sdp.as_text())
        self.peer.emit("set-local-description", own, None)

    def gathered(self, peer: Object, _: Object) -> None:
        state = peer.get_property("ice-gathering-state")
        if state == GstWebRTC.WebRTCICEGatheringState.COMPLETE and not self.asked:
            self.asked = True
            threading.Thread(target=self.post, daemon=True).start()

    def post(self) -> None:
        offer = self.peer.get_property("local-description").sdp.as_text()
        asked = urllib.request.Request(self.url, data=offer.encode(), method="POST")
        asked.add_header("Content-Type", "application/sdp")
        asked.add_header("Authorization", f"Bearer {self.token}")
        unverified = ssl._create_unverified_context()
        with urllib.request.urlopen(asked, context=unverified) as response:
            text = response.read().decode()
            say(status=response.status, session=response.headers["Location"])
        answer = described(GstWebRTC.WebRTCSDPType.ANSWER, text)
        self.peer.emit("set-remote-description", answer, None)

    def connection(self, peer: Object, _: Object) -> None:
        say(connection=peer.get_property("connection-state").value_nick)

    def incoming(self, _: Object, pad: Object) -> None:
        name = pad.get_current_caps().get_structure(0).get_string("encoding-name")
        decoder = Gst.parse_bin_from_description(DECODERS[name], True)
        self.pipeline.add(decoder)
        decoder.get_by_name("sink").connect("handoff", self.frame, name)
        decoder.sync_state_with_parent()
        pad.link(decoder.get_static_pad("sink"))

    def frame(self, sink: Object, buffer: Object, pad: Object, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1
        if self.counts[name] % 30 == 0:
            say(frames=self.counts)


Gst.init(None)
client = Client(*sys.argv[1:4])
loop = GLib.MainLoop()
threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
loop.run()
client.pipeline.set_state(Gst.State.NULL)
os._exit(0)
