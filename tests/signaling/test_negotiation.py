import random
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.errors import Code, PeerError, UserError
from signaling.events import Codec, Kind
from signaling.ids import SourceId
from signaling.negotiation import (
    SSRCS,
    agree_down,
    agree_up,
    choose_codec,
    offered,
)
from signaling.rtp.extensions import (
    ABS_SEND_TIME,
    AUDIO_LEVEL,
    MID,
    REPAIRED_RID,
    RID,
    TRANSPORT_CC,
)
from tests.support.mutation import mutate
from tests.support.offers import DOWN, NAMES, UP, offer

OPUS, H264, VP8, VP9 = Codec.OPUS, Codec.H264, Codec.VP8, Codec.VP9
CAMERA, MICROPHONE, SCREEN = SourceId("p/camera"), SourceId("p/microphone"), SourceId("p/screen")
NUMBERS = range(1, SSRCS + 1)


@pytest.mark.parametrize(
    ("kind", "can_send", "receivers", "chosen"),
    [
        (Kind.CAMERA, [H264, VP8, VP9], [], H264),
        (Kind.CAMERA, [H264, VP8], [[H264, VP8], [VP8, H264, OPUS]], H264),
        (Kind.CAMERA, [H264, VP8], [[H264, VP8], [VP8, VP9]], VP8),
        (Kind.CAMERA, [VP8, VP9], [[H264, VP8]], VP8),
        (Kind.CAMERA, [H264, VP8], [[], [H264]], H264),
        (Kind.CLASS_CAMERA, [H264, VP8, VP9], [[VP8, VP9]], VP8),
        (Kind.SCREEN, [H264, VP8, VP9], [[H264, VP8, VP9]], VP9),
        (Kind.SCREEN, [H264, VP8, VP9], [[H264, VP8]], H264),
        (Kind.SCREEN, [H264, VP8], [[VP8, VP9]], VP8),
        (Kind.MICROPHONE, [OPUS], [[OPUS, VP8]], OPUS),
        (Kind.SCREEN_SOUND, [OPUS, H264], [[OPUS]], OPUS),
    ],
)
def test_the_first_codec_that_everybody_knows_is_chosen(
    kind: Kind, can_send: Sequence[Codec], receivers: list[list[Codec]], chosen: Codec
) -> None:
    assert choose_codec(kind, can_send, receivers) is chosen


@pytest.mark.parametrize(
    ("kind", "can_send", "receivers"),
    [
        (Kind.CAMERA, [VP9], []),
        (Kind.CAMERA, [H264], [[VP8]]),
        (Kind.CAMERA, [VP8, H264], [[VP8], [H264]]),
        (Kind.MICROPHONE, [OPUS], [[VP8]]),
    ],
)
def test_no_common_codec_is_said_so(
    kind: Kind, can_send: list[Codec], receivers: list[list[Codec]]
) -> None:
    with pytest.raises(UserError) as caught:
        choose_codec(kind, can_send, receivers)
    assert caught.value.code is Code.NO_COMMON_CODEC


@pytest.mark.parametrize(
    ("name", "pictures"),
    [
        ("chromium_up", (VP8, H264, VP9)),
        ("firefox_up", (VP8, VP9)),
        ("aiortc_up", (VP8, H264)),
    ],
)
def test_what_real_offers_can_send(name: str, pictures: tuple[Codec, ...]) -> None:
    assert offered(offer(name)) == {"0": pictures, "1": (OPUS,)}


def test_a_section_that_is_off_or_stopped_sends_nothing() -> None:
    assert set(offered(offer("chromium_up_camera_inactive"))) == {"1", "2"}
    assert set(offered(offer("chromium_up_screen_stopped"))) == {"1"}
    assert set(offered(offer("firefox_up_screen_stopped"))) == {"1"}


def test_up_names_the_chosen_codec_alone_with_its_retransmissions() -> None:
    chosen = {"0": (CAMERA, H264), "1": (MICROPHONE, OPUS)}
    camera, microphone = agree_up(offer("chromium_up"), chosen).sections
    (payload,) = camera.payloads
    assert (payload.codec, payload.number, payload.rtx) == (H264, 108, 109)
    assert "packetization-mode=1;profile-level-id=42e01f;x-google-start" in payload.parameters
    assert camera.feedback == ("nack", "nack pli", "ccm fir", "goog-remb", "transport-cc")
    assert camera.extensions == {MID: 9, ABS_SEND_TIME: 2, TRANSPORT_CC: 4}
    assert camera.ssrcs == (2189777612, 2842065607)
    assert camera.source == CAMERA
    assert [payload.codec for payload in microphone.payloads] == [OPUS]
    assert "useinbandfec=1" in microphone.payloads[0].parameters
    assert microphone.extensions == {MID: 9, AUDIO_LEVEL: 14, ABS_SEND_TIME: 2, TRANSPORT_CC: 4}


