/** What every test begins with: all files share one page, so nobody may find what another left. */

import { beforeEach, vi } from "vitest";

beforeEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
  document.title = "";
  localStorage.clear();
  sessionStorage.clear();
  location.hash = "";
});
