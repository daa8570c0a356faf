"""How far a page jumps under a finger while it loads, as a browser measures it."""

from typing import cast

from tests.support.browsers import Page

STILL = 0.1
"""What Chromium calls good; more and people press the wrong thing."""
SHIFTED = """new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) sum += one.hadRecentInput ? 0 : one.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 500);
})"""


async def shifted(page: Page) -> float:
    """The sum of all that moved by itself since the page was loaded; Chromium alone tells."""
    return cast("float", await page.evaluate(SHIFTED))