@pytest.mark.parametrize(
    ("changed", "red"),
    [
        ("a=fmtp:63 111/111", 63),
        ("a=fmtp:63 111", 63),
        ("a=fmtp:63 111/9", None),
        ("a=fmtp:63 9/9", None),
        ("a=fmtp:63 x/x", None),
        ("a=ptime:20", None),
    ],
)
def test_redundant_sound_is_agreed_on_where_it_is_made_of_opus_alone(
    changed: str, red: int | None
) -> None:
    text = offer("chromium_down_trimmed").replace("a=fmtp:63 111/111", changed)
    agreed, _ = agree_down(text, range(1, 1 + SSRCS), None)
    sounds = [each for each in agreed.sections if each.kind == "audio"]
    assert {payload.red for each in sounds for payload in each.payloads} == {red}
    pictures = [each for each in agreed.sections if each.kind == "video"]
    assert {payload.red for each in pictures for payload in each.payloads} == {None}


def test_lost_sound_is_asked_for_where_the_offer_says_so() -> None:
    text = offer("chromium_up").replace("a=rtpmap:111 ", "a=rtcp-fb:111 nack\r\na=rtpmap:111 ")
    for said, agreed in ((offer("chromium_up"), False), (text, True)):
        _, microphone = agree_up(said, {"1": (MICROPHONE, OPUS)}).sections
        assert ("nack" in microphone.feedback) == agreed


def test_transport_feedback_is_agreed_on_only_with_its_extension() -> None:
    text = offer("chromium_up").replace(TRANSPORT_CC, "urn:something:else")
    camera, _ = agree_up(text, {"0": (CAMERA, VP8)}).sections
    assert "transport-cc" not in camera.feedback
    assert "goog-remb" in camera.feedback


@pytest.mark.parametrize(
    ("name", "codec", "ids"),
    [
        ("chromium_up_layers", H264, (10, 11)),
        ("chromium_up_layers", VP8, (10, 11)),
        ("firefox_up_layers", VP8, (9, 10)),
    ],
)
def test_a_picture_in_layers_is_taken_in_them(
    name: str, codec: Codec, ids: tuple[int, int]
) -> None:
    chosen = {"0": (CAMERA, codec), "1": (MICROPHONE, OPUS)}
    rows = {"0": 480}
    camera, microphone = agree_up(offer(name), chosen, rows=rows).sections
    assert (camera.layers, microphone.layers) == (("l", "m", "h"), ())
    assert (camera.rows, microphone.rows) == (480, 0)
    assert (camera.extensions[RID], camera.extensions[REPAIRED_RID]) == ids
    assert RID not in microphone.extensions


@pytest.mark.parametrize(
    ("codec", "gone"),
    [
        (VP9, "nothing"),
        (VP8, RID),
        (VP8, MID),
        (VP8, "a=rid:l|a=rid:m"),
        (VP8, "a=simulcast"),
    ],
)
def test_a_picture_is_taken_alone_unless_its_layers_can_be_told_apart(
    codec: Codec, gone: str
) -> None:
    text = offer("chromium_up_layers")
    for each in gone.split("|"):
        text = text.replace(each, "a=x")
    camera, _ = agree_up(text, {"0": (CAMERA, codec)}).sections
    assert (camera.active, camera.layers) == (True, ())
    assert not {RID, REPAIRED_RID} & camera.extensions.keys()


def test_a_codec_without_layers_ends_them_and_the_next_brings_them_back() -> None:
    text = offer("chromium_up_layers")
    sections = [agree_up(text, {"0": (SCREEN, codec)}).sections[0] for codec in (H264, VP9, VP8)]
    assert [len(section.layers) for section in sections] == [3, 0, 3]


def test_a_section_nobody_chose_is_kept_inactive() -> None:
    camera, microphone = agree_up(offer("chromium_up"), {"1": (MICROPHONE, OPUS)}).sections
    assert (camera.active, camera.stopped, camera.source) == (False, False, None)
    assert microphone.active


def test_a_codec_switch_changes_that_section_alone() -> None:
    text = offer("chromium_up_screen_added")
    before = agree_up(text, {"0": (CAMERA, H264), "2": (SCREEN, VP9)})
    after = agree_up(text, {"0": (CAMERA, VP8), "2": (SCREEN, VP9)})
    assert [p.codec for p in after.sections[0].payloads] == [VP8]
    assert after.sections[1:] == before.sections[1:]


