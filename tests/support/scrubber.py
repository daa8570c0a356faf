"""The replay's timeline under a finger."""

from tests.support.browsers import Page


async def press_scrubber(page: Page, share: float) -> None:
    """Press the timeline at a share, 0 to 1, of its length."""
    await page.evaluate(
        "(() => { const rail = document.querySelector('[data-scrubber]');"
        " rail.setPointerCapture = () => undefined;"
        " const {left, width, top} = rail.getBoundingClientRect();"
        f" const clientX = left + width * {share};"
        " rail.dispatchEvent(new PointerEvent('pointerdown',"
        " {clientX, clientY: top + 5, buttons: 1, bubbles: true})); })()"
    )
