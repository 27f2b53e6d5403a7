"use strict";
// Keeps the page up to date, and shows times as this place has them. Deciding
// needs none of it.
(() => {
  const every = 2000;
  const parts = ["waiting", "settled", "decision"];
  const news = document.getElementById("news");
  const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

  function showTimes(root) {
    for (const time of root.querySelectorAll("time")) {
      const at = new Date(time.dateTime);
      const minutes = Math.ceil((at - Date.now()) / 60000);
      let text = clock.format(at);
      if ("until" in time.dataset) {
        text += minutes > 1 ? ` (${minutes} minutes left)` : minutes === 1 ? " (less than a minute left)" : " (now over)";
      }
      if (time.textContent !== text) time.textContent = text;
    }
  }

  function say(text) {
    if (news.textContent !== text) news.textContent = text;
  }

  // titles of what waits, by code.
  function waiting(root) {
    return new Map(Array.from(root.querySelectorAll("#waiting [data-code]"), (li) => [li.dataset.code, li.dataset.title]));
  }

  // replace puts the new part in place of the old one and keeps the focus.
  function replace(old, fresh) {
    const focused = old.contains(document.activeElement) ? document.activeElement.id : null;
    const put = document.importNode(fresh, true);
    showTimes(put);
    old.replaceWith(put);
    if (focused === null) return;
    const same = focused && document.getElementById(focused);
    (same || put.querySelector("[tabindex]"))?.focus();
  }

  function take(fresh) {
    if (fresh.getElementById("secret")) {
      location.reload(); // signed out
      return;
    }
    const before = waiting(document);
    let changed = false;
    for (const id of parts) {
      const old = document.getElementById(id);
      const part = fresh.getElementById(id);
      if (old && part && old.dataset.version !== part.dataset.version) {
        replace(old, part);
        changed = true;
      }
    }
    if (!changed) {
      if (news.classList.contains("bad")) {
        news.classList.remove("bad");
        say("");
      }
      return;
    }
    news.classList.remove("bad");
    document.title = fresh.title;
    const after = waiting(document);
    const arrived = [...after].filter(([code]) => !before.has(code)).map(([, title]) => title);
    if (arrived.length > 0) say("Now waiting: " + arrived.join(", "));
    else if (document.getElementById("decision")) say("Now: " + document.getElementById("decide").textContent.trim());
    else say(after.size === 0 ? "Nothing waits any more." : `${after.size} still waiting.`);
  }

  function look() {
    const request = new XMLHttpRequest();
    request.open("GET", location.pathname);
    request.setRequestHeader("Mighty-News", "1");
    request.responseType = "document";
    request.timeout = 10000;
    request.onload = () => {
      if (request.response && request.response.querySelector("main")) take(request.response);
    };
    request.onerror = request.ontimeout = () => {
      news.classList.add("bad");
      say("The server does not answer. What you see may be out of date.");
    };
    request.onloadend = () => setTimeout(look, every);
    request.send();
  }

  showTimes(document);
  setInterval(() => showTimes(document), 5000);
  if (parts.some((id) => document.getElementById(id))) setTimeout(look, every);
})();