def test_a_new_section_leaves_the_others_as_they_were() -> None:
    chosen = {"0": (CAMERA, H264), "1": (MICROPHONE, OPUS)}
    before = agree_up(offer("chromium_up"), chosen)
    after = agree_up(offer("chromium_up_screen_added"), {**chosen, "2": (SCREEN, VP9)})
    assert after.sections[:2] == before.sections
    assert after.remote_ufrag == before.remote_ufrag
    assert after.fingerprints == before.fingerprints


@pytest.mark.parametrize(
    "chosen",
    [
        {"7": (CAMERA, VP8)},
        {"0": (CAMERA, OPUS)},
        {"0": (CAMERA, H264)},
    ],
)
def test_a_source_without_its_section_is_refused(chosen: dict[str, tuple[SourceId, Codec]]) -> None:
    with pytest.raises(PeerError):
        agree_up(offer("firefox_up"), chosen)


@pytest.mark.parametrize("name", DOWN)
def test_down_is_a_pool_that_plays_every_codec_of_the_device(name: str) -> None:
    agreement, slots = agree_down(offer(name), NUMBERS, None)
    assert [slot.mid for slot in slots] == [section.mid for section in agreement.sections]
    codecs = {payload.codec for payload in agreement.sections[0].payloads}
    decodable = {"chromium": {H264, VP8, VP9}, "firefox": {VP8, VP9}, "aiortc": {H264, VP8}}
    assert codecs == decodable[name.partition("_")[0]]
    assert all(payload.rtx for payload in agreement.sections[0].payloads)
    tells = not name.startswith("aiortc")
    assert (TRANSPORT_CC in agreement.sections[0].extensions) == tells
    assert ("transport-cc" in agreement.sections[0].feedback) == tells


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_four_more_pairs_keep_what_the_others_have(browser: str) -> None:
    before, slots = agree_down(offer(f"{browser}_down"), NUMBERS, None)
    text = offer(f"{browser}_down_more")
    after, more = agree_down(text, random.sample(range(1000), SSRCS), before)
    assert [s.ssrcs for s in after.sections[:18]] == [s.ssrcs for s in before.sections]
    assert [s.msid for s in after.sections[:18]] == [s.msid for s in before.sections]
    assert more[:18] == slots
    assert [slot.use for slot in more[18:]] == ["camera", "camera_sound"] * 4


def test_no_ssrc_is_given_twice_even_if_old_ones_come_again() -> None:
    before, _ = agree_down(offer("chromium_down"), NUMBERS, None)
    after, _ = agree_down(offer("chromium_down_more"), NUMBERS, before)
    ssrcs = [ssrc for section in after.sections for ssrc in section.ssrcs]
    assert len(set(ssrcs)) == len(ssrcs) == 11 * 2 + 15


def test_a_pair_shares_its_stream_and_no_other() -> None:
    agreement, _ = agree_down(offer("firefox_down"), NUMBERS, None)
    streams = [section.msid.split()[0] for section in agreement.sections]
    assert streams[0] == streams[1]
    assert streams[16] == streams[17]
    assert len(set(streams)) == 11


def test_an_offer_that_sends_is_no_down_offer() -> None:
    with pytest.raises(PeerError):
        agree_down(offer("chromium_up"), NUMBERS, None)


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False), st.integers(1, 12))
def test_a_mutated_offer_is_agreed_on_or_refused(
    name: str, dice: random.Random, times: int
) -> None:
    lines = offer(name).splitlines()
    for _ in range(times):
        mutate(lines, dice)
    with suppress(PeerError):
        agree_on_anything("\r\n".join(lines))


def agree_on_anything(text: str) -> None:
    """Both ways, with the first codec of each section."""
    can_send = offered(text)
    chosen = {mid: (SourceId(mid), codecs[0]) for mid, codecs in can_send.items() if codecs}
    agree_up(text, chosen)
    agree_down(text, NUMBERS, None)


@pytest.mark.parametrize("name", UP)
def test_every_real_offer_is_agreed_on(name: str) -> None:
    chosen = {
        mid: (SourceId(f"p/{mid}"), codecs[0]) for mid, codecs in offered(offer(name)).items()
    }
    agreement = agree_up(offer(name), chosen)
    assert agreement.direction == "up"
    assert [section.mid for section in agreement.sections if section.active] == list(chosen)


def test_a_picture_that_is_switched_off_keeps_its_layers_for_when_it_is_back() -> None:
    camera = agree_up(offer("chromium_up_layers"), {}).sections[0]
    assert (camera.active, camera.layers) == (False, ("l", "m", "h"))
    assert {RID, REPAIRED_RID} <= camera.extensions.keys()
