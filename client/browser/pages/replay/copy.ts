/** Puts a text on the clipboard, also where the page is not HTTPS. */

/** Whether it worked. */
export async function copyText(text: string): Promise<boolean> {
  // Typed as always there, but only secure pages have it.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  try {
    await clipboard?.writeText(text);
    return clipboard !== undefined || copyByHand(text);
  } catch {
    return copyByHand(text);
  }
}

function copyByHand(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  field.setAttribute("readonly", "");
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
