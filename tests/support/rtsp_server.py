"""GStreamer's RTSP server with cameras of several kinds; run by the system's Python.

Prints its port, and ends when its standard input does.
"""

import sys
import threading

import gi  # type: ignore[import-not-found]  # of the system's Python, without stubs

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402

PICTURE = "videotestsrc is-live=true pattern=ball ! video/x-raw,width=320,height=240,framerate=25/1"
X264 = "x264enc tune=zerolatency speed-preset=ultrafast bitrate=400"
SOUND = "audiotestsrc is-live=true freq=440 volume=0.5 ! audio/x-raw,channels=1"
CAMERAS = {
    "/passes": f"{PICTURE} ! {X264} key-int-max=50 bframes=0 ! rtph264pay name=pay0 pt=96",
    "/rare": f"{PICTURE} ! {X264} key-int-max=125 bframes=0 ! rtph264pay name=pay0 pt=96",
    "/b_frames": f"{PICTURE} ! x264enc speed-preset=veryfast key-int-max=50 bframes=2"
    " b-adapt=false rc-lookahead=4 ! video/x-h264,profile=main ! rtph264pay name=pay0 pt=96",
    "/h265": f"{PICTURE} ! x265enc tune=zerolatency speed-preset=ultrafast key-int-max=50"
    " ! rtph265pay name=pay0 pt=96",
    "/aac": f"{SOUND},rate=44100 ! voaacenc ! rtpmp4gpay name=pay0 pt=97",
    "/g711": f"{SOUND},rate=8000 ! alawenc ! rtppcmapay name=pay0 pt=8",
}

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
for path, pipeline in CAMERAS.items():
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( {pipeline} )")
    factory.set_shared(True)
    server.get_mount_points().add_factory(path, factory)
server.attach(None)
sys.stdout.write(f"{server.get_bound_port()}\n")
sys.stdout.flush()
loop = GLib.MainLoop()
threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
loop.run()
