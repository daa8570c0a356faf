/*
 * The page for browsers in which the lesson cannot run: WeChat's old kernel, the IE mode of Edge and
 * of 360, a system web view without WebRTC. It says how to open the right browser and hands out the
 * link. Written in ECMAScript 5 and served as it stands, because those browsers read nothing newer;
 * the build puts `tongkeWords` before it, the sentences of browser/locale that begin with
 * "fallback.", by language.
 */
(function () {
  "use strict";

  /* Pages without live pictures need no WebRTC; if they start at all, they are left alone. */
  var LIVE = /^\/(lesson|room|check-devices)?$/;

  function words() {
    var chosen = /^en/i.test(navigator.language || navigator.userLanguage || "") ? "en" : "zh";
    try {
      chosen = window.localStorage.getItem("tongke.language") || chosen;
    } catch (error) {
      /* Storage that is shut remembers no language. */
    }
    return window.tongkeWords[chosen] || window.tongkeWords.zh;
  }

  function copied() {
    try {
      return document.execCommand("copy");
    } catch (error) {
      return false;
    }
  }

  /* Which way out there is: WeChat has a menu for it, double-kernel browsers a switch. */
  function kind() {
    var agent = navigator.userAgent;
    if (/MicroMessenger|QQ\/|DingTalk|WeWork/i.test(agent)) {
      return "chat";
    }
    return /Trident|MSIE/.test(agent) ? "old" : "other";
  }

  function add(parent, tag, text, css) {
    var element = document.createElement(tag);
    element.style.cssText = css;
    if (text !== "") {
      element.appendChild(document.createTextNode(text));
    }
    parent.appendChild(element);
    return element;
  }

  function steps(say, way) {
    return [say["fallback." + way + ".1"], say["fallback." + way + ".2"]];
  }

  function offerLink(page, say) {
    var field = add(
      page,
      "input",
      "",
      "width:100%;box-sizing:border-box;padding:12px;font-size:16px;border:1px solid #777"
    );
    var button = add(
      page,
      "button",
      say["fallback.copy"],
      "margin:16px 0;min-height:64px;padding:0 24px;font-size:20px;border:0;background:#f0b429"
    );
    var said = add(page, "p", "", "min-height:32px");
    field.readOnly = true;
    field.value = location.href;
    field.setAttribute("data-field", "link");
    button.setAttribute("data-do", "copy");
    button.onclick = function () {
      field.focus();
      field.setSelectionRange(0, field.value.length);
      said.innerText = say[copied() ? "fallback.copied" : "fallback.by_hand"];
    };
  }

  function show() {
    var say = words();
    var way = kind();
    var lines = steps(say, way);
    var app = document.getElementById("app");
    var page;
    if (app !== null) {
      app.parentNode.removeChild(app);
    }
    document.body.style.cssText = "height:auto;margin:0;background:#faf8f3;color:#1a1a1a";
    page = add(
      document.body,
      "div",
      "",
      "max-width:640px;margin:0 auto;padding:32px 16px;font-size:20px;line-height:1.6"
    );
    page.setAttribute("data-page", "fallback");
    page.setAttribute("data-way", way);
    add(page, "h1", say["fallback.title"], "font-size:28px;line-height:1.4");
    add(page, "p", say["fallback.why"], "");
    add(page, "p", "1. " + lines[0], "");
    add(page, "p", "2. " + lines[1], "");
    offerLink(page, say);
  }

  function begin() {
    var app = document.getElementById("app");
    if (app !== null && app.childNodes.length === 0) {
      show();
    }
  }

  if (LIVE.test(location.pathname) && !window.RTCPeerConnection) {
    show();
  } else if (document.readyState === "complete") {
    begin();
  } else {
    /* Modules have run by then; if none has put anything on the page, this browser cannot. */
    window.onload = begin;
  }
})();
